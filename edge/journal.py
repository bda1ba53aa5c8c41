"""Bounded record of what went in and what came out, from which every setpoint register can be computed again.

Not its job: reading it back (tools/gateway/journal_file.py), replaying (tools/gateway/replay.py), telemetry (link).
Record: one type byte, the length and a check as uint16 each, the payload. Every segment holds a BEGIN and a KEYFRAME
ahead of its first TICK, so that any segment that is left can be replayed alone. Segments are numbered through, also
across restarts, and written when full, every FLUSH_BYTES and every FLUSH_MS.
Most registers stay as they are from one tick to the next, so a READ or TICK that has one of its kind before it since the
last KEYFRAME is written short: with ms since the record before it as uint16, and only what changed. Changes are nothing,
or a bit for each register (first one lowest) and the registers whose bits are set.
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
SHORT = 32          # added to a kind
READ_SHORT = 114    # "r" device, block, ms since the last record with a time uint16, changes
COMMAND = 67        # "C" JSON: one command as the controller got it
STATUS = 83         # "S" JSON: what else the snapshot held (sessions, supervisor), when it changed
TICK = 84           # "T" chance uint16, now_ms uint64, then per DER, and of the backup: count uint16, setpoint registers
TICK_SHORT = 116    # "t" chance, ms uint16, changes
EVENT = 69          # "E" JSON: [now_ms, reason code, subject, values]

# Some 45 MB a day at 10 Hz, years of life for any SD card. What waits is heap on a board, so it is written after 1 kB,
# about two seconds of one charger; a power cut costs that much.
FLUSH_MS = 10000
FLUSH_BYTES = 1024

# File with the number of the segment to begin next: a restart must not overwrite what the last run left behind.
NEXT_FILE = "journal-next"


def drawn(share):
    """A random number 0..1 as the journal keeps it: one of 65536 steps below 1, the same at either float width."""
    return (int(share * 65536) & 0xFFFF) / 65536


def changes(before, now):
    """What a short record says of registers, bytes of equal, even length; see above."""
    if now == before:
        return b""
    marks = bytearray((len(now) + 15) // 16)
    for at in range(0, len(now), 2):
        if now[at] != before[at] or now[at + 1] != before[at + 1]:
            marks[at >> 4] |= 1 << (at >> 1 & 7)
            marks += now[at:at + 2]
    return marks


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
        self._before = {}               # key of _timed: registers last written
        self._before_ms = 0             # time of the record before
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

    def read(self, device, block, taken_ms, data):
        """Append the answer of one block: its register bytes."""
        self._timed(READ, bytes((device, block)), taken_ms, data)

    def tick(self, now_ms, chance, registers_of_ders):
        """Append one tick. chance: as `drawn` gives it; registers_of_ders: lists of 0..65535 per DER."""
        data = b""
        for registers in registers_of_ders:
            data += struct.pack(">%dH" % (len(registers) + 1), len(registers), *registers)
        self._timed(TICK, struct.pack(">H", int(chance * 65536)), now_ms, data)

    def _timed(self, kind, head, now_ms, data):
        """Append registers and their time, short where the last ones of their kind stand before them."""
        if not self._segments:
            return
        key = head if kind == READ else kind
        before, since_ms = self._before.get(key), now_ms - self._before_ms
        if before is not None and len(before) == len(data) and not len(data) & 1 and 0 <= since_ms <= 0xFFFF:
            self.add(kind + SHORT, head + struct.pack(">H", since_ms) + changes(before, data))
        else:
            self.add(kind, head + struct.pack(">Q", now_ms) + data)
        self._before[key] = data
        self._before_ms = now_ms

    def add(self, kind, payload):
        """Append one record."""
        if not self._segments:
            return
        if len(payload) > 0xFFFF:
            payload = b'{"error":"record too long"}'
            kind = EVENT
        self._buffer += struct.pack(">BHH", kind, len(payload), check(kind, payload))
        self._buffer += payload
        if kind == TICK or kind == TICK_SHORT:
            self._ticks += 1
        elif kind == KEYFRAME:
            self._before = {}

    def add_json(self, kind, value):
        """Append one JSON record."""
        if self._segments:
            self.add(kind, json.dumps(value).encode())

    def store_failed(self, name):
        """A file was not written: where it was a segment, go on in another one, as a run of its own. What a replay finds
        behind the gap must not build on what is missing."""
        if name != NEXT_FILE and name.startswith("journal-"):
            self._number += 1
            self._run = self._number
            self._restart()

    def _restart(self):
        self._written = 0
        self._ticks = 0
        self._is_begun = False

    def flush(self, now_ms, is_forced=False):
        """Store actions that are due: a list of ("store", name, bytes) and ("append", name, bytes, is_synced)."""
        is_full = self._written + len(self._buffer) >= self._segment_bytes
        is_due = is_forced or len(self._buffer) >= FLUSH_BYTES or now_ms - self._flush_ms >= FLUSH_MS
        if not self._buffer or not (is_full or is_due):
            return []
        name = "journal-%d" % (self._number % self._segments)
        data = bytes(self._buffer)
        if self._written:
            # A full segment is safe before the next one exists: what follows it builds on its last registers.
            actions = [("append", name, data, is_full)]
        else:
            actions = [("store", NEXT_FILE, b"%d" % (self._number + 1)), ("store", name, data)]
        self._buffer = bytearray()
        self._written += len(data)
        self.bytes_total += len(data)
        self._flush_ms = now_ms
        if is_full:
            self._number += 1
            self._restart()
        return actions
