"""Answers the local command line: what is going on, why, and the household's wishes.

Not its job: the socket (runtime.py), what may be wished for (requests.py), its rank (laws/local_wishes.py).
A request is a dict with one of the keys below; an answer is a dict, {"error": …} when it can't be given.
Source: ours.
"""

from edge import reasons


def answer(gateway, now_ms, request):
    """(answer, command or None) for one request of the local command line.

    {"ask": "status"}, {"ask": "why"}, {"ask": "household"}, {"ask": "page"} on a site that has one,
    {"ask": "device", "name": …}, {"ask": "commissioning"}, or what requests.py takes. A refused wish is answered with {"error": text,
    "problem": as of requests.problem}; a departure with {"ok": true, "promise": [...]}, see _promises; "notes": sentences, where there is more to say.
    """
    if not isinstance(request, dict):
        return {"error": "a query is a JSON object"}, None
    asked = request.get("ask")
    if asked == "status":
        return status(gateway, now_ms), None
    if asked == "why":
        return {"gateway": gateway.config.gateway.id, "why": why(gateway)}, None
    if asked == "household":
        from edge import household_view     # the page's, mostly

        return household_view.picture(gateway, now_ms), None
    if asked == "page" and gateway.last_hour is not None:
        from edge import page_view

        return page_view.picture(gateway, now_ms), None
    if asked == "device":
        from edge import device_view    # of a person at the command line

        return device_view.picture(gateway, now_ms, request.get("name")), None
    if asked == "commissioning":
        from edge import commissioning

        return commissioning.summary(gateway.ports.store, gateway.config), None
    from edge import requests   # status and why are asked for more often

    command, problem = requests.command(gateway, now_ms, request)
    if problem:
        gateway.refusal = now_ms, problem
        return {"error": problem["text"], "problem": problem}, None
    return granted(gateway, now_ms, command), command


def granted(gateway, now_ms, command):
    """The answer to a wish that was granted, which the log has too: {"ok": True}, of a departure what can be promised, and
    as "notes" sentences on what holds all the same."""
    from edge import log_words      # when somebody wishes

    gateway.ports.log(log_words.wish(gateway, now_ms, command))
    told, notes = {"ok": True}, []
    if command["kind"] == "departure" and command["t_departure_ms"] is not None:
        told["promise"] = _promises(gateway, now_ms, command)
        notes = _cut_off(gateway, command["der"])
    elif command["kind"] == "consent" and command["on"] and command["soc_min_pct"] is not None:
        notes = _floors(gateway, command)
    if notes:
        told["notes"] = notes
    return told


def _cut_off(gateway, number):
    """Sentences on chargers that can't charge for a departure while the house is dark or an island."""
    from edge import no_discharge       # when somebody leaves

    return ["%s: no charging while this lasts: %s; the departure may not be kept" % (der.device.name, reasons.text_of(der.view.island))
            for at, der in enumerate(gateway.state.ders)
            if number in (-1, at) and der.view.kind == "evse" and no_discharge.is_islanded(der.view)]


def _floors(gateway, command):
    """Sentences on configured floors above the one that a consent asks for."""
    found, backup = [], gateway.state.backup
    for number, der in enumerate(gateway.state.ders):
        if command["der"] not in (-1, number) or der.view.kind != "evse":
            continue
        floor_pct = der.device.soc_min_pct
        if backup is not None and backup.der_number == number:
            floor_pct = max(floor_pct, gateway.config.backup.reserve_pct)
        if command["soc_min_pct"] < floor_pct:
            found.append("%s: no discharge below %g %%, as configured" % (der.device.name, floor_pct))
    return found


def _promises(gateway, now_ms, command):
    """What can be promised of a departure, of each charger it is for: {evse, until, e_needed_wh, short_wh, late_min}; an
    impossible one is taken all the same, as best effort. until: {left_s, at: words or None}."""
    from edge.household import shortfall    # when somebody leaves
    from edge.local_words import LocalWords

    words_of, t_ms = LocalWords(gateway, now_ms), command["t_departure_ms"]
    until = {"left_s": words_of.left_s(t_ms), "at": words_of.at(t_ms)}
    found, wanted = [], (command["t_departure_ms"], command["e_needed_wh"], command["soc_pct"])
    for number, der in enumerate(gateway.state.ders):
        if command["der"] in (-1, number) and der.view.kind == "evse":
            likely = shortfall.likely(gateway.config, number, der.view, wanted)
            if likely is not None:
                likely["evse"], likely["until"] = der.device.name, until
                found.append(likely)
    return found


def status(gateway, now_ms):
    """The gateway, each of its devices and the household's picture (household_view.py), JSON-able."""
    from edge import household_view     # why and wishes go without

    tenth = household_view.tenth
    ders = []
    for number, device in enumerate(gateway.config.ders):
        actuator, der = gateway.fleet.actuators[number], gateway.state.ders[number]
        native = getattr(gateway.fleet.readers[number], "native", None)
        view = der.view
        ders.append({
            "name": device.name, "profile": device.profile, "session": actuator.session.state,
            "state": view.state, "p_ac_w": tenth(view.p_ac_w), "q_ac_var": tenth(view.q_ac_var),
            "soc_pct": tenth(view.soc_pct), "v_mean_pu": view.v_mean_pu,
            "p_set_w": tenth(der.p_set_w), "q_set_var": tenth(der.q_set_var),
            "grid_mode": der.grid_mode(), "why": der.why(), "unavailable": _unavailable(der), "writes": actuator.writes,
            "in_device": [] if native is None else native.confirmed(),
            "contended": actuator.is_contended, "left_behind": actuator.is_left_behind(),
            "states": [[reasons.name_of(told[0])] + told[1] for told in der.told if told],
        })
    buses = [_bus(bus) for bus in gateway.fleet.buses]
    vpp = gateway.vpp
    return {
        "gateway": gateway.config.gateway.id, "mode": gateway.config.gateway.mode, "up_ms": now_ms,
        "ticks": gateway.ticks, "stalls": gateway.stalls, "ders": ders, "buses": buses,
        "others": [_other(reader, now_ms) for reader in gateway.fleet.readers[len(ders):]],
        "site_link": None if gateway.site_link is None else gateway.site_link.status(),
        "shared_site": None if gateway.state.shared_site is None else gateway.state.shared_site.status(now_ms),
        "vpp": None if vpp is None else {"up": vpp.is_up, "supervisor_lost_ms": vpp.lost_ms,
                                         "refused": vpp.inbox.refused, "accepted": vpp.inbox.accepted,
                                         "stored_files": 0 if vpp.archive is None else vpp.archive.files()},
        "leases": [_lease(lease) for lease in gateway.state.commitments.book.leases],
        "household": household_view.picture(gateway, now_ms, True),
    }


def _bus(bus):
    """A bus and what came over it since the start; of a line also how old values got lately, and who else reads it."""
    client = bus.client
    told = {"link": bus.name, "up": bus.is_up, "answers": client.frames_ok, "timeouts": client.timeouts,
            "malformed": client.malformed, "foreign": client.foreign}
    if hasattr(bus, "oldest_ms"):
        told["oldest_ms"] = bus.oldest_ms()
        if bus.proxy is not None:
            told["proxy"] = {"reads": bus.proxy.reads, "cached": bus.proxy.cached, "refused": bus.proxy.refused}
    return told


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
