"""The fuse and the site's import and export limit: what the meter says, whether anything is limited, and each share.

Not its job: how much room there is and who gets it (site_rooms.py), a tick of sharing (site_sharing.py), enforcing a
share (laws/site_share.py, limiter.py), lost-meter actions (failsafe.py).
Source: IEC 60364-7-722 load management.
"""

PRIORITY = "priority"  # in the order of the site file
LAXITY = "laxity"      # who can wait least goes first


ROOMS = 8              # charging, then discharging: three phases and the total of each


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


def share(metered, ders, memory, dt_ms, p, *, p_static_safe_w, set_w=None, waits_s=None, extra_w=None):
    """Each DER's interval: (bounds, memory); bounds: a list of (p_lo_w, p_hi_w), (None, None) without any limit.

    ders: a list of (weights, p_ac_w or None, charge_w, discharge_w), the latter two what it could use, W >= 0; 0 for a
    DER without a vehicle. metered: SitePower. memory: what the last tick returned, None at first. p: the site section.
    set_w: the DERs' last setpoints, W; None: taken to obey. waits_s: how long each can wait, s, None for ever; for
    share "laxity". extra_w: rooms, W >= 0, that hold beside those of the meter (ROOMS of them), or None.
    Without what the limits need from the meter: charging up to p_static_safe_w each, no discharging.
    """
    if extra_w is None and not is_limited(p):
        return [(None, None)] * len(ders), None
    from edge import site_rooms     # where there is a limit to share: most sites have one charger and a sound fuse

    kept, follow = (None, None) if memory is None else memory
    if set_w is not None:
        follow = site_rooms.followed(follow, set_w, dt_ms)
    rooms, kept = site_rooms.kept_rooms(metered, ders, kept, dt_ms, p)
    if rooms is None:
        ders = [(der[0], der[1], p_static_safe_w, 0) for der in ders]
        rooms = extra_w if extra_w is not None else [site_rooms.NO_LIMIT_W] * ROOMS
    elif extra_w is not None:
        rooms = [min(room_w, extra_w[k]) for k, room_w in enumerate(rooms)]
    charge_w, discharge_w = site_rooms.fill(rooms, ders, p.share, waits_s=waits_s, follow=follow, set_w=set_w)
    return [(-charge_w[i], discharge_w[i]) for i in range(len(ders))], [kept, follow]
