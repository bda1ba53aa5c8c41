"""Rules across the rows of serial lines and of the proxies before buses.

Not its job: single values (param_values.py), how long a round may take (config_rules.py, bus_plan.py). Imported only
where a bus has a serial port or a proxy.
Source: rates of POSIX termios as Linux has them; ports below 1024 need a right that the gateway does not have.
"""

# What termios can set; a device with another one needs a converter.
BAUDS = (1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200, 230400, 460800, 500000, 576000, 921600, 1000000)
PRIVILEGED = 1024


def broken(config):
    """All broken rules: (path, got, allowed, hint)."""
    errors = []
    devices = [bus.device if bus.transport == "serial" else None for bus in config.buses]
    for number, bus in enumerate(config.buses):
        path = "bus[%d]." % number
        if bus.transport == "serial":
            errors += _port(path, bus, number, devices)
        elif bus.device is not None:
            errors.append((path + "device", bus.device, "only with transport serial", "transport = \"serial\", without host"))
    return errors + _proxies(config)


def _port(path, bus, number, devices):
    errors = []
    if bus.device is None:
        errors.append((path + "device", None, "needed with transport serial", "such as /dev/ttyUSB0; v2g doctor lists what is there"))
    elif devices.index(bus.device) != number:
        errors.append((path + "device", bus.device, "one bus per port", "put all its devices on one bus"))
    if bus.host is not None:
        errors.append((path + "host", bus.host, "none with transport serial", "behind a converter: transport = \"rtu_over_tcp\""))
    if bus.baud not in BAUDS:
        near = min([(abs(baud - bus.baud), baud) for baud in BAUDS])[1]
        errors.append((path + "baud", bus.baud, "a standard rate", "did you mean %d?" % near))
    return errors


def _proxies(config):
    errors = []
    taken = {config.local.query_port: "local.query_port"}
    if config.page is not None and config.page.enabled:
        taken[config.page.port] = "page.port"
    for number, bus in enumerate(config.buses):
        path = "bus[%d].proxy_port" % number
        if not bus.proxy_port:
            continue
        if bus.proxy_port in taken:
            errors.append((path, bus.proxy_port, "a port of its own: %s has this one" % taken[bus.proxy_port], ""))
        elif bus.proxy_port < PRIVILEGED:
            errors.append((path, bus.proxy_port, "%d or more" % PRIVILEGED, "502 is the system's: 1502 is usual"))
        taken[bus.proxy_port] = path
    return errors
