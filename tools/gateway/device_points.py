"""Reads a device's points by its profile: is it this device, what does it say, in numbers and raw registers.

Not its job: the connection (modbus_line.py), writing (device.py), searching (detect.py).
Source: profile format in ARCHITECTURE.md; the decoding is the gateway's own.
"""

from edge.drivers import sunspec_map
from edge.drivers.register_map import RegisterMap
from edge.drivers.sunspec_search import SunSpecSearch
from protocols.modbus import pdu

SILENCES_MAX = 2


class Unlike(Exception):
    """The device is not laid out as its profile says; the text says in what."""


def register_map(line, unit, profile, instance=1):
    """(RegisterMap, plain profile) of a device; a SunSpec device is asked for its layout. Unlike when it has none."""
    if "sunspec" not in profile:
        return RegisterMap(profile, instance), profile
    search, silences = SunSpecSearch(profile), 0
    while (asked := search.read()) is not None:
        kind, payload = line.read(unit, pdu.READ_HOLDING_REGISTERS, *asked)
        if kind == pdu.TIMEOUT:
            silences += 1
            if silences > SILENCES_MAX:
                raise Unlike("silent")
            search.silent()
        else:
            search.take(pdu.unpack_registers(payload) if kind == pdu.OK else None)
    if search.fault:
        raise Unlike(search.fault)
    plain = sunspec_map.resolved(profile, search.layout, profile["control"] is not None and profile["control"]["q_form"] != "none")
    return RegisterMap(plain), plain


class Reading:
    """values: {point: number or word, None for unknown}; raw: {block: registers}; faults: {block: words}."""

    def __init__(self):
        self.values = {}
        self.raw = {}
        self.faults = {}


def read(line, unit, found, blocks=None, timeout_ms=None):
    """A Reading of all blocks, or of those numbered. found: RegisterMap."""
    reading, values = Reading(), [None] * len(found.names)
    for number, (name, function, address, count, _, _, first, fields, _) in enumerate(found.blocks):
        if blocks is not None and number not in blocks:
            continue
        kind, payload = line.read(unit, function, address, count, timeout_ms or 1000)
        if kind != pdu.OK:
            reading.faults[name] = fault_words(kind, payload)
            continue
        reading.raw[name] = (address, pdu.unpack_registers(payload))
        found.decode(number, payload, values)
        for at in range(first, first + len(fields)):
            reading.values[found.names[at]] = None
    for point in reading.values:
        reading.values[point] = values[found.points[point][0]]
    return reading


def is_like(line, unit, profile, timeout_ms=None, cache=None):
    """Whether the device answers as the profile identifies it; None when it stays silent.

    cache: {(function, address, count): (kind, payload)} of what was asked of this unit before.
    """
    try:
        found, plain = register_map(_Cached(line, cache), unit, profile)
    except Unlike:
        return False
    blocks = {found.points[row[0]][1] for row in plain["identify"]}
    reading = read(_Cached(line, cache), unit, found, blocks, timeout_ms)
    if reading.faults:
        return None if all(words == "silent" for words in reading.faults.values()) else False
    values = [(reading.values[row[0]], row[1], row[2]) for row in plain["identify"]]
    return all(value is not None and not isinstance(value, str) and low <= value <= high for value, low, high in values)


class _Cached:
    """A line that asks nothing twice; for one unit."""

    def __init__(self, line, cache):
        self._line, self._cache = line, cache

    def read(self, unit, function, address, count, timeout_ms=1000):
        """As Line.read."""
        if self._cache is None:
            return self._line.read(unit, function, address, count, timeout_ms)
        key = function, address, count
        if key not in self._cache:
            self._cache[key] = self._line.read(unit, function, address, count, timeout_ms)
        return self._cache[key]


def fault_words(kind, payload):
    """silent, exception 2, malformed: why a read gave nothing."""
    return {pdu.TIMEOUT: "silent", pdu.MALFORMED: "malformed answer", pdu.EXCEPTION: "exception %s" % payload}.get(kind, "closed")


def units(profile):
    """{point: unit} of a profile."""
    return {row[0]: row[5] for row in profile["points"]}


def shown(value, unit):
    """A value for people: 230.1 V, paused, unknown."""
    if value is None:
        return "unknown"
    if isinstance(value, str):
        return value
    return ("%.10g %s" % (round(value, 6), unit)).strip()
