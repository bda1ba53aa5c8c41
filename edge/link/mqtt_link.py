"""An MQTT session as a link of the gateway: handshake, time-outs, giving up; what arrives goes to the one who builds on it.

Not its job: MQTT itself (protocols/mqtt), topics and payloads (vpp.py, site_link.py).
Source: ours.
"""
from edge.connection import Connection
from protocols.mqtt import session as mqtt

PROTOCOL_ERRORS_UNTIL_CLEAN = 3


class MqttLink(Connection):
    """Overridden: on_connected(now_ms), on_message(now_ms, topic, payload, is_retained)."""

    kind = "mqtt"

    def __init__(self, name, chance, session):
        """session: MqttSession with its subscriptions."""
        super().__init__(name, chance)
        self._session = session
        self._greeting = b""
        self._protocol_errors = 0       # in a row, without anything that got through

    @property
    def is_connected(self):
        """Whether the broker has let us in."""
        return self._session.connected

    def opened(self, now_ms):
        """The transport is open: the MQTT handshake begins."""
        super().opened(now_ms)
        # A message the session can't take comes again with every resume; a clean session leaves it behind.
        self._session.clean = self._protocol_errors >= PROTOCOL_ERRORS_UNTIL_CLEAN
        self._greeting = self._session.connect(now_ms)

    def closed(self, now_ms):
        """The transport was lost or could not be opened."""
        super().closed(now_ms)
        self._session.closed(now_ms)

    @property
    def next_wake_ms(self):
        """When on_time has something to do, or None."""
        return None if self.is_broken else self._session.next_wake_ms

    def on_time(self, now_ms):
        """Keep-alive and time-outs."""
        if not self.is_broken:      # else the session would tell its time-out anew until the transport is closed
            self._handle(now_ms, self._session.on_time(now_ms))

    def outgoing(self, now_ms):
        """Bytes to send now."""
        greeting, self._greeting = self._greeting, b""
        return greeting or self._session.outgoing(now_ms)

    def received(self, now_ms, data):
        """Bytes from the broker."""
        if not self.is_broken:
            self._handle(now_ms, self._session.receive(now_ms, data))

    def _handle(self, now_ms, events):
        for event in events:
            if event[0] == mqtt.CONNECTED:
                self.backoff.succeeded()
                self.on_connected(now_ms)
            elif event[0] == mqtt.MESSAGE:
                self.on_message(now_ms, event[1], event[2], event[4])
            elif event[0] in (mqtt.REFUSED, mqtt.PROTOCOL_ERROR):
                self._protocol_errors += 1
                self.is_broken = True
            elif event[0] == mqtt.PUBLISHED:
                self._protocol_errors = 0
