"""What happens when something goes silent, wrong or slow: flag -> delay -> action -> clear rule, as a table.

Not its job: the conditions (checks/), what an action leaves of the power (laws/protection.py).
Source: ours. Tick < failsafe delay < device reversion: the gateway acts before the device has to.
"""

from edge import reasons
from edge.checks.table import CHECKS

# Actions in order; each allows a part of what the one before allows, so the worst one speaks for all.
NONE = 0
REPORT = 1             # leases lapse by themselves, nothing else changes
STOP_DISCHARGING = 2
HOLD_LIMITED = 3       # charging up to p_static_safe_w, no discharging
ZERO = 4               # 0 W and 0 var are written
STOP_REFRESHING = 5    # nothing is written: the device falls back by itself

# check             delay: row of the failsafe section, or ms   action            reason
FAILSAFE = (
    ("wrong_device",   0,                STOP_REFRESHING,  reasons.WRONG_DEVICE),
    ("charger_lost",   "charger_lost_s", STOP_REFRESHING,  reasons.CHARGER_LOST),
    ("contended",      0,                STOP_REFRESHING,  reasons.CONTENDED),
    ("tick_stalled",   "charger_lost_s", STOP_REFRESHING,  reasons.TICK_STALLED),
    ("writes_fail",    "charger_lost_s", ZERO,             reasons.WRITES_FAIL),
    ("values_frozen",  0,                ZERO,             reasons.VALUES_FROZEN),
    ("meter_lost",     "meter_lost_s",   HOLD_LIMITED,     reasons.METER_LOST),
    ("fuse_unguarded", "meter_lost_s",   HOLD_LIMITED,     reasons.FUSE_UNGUARDED),
    ("no_watchdog",    0,                HOLD_LIMITED,     reasons.NO_WATCHDOG),
    # A vehicle may take less than offered, so this only tells; the ladder of the profile would follow.
    ("no_effect",      "charger_lost_s", REPORT,           reasons.NO_EFFECT),
    ("ev_lost",        "ev_lost_s",      STOP_DISCHARGING, reasons.EV_LOST),
    ("cloud_lost",     "cloud_lost_s",   REPORT,           reasons.CLOUD_LOST),
    # numbers of grid_reasons.py
    ("native_refused", 0,                REPORT,           122),
    ("native_ignored", 0,                REPORT,           123),
    ("trip_unconfirmed", 0,              STOP_DISCHARGING, 124),
)

# columns of a row
CHECK, DELAY, ACTION, REASON = range(4)

_CONDITIONS = {}
for _name, _condition in CHECKS:
    _CONDITIONS[_name] = _condition
_ROWS = [(_CONDITIONS[_row[CHECK]], _row) for _row in FAILSAFE]
_SIZE = 2 * len(FAILSAFE)


def evaluate(health, memory, dt_ms, p):
    """The worst action in force for one DER: (action, reason, memory, changes).

    health: checks.health.Health of this tick. memory: None or a tuple of integers, two per row: ms counted and whether
    the row is in force. dt_ms: since the last call. p: the failsafe section. changes: (reason, now in force) of rows
    that changed. A row comes into force after its delay and goes after p.clear_s without its flag.
    """
    if memory is None and not _any_raised(health):
        return NONE, 0, None, ()
    counts = list(memory) if memory else [0] * _SIZE
    changes = []
    action, reason, idle = NONE, 0, True
    for number in range(len(_ROWS)):
        condition, row = _ROWS[number]
        raised = condition(health)
        in_force = counts[2 * number + 1]
        if raised == bool(in_force):
            count_ms = 0
        else:
            count_ms = counts[2 * number] + dt_ms
            if count_ms >= (p.clear_s * 1000 if in_force else _delay_ms(row, p)):
                in_force = 0 if in_force else 1
                count_ms = 0
                changes.append((row[REASON], in_force == 1))
        counts[2 * number] = count_ms
        counts[2 * number + 1] = in_force
        idle = idle and not raised and not in_force
        if in_force and row[ACTION] > action:
            action, reason = row[ACTION], row[REASON]
    return action, reason, None if idle else tuple(counts), changes


def may_refresh(action):
    """Whether setpoints may still be written."""
    return action < STOP_REFRESHING


def in_force(memory):
    """Reasons of the rows that are in force, from the memory `evaluate` gave."""
    if memory is None:
        return []
    return [FAILSAFE[number][REASON] for number in range(len(FAILSAFE)) if memory[2 * number + 1]]


def _any_raised(health):
    for condition, _ in _ROWS:
        if condition(health):
            return True
    return False


def _delay_ms(row, p):
    delay = row[DELAY]
    return getattr(p, delay) * 1000 if isinstance(delay, str) else delay
