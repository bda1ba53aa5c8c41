"""Rank 3, owner of Q in q_mode "crp": constant reactive power.

Not its job: the kVA circle (arbiter.py).
Source: IEEE 1547-2018 5.3.5.
"""

from edge import grid_reasons
from edge.laws.response import vars_opinion


def crp(view, memory, p):
    """q_pu of the VA rating."""
    return vars_opinion(view, p.q_pu * view.s_rated_va, p.olrt_s, grid_reasons.CRP), None
