"""Watt-var: reactive power by active power.

Not its job: response time and ownership of Q (q_mode.py).
Source: IEEE 1547-2018 5.3.4.
"""

from host_sim.plant.native.curve import interpolate


def watt_var_q_pu(settings, p_pu):
    """Q asked for, pu of s_max_va, at active power p_pu of p_rated_w. settings: WattVar."""
    return interpolate(settings.curve_pu, p_pu)
