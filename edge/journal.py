"""Bounded record of what went in and what came out, from which every setpoint register can be computed again.

Not its job: replaying (tools/gateway/replay.py), telemetry (link).
Record: one type byte, the length as uint16, the payload. A segment begins with BEGIN and a KEYFRAME, so that
any segment that is left can be replayed alone. Segments are written whole when full and every FLUSH_MS.
Source: ours.
"""
import json
import struct

from edge.limits import KEYFRAME_TICKS

BEGIN = 66          # "B" JSON: schema, version, site configuration
KEYFRAME = 75       # "K" JSON: controller state and device pictures
READ = 82           # "R" device uint8, block uint8, taken_ms uint64, register bytes
COMMAND = 67        # "C" JSON: one command as the controller got it
STATUS = 83         # "S" JSON: what else the snapshot held (sessions, supervisor), when it changed
TICK = 84           # "T" now_ms uint64, chance float64, then per DER: count uint8, setpoint registers
EVENT = 69          # "E" JSON: [now_ms, reason code, subject, values]

# One append of ~10 kB each 10 s: 70 MB a day, years of life for any SD card, and a power cut costs 10 s.
FLUSH_MS = 10000

SCHEMA = 1


def pack_tick(now_ms, chance, registers_of_ders):
    """Payload of a TICK record; registers_of_ders: lists of 0..65535 per DER."""
    parts = [struct.pack(">Qd", now_ms, chance)]
    for registers in registers_of_ders:
        parts.append(struct.pack(">B%dH" % len(registers), len(registers), *registers))
    return b"".join(parts)


def pack_read(device, block, taken_ms, data):
    """Payload of a READ record."""
    return struct.pack(">BBQ", device, block, taken_ms) + data


def unpack_read(payload):
    """(device, block, taken_ms, register bytes) of a READ record."""
    return struct.unpack_from(">BBQ", payload, 0) + (payload[10:],)


def unpack_tick(payload):
    """(now_ms, chance, [registers per DER]) of a TICK record."""
    now_ms, chance = struct.unpack_from(">Qd", payload, 0)
    at = 16
    registers_of_ders = []
    while at < len(payload):
        count = payload[at]
        registers_of_ders.append(list(struct.unpack_from(">%dH" % count, payload, at + 1)))
        at += 1 + 2 * count
    return now_ms, chance, registers_of_ders


def records(data):
    """Iterate (type, payload) over one segment; a record cut short by a power loss ends it."""
    at = 0
    while at + 3 <= len(data):
        kind, size = struct.unpack_from(">BH", data, at)
        if at + 3 + size > len(data):
            return
        yield kind, data[at + 3:at + 3 + size]
        at += 3 + size


class Journal:
    """Ring of segments through the store port."""

    def __init__(self, segment_bytes, segments):
        """segment_bytes: size at which a segment is closed; segments: how many are kept; 0 switches off."""
        self._segment_bytes = segment_bytes
        self._segments = segments
        self._buffer = bytearray()
        self._number = 0
        self._written = 0               # bytes of the current segment handed to the store
        self._flush_ms = 0
        self._ticks = 0
        self._is_begun = False
        self.bytes_total = 0

    def is_keyframe_due(self):
        """Whether the next record must be a keyframe."""
        return self._ticks % KEYFRAME_TICKS == 0

    def begins_segment(self):
        """Whether the current segment still lacks its BEGIN record."""
        return self._segments and not self._is_begun

    def add(self, kind, payload):
        """Append one record."""
        if not self._segments:
            return
        if len(payload) > 0xFFFF:
            payload = b'{"error":"record too long"}'
            kind = EVENT
        self._buffer += struct.pack(">BH", kind, len(payload))
        self._buffer += payload
        if kind == TICK:
            self._ticks += 1
        elif kind == BEGIN:
            self._is_begun = True

    def add_json(self, kind, value):
        """Append one JSON record."""
        if self._segments:
            self.add(kind, json.dumps(value).encode())

    def flush(self, now_ms, is_forced=False):
        """Store actions that are due: a list of ("store" | "append", name, bytes)."""
        is_full = self._written + len(self._buffer) >= self._segment_bytes
        if not self._buffer or not (is_full or is_forced or now_ms - self._flush_ms >= FLUSH_MS):
            return []
        name = "journal-%d" % self._number
        verb = "append" if self._written else "store"
        data = bytes(self._buffer)
        self._buffer = bytearray()
        self._written += len(data)
        self.bytes_total += len(data)
        self._flush_ms = now_ms
        if is_full:
            self._number = (self._number + 1) % self._segments
            self._written = 0
            self._ticks = 0
            self._is_begun = False
        return [(verb, name, data)]
