"""What a site file is warned of: it is right, and yet the site may not do what its owner expects.

Not its job: what is wrong (edge/config_rules.py), printing (check.py). For people at a desk, so no board has it.
Source: ours. Each rule is a function (config, profile_of) -> list of (path, text); RULES lists them.
"""

from edge import bus_plan, config_rules, params

# Of the age that values of a bus may have, its round takes this much: one more device or a slow answer is too much.
NEAR_SHARE = 0.75


def found(config, profile_of):
    """[(path, text)] of a Config without errors. profile_of: function (name) -> profile."""
    return [warning for rule in RULES for warning in rule(config, profile_of)]


def _unguarded_fuse(config, profile_of):
    missing = [words for words, is_there in (("[meter]", config.meter), ("site.i_fuse_a", config.site.i_fuse_a)) if not is_there]
    if not missing:
        return []
    safe_w = config.failsafe.p_static_safe_w
    return [(path + ".profile", "control switches off %s; without %s it never charges with more than failsafe.p_static_safe_w, %g W"
             % (profile["control"]["disables"], " and ".join(missing), safe_w))
            for path, _, profile in _controlled(config, profile_of) if profile["control"]["disables"]]


def _no_vars(config, profile_of):
    q_mode = config.grid.q_mode
    if q_mode == "unity":
        return []
    effect = "WAPE then works with watts alone" if q_mode == "wape" else "it has no effect here"
    return [(path + ".profile", "grid.q_mode = \"%s\" asks for vars, and %s takes none: %s" % (q_mode, der.profile, effect))
            for path, der, profile in _controlled(config, profile_of)
            if profile["control"]["q_form"] == "none" and q_mode not in profile["native"]]


def _no_consent(config, profile_of):
    return [(path + ".p_discharge_max_w", "%g W are set, but the owner has not agreed: without v2g_consent = true it never discharges"
             % der.p_discharge_max_w)
            for path, der, _ in _controlled(config, profile_of)
            if der.kind == "evse" and der.p_discharge_max_w > 0 and not der.v2g_consent]


def _busy_bus(config, profile_of):
    warnings = []
    for number, bus in enumerate(config.buses):
        profiles = [profile_of(device.profile) for _, device, _ in config_rules.paths(config) if device.bus == bus.name]
        if not profiles:
            continue
        taken_ms, good_ms = bus_plan.longest_age_ms(bus, profiles), min(map(bus_plan.control_age_ms, profiles))
        if taken_ms > NEAR_SHARE * good_ms:
            speed = "" if bus.transport == "tcp" else " at %d baud" % bus.baud
            warnings.append(("bus[%d].name" % number, "near its limit%s: a round takes up to %d ms, and its values are good for %d ms; "
                             "no room for another device" % (speed, taken_ms, good_ms)))
    return warnings


def _idle_bus(config, profile_of):
    used = {device.bus for _, device, _ in config_rules.paths(config)}
    return [("bus[%d].name" % number, "no device is on it, and it is connected all the same")
            for number, bus in enumerate(config.buses) if bus.name not in used]


def _foreign_voltage(config, profile_of):
    grid = config.grid
    if grid.code is None or grid.f_nom_hz != 60 or grid.v_nom_ln_v != params.defaults("grid")["v_nom_ln_v"]:
        return []
    return [("grid.code", "a 60 Hz grid, and grid.v_nom_ln_v = %g, the base of its voltages: is it not 120, 240 or 277?"
             % grid.v_nom_ln_v)]


def _without_backup(config, profile_of):
    if config.backup is not None:
        return []
    found = ["switch"] if config.switch else []
    found += ["circuit[%d].relay" % number for number in range(len(config.circuits))]
    return [(path, "it does nothing here: there is no [backup]") for path in found[:1]]


def _unshed_backup(config, profile_of):
    if config.backup is None or config.circuits:
        return []
    return [("backup.mode", "no [[circuit]] is listed: nothing can be shed, so an overload ends the island")]


def _controlled(config, profile_of):
    """(path, section, profile) of every charger and battery."""
    return [(path, device, profile_of(device.profile)) for path, device, _ in config_rules.paths(config)
            if hasattr(device, "p_charge_max_w")]


RULES = (_unguarded_fuse, _no_vars, _no_consent, _busy_bus, _idle_bus, _foreign_voltage, _without_backup, _unshed_backup)
