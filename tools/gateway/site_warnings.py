"""What a site file is warned of: it is right, and yet the site may not do what its owner expects.

Not its job: what is wrong (edge/config_rules.py), printing (check.py). For people at a desk, so no board has it.
Source: ours. Each rule is a function (config, profile_of) -> list of (path, text); RULES lists them. Those of FILE_RULES
look at the site file itself: (config, folder, written paths).
"""

from edge import commissioning, config_rules, params
from edge.version import CONFIG_SCHEMA
from edge.config_rules_page import LOOPBACK
from tools.gateway import bus_words

# The gateway's own folder, unless `v2g run` is told another.
STORE = "v2g-store"


def found(config, profile_of, folder, written):
    """[(path, text)] of a Config without errors.

    profile_of: function (name) -> profile; folder: Path where the site file lies; written: paths of the keys that stand
    in it, None when nobody knows (a compiled file leaves defaults out).
    """
    warnings = [warning for rule in RULES for warning in rule(config, profile_of)]
    return warnings + [warning for rule in FILE_RULES for warning in rule(config, folder, written)]


def _unguarded_fuse(config, profile_of):
    missing = [words for words, is_there in (("[meter]", config.meter), ("site.i_fuse_a", config.site.i_fuse_a)) if not is_there]
    if not missing:
        return []
    safe_w = config.failsafe.p_static_safe_w
    return [(path + ".profile", "control switches off %s; without %s it never charges with more than failsafe.p_static_safe_w, %g W"
             % (profile["control"]["disables"], " and ".join(missing), safe_w))
            for path, _, profile in _controlled(config, profile_of) if profile["control"]["disables"]]


def _no_voltage(config, profile_of):
    if config.grid.voltage_from == "pcc" and config.meter is not None:
        return []
    helps = "set grid.voltage_from = \"pcc\"" if config.meter is not None else "a [meter] and grid.voltage_from = \"pcc\" help"
    return [(path + ".profile", "%s shows no voltage: it never charges with more than failsafe.p_static_safe_w, %g W; %s"
             % (der.profile, config.failsafe.p_static_safe_w, helps))
            for path, der, profile in _controlled(config, profile_of) if not [row for row in profile["points"] if row[0] == "v_an_v"]]


def _no_timer(config, profile_of):
    return [(path + ".profile", "%s has no timer of its own: it never charges with more than failsafe.p_static_safe_w, %g W, "
             "and never discharges" % (der.profile, config.failsafe.p_static_safe_w))
            for path, der, profile in _controlled(config, profile_of) if profile["watchdog"] is None]


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
        plan = bus_words.plan_of(config, bus, profile_of)
        if plan is not None and bus_words.is_near(plan):
            speed = "" if bus.transport == "tcp" else " at %d baud" % bus.baud
            warnings.append(("bus[%d].name" % number, "near its limit%s: a round takes up to %d ms, and its values are good for %d ms; %s"
                             % (speed, plan["age_ms"], plan["good_ms"], bus_words.advice_text(bus, plan))))
    return warnings


def _open_proxy(config, profile_of):
    warnings = []
    for number, bus in enumerate(config.buses):
        if not bus.proxy_port:
            continue
        plan = bus_words.plan_of(config, bus, profile_of)
        starved = [unit for unit, registers in sorted(plan["proxied"].items()) if not registers] if plan else []
        if bus.proxy_address not in LOOPBACK:
            warnings.append(("bus[%d].proxy_address" % number, "anybody who reaches %s can read the devices of this bus; nobody is asked who "
                             "they are, and nothing is encrypted" % bus.proxy_address))
        if starved:
            warnings.append(("bus[%d].proxy_port" % number, "the line has no time to spare: of unit %s others only read what the gateway has "
                             "just read itself" % ", ".join(map(str, starved))))
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


def _equal_priorities(config, profile_of):
    named = {}
    for number, row in enumerate(config.circuits):
        named.setdefault(row.priority, []).append((number, row.name))
    return [("circuit[%d].priority" % rows[-1][0], "%s have the same, %d: nothing here says which of them is shed first" % (
        " and ".join(name for _, name in rows), priority)) for priority, rows in named.items() if len(rows) > 1]


def _unset_clock(config, folder, written):
    sections = (("home", config.home), ("smart_charge", config.smart_charge))
    if written is None:
        return []
    return [(name + ".utc_offset_min", "left out, like summer_time: local time is UTC with EU summer time")
            for name, section in sections
            if section is not None and not {name + ".utc_offset_min", name + ".summer_time"} & set(written)]


def _missing_prices(config, folder, written):
    name = config.home.prices_file if config.home is not None else None
    if name is None or (folder / STORE / name).exists():
        return []
    return [("home.prices_file", "there is no %s/%s beside this file: the gateway reads it in its own folder (v2g run --store) at each "
             "start; without it home.import_per_kwh holds" % (STORE, name))]


def _uncommissioned(config, folder, written):
    """A gateway that controls without proof of its signs and its dead-man chains, or with one of another configuration."""
    if config.gateway.mode != "control":
        return []
    try:
        data = (folder / STORE / commissioning.FILE).read_bytes()
    except OSError:
        data = None
    record, state = commissioning.opened(data, config.gateway.id, getattr(config.vpp, "installer_key", None))
    words = {
        commissioning.NONE: "it controls, and was never commissioned", commissioning.DAMAGED: "its commissioning record can't be read",
        commissioning.BAD_SIGNATURE: "its commissioning record is signed for another gateway or by another key, or was changed",
    }.get(state)
    if words is None and record.get("config") != config.hash:
        words = "its commissioning record of %s is of another configuration" % str(record.get("when"))[:10]
    if words is None and not record.get("ok"):
        words = "its commissioning of %s did not pass" % str(record.get("when"))[:10]
    return [] if words is None else [("gateway.mode", words + ": v2g commission proves signs, phases and what happens without meter and gateway")]


def _controlled(config, profile_of):
    """(path, section, profile) of every charger and battery."""
    return [(path, device, profile_of(device.profile)) for path, device, _ in config_rules.paths(config)
            if hasattr(device, "p_charge_max_w")]


def _unbounded(config, profile_of):
    if not config.vpp.enabled or config.bounds is not None:
        return []
    return [("vpp.enabled", "whoever has the key of commands may swing and cycle the batteries without end; an empty [bounds] "
             "holds against it")]


def _earlier_names(config, profile_of):
    return [(path, words + "; write it so, and schema = %d at the top" % CONFIG_SCHEMA) for path, words in config.notes]


RULES = (_earlier_names, _unbounded, _unguarded_fuse, _no_voltage, _no_timer, _no_vars, _no_consent, _busy_bus, _open_proxy, _idle_bus,
         _foreign_voltage, _without_backup, _unshed_backup, _equal_priorities)
FILE_RULES = (_unset_clock, _missing_prices, _uncommissioned)
