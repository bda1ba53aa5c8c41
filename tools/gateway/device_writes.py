"""Which points of a device a person may write, within which bounds, and the request that does it.

Not its job: sending it (device.py), what the gateway writes (edge/drivers/actuator.py).
Source: a profile's control sequences: what they never write is not written here either.
"""

from edge.drivers.special_map import V_HIGHEST_V
from protocols.modbus import pdu

SEQUENCES = ("take", "set", "stop", "give")
REGISTERS = {"H": 1, "h": 1, "I": 2, "i": 2, "f": 2}
# Without a site file nobody knows the charger's circuit, or whether it may discharge: enough to see that it moves.
UNKNOWN_SITE_MAX_W = 2000
UNKNOWN_SITE = "more only for a charger of a site file, with its limits"


def writable(found, plain):
    """{point: (function, address, struct letter, scale, items)} of every point that a sequence writes.

    found: RegisterMap; plain: its profile. items: what sequences write there, numbers or names of variables.
    """
    control, points = plain["control"], {}
    by_address = {row[2]: row[0] for row in plain["points"]}
    by_name = {row[0]: row[2] for row in plain["points"]}
    for name in SEQUENCES:
        for (_, first, _), (function, address, fields) in zip((control or {}).get(name, ()), found.sequences.get(name, ())):
            at = 0
            for item, letter, scale in fields:
                point = by_address[by_name[first] + at]
                items = points[point][4] if point in points else []
                points[point] = (function, address + at, letter, scale, items + [item])
                at += REGISTERS[letter]
    return points


def refusal(step, point, value, row, plain):
    """Why a value must not be written, None when it may. row: the device's section of the site file, None without one."""
    items = step[4]
    names = [item for item in items if isinstance(item, str)]
    if value != value or abs(value) == float("inf"):
        return "%s: a number is needed" % point
    if not names:
        allowed = sorted(set(items))
        return None if value in allowed else "%s = %g: allowed %s, what profile %s writes there" % (
            point, value, ", ".join("%g" % item for item in allowed), plain["name"])
    if names[0] == "p_w" and value == 0 and plain["control"]["zero"] == "forbidden":
        return "%s = 0: this charger takes it for a fault; stop it by its other points" % point
    low, high, why = _range(names[0], row, plain)
    if low <= value <= high:
        return None
    return "%s = %g: allowed %g to %g, %s" % (point, value, low, high, why)


def _range(name, row, plain):
    """(lowest, highest, words) of a variable: p_w, q_var, watchdog_s, …"""
    if name == "watchdog_s":
        watchdog = plain["watchdog"]
        return 0, watchdog["max_s"] if watchdog else 0, "the longest its profile knows"
    is_known = row is not None and hasattr(row, "p_charge_max_w")
    if name == "q_var" and is_known:
        most = row.s_max_va or max(row.p_charge_max_w, row.p_discharge_max_w)
        return -most, most, "the site file's s_max_va"
    if name == "q_var":
        return -UNKNOWN_SITE_MAX_W, UNKNOWN_SITE_MAX_W, UNKNOWN_SITE
    charge_w, discharge_w, why = UNKNOWN_SITE_MAX_W, 0, UNKNOWN_SITE
    if is_known:
        charge_w, discharge_w = row.p_charge_max_w, row.p_discharge_max_w if row.kind == "bes" or row.v2g_consent else 0
        why = "p_charge_max_w and, with consent, p_discharge_max_w of the site file; charging is negative"
    if name == "p_charge_w":
        return 0, charge_w, why
    if name == "p_discharge_w":
        return 0, discharge_w, why
    step = _step_w(name, plain)
    return -charge_w / step, discharge_w / step, why


def _step_w(name, plain):
    """What 1 of a variable means at most, W."""
    if name == "i_a":
        return plain["phases"] * V_HIGHEST_V
    if name == "p_pct":
        rated = plain["control"]["rated"]
        return (max([row[2] for row in plain["identify"] if row[0] == rated]) if isinstance(rated, str) else rated) / 100
    return 1


def request(found, step, value):
    """The PDU that writes a value."""
    function, address, letter, scale, _ = step
    _, _, registers = found.encode((function, address, ((value, letter, scale),)), {})
    if function == pdu.WRITE_REGISTERS or len(registers) > 1:
        return pdu.write_multiple_registers(address, registers)
    return pdu.write_single(function, address, registers[0])
