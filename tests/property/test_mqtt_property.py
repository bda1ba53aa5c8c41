"""What must hold for MQTT on any bytes, any split, any text and any moment of losing the connection.

Source: OASIS MQTT 3.1.1; paho's matching and CPython's UTF-8 decoder are independent oracles.
"""

import paho.mqtt.client as paho
from hypothesis import example, given, settings
from hypothesis import strategies as st

from host_sim.broker.core import Broker
from protocols.mqtt import packet as pk
from protocols.mqtt import session as ms
from protocols.mqtt.topic_filter import matches, valid_filter, valid_topic

unhurried = settings(deadline=None)  # a busy machine is no failure
ACCEPTED = b"\x20\x02\x00\x00"
LEVEL = st.sampled_from(["", "a", "b", "ab", "$a", " ", "é"])
TOPIC = st.lists(LEVEL, min_size=1, max_size=5).map("/".join).filter(bool)
FILTER = st.lists(LEVEL | st.just("+"), min_size=1, max_size=5).flatmap(
    lambda levels: st.sampled_from(["/".join(levels), "/".join(levels + ["#"]), "#"])).filter(bool)
# Bytes that look like packets get deeper into the state machines than noise does.
PACKET = st.builds(lambda first, body: bytes((first,)) + pk.remaining_length(len(body)) + body,
                   st.integers(0, 255), st.binary(max_size=40))
STREAM = st.lists(st.one_of(PACKET, st.binary(max_size=8)), max_size=8).map(b"".join)
CUTS = st.lists(st.integers(0, 400), max_size=8)


def pieces(data, cuts):
    edges = [0] + sorted(min(cut, len(data)) for cut in cuts) + [len(data)]
    return [data[low:high] for low, high in zip(edges, edges[1:])]


@unhurried
@given(FILTER, TOPIC)
def test_matching_agrees_with_paho(topic_filter, topic):
    if topic.startswith("$") and topic_filter[0] in "+#":
        assert not matches(topic_filter, topic)
    else:
        assert matches(topic_filter, topic) == paho.topic_matches_sub(topic_filter, topic)


@unhurried
@given(st.text(alphabet="ab/+#$", min_size=1, max_size=8))
def test_filters_are_valid_where_paho_says_so(text):
    wanted = paho.Client._filter_wildcard_len_check(text.encode()) == paho.MQTT_ERR_SUCCESS
    assert valid_filter(text) == wanted
    assert valid_topic(text) == (wanted and "+" not in text and "#" not in text)


@unhurried
@given(st.binary(max_size=12) | st.text(max_size=6).map(lambda text: text.encode("utf-8", "surrogatepass")))
@example(b"\xc0\x80")
@example(b"\xed\xa0\x80")
def test_text_is_accepted_where_cpython_decodes_it(data):
    try:
        wanted = data.decode()
    except UnicodeDecodeError:
        wanted = None
    if "\x00" in (wanted or ""):
        wanted = None
    try:
        got = pk.text(data)
    except pk.MalformedPacket:
        got = None
    assert got == wanted
    # MicroPython's decoder lets more through: the second check has to stop it by itself.
    if wanted is None and b"\x00" not in data:
        shape_is_fine = _micropython_would_decode(data)
        try:
            pk._check_utf8(data)
            stopped = False
        except pk.MalformedPacket:
            stopped = True
        assert stopped or not shape_is_fine


def _micropython_would_decode(data):
    """py/unicode.c utf8_check: lead bytes 11xxxxxx with as many continuation bytes as their ones say, up to F7."""
    needed = 0
    for byte in data:
        if needed:
            if byte & 0xC0 != 0x80:
                return False
            needed -= 1
        elif byte >= 0xC0:
            if byte >= 0xF8:
                return False
            needed = 1 + (byte >= 0xE0) + (byte >= 0xF0)
        elif byte >= 0x80:
            return False
    return needed == 0


@unhurried
@given(TOPIC, st.binary(max_size=300), st.integers(0, 2), st.booleans(), st.integers(1, 65535), CUTS)
def test_publish_is_read_as_written(topic, payload, qos, retain, packet_id, cuts):
    splitter = pk.Splitter(1000)
    data = pk.publish(topic, payload, qos=qos, retain=retain, packet_id=packet_id)
    found = [item for piece in pieces(data, cuts) for item in splitter.feed(piece)]
    assert [pk.parse_publish(*item) for item in found] == [
        (topic, payload, qos, retain, False, packet_id if qos else 0)]


@unhurried
@given(STREAM, CUTS, st.booleans())
def test_session_survives_any_bytes_and_any_split(stream, cuts, accepted):
    def run(parts):
        session = ms.MqttSession("c", max_packet_bytes=64)
        session.connect(0)
        events = []
        for part in ([ACCEPTED] if accepted else []) + parts:
            events += session.receive(0, part)
            if events and events[-1][0] in (ms.PROTOCOL_ERROR, ms.REFUSED):
                break
        return events, session.outgoing(0)

    assert run(pieces(stream, cuts)) == run([stream])


@unhurried
@given(STREAM, CUTS)
def test_broker_survives_any_bytes_and_any_split(stream, cuts):
    def run(parts):
        broker = Broker()
        broker.on_open(0, "x")
        sent = b""
        for part in [b"\x10\x0d\x00\x04MQTT\x04\x02\x00\x00\x00\x01c"] + parts:
            for _, data in broker.on_bytes(0, "x", part):
                sent += b"closed" if data is None else data
        return sent

    assert run(pieces(stream, cuts)) == run([stream])


class LossyLink:
    """A session and a broker with bytes under way in both directions; a cut loses them."""

    def __init__(self):
        self.broker = Broker(window=3)
        self.session = ms.MqttSession("s", window=3, keep_alive_s=0)
        self.session.subscribe("dn", 2)
        self.published = []  # payloads, by token
        self.tokens = {}
        self.confirmed = []
        self.received = []
        self.arrived = []  # what the observer got from the session
        self.number = 0
        self.injected = 0
        self.feed("observer", b"\x10\x0f\x00\x04MQTT\x04\x02\x00\x00\x00\x03obs\x82\x07\x00\x01\x00\x02up\x01", True)
        self.link = None

    def feed(self, link, data, fresh=False):
        if fresh:
            self.broker.on_open(0, link)
        for receiver, out in self.broker.on_bytes(0, link, data):
            self.take(receiver, out)

    def take(self, receiver, out):
        if receiver == "observer":
            for first, body in pk.Splitter(1000).feed(out):
                if first >> 4 == pk.PUBLISH:
                    _, payload, *_, packet_id = pk.parse_publish(first, body)
                    self.arrived.append(int(payload))
                    self.feed("observer", pk.ack(pk.PUBACK, packet_id))
        elif receiver == self.link and out is not None:
            self.down += out

    def open(self):
        self.number += 1
        self.link = self.number
        self.down = b""
        self.broker.on_open(0, self.link)
        self.up = self.session.connect(0)

    def cut(self):
        link, self.link = self.link, None
        self.session.closed(0)
        for receiver, out in self.broker.on_closed(0, link):
            self.take(receiver, out)

    def step(self, kind, count):
        if kind == "publish":
            for _ in range(count):
                payload = len(self.published)
                self.tokens[self.session.publish("up", b"%d" % payload, qos=1)] = payload
                self.published.append(payload)
        elif kind == "inject":
            for _ in range(count):
                self.injected += 1
                if self.injected == 1:
                    self.feed("author", b"\x10\x0d\x00\x04MQTT\x04\x02\x00\x00\x00\x01a", True)
                self.feed("author", pk.publish("dn", b"%d" % self.injected, qos=2, packet_id=self.injected)
                          + pk.ack(pk.PUBREL, self.injected))
        elif self.link is None:
            self.open()
        elif kind == "up":
            self.up += self.session.outgoing(0)
            data, self.up = self.up[:count], self.up[count:]
            self.feed(self.link, data)
        elif kind == "down":
            data, self.down = self.down[:count], self.down[count:]
            for event in self.session.receive(0, data):
                assert event[0] != ms.PROTOCOL_ERROR, event
                if event[0] == ms.PUBLISHED:
                    self.confirmed.append(self.tokens.pop(event[1]))
                elif event[0] == ms.MESSAGE:
                    self.received.append(int(event[2]))
        elif kind == "cut":
            self.cut()


STEP = st.tuples(st.sampled_from(["publish", "inject", "up", "down", "up", "down", "cut"]), st.integers(1, 40)).map(
    lambda step: (step[0], step[1] if step[0] in ("up", "down") else 1 + step[1] % 3))


@unhurried
@given(st.lists(STEP, max_size=60))
def test_nothing_is_lost_doubled_or_out_of_order_wherever_the_connection_is_cut(steps):
    world = LossyLink()
    for _ in range(4):  # the subscription stands before anything is sent to it
        world.step("up", 1000)
        world.step("down", 1000)
    for step in steps:
        world.step(*step)
    for _ in range(20 + len(world.published) + world.injected):
        world.step("up", 1000)
        world.step("down", 1000)
    firsts = list(dict.fromkeys(world.arrived))
    assert firsts == world.published  # QoS 1: at least once, first copies in order
    assert world.confirmed == world.published and not world.tokens  # each told once
    assert world.received == list(range(1, world.injected + 1))  # QoS 2: exactly once, in order
