"""The states of the commanded transfer as a table: what is ordered in each, how long it may take, what the laws are told.

Not its job: what leads from one to the next (sequence_moves.py), running them (sequence.py).
Source: IEC 60364-8-2 and IEC 60947-6-1 from general knowledge; the order is ours: cease, open, prove, bond, probe, raise, supply;
stop, prove dead, unbond, prove, close, wait.
"""
from edge import home_reasons as r

START = "starting"              # what the house hangs on is not known yet
GRID = "on_grid"
LOST = "grid_lost"              # closed; the grid is gone and no vehicle can help
CEASE = "ceasing"               # the vehicle's power goes to zero
OPEN = "opening"                # poles open, isolation proven
BOND = "bonding"                # neutral to earth, circuits off, hardware lets the inverter form
PROBE = "probing"               # some volts, little current: nothing may follow on the grid side
RISE = "raising"                # full voltage
ISLAND = "islanded"
EBB = "shutting_down"           # circuits off in order
HALT = "stopping"               # the charger stops forming; the poles stay open
DARK = "waiting_open"           # open, nothing forms: the grid, or the vehicle, may come back
STOP = "stopping_to_return"
UNBOND = "unbonding"
CLOSE = "closing"
ENTER = "entering_service"      # the house is back, the vehicle's power is not yet
LOCKED = "locked_out"
LOCKED_CLOSE = "locked_out_closing"     # a lock-out bars islands, not the grid: back to it, once, with the same proofs
LOCKED_LOST = "locked_out_no_grid"      # closed, the grid gone or not back for long enough
LOCKED_GRID = "locked_out_on_grid"      # closed, in service, no transfer

# bond: KEEP leaves it until the bus is dead. form and circuits as orders.
NONE, KEEP, WANTED = "none", "keep", "wanted"
START_V, FULL_V = "start", "full"
ALL, STAGED = "all", "staged"

# Times in ms; TRAVEL: backup.travel_s.
TRAVEL = "travel"
CEASE_MS = 2000
PROBE_MS = 4000
RISE_MS = 5000
EBB_MS = 60000
STOP_MS = 5000
LOCKED_CLOSE_MS = 10000     # nobody hurries any more

# state       close  bond    form     circuits  wait ms   then         its reason        what the laws are told
STATES = (
    (START,       True,  NONE,   NONE,    ALL,    None,     None,        0,                r.SENSOR_LOST),
    (GRID,        True,  NONE,   NONE,    ALL,    None,     None,        0,                0),
    (LOST,        True,  NONE,   NONE,    ALL,    None,     None,        0,                r.BACKUP_REFUSED),
    (CEASE,       True,  NONE,   NONE,    ALL,    CEASE_MS, LOCKED_LOST, r.CONTRADICTION,  r.ISLANDED),
    (OPEN,        False, NONE,   NONE,    NONE,   TRAVEL,   LOCKED,      r.ISOLATION_UNPROVEN, r.ISLANDED),
    (BOND,        False, WANTED, NONE,    NONE,   TRAVEL,   LOCKED,      r.BOND_FAILED,    r.ISLANDED),
    (PROBE,       False, WANTED, START_V, NONE,   PROBE_MS, LOCKED,      r.FORMING_FAILED, r.ISLANDED),
    (RISE,        False, WANTED, FULL_V,  NONE,   RISE_MS,  LOCKED,      r.FORMING_FAILED, r.ISLANDED),
    (ISLAND,      False, WANTED, FULL_V,  STAGED, None,     None,        0,                r.ISLANDED),
    (EBB,         False, WANTED, FULL_V,  STAGED, EBB_MS,   HALT,        r.LOW_SOC_STOP,   r.ISLANDED),
    (HALT,        False, WANTED, NONE,    NONE,   STOP_MS,  DARK,        0,                r.ISLANDED),
    (DARK,        False, KEEP,   NONE,    NONE,   None,     None,        0,                r.ISLANDED),
    (STOP,        False, WANTED, NONE,    STAGED, STOP_MS,  LOCKED,      r.CONTRADICTION,  r.RETURNING),
    (UNBOND,      False, NONE,   NONE,    STAGED, TRAVEL,   LOCKED,      r.BOND_FAILED,    r.RETURNING),
    (CLOSE,       True,  NONE,   NONE,    ALL,    TRAVEL,   LOCKED,      r.SWITCH_STUCK,   r.RETURNING),
    (ENTER,       True,  NONE,   NONE,    ALL,    None,     None,        0,                r.RETURN_DELAY),
    (LOCKED,      False, KEEP,   NONE,    NONE,   None,     None,        0,                r.LOCKED_OUT),
    (LOCKED_CLOSE, True, NONE,   NONE,    ALL,    LOCKED_CLOSE_MS, LOCKED, r.SWITCH_STUCK, r.LOCKED_OUT),
    (LOCKED_LOST, True,  NONE,   NONE,    ALL,    None,     None,        0,                r.LOCKED_OUT),
    (LOCKED_GRID, True,  NONE,   NONE,    ALL,    None,     None,        0,                0),
)
NAME, CLOSED, BONDED, FORM, CIRCUITS, WAIT, THEN, WHY_THEN, TOLD = range(9)

LOCKED_STATES = (LOCKED, LOCKED_CLOSE, LOCKED_LOST, LOCKED_GRID)
# Poles asked open, or about to be: the grid-code law counts the vehicle as out of service.
OPEN_STATES = (CEASE, OPEN, BOND, PROBE, RISE, ISLAND, EBB, HALT, DARK, STOP, UNBOND, CLOSE, LOCKED,
               LOCKED_CLOSE)
# The vehicle forms, or is asked to.
FORMING = (PROBE, RISE, ISLAND, EBB)
# Nobody's lights depend on what is written here: observing may let go of the devices.
CALM = (START, GRID, LOST, ENTER, LOCKED_LOST, LOCKED_GRID)
