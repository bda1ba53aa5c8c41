"""One tick of sharing: the DERs as rows, the rooms and what is kept of them, the shares into the views.

Not its job: the rooms and who gets how much of them (site_rooms.py), whose turn it is (site_turns.py), what another gateway
lends (shared_site). Only a site with something to share has this module.
Source: ours.
"""
from edge import modes, site_rooms
from edge.site import is_limited


def share_site(state):
    """Puts p_site_lo_w and p_site_hi_w of this tick into every DER's view. state: of the controller."""
    config = state.config
    waits_s = None
    if config.site.share == site_rooms.LAXITY:
        from edge import site_laxity    # only sites that share so

        waits_s = [site_laxity.wait_s(der.view) for der in state.ders]
    shares, state.site_memory = share(
        state.site.meter, [_row(der) for der in state.ders], state.site_memory, state.ders[0].view.dt_ms, config.site,
        p_static_safe_w=config.failsafe.p_static_safe_w, set_w=[_told_w(der) for der in state.ders], waits_s=waits_s,
        extra_w=state.site_extra_w)
    for der, bounds in zip(state.ders, shares):
        view = der.view
        view.p_site_lo_w, view.p_site_hi_w = (0, 0) if view.waits_turn else bounds


def is_ours(der):
    """Whether this DER's power is ours to set: we control it, and there is a battery behind it."""
    return der.session == modes.CONTROLLING and (der.view.kind == "bes" or der.view.plugged)


def would_be_ours(der):
    """As is_ours; while the gateway only observes: whether it could be, for what it is told that would happen."""
    view = der.view
    return is_ours(der) or view.observe and der.session == modes.OBSERVING and (view.kind == "bes" or view.plugged)


def _told_w(der):
    """The last setpoint, W; of a DER that is only observed what it moves: nobody told it anything it could disobey."""
    if der.view.observe and der.session == modes.OBSERVING:
        return der.view.p_ac_w or 0
    return der.p_set_w


def _row(der):
    view = der.view
    if not would_be_ours(der):
        # What we do not control counts with the house: its power is nobody's to hand out again.
        return der.weights, None, 0, 0
    if view.waits_turn:
        return der.weights, view.p_ac_w, 0, 0
    return der.weights, view.p_ac_w, view.p_charge_max_w, view.p_discharge_max_w


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
    kept, follow = (None, None) if memory is None else memory
    if set_w is not None:
        follow = site_rooms.followed(follow, set_w, dt_ms)
    rooms, kept = site_rooms.kept_rooms(metered, ders, kept, dt_ms, p)
    if rooms is None:
        ders = [(der[0], der[1], p_static_safe_w, 0) for der in ders]
        rooms = extra_w if extra_w is not None else [site_rooms.NO_LIMIT_W] * site_rooms.ROOMS
    elif extra_w is not None:
        rooms = [min(room_w, extra_w[k]) for k, room_w in enumerate(rooms)]
    charge_w, discharge_w = site_rooms.fill(rooms, ders, p.share, waits_s=waits_s, follow=follow, set_w=set_w)
    return [(-charge_w[i], discharge_w[i]) for i in range(len(ders))], [kept, follow]
