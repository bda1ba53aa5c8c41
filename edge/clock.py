"""Monotonic milliseconds that never wrap, from a port whose tick counter does.

Not its job: wall time (the clock port of hal.py), scheduling (gateway.py).
Source: MicroPython `time.ticks_ms` wraps at 2**30 ms (12.4 days) on 32-bit ports; `ticks_diff` is
valid over half of that. Everything above this file subtracts times plainly.
"""

TICKS_PERIOD_MS = 1 << 30
_HALF_PERIOD_MS = TICKS_PERIOD_MS >> 1


class MonotonicClock:
    """Unwraps a tick counter; must be asked at least once in 6.2 days."""

    def __init__(self, ticks_ms):
        """ticks_ms: function giving 0..2**30-1 ms, wrapping."""
        self._ticks_ms = ticks_ms
        self._last_ticks_ms = ticks_ms()
        self._now_ms = 0

    def now_ms(self):
        """Milliseconds since this clock was made: integer, never goes back, never wraps."""
        ticks_ms = self._ticks_ms()
        step_ms = (ticks_ms - self._last_ticks_ms + _HALF_PERIOD_MS) % TICKS_PERIOD_MS - _HALF_PERIOD_MS
        # A port whose counter steps back (seen after light sleep) must not move time backwards.
        if step_ms > 0:
            self._last_ticks_ms = ticks_ms
            self._now_ms += step_ms
        return self._now_ms
