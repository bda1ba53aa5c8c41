"""Times for people: "18:00" today, "Tue 18:00" on another day, "in 55 min"; of the monotonic clock, by the site's local time.

Not its job: the rule of local time (local_time.py), times that people give (request_times.py).
Source: ours.
"""
from edge import local_time
from protocols.command_window import clock_or_none

# Where the clock was corrected a little since a time was said, 07:30 still reads 07:30.
CLOCK_SLACK_S = 2
# With hardly any load a number of hours is none that anybody believes.
HOURS_SHOWN_MAX = 96
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


class LocalWords:
    """The clock of one answer."""

    def __init__(self, gateway, now_ms):
        """gateway: Gateway; its section home or smart_charge says which local time."""
        self._now_ms = now_ms
        self._unix_ms = clock_or_none(gateway.ports.clock.unix_ms())
        self._place = gateway.config.home or gateway.config.smart_charge

    def unix_s(self, at_ms):
        """Unix time of a monotonic time, s; None for None, or while the clock is not set."""
        return None if at_ms is None or self._unix_ms is None else (self._unix_ms + at_ms - self._now_ms) // 1000

    def left_s(self, at_ms):
        """Seconds until then; None for None and for what has passed."""
        return None if at_ms is None or at_ms <= self._now_ms else (at_ms - self._now_ms) // 1000

    def at(self, at_ms):
        """Words for a monotonic time; None for None, without a clock, or without a local time."""
        unix_s = self.unix_s(at_ms)
        if unix_s is None or self._place is None:
            return None
        day, minute = self._local(unix_s + CLOCK_SLACK_S)
        today, _ = self._local(self._unix_ms // 1000)
        words = "%02d:%02d" % (minute // 60, minute % 60)
        is_near = abs(unix_s - self._unix_ms // 1000) < local_time.DAY_S
        return words if day == today and is_near else DAYS[day] + " " + words

    def _local(self, unix_s):
        return local_time.weekday_and_minute(unix_s, self._place.utc_offset_min, self._place.summer_time == "eu")


def until(time):
    """Words for what ends then: "until 18:00 (in 55 min)", "for 55 min" where there is no local time; "" for None."""
    if time is None:
        return ""
    return "until " + when(time) if time["at"] else "for another " + span(time["left_s"])


def when(time):
    """"18:00 (in 55 min)", "in 55 min" where there is no local time."""
    ahead = span(time["left_s"])
    return "%s (in %s)" % (time["at"], ahead) if time["at"] else "in " + ahead


def lasting(hours, km):
    """How long the vehicle lasts for the house, and what it keeps: "5.2 h at this load, 38 km kept for driving".

    Either None: nobody knows; "" without the hours."""
    if hours is None:
        return ""
    words = "%.1f h at this load" % hours if hours <= HOURS_SHOWN_MAX else "more than %d days at this load" % (HOURS_SHOWN_MAX // 24)
    return words if km is None else words + ", %d km kept for driving" % round(km)


def span(left_s):
    """A duration in words: "40 s", "55 min", "3 h 20 min", "2 days"."""
    if left_s < 90:
        return "%d s" % left_s
    minutes = left_s // 60
    if minutes < 90:
        return "%d min" % minutes
    if minutes < 2880:
        return "%d h" % (minutes // 60) + (" %d min" % (minutes % 60) if minutes % 60 else "")
    return "%d days" % (minutes // 1440)
