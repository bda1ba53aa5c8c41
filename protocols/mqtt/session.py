"""One MQTT 3.1.1 client identity: what it owes the broker and what the broker owes it, across reconnects.

Not its job: sockets, back-off between connections (the caller), meaning of messages.
Source: OASIS MQTT 3.1.1 §3 (packets), §3.1.2.10 (keep-alive), §4.3 (QoS), §4.4 (re-delivery), §4.6 (order).
"""

from protocols.mqtt import packet as pk
from protocols.mqtt.publish_queue import PublishQueue
from protocols.mqtt.subscriptions import Subscriptions
from protocols.mqtt.topic_filter import valid_filter, valid_topic

# Events are tuples; the first item is one of these, the rest as noted.
CONNECTED = 1  # session present
REFUSED = 2  # CONNACK code 1..5; the caller closes
MESSAGE = 3  # topic, payload, qos, retain, dup
PUBLISHED = 4  # token of publish(): the broker has the message
SUBSCRIBED = 5  # filter, granted qos or 128 = refused
PROTOCOL_ERROR = 6  # text; the caller closes

OFFLINE = 0
CONNECTING = 1
ONLINE = 2

CONNECT_TIMEOUT_MS = 10000
PING_TIMEOUT_MS = 10000
# A broker that answers pings but never acknowledges would block the window for ever.
ACK_TIMEOUT_MS = 60000
# Without an acknowledgement for so long the connection may be half open: nobody relies on it any more.
SILENT_MS = 10000
# QoS 2 messages the broker may leave unreleased; Mosquitto's default window is 20.
UNRELEASED_IDS_MAX = 256


class MqttSession:
    """State of one client id. `now_ms` never goes back."""

    def __init__(self, client_id, keep_alive_s=30, user=None, password=None, will=None, *, clean=False, window=20,
                 queue_max=200, queue_max_bytes=65536, max_packet_bytes=16384):
        """will: (topic, payload, qos, retain) or None. window: QoS 1 messages sent and not yet acknowledged.

        queue_max, queue_max_bytes: QoS 1 messages held, sent or not. max_packet_bytes: largest packet in or out.
        keep_alive_s: 0 (no pings) to 65,535.
        """
        self.client_id = client_id
        self.keep_alive_s = keep_alive_s
        self.user = user
        self.password = password
        self.clean = clean
        self.state = OFFLINE
        self.dropped = 0
        self._will = will
        self._queue = PublishQueue(window, queue_max, queue_max_bytes)
        self._subscriptions = Subscriptions()
        self._out = []  # control packets and QoS 0, in order
        self._out_max = queue_max
        self._max_packet_bytes = max_packet_bytes
        self._splitter = None
        self._last_id = 0
        self._received_qos2 = []
        self._sent_ms = self._received_ms = self._progress_ms = self._ping_ms = self._now_ms = 0
        self._ping_open = False

    @property
    def connected(self):
        """True between an accepting CONNACK and closed() or disconnect()."""
        return self.state == ONLINE

    @property
    def inflight(self):
        """QoS 1 messages sent on this connection and not acknowledged."""
        return self._queue.sent

    @property
    def queued(self):
        """QoS 1 messages accepted and not yet sent on this connection."""
        return len(self._queue.ids) - self._queue.sent

    @property
    def is_crowded(self):
        """Whether what can wait should not be published now: half of the queue is full, or the broker takes nothing."""
        return self._queue.is_half_full() or (
            self._queue.sent and self._now_ms - self._progress_ms >= SILENT_MS) > 0

    # --- what the application asks for

    def publish(self, topic, payload, qos=0, retain=False):
        """Accepts a message: returns a token (QoS 1: what PUBLISHED will name; QoS 0: 0), or None when refused.

        payload: bytes. Refused and counted in `dropped`: QoS 1 with a full queue, QoS 0 while not connected or
        when as many wait for outgoing(). ValueError for the caller's errors: topic, QoS, size.
        """
        if qos not in (0, 1) or not valid_topic(topic):
            raise ValueError("publish to %r with QoS %r" % (topic, qos))
        token = self._next_id() if qos else 0
        packet = pk.publish(topic, payload, qos=qos, retain=retain, packet_id=token)
        if len(packet) > self._max_packet_bytes:
            raise ValueError("packet of %d bytes, allowed %d" % (len(packet), self._max_packet_bytes))
        if qos:
            accepted = self._queue.add(token, packet)
        else:
            accepted = self.state == ONLINE and len(self._out) < self._out_max
            if accepted:
                self._out.append(packet)
        if not accepted:
            self.dropped += 1
            return None
        return token

    def subscribe(self, topic_filter, qos):
        """Wants messages of this filter with at most this QoS (0..2), now and after every reconnect."""
        if qos not in (0, 1, 2):
            raise ValueError("subscribe with QoS %r" % qos)
        if not valid_filter(topic_filter):
            raise ValueError("topic filter %r" % topic_filter)
        row = self._subscriptions.want(topic_filter, qos)
        if self.state == ONLINE:
            self._out.append(self._subscriptions.request(row, self._next_id()))

    # --- the connection's life

    def connect(self, now_ms):
        """The transport is open: returns the CONNECT packet, to be sent first."""
        self.closed(now_ms)
        self.state = CONNECTING
        self._splitter = pk.Splitter(self._max_packet_bytes)
        self._sent_ms = self._received_ms = now_ms
        return pk.connect(self.client_id, self.keep_alive_s, clean=self.clean, user=self.user,
                          password=self.password, will=self._will)

    def closed(self, now_ms):
        """The transport is gone. Unacknowledged messages wait for the next connection, in order."""
        self.state = OFFLINE
        self._out = []
        self._ping_open = False
        self._queue.rewind()

    def disconnect(self):
        """Returns what may still be sent and DISCONNECT (the broker drops the will), b"" when not connected."""
        data = self.outgoing(self._sent_ms) + pk.DISCONNECT_BYTES if self.state == ONLINE else b""
        self.closed(self._sent_ms)
        return data

    def outgoing(self, now_ms):
        """All bytes that may be sent now, b"" when none: control packets, QoS 0, then QoS 1 up to the window."""
        self._now_ms = now_ms
        if self.state != ONLINE:
            return b""
        if self._queue.sent == 0:
            self._progress_ms = now_ms
        out = self._out
        self._queue.take(out)
        if not out:
            return b""
        self._out = []
        self._sent_ms = now_ms
        return b"".join(out)

    # --- time

    @property
    def next_wake_ms(self):
        """When on_time() has something to do; None when there is nothing to wait for."""
        if self.state == OFFLINE:
            return None
        if self.state == CONNECTING:
            return self._sent_ms + CONNECT_TIMEOUT_MS
        wake_ms = None
        if self._ping_open:
            # Anything received shows that the broker lives: the answer may queue behind a long message.
            wake_ms = max(self._ping_ms, self._received_ms) + PING_TIMEOUT_MS
        elif self.keep_alive_s:
            # At three quarters: a ping sent at the limit would arrive late. Silence of the broker asks for one too.
            wake_ms = min(self._sent_ms, self._received_ms) + self.keep_alive_s * 750
        if self._queue.sent:
            ack_ms = self._progress_ms + ACK_TIMEOUT_MS
            wake_ms = ack_ms if wake_ms is None else min(wake_ms, ack_ms)
        return wake_ms

    def on_time(self, now_ms):
        """Queues the keep-alive ping when due; returns events: PROTOCOL_ERROR when the broker is silent."""
        wake_ms = self.next_wake_ms
        if wake_ms is None or now_ms < wake_ms:
            return []
        if self.state == CONNECTING:
            return [(PROTOCOL_ERROR, "no CONNACK within %d ms" % CONNECT_TIMEOUT_MS)]
        if self._queue.sent and now_ms - self._progress_ms >= ACK_TIMEOUT_MS:
            return [(PROTOCOL_ERROR, "no PUBACK within %d ms" % ACK_TIMEOUT_MS)]
        if self._ping_open:
            return [(PROTOCOL_ERROR, "no answer to a ping within %d ms" % PING_TIMEOUT_MS)]
        self._out.append(pk.PINGREQ_BYTES)
        self._ping_open = True
        self._ping_ms = now_ms
        return []

    # --- what the broker sends

    def receive(self, now_ms, data):
        """Takes bytes in any pieces; returns events in order. After PROTOCOL_ERROR or REFUSED the caller closes."""
        events = []
        if self.state == OFFLINE:
            return events
        self._received_ms = now_ms
        try:
            for first, body in self._splitter.feed(data):
                kind = first >> 4
                if (kind == pk.CONNACK) != (self.state == CONNECTING):
                    raise pk.MalformedPacket("packet type %d in state %d" % (kind, self.state))
                handler = _HANDLERS.get(kind)
                if handler is None or (kind != pk.PUBLISH and first & 15 != pk.FLAGS.get(kind, 0)):
                    raise pk.MalformedPacket("packet type %d, flags %d from a broker" % (kind, first & 15))
                handler(self, first, body, events)
        except pk.MalformedPacket as error:
            events.append((PROTOCOL_ERROR, str(error)))
        return events

    def _on_connack(self, first, body, events):
        session_present, code = pk.parse_connack(body)
        if code:
            events.append((REFUSED, code))
            return
        if session_present and self.clean:
            raise pk.MalformedPacket("session present after a clean start")
        self.state = ONLINE
        if self.clean:
            self._queue.start_clean()
        if not session_present:
            self._received_qos2 = []
        for row in self._subscriptions.missing(session_present):
            self._out.append(self._subscriptions.request(row, self._next_id()))
        events.append((CONNECTED, session_present))

    def _on_puback(self, first, body, events):
        packet_id = pk.parse_packet_id(body)
        if self._queue.acknowledge(packet_id):
            self._progress_ms = self._received_ms
            events.append((PUBLISHED, packet_id))

    def _on_publish(self, first, body, events):
        topic, payload, qos, retain, dup, packet_id = pk.parse_publish(first, body)
        if not valid_topic(topic):
            raise pk.MalformedPacket("PUBLISH topic")
        if qos == 1:
            self._out.append(pk.ack(pk.PUBACK, packet_id))
        elif qos == 2:
            self._out.append(pk.ack(pk.PUBREC, packet_id))
            if packet_id in self._received_qos2:
                return
            if len(self._received_qos2) >= UNRELEASED_IDS_MAX:
                raise pk.MalformedPacket("more than %d unreleased QoS 2 messages" % UNRELEASED_IDS_MAX)
            self._received_qos2.append(packet_id)
        events.append((MESSAGE, topic, payload, qos, retain, dup))

    def _on_pubrel(self, first, body, events):
        packet_id = pk.parse_packet_id(body)
        if packet_id in self._received_qos2:
            self._received_qos2.remove(packet_id)
        self._out.append(pk.ack(pk.PUBCOMP, packet_id))

    def _on_suback(self, first, body, events):
        packet_id, codes = pk.parse_suback(body)
        topic_filter = self._subscriptions.confirm(packet_id, codes[0])
        if topic_filter is not None:
            events.append((SUBSCRIBED, topic_filter, codes[0]))

    def _on_pingresp(self, first, body, events):
        if body:
            raise pk.MalformedPacket("PINGRESP with a body")
        self._ping_open = False

    def _next_id(self):
        """The next packet id that nobody waits for."""
        packet_id = self._last_id
        while True:
            packet_id = packet_id % pk.PACKET_ID_MAX + 1
            if packet_id not in self._queue.ids and not self._subscriptions.uses(packet_id):
                self._last_id = packet_id
                return packet_id


_HANDLERS = {
    pk.CONNACK: MqttSession._on_connack,
    pk.PUBLISH: MqttSession._on_publish,
    pk.PUBACK: MqttSession._on_puback,
    pk.PUBREL: MqttSession._on_pubrel,
    pk.SUBACK: MqttSession._on_suback,
    pk.PINGRESP: MqttSession._on_pingresp,
}
