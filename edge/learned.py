"""Keeps what the household part learned across a restart: usual load and sun, habits of each vehicle.

Not its job: learning (household/forecast.py, habits.py), when to keep (recall.py). Used once an hour, so a board forgets it.
Written every hour and at the clean stop, some 4 kB: 0.1 MB a day. A power cut costs an hour of a mean that forgets a season
within two weeks. It comes back as a command, like a wish, so that a replay knows what the gateway knew.
Source: ours.
"""
import json

from edge.household.forecast import QUARTERS, UNKNOWN
from edge.household.habits import WHOLE

HOUR_MS = 3600000
W_MAX = 1000000
WH_MAX = 1000000


def is_due(head, unix_ms):
    """Whether a file that begins so is of another hour than this one; head: bytes, None without a file."""
    return (head or b"").split(b"\n")[0] != b"%d" % (unix_ms // HOUR_MS)


def kept(state, unix_ms):
    """The bytes of the file; state: of the controller, with a [home] section."""
    energy = state.household.energy_use
    content = {"forecast": energy.outlook.forecast.learned(),
               "habits": {der.device.name: plan.habits.dump() for der, plan in zip(state.ders, energy.plans)}}
    return b"%d\n" % (unix_ms // HOUR_MS) + json.dumps(content).encode()


def commands(data, names):
    """The command that brings it back, [] where the file can't be read; names: of the DERs of now."""
    try:
        content = json.loads(data.split(b"\n", 1)[1])
        forecast, habits = content["forecast"], content["habits"]
        rows = [habits.get(name) for name in names]
        is_sound = len(forecast) == 2 and all([_is_table(table, UNKNOWN, W_MAX) for table in forecast]) and all([
            row is None or _is_habit(row) for row in rows])
    except (TypeError, ValueError, LookupError, AttributeError):
        return []
    return [{"kind": "learned", "forecast": forecast, "habits": rows}] if is_sound else []


def _is_habit(row):
    share, left_with_wh, was_here, e_driven_wh = row
    return (_is_table(share, 0, WHOLE) and (left_with_wh is None or _is_whole(left_with_wh, 0, WH_MAX))
            and was_here in (None, True, False) and _is_whole(e_driven_wh, 0, WH_MAX))


def _is_table(table, low, high):
    """Two kinds of day, a number for each quarter-hour."""
    return len(table) == 2 and all([len(day) == QUARTERS and all([_is_whole(value, low, high) for value in day])
                                    for day in table])


def _is_whole(value, low, high):
    return isinstance(value, int) and value is not True and value is not False and low <= value <= high
