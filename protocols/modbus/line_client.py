"""Modbus client of a serial line, or of one behind a converter: what the characters' time and shared wires add.

Not its job: queue and matching (client.py), frames and echoes (rtu.py), what to ask and when (drivers).

A lost answer stops everybody on the line, and a device's time-out is made for its worst day: whoever has answered quickly for
a while is waited for a few times as long as it took. After a time-out it has all its time again, until it is quick again.
Source: MODBUS over Serial Line V1.02 §2.5.1.1; line_times.py.
"""

from protocols.modbus.client import ModbusClient
from protocols.modbus.line_times import HELD_PCT, WRITES_MAX
from protocols.modbus.pdu import response_size

KNOWN_COUNT = 20
RELEARNED_COUNT = 5
PATIENCE_MIN_MS = 100           # adapters and busy machines hold answers back for tens of ms
PATIENCE_TIMES = 4
_ENVELOPE_CHARACTERS = 3        # unit and CRC


class LineClient(ModbusClient):
    """A ModbusClient that knows how long characters take. timeouts_ms: unit -> time the device itself may take."""

    def __init__(self, framing, timeout_ms, *, character_ms, gap_ms):
        """timeout_ms: of units without their own; character_ms: of one character; gap_ms: silence before every request."""
        super().__init__(framing, timeout_ms, gap_ms)
        self.timeouts_ms = {}
        self._character_ms = character_ms
        self._answered_from_ms = 0      # the outstanding request's answer can't be here before
        self._known = {}        # unit -> [answers, longest of late, ms] beyond the characters' time
        self._now_ms = 0
        self._writes = {}       # unit -> urgent requests since one was sent to a unit that wants silence

    def submit(self, unit, pdu, tag, urgent=False, timeout_ms=None):
        """See ModbusClient.submit; no unit is waited for longer than it may take."""
        own_ms = self._patience_ms(unit)
        return super().submit(unit, pdu, tag, urgent, min(timeout_ms or own_ms, own_ms))

    def outgoing(self, now_ms):
        """See ModbusClient.outgoing; the time-out begins when the last character has left and ends with the answer's."""
        self._now_ms = now_ms
        frame = super().outgoing(now_ms)
        if frame:
            self._count()
            characters = len(frame) + response_size(self._request[1]) + _ENVELOPE_CHARACTERS
            line_ms = int(characters * self._character_ms) + 1
            self._deadline_ms += line_ms
            self._answered_from_ms = now_ms + line_ms
        return frame

    def _patience_ms(self, unit):
        own_ms = self.timeouts_ms.get(unit, self.timeout_ms)
        answers, longest_ms = self._known.get(unit, (0, 0))
        if answers < KNOWN_COUNT:
            return own_ms
        return min(own_ms, max(PATIENCE_MIN_MS, PATIENCE_TIMES * longest_ms))

    def on_time(self, now_ms):
        """See ModbusClient.on_time."""
        unit = self._request[0] if self._request is not None else None
        answers = super().on_time(now_ms)
        if answers:
            self._known[unit] = [KNOWN_COUNT - RELEARNED_COUNT, 0]
        return answers

    def _count(self):
        unit = self._request[0]
        if self._was_urgent:
            self._writes[unit] = self._writes.get(unit, 0) + 1
        elif unit in self.gaps_ms:
            self._writes = {}

    def receive(self, now_ms, data):
        """See ModbusClient.receive; bytes on an idle line have to end before anything is sent."""
        unit = self._request[0] if self._request is not None else None
        answers = super().receive(now_ms, data)
        if answers:
            known = self._known.setdefault(unit, [0, 0])
            known[0] += 1
            known[1] = max(now_ms - self._answered_from_ms, known[1] - known[1] // 64)
        if self._request is None and not answers and not self._queue and not self._urgent:
            self._end_exchange(now_ms, self.gap_ms)
        return answers

    def _turn(self):
        """As ModbusClient._turn, but a silence that is a quarter over, or was begun anew for two writes to the same unit, is
        not begun anew for one more: writes come at any moment, and the unit that waits would be asked late or never."""
        queue = self._queue
        if self._urgent and queue and not self._was_urgent:
            unit = queue[0][0]
            gap_ms = self.gaps_ms.get(unit, 0)
            wait_ms = self._free_ms(unit) - self._now_ms
            if gap_ms and (100 * wait_ms < (100 - HELD_PCT) * gap_ms or self._writes.get(self._urgent[0][0], 0) >= WRITES_MAX):
                return queue
        return super()._turn()
