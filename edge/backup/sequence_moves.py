"""What leads from one state of the commanded transfer to the next: a row for each way, in the order they are tried.

Not its job: the states (sequence_rows.py), the conditions (conditions.py), what proves something (proofs.py).
Source: ours. tests/portable/test_backup_rows.py proves of the rows that each state has a way out and each wait an end, that
nothing forms without a proof of isolation and nothing closes without one of a dead bus. A board forgets them once they are read.
"""
from edge import home_reasons as r
from edge.backup.sequence_rows import (
    BOND, CEASE, CLOSE, DARK, EBB, ENTER, GRID, HALT, ISLAND, LOCKED, LOCKED_CLOSE, LOCKED_GRID, LOCKED_LOST, LOST,
    OPEN, PROBE, RISE, START, STOP, UNBOND,
)

# The first row of a state whose condition holds leads on. reason: of a lock-out, of a stop, or 0.
# state   condition                next         reason             why
MOVES = (
    (START,  "is_locked_closed",     LOCKED_LOST, 0,                 "a restart lifts no lock-out"),
    (START,  "is_locked_open",       LOCKED,      0,                 "a restart lifts no lock-out"),
    (START,  "forms_isolated",       ISLAND,      0,                 "restarted in an island: apart twice over, the charger forms"),
    (START,  "forms_unproven",       HALT,        0,                 "it forms and nothing proves the isolation: stop, then see"),
    (START,  "forms_unseen",         HALT,        r.SENSOR_LOST,     "it forms and nobody sees the switch"),
    (START,  "runs_closed",          GRID,        0,                 "closed and delivering: it was in service all along"),
    (START,  "is_closed",            ENTER,       0,                 "closed: nobody knows how long the grid has been back"),
    (START,  "is_open_quiet",        DARK,        0,                 "open and nothing forms"),
    (START,  "is_mixed_supplied",    LOCKED_LOST, r.CONTRADICTION,   "contacts contradict each other, the grid supplies the house"),
    (START,  "is_mixed",             LOCKED,      r.SWITCH_STUCK,    "some poles open, some not"),

    (GRID,   "is_bonded_unasked",    LOCKED_GRID, r.BOND_FAILED,     "a second bond of neutral and earth"),
    (GRID,   "forms_unasked",        LOCKED_GRID, r.CONTRADICTION,   "the charger forms against the grid"),
    (GRID,   "is_contact_lying",     LOCKED_GRID, r.CONTRADICTION,   "a contact says open while the house hangs on the grid"),
    (GRID,   "has_opened",           DARK,        0,                 "the switch opened by itself"),
    (GRID,   "must_transfer",        CEASE,       0,                 "grid lost or an island asked for, and the vehicle can"),
    (GRID,   "is_lost",              LOST,        0,                 "grid lost, and nobody can help"),
    (GRID,   "is_dark",              LOST,        0,                 "switch silent or load side dead, and the charger sees no voltage"),

    (LOST,   "is_bonded_unasked",    LOCKED_LOST, r.BOND_FAILED,     "a second bond of neutral and earth"),
    (LOST,   "forms_unasked",        LOCKED_LOST, r.CONTRADICTION,   "the charger forms against the grid"),
    (LOST,   "has_opened",           DARK,        0,                 "the switch opened by itself"),
    (LOST,   "must_transfer",        CEASE,       0,                 "now the vehicle can"),
    (LOST,   "is_grid_good",         ENTER,       0,                 "the grid is back"),

    (CEASE,  "need_is_over",         ENTER,       0,                 "the grid came back before the poles moved"),
    (CEASE,  "cannot_supply",        LOST,        0,                 "the vehicle can't after all"),
    (CEASE,  "has_ceased",           OPEN,        0,                 "no power flows, nothing forms"),

    (OPEN,   "forms_unasked",        LOCKED,      r.CONTRADICTION,   "the charger forms before anybody asked"),
    (OPEN,   "may_probe",            BOND,        0,                 "contacts open, load side dead"),
    (OPEN,   "is_silent",            DARK,        r.SENSOR_LOST,     "nobody sees the poles"),
    (OPEN,   "cannot_supply",        DARK,        0,                 "the vehicle can't after all"),

    (BOND,   "is_pole_closed",       LOCKED,      r.CONTRADICTION,   "isolation gone"),
    (BOND,   "is_ready_to_form",     PROBE,       0,                 "isolated, bonded as needed, circuits off, enabled"),
    (BOND,   "is_silent",            DARK,        r.SENSOR_LOST,     "nobody sees the poles"),
    (BOND,   "cannot_supply",        DARK,        0,                 "the vehicle can't after all"),

    (PROBE,  "is_pole_closed",       LOCKED,      r.CONTRADICTION,   "isolation gone"),
    (PROBE,  "has_followed",         LOCKED,      r.ISOLATION_UNPROVEN, "the grid side follows: a pole is welded, whatever its contact says"),
    (PROBE,  "has_not_built",        LOCKED,      r.FORMING_FAILED,  "so little current makes no voltage: a short, or the whole street"),
    (PROBE,  "is_probe_passed",      RISE,        0,                 "built up, grid side stayed away, two proofs"),
    (PROBE,  "is_silent",            HALT,        r.SENSOR_LOST,     "nobody sees the poles"),
    (PROBE,  "is_vehicle_gone",      HALT,        r.SENSOR_LOST,     "nobody sees vehicle or charger"),

    (RISE,   "is_pole_closed",       LOCKED,      r.CONTRADICTION,   "isolation gone"),
    (RISE,   "is_bond_lost",         LOCKED,      r.BOND_FAILED,     "no earth in the island"),
    (RISE,   "is_raised",            ISLAND,      0,                 "voltage in its range"),
    (RISE,   "is_silent",            HALT,        r.SENSOR_LOST,     "nobody sees the poles"),
    (RISE,   "is_vehicle_gone",      HALT,        r.SENSOR_LOST,     "nobody sees vehicle or charger"),

    (ISLAND, "is_pole_closed",       LOCKED,      r.CONTRADICTION,   "isolation gone"),
    (ISLAND, "is_bond_lost",         LOCKED,      r.BOND_FAILED,     "no earth in the island"),
    (ISLAND, "is_switch_blind",      HALT,        r.SENSOR_LOST,     "nobody sees the poles"),
    (ISLAND, "is_charger_blind",     HALT,        r.SENSOR_LOST,     "nobody sees the charger"),
    (ISLAND, "has_collapsed",        HALT,        r.FORMING_FAILED,  "no voltage, or not the one asked for"),
    (ISLAND, "is_return_due",        STOP,        0,                 "grid good for the whole delay"),
    (ISLAND, "is_empty",             EBB,         r.LOW_SOC_STOP,    "only the driving reserve is left"),
    (ISLAND, "is_stopping",          EBB,         r.RETURNING,       "the gateway is being stopped"),

    (EBB,    "is_pole_closed",       LOCKED,      r.CONTRADICTION,   "isolation gone"),
    (EBB,    "is_bond_lost",         LOCKED,      r.BOND_FAILED,     "no earth in the island"),
    (EBB,    "is_switch_blind",      HALT,        r.SENSOR_LOST,     "nobody sees the poles"),
    (EBB,    "is_charger_blind",     HALT,        r.SENSOR_LOST,     "nobody sees the charger"),
    (EBB,    "has_collapsed",        HALT,        r.FORMING_FAILED,  "no voltage, or not the one asked for"),
    (EBB,    "is_return_due",        STOP,        0,                 "grid good for the whole delay"),
    (EBB,    "is_all_shed",          HALT,        0,                 "every circuit is off"),

    (HALT,   "has_stopped",          DARK,        0,                 "nothing forms any more"),
    (HALT,   "forms_unasked",        LOCKED,      r.CONTRADICTION,   "told to stop, it forms"),

    (DARK,   "forms_unasked",        LOCKED,      r.CONTRADICTION,   "nobody asked it to form"),
    (DARK,   "is_home",              ENTER,       0,                 "the switch has gone back to the grid by itself"),
    (DARK,   "is_pole_closed_long",  LOCKED,      r.SWITCH_STUCK,    "asked open, it shows closed"),
    (DARK,   "is_dead_return_due",   STOP,        0,                 "grid good for the whole delay"),
    (DARK,   "may_try_again",        OPEN,        0,                 "the vehicle can, or can again"),

    (STOP,   "is_pole_closed",       LOCKED,      r.CONTRADICTION,   "isolation gone"),
    (STOP,   "is_silent",            DARK,        r.SENSOR_LOST,     "nobody sees the bus"),
    (STOP,   "is_charger_silent",    DARK,        r.SENSOR_LOST,     "nobody sees the charger"),
    (STOP,   "is_grid_gone",         DARK,        0,                 "not good any more: the delay starts anew"),
    (STOP,   "is_dead_bus",          UNBOND,      0,                 "dead bus proven"),

    (UNBOND, "is_pole_closed",       LOCKED,      r.CONTRADICTION,   "isolation gone"),
    (UNBOND, "is_silent",            DARK,        r.SENSOR_LOST,     "nobody sees bus and bond"),
    (UNBOND, "is_grid_gone",         DARK,        0,                 "not good any more: the delay starts anew"),
    (UNBOND, "is_unbonded_dead_bus", CLOSE,       0,                 "unbonded, confirmed, and the bus still dead"),

    (CLOSE,  "forms_at_once",        LOCKED,      r.CONTRADICTION,   "the charger forms onto the grid"),
    (CLOSE,  "has_closed",           ENTER,       0,                 "every pole closed, the house hangs on the grid"),
    (CLOSE,  "is_fed_unproven",      LOCKED_LOST, r.CONTRADICTION,   "a contact says open while the house hangs on the grid"),
    (CLOSE,  "is_silent",            START,       r.SENSOR_LOST,     "nobody sees whether it closed"),

    (ENTER,  "is_bonded_unasked",    LOCKED_LOST, r.BOND_FAILED,     "a second bond of neutral and earth"),
    (ENTER,  "forms_unasked",        LOCKED_LOST, r.CONTRADICTION,   "the charger forms against the grid"),
    (ENTER,  "is_contact_lying",     LOCKED_LOST, r.CONTRADICTION,   "a contact says open while the house hangs on the grid"),
    (ENTER,  "has_opened",           DARK,        0,                 "the switch opened by itself"),
    (ENTER,  "must_transfer",        CEASE,       0,                 "grid lost again"),
    (ENTER,  "is_lost",              LOST,        0,                 "grid lost again, and nobody can help"),
    (ENTER,  "is_dark",              LOST,        0,                 "switch silent or load side dead, and the charger sees no voltage"),
    (ENTER,  "is_entered",           GRID,        0,                 "grid good for the delay of the vehicle's power"),

    (LOCKED,      "is_reset",        START,       0,                 "reset on site"),
    (LOCKED,      "is_safe_return",  LOCKED_CLOSE, 0,                "grid good for the whole delay, dead bus proven, unbonded"),
    (LOCKED_CLOSE, "forms_at_once",  LOCKED,      0,                 "the charger forms onto the grid"),
    (LOCKED_CLOSE, "has_closed",     LOCKED_LOST, 0,                 "every pole closed, the house hangs on the grid"),
    (LOCKED_CLOSE, "is_fed_unproven", LOCKED_LOST, 0,                "a contact says open while the house hangs on the grid"),
    (LOCKED_LOST, "is_reset",        START,       0,                 "reset on site"),
    (LOCKED_LOST, "is_entered",      LOCKED_GRID, 0,                 "grid good for the delay of the vehicle's power"),
    (LOCKED_GRID, "is_reset",        START,       0,                 "reset on site"),
    (LOCKED_GRID, "is_lost",         LOCKED_LOST, 0,                 "grid lost"),
    (LOCKED_GRID, "is_dark",         LOCKED_LOST, 0,                 "switch silent or load side dead, and the charger sees no voltage"),
)
FROM, CONDITION, NEXT, REASON, WHY = range(5)
