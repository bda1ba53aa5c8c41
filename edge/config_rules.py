"""Rules across the rows of a configuration, and the defaults that follow from other rows.

Not its job: single values (param_values.py), the grid-code sections (config_rules_grid.py, config_rules_laws.py).
Source: ours; times of the dead-man chain in dead_man.py, of a bus in bus_plan.py, the rule of WAPE in
laws/wape_stability.py.
Each rule is a function (config, profile_of) -> list of (path, got, allowed, hint); RULES lists them.
"""

from edge import bus_plan, config_rules_buses, config_rules_grid, dead_man, limits
from edge.laws import wape_stability
from edge.laws.wape import SLOW_WRITE_S
from protocols.forgetting import forget

RESERVED_IDS = ("g", "host")  # levels of the topic tree

# section, lower key, higher key: the first must be below the second
ASCENDING = (
    ("wape", "v0_pu", "v1_pu"),
    ("wape", "guard_low_pu", "guard_high_pu"),
    ("support", "v_arm_low_pu", "v_arm_high_pu"),
    ("support", "v_full_pu", "v_zero_pu"),
    ("support", "disarm_min_s", "disarm_max_s"),
    ("undervoltage", "v_zero_pu", "v_full_pu"),
    ("gateway", "read_deadline_ms", "tick_ms"),
)

# section, a small module of the room it takes: a board's bundle goes without some (`leaves_out` in boards/)
ROOMS = (
    ("home", "edge.household.energy_view"), ("backup", "edge.backup.earthing"), ("switch", "edge.backup.earthing"),
    ("circuit", "edge.backup.earthing"), ("page", "edge.config_rules_page"), ("shared_site", "edge.shared_site.promises"),
    ("member", "edge.shared_site.promises"), ("enrol", "edge.config_rules_enrol"),
)

# sections of a site that look at more than chargers, meter and PV (site_inputs.py)
HAS_INPUTS = ("dso", "smart_charge", "home", "backup", "site_link", "battery")


def derive(config):
    """Fills the values that were left out and follow from others: WAPE's filter and gain, apparent power, user."""
    phases = min([der.phases for der in config.ders] + [3])
    slow_bus = any([bus.transport != "tcp" for bus in config.buses])
    if config.wape.loop_gain is None:
        config.wape.loop_gain = wape_stability.default_loop_gain(phases)
    if config.wape.tau_s is None:
        config.wape.tau_s = wape_stability.default_tau_s(phases, slow_bus)
    for der in config.ders:
        if der.s_max_va is None:
            der.s_max_va = max(der.p_charge_max_w, der.p_discharge_max_w)
    if config.vpp.user is None:
        config.vpp.user = config.gateway.id
    config.has_inputs = bool([name for name in HAS_INPUTS if getattr(config, name) is not None])
    # As a section that is there or not: chargers that exclude each other make a part of the controller.
    config.turns = [der.exclusive for der in config.ders if der.exclusive is not None] or None
    config_rules_grid.derive(config)


def broken(config, profile_of):
    """All broken rules of a configuration whose single values are right."""
    errors = _without_room(config)
    if errors:
        return errors
    for rule in RULES:
        errors += rule(config, profile_of)
    if _has_functions(config):
        from edge import config_rules_laws      # most sites have none of them

        errors += config_rules_laws.broken(config)
    if config.home is not None or config.site.other_battery != "none":
        from edge import config_rules_home      # most sites follow neither prices nor surplus

        errors += config_rules_home.broken(config)
    if config.site_link is not None or config.shared_site is not None or config.inputs or config.members:
        from edge import config_rules_site      # most sites have no broker of their own

        errors += config_rules_site.broken(config)
    if config.recoveries:
        from edge import config_rules_recovery      # most sites have no relay for it

        errors += config_rules_recovery.broken(config, profile_of)
    if config.page is not None:
        from edge import config_rules_page      # most sites have none

        errors += config_rules_page.broken(config)
    if config.enrol is not None:
        from edge import config_rules_enrol     # nor this

        errors += config_rules_enrol.broken(config)
    if config.backup is not None:
        from edge import config_rules_backup, config_rules_switch       # most sites have no backup

        errors += config_rules_backup.broken(config, profile_of)
        errors += config_rules_switch.broken(config, profile_of, lambda name: bus_time_ms(config, name, profile_of))
    return errors + config_rules_grid.broken(config)


def _without_room(config):
    """Sections whose room this board's bundle leaves out: their own rules may be left out with it."""
    errors = []
    for section, room in ROOMS:
        if section in config.document:
            try:
                __import__(room)
            except ImportError:
                errors.append((section, "", "left out: the firmware of this board goes without it", "a Linux gateway has it"))
            forget(room)
    return errors


def _has_functions(config):
    """Whether the site has a section of a grid code."""
    from edge import params     # here, not above: 25 kB that outlived this module on a board

    return any([getattr(config, row[0]) is not None for row in params.SECTIONS if row[1] == params.USED])


def paths(config):
    """(path, section, kinds of profile it takes) of every device on a bus."""
    count = {"evse": 0, "bes": 0}
    found = []
    for der in config.ders:
        found.append(("%s[%d]" % (der.kind, count[der.kind]), der, ("charger", "bes")))
        count[der.kind] += 1
    if config.meter:
        found.append(("meter", config.meter, ("meter",)))
    if config.dso and config.dso.input == "modbus" and config.dso.profile and config.dso.bus:
        found.append(("dso", config.dso, ("switch",)))
    if config.switch:
        found.append(("switch", config.switch, ("transfer_switch",)))
    if config.battery:
        found.append(("battery", config.battery, ("battery",)))
    return found + [("pv[%d]" % i, pv, ("pv",)) for i, pv in enumerate(config.pvs)]


def _ascending(config, profile_of):
    errors = []
    for section, low, high in ASCENDING:
        part = getattr(config, section)
        if not getattr(part, low) < getattr(part, high):
            errors.append(("%s.%s" % (section, low), getattr(part, low),
                           "below %s.%s (%g)" % (section, high, getattr(part, high)), ""))
    for path, der, _ in paths(config):
        if hasattr(der, "soc_min_pct") and not der.soc_min_pct < der.soc_max_pct:
            errors.append((path + ".soc_min_pct", der.soc_min_pct, "below soc_max_pct (%g)" % der.soc_max_pct, ""))
    return errors


def _devices(config, profile_of):
    errors = []
    if not 1 <= len(config.ders) <= limits.DERS_MAX:
        errors.append(("evse", len(config.ders), "1–%d chargers and batteries" % limits.DERS_MAX,
                       "write [[evse]]" if not config.ders else ""))
    seen = set()
    for path, device, _ in paths(config):
        name = getattr(device, "name", None)
        if name is not None and (name in seen or name == "site"):
            errors.append((path + ".name", name, "a name of its own" + (" (site is the whole site)" if name == "site" else ""), ""))
        seen.add(name)
    if config.gateway.id in RESERVED_IDS:
        errors.append(("gateway.id", config.gateway.id, "not g or host: the topic tree uses them", ""))
    return errors


def _vpp(config, profile_of):
    vpp = config.vpp
    if not vpp.enabled:
        return []
    errors = []
    if vpp.host is None:
        errors.append(("vpp.host", None, "needed when vpp.enabled", ""))
    if vpp.key is None and vpp.root_key is None:
        errors.append(("vpp.key", None, "needed when vpp.enabled", "or vpp.root_key"))
    if (vpp.cert_file is None) != (vpp.key_file is None):
        errors.append(("vpp.key_file", vpp.key_file, "both vpp.cert_file and vpp.key_file, or neither", ""))
    if vpp.telemetry_service_s > vpp.telemetry_s:
        errors.append(("vpp.telemetry_service_s", vpp.telemetry_service_s, "at most vpp.telemetry_s (%g)" % vpp.telemetry_s, ""))
    return errors


def _reactive_owner(config, profile_of):
    if config.grid.q_mode == "wape" and not config.wape.enabled:
        return [("grid.q_mode", "wape", "needs wape.enabled = true", "")]
    return []


def _failsafe_order(config, profile_of):
    failsafe = config.failsafe
    delays = [("failsafe." + key, getattr(failsafe, key)) for key in ("charger_lost_s", "meter_lost_s")]
    return [row + ("",) for row in dead_man.broken_relations(config.gateway.tick_ms, delays, failsafe.device_reversion_s)]


def _profiles(config, profile_of):
    """Names, kinds and phases of profiles, and what each device demands of reversion and filter."""
    if profile_of is None:
        return []
    errors = []
    for path, device, kinds in paths(config):
        profile = profile_of(device.profile)
        if profile is None:
            errors.append((path + ".profile", device.profile, "the name of a device profile", ""))
        elif profile["kind"] not in kinds:
            errors.append((path + ".profile", device.profile, "a %s; this is a %s" % (" or ".join(kinds), profile["kind"]), ""))
        else:
            errors += _fit(config, path, device, profile)
            if hasattr(device, "phases"):
                errors += _der(config, path, device, profile, profile_of)
    return errors


def _fit(config, path, device, profile):
    """Whether the device is one of those its profile describes."""
    errors = []
    first, last = profile["instances"][:2]
    if not first <= getattr(device, "instance", first) <= last:
        errors.append((path + ".instance", device.instance, "%d–%d with %s" % (first, last, device.profile), ""))
    bus = bus_of(config, device.bus)
    kinds = ["serial" if kind == "rtu" else kind for kind in profile["transport"]["kinds"]]
    if bus and bus.transport not in kinds:
        errors.append((path + ".bus", device.bus, "a bus with transport %s; this one has %s" % (" or ".join(kinds), bus.transport),
                       "%s speaks nothing else" % device.profile))
    return errors


def _der(config, path, der, profile, profile_of):
    errors = []
    if der.phases != profile["phases"]:
        errors.append((path + ".phases", der.phases, "%d as its profile says" % profile["phases"], ""))
    errors += config_rules_grid.unprotected(path, der, profile)
    bus_ms = bus_time_ms(config, der.bus, profile_of)
    delay_s = wape_stability.loop_delay_s(profile, config.gateway.tick_ms, bus_ms)
    if _has_functions(config):
        from edge import config_rules_laws

        errors += config_rules_laws.run_here(config, path, der, profile, delay_s + write_period_s(profile))
    if profile["watchdog"] and profile["control"]:
        needed_s = dead_man.reversion_needed_s(profile["control"]["refresh_ms"] or config.gateway.tick_ms, bus_ms)
        longest_s = min(limits.REVERSION_MAX_S, profile["watchdog"]["max_s"])
        reversion_s = config.failsafe.device_reversion_s
        if not needed_s <= reversion_s <= longest_s:
            errors.append(("failsafe.device_reversion_s", reversion_s, "%g–%g s with %s at %s" % (needed_s, longest_s, der.profile, path), ""))
        age_ms, lost_s = bus_plan.power_age_ms(profile), config.failsafe.charger_lost_s
        if lost_s < reversion_s and not dead_man.lost_before_reversion(lost_s, age_ms, reversion_s):
            errors.append(("failsafe.charger_lost_s", lost_s, "below %g s: values of %s count as lost only %g s later, and it reverts after %g s"
                           % (reversion_s - age_ms / 1000, path, age_ms / 1000, reversion_s), ""))
    if config.wape.enabled and der.wape and write_period_s(profile) < SLOW_WRITE_S:
        least_s = wape_stability.wape_tau_min_s(config.wape.loop_gain, delay_s)
        if config.wape.tau_s < least_s:
            errors.append(("wape.tau_s", config.wape.tau_s,
                           "at least %.3g s: 1.4 × loop gain %g × delay %.3g s of %s" % (least_s, config.wape.loop_gain, delay_s, path),
                           "a shorter filter oscillates"))
    return errors


def write_period_s(profile):
    """Longest time between two changes of the setpoint the device allows, s; a loop held so long moves by the step
    fraction of WAPE's law instead of the filter's rule."""
    control = profile["control"]
    guards_ms = [wait_ms for _, wait_ms in control["guards"]["after_change_ms"]] if control else []
    return max(guards_ms + [control["min_write_ms"] if control else 0]) / 1000


def bus_time_ms(config, bus_name, profile_of):
    """Planned time, ms, of one round on a bus with all its devices; 0 for a bus that is not there."""
    bus = bus_of(config, bus_name)
    return bus_plan.round_ms(bus, profiles_on(config, bus_name, profile_of)) if bus else 0


def bus_of(config, bus_name):
    """Section of the bus with that name, or None."""
    for bus in config.buses:
        if bus.name == bus_name:
            return bus
    return None


def profiles_on(config, bus_name, profile_of):
    """Profiles of all devices on a bus, as far as they are known."""
    profiles = [profile_of(device.profile) for _, device, _ in paths(config) if device.bus == bus_name]
    return [profile for profile in profiles if profile]


RULES = (_ascending, _devices, config_rules_buses.buses, _vpp, _reactive_owner, _failsafe_order, _profiles, config_rules_buses.rounds)
