"""What a household is shown of its chargers: what they do and why, what was promised and agreed, what lies ahead.

Not its job: links and devices (queries.py), showing it (tools, web, the site link). Imported when somebody asks.
Source: ours. Everything is JSON; unknown is None; a time to come is {left_s, at: its words or None}.
"""
from edge import ahead, no_discharge, request_rooms
from edge.explain import power_text
from edge.local_words import LocalWords
from edge.param_home import MODES
from protocols import refusals


# What the backup tells as a float.
BACKUP_TENTHS = ("autonomy_h", "km", "soc_pct", "p_load_w", "delay_left_s")


def picture(gateway, now_ms, has_plans=False):
    """The household's whole picture, a dictionary; with has_plans each vehicle's plan, a row a quarter-hour."""
    config, state = gateway.config, gateway.state
    commitments = state.commitments
    p_pcc_w, pv_w, load_w = _balance(config, state)
    words_of = LocalWords(gateway, now_ms)
    refusal = gateway.refusal
    return {
        "gateway": config.gateway.id, "unix_s": words_of.unix_s(now_ms), "now": words_of.at(now_ms),
        "is_observing": commitments.is_observing or config.gateway.mode != "control",
        "is_permitted": commitments.is_permitted, "pause": _until(commitments.pause_until_ms, words_of),
        "has_vpp": gateway.vpp is not None,
        "energy": _energy(state, now_ms, has_plans), "energy_modes": _modes(gateway),
        "p_pcc_w": tenth(p_pcc_w), "pv_w": tenth(pv_w), "load_w": tenth(load_w),
        "chargers": [_charger(gateway, words_of, number) for number in range(len(config.ders))],
        "backup": None if state.backup is None else _rounded(state.backup.status(now_ms), BACKUP_TENTHS),
        "ahead": ahead.rows(gateway, now_ms),
        "refusal": None if refusal is None else dict(refusal[1], words=refusals.text_of(refusal[1]["reason"]),
                                                       age_s=(now_ms - refusal[0]) // 1000),
    }


def _balance(config, state):
    """(power at the connection, of PV, of the house without its vehicles), W; None where nobody knows or there is no PV."""
    site = state.site
    energy_use = None if state.household is None else state.household.energy_use
    if energy_use is None:
        return site.meter.p_pcc_w, site.pv_w if config.pvs else None, site.load_w
    house = energy_use.house    # it has what the site link says, too
    load_w = None if house.net_w is None else max(house.net_w + house.pv_w, 0)
    return house.p_pcc_w, house.pv_w if house.has_pv else None, load_w


def tenth(value):
    """A measured value as it is shown: what a float has beyond is noise."""
    return None if value is None else round(value, 1)


def _rounded(told, names):
    for name in names:
        told[name] = tenth(told[name])
    return told


def _energy(state, now_ms, has_plans):
    """Mode, prices and plans (household/energy_report.py); None without a section home."""
    energy_use = None if state.household is None else state.household.energy_use
    if energy_use is None:
        return None
    told = _rounded(energy_use.status(state, now_ms), ("lacking_w",))
    for vehicle in () if has_plans else told["vehicles"]:
        vehicle["plan"] = None
    return told


def _modes(gateway):
    """Energy modes that may be asked for here."""
    if gateway.config.home is None:
        return []
    return [mode for mode in MODES if request_rooms.refusal(gateway, "energy_mode", {"energy_mode": mode}) is None]


def _charger(gateway, words_of, number):
    device, der = gateway.config.ders[number], gateway.state.ders[number]
    view, standing = der.view, gateway.state.commitments.standing[number]
    cannot = no_discharge.refusal(device, der)
    session = None if gateway.state.household is None else gateway.state.household.sessions[number]
    return {
        "name": device.name, "kind": view.kind, "plugged": view.plugged, "state": view.state,
        "session": gateway.fleet.actuators[number].session.state,
        "p_ac_w": tenth(view.p_ac_w), "doing": power_text(view.p_ac_w), "why": der.why(),
        "soc_pct": tenth(view.soc_pct), "is_soc_estimate": view.soc_is_estimate, "e_capacity_wh": view.e_capacity_wh,
        "wish": view.wish[0], "wish_until": _until(standing.wish_until_ms, words_of) if view.wish[0] != "none" else None,
        "is_bidirectional": device.p_discharge_max_w > 0,
        "no_discharge": None if cannot is None else {"reason": cannot[0], "name": refusals.name_of(cannot[0]),
                                                     "text": "%s; possible %s" % (refusals.text_of(cannot[0]), cannot[1])},
        "consent": _consent(gateway, words_of, number, view),
        "promise": None if session is None else _promise(gateway.config, number, session, view, words_of),
        "e_charged_wh": None if session is None else session.e_charged_mwh // 1000,
        "e_discharged_wh": None if session is None else session.e_discharged_mwh // 1000,
    }


def _consent(gateway, words_of, number, view):
    household = gateway.state.household
    consent = None if household is None else household.consents[number]
    return {"on": bool(view.v2g_consent), "until": None if consent is None else _until(consent.until_ms, words_of),
            "soc_min_pct": view.soc_min_pct, "e_left_wh": None if consent is None else tenth(consent.left_wh())}


def _promise(config, number, session, view, words_of):
    """What the driver was promised of this session; None without a departure."""
    if view.t_departure_ms is None:
        return None
    from edge.household import shortfall    # when somebody leaves

    likely = shortfall.likely(config, number, view, (view.t_departure_ms, view.e_needed_wh, None))
    start_ms = session.promise.latest_start_ms(view.now_ms)
    return {"until": _until(view.t_departure_ms, words_of), "soc_pct": session.wanted.soc_pct,
            "e_missing_wh": None if view.e_needed_wh is None else tenth(max(view.e_needed_wh, 0)), "is_usual": session.wanted.is_usual,
            "short_wh": None if likely is None else likely["short_wh"],
            "start": _until(start_ms, words_of)}


def _until(at_ms, words_of):
    """A time to come, None when it has passed or is none."""
    left_s = words_of.left_s(at_ms)
    return None if left_s is None else {"left_s": left_s, "at": words_of.at(at_ms)}
