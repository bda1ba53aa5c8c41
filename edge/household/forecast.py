"""What the house usually lacks and has left over, by quarter-hour of the day, learned here: workdays and weekends apart.

Not its job: measuring (house.py), planning with it (planner.py).
Source: ours; an exponential mean forgets a season within two weeks. Means of what was lacking and of what was left over
are kept apart: a quarter-hour of clouds has both, and their difference would hide them.
"""

QUARTER_S = 900
QUARTERS = 96
UNKNOWN = -1
# Share of the newest day in the mean.
NEW_DIVISOR = 3
# Taken for a house nobody has seen yet.
DEFICIT_ASSUMED_W = 300
# Less of a quarter-hour than this was seen: not worth learning from.
SEEN_MIN_MS = 450000


class Forecast:
    """Mean W by day (workday, weekend) and quarter-hour; and what the quarter-hour that runs has seen."""

    def __init__(self):
        # 0 workday, 1 weekend
        self._deficit_w = [[UNKNOWN] * QUARTERS, [UNKNOWN] * QUARTERS]
        self._surplus_w = [[UNKNOWN] * QUARTERS, [UNKNOWN] * QUARTERS]
        self._place = None
        self._seen_ms = 0
        self._deficit_mwh = self._surplus_mwh = 0

    def see(self, place, deficit_w, surplus_w, dt_ms):
        """Counts a tick. place: (0 workday or 1 weekend, quarter-hour); None: nobody knows the time. W: >= 0."""
        if place != self._place:
            self._learn()
            self._place, self._seen_ms, self._deficit_mwh, self._surplus_mwh = place, 0, 0, 0
        if place is not None and deficit_w is not None:
            self._seen_ms += dt_ms
            self._deficit_mwh += int(deficit_w * dt_ms / 3600)
            self._surplus_mwh += int(surplus_w * dt_ms / 3600)

    def _learn(self):
        if self._place is None or self._seen_ms < SEEN_MIN_MS:
            return
        kind, quarter = self._place
        for table, seen_mwh in ((self._deficit_w, self._deficit_mwh), (self._surplus_w, self._surplus_mwh)):
            mean_w = seen_mwh * 3600 // self._seen_ms
            old_w = table[kind][quarter]
            table[kind][quarter] = mean_w if old_w == UNKNOWN else old_w + (mean_w - old_w) // NEW_DIVISOR

    def expected(self, kind, quarter):
        """(lacking, left over) W in a quarter-hour; a kind of day that was never seen is like the other."""
        deficit_w, surplus_w = self._deficit_w[kind][quarter], self._surplus_w[kind][quarter]
        if deficit_w == UNKNOWN:
            deficit_w, surplus_w = self._deficit_w[1 - kind][quarter], self._surplus_w[1 - kind][quarter]
        return (DEFICIT_ASSUMED_W, 0) if deficit_w == UNKNOWN else (deficit_w, surplus_w)

    def learned(self):
        """What outlives a restart (learned.py): the quarter-hour that runs is begun anew."""
        return [self._deficit_w, self._surplus_w]

    def recall(self, tables):
        """Put `learned` back."""
        self._deficit_w, self._surplus_w = tables

    def dump(self):
        """What a keyframe keeps."""
        return [self._deficit_w, self._surplus_w, self._place, self._seen_ms, self._deficit_mwh, self._surplus_mwh]

    def load(self, content):
        """Put a dump back."""
        (self._deficit_w, self._surplus_w, place, self._seen_ms, self._deficit_mwh, self._surplus_mwh) = content
        self._place = None if place is None else tuple(place)
