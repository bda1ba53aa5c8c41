"""MQTT 3.1.1 broker without I/O or clock: the virtual world runs it in memory, server.py on sockets.

Choices: overlapping subscriptions bring one copy at the highest matching QoS (MQTT-3.3.5-1; Mosquitto 2.0 brings one
too, but at the QoS of the closest filter). A will goes out at every end without DISCONNECT, take-over included (§3.1.2.5;
Mosquitto holds it back when the session goes on). As in Mosquitto: offline sessions keep QoS 1 and 2 messages and drop
the newest when full; a refused message is acknowledged and dropped; a wrong password is answered with code 5.
No `$SYS` topics. The same calls give the same bytes: nothing depends on chance, hashes or wall time.

Not its job: sockets (server.py), access rules (access.py), MQTT 5.
Source: OASIS MQTT 3.1.1 §3, §4; mosquitto.conf(5).
"""

from host_sim.broker import server_packet as sp
from host_sim.broker.access import READ, WRITE, Access
from host_sim.broker.client_session import ClientSession
from protocols.mqtt import packet as pk
from protocols.mqtt.topic_filter import matches, valid_topic

CONNECT_TIMEOUT_MS = 10000
UNRELEASED_IDS_MAX = 1000
ROUTES_MAX = 4096  # topics whose receivers are remembered


class Connection:
    """One transport: before CONNECT `session` is None."""

    def __init__(self, link, now_ms, max_packet_bytes):
        self.link = link
        self.splitter = pk.Splitter(max_packet_bytes)
        self.session = None
        self.will = None
        self.received_ms = now_ms
        self.silence_max_ms = CONNECT_TIMEOUT_MS  # 0: no limit


class Broker:
    """Methods return actions in order: (link, bytes) to send, (link, None) to close. Links are any hashable values."""

    def __init__(self, access=None, *, window=20, queue_max=1000, max_packet_bytes=65536):
        """window, queue_max: messages in flight and waiting, for each client."""
        self.next_wake_ms = None  # never too late; may be early
        self._access = access or Access()
        self._window = window
        self._queue_max = queue_max
        self._max_packet_bytes = max_packet_bytes
        self._connections = {}
        self._sessions = {}
        self._retained = {}  # topic -> (payload, qos)
        self._routes = {}  # topic -> [(session, granted QoS), ...]; emptied when a subscription changes
        self._assigned_ids = 0
        self._out = {}  # link -> pieces, in the order of the first piece
        self._closing = []

    # --- the transport's events

    def on_open(self, now_ms, link):
        """A connection has been accepted."""
        self._connections[link] = Connection(link, now_ms, self._max_packet_bytes)
        self._wake_by(now_ms + CONNECT_TIMEOUT_MS)
        return []

    def on_bytes(self, now_ms, link, data):
        """Bytes from a client, in any pieces."""
        connection = self._connections.get(link)
        if connection is None:
            return []
        connection.received_ms = now_ms
        try:
            for first, body in connection.splitter.feed(data):
                self._on_packet(now_ms, connection, first, body)
                if link not in self._connections:
                    break
        except pk.MalformedPacket:
            self._drop(connection)
        return self._actions()

    def on_closed(self, now_ms, link):
        """The transport is gone without a DISCONNECT."""
        connection = self._connections.get(link)
        if connection is not None:
            self._drop(connection, close=False)
        return self._actions()

    def on_time(self, now_ms):
        """Drops connections silent for 1.5 times their keep-alive, or without CONNECT."""
        self.next_wake_ms = None
        for connection in list(self._connections.values()):
            if connection.silence_max_ms:
                limit_ms = connection.received_ms + connection.silence_max_ms
                if now_ms >= limit_ms:
                    self._drop(connection)
                else:
                    self._wake_by(limit_ms)
        return self._actions()

    # --- packets

    def _on_packet(self, now_ms, connection, first, body):
        kind = first >> 4
        if kind != pk.PUBLISH and first & 15 != pk.FLAGS.get(kind, 0):
            raise pk.MalformedPacket("flags")
        if (kind == pk.CONNECT) != (connection.session is None):
            raise pk.MalformedPacket("CONNECT must come first and once")
        if kind == pk.PUBLISH:
            self._on_publish(connection, first, body)
        elif kind in (pk.PUBACK, pk.PUBREC, pk.PUBCOMP):
            self._send(connection.link, connection.session.acknowledged(kind, pk.parse_packet_id(body)))
        elif kind == pk.PUBREL:
            packet_id = pk.parse_packet_id(body)
            connection.session.received_qos2.discard(packet_id)
            self._send(connection.link, pk.ack(pk.PUBCOMP, packet_id))
        elif kind == pk.SUBSCRIBE:
            self._on_subscribe(connection, body)
        elif kind == pk.UNSUBSCRIBE:
            self._on_unsubscribe(connection, body)
        elif kind == pk.CONNECT:
            self._on_connect(now_ms, connection, body)
        elif kind == pk.PINGREQ and not body:
            self._send(connection.link, pk.PINGRESP_BYTES)
        elif kind == pk.DISCONNECT and not body:
            connection.will = None
            self._drop(connection)
        else:
            raise pk.MalformedPacket("packet type %d from a client" % kind)

    def _on_connect(self, now_ms, connection, body):
        asked = sp.parse_connect(body)
        if asked is None:
            self._refuse(connection, sp.REFUSED_LEVEL)
        elif not asked.client_id and not asked.clean:
            self._refuse(connection, sp.REFUSED_CLIENT_ID)
        elif not self._access.may_connect(asked.user, asked.password):
            self._refuse(connection, sp.REFUSED_ACCESS)
        else:
            self._accept(now_ms, connection, asked)

    def _refuse(self, connection, code):
        self._send(connection.link, sp.connack(False, code))
        self._drop(connection)

    def _accept(self, now_ms, connection, asked):
        client_id = asked.client_id
        if not client_id:
            self._assigned_ids += 1
            client_id = "auto-%d" % self._assigned_ids
        session = self._sessions.get(client_id)
        if session is not None and session.link is not None:  # take-over (MQTT-3.1.4-2)
            self._drop(self._connections[session.link])
            session = self._sessions.get(client_id)
        present = session is not None and not asked.clean
        if not present:
            session = ClientSession(client_id, asked.clean, asked.user, self._window, self._queue_max)
            self._sessions[client_id] = session
        session.user = asked.user
        session.link = connection.link
        connection.session = session
        connection.will = asked.will
        connection.silence_max_ms = asked.keep_alive_s * 1500
        if connection.silence_max_ms:
            self._wake_by(now_ms + connection.silence_max_ms)
        self._routes.clear()
        self._send(connection.link, sp.connack(present, sp.ACCEPTED))
        self._send(connection.link, session.resume())

    def _on_publish(self, connection, first, body):
        topic, payload, qos, retain, _, packet_id = pk.parse_publish(first, body)
        if not valid_topic(topic):
            raise pk.MalformedPacket("topic")
        session = connection.session
        repeated = qos == 2 and packet_id in session.received_qos2
        if not repeated:
            self._publish_as(session, topic, payload, qos, retain)
        if qos == 1:
            self._send(connection.link, pk.ack(pk.PUBACK, packet_id))
        elif qos == 2:
            if len(session.received_qos2) >= UNRELEASED_IDS_MAX:
                raise pk.MalformedPacket("too many unreleased QoS 2 messages")
            session.received_qos2.add(packet_id)
            self._send(connection.link, pk.ack(pk.PUBREC, packet_id))

    def _on_subscribe(self, connection, body):
        packet_id, filters = sp.parse_subscribe(body)
        session = connection.session
        self._routes.clear()
        for topic_filter, qos in filters:
            session.subscriptions[topic_filter] = qos
        self._send(connection.link, sp.suback(packet_id, [qos for _, qos in filters]))
        for topic_filter, qos in filters:
            for topic, (payload, kept_qos) in self._retained.items():
                if matches(topic_filter, topic) and self._access.may(READ, session.user, session.client_id, topic):
                    self._send(connection.link, session.deliver(topic, payload, min(qos, kept_qos), True))

    def _on_unsubscribe(self, connection, body):
        packet_id, filters = sp.parse_subscribe(body, with_qos=False)
        self._routes.clear()
        for topic_filter, _ in filters:
            connection.session.subscriptions.pop(topic_filter, None)
        self._send(connection.link, pk.ack(pk.UNSUBACK, packet_id))

    # --- messages

    def _publish_as(self, session, topic, payload, qos, retain):
        """Keeps and routes a message if its author may publish it."""
        if not self._access.may(WRITE, session.user, session.client_id, topic):
            return
        if retain and payload:
            self._retained[topic] = (payload, qos)
        elif retain:
            self._retained.pop(topic, None)
        for receiver, granted_qos in self._receivers(topic):
            data = receiver.deliver(topic, payload, min(qos, granted_qos), False)
            if receiver.link is not None:
                self._send(receiver.link, data)

    def _receivers(self, topic):
        found = self._routes.get(topic)
        if found is None:
            found = []
            for session in self._sessions.values():
                qos = max((qos for topic_filter, qos in session.subscriptions.items() if matches(topic_filter, topic)),
                          default=None)
                if qos is not None and self._access.may(READ, session.user, session.client_id, topic):
                    found.append((session, qos))
            if len(self._routes) >= ROUTES_MAX:
                self._routes.clear()
            self._routes[topic] = found
        return found

    # --- helpers

    def _drop(self, connection, close=True):
        """Ends a connection; its will goes out unless DISCONNECT took it back."""
        del self._connections[connection.link]
        if close:
            self._closing.append(connection.link)
        session = connection.session
        if session is None:
            return
        session.link = None
        if session.clean:
            del self._sessions[session.client_id]
            self._routes.clear()
        if connection.will is not None:
            self._publish_as(session, *connection.will)

    def _send(self, link, data):
        if data:
            self._out.setdefault(link, []).append(data)

    def _actions(self):
        actions = [(link, b"".join(pieces)) for link, pieces in self._out.items()]
        actions += [(link, None) for link in self._closing]
        self._out = {}
        self._closing = []
        return actions

    def _wake_by(self, at_ms):
        if self.next_wake_ms is None or at_ms < self.next_wake_ms:
            self.next_wake_ms = at_ms
