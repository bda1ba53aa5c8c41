"""PV inverter behind the transfer switch: feeds the house, steps back when the frequency rises, trips outside its windows.

Not its job: read-only PV of a feeder (plant/pv.py).
Source: EN 50549-1 4.6.1 (active power falls with over-frequency from 50.2 Hz) and 4.10 (connection after a time of good
voltage and frequency), both from general knowledge; that nothing is left at ZERO_HZ is ours, a droop as 4.6.1 allows.
"""

import math

ROUND_DIGITS = 6
V_WINDOW_PU = (0.85, 1.10)      # to connect
V_TRIP_PU = (0.80, 1.15)
F_WINDOW_HZ = (47.5, 50.2)      # to connect
F_TRIP_HZ = (47.5, 52.0)
CURTAIL_HZ, ZERO_HZ = 50.2, 51.5
LAG_MS = 300
TRIP_MS = 200


class AcPv:
    """p_w: what it feeds now, W >= 0. p_sun_w: what the sun would give."""

    def __init__(self, p_sun_w, *, v_nom_v=230.0, connect_s=20):
        """connect_s: of good voltage and frequency before it feeds."""
        self.p_sun_w = p_sun_w
        self.p_w = float(p_sun_w)
        self.is_feeding = True
        self.trips = 0
        self._v_nom_v = v_nom_v
        self._connect_ms = round(connect_s * 1000)
        self._good_ms = 0
        self._bad_ms = 0

    def step(self, dt_ms, v_v, f_hz):
        """One step at this voltage and frequency (None while the bus is dead)."""
        v_pu = v_v / self._v_nom_v
        self._judge(dt_ms, v_pu, f_hz)
        if not self.is_feeding:
            self.p_w = 0.0
            return
        share = min(max((ZERO_HZ - f_hz) / (ZERO_HZ - CURTAIL_HZ), 0.0), 1.0)
        follow = 1.0 - math.exp(-dt_ms / LAG_MS)
        self.p_w = round(self.p_w + (self.p_sun_w * share - self.p_w) * follow, ROUND_DIGITS)

    def _judge(self, dt_ms, v_pu, f_hz):
        is_dead = f_hz is None or v_pu < 0.1
        is_outside = is_dead or not (V_TRIP_PU[0] <= v_pu <= V_TRIP_PU[1] and F_TRIP_HZ[0] <= f_hz <= F_TRIP_HZ[1])
        self._bad_ms = self._bad_ms + dt_ms if is_outside else 0
        if self.is_feeding and (is_dead or self._bad_ms >= TRIP_MS):
            self.is_feeding = False
            self.trips += 1
            self._good_ms = 0
        is_inside = not is_dead and V_WINDOW_PU[0] <= v_pu <= V_WINDOW_PU[1] and F_WINDOW_HZ[0] <= f_hz <= F_WINDOW_HZ[1]
        self._good_ms = self._good_ms + dt_ms if is_inside else 0
        if not self.is_feeding and self._good_ms >= self._connect_ms:
            self.is_feeding = True
