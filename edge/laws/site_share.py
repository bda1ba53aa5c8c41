"""Rank 2: this DER's share of the fuse and of the site's import and export limit, or its wait for its turn.

Not its job: computing the share (site.py), whose turn it is (site_turns.py).
Source: IEC 60364-7-722 load management of chargers behind one fuse.
"""

from edge import reasons


def site_share(view, memory, p):
    """[p_site_lo_w, p_site_hi_w] where the site is limited; None inside: no limit that way. [0, 0] out of turn."""
    if view.waits_turn:
        return (0, 0, None, None, view.waits_turn), None
    lo_w = view.p_site_lo_w
    hi_w = view.p_site_hi_w
    if lo_w is None and hi_w is None:
        return None, None
    return (lo_w, hi_w, None, None, reasons.SITE_SHARE), None
