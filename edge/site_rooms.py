"""The room that fuse and site limits leave for the DERs, and who of them gets it.

Not its job: whether there is a limit at all (site.py), what one DER makes of its share (laws/site_share.py).
Source: IEC 60364-7-722 load management. Room of a phase: what the fuse carries beside the phase's reactive power,
less what everything but the DERs draws; metered power minus the DERs' own.
"""

PHASES = (0, 1, 2)
TOTAL = 3              # index of the whole site beside its phases
NO_LIMIT_W = 1e9

# A DER's own power and the meter are not read at one instant: room that appears is trusted over ten seconds,
# room that vanishes at once.
RECOVERY_MS = 10000


def rooms(metered, ders, p):
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


def trusted(rooms, before, dt_ms, ders):
    """Rooms that shrank at once and grew slowly: all the DERs' power over RECOVERY_MS."""
    most_w = 0
    for _, _, charge_w, discharge_w in ders:
        most_w += max(charge_w, discharge_w)
    rise_w = most_w * dt_ms / RECOVERY_MS
    return [rooms[k] if rooms[k] < before[k] + rise_w else before[k] + rise_w for k in range(len(rooms))]


def fill_in_order(rooms, ders, column):
    """Shares, W: the first takes what it can use, then the next. column: 2 charging, 3 discharging; rooms are used up."""
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


def fill_equally(rooms, ders, column):
    """Shares, W: all rise together; who is satisfied or stands before a full phase stops, the others go on."""
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
