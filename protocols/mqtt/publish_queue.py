"""QoS 1 messages on their way out: bounded, in order, kept until the broker has acknowledged them.

Not its job: packet ids (session.py), storage over a restart (the journal's).
Source: OASIS MQTT 3.1.1 §4.3.2 (QoS 1), §4.4 (re-delivery), §4.6 (order).
"""

from protocols.mqtt.packet import with_dup


class PublishQueue:
    """Packets in the order of publish(); the first `sent` are in flight on this connection."""

    def __init__(self, window, count_max, bytes_max):
        """window: most in flight. count_max, bytes_max: most held, in flight or not."""
        self.ids = []  # beside _packets: looking up an id is then one `in` or one short loop
        self.sent = 0
        self._packets = []
        self._copies = 0  # of the first so many, an earlier connection may have delivered a copy
        self._held_bytes = 0
        self._window = window
        self._count_max = count_max
        self._bytes_max = bytes_max

    def add(self, packet_id, packet):
        """Queues an encoded PUBLISH; False when there is no room."""
        if len(self.ids) >= self._count_max or self._held_bytes + len(packet) > self._bytes_max:
            return False
        self.ids.append(packet_id)
        self._packets.append(packet)
        self._held_bytes += len(packet)
        return True

    def is_half_full(self):
        """Whether half of the room, in messages or in bytes, is taken."""
        return 2 * len(self.ids) >= self._count_max or 2 * self._held_bytes >= self._bytes_max

    def take(self, out):
        """Appends to the list `out` the packets that the window lets go now."""
        last = min(len(self._packets), self._window)
        for i in range(self.sent, last):
            packet = self._packets[i]
            out.append(with_dup(packet) if i < self._copies else packet)
        self.sent = last

    def acknowledge(self, packet_id):
        """The broker has it: True, or False for an id that is not in flight."""
        for i in range(self.sent):
            if self.ids[i] == packet_id:
                break
        else:
            return False
        self.ids.pop(i)
        self._held_bytes -= len(self._packets.pop(i))
        self.sent -= 1
        if i < self._copies:
            self._copies -= 1
        return True

    def rewind(self):
        """The connection is lost: what was in flight goes first on the next one, marked as a re-delivery."""
        self._copies = max(self._copies, self.sent)
        self.sent = 0

    def start_clean(self):
        """The broker starts without a session: to it all of them are new."""
        self._copies = 0
