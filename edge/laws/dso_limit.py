"""Rank 3: this DER's share of the distribution network operator's limit.

Not its job: the input, the failsafe value and the shares (dso.py).
Source: EnWG 14a: a mandated limit, above every command of the market and every wish of the household.
"""


def dso_limit(view, memory, p):
    """Bounds of view.dso_bounds, (p_lo_w or None, p_hi_w or None, reason), while a limit holds."""
    bounds = view.dso_bounds
    return None if bounds is None else (bounds[0], bounds[1], None, None, bounds[2]), None
