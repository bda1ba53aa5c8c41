"""What each bus of a site carries, by the plan, in words: for `v2g check` and `v2g doctor`.

Not its job: the plan (edge/bus_plan.py), what is wrong (edge/config_rules_buses.py).
"""

from edge import bus_plan, config_rules

# Of the age that values of a bus may have, its round takes this much: one more device or a slow answer is too much.
NEAR_RATIO = 0.75
LETTER_OF = {"none": "N", "even": "E", "odd": "O"}


def plan_of(config, bus, profile_of):
    """What the plan says of one bus, as a dictionary; None where no device is on it.

    age_ms: the oldest a control-critical value gets; good_ms: what it may be; baud_advised and age_advised_ms: the lowest
    rate with room to spare, None where there is none or the bus is no line; proxied: {unit: most registers of one read}.
    """
    there = [(device, profile_of(device.profile)) for _, device, _ in config_rules.paths(config) if device.bus == bus.name]
    if not there:
        return None
    profiles = [profile for _, profile in there]
    age_ms = max(bus_plan.longest_age_ms(bus, profiles), config.gateway.tick_ms)
    advised = None if bus.transport == "tcp" else bus_plan.advice(bus, profiles)
    proxied = {device.unit: bus_plan.proxied_registers(bus, profiles, profile) for device, profile in there} if bus.proxy_port else {}
    return {
        "bus": bus.name, "age_ms": round(age_ms), "good_ms": min(map(bus_plan.control_age_ms, profiles)),
        "baud_advised": advised and advised[0], "age_advised_ms": advised and round(advised[1]), "proxied": proxied,
    }


def is_near(plan):
    """Whether there is no room for another device or a slow answer."""
    return plan["age_ms"] > NEAR_RATIO * plan["good_ms"]


def advice_text(bus, plan):
    """What would help a bus near its limit."""
    if bus.transport == "tcp":
        return "no room for another device"
    if plan["baud_advised"] is None:
        return "no rate helps: put a device on a line of its own"
    if plan["baud_advised"] <= bus.baud:
        return "no room for another device"
    return "set %d baud here and at every device: then %d ms" % (plan["baud_advised"], plan["age_advised_ms"])


def line_text(bus):
    """Where a bus leads and how its line is set: "/dev/ttyUSB0, 9600 8N1"."""
    if bus.transport == "tcp":
        return "%s:%d" % (bus.host, bus.port)
    where = bus.device if bus.transport == "serial" else "%s:%d" % (bus.host, bus.port)
    return "%s, %d 8%s%d" % (where, bus.baud, LETTER_OF[bus.parity], bus.stop_bits)


def summary(config, profile_of):
    """One line per line and proxy for people; a plain TCP bus needs none."""
    lines = []
    for bus in config.buses:
        plan = plan_of(config, bus, profile_of)
        if plan is None:
            continue
        if bus.transport != "tcp":
            lines.append("bus %s: %s: values up to %d ms old, good for %d ms" % (
                bus.name, line_text(bus), plan["age_ms"], plan["good_ms"]))
        if bus.proxy_port:
            most = ", ".join("%d from unit %d" % (count, unit) for unit, count in sorted(plan["proxied"].items()))
            lines.append("bus %s: others read at %s:%d, at once at most %s registers" % (
                bus.name, bus.proxy_address, bus.proxy_port, most))
    return lines
