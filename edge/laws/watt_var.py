"""Rank 3, owner of Q in q_mode "watt_var": reactive power by active power.

Not its job: the kVA circle (arbiter.py), the points of the curve (grid code and configuration).
Source: IEEE 1547-2018 5.3.4; the power that counts is the one that is delivered.
"""

from edge import grid_reasons
from edge.laws.response import line, vars_opinion


def watt_var(view, memory, p):
    """Q of the curve, pu of the VA rating, at the delivered power in pu of the W rating."""
    p_pu = view.p_ac_w / view.p_rated_w
    if p_pu >= p.p2_pu:
        q_pu = line(p_pu, p.p2_pu, p.q2_pu, p.p3_pu, p.q3_pu)
    elif p_pu >= p.p1_pu:
        q_pu = line(p_pu, p.p1_pu, p.q1_pu, p.p2_pu, p.q2_pu)
    elif p_pu > p.p1_abs_pu:
        q_pu = line(p_pu, p.p1_abs_pu, p.q1_abs_pu, p.p1_pu, p.q1_pu)
    elif p_pu > p.p2_abs_pu:
        q_pu = line(p_pu, p.p2_abs_pu, p.q2_abs_pu, p.p1_abs_pu, p.q1_abs_pu)
    else:
        q_pu = line(p_pu, p.p3_abs_pu, p.q3_abs_pu, p.p2_abs_pu, p.q2_abs_pu)
    return vars_opinion(view, q_pu * view.s_rated_va, p.olrt_s, grid_reasons.WATT_VAR), None


def watt_var_without_power(view, memory, p):
    """Unavailable: Q goes to 0 with the response of the curve."""
    return vars_opinion(view, 0, p.olrt_s, grid_reasons.WATT_VAR), None
