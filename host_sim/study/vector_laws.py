"""The laws of the voltage for many scenarios and stations at once, as arrays, with the parameters of the firmware.

Not its job: leases, lifts and their guard, urgency and surplus, slow devices: a study that needs those steps the real
controller. A test steps this beside the laws, arbiter and ramp and finds the same numbers.
Source: edge/laws/wape.py, edge/laws/volt_var.py; parameter rows of edge/params.py.
"""

import numpy as np

from edge import params

WAPE = params.defaults("wape")
RAMPS = params.defaults("control")
VOLT_VAR = params.defaults("volt_var")
NO_RAMP_PER_S = np.inf
INSIDE_CIRCLE_RATIO = 0.999999  # as the arbiter: rounding never leaves the circle


class VectorWape:
    """B scenarios of n stations; remembers the filtered voltages and the last setpoints, 0 at first."""

    def __init__(self, tau_s, *, v_nom_ll_v, p_charge_max_w, s_max_va, ramps_per_s=(NO_RAMP_PER_S, NO_RAMP_PER_S)):
        """tau_s, and each of ramps_per_s (W/s, var/s): a number or (B, 1), one filter and ramp a scenario."""
        self._tau_s = np.asarray(tau_s, dtype=float)
        self._v_nom_ll_v = v_nom_ll_v
        self._p_charge_max_w = p_charge_max_w
        self._s_max_va = s_max_va
        self._ramps_per_s = ramps_per_s
        self._v_pu = None
        self.p_w = self.q_var = 0.0

    def step(self, v_ll_v, dt_s):
        """(p_w, q_var), each (B, n), at mean line voltages `v_ll_v` (B, n), dt_s after the last call."""
        v_pu = np.asarray(v_ll_v) / self._v_nom_ll_v
        if self._v_pu is None:
            self._v_pu = v_pu
        else:
            self._v_pu = self._v_pu + (v_pu - self._v_pu) * (1.0 - np.exp(-dt_s / self._tau_s))
        share = np.clip((self._v_pu - WAPE["v0_pu"]) / (WAPE["v1_pu"] - WAPE["v0_pu"]), 0.0, 1.0)
        p_w = -self._p_charge_max_w * share
        q_var = WAPE["kq_var_per_v"] * (WAPE["v_ref_pu"] - self._v_pu) * self._v_nom_ll_v
        q_var = self._fit(q_var, p_w)
        self.p_w = _slew(self.p_w, p_w, self._ramps_per_s[0] * dt_s)
        self.q_var = self._fit(_slew(self.q_var, q_var, self._ramps_per_s[1] * dt_s), self.p_w)
        return self.p_w, self.q_var

    def _fit(self, q_var, p_w):
        room_var = np.sqrt(np.maximum(self._s_max_va**2 - p_w**2, 0.0)) * INSIDE_CIRCLE_RATIO
        return np.clip(q_var, -room_var, room_var)


def settled_volt_var(v_pu, s_va, changes):
    """Vars at which volt-var settles at mean voltages v_pu. changes: parameters that are not at their defaults."""
    p = dict(VOLT_VAR, **changes)
    points = [(p["v%d_pu" % number] + p["v_ref_pu"] - 1.0, p["q%d_pu" % number]) for number in (1, 2, 3, 4)]
    return s_va * np.interp(v_pu, *zip(*points))


def settled_wape(v_ll_v, *, v_nom_ll_v, p_charge_max_w, s_max_va):
    """(p_w, q_var) at which WAPE settles at mean line voltages v_ll_v (B, n), when everybody wants to charge."""
    law = VectorWape(1.0, v_nom_ll_v=v_nom_ll_v, p_charge_max_w=p_charge_max_w, s_max_va=s_max_va)
    return law.step(v_ll_v, 1.0)


def _slew(previous, wanted, step):
    return previous + np.clip(wanted - previous, -step, step)
