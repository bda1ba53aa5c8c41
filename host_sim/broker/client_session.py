"""The broker's side of one client id: its subscriptions and the messages on their way to it.

Not its job: who may connect or read (access.py), routing (core.py).
Source: OASIS MQTT 3.1.1 §3.1.2.4 (session), §4.3 (QoS), §4.4 (re-delivery), §4.6 (order).
"""

from collections import deque

from protocols.mqtt import packet as pk


class ClientSession:
    """link: the open connection or None. Bytes to send are returned, never sent."""

    def __init__(self, client_id, clean, user, window, queue_max):
        self.client_id = client_id
        self.clean = clean
        self.user = user
        self.link = None
        self.subscriptions = {}  # filter -> QoS
        self.received_qos2 = set()  # packet ids of the client's QoS 2 messages, not yet released
        self.dropped = 0
        self._window = window
        self._queue_max = queue_max
        self._queue = deque()  # (topic, payload, qos, retain)
        self._inflight = {}  # packet id -> (packet type awaited, packet to repeat), in sending order
        self._last_id = 0

    def deliver(self, topic, payload, qos, retain):
        """Takes one message for the client; returns bytes to send now."""
        if qos == 0:
            if self.link is None:
                return b""
            return pk.publish(topic, payload, qos=0, retain=retain)
        if len(self._queue) >= self._queue_max:
            self.dropped += 1
            return b""
        self._queue.append((topic, payload, qos, retain))
        return self._fill_window() if self.link is not None else b""

    def resume(self):
        """After CONNACK on a kept session: repeats what was in flight, then goes on with the queue."""
        out = []
        for awaited, packet in self._inflight.values():
            out.append(packet if awaited == pk.PUBCOMP else pk.with_dup(packet))
        return b"".join(out) + self._fill_window()

    def acknowledged(self, kind, packet_id):
        """PUBACK, PUBREC or PUBCOMP from the client; returns bytes to send now."""
        awaited, _ = self._inflight.get(packet_id, (None, None))
        if kind == pk.PUBREC:
            release = pk.ack(pk.PUBREL, packet_id)
            if awaited == pk.PUBREC:
                self._inflight[packet_id] = (pk.PUBCOMP, release)
            return release  # also for an unknown id: the client forgets it only then
        if awaited != kind:
            return b""
        del self._inflight[packet_id]
        return self._fill_window()

    def _fill_window(self):
        out = []
        while self._queue and len(self._inflight) < self._window:
            topic, payload, qos, retain = self._queue.popleft()
            packet_id = self._next_id()
            packet = pk.publish(topic, payload, qos=qos, retain=retain, packet_id=packet_id)
            self._inflight[packet_id] = (pk.PUBACK if qos == 1 else pk.PUBREC, packet)
            out.append(packet)
        return b"".join(out)

    def _next_id(self):
        while True:
            self._last_id = self._last_id % pk.PACKET_ID_MAX + 1
            if self._last_id not in self._inflight:
                return self._last_id
