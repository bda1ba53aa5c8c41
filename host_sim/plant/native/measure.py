"""Measurement windows: moving means of voltage and frequency, as an inverter's protection and functions see them.

Not its job: resolution and noise of an instrument; what is concluded (trip.py, ride_through.py, the functions).
Source: IEEE 1547-2018, Table 3: transient values over up to 5 cycles; the 10 of steady state would be late for a
response time of 0.5 s. Trip and ride-through look at a root mean square over one cycle, so that blocking within
0.083 s is possible at all.
Sums are integers (millionths), so that no rounding error gathers over hours.
"""

from math import sqrt

from host_sim.plant.native.step import STEP_S, window_steps

FAST_V_CYCLES = 1
SLOW_V_CYCLES = 5
FAST_F_CYCLES = 3
SLOW_F_CYCLES = 5
PPM_PER_PU = 1_000_000


class MovingMean:
    """Mean of the last so many integers."""

    def __init__(self, steps, value):
        """Starts as if `value` had always been there."""
        self._ring = [value] * steps
        self._sum = value * steps
        self._at = 0

    def push(self, value):
        """Takes the newest value; returns the mean."""
        ring = self._ring
        at = self._at
        self._sum += value - ring[at]
        ring[at] = value
        self._at = at + 1 if at + 1 < len(ring) else 0
        return self._sum / len(ring)


class VoltageMeter:
    """Fast: lowest and highest phase, one cycle. Slow: mean, highest and lowest, five cycles. All in pu."""

    def __init__(self, f_nom_hz):
        self._fast_steps = window_steps(FAST_V_CYCLES, f_nom_hz)
        self._slow_steps = window_steps(SLOW_V_CYCLES, f_nom_hz)
        self.delay_s = self._slow_steps * STEP_S / 2      # what the slow window adds to a response
        self._last_pu = None
        self._same_steps = 0
        self.settled = False
        self.lo_pu = self.hi_pu = self.mean_slow_pu = self.hi_slow_pu = self.lo_slow_pu = None

    def push(self, v_pu):
        """Takes this step's voltages by phase, a tuple of 1 to 3, pu >= 0."""
        if v_pu == self._last_pu:
            self._same_steps += 1
            if self._same_steps > self._slow_steps:
                self.settled = True
                return
        else:
            self._same_steps = 1
            self.settled = False
        ppm = [round(v * PPM_PER_PU) for v in v_pu]
        lo_ppm, hi_ppm, sum_ppm = min(ppm), max(ppm), sum(ppm)
        if self._last_pu is None:
            self._start(ppm, lo_ppm, hi_ppm, sum_ppm)
        self._last_pu = v_pu
        squares = [mean.push(value * value) for mean, value in zip(self._fast, ppm)]
        self.lo_pu = sqrt(min(squares)) / PPM_PER_PU
        self.hi_pu = sqrt(max(squares)) / PPM_PER_PU
        self.mean_slow_pu = self._slow_mean.push(sum_ppm) / (PPM_PER_PU * len(ppm))
        self.hi_slow_pu = self._slow_hi.push(hi_ppm) / PPM_PER_PU
        self.lo_slow_pu = self._slow_lo.push(lo_ppm) / PPM_PER_PU

    def _start(self, ppm, lo_ppm, hi_ppm, sum_ppm):
        """The grid has always been as it is first seen."""
        self._fast = [MovingMean(self._fast_steps, value * value) for value in ppm]
        self._slow_mean = MovingMean(self._slow_steps, sum_ppm)
        self._slow_hi = MovingMean(self._slow_steps, hi_ppm)
        self._slow_lo = MovingMean(self._slow_steps, lo_ppm)


class FrequencyMeter:
    """fast_hz over three cycles for protection, slow_hz over five for droop."""

    def __init__(self, f_nom_hz):
        self._fast_steps = window_steps(FAST_F_CYCLES, f_nom_hz)
        self._slow_steps = window_steps(SLOW_F_CYCLES, f_nom_hz)
        self.delay_s = self._slow_steps * STEP_S / 2
        self._last_hz = None
        self._same_steps = 0
        self.settled = False
        self.fast_hz = self.slow_hz = None

    def push(self, f_hz):
        """Takes this step's frequency, Hz."""
        if f_hz == self._last_hz:
            self._same_steps += 1
            if self._same_steps > self._slow_steps:
                self.settled = True
                return
        else:
            self._same_steps = 1
            self.settled = False
        ppm = round(f_hz * PPM_PER_PU)
        if self._last_hz is None:
            self._fast = MovingMean(self._fast_steps, ppm)
            self._slow = MovingMean(self._slow_steps, ppm)
        self._last_hz = f_hz
        self.fast_hz = self._fast.push(ppm) / PPM_PER_PU
        self.slow_hz = self._slow.push(ppm) / PPM_PER_PU
