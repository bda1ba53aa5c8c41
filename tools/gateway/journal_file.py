"""Reads journal segments back: which files belong together and in which order, and their records, whole or damaged.

Not its job: writing them (edge/journal.py, also for the form of a record), what a short one leaves out
(journal_registers.py), running them (replay.py).
Source: ours.
"""

import json
import os
import re
import struct

from edge import journal, journal_head
from edge.version import VERSION

HEAD_BYTES = 5
OLD_BEGIN = re.compile(rb'B..\[1, "([^"]{1,40})"', re.DOTALL)     # schema 1 had no checks
KINDS = bytes((journal.BEGIN, journal.KEYFRAME, journal.READ, journal.READ_SHORT, journal.COMMAND, journal.STATUS,
               journal.TICK, journal.TICK_SHORT, journal.EVENT))


class Begin:
    """A BEGIN record: schema, version, and of a schema this tool reads float_bits (32 or 64), run and number of the
    segment, document (secrets replaced)."""

    def __init__(self, row):
        """row: as journal_head.content gives it."""
        self.schema, self.version = row[:2]
        self.is_readable = self.schema == journal_head.SCHEMA
        self.run = self.number = -1
        if self.is_readable:
            _, _, self.float_bits, self.run, self.number, self.document = row

    def follows(self, other):
        """Whether this segment goes on where another one ended."""
        return other is not None and self.run == other.run and self.number == other.number + 1

    def refusal(self):
        """Why it can't be replayed here, and what can be done."""
        return "journal schema %s of firmware %s: this tool, %s, reads schema %d; replay it with that version" % (
            self.schema, self.version, VERSION, journal_head.SCHEMA)


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
        while at < len(data) and not _goes_on(data, at):
            at += 1
        if at < len(data) or not is_cut_short(data, start):
            yield None, data[start:at]


def sound_end(data, at):
    """Where the sound record that begins at `at` ends; 0 when there is none.

    None is empty: the check of nothing is 0, which is what a power cut leaves behind the first byte of a record.
    """
    if data[at] not in KINDS or at + HEAD_BYTES > len(data):
        return 0
    kind, size, check = struct.unpack_from(">BHH", data, at)
    end = at + HEAD_BYTES + size
    if size == 0 or end > len(data) or check != journal.check(kind, data[at + HEAD_BYTES:end]):
        return 0
    return end


def _goes_on(data, at):
    """Whether the records go on here after damage: a sound one with another behind it. Sixteen bits of check alone are met
    by chance somewhere in a long text, and a false record may swallow hundreds."""
    end = sound_end(data, at)
    return end and (end == len(data) or sound_end(data, end) or is_cut_short(data, end))


def is_cut_short(data, at):
    """Whether the last bytes are the beginning of a record."""
    if data[at] not in KINDS:
        return False
    return len(data) - at < HEAD_BYTES or at + HEAD_BYTES + struct.unpack_from(">H", data, at + 1)[0] > len(data)


def begin_of(data):
    """The Begin of a segment, None when it has no sound one."""
    for kind, payload in records(data):
        if kind == journal.BEGIN:
            try:
                return Begin(json.loads(payload))
            except ValueError:
                return None     # other bytes that look like a record
    old = OLD_BEGIN.match(data)
    return Begin([1, old.group(1).decode()]) if old else None


def segments(path):
    """[(file name, data, Begin or None)] of a segment, or of a folder's segments in the order they were written.

    OSError when it can't be read, ValueError when nothing in it is a journal this tool can read. A segment of another
    schema, or without a sound BEGIN, comes first: nobody knows where it belongs.
    """
    names = [path]
    if os.path.isdir(path):
        names = sorted(os.path.join(path, name) for name in os.listdir(path) if is_segment(name))
    found = []
    for name in names:
        with open(name, "rb") as file:
            data = file.read()
        found.append((os.path.basename(name), data, begin_of(data)))
    begins = [begin for _, _, begin in found if begin]
    if not begins:
        raise ValueError("no journal in %s: no segment begins as one" % path)
    if not any(begin.is_readable for begin in begins):
        raise ValueError("%s: %s" % (path, begins[-1].refusal()))
    return sorted(found, key=lambda row: row[2].number if row[2] else -1)


def is_segment(name):
    """Whether a file of the store is a journal segment."""
    stem, _, number = name.partition("-")
    return stem == "journal" and number.isdigit()
