"""Points in time as people give them: "07:30" of local time, or Unix time in seconds; on the monotonic clock they decide.

Not its job: the rule of local time (local_time.py), what happens then (requests.py).
Source: ours.
"""
from edge import local_time
from protocols.command_window import clock_or_none
from protocols.refusals import CLOCK_NOT_SET, IN_THE_PAST, MALFORMED, OUT_OF_RANGE

ALLOWED = '"07:30" of local time, or Unix time in s'


def moment(gateway, now_ms, value, latest_min):
    """(monotonic ms, 0, "") of a point in time to come; (None, refusal number, what is allowed).

    value: "HH:MM", which is the next one, or an integer of Unix seconds. latest_min: how far ahead it may lie, min.
    """
    unix_ms = clock_or_none(gateway.ports.clock.unix_ms())
    if isinstance(value, str):
        minute = _minute(value)
        if minute is None:
            return None, MALFORMED, ALLOWED
        place = gateway.config.home or gateway.config.smart_charge
        if unix_ms is None or place is None:
            return None, CLOCK_NOT_SET, "minutes from now" if unix_ms is None else "Unix time; 07:30 needs home.utc_offset_min"
        value = local_time.next_at(minute, unix_ms // 1000, place.utc_offset_min, place.summer_time == "eu")
    elif not isinstance(value, int) or value is True or value is False:
        return None, MALFORMED, ALLOWED
    if unix_ms is None:
        return None, CLOCK_NOT_SET, "minutes from now"
    ahead_ms = value * 1000 - unix_ms
    if ahead_ms <= 0:
        return None, IN_THE_PAST, "later than now, %d" % (unix_ms // 1000)
    if ahead_ms > latest_min * 60000:
        return None, OUT_OF_RANGE, "at most %d min ahead" % latest_min
    return now_ms + ahead_ms, 0, ""


def _minute(text):
    """Minute of the day of "HH:MM", None when it is none."""
    parts = text.split(":")
    for part in parts:
        if not 1 <= len(part) <= 2 or [char for char in part if char not in "0123456789"]:
            return None
    if len(parts) != 2 or int(parts[0]) > 23 or int(parts[1]) > 59:
        return None
    return 60 * int(parts[0]) + int(parts[1])
