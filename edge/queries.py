"""Answers the local command line: what is going on, why, and the household's wishes.

Not its job: the socket (runtime.py), the rank of a wish (laws/local_wishes.py).
A request is a dict with one of the keys below; an answer is a dict, {"error": …} when it can't be given.
Source: ours.
"""

from edge import reasons

WISHES = ("none", "charge_now", "discharge_now", "idle")
WISH_MAX_MIN = 1440


def answer(gateway, now_ms, request):
    """(answer, command or None) for one request of the local command line.

    {"ask": "status"}, {"ask": "why"},
    {"wish": one of WISHES, "evse": name or null, "p_w": W or null, "minutes": 1..1440},
    {"observe": true | false}, {"permit_service": true | false}, {"pause_vpp_min": 0..1440},
    {"departure_min": minutes or null, "e_needed_wh": Wh, "evse": name or null}.
    """
    if not isinstance(request, dict):
        return {"error": "a query is a JSON object"}, None
    asked = request.get("ask")
    if asked == "status":
        return status(gateway, now_ms), None
    if asked == "why":
        return {"gateway": gateway.config.gateway.id, "why": why(gateway)}, None
    command, problem = _command(gateway, now_ms, request)
    if problem:
        return {"error": problem}, None
    return {"ok": True}, command


def status(gateway, now_ms):
    """The gateway and each of its devices, JSON-able."""
    ders = []
    for number, device in enumerate(gateway.config.ders):
        actuator, der = gateway.fleet.actuators[number], gateway.state.ders[number]
        native = getattr(gateway.fleet.readers[number], "native", None)
        view = der.view
        ders.append({
            "name": device.name, "profile": device.profile, "session": actuator.session.state,
            "state": view.state, "p_ac_w": view.p_ac_w, "q_ac_var": view.q_ac_var, "soc_pct": view.soc_pct,
            "v_mean_pu": view.v_mean_pu, "p_set_w": der.p_set_w, "q_set_var": der.q_set_var,
            "grid_mode": der.grid_mode(), "why": der.why(), "unavailable": _unavailable(der), "writes": actuator.writes,
            "in_device": [] if native is None else native.confirmed(),
            "contended": actuator.is_contended, "left_behind": actuator.is_left_behind(),
            "states": [[reasons.name_of(told[0])] + told[1] for told in der.told if told],
        })
    buses = [{"link": bus.name, "up": bus.is_up, "timeouts": bus.client.timeouts} for bus in gateway.fleet.buses]
    vpp = gateway.vpp
    return {
        "gateway": gateway.config.gateway.id, "mode": gateway.config.gateway.mode, "up_ms": now_ms,
        "ticks": gateway.ticks, "stalls": gateway.stalls, "ders": ders, "buses": buses,
        "others": [_other(reader, now_ms) for reader in gateway.fleet.readers[len(ders):]],
        "vpp": None if vpp is None else {"up": vpp.is_up, "supervisor_lost_ms": vpp.lost_ms,
                                         "refused": vpp.inbox.refused, "accepted": vpp.inbox.accepted},
        "leases": [_lease(lease) for lease in gateway.state.commitments.book.leases],
    }


def _unavailable(der):
    """[[function, why not]] of what a DER or its laws can't do now."""
    laws = [[law, quantity + " unknown"] for law, quantity in der.laws.unavailable(der.view)]
    return laws + [[function, text] for function, _, text in der.native_faults]


def _other(reader, now_ms):
    """A meter, a PV inverter or a control box, which nobody controls: does it answer, and as its profile says?"""
    ages_ms = [now_ms - reader.taken_ms[block] for block in reader.control_blocks if reader.taken_ms[block] is not None]
    return {"name": reader.name, "profile": reader.profile_name, "identity": ("unknown", "right", "wrong")[reader.identity],
            "age_ms": min(ages_ms) if ages_ms else None, "fault": reader.fault}


def _lease(lease):
    return {"id": lease.id, "kind": lease.kind, "der": lease.der, "priority": lease.priority,
            "start_ms": lease.start_ms, "end_ms": lease.end_ms, "values": lease.values}


def why(gateway):
    """One sentence per DER: what it does and what decided it."""
    return [{"name": device.name, "why": der.why()}
            for device, der in zip(gateway.config.ders, gateway.state.ders)]


def _command(gateway, now_ms, request):
    """(controller command, None) or (None, what is wrong)."""
    number = _der_number(gateway, request.get("evse"))
    if number is None:
        names = ", ".join([device.name for device in gateway.config.ders])
        return None, "evse %r: allowed %s" % (request.get("evse"), names)
    if "wish" in request:
        return _wish(now_ms, request, number)
    if "observe" in request:
        return {"kind": "observe", "on": request["observe"] is True}, None
    if "permit_service" in request:
        return {"kind": "permit_service", "on": request["permit_service"] is not False}, None
    if "pause_vpp_min" in request:
        minutes = request["pause_vpp_min"]
        if not _is_number(minutes, 0, WISH_MAX_MIN):
            return None, "pause_vpp_min %r: allowed 0..%d min" % (minutes, WISH_MAX_MIN)
        return {"kind": "pause_vpp", "until_ms": now_ms + int(minutes * 60000)}, None
    if "departure_min" in request:
        return _departure(now_ms, request, number)
    return None, "unknown query; allowed: ask, wish, observe, permit_service, pause_vpp_min, departure_min"


def _wish(now_ms, request, number):
    wish, minutes, p_w = request["wish"], request.get("minutes", 60), request.get("p_w")
    if wish not in WISHES:
        return None, "wish %r: allowed %s" % (wish, ", ".join(WISHES))
    if not _is_number(minutes, 1, WISH_MAX_MIN):
        return None, "minutes %r: allowed 1..%d" % (minutes, WISH_MAX_MIN)
    if p_w is not None and not _is_number(p_w, 0, 22000):
        return None, "p_w %r: allowed 0..22000 W" % (p_w,)
    until_ms = now_ms + int(minutes * 60000)
    return {"kind": "wish", "der": number, "wish": wish, "p_w": p_w, "until_ms": until_ms}, None


def _departure(now_ms, request, number):
    minutes, e_needed_wh = request["departure_min"], request.get("e_needed_wh", 0)
    if minutes is None:
        return {"kind": "departure", "der": number, "t_departure_ms": None, "e_needed_wh": None}, None
    if not _is_number(minutes, 1, 10080):
        return None, "departure_min %r: allowed 1..10080 min" % (minutes,)
    if not _is_number(e_needed_wh, 0, 250000):
        return None, "e_needed_wh %r: allowed 0..250000 Wh" % (e_needed_wh,)
    return {"kind": "departure", "der": number, "t_departure_ms": now_ms + int(minutes * 60000),
            "e_needed_wh": e_needed_wh}, None


def _der_number(gateway, name):
    """Index of a DER by name, -1 for all (None), None when there is no such DER."""
    if name is None:
        return -1
    for number, device in enumerate(gateway.config.ders):
        if device.name == name:
            return number
    return None


def _is_number(value, low, high):
    return isinstance(value, (int, float)) and not isinstance(value, bool) and low <= value <= high
