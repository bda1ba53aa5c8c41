"""What the page shows beyond the household's picture: the last hour, health of devices and links, limits, commissioning.

Not its job: the household (household_view.py), HTML (web). Imported when somebody looks.
Source: ours. Everything is JSON; unknown is None.
"""
from edge import commissioning, household_view, reasons
from edge.version import VERSION
from protocols.command_window import clock_or_none

OLD_MS = 5000
IDENTITIES = ("not yet identified", "", "not the device its profile describes")


def picture(gateway, now_ms):
    """household_view.picture, and with it "hour" (last_hour.py), "devices", "links", "limits", "commissioning" and
    "firmware"."""
    found = household_view.picture(gateway, now_ms)
    found["hour"] = gateway.last_hour.picture()
    found["devices"] = [_device(gateway, reader, now_ms) for reader in gateway.fleet.readers]
    found["links"] = _links(gateway, now_ms)
    found["limits"] = _limits(gateway.config)
    found["commissioning"] = commissioning.summary(gateway.ports.store, gateway.config)
    found["firmware"] = {"version": VERSION, "up_s": now_ms // 1000, "stalls": gateway.stalls, "configuration": gateway.config.hash[:8],
                         "is_clock_set": clock_or_none(gateway.ports.clock.unix_ms()) is not None}
    return found


def _device(gateway, reader, now_ms):
    """{name, profile, age_ms of its oldest control value, is_silent, problems: words}."""
    taken_ms = [reader.taken_ms[block] for block in reader.control_blocks]
    age_ms = None if None in taken_ms or not taken_ms else now_ms - min(taken_ms)
    problems = [words for words in (IDENTITIES[reader.identity], reader.fault) if words]
    number = reader.number
    if number < len(gateway.config.ders):
        der, actuator = gateway.state.ders[number], gateway.fleet.actuators[number]
        problems += [reasons.text_of(told[0]) for told in der.told if told and reasons.severity_of(told[0]) >= reasons.WARNING]
        if actuator.is_contended:
            problems.append(reasons.text_of(reasons.CONTENDED))
        if age_ms is not None and age_ms <= OLD_MS:     # of a silent device everything is unknown
            problems += ["%s: %s unknown" % row for row in der.laws.unavailable(der.view)]
        problems += ["%s: %s" % (function, words) for function, _, words in der.native_faults]
    return {"name": reader.name, "profile": reader.profile_name or _profile(gateway, number), "age_ms": age_ms,
            "is_silent": age_ms is None or age_ms > OLD_MS, "problems": problems}


def _profile(gateway, number):
    ders = gateway.config.ders
    return ders[number].profile if number < len(ders) else ""


def _links(gateway, now_ms):
    """[{name, up, note}] of buses and brokers."""
    rows = [{"name": bus.name, "up": bus.is_up, "note": "%d requests without an answer" % bus.client.timeouts if bus.client.timeouts else ""}
            for bus in gateway.fleet.buses]
    vpp = gateway.vpp
    if vpp is not None:
        lost_ms = vpp.lost_ms
        rows.append({"name": "power plant", "up": vpp.is_up,
                     "note": "" if lost_ms is None else "no word of its supervisor for %d s" % ((now_ms - lost_ms) // 1000)})
    if gateway.site_link is not None:
        rows.append({"name": "household's broker", "up": gateway.site_link.is_up, "note": ""})
    return rows


def _limits(config):
    """[[what, words]]: what nobody may exceed here."""
    site = config.site
    rows = [["Mode", "control" if config.gateway.mode == "control" else "observe: nothing is written"]]
    for value, words, unit in ((site.i_fuse_a, "Main fuse", "A"), (site.p_import_max_w, "Draws at most", "W"),
                               (site.p_export_max_w, "Feeds in at most", "W")):
        if value is not None:
            rows.append([words, "%g %s" % (value, unit)])
    rows.append(["Grid code", config.grid.code or "none chosen"])
    for der in config.ders:
        words = "charging up to %.3g kW" % (der.p_charge_max_w / 1000)
        if der.p_discharge_max_w:
            words += ", discharging up to %.3g kW" % (der.p_discharge_max_w / 1000)
        rows.append([der.name, "%s, battery %g to %g %%" % (words, der.soc_min_pct, der.soc_max_pct)])
    rows.append(["Without meter or timer", "at most %g W" % config.failsafe.p_static_safe_w])
    return rows
