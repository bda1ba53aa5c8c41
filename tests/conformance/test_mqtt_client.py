"""Our MQTT session over TCP against Mosquitto and against our broker, exchanging with paho.

Source: OASIS MQTT 3.1.1 §4.3, §4.4; an independent client and an independent broker are the oracles.
"""

import select
import socket
import time

import pytest

from host_sim.broker import Access, mosquitto
from host_sim.broker.mosquitto import Mosquitto
from host_sim.broker.server import OwnBroker
from protocols.mqtt import session as ms
from tests.conformance.mqtt_peer import PATIENCE_S, Peer


class Wire:
    """Moves bytes between a session and a socket; keeps the events."""

    def __init__(self, broker, session):
        self.broker = broker
        self.session = session
        self.events = []
        self.socket = None

    def open(self):
        self.socket = socket.create_connection((self.broker.host, self.broker.port), PATIENCE_S)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.sendall(self.session.connect(now_ms()))
        return self.until(lambda: self.of(ms.CONNECTED) or self.of(ms.REFUSED))

    def until(self, done):
        """Runs until `done()`; every event so far stays readable."""
        deadline_s = time.monotonic() + PATIENCE_S
        while not done():
            assert time.monotonic() < deadline_s, self.events
            self.turn()
        return self

    def turn(self):
        self.socket.sendall(self.session.outgoing(now_ms()))
        if select.select([self.socket], [], [], 0.02)[0]:
            self.events += self.session.receive(now_ms(), self.socket.recv(65536))
        self.events += self.session.on_time(now_ms())

    def hold_back(self, first):
        """Runs until a packet with this first byte would leave, and does not send it."""
        while (data := self.session.outgoing(now_ms()))[:1] != bytes((first,)):
            self.socket.sendall(data)
            received = self.socket.recv(65536)
            assert received, self.events
            self.events += self.session.receive(now_ms(), received)

    def of(self, kind):
        return [event[1:] for event in self.events if event[0] == kind]

    def cut(self):
        """Loses the connection without DISCONNECT, and forgets its CONNECTED event."""
        self.socket.close()
        self.session.closed(now_ms())
        self.events = [event for event in self.events if event[0] != ms.CONNECTED]

    def subscribe(self, topic_filter, qos):
        self.session.subscribe(topic_filter, qos)
        return self.until(lambda: self.of(ms.SUBSCRIBED))


def now_ms():
    return time.monotonic_ns() // 1000000


@pytest.fixture(params=(OwnBroker, Mosquitto), ids=lambda broker: broker.kind)
def broker(request):
    if request.param is Mosquitto and not mosquitto.find():
        pytest.skip("mosquitto is not installed: our client meets only our broker")
    with request.param(Access({"gw": "key"}, [("gw", "readwrite", "#")])) as running:
        yield running


@pytest.fixture
def paho(broker):
    peer = Peer(broker, "peer", user="gw", password="key").subscribe(("up/#", 2))
    yield peer
    peer.bye()


def session(**kwargs):
    return ms.MqttSession("ours", user="gw", password="key", **kwargs)


def test_messages_of_each_qos_go_both_ways(broker, paho):
    wire = Wire(broker, session()).open().subscribe("dn/#", 2)
    assert wire.of(ms.CONNECTED) == [(False,)] and wire.of(ms.SUBSCRIBED) == [("dn/#", 2)]
    for qos in (0, 1, 2):
        paho.client.publish("dn/%d" % qos, "x" * (100 * qos), qos)
    wire.until(lambda: len(wire.of(ms.MESSAGE)) == 3)
    assert sorted(wire.of(ms.MESSAGE)) == [("dn/%d" % qos, b"x" * (100 * qos), qos, False, False) for qos in (0, 1, 2)]
    wire.session.publish("up/0", b"a")
    token = wire.session.publish("up/1", b"b" * 5000, qos=1)
    wire.session.publish("up/kept", b"c", qos=1, retain=True)
    wire.until(lambda: len(wire.of(ms.PUBLISHED)) == 2)
    assert (token,) in wire.of(ms.PUBLISHED)
    assert sorted(paho.messages(3)) == [("up/0", "a", 0, False, False), ("up/1", "b" * 5000, 1, False, False),
                                        ("up/kept", "c", 1, False, False)]
    late = Peer(broker, "late", user="gw", password="key").subscribe(("up/kept", 1))
    assert late.messages(1) == [("up/kept", "c", 1, True, False)]
    late.bye()


def test_session_resumes_with_the_messages_of_the_outage(broker, paho):
    wire = Wire(broker, session()).open().subscribe("dn/#", 1)
    wire.cut()
    for i in range(30):
        paho.publish("dn/cmd", str(i))
    wire.open().until(lambda: len(wire.of(ms.MESSAGE)) == 30)
    assert wire.of(ms.CONNECTED) == [(True,)]
    assert [payload for _, payload, *_ in wire.of(ms.MESSAGE)] == [b"%d" % i for i in range(30)]
    assert all(not retain for *_, retain, _ in wire.of(ms.MESSAGE))


def test_unacknowledged_messages_are_sent_again_in_order(broker, paho):
    wire = Wire(broker, session(window=7)).open()
    tokens = [wire.session.publish("up/hist", b"%d" % i, qos=1) for i in range(40)]
    for _ in range(3):  # the packets leave, the acknowledgements are lost
        wire.socket.sendall(wire.session.outgoing(now_ms()))
        paho.messages(7)
        wire.cut()
        wire.open()
    wire.until(lambda: len(wire.of(ms.PUBLISHED)) == 40)
    assert [token for token, in wire.of(ms.PUBLISHED)] == tokens
    seen = [int(payload) for _, payload, *_ in paho.messages(40 + 3 * 7)]
    assert seen == list(range(7)) * 3 + list(range(40))


def test_qos_2_arrives_once_though_the_connection_is_cut_at_each_step(broker, paho):
    wire = Wire(broker, session()).open().subscribe("dn/#", 2)
    paho.client.publish("dn/cmd", "once", 2)
    wire.hold_back(0x50)  # PUBREC
    wire.cut()
    wire.open().hold_back(0x70)  # PUBCOMP
    wire.cut()
    wire.open()
    paho.client.publish("dn/cmd", "next", 2)
    wire.until(lambda: len(wire.of(ms.MESSAGE)) >= 2)
    assert [payload for _, payload, *_ in wire.of(ms.MESSAGE)] == [b"once", b"next"]


def test_will_after_a_cut_and_none_after_a_disconnect(broker, paho):
    wire = Wire(broker, session(will=("up/state", b"lost", 1, False))).open()
    wire.cut()
    assert paho.messages(1) == [("up/state", "lost", 1, False, False)]
    wire.open()
    wire.session.publish("up/state", b"bye", qos=1)
    wire.socket.sendall(wire.session.disconnect())
    wire.socket.close()
    assert [payload for _, payload, *_ in paho.messages(2)] == ["lost", "bye"]


def test_wrong_password_is_refused(broker):
    wrong = ms.MqttSession("ours", user="gw", password="wrong")
    assert Wire(broker, wrong).open().of(ms.REFUSED) == [(5,)]


def test_pings_keep_a_quiet_connection_open(broker):
    wire = Wire(broker, session(keep_alive_s=1)).open()
    until_ms = now_ms() + 2500  # beyond the 1.5 s after which a broker gives a silent client up
    wire.until(lambda: now_ms() > until_ms)
    assert wire.session.connected and not wire.of(ms.PROTOCOL_ERROR)
    wire.session.publish("up/x", b"still here", qos=1)
    wire.until(lambda: wire.of(ms.PUBLISHED))
