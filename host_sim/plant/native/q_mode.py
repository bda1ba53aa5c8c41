"""Q mode: the one function that owns reactive power, and its open-loop response.

Not its job: what each function asks for (volt_var, watt_var, constant_power_factor), the kVA circle (priority.py).
Source: IEEE 1547-2018 5.3.1: the modes exclude each other. A mode that ends lets go as softly as it acted.
"""

from host_sim.plant.native.constant_power_factor import power_factor_q
from host_sim.plant.native.lag import Lag
from host_sim.plant.native.settings import Q_MODES
from host_sim.plant.native.volt_var import VoltVarFunction
from host_sim.plant.native.watt_var import watt_var_q_pu


class QMode:
    """owner: name of the function in charge or None; q_pu: what it asks for now, pu of s_max_va."""

    def __init__(self):
        self.owner = None
        self.q_priority = False
        self._settings = None
        self._volt_var = VoltVarFunction()
        self._lag = Lag()

    @property
    def q_pu(self):
        """What is asked for now, after the response."""
        return self._lag.y_pu

    def configure(self, settings, *, v_delay_s, converter_s):
        """settings: NativeSettings. v_delay_s: of the voltage window; converter_s: time constant of the converter."""
        self._ratings = settings.ratings
        self.owner = next((name for name in Q_MODES if getattr(settings, name).enabled), None)
        if self.owner is None:
            self.q_priority = False
            return
        self._settings = getattr(settings, self.owner)
        self.q_priority = self._settings.q_priority
        delay_s = converter_s + (v_delay_s if self.owner == "volt_var" else 0.0)
        self._lag.set_olrt(self._settings.olrt_s, delay_s)

    @property
    def settled(self):
        """True when nothing moves while voltage and power stay."""
        return self._lag.settled and (self.owner != "volt_var" or self._volt_var.settled(self._settings))

    def reset(self):
        """Out of service: begins at 0 var."""
        self._lag.jump(0.0)

    def step(self, v_mean_pu, p_wish_w, p_kept_w):
        """One step; returns Q in var, inside the Q ratings. p_wish_w: active power before the circle; p_kept_w: what
        the circle left of it a step ago."""
        ratings = self._ratings
        s_max_va = ratings.s_max_va
        q_pu = self._lag.follow(self._target_pu(v_mean_pu, p_wish_w, p_kept_w))
        return min(max(q_pu * s_max_va, -ratings.q_absorb_max_var), ratings.q_inject_max_var)

    def _target_pu(self, v_mean_pu, p_wish_w, p_kept_w):
        owner = self.owner
        if owner is None:
            return 0.0
        if owner == "volt_var":
            return self._volt_var.q_pu(self._settings, v_mean_pu)
        if owner == "watt_var":
            # of what is delivered: so it stays on its curve where Q makes P give way
            return watt_var_q_pu(self._settings, p_kept_w / self._ratings.p_rated_w)
        if owner == "cpf":
            # of what is wanted: the circle shrinks both alike afterwards
            return power_factor_q(self._settings, p_wish_w / self._ratings.s_max_va)
        return self._settings.q_pu
