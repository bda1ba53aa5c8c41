"""Volt-watt: the highest active power by the highest phase voltage; and how much charging a low voltage leaves.

Not its job: the power itself (power.py puts the functions together).
Source: IEEE 1547-2018 5.4.2; the charging curve AS/NZS 4777.2:2020, whose figures were not at hand.
"""

from host_sim.plant.native.curve import interpolate
from host_sim.plant.native.lag import Lag


class VoltWattFunction:
    """State: the filtered cap and floor, pu of p_rated_w; without effect they are 1 and -1."""

    def __init__(self):
        self._cap = Lag(1.0)
        self._floor = Lag(-1.0)
        self._settings = None

    def configure(self, settings, *, delay_s):
        """settings: NativeSettings. delay_s: of measuring and converting."""
        ratings = settings.ratings
        self._settings = settings.volt_watt
        self._charge_pu = ratings.p_charge_max_w / ratings.p_rated_w
        for lag in (self._cap, self._floor):
            lag.set_olrt(self._settings.olrt_s, delay_s)
        if not self._settings.enabled:
            self._cap.jump(1.0)
        if not self._settings.charge_enabled:
            self._floor.jump(-1.0)

    @property
    def settled(self):
        """True when both have arrived."""
        return self._cap.settled and self._floor.settled

    def cap_pu(self, v_hi_pu):
        """Highest P, one step on; negative: has to absorb."""
        if not self._settings.enabled:
            return 1.0
        return self._cap.follow(interpolate(self._settings.curve_pu, v_hi_pu))

    def floor_pu(self, v_lo_pu):
        """Lowest P, one step on."""
        if not self._settings.charge_enabled:
            return -1.0
        return self._floor.follow(-self._charge_pu * interpolate(self._settings.charge_curve_pu, v_lo_pu))
