"""Rules about the devices of a backup: what charger and transfer switch have to be able to do by their profiles.

Not its job: settings of the backup among themselves (config_rules_backup.py), rules about any device (config_rules.py).
Source: ours. Only sites with a backup import this.
"""

from edge import dead_man, limits

# Register memory that orders may be refreshed in twice a second.
LASTING = ("ram",)


def broken(config, profile_of, bus_ms):
    """Broken rules as rows (path, got, allowed, hint); bus_ms: function (name of a bus) -> planned time of its round, ms."""
    errors = []
    charger = _charger(config)
    if charger is None:
        names = [der.name for der in config.ders if der.kind == "evse"]
        errors.append(("backup.evse", config.backup.evse, "the name of a charger: %s" % ", ".join(names), ""))
    elif profile_of is not None:
        profile = profile_of(charger.profile)
        if profile is not None:
            errors += _of_charger(config, charger, profile)
    if config.switch is None:
        if config.backup.mode == "commanded":
            errors.append(("switch", None, "needed when backup.mode is commanded", "write [switch]"))
    elif profile_of is not None:
        profile = profile_of(config.switch.profile)
        if profile is not None and profile["kind"] == "transfer_switch":
            errors += _of_switch(config, profile, bus_ms(config.switch.bus))
    return errors


def _charger(config):
    """The charger that supplies the house, None when no charger has that name."""
    for der in config.ders:
        if der.kind == "evse" and config.backup.evse in (None, der.name):
            return der
    return None


def _of_charger(config, charger, profile):
    mode = config.backup.mode
    if profile["backup"] != mode:
        can = "nothing: %s can't" % charger.profile if profile["backup"] == "none" else "%s, as %s can" % (
            profile["backup"], charger.profile)
        return [("backup.mode", mode, can, "charger %s is to supply the house" % charger.name)]
    if mode != "commanded":
        return []
    path = "backup.evse"
    errors = []
    if profile["watchdog"] is None:
        errors.append((path, charger.name, "a charger with a reversion timer: an island has to end when the gateway is gone", ""))
    if profile["control"]["write_memory"] not in LASTING:
        errors.append((path, charger.name, "a charger whose orders lie in RAM: they are written all the time", ""))
    return errors


def _of_relays(config, count):
    """Circuits at outputs that the switch doesn't have; count: outputs it has, from 1."""
    allowed = "1–%d: so many outputs %s has" % (count, config.switch.profile)
    return [("circuit[%d].relay" % number, row.relay, allowed, "")
            for number, row in enumerate(config.circuits) if row.relay > count]


def _of_switch(config, profile, bus_ms):
    path, control = "switch.profile", profile["control"]
    if control is None:
        if config.backup.mode == "commanded":
            return [(path, config.switch.profile, "a switch that can be ordered", "this one only reads")]
        return []
    errors = _of_relays(config, control["circuits"])
    if control["write_memory"] not in LASTING:
        errors.append((path, config.switch.profile, "a switch whose orders lie in RAM: they are written all the time", ""))
    if profile["watchdog"] is None:
        errors.append((path, config.switch.profile, "a switch with a reversion timer: the house has to return when the gateway is gone", ""))
        return errors
    needed_s = dead_man.reversion_needed_s(control["refresh_ms"], bus_ms)
    longest_s = min(limits.REVERSION_MAX_S, profile["watchdog"]["max_s"] - limits.SWITCH_LATER_S)
    reversion_s = config.failsafe.device_reversion_s
    if not needed_s <= reversion_s <= longest_s:
        errors.append(("failsafe.device_reversion_s", reversion_s,
                       "%g–%g s with %s as switch" % (needed_s, longest_s, config.switch.profile), ""))
    return errors
