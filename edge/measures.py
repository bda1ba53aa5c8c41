"""From the snapshot's pictures to the plain numbers the laws see, one DER at a time.

Not its job: deciding anything; reading devices. A value that is unknown or too old arrives as None.
Source: signs and the balance p_pcc = sum(p_ev) + p_bes + pv - load of ARCHITECTURE.md.
"""
from edge.der_view import DerView

SQRT_3 = 1.7320508075688772
_PHASES = ("v_an_v", "v_bn_v", "v_cn_v")
_CURRENTS = ("i_a_a", "i_b_a", "i_c_a")
# Canonical states in which a battery is connected.
_PLUGGED = ("connected", "charging", "discharging", "paused", "ended", "other_controller")


class SiteView:
    """What the point of connection shows; None = unknown."""

    def __init__(self):
        self.p_pcc_w = None
        self.i_phase_a = None
        self.pv_w = None
        self.load_w = None
        self.voltages_v = None


def new_view(config, device, profile):
    """A DerView with everything that does not change while the gateway runs."""
    control = profile["control"]
    guards = control["guards"]
    slowest_ms = max([wait_ms for _, wait_ms in guards["after_change_ms"]] + [control["min_write_ms"]])
    return DerView(
        kind="bes" if profile["kind"] == "bes" else "evse",
        q_capable=control["q_form"] != "none",
        v2g_consent=device.v2g_consent,
        soc_min_pct=device.soc_min_pct,
        soc_max_pct=device.soc_max_pct,
        wape=device.wape,
        q_mode=config.grid.q_mode,
        v_nom_ll_v=config.grid.v_nom_ln_v * SQRT_3,
        write_period_s=slowest_ms / 1000,
        p_static_safe_w=config.failsafe.p_static_safe_w,
        dt_ms=config.gateway.tick_ms,
    )


def observe_site(site, now_ms, snapshot):
    """Fill a SiteView from the meter, the PV inverters and the DERs."""
    meter = snapshot.meter
    site.p_pcc_w = site.i_phase_a = site.voltages_v = site.load_w = None
    if meter is not None:
        site.p_pcc_w = meter.fresh("p_pcc_w", now_ms)
        currents = [meter.fresh(name, now_ms) for name in _CURRENTS]
        site.i_phase_a = None if None in currents else currents
        site.voltages_v = _known_voltages(meter, now_ms)
    powers = [picture.fresh("p_pv_w", now_ms) for picture in snapshot.pvs]
    site.pv_w = None if None in powers else sum(powers)
    if site.p_pcc_w is None or site.pv_w is None:
        return
    der_powers = [picture.fresh("p_ac_w", now_ms) for picture in snapshot.ders]
    if None not in der_powers:
        site.load_w = max(site.pv_w + sum(der_powers) - site.p_pcc_w, 0)


def observe_der(view, now_ms, picture, site, device, limits_live):
    """Fill one DER's view with this tick's measurements."""
    view.dt_ms = now_ms - view.now_ms if view.now_ms else view.dt_ms
    view.now_ms = now_ms
    _observe_voltage(view, _known_voltages(picture, now_ms) or site.voltages_v)
    view.f_hz = picture.fresh("f_hz", now_ms)
    view.p_ac_w = picture.fresh("p_ac_w", now_ms)
    view.q_ac_var = picture.fresh("q_ac_var", now_ms)
    view.soc_pct = picture.fresh("soc_pct", now_ms)
    view.state = picture.fresh("state", now_ms)
    view.plugged = None if view.state is None else view.state in _PLUGGED
    view.e_capacity_wh = device.e_capacity_wh or picture.fresh("e_capacity_wh", now_ms)
    view.p_charge_max_w = device.p_charge_max_w
    view.p_discharge_max_w = device.p_discharge_max_w
    for limit, point in limits_live:
        live = picture.fresh(point, now_ms)
        if live is not None:
            setattr(view, limit, min(getattr(view, limit), live))
    rated_va = picture.fresh("s_rated_va", now_ms)
    view.s_max_va = device.s_max_va if rated_va is None else min(device.s_max_va, rated_va)
    if site.load_w is not None:
        view.p_surplus_w = max(site.pv_w - site.load_w, 0)


def _known_voltages(picture, now_ms):
    """Phase voltages the device measures and that are known, V; None when there are none."""
    known = []
    for name in _PHASES:
        volts = picture.fresh(name, now_ms)
        if volts is not None:
            known.append(volts)
    return known or None


def _observe_voltage(view, voltages_v):
    if voltages_v is None:
        view.v_mean_pu = view.v_min_pu = view.v_max_pu = view.v_mean_ll_v = None
        return
    v_nom_ln_v = view.v_nom_ll_v / SQRT_3
    mean_v = sum(voltages_v) / len(voltages_v)
    view.v_mean_pu = mean_v / v_nom_ln_v
    view.v_min_pu = min(voltages_v) / v_nom_ln_v
    view.v_max_pu = max(voltages_v) / v_nom_ln_v
    view.v_mean_ll_v = mean_v * SQRT_3
