"""Rank 3: an operator's limit of injected active power.

Not its job: what may exceed it: droop stands before it, as IEEE 1547.1 tests it.
Source: IEEE 1547-2018 4.6.2.
"""

from edge import grid_reasons
from edge.laws.response import ceiling, share_of_step


def p_limit(view, memory, p):
    """Upper bound. memory: (bound of the tick before in W,)."""
    hi_w = ceiling(memory[0] if memory else None, view.p_rated_w * p.p_max_pu, view.p_set_w, view.p_asked_w or 0,
                   share_of_step(view, p.olrt_s))
    return (None, hi_w, None, None, grid_reasons.P_LIMIT), (hi_w,)
