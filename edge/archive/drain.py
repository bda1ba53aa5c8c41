"""Hands stored records over to the broker: oldest first, at a bounded rate, each file forgotten once it was acknowledged.

Not its job: storing (keeper.py), live messages (link/vpp.py), dropping doubles (the host's).
Source: ours.
"""
from edge.archive import records
from edge.archive.ring import READ_BYTES
from protocols import topics
from protocols.mqtt import queue_exit

IN_FLIGHT = 2
MEMORY = -1     # "file" of what could not be written


class Drain:
    """What is on its way, of one session."""

    def __init__(self, session, ring, boot, bytes_per_s):
        """boot: of this run; bytes_per_s: > 0."""
        self._session, self._ring, self._boot = session, ring, boot
        self._bytes_per_s = bytes_per_s
        self._batch = 0
        self._next_ms = 0           # when the next batch may go
        self._done = -1             # newest file that was sent to its end
        self._file, self._at = -1, 0    # where reading goes on
        self._in_flight = []        # (token, file, where it goes on, whether it ends there, records from memory)

    def is_idle(self):
        """Whether nothing is on its way."""
        return not self._in_flight

    def interrupt(self):
        """The connection is lost: what was not acknowledged is sent again. Returns the records that are in no file."""
        waiting = self.unwritten()
        self._in_flight = []
        self._done = -1
        self._file, self._at = self._ring.delivered
        return waiting

    def unwritten(self):
        """Records on their way that are in no file; from now on they are the caller's."""
        waiting = []
        for place, row in enumerate(self._in_flight):
            waiting += row[4]
            self._in_flight[place] = row[:4] + ((),)
        return waiting

    def settle(self):
        """Forget what the broker has."""
        while self._in_flight and not queue_exit.is_held(self._session, self._in_flight[0][0]):
            _, number, at, is_end, _ = self._in_flight.pop(0)
            if number != MEMORY:
                self._ring.deliver(number, at, is_end)

    def send(self, now_ms, waiting):
        """Batches that may go now, of files first, then of `waiting`: records that can't be written, taken from there."""
        while now_ms >= self._next_ms and len(self._in_flight) < IN_FLIGHT:
            files = [number for number in self._ring.numbers if number > self._done]
            if not (self._send_file(now_ms, files[0]) if files else waiting and self._send_waiting(now_ms, waiting)):
                return

    def _send_file(self, now_ms, number):
        """The next batch of a file; False when the session takes none."""
        if number != self._file:
            self._file, self._at = number, 0
        self._ring.close(number)
        data = self._ring.read(number, self._at)
        items, end, count = records.batch(data)
        is_end = len(data) < READ_BYTES and records.next_record(data, end)[0] is None
        at = self._at + (end or READ_BYTES // 2)
        if count:
            if not self._publish(now_ms, items, (number, at, is_end, ())):
                return False
        elif is_end:
            self._end_early(number)
        self._at = at
        if is_end:
            self._done = number
        return True

    def _end_early(self, number):
        """Only damage was left in a file: it ends with the last batch of it on its way."""
        for place in range(len(self._in_flight) - 1, -1, -1):
            if self._in_flight[place][1] == number:
                self._in_flight[place] = self._in_flight[place][:3] + (True, ())
                return
        self._ring.deliver(number, 0, True)

    def _send_waiting(self, now_ms, waiting):
        items, _, count = records.batch(b"".join(waiting))
        if not self._publish(now_ms, items, (MEMORY, 0, False, waiting[:count])):
            return False
        waiting[:count] = []
        return True

    def _publish(self, now_ms, items, row):
        payload = records.message(self._boot, self._batch + 1, items)
        token = self._session.publish(topics.topic("hist", self._session.client_id), payload, 1, False)
        if token is None:
            return False
        self._batch += 1
        self._in_flight.append((token,) + row)
        self._next_ms = max(now_ms, self._next_ms) + len(payload) * 1000 // self._bytes_per_s
        return True
