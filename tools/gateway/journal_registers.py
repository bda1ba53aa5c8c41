"""Makes the records of a journal whole again: reads and ticks of which only the changes were written.

Not its job: finding records in a file (journal_file.py), running them (replay.py).
Source: ours; edge/journal.py says the form of a record.
"""

import struct

from edge import journal
from tools.gateway import journal_file

_WHOLE_KIND = {journal.READ: journal.READ, journal.READ_SHORT: journal.READ, journal.TICK: journal.TICK,
               journal.TICK_SHORT: journal.TICK}
_HEAD_BYTES = 2     # device and block of a READ, chance of a TICK


class Registers:
    """What the records so far say; short ones build on it, also from one segment to the next of the same run."""

    def __init__(self):
        self._before = {}
        self._before_ms = 0

    def forget(self):
        """Records are missing here: short ones can't be made whole before the next keyframe."""
        self._before = {}

    def contents(self, data):
        """Iterate (kind, content) over one segment. Contents: READ (device, block, taken_ms, register bytes); TICK
        (now_ms, chance, [registers per DER]); both None when what they build on is not here; other kinds: the payload;
        kind None: damaged bytes."""
        for kind, payload in journal_file.records(data):
            if kind is None or kind == journal.KEYFRAME:
                self.forget()
            whole_kind = _WHOLE_KIND.get(kind)
            if whole_kind is None:
                yield kind, payload
                continue
            found = self._whole(whole_kind, kind != whole_kind, payload)
            unpack = _read if whole_kind == journal.READ else _tick
            yield whole_kind, None if found is None else unpack(*found)

    def _whole(self, kind, is_short, payload):
        """(head, ms, registers) of a READ or TICK, None when it can't be known."""
        head = payload[:_HEAD_BYTES]
        key = (kind, head if kind == journal.READ else None)
        if is_short:
            if key not in self._before:
                return None
            now_ms = self._before_ms + struct.unpack_from(">H", payload, _HEAD_BYTES)[0]
            registers = changed(self._before[key], payload[_HEAD_BYTES + 2:])
        else:
            now_ms = struct.unpack_from(">Q", payload, _HEAD_BYTES)[0]
            registers = payload[_HEAD_BYTES + 8:]
        self._before[key], self._before_ms = registers, now_ms
        return head, now_ms, registers


def changed(before, changes):
    """Register bytes after the changes of a short record."""
    if not changes:
        return before
    at = (len(before) + 15) // 16
    registers = bytearray(before)
    for number in range(len(before) // 2):
        if changes[number >> 3] >> (number & 7) & 1:
            registers[2 * number:2 * number + 2] = changes[at:at + 2]
            at += 2
    return bytes(registers)


def _read(head, taken_ms, registers):
    return head[0], head[1], taken_ms, registers


def _tick(head, now_ms, registers):
    words = struct.unpack(">%dH" % (len(registers) // 2), registers)
    registers_of_ders, at = [], 0
    while at < len(words):
        end = at + 1 + words[at]
        registers_of_ders.append(list(words[at + 1:end]))
        at = end
    return now_ms, struct.unpack(">H", head)[0] / 65536, registers_of_ders
