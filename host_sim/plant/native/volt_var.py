"""Volt-var: reactive power by the mean voltage of the phases.

Not its job: response time and ownership of Q (q_mode.py).
Source: IEEE 1547-2018 5.3.3; the reference shifts the whole curve; its autonomous adjustment is a first-order filter
held within 0.95..1.05 pu.
"""

from host_sim.plant.native.curve import interpolate
from host_sim.plant.native.lag import Lag

V_REF_LO_PU, V_REF_HI_PU = 0.95, 1.05


class VoltVarFunction:
    """State: the reference voltage, when it adjusts itself."""

    def __init__(self):
        self._reference = None

    def settled(self, settings):
        """True when the reference moves no more."""
        return not settings.vref_auto_enabled or self._reference is not None and self._reference.settled

    def v_ref_pu(self, settings, v_pu):
        """Reference voltage, pu; one step of its filter where it adjusts itself."""
        if not settings.vref_auto_enabled:
            self._reference = None
            return settings.v_ref_pu
        if self._reference is None:
            self._reference = Lag(settings.v_ref_pu)
        self._reference.set_tau(settings.vref_auto_s)
        return min(max(self._reference.follow(v_pu), V_REF_LO_PU), V_REF_HI_PU)

    def q_pu(self, settings, v_pu):
        """Q asked for at this mean voltage, pu of s_max_va. settings: VoltVar."""
        return interpolate(settings.curve_pu, v_pu - self.v_ref_pu(settings, v_pu) + 1.0)
