"""Rank 3, owner of Q in q_mode "cpf": constant power factor.

Not its job: the kVA circle (arbiter.py): where it binds, the factor is kept only with grid.q_priority.
Source: IEEE 1547-2018 5.3.2; over-excited injects vars whichever way power flows, as SunSpec 704 has it.
"""

from edge import grid_reasons
from edge.laws.response import vars_opinion


def cpf(view, memory, p):
    """Q = |P| tan(arccos(pf)), P as delivered; positive when over-excited."""
    q_var = abs(view.p_ac_w) * (1 - p.pf * p.pf) ** 0.5 / p.pf
    return vars_opinion(view, q_var if p.excitation == "over" else -q_var, p.olrt_s, grid_reasons.CPF), None


def cpf_without_power(view, memory, p):
    """Unavailable: Q goes to 0 with the response of the function."""
    return vars_opinion(view, 0, p.olrt_s, grid_reasons.CPF), None
