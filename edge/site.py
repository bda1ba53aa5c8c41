"""Shares the fuse and the site's import and export limit among its DERs.

Not its job: enforcing a share (laws/site_share.py, limiter.py), lost-meter actions (failsafe.py).
Source: IEC 60364-7-722 load management. Room of a phase: what the fuse carries beside the phase's reactive power,
less what everything but the DERs draws; metered power minus the DERs' own.
"""

EQUAL = "equal"        # the same for everyone who can use it, the rest for the others
PRIORITY = "priority"  # in the order of the site file

PHASES = (0, 1, 2)
TOTAL = 3              # index of the whole site beside its phases
NO_LIMIT_W = 1e9

# A DER's own power and the meter are not read at one instant: room that appears is trusted over ten seconds,
# room that vanishes at once.
RECOVERY_MS = 10000


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


def share(metered, ders, memory, dt_ms, p, *, p_static_safe_w):
    """Each DER's interval: (bounds, memory); bounds: a list of (p_lo_w, p_hi_w), (None, None) without any limit.

    ders: a list of (weights, p_ac_w or None, charge_w, discharge_w), the latter two what it could use, W >= 0; 0 for a
    DER without a vehicle. metered: SitePower. memory: rooms of the last tick, None at first. p: the site section.
    Without what the limits need from the meter: charging up to p_static_safe_w each, no discharging.
    """
    if not is_limited(p):
        return [(None, None)] * len(ders), None
    if not is_metered(metered, p):
        return [(-p_static_safe_w, 0)] * len(ders), None
    rooms = _rooms(metered, ders, p)
    if memory is not None:
        rooms = _trusted(rooms, memory, dt_ms, ders)
    fill = _fill_in_order if p.share == PRIORITY else _fill_equally
    charge_w = fill(list(rooms[:4]), ders, 2)
    discharge_w = fill(list(rooms[4:]), ders, 3)
    return [(-charge_w[i], discharge_w[i]) for i in range(len(ders))], tuple(rooms)


def _rooms(metered, ders, p):
    """Room for charging (phases, total), then for discharging, W >= 0."""
    charge = [NO_LIMIT_W] * 4
    discharge = [NO_LIMIT_W] * 4
    if p.i_fuse_a is not None:
        for k in PHASES:
            fuse_w = _fuse_w(metered.v_ln_v[k], metered.i_a[k], metered.p_w[k], p.i_fuse_a)
            others_w = metered.p_w[k] - _own_w(ders, k)
            charge[k] = max(fuse_w + others_w, 0)
            discharge[k] = max(fuse_w - others_w, 0)
    if metered.p_pcc_w is not None:
        others_w = metered.p_pcc_w - _own_w(ders, TOTAL)
        if p.p_import_max_w is not None:
            charge[TOTAL] = max(p.p_import_max_w + others_w, 0)
        if p.p_export_max_w is not None:
            discharge[TOTAL] = max(p.p_export_max_w - others_w, 0)
    return charge + discharge


def _fuse_w(v_ln_v, i_a, p_w, i_fuse_a):
    """Active power the fuse of a phase carries beside the reactive power that flows now, W >= 0."""
    q2 = max((v_ln_v * i_a) ** 2 - p_w * p_w, 0)
    return max((v_ln_v * i_fuse_a) ** 2 - q2, 0) ** 0.5


def _own_w(ders, k):
    """The DERs' own power on a phase or in total; an unknown one is left among everybody else's."""
    own_w = 0
    for weight, p_ac_w, _, _ in ders:
        if p_ac_w is not None:
            own_w += weight[k] * p_ac_w
    return own_w


def _trusted(rooms, before, dt_ms, ders):
    """Rooms that shrank at once and grew slowly: all the DERs' power over RECOVERY_MS."""
    most_w = 0
    for _, _, charge_w, discharge_w in ders:
        most_w += max(charge_w, discharge_w)
    rise_w = most_w * dt_ms / RECOVERY_MS
    return [rooms[k] if rooms[k] < before[k] + rise_w else before[k] + rise_w for k in range(len(rooms))]


def _fill_in_order(rooms, ders, column):
    """The first takes what it can use, then the next."""
    shares_w = []
    for der in ders:
        share_w = der[column]
        for k in range(4):
            if der[0][k] > 0:
                share_w = min(share_w, rooms[k] / der[0][k])
        share_w = max(share_w, 0)
        for k in range(4):
            rooms[k] -= der[0][k] * share_w
        shares_w.append(share_w)
    return shares_w


def _fill_equally(rooms, ders, column):
    """All rise together; who is satisfied or stands before a full phase stops, the others go on."""
    shares_w = [0] * len(ders)
    rising = [i for i in range(len(ders)) if ders[i][column] > 0]
    while rising:
        step_w = min([ders[i][column] - shares_w[i] for i in rising])
        loads = [sum([ders[i][0][k] for i in rising]) for k in range(4)]
        for k in range(4):
            if loads[k] > 0:
                step_w = min(step_w, rooms[k] / loads[k])
        for k in range(4):
            rooms[k] -= step_w * loads[k]
        for i in rising:
            shares_w[i] += step_w
        # A milliwatt of room is rounding, and rising for it would never end.
        rising = [i for i in rising if ders[i][column] - shares_w[i] > 1e-3 and _has_room(rooms, ders[i][0])]
    return shares_w


def _has_room(rooms, weight):
    for k in range(4):
        if weight[k] > 0 and rooms[k] <= 1e-3:
            return False
    return True
