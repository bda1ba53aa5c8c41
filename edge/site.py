"""The fuse and the site's import and export limit: what the meter says, and whether anything is limited.

Not its job: how much room there is and who gets it (site_rooms.py), a tick of sharing (site_sharing.py), enforcing a
share (laws/site_share.py, limiter.py), lost-meter actions (failsafe.py). Every site has this, few have the others.
Source: IEC 60364-7-722 load management.
"""

class SitePower:
    """What the meter says: per phase volts (line to neutral), amperes, W (+ export), and the sum; None = unknown."""

    def __init__(self, v_ln_v=None, i_a=None, p_w=None, p_pcc_w=None):
        self.v_ln_v = v_ln_v
        self.i_a = i_a
        self.p_w = p_w
        self.p_pcc_w = p_pcc_w


def weights(phases, phase):
    """Where a DER's power goes: shares of phases a, b, c and the total. phases 1 or 3; phase "a", "b" or "c"."""
    if phases == 3:
        return 1 / 3, 1 / 3, 1 / 3, 1
    return (1 if phase == "a" else 0), (1 if phase == "b" else 0), (1 if phase == "c" else 0), 1


def is_limited(p):
    """Whether this site has any limit to share. p: the site section."""
    return p.i_fuse_a is not None or p.p_import_max_w is not None or p.p_export_max_w is not None


def is_metered(metered, p):
    """Whether the meter says all that the configured limits need."""
    if p.i_fuse_a is not None and (metered.v_ln_v is None or metered.i_a is None or metered.p_w is None):
        return False
    return metered.p_pcc_w is not None or (p.p_import_max_w is None and p.p_export_max_w is None)
