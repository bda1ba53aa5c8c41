"""Reads journal segments back: which files belong together and in which order, and their records, whole or damaged.

Not its job: writing them (edge/journal.py, also for the form of a record), running them (replay.py).
Source: ours.
"""

import json
import os
import struct

from edge import journal, journal_head

HEAD_BYTES = 5
KINDS = bytes((journal.BEGIN, journal.KEYFRAME, journal.READ, journal.COMMAND, journal.STATUS, journal.TICK, journal.EVENT))


class Begin:
    """A BEGIN record: version, float_bits (32 or 64), run and number of the segment, document (secrets replaced)."""

    def __init__(self, payload):
        """ValueError for a journal of another schema or none at all."""
        row = json.loads(payload)
        if row[0] != journal_head.SCHEMA:
            raise ValueError("journal schema %r of firmware %s: this tool reads %d" % (row[0], row[1], journal_head.SCHEMA))
        _, self.version, self.float_bits, self.run, self.number, self.document = row

    def follows(self, other):
        """Whether this segment goes on where another one ended."""
        return other is not None and self.run == other.run and self.number == other.number + 1


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
    """Iterate (kind, payload) over one segment; kind None: damaged bytes, payload what they are.

    A record cut short at the very end is no damage but a power cut, and is left out.
    """
    at = 0
    while at < len(data):
        end = sound_end(data, at)
        if end:
            yield data[at], data[at + HEAD_BYTES:end]
            at = end
            continue
        start, at = at, at + 1
        while at < len(data) and not sound_end(data, at):
            at += 1
        if at < len(data) or not is_cut_short(data, start):
            yield None, data[start:at]


def sound_end(data, at):
    """Where the sound record that begins at `at` ends; 0 when there is none."""
    if data[at] not in KINDS or at + HEAD_BYTES > len(data):
        return 0
    kind, size, check = struct.unpack_from(">BHH", data, at)
    end = at + HEAD_BYTES + size
    if end > len(data) or check != journal.check(kind, data[at + HEAD_BYTES:end]):
        return 0
    return end


def is_cut_short(data, at):
    """Whether the last bytes are the beginning of a record."""
    if data[at] not in KINDS:
        return False
    return len(data) - at < HEAD_BYTES or at + HEAD_BYTES + struct.unpack_from(">H", data, at + 1)[0] > len(data)


def begin_of(data):
    """The Begin of a segment, None when it has no sound one; ValueError as Begin."""
    for kind, payload in records(data):
        if kind == journal.BEGIN:
            return Begin(payload)
    return None


def segments(path):
    """[(file name, data, Begin or None)] of a segment, or of a folder's segments in the order they were written.

    OSError when it can't be read, ValueError when it is no journal this tool can read. A segment without a sound
    BEGIN comes first: nobody knows where it belongs.
    """
    names = [path]
    if os.path.isdir(path):
        names = sorted(os.path.join(path, name) for name in os.listdir(path) if is_segment(name))
    found = []
    for name in names:
        with open(name, "rb") as file:
            data = file.read()
        found.append((os.path.basename(name), data, begin_of(data)))
    if not any(begin for _, _, begin in found):
        raise ValueError("no journal in %s: no segment begins as one of schema %d" % (path, journal_head.SCHEMA))
    return sorted(found, key=lambda row: row[2].number if row[2] else -1)


def is_segment(name):
    """Whether a file of the store is a journal segment."""
    stem, _, number = name.partition("-")
    return stem == "journal" and number.isdigit()
