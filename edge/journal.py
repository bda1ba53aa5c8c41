"""Bounded record of what went in and what came out, from which every setpoint register can be computed again.

Not its job: reading it back (tools/gateway/journal_file.py), replaying (tools/gateway/replay.py), telemetry (link).
Record: one type byte, the length and a check as uint16 each, the payload. Every segment holds a BEGIN and a KEYFRAME
ahead of its first TICK, so that any segment that is left can be replayed alone. Segments are numbered through, also
across restarts, and written when full, every FLUSH_BYTES and every FLUSH_MS.
Source: ours; the check is the low half of the CRC-32 over payload and header.
"""
import binascii
import json
import struct

from edge.limits import KEYFRAME_TICKS
from protocols.forgetting import forget

BEGIN = 66          # "B" JSON: how to read the segment; see journal_head.py
KEYFRAME = 75       # "K" JSON: controller state and device pictures
READ = 82           # "R" device uint8, block uint8, taken_ms uint64, register bytes
COMMAND = 67        # "C" JSON: one command as the controller got it
STATUS = 83         # "S" JSON: what else the snapshot held (sessions, supervisor), when it changed
TICK = 84           # "T" now_ms uint64, chance float64, then per DER: count uint8, setpoint registers
EVENT = 69          # "E" JSON: [now_ms, reason code, subject, values]

# Some 90 MB a day at 10 Hz, years of life for any SD card. What waits is heap on a board, so it is written after 2 kB,
# about two seconds of one charger; a power cut costs that much.
FLUSH_MS = 10000
FLUSH_BYTES = 2048

# File with the number of the segment to begin next: a restart must not overwrite what the last run left behind.
NEXT_FILE = "journal-next"


def pack_tick(now_ms, chance, registers_of_ders):
    """Payload of a TICK record; registers_of_ders: lists of 0..65535 per DER."""
    parts = [struct.pack(">Qd", now_ms, chance)]
    for registers in registers_of_ders:
        parts.append(struct.pack(">B%dH" % len(registers), len(registers), *registers))
    return b"".join(parts)


def pack_read(device, block, taken_ms, data):
    """Payload of a READ record."""
    return struct.pack(">BBQ", device, block, taken_ms) + data


def next_number(store):
    """Number of the segment to begin with; store: port with read(name)."""
    saved = store.read(NEXT_FILE)
    return int(saved) if saved and saved.isdigit() else 0


def check(kind, payload):
    """The check of a record, 0..65535."""
    return binascii.crc32(payload, kind << 16 | len(payload)) & 0xFFFF


class Journal:
    """Ring of segments through the store port."""

    def __init__(self, segment_bytes, segments, number=0):
        """segment_bytes: size at which a segment is closed; segments: how many are kept; 0 switches off.
        number: of the first segment of this run."""
        self._segment_bytes = segment_bytes
        self._segments = segments
        self._buffer = bytearray()
        self._run = number
        self._number = number
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

    def begin(self, version, document):
        """Append the BEGIN record. version: of the firmware; document: the site configuration."""
        from edge import journal_head   # once a segment

        self._is_begun = True
        self.add_json(BEGIN, journal_head.content(version, self._run, self._number, document))
        forget("edge.journal_head")

    def add(self, kind, payload):
        """Append one record."""
        if not self._segments:
            return
        if len(payload) > 0xFFFF:
            payload = b'{"error":"record too long"}'
            kind = EVENT
        self._buffer += struct.pack(">BHH", kind, len(payload), check(kind, payload))
        self._buffer += payload
        if kind == TICK:
            self._ticks += 1

    def add_json(self, kind, value):
        """Append one JSON record."""
        if self._segments:
            self.add(kind, json.dumps(value).encode())

    def flush(self, now_ms, is_forced=False):
        """Store actions that are due: a list of ("store" | "append", name, bytes)."""
        is_full = self._written + len(self._buffer) >= self._segment_bytes
        is_due = is_forced or len(self._buffer) >= FLUSH_BYTES or now_ms - self._flush_ms >= FLUSH_MS
        if not self._buffer or not (is_full or is_due):
            return []
        name = "journal-%d" % (self._number % self._segments)
        data = bytes(self._buffer)
        if self._written:
            actions = [("append", name, data)]
        else:
            actions = [("store", NEXT_FILE, b"%d" % (self._number + 1)), ("store", name, data)]
        self._buffer = bytearray()
        self._written += len(data)
        self.bytes_total += len(data)
        self._flush_ms = now_ms
        if is_full:
            self._number += 1
            self._written = 0
            self._ticks = 0
            self._is_begun = False
        return actions
