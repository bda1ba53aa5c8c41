"""State of charge of a vehicle whose charger tells it only while power flows: the last valid reading, carried on.

Not its job: which readings are valid (the profile), forcing one (soc_probe.py), the limiter's window.
Source: ours, after what users of such a charger learned: idle it reads 0, now and then 1, and sometimes it jumps.
An estimate is good for people and for planning for a day; discharging goes by it only while it is young and little
energy has passed since. A discharge that begins by it reads the truth within a minute. What a vehicle's own service says
(site link) is for planning only: nothing from there may allow more.
"""

# For discharging: no older, and no more energy counted since, in thousandths of the capacity.
STRONG_MS = 21600000
STRONG_PERMILLE = 50
# For anything.
HOLD_MS = 86400000
# A reading so far from the estimate is believed only when it stays; a real vehicle does not jump.
JUMP_PCT = 5
JUMP_MS = 30000
# Where nobody knows the capacity, the estimate stands still, and little may pass.
UNKNOWN_CAPACITY_WH = 20000


class SocMemory:
    """One session's. soc_pct: the best that is known, % or None; is_estimate: not read now."""

    def __init__(self):
        self.forget()

    def forget(self):
        """Another vehicle, or none."""
        self.soc_pct = None
        self.is_estimate = False
        self._read_pct = None       # last reading that was believed,
        self._read_ms = 0           # when,
        self._since_mwh = 0         # what went into the battery since
        self._moved_mwh = 0         # and in both directions together
        self._odd_ms = None         # since when readings are too far off

    def step(self, view, now_ms, stored_mwh, told_pct=None):
        """Takes this tick's reading or carries the last one on; view.soc_pct becomes what discharging may go by.

        stored_mwh: into the battery since the tick before, negative out of it. told_pct: by the site link, or None.
        """
        self._since_mwh += stored_mwh
        self._moved_mwh += abs(stored_mwh)
        estimate_pct = self._estimate_pct(view, now_ms)
        read_pct, strong_pct = view.soc_pct, estimate_pct if self._is_strong(view, now_ms) else None
        if read_pct is not None and self._is_believed(read_pct, strong_pct, now_ms):
            self.soc_pct, self.is_estimate = read_pct, False
            self._read_pct, self._read_ms = read_pct, now_ms
            self._since_mwh = self._moved_mwh = 0
        else:
            self.soc_pct, self.is_estimate = estimate_pct, estimate_pct is not None
            # In doubt discharging goes by the lower of both.
            view.soc_pct = strong_pct if read_pct is None else min(read_pct, strong_pct)
            if estimate_pct is None and told_pct is not None and 0 <= told_pct <= 100:
                self.soc_pct = told_pct
        view.soc_is_estimate = self.is_estimate

    def _is_believed(self, read_pct, strong_pct, now_ms):
        if strong_pct is None or abs(read_pct - strong_pct) <= JUMP_PCT:
            self._odd_ms = None
            return True
        if self._odd_ms is None:
            self._odd_ms = now_ms
        if now_ms - self._odd_ms < JUMP_MS:
            return False
        self._odd_ms = None
        return True

    def _estimate_pct(self, view, now_ms):
        if self._read_pct is None or now_ms - self._read_ms > HOLD_MS:
            return None
        if not view.e_capacity_wh:
            return self._read_pct
        return min(max(self._read_pct + self._since_mwh / (10 * view.e_capacity_wh), 0), 100)

    def _is_strong(self, view, now_ms):
        if self._read_pct is None or now_ms - self._read_ms > STRONG_MS:
            return False
        return self._moved_mwh <= STRONG_PERMILLE * (view.e_capacity_wh or UNKNOWN_CAPACITY_WH)

    def dump(self):
        """What a keyframe keeps."""
        return [self.soc_pct, self.is_estimate, self._read_pct, self._read_ms, self._since_mwh, self._moved_mwh, self._odd_ms]

    def load(self, content):
        """Put a dump back."""
        (self.soc_pct, self.is_estimate, self._read_pct, self._read_ms, self._since_mwh, self._moved_mwh,
         self._odd_ms) = content
