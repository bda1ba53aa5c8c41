"""Trip: timers of the must-trip rows, ten-minute mean voltage, rate of change of frequency.

Not its job: whether it may leave earlier (ride_through.py), coming back (enter_service.py).
Source: IEEE 1547-2018 Tables 11 to 13 and 18: clearing time counts from the moment the voltage passes the threshold to
the end of current, so the timer is shorter by what measuring and blocking take. AS/NZS 4777.2 sustained over-voltage
(ten-minute mean, within 3 s); G99 loss-of-mains RoCoF.
"""

from host_sim.plant.native.step import STEP_MS

V_ALLOWANCE_MS = 28     # a cycle at 50 Hz, a step, half a step of rounding each way
F_ALLOWANCE_MS = 72     # three cycles at 50 Hz and three steps
MEAN_BINS_COUNT = 600   # of one second each
BIN_STEPS = 1000 // STEP_MS
ROCOF_STEPS = 25        # slope over 100 ms

OV, UV, OF, UF = "over_voltage", "under_voltage", "over_frequency", "under_frequency"
OV_MEAN, ROCOF = "sustained_over_voltage", "rate_of_change"


class MustTimer:
    """One row: trips when what it watches has been beyond the threshold for its time."""

    __slots__ = ("cause", "threshold", "needed_ms", "since_ms")

    def __init__(self, cause, threshold, clearing_s, allowance_ms):
        self.cause = cause
        self.threshold = threshold
        self.needed_ms = max(0, round(clearing_s * 1000) - allowance_ms)
        self.since_ms = None

    def check(self, now_ms, beyond):
        """True when it trips now."""
        if not beyond:
            self.since_ms = None
            return False
        if self.since_ms is None:
            self.since_ms = now_ms
        return now_ms - self.since_ms >= self.needed_ms


def kept(timer, old):
    """The timer with the running time of its like in `old`, so that writing an unrelated setting restarts nothing."""
    for other in old:
        if other.cause == timer.cause and other.threshold == timer.threshold:
            timer.since_ms = other.since_ms
    return timer


class TripWatch:
    """check() names the cause of a trip or None; running tells that a timer counts."""

    def __init__(self):
        self.running = False
        self._timers = {OV: (), UV: (), OF: (), UF: ()}
        self._mean = None
        self._slope = None

    def configure(self, settings):
        """settings: NativeSettings."""
        trip = settings.trip
        for cause, rows, allowance_ms in (
            (UV, trip.must_lv_pu_s, V_ALLOWANCE_MS), (OV, trip.must_hv_pu_s, V_ALLOWANCE_MS),
            (UF, trip.must_lf_hz_s, F_ALLOWANCE_MS), (OF, trip.must_hf_hz_s, F_ALLOWANCE_MS),
        ):
            timers = (MustTimer(cause, threshold, s, allowance_ms) for threshold, s in rows)
            self._timers[cause] = tuple(kept(timer, self._timers[cause]) for timer in timers)
        self._v_lo_pu = max((v for v, _ in trip.must_lv_pu_s), default=-1.0)
        self._v_hi_pu = min((v for v, _ in trip.must_hv_pu_s), default=99.0)
        self._f_lo_hz = max((f for f, _ in trip.must_lf_hz_s), default=-1.0)
        self._f_hi_hz = min((f for f, _ in trip.must_hf_hz_s), default=999.0)
        if trip.ov_10min_pu is None:
            self._mean = None
        elif self._mean is None:
            self._mean = TenMinuteMean()
        self._ov_10min_pu = trip.ov_10min_pu
        self._slope = RateOfChange(trip.rocof_hz_s, trip.rocof_s) if trip.rocof_hz_s is not None else None

    @property
    def watching(self):
        """True while the answer may change though voltage and frequency don't."""
        return self.running or self.remembers

    @property
    def remembers(self):
        """True while something other than the present voltage and frequency counts."""
        return self._mean is not None or self._slope is not None

    def check(self, now_ms, voltage, frequency):
        """Cause of a trip now, or None. voltage: VoltageMeter; frequency: FrequencyMeter."""
        v_lo_pu, v_hi_pu, f_hz = voltage.lo_pu, voltage.hi_pu, frequency.fast_hz
        cause = None
        if self._mean is not None and self._mean.push(v_hi_pu) > self._ov_10min_pu:
            cause = OV_MEAN
        if self._slope is not None and self._slope.check(now_ms, frequency.slow_hz):
            cause = ROCOF
        quiet = (self._v_lo_pu <= v_lo_pu and v_hi_pu <= self._v_hi_pu
                 and self._f_lo_hz <= f_hz <= self._f_hi_hz)
        if quiet and not self.running:
            return cause
        self.running = not quiet
        for name, value, sign in ((UF, f_hz, -1), (OF, f_hz, 1), (UV, v_lo_pu, -1), (OV, v_hi_pu, 1)):
            for timer in self._timers[name]:
                if timer.check(now_ms, (value - timer.threshold) * sign > 0):
                    cause = name
        return cause


class TenMinuteMean:
    """Mean over the last ten minutes, by seconds; before it began the voltage was nominal."""

    def __init__(self):
        self._bins_pu = [1.0] * MEAN_BINS_COUNT
        self._at = 0
        self._sum_pu = 0.0
        self._count = 0
        self._mean_pu = 1.0

    def push(self, v_pu):
        """Takes one step's voltage; returns the mean, pu."""
        self._sum_pu += v_pu
        self._count += 1
        if self._count == BIN_STEPS:
            self._bins_pu[self._at] = self._sum_pu / BIN_STEPS
            self._at = (self._at + 1) % MEAN_BINS_COUNT
            self._sum_pu, self._count = 0.0, 0
            self._mean_pu = sum(self._bins_pu) / MEAN_BINS_COUNT
        return self._mean_pu


class RateOfChange:
    """Slope of the frequency over 100 ms, either way."""

    def __init__(self, limit_hz_s, hold_s):
        self._limit_hz = limit_hz_s * ROCOF_STEPS * STEP_MS / 1000
        self._timer = MustTimer(ROCOF, limit_hz_s, hold_s, 0)
        self._ring_hz = None
        self._at = 0

    def check(self, now_ms, f_hz):
        """True when it has been steeper than the limit for its time."""
        if self._ring_hz is None:
            self._ring_hz = [f_hz] * ROCOF_STEPS
        change_hz = abs(f_hz - self._ring_hz[self._at])
        self._ring_hz[self._at] = f_hz
        self._at = (self._at + 1) % ROCOF_STEPS
        return self._timer.check(now_ms, change_hz > self._limit_hz)
