"""Rank 3, owner of Q in q_mode "volt_var": reactive power by the mean voltage of the phases.

Not its job: the kVA circle (arbiter.py), the points of the curve (grid code and configuration).
Source: IEEE 1547-2018 5.3.3. The reference voltage shifts the curve; on its own it follows the voltage slowly, held
within 0.95 to 1.05 pu.
"""

import math

from edge import grid_reasons
from edge.laws.response import line, vars_opinion

SHIFT_MAX_PU = 0.05


def volt_var(view, memory, p):
    """Q of the curve, pu of the VA rating. memory: (shift of the curve in pu,) while the reference adjusts itself."""
    shift_pu = p.v_ref_pu - 1
    if p.vref_auto_enabled:
        # The shift and not the voltage itself is kept: a small number keeps its digits in a 32-bit float.
        shift_pu = memory[0] if memory else shift_pu
        shift_pu += (view.v_mean_pu - 1 - shift_pu) * (1 - math.exp(-view.dt_ms / (1000 * p.vref_auto_s)))
        shift_pu = min(max(shift_pu, -SHIFT_MAX_PU), SHIFT_MAX_PU)
        memory = (shift_pu,)
    v_pu = view.v_mean_pu - shift_pu
    if v_pu <= p.v2_pu:
        q_pu = line(v_pu, p.v1_pu, p.q1_pu, p.v2_pu, p.q2_pu)
    elif v_pu < p.v3_pu:
        q_pu = line(v_pu, p.v2_pu, p.q2_pu, p.v3_pu, p.q3_pu)
    else:
        q_pu = line(v_pu, p.v3_pu, p.q3_pu, p.v4_pu, p.q4_pu)
    return vars_opinion(view, q_pu * view.s_rated_va, p.olrt_s, grid_reasons.VOLT_VAR), memory


def volt_var_without_voltage(view, memory, p):
    """Unavailable: Q goes to 0 with the response of the curve; the reference stays."""
    return vars_opinion(view, 0, p.olrt_s, grid_reasons.VOLT_VAR), memory
