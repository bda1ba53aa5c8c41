"""Rank 7: what the site lets others ask, once they have asked for too much.

Not its job: counting (bounds.py). It speaks only while somebody else asks for power, so wishes of the household go by.
Source: ours.
"""


def commanded_bounds(view, memory, p):
    """Bounds of view.commanded_bounds, (p_lo_w or None, p_hi_w or None, reason), while there are any."""
    bounds = view.commanded_bounds
    return None if bounds is None else (bounds[0], bounds[1], None, None, bounds[2]), None
