"""From the snapshot's pictures to the plain numbers the laws see, one DER at a time.

Not its job: deciding anything; reading devices. A value that is unknown or too old arrives as None.
Source: signs and the balance p_pcc = sum(p_ev) + p_bes + pv - load of ARCHITECTURE.md.
"""
from edge.limiter import converter_va
from edge.site import SitePower

SQRT_3 = 1.7320508075688772
_PHASES = ("v_an_v", "v_bn_v", "v_cn_v")
_CURRENTS = ("i_a_a", "i_b_a", "i_c_a")
_POWERS = ("p_a_w", "p_b_w", "p_c_w")
# Assumed where a current limit has to become a power limit without a voltage: lower than any grid code allows to stay.
_UNKNOWN_VOLTAGE_PU = 0.85
# No grid that anything still runs on is beyond these; a reading that is, is a fault of the device and thus unknown.
F_PLAUSIBLE_HZ = (40, 70)
V_PLAUSIBLE_PU = 2
# Canonical states in which a battery is connected.
_PLUGGED = ("connected", "charging", "discharging", "paused", "ended", "other_controller")


class SiteView:
    """What the point of connection shows; None = unknown."""

    def __init__(self):
        self.meter = SitePower()
        self.pv_w = None
        self.load_w = None


def observe_site(site, now_ms, snapshot):
    """Fill a SiteView from the meter, the PV inverters and the DERs."""
    meter = snapshot.meter
    power = site.meter
    if meter is not None:
        power.v_ln_v = _all_or_none(meter, _PHASES, now_ms)
        power.i_a = _all_or_none(meter, _CURRENTS, now_ms)
        power.p_w = _all_or_none(meter, _POWERS, now_ms)
        power.p_pcc_w = meter.fresh("p_pcc_w", now_ms)
    site.pv_w = _sum_or_none(snapshot.pvs, "p_pv_w", now_ms)
    ders_w = _sum_or_none(snapshot.ders, "p_ac_w", now_ms)
    if power.p_pcc_w is None or site.pv_w is None or ders_w is None:
        site.load_w = None
    else:
        site.load_w = max(site.pv_w + ders_w - power.p_pcc_w, 0)


def observe_der(view, now_ms, picture, device, limits_live):
    """Fill one DER's view with this tick's measurements.

    device: its section of the configuration; limits_live: (view attribute, point) pairs of its profile.
    """
    view.dt_ms = now_ms - view.now_ms if view.now_ms else view.dt_ms
    view.now_ms = now_ms
    voltages_v = [picture.fresh(name, now_ms) for name in _PHASES[:device.phases]]
    highest_v = V_PLAUSIBLE_PU * view.v_nom_ll_v / SQRT_3
    observe_voltage(view, [volts for volts in voltages_v if volts is not None and 0 <= volts <= highest_v])
    observe_frequency(view, now_ms, picture)
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
            setattr(view, limit, max(min(getattr(view, limit), live), 0))
    _observe_rating(view, picture.fresh("s_rated_va", now_ms), device)


def _observe_rating(view, rated_va, device):
    v_ln_v = view.v_min_pu if view.v_min_pu is not None else _UNKNOWN_VOLTAGE_PU
    v_ln_v *= view.v_nom_ll_v / SQRT_3
    s_va = converter_va(device.s_max_va, device.phases, v_ln_v, device.i_max_a)
    view.s_max_va = s_va if rated_va is None else min(s_va, rated_va)


def observe_frequency(view, now_ms, picture):
    """Fill the view's frequency from a device that says a plausible one."""
    f_hz = picture.fresh("f_hz", now_ms)
    view.f_hz = f_hz if f_hz is not None and F_PLAUSIBLE_HZ[0] <= f_hz <= F_PLAUSIBLE_HZ[1] else None


def observe_voltage(view, voltages_v):
    """Fill the view's voltages from those of the known phases, V line to neutral; [] or None: unknown."""
    if not voltages_v:
        view.v_mean_pu = view.v_min_pu = view.v_max_pu = view.v_mean_ll_v = None
        return
    v_nom_ln_v = view.v_nom_ll_v / SQRT_3
    mean_v = sum(voltages_v) / len(voltages_v)
    view.v_mean_pu = mean_v / v_nom_ln_v
    view.v_min_pu = min(voltages_v) / v_nom_ln_v
    view.v_max_pu = max(voltages_v) / v_nom_ln_v
    view.v_mean_ll_v = mean_v * SQRT_3


def _all_or_none(picture, names, now_ms):
    """Values of all points, or None when one is unknown."""
    values = [picture.fresh(name, now_ms) for name in names]
    return None if None in values else values


def _sum_or_none(pictures, name, now_ms):
    """Sum of one point over devices; 0 for no device, None when one is unknown."""
    values = [picture.fresh(name, now_ms) for picture in pictures]
    return None if None in values else sum(values)
