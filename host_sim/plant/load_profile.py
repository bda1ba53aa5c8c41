"""Series over the day for PV, load and the like: piecewise-linear, played 8640 times faster than life.

Not its job: the numbers of a scenario (host_sim/scenarios). Control, charge and leases always run in real seconds;
only what comes from outside is compressed.
Source: compressed day of the WAPE study, 24 h in 10 s = 8640:1.
"""

import bisect

DAY_IN_10_S = 8640


class Series:
    """A value over time, linear between its points and constant beyond them."""

    def __init__(self, points, compression=DAY_IN_10_S):
        """points: ((t_h, value), …), hours by rising time. compression: series time over simulated time."""
        times_h = [t_h for t_h, _ in points]
        if not points or times_h != sorted(set(times_h)):
            raise ValueError("series: times must rise")
        self._times_ms = [t_h * 3_600_000 for t_h in times_h]
        self._values = [value for _, value in points]
        self._compression = compression

    def at(self, now_ms):
        """The value at simulated time now_ms since the start of the series, in the series' own unit."""
        t_ms = now_ms * self._compression
        right = bisect.bisect_right(self._times_ms, t_ms)
        if right == 0 or right == len(self._times_ms):
            return self._values[0 if right == 0 else -1]
        t0_ms, t1_ms = self._times_ms[right - 1:right + 1]
        low, high = self._values[right - 1:right + 1]
        return low + (high - low) * (t_ms - t0_ms) / (t1_ms - t0_ms)


def constant(value):
    """A series that never changes."""
    return Series(((0, value),))
