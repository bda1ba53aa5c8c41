"""Reads a device as its profile says: who it is, every block, every value with what is behind it.

Not its job: judging values (suspicions.py), writing (pulse.py), the link (wire.py).
Source: ours; decoding is the firmware's own (drivers/register_map.py), so what is shown is what a gateway would see.
"""

from edge.drivers.fleet_builder import map_of
from edge.drivers.reader import RIGHT_DEVICE, DeviceReader
from protocols.modbus import pdu

EXCEPTIONS = {1: "function unknown", 2: "no such register", 3: "value refused", 4: "device failure", 6: "busy",
              10: "gateway: no path", 11: "gateway: device silent"}
WORDS = {pdu.TIMEOUT: "no answer", pdu.MALFORMED: "an answer that is none", pdu.CLOSED: "link lost"}


class Device:
    """One device behind a Wire, read as the firmware reads it."""

    def __init__(self, wire, profile, instance=1):
        """profile: of schema.faults == []; instance: first..last of its `instances`."""
        self.wire = wire
        self.fault = None
        self.blocks = []        # {name, function, address, count, ok, why, ms}
        self._raw = {}          # block index -> register bytes
        self.profile = _laid_out(wire, profile, self) if "sunspec" in profile else profile
        if self.fault is None:
            register_map = map_of(self.profile, instance)
            self.reader = DeviceReader(profile["name"], register_map, wire.unit)
            if hasattr(register_map, "reader"):
                register_map.reader = self.reader

    def read(self):
        """Read every block once; False when one of them was not answered with registers."""
        self.blocks = []
        for index, (name, function, address, count, *_) in enumerate(self.reader.map.blocks):
            kind, payload = self.wire.exchange(self.reader.ask(self.wire.now_ms(), index))
            ms = self.wire.times_ms[-1] if kind in (pdu.OK, pdu.EXCEPTION) else None
            why = "" if kind == pdu.OK else "%s (exception %d)" % (EXCEPTIONS.get(payload, "refused"), payload) \
                if kind == pdu.EXCEPTION else WORDS[kind]
            self.blocks.append({"name": name, "function": function, "address": address, "count": count, "ok": kind == pdu.OK,
                                "why": why, "ms": ms})
            if kind == pdu.OK:
                self._raw[index] = payload
            self.reader.on_answer(self.wire.now_ms(), index, kind, payload)
        return all(row["ok"] for row in self.blocks)

    def is_right(self):
        """Whether it is the device that the profile describes."""
        return self.fault is None and self.reader.identity == RIGHT_DEVICE

    def value(self, point):
        """Value of a point in our unit and sign, None for unknown or no such point."""
        place = self.reader.map.points.get(point)
        return None if place is None else self.reader.values[place[0]]

    def identity(self):
        """[(point, value, lowest, highest, fits)] of what identifies it."""
        rows = []
        for point, low, high in self.profile["identify"]:
            value = self.value(point)
            rows.append((point, value, low, high, value is not None and low <= value <= high))
        return rows

    def rows(self):
        """Every readable point: {point, value, unit, raw, address, why, age_ms, max_age_ms}."""
        found = []
        blocks = {row[0]: (index, row[2]) for index, row in enumerate(self.profile["blocks"])}
        for name, block, address, kind, scale, unit, _, max_age_ms in self.profile["points"]:
            if block is None:
                continue
            index, start = blocks[block]
            raw = self._registers(index, address - start, 2 if kind in ("uint32", "int32", "float32") else 1)
            taken_ms = self.reader.taken_ms[index]
            value = self.value(name)
            found.append({
                "point": name, "value": value, "unit": unit, "raw": raw, "address": self.reader.map.blocks[index][2] + address - start,
                "why": "" if value is not None else self._why_unknown(name, raw),
                "age_ms": None if taken_ms is None else self.wire.now_ms() - taken_ms, "max_age_ms": max_age_ms,
            })
        return found

    def _registers(self, index, at, count):
        data = self._raw.get(index)
        return None if data is None else list(pdu.unpack_registers(data[2 * at:2 * (at + count)]))

    def _why_unknown(self, point, raw):
        if raw is None:
            return "not read"
        bits = 0
        for word in raw if self.profile["transport"]["word_order"] == "high_first" else raw[::-1]:
            bits = bits << 16 | word
        signed = bits - (1 << 16 * len(raw)) if bits >> (16 * len(raw) - 1) else bits
        if [row for row in self.profile["sentinels"] if row[0] == point and row[1] in (bits, signed)]:
            return "the device says: unknown"
        if point == "state":
            return "state %d is not in the profile" % bits
        for name, low, high, states in self.profile["valid"]:
            if name == point:
                return "outside %g to %g%s" % (low, high, "" if states is None else ", or state not " + "/".join(states))
        return "no number"


def _laid_out(wire, profile, device):
    """The profile of a SunSpec device with the addresses and scales it says; device.fault where it is none."""
    from edge.drivers import sunspec_map, sunspec_search

    search = sunspec_search.SunSpecSearch(profile)
    while search.read() is not None:
        address, count = search.read()
        kind, payload = wire.exchange(pdu.read_request(pdu.READ_HOLDING_REGISTERS, address, count))
        if kind == pdu.OK:
            search.take(pdu.unpack_registers(payload))
        elif kind == pdu.EXCEPTION:
            search.take(None)
        elif kind == pdu.TIMEOUT and len(wire.times_ms) == 0:
            device.fault = "no answer"
            return profile
        else:
            search.silent()
    device.fault = search.fault
    return profile if search.fault else sunspec_map.resolved(profile, search.layout, True)
