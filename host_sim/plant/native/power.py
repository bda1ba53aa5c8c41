"""Active power: setpoint, operator's limit, volt-watt and droop put together.

Not its job: each function, the kVA circle (priority.py), the ramp after entering service (enter_service.py).
Source: order of IEEE 1547-2018 4.7 as IEEE 1547.1 tests it (procedure PRI): droop starts from what limit and volt-watt
leave; at under-frequency it may exceed the operator's limit, never volt-watt.
"""

from host_sim.plant.native.active_power_limit import ActivePowerLimitFunction
from host_sim.plant.native.droop import DroopFunction
from host_sim.plant.native.step import STEP_S
from host_sim.plant.native.volt_watt import VoltWattFunction


class ActivePower:
    """step() gives the wanted power."""

    def __init__(self):
        self.limit = ActivePowerLimitFunction()
        self.volt_watt = VoltWattFunction()
        self.droop = DroopFunction()
        self._set_w = None

    def configure(self, settings, *, v_delay_s, f_delay_s, converter_s):
        """settings: NativeSettings. Delays of the windows and time constant of the converter, s."""
        self._p_rated_w = settings.ratings.p_rated_w
        self._target_w = settings.set_power.p_w if settings.set_power.enabled else 0.0
        self._ramp_w_s = settings.set_power.ramp_w_s
        self.limit.configure(settings, delay_s=converter_s)
        self.volt_watt.configure(settings, delay_s=v_delay_s + converter_s)
        self.droop.configure(settings, delay_s=f_delay_s + converter_s)

    @property
    def settled(self):
        """True when nothing moves while the inputs stay."""
        return (self._set_w == self._target_w and self.limit.settled and self.volt_watt.settled
                and self.droop.settled)

    def reset(self):
        """Out of service: begins at 0 W, and no disturbance is remembered."""
        self._set_w = 0.0
        self.droop.reset()

    def _setpoint_w(self):
        if self._set_w is None or self._ramp_w_s is None:
            self._set_w = self._target_w
        elif self._set_w != self._target_w:
            change_w = self._ramp_w_s * STEP_S
            self._set_w = min(max(self._target_w, self._set_w - change_w), self._set_w + change_w)
        return self._set_w

    def step(self, voltage, f_hz, p_now_w, p_lo_w, p_hi_w):
        """Wanted power, W, inside [p_lo_w, p_hi_w]. voltage: VoltageMeter; p_now_w: delivered now."""
        rated_w = self._p_rated_w
        lo_pu, hi_pu = p_lo_w / rated_w, p_hi_w / rated_w
        cap_pu = self.volt_watt.cap_pu(voltage.hi_slow_pu)
        floor_pu = max(lo_pu, min(self.volt_watt.floor_pu(voltage.lo_slow_pu), hi_pu))
        top_pu = min(max(cap_pu, floor_pu), hi_pu)
        wish_pu = min(max(self._setpoint_w() / rated_w, floor_pu), self.limit.cap_pu(), top_pu)
        p_pu = self.droop.apply(max(wish_pu, floor_pu), p_now_w / rated_w, f_hz)
        return min(max(p_pu, floor_pu), top_pu) * rated_w
