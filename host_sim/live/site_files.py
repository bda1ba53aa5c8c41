"""Site files of a live run: the scenario's gateways as the TOML that an integrator would write, with this run's ports.

Not its job: the parameters (scenarios/parameters.py), reading TOML (tools/gateway).
Source: ours. Keys and passwords are drawn for each run; the files are readable by their owner only.
"""

import binascii
import os
import socket

from host_sim.scenarios.parameters import gateway_id, site_document
from protocols import key_tree

HEAD = """# {gateway}: the charging station at bus {bus} of the simulated feeder, as this run of `v2g demo` used it.
# While it runs, ask it:  v2g status {name}   v2g why {name}
"""


def write(folder, bus, scenario, *, ports, access):
    """Writes the site file of one gateway; returns (path, query port).

    ports: {link: TCP port}. access: broker access of this run (see live_case.py).
    """
    gateway = gateway_id(bus)
    query_port = free_port()
    document = site_document(bus, scenario, ports=ports, broker=(access["host"], access["port"]), query_port=query_port)
    key = key_tree.device_key(bytes.fromhex(access["fleet_key"]), gateway, "k1")
    document["vpp"].update(key=binascii.hexlify(key).decode(), tls=access["tls"])
    for name, value in access["gateways"][gateway].items():
        if value is not None:
            document["vpp"][name] = value
    path = folder / (gateway + ".toml")
    text = HEAD.format(gateway=gateway, bus=bus, name=path.name) + toml(document)
    with open(path, "w", encoding="utf-8", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        file.write(text)
    return path, query_port


def toml(document):
    """A site document as TOML text: its values are tables and lists of tables of plain values."""
    lines = []
    for section, content in document.items():
        tables = content if isinstance(content, list) else [content]
        header = "[[%s]]" if isinstance(content, list) else "[%s]"
        for table in tables:
            lines += ["", header % section]
            lines += ["%s = %s" % (key, _value(value)) for key, value in table.items()]
    return "\n".join(lines) + "\n"


def _value(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return '"%s"' % value.replace("\\", "\\\\").replace('"', '\\"')
    return repr(value)


def free_port():
    """A TCP port that is free on loopback now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
