"""One tick of sharing: the DERs as rows, their shares into their views.

Not its job: the shares themselves (site.py, site_rooms.py), whose turn it is (site_turns.py), what another gateway
lends (shared_site). Only a site with something to share has this module.
Source: ours.
"""
from edge import modes
from edge.site import LAXITY, share


def share_site(state):
    """Puts p_site_lo_w and p_site_hi_w of this tick into every DER's view. state: of the controller."""
    config = state.config
    waits_s = None
    if config.site.share == LAXITY:
        from edge import site_laxity    # only sites that share so

        waits_s = [site_laxity.wait_s(der.view) for der in state.ders]
    shares, state.site_memory = share(
        state.site.meter, [_row(der) for der in state.ders], state.site_memory, state.ders[0].view.dt_ms, config.site,
        p_static_safe_w=config.failsafe.p_static_safe_w, set_w=[der.p_set_w for der in state.ders], waits_s=waits_s,
        extra_w=state.site_extra_w)
    for der, bounds in zip(state.ders, shares):
        view = der.view
        view.p_site_lo_w, view.p_site_hi_w = (0, 0) if view.waits_turn else bounds


def is_ours(der):
    """Whether this DER's power is ours to set: we control it, and there is a battery behind it."""
    return der.session == modes.CONTROLLING and (der.view.kind == "bes" or der.view.plugged)


def _row(der):
    view = der.view
    if not is_ours(der):
        # What we do not control counts with the house: its power is nobody's to hand out again.
        return der.weights, None, 0, 0
    if view.waits_turn:
        return der.weights, view.p_ac_w, 0, 0
    return der.weights, view.p_ac_w, view.p_charge_max_w, view.p_discharge_max_w
