"""Rules about the recovery of chargers that hang: which charger, which relay, and a profile that says when.

Not its job: single values (param_values.py), climbing (drivers/recovery.py). Imported only where a [[recovery]] is there.
Source: ours. A rule's row: (path, got, allowed, hint).
"""


def broken(config, profile_of):
    """All broken rules; profile_of: function (name) -> profile or None, or None."""
    errors = []
    names = [der.name for der in config.ders]
    seen, relays = [], []
    for number, row in enumerate(config.recoveries):
        path = "recovery[%d]" % number
        if row.evse not in names or row.evse in seen:
            errors.append((path + ".evse", row.evse, "one of: %s, each once" % ", ".join(names), ""))
            continue
        seen.append(row.evse)
        if row.power_relay is not None and row.power_relay in relays:
            errors.append((path + ".power_relay", row.power_relay, "a relay of its own: it would cut the supply of another charger too", ""))
        relays.append(row.power_relay)
        device = config.ders[names.index(row.evse)]
        profile = profile_of(device.profile) if profile_of is not None else None
        if profile is None:
            continue
        rungs = [rung for rung, _, _ in profile["recover"]]
        if row.hook and "hook" not in rungs:
            errors.append((path + ".hook", True, "false: profile %s has no gap and cap for it" % device.profile, ""))
        if row.power_relay is not None and "power_cycle" not in rungs:
            errors.append((path + ".power_relay", row.power_relay, "left out: profile %s has no gap and cap for it" % device.profile, ""))
    return errors
