"""What `v2g detect` found as a table for people and as lines of a site file.

Not its job: finding it (detect.py).
Source: ours; keys as in PARAMETERS.md.
"""

from edge.drivers.profile_loader import load_profile
from tools.gateway.toml_compiler import shown

SECTION_OF = {"charger": "[[evse]]", "bes": "[[bes]]", "meter": "[meter]", "pv": "[[pv]]", "battery": "[battery]",
              "transfer_switch": "[switch]"}
NAMED = ("[[evse]]", "[[bes]]", "[[pv]]")
UNNAMED_SECTIONS = ("[meter]", "[battery]", "[switch]")
NO_PORTS = "this machine has no serial ports: is the adapter plugged in? --serial names one that is not listed"


def page(lines):
    """Table, what else answered, and the site file's lines."""
    rows = [("where", "unit", "profile", "status", "says")]
    for line in lines:
        for device in line["devices"]:
            rows.append((_where(line), str(device["unit"]), device["profile"] or "unknown", _status(device), _says(device)))
        if line["fault"] and not line["devices"]:
            rows.append((_where(line), "", "", "", line["fault"]))
        elif not line["devices"]:
            rows.append((_where(line), "", "", "", "open, but nobody answers Modbus there: held by another client, or something else"))
    if len(rows) == 1:
        return "nothing found: is it switched on, in this network, and not held by another client?"
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    table = ["  ".join("%-*s" % pair for pair in zip(widths, row)).rstrip() + ("  " + row[4] if row[4] else "") for row in rows]
    site = site_lines(lines)
    return "\n".join(table + (["", "# for the site file:"] + site if site else []))


def _where(line):
    if line["transport"] == "serial":
        return "%s %d %s" % (line["device"], line["baud"], line["parity"])
    return line["host"] if line["port"] is None else "%s:%d" % (line["host"], line["port"])


def _status(device):
    return load_profile(device["profile"])["status"].replace("_", " ") if device["profile"] else ""


def _says(device):
    words = ["%s %s" % (name, "%g" % value if isinstance(value, (int, float)) else value) for name, value in device["values"].items()]
    if device["further"]:
        words.append("could also be " + ", ".join(device["further"]))
    if device["models"]:
        words.append("SunSpec models " + ", ".join(map(str, device["models"])))
    if device["profile"] is None:
        words.append("answers, no profile fits" + (", exceptions " + ", ".join(map(str, device["exceptions"]))
                                                   if device["exceptions"] else "")
                     + "; NEW_DEVICE.md says how to describe it, 'v2g profile try' tries that")
    return "; ".join(words)


def site_lines(lines):
    """Lines of TOML: a bus for each line with a known device, and the devices."""
    text, counts, taken = [], {}, set()
    buses = [line for line in lines if any(device["profile"] for device in line["devices"])]
    for number, line in enumerate(buses, 1):
        bus = "bus-%d" % number
        text += ["[[bus]]", "name = %s" % shown(bus)] + _bus_lines(line) + [""]
        for device in line["devices"]:
            if device["profile"]:
                text += _device_lines(device, bus, counts, taken) + [""]
    return text[:-1]


def _bus_lines(line):
    if line["transport"] == "serial":
        return ['transport = "serial"', "device = %s" % shown(line["device"]), "baud = %d" % line["baud"],
                "parity = %s" % shown(line["parity"])]
    return ["host = %s" % shown(line["host"]), "port = %d" % line["port"]] + (
        ['transport = "rtu_over_tcp"'] if line["transport"] == "rtu_over_tcp" else [])


def _device_lines(device, bus, counts, taken):
    profile = load_profile(device["profile"])
    section = SECTION_OF.get(profile["kind"])
    if section is None or section in UNNAMED_SECTIONS and section in taken:
        return ["# unit %d of %s: %s, a %s" % (device["unit"], bus, device["profile"], profile["kind"].replace("_", " "))]
    taken.add(section)
    lines = [section]
    if section in NAMED:
        counts[section] = counts.get(section, 0) + 1
        lines.append("name = %s" % shown("%s-%d" % (profile["kind"], counts[section])))
    lines += ["profile = %s" % shown(device["profile"]), "bus = %s" % shown(bus), "unit = %d" % device["unit"]]
    if profile["kind"] in ("charger", "bes"):
        rated_w = device["values"].get("p_rated_w") or device["values"].get("s_rated_va")
        lines += ["phases = %d" % profile["phases"],
                  "p_charge_max_w = %d    # %s" % (rated_w or 0, "the device's rating; its circuit may bear less"
                                                  if rated_w else "from its nameplate")]
    return lines
