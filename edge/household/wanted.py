"""What a vehicle has to have in it when it leaves: said by somebody, or usual; and how much of that is still missing.

Not its job: whether that is possible (promise.py), what became of it (verdict.py).
Source: ours. What is missing is an upper bound: energy counted at the terminals is taken with a margin, a reading of
the state of charge with half of its resolution, and the smaller of both holds; so a promise is kept also where meter,
efficiency and reading are each a little wrong.
"""
from edge.local_time import weekday_and_minute

DAY_MIN = 1440
MINUTE_MS = 60000
# Capacity where nobody knows it: too early rather than too late.
UNKNOWN_CAPACITY_WH = 100000
TOLERANCE_MWH = 50000


class Wanted:
    """One DER's. t_departure_ms None: nothing is wanted. soc_pct: target, or None where energy was said."""

    def __init__(self, p, home, resolution_pct):
        """p: the mobility section; home: the home section or None; resolution_pct: of a reading of the device."""
        self.margin_permille = int(10 * p.e_margin_pct)
        self._home = home
        self._half_pct = resolution_pct / 2
        self.clear()

    def clear(self):
        """Nothing is wanted any more."""
        self.t_departure_ms = None
        self.soc_pct = None
        self.is_usual = False
        self.wanted_mwh = 0         # as it was said; of a target, what the vehicle came without
        self.missing_mwh = None     # upper bound; None until the capacity is known
        self.missing_plain_mwh = 0  # counted without a margin
        self._aim_pct = None        # reading at which energy that was said is surely there

    def want(self, t_departure_ms, e_needed_wh, soc_pct, is_usual=False):
        """From now on this is wanted; no time: nothing."""
        self.clear()
        if t_departure_ms is None:
            return
        self.t_departure_ms, self.soc_pct, self.is_usual = t_departure_ms, soc_pct, is_usual
        if soc_pct is None:
            self.wanted_mwh = self.missing_mwh = self.missing_plain_mwh = int((e_needed_wh or 0) * 1000)

    def usual(self, now_ms, unix_s):
        """Takes the usual departure where nobody said another and the clock is set."""
        home = self._home
        if self.t_departure_ms is None and home is not None and home.departure_min is not None and unix_s is not None:
            self.want(now_ms + 1000 * _seconds_until(home, unix_s), None, home.departure_soc_pct, True)

    def count(self, view, memory, stored_mwh):
        """Takes this tick's energy into the battery, mWh, and what memory, a SocMemory, knows."""
        capacity_wh = view.e_capacity_wh or UNKNOWN_CAPACITY_WH
        if self.missing_mwh is None:
            # Unknown state of charge: empty, the worst there is.
            has_pct = max(memory.soc_pct - self._half_pct, 0) if memory.soc_pct is not None and view.e_capacity_wh else 0
            self.missing_mwh = self.missing_plain_mwh = self.wanted_mwh = int(10 * (self.soc_pct - has_pct) * capacity_wh)
        self.missing_mwh -= stored_mwh - abs(stored_mwh) * self.margin_permille // 1000
        self.missing_plain_mwh -= stored_mwh
        if memory.soc_pct is None or memory.is_estimate or not view.e_capacity_wh:
            return
        if self.soc_pct is not None:
            self._by_target(view, memory.soc_pct, 10 * capacity_wh)
        else:
            self._by_aim(memory.soc_pct, 10 * capacity_wh)

    def _by_target(self, view, read_pct, mwh_per_pct):
        """A target in %: a reading says what is missing, give or take half of its resolution."""
        aim_pct = min(self.soc_pct + self._half_pct, view.soc_max_pct)
        most_mwh = int((aim_pct - read_pct) * mwh_per_pct)
        least_mwh = most_mwh - int(2 * self._half_pct * mwh_per_pct)
        self.missing_mwh = min(max(self.missing_mwh, least_mwh), most_mwh)
        self.missing_plain_mwh = int((self.soc_pct - read_pct) * mwh_per_pct)
        if self._aim_pct is None:
            self._aim_pct = aim_pct
            self.wanted_mwh = max(self.missing_plain_mwh, 0)

    def _by_aim(self, read_pct, mwh_per_pct):
        """Energy in Wh: the state of charge at which it is surely there bounds what is missing too."""
        if self._aim_pct is None:
            self._aim_pct = read_pct + 2 * self._half_pct + self.missing_mwh * (1 + self.margin_permille / 1000) / mwh_per_pct
        most_mwh = int((self._aim_pct - read_pct) * mwh_per_pct)
        if most_mwh < self.missing_mwh:
            self.missing_mwh = most_mwh

    def tolerance_mwh(self):
        """Less than this is not missing: nobody's trip, or what meter and efficiency may be wrong by."""
        return max(TOLERANCE_MWH, self.wanted_mwh * self.margin_permille // 1000)

    def likely_mwh(self):
        """What is missing, mWh, without the margins, as far as counter and readings agree."""
        return min(self.missing_plain_mwh, self.missing_mwh)

    def beyond_wh(self, view):
        """Energy of the target that lies above what the configuration allows, Wh >= 0."""
        if self.soc_pct is None:
            return 0
        return max(self.soc_pct - view.soc_max_pct, 0) * (view.e_capacity_wh or 0) / 100

    def gap_wh(self, view, soc_pct):
        """Energy between the end of this and a full battery, Wh; 0, the slowest end, where nobody knows. soc_pct: best
        that is known, or None."""
        if not view.e_capacity_wh:
            return 0
        if self.soc_pct is not None:
            return max(100 - self.soc_pct - self._half_pct, 0) * view.e_capacity_wh / 100
        if soc_pct is None:
            return 0
        return max((100 - soc_pct) * view.e_capacity_wh / 100 - self.missing_mwh / 1000, 0)

    def kept(self, number):
        """Commands that bring it back; the usual comes by itself."""
        if self.t_departure_ms is None or self.is_usual:
            return []
        e_needed_wh = max(self.missing_plain_mwh, 0) / 1000 if self.soc_pct is None else None
        return [{"kind": "departure", "der": number, "t_departure_ms": self.t_departure_ms, "e_needed_wh": e_needed_wh,
                 "soc_pct": self.soc_pct}]

    def dump(self):
        """What a keyframe keeps."""
        return [self.t_departure_ms, self.soc_pct, self.is_usual, self.wanted_mwh, self.missing_mwh,
                self.missing_plain_mwh, self._aim_pct]

    def load(self, content):
        """Put a dump back."""
        (self.t_departure_ms, self.soc_pct, self.is_usual, self.wanted_mwh, self.missing_mwh, self.missing_plain_mwh,
         self._aim_pct) = content


def _seconds_until(home, unix_s):
    """Seconds to the next usual departure, 1 to a day and an hour, by local time also when its rule changes till then."""
    has_summer_time = home.summer_time == "eu"
    minute = weekday_and_minute(unix_s, home.utc_offset_min, has_summer_time)[1]
    wait_min = (home.departure_min - minute) % DAY_MIN or DAY_MIN
    then_s = unix_s - unix_s % 60 + 60 * wait_min
    there = weekday_and_minute(then_s, home.utc_offset_min, has_summer_time)[1]
    off_min = (there - home.departure_min + DAY_MIN // 2) % DAY_MIN - DAY_MIN // 2
    return then_s - 60 * off_min - unix_s
