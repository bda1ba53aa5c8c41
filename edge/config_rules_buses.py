"""Rules across the rows of buses: names, addresses, units, and rounds short enough for the values they bring.

Not its job: single values (param_values.py), other rules (config_rules.py), serial ports and proxies
(config_rules_serial.py), times (bus_plan.py).
Source: MODBUS over Serial Line V1.02 §2.2 for units. Rules as in config_rules.py.
"""

from edge import bus_plan

RTU_UNITS = (1, 247)          # 0 is broadcast, nobody answers it


def buses(config, profile_of):
    """Names, ends and units of buses, and what serial ports and proxies need."""
    from edge import config_rules       # it imports this one

    errors = []
    names = [bus.name for bus in config.buses]
    ends = [(bus.host or i, bus.port) for i, bus in enumerate(config.buses)]
    for i, bus in enumerate(config.buses):
        if names.index(bus.name) != i:
            errors.append(("bus[%d].name" % i, bus.name, "a name of its own", ""))
        if bus.host is None and bus.transport != "serial":
            errors.append(("bus[%d].host" % i, None, "needed with transport %s" % bus.transport,
                           "on a port of this machine: transport = \"serial\" and device"))
        if ends.index(ends[i]) != i:
            errors.append(("bus[%d].host" % i, bus.host, "one bus per address and port", "name %s instead" % names[ends.index(ends[i])]))
    taken = {}
    for path, device, _ in config_rules.paths(config):
        if device.bus not in names:
            errors.append((path + ".bus", device.bus, "one of: " + (", ".join(names) or "none is defined"), ""))
        elif config_rules.bus_of(config, device.bus).transport != "tcp" and not RTU_UNITS[0] <= device.unit <= RTU_UNITS[1]:
            errors.append((path + ".unit", device.unit, "%d–%d on a serial line" % RTU_UNITS, ""))
        place = (device.bus, device.unit, getattr(device, "instance", 1))
        if place in taken:
            errors.append((path + ".unit", device.unit, "free: %s is there already" % taken[place], ""))
        taken[place] = path
    if [bus for bus in config.buses if bus.transport == "serial" or bus.device is not None or bus.proxy_port]:
        from edge import config_rules_serial    # most sites have neither a port of their own nor a proxy

        errors += config_rules_serial.broken(config)
    return errors


def rounds(config, profile_of):
    """No value that control depends on may be too old before its next turn on the bus comes."""
    if profile_of is None:
        return []
    from edge import config_rules       # it imports this one

    errors = []
    for bus in config.buses:
        profiles = config_rules.profiles_on(config, bus.name, profile_of)
        longest_ms = bus_plan.longest_age_ms(bus, profiles)
        for path, device, _ in config_rules.paths(config):
            profile = profile_of(device.profile) if device.bus == bus.name else None
            if profile and longest_ms > bus_plan.control_age_ms(profile):
                errors.append((path + ".bus", bus.name,
                               "a bus whose round takes at most %d ms, as long as values of %s are good; this one's takes up to %d ms"
                               % (bus_plan.control_age_ms(profile), device.profile, longest_ms),
                               "fewer devices on a bus, the meter on its own" + _better_rate(bus, profiles)))
    return errors


def _better_rate(bus, profiles):
    found = bus_plan.advice(bus, profiles) if bus.transport != "tcp" else None
    return ", or baud = %d here and at every device: then %d ms" % found if found and found[0] > bus.baud else ""
