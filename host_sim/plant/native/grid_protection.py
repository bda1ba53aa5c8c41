"""Grid protection of a plain charger: four trips and a reconnection delay, on the voltages of each plant step.

Not its job: ride-through and grid support (a plain charger has none), the supply of the device itself (device.py).
Source: ours, after type A protection of low-voltage codes; wide, so that it acts on faults and never on the voltages a
charger's own power can cause. A charger that behaves otherwise says so in its profile: `emulate`, entry `trip`, keywords
of GridProtection.
"""

from host_sim.plant.native.trip import F_ALLOWANCE_MS, OF, OV, UF, UV, V_ALLOWANCE_MS, MustTimer

NOMINALS_HZ = (50.0, 60.0)


class GridProtection:
    """tripped and cause (a word of trip.py, None before the first trip) after each step."""

    def __init__(self, *, v_nom_v=230.0, uv_pu_s=((0.70, 2.0), (0.45, 0.16)), ov_pu_s=((1.20, 0.16),),
                 below_hz_s=((3.0, 0.5),), above_hz_s=((2.0, 0.5),), reconnect_s=60.0):
        """Rows are (threshold, clearing time in s); frequency rows are offsets from nominal, which is the one of 50 and
        60 Hz nearer to what is seen first. reconnect_s: everything has to be inside for so long after a trip."""
        self.tripped = False
        self.cause = None
        self._v_rows = [(UV, -1, v * v_nom_v, s) for v, s in uv_pu_s] + [(OV, 1, v * v_nom_v, s) for v, s in ov_pu_s]
        self._f_rows = [(UF, -1, -f, s) for f, s in below_hz_s] + [(OF, 1, f, s) for f, s in above_hz_s]
        self._v_lo_v = max(v * v_nom_v for v, _ in uv_pu_s)
        self._v_hi_v = min(v * v_nom_v for v, _ in ov_pu_s)
        self._reconnect_ms = round(reconnect_s * 1000)
        self._timers = None
        self._disturbed = False
        self._good_since_ms = None

    def _start(self, f_hz):
        """The first frequency tells which grid this is."""
        f_nom_hz = min(NOMINALS_HZ, key=lambda nominal_hz: abs(nominal_hz - f_hz))
        self._f_lo_hz = f_nom_hz + max(offset_hz for _, sign, offset_hz, _ in self._f_rows if sign < 0)
        self._f_hi_hz = f_nom_hz + min(offset_hz for _, sign, offset_hz, _ in self._f_rows if sign > 0)
        self._timers = [(sign, MustTimer(cause, v_v, s, V_ALLOWANCE_MS)) for cause, sign, v_v, s in self._v_rows]
        self._timers += [(sign, MustTimer(cause, f_nom_hz + offset_hz, s, F_ALLOWANCE_MS))
                         for cause, sign, offset_hz, s in self._f_rows]

    def step(self, now_ms, v_lo_v, v_hi_v, f_hz):
        """Judges the extreme phase voltages, V, and the frequency of this step; returns `tripped`."""
        if self._timers is None:
            self._start(f_hz)
        good = self._v_lo_v <= v_lo_v and v_hi_v <= self._v_hi_v and self._f_lo_hz <= f_hz <= self._f_hi_hz
        if good and not self._disturbed:
            return False
        self._disturbed = True
        seen = {UV: v_lo_v, OV: v_hi_v, UF: f_hz, OF: f_hz}
        for sign, timer in self._timers:
            if timer.check(now_ms, (seen[timer.cause] - timer.threshold) * sign > 0) and not self.tripped:
                self.tripped, self.cause = True, timer.cause
        if not good:
            self._good_since_ms = None
        elif self._good_since_ms is None:
            self._good_since_ms = now_ms
        if good and (not self.tripped or now_ms - self._good_since_ms >= self._reconnect_ms):
            self.tripped = self._disturbed = False
            self._good_since_ms = None
        return self.tripped
