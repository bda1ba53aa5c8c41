"""The room that fuse and site limits leave for the DERs, and who of them gets it.

Not its job: whether there is a limit at all (site.py), what the house draws (site_house.py), how urgent a vehicle is
(site_laxity.py), a tick of sharing (site_sharing.py), what one DER makes of its share (laws/site_share.py).
Source: IEC 60364-7-722 load management. Room of a phase: what the fuse carries beside the phase's reactive power,
less what everything but the DERs draws.
"""
from edge import site_house
from edge.site import is_limited, is_metered

PRIORITY = "priority"  # in the order of the site file
LAXITY = "laxity"      # who can wait least goes first

PHASES = (0, 1, 2)
TOTAL = 3              # index of the whole site beside its phases
NO_LIMIT_W = 1e9
ROOMS = 8              # charging, then discharging: three phases and the total of each

# Room that appears is trusted over ten seconds, room that vanishes at once.
RECOVERY_MS = 10000
# A setpoint that fell is taken to be followed with this time constant; a DER that moves more is stubborn, and what it
# really moves is nobody's to hand out. Chargers answer in 0.1 to 0.5 s; the others only wait for a slower one.
FOLLOW_MS = 300
# A charger's own supply and its inaccuracy come on top of what it is told: that much more is not stubborn.
SLACK_W = 250
# A milliwatt of room is rounding, and rising for it would never end.
ROUNDING_W = 1e-3


def kept_rooms(metered, ders, memory, dt_ms, p):
    """(rooms W >= 0, memory of this tick): what fuse and limits leave; rooms None: the meter does not say enough.

    memory: [rooms, house] of the last tick, None at first; see site_sharing.share for the others.
    """
    if not is_limited(p):
        return [NO_LIMIT_W] * ROOMS, None
    if not is_metered(metered, p):
        # Rooms of nothing: when the meter returns, it is trusted as slowly as room that appears.
        return None, [[0] * ROOMS, None]
    before, house = (None, None) if memory is None else memory
    house = site_house.observe(metered, ders, house)
    found = rooms(metered, house[site_house.HOUSE], p)
    if before is not None:
        found = trusted(found, before, dt_ms, ders)
    return found, [found, house]


def fill(rooms_w, ders, how, *, waits_s=None, follow=None, set_w=None):
    """(charging, discharging): what each DER gets of the rooms, W >= 0. how: share of the site section.

    set_w, follow: last setpoints, and what each DER has reason to move (followed); None: all obey. Who moves
    much more keeps its share, but the others get only what it really leaves.
    """
    speeds = None, None
    if how == LAXITY and waits_s is not None:
        from edge import site_laxity    # only sites that share so

        speeds = site_laxity.speeds(waits_s)
    filled = []
    for side in (0, 1):
        room_w = list(rooms_w[4 * side:4 * side + 4])
        wanted_w = [der[2 + side] for der in ders]
        moved_w = None
        if follow is not None:
            beyond_w, moved_w = excess(ders, set_w, follow, side)
            _take(room_w, ders, beyond_w)
        shares_w = _fill(list(room_w), ders, wanted_w, how, speeds[side])
        if moved_w is not None and max(moved_w) > 0:
            _take(room_w, ders, moved_w)
            wanted_w = [0 if moved else wanted for moved, wanted in zip(moved_w, wanted_w)]
            left_w = _fill(room_w, ders, wanted_w, how, speeds[side])
            shares_w = [share_w if moved else min(share_w, left)
                        for share_w, left, moved in zip(shares_w, left_w, moved_w)]
        filled.append(shares_w)
    return filled


def _fill(rooms_w, ders, wanted_w, how, speeds):
    fill_one = fill_in_order if how == PRIORITY else fill_together
    return fill_one(rooms_w, [der[0] for der in ders], wanted_w, speeds)


def rooms(metered, house_w, p):
    """Room for charging (phases, total), then for discharging, W >= 0. house_w: as site_house.py has it."""
    charge = [NO_LIMIT_W] * 4
    discharge = [NO_LIMIT_W] * 4
    if p.i_fuse_a is not None:
        for k in PHASES:
            most_w = fuse_w(metered.v_ln_v[k], metered.i_a[k], metered.p_w[k], p.i_fuse_a)
            charge[k] = max(most_w + house_w[k], 0)
            discharge[k] = max(most_w - house_w[k], 0)
    if p.p_import_max_w is not None:
        charge[TOTAL] = max(p.p_import_max_w + house_w[TOTAL], 0)
    if p.p_export_max_w is not None:
        discharge[TOTAL] = max(p.p_export_max_w - house_w[TOTAL], 0)
    return charge + discharge


def fuse_w(v_ln_v, i_a, p_w, i_fuse_a):
    """Active power the fuse of a phase carries beside the reactive power that flows now, W >= 0."""
    q2 = max((v_ln_v * i_a) ** 2 - p_w * p_w, 0)
    return max((v_ln_v * i_fuse_a) ** 2 - q2, 0) ** 0.5


def followed(before, set_w, dt_ms):
    """[most charging, most discharging], W >= 0, that each DER has reason for: its setpoint, or one it is leaving.

    before: of the last tick, None at first; set_w: last setpoints, W.
    """
    left = FOLLOW_MS / (FOLLOW_MS + dt_ms)
    rows = []
    for i, p_w in enumerate(set_w):
        now_w = (max(-p_w, 0), max(p_w, 0))
        was_w = now_w if before is None else before[i]
        rows.append([now_w[side] + max(was_w[side] - now_w[side], 0) * left for side in (0, 1)])
    return rows


def excess(ders, set_w, follow, side):
    """(what each DER moves beyond its setpoint, W, as slack; all that each stubborn one moves, W), else 0.

    side: 0 charging, 1 discharging; follow: as followed() has it.
    """
    beyond_w, moved_w = [], []
    for der, told_w, most_w in zip(ders, set_w, follow):
        sign = 1 if side else -1
        p_w = 0 if der[1] is None else sign * der[1]
        is_stubborn = p_w > most_w[side] + SLACK_W
        beyond_w.append(0 if is_stubborn else max(min(p_w - max(sign * told_w, 0), SLACK_W), 0))
        moved_w.append(p_w if is_stubborn else 0)
    return beyond_w, moved_w


def _take(rooms_w, ders, moved_w):
    """Takes what some DERs move out of the rooms."""
    for der, p_w in zip(ders, moved_w):
        for k in range(4):
            rooms_w[k] = max(rooms_w[k] - der[0][k] * p_w, 0)


def trusted(rooms_w, before, dt_ms, ders):
    """Rooms that shrank at once and grew slowly: all the DERs' power over RECOVERY_MS."""
    most_w = 0
    for _, _, charge_w, discharge_w in ders:
        most_w += max(charge_w, discharge_w)
    rise_w = most_w * dt_ms / RECOVERY_MS
    return [rooms_w[k] if rooms_w[k] < before[k] + rise_w else before[k] + rise_w for k in range(len(rooms_w))]


def fill_in_order(rooms_w, weights, wanted_w, _speeds=None):
    """Shares, W: the first takes what it wants and fits, then the next. weights: of each DER; rooms are used up."""
    shares_w = []
    for weight, share_w in zip(weights, wanted_w):
        for k in range(4):
            if weight[k] > 0:
                share_w = min(share_w, rooms_w[k] / weight[k])
        share_w = max(share_w, 0)
        for k in range(4):
            rooms_w[k] -= weight[k] * share_w
        shares_w.append(share_w)
    return shares_w


def fill_together(rooms_w, weights, wanted_w, speeds=None):
    """Shares, W: all rise together; who is satisfied or stands before a full phase stops, the others go on.

    speeds: how fast each rises beside the others, > 0; None: alike. The others as in fill_in_order.
    """
    speeds = speeds or [1] * len(weights)
    shares_w = [0] * len(weights)
    rising = [i for i in range(len(weights)) if wanted_w[i] > 0]
    while rising:
        step_w = min([(wanted_w[i] - shares_w[i]) / speeds[i] for i in rising])
        loads = [sum([weights[i][k] * speeds[i] for i in rising]) for k in range(4)]
        for k in range(4):
            if loads[k] > 0:
                step_w = min(step_w, rooms_w[k] / loads[k])
        for k in range(4):
            rooms_w[k] -= step_w * loads[k]
        for i in rising:
            shares_w[i] += step_w * speeds[i]
        rising = [i for i in rising if wanted_w[i] - shares_w[i] > ROUNDING_W and _has_room(rooms_w, weights[i])]
    return shares_w


def _has_room(rooms_w, weight):
    for k in range(4):
        if weight[k] > 0 and rooms_w[k] <= ROUNDING_W:
            return False
    return True
