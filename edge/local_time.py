"""Local time from Unix time: weekday and minute of the day, with the European summer-time rule.

Not its job: the clock (the gateway hands it in), other rules of summer time.
Source: Directive 2000/84/EC: summer time from the last Sunday of March to the last Sunday of October, both at 01:00 UTC;
days to dates as in Howard Hinnant's civil_from_days. Integers only: 32-bit floats can't hold Unix seconds.
"""

DAY_S = 86400
SUNDAY = 6
# Days from 1970-01-01 to 0000-03-01, where the count of years that begin in March starts.
_EPOCH_DAYS = 719468
_ERA_DAYS = 146097      # of 400 years


def weekday_and_minute(unix_s, utc_offset_min, has_summer_time):
    """(weekday, minute of the day) of local time: Monday is 0, minute 0..1439. utc_offset_min: in winter, east is +."""
    offset_min = utc_offset_min + (60 if has_summer_time and is_summer(unix_s) else 0)
    local_s = unix_s + 60 * offset_min
    return _weekday(local_s // DAY_S), local_s % DAY_S // 60


def next_at(minute, unix_s, utc_offset_min, has_summer_time):
    """Unix time, s, at which the local clock shows the minute of the day next, after unix_s and within 25 h.

    A minute that summer time skips is taken an hour later, one that comes twice at its first.
    """
    _, minute_now = weekday_and_minute(unix_s, utc_offset_min, has_summer_time)
    at_s = unix_s - unix_s % 60 + 60 * ((minute - minute_now - 1) % 1440 + 1)
    _, found = weekday_and_minute(at_s, utc_offset_min, has_summer_time)
    # The clock was put forward or back on the way.
    shift_min = (minute - found + 720) % 1440 - 720
    moved_s = at_s + 60 * shift_min
    return moved_s if moved_s > unix_s and weekday_and_minute(moved_s, utc_offset_min, has_summer_time)[1] == minute else at_s


def is_summer(unix_s):
    """Whether European summer time holds."""
    march = _first_of_march_days(unix_s // DAY_S)
    begins_s = _last_sunday(march + 30) * DAY_S + 3600
    ends_s = _last_sunday(march + 244) * DAY_S + 3600    # 31 October
    return begins_s <= unix_s < ends_s


def _weekday(days):
    return (days + 3) % 7   # 1970-01-01 was a Thursday


def _last_sunday(days):
    return days - (_weekday(days) - SUNDAY) % 7


def _first_of_march_days(days):
    """Days from 1970-01-01 to the last first of March; January and February belong to the year before, all winter."""
    day = (days + _EPOCH_DAYS) % _ERA_DAYS
    year = (day - day // 1460 + day // 36524 - day // 146096) // 365
    return days - (day - (365 * year + year // 4 - year // 100))
