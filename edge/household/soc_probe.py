"""Charging a little to read the state of charge, where a charger tells it only while power flows.

Not its job: who needs it (session.py), carrying it on (soc_memory.py), the rank of it (laws/mobility.py).
Source: ours; a driver in the field starts a charge of one watt for the same purpose. Bounded in time, with gaps and a
cap a day: a vehicle that never tells is not asked for ever, and a contactor has a number of moves.
"""

RUN_MS = 150000         # a CHAdeMO start takes up to a minute, the reading some seconds more
GAP_MS = 900000
DAY_MS = 86400000
DAY_COUNT = 12
P_MIN_W = 100           # a device without a least useful power


class SocProbe:
    """One charger's."""

    def __init__(self):
        self._until_ms = None       # a probe runs
        self._next_ms = 0
        self._day_ms = 0
        self._count = 0

    def step(self, view, now_ms, is_needed, p_min_useful_w):
        """Charging power wanted for it, W >= 0. is_needed: somebody needs it and it is not known."""
        if self._until_ms is not None:
            if is_needed and now_ms < self._until_ms:
                return max(p_min_useful_w, P_MIN_W)
            self._until_ms = None
            self._next_ms = now_ms + GAP_MS
        if not is_needed or not self.is_open(view, now_ms):
            return 0
        if now_ms - self._day_ms >= DAY_MS:
            self._day_ms, self._count = now_ms, 0
        self._count += 1
        self._until_ms = now_ms + RUN_MS
        return max(p_min_useful_w, P_MIN_W)

    def is_open(self, view, now_ms):
        """Whether asking is possible now."""
        if self._until_ms is not None:
            return True
        is_spent = self._count >= DAY_COUNT and now_ms - self._day_ms < DAY_MS
        return now_ms >= self._next_ms and not is_spent and _is_possible(view)

    def begin_session(self):
        """Another vehicle: asking it need not wait."""
        self._until_ms, self._next_ms = None, 0

    def dump(self):
        """What a keyframe keeps."""
        return [self._until_ms, self._next_ms, self._day_ms, self._count]

    def load(self, content):
        """Put a dump back."""
        self._until_ms, self._next_ms, self._day_ms, self._count = content


def _is_possible(view):
    """The household's "idle" and "observe" are a no to this too."""
    return view.plugged is True and view.wish[0] != "idle" and not view.observe and view.p_charge_max_w > 0
