"""Our broker without sockets: clock, bounds, choices and broken clients; every byte of the clients written by hand.

Source: OASIS MQTT 3.1.1; what ordinary clients see is compared with Mosquitto in tests/conformance.
"""

from host_sim.broker import Access
from host_sim.broker.core import Broker

ACCEPTED = b"\x20\x02\x00\x00"
RESUMED = b"\x20\x02\x01\x00"


def field(data):
    return len(data).to_bytes(2, "big") + data


def packet(first, body):
    assert len(body) < 128
    return bytes((first, len(body))) + body


def connect(client_id, clean=True, keep_alive_s=0, will=None, level=4):
    flags = (2 if clean else 0) | (4 | 1 << 3 if will else 0)
    body = field(b"MQTT") + bytes((level, flags)) + keep_alive_s.to_bytes(2, "big") + field(client_id)
    if will:
        body += field(will[0]) + field(will[1])
    return packet(0x10, body)


def publish(topic, payload, qos=0, packet_id=1, *, retain=0, dup=0):
    head = field(topic) + (packet_id.to_bytes(2, "big") if qos else b"")
    return packet(0x30 | dup << 3 | qos << 1 | retain, head + payload)


def subscribe(*filters):
    return packet(0x82, b"\x00\x01" + b"".join(field(name) + bytes((qos,)) for name, qos in filters))


def opened(broker, link, data, now_ms=0):
    broker.on_open(now_ms, link)
    return broker.on_bytes(now_ms, link, data)


def pair(**kwargs):
    """A broker with a subscriber to `t/#` at QoS 1 on link `s` and a publisher on link `p`."""
    broker = Broker(**kwargs)
    assert opened(broker, "s", connect(b"sub", clean=False) + subscribe((b"t/#", 1))) == [
        ("s", ACCEPTED + b"\x90\x03\x00\x01\x01")]
    assert opened(broker, "p", connect(b"pub")) == [("p", ACCEPTED)]
    return broker


def test_silence_of_one_and_a_half_keep_alives_ends_the_connection_and_publishes_the_will():
    broker = pair()
    opened(broker, "w", connect(b"dying", keep_alive_s=10, will=(b"t/w", b"gone")), 1000)
    broker.on_bytes(5000, "w", b"\xc0\x00")
    assert broker.next_wake_ms <= 20000
    assert broker.on_time(19999) == [] and broker.next_wake_ms == 20000
    assert broker.on_time(20000) == [("s", publish(b"t/w", b"gone", 1)), ("w", None)]
    assert broker.on_closed(20001, "w") == []


def test_a_connection_without_connect_is_closed():
    broker = Broker()
    broker.on_open(0, "x")
    assert broker.next_wake_ms == 10000 and broker.on_time(9999) == []
    assert broker.on_time(10000) == [("x", None)] and broker.next_wake_ms is None


def test_lost_transport_publishes_the_will_and_disconnect_does_not():
    broker = pair()
    opened(broker, "w", connect(b"w", will=(b"t/w", b"gone")))
    assert broker.on_closed(0, "w") == [("s", publish(b"t/w", b"gone", 1))]
    opened(broker, "w", connect(b"w", will=(b"t/w", b"gone")))
    assert broker.on_bytes(0, "w", b"\xe0\x00") == [("w", None)]


def test_takeover_publishes_the_will_also_of_a_session_that_goes_on():
    broker = pair()
    opened(broker, "old", connect(b"same", clean=False, will=(b"t/w", b"gone")))
    assert opened(broker, "new", connect(b"same", clean=False)) == [
        ("s", publish(b"t/w", b"gone", 1)), ("new", RESUMED), ("old", None)]
    assert broker.on_bytes(0, "old", b"\xc0\x00") == []


def test_overlapping_filters_bring_one_copy_at_the_highest_qos():
    broker = Broker()
    opened(broker, "s", connect(b"sub") + subscribe((b"t/x", 0), (b"t/+", 1), (b"#", 0)))
    opened(broker, "p", connect(b"pub"))
    assert broker.on_bytes(0, "p", publish(b"t/x", b"1", 1, 9)) == [
        ("s", publish(b"t/x", b"1", 1)), ("p", b"\x40\x02\x00\x09")]


def test_qos_2_towards_the_broker_is_routed_once():
    broker = pair()
    assert broker.on_bytes(0, "p", publish(b"t/x", b"1", 2, 7)) == [
        ("s", publish(b"t/x", b"1", 1)), ("p", b"\x50\x02\x00\x07")]
    assert broker.on_bytes(0, "p", publish(b"t/x", b"1", 2, 7, dup=1)) == [("p", b"\x50\x02\x00\x07")]
    assert broker.on_bytes(0, "p", b"\x62\x02\x00\x07") == [("p", b"\x70\x02\x00\x07")]
    assert broker.on_bytes(0, "p", publish(b"t/x", b"2", 2, 7))[0] == ("s", publish(b"t/x", b"2", 1, 2))


def test_qos_2_towards_the_client_goes_on_where_it_was_cut():
    broker = Broker()
    opened(broker, "s", connect(b"sub", clean=False) + subscribe((b"t", 2)))
    opened(broker, "p", connect(b"pub"))
    broker.on_bytes(0, "p", publish(b"t", b"1", 2, 1) + publish(b"t", b"2", 2, 2))
    assert broker.on_bytes(0, "s", b"\x50\x02\x00\x01") == [("s", b"\x62\x02\x00\x01")]
    broker.on_closed(0, "s")
    assert opened(broker, "s2", connect(b"sub", clean=False)) == [
        ("s2", RESUMED + b"\x62\x02\x00\x01" + publish(b"t", b"2", 2, 2, dup=1))]
    assert broker.on_bytes(0, "s2", b"\x70\x02\x00\x01\x50\x02\x00\x02\x70\x02\x00\x02") == [("s2", b"\x62\x02\x00\x02")]
    broker.on_closed(0, "s2")
    assert opened(broker, "s3", connect(b"sub", clean=False)) == [("s3", RESUMED)]


def test_acknowledgements_that_do_not_fit_change_nothing():
    broker = Broker()
    opened(broker, "s", connect(b"sub", clean=False) + subscribe((b"t", 2)))
    opened(broker, "p", connect(b"pub"))
    broker.on_bytes(0, "p", publish(b"t", b"1", 2, 1))
    assert broker.on_bytes(0, "s", b"\x40\x02\x00\x01\x70\x02\x00\x01") == []
    # PUBREC for an unknown id is answered, or the client would ask for ever; nothing is kept of it.
    assert broker.on_bytes(0, "s", b"\x50\x02\x00\x09") == [("s", b"\x62\x02\x00\x09")]
    broker.on_closed(0, "s")
    assert opened(broker, "s", connect(b"sub", clean=False)) == [("s", RESUMED + publish(b"t", b"1", 2, 1, dup=1))]


def test_window_then_queue_then_the_newest_is_dropped():
    broker = pair(window=1, queue_max=2)
    sent = broker.on_bytes(0, "p", b"".join(publish(b"t", bytes((65 + i,)), 1, 1 + i) for i in range(4)))
    assert sent[0] == ("s", publish(b"t", b"A", 1))
    assert broker.on_bytes(0, "s", b"\x40\x02\x00\x01") == [("s", publish(b"t", b"B", 1, 2))]
    assert broker.on_bytes(0, "s", b"\x40\x02\x00\x02") == [("s", publish(b"t", b"C", 1, 3))]
    assert broker.on_bytes(0, "s", b"\x40\x02\x00\x03") == []


def test_offline_session_keeps_qos_1_in_order_and_repeats_what_was_in_flight():
    broker = pair()
    broker.on_bytes(0, "p", publish(b"t", b"A", 1))
    broker.on_closed(0, "s")
    broker.on_bytes(0, "p", publish(b"t", b"0") + publish(b"t", b"B", 1))
    assert opened(broker, "s", connect(b"sub", clean=False)) == [
        ("s", RESUMED + publish(b"t", b"A", 1, 1, dup=1) + publish(b"t", b"B", 1, 2))]


def test_clean_session_ends_with_its_connection():
    broker = Broker()
    opened(broker, "x", connect(b"x") + subscribe((b"t", 1)))
    broker.on_closed(0, "x")
    assert opened(broker, "x", connect(b"x", clean=False)) == [("x", ACCEPTED)]
    broker.on_closed(0, "x")
    assert opened(broker, "x", connect(b"x")) == [("x", ACCEPTED)]


def test_unsubscribing_and_leaving_take_effect_at_once():
    broker = pair()
    assert len(broker.on_bytes(0, "p", publish(b"t/x", b"1"))) == 1
    assert broker.on_bytes(0, "s", packet(0xA2, b"\x00\x02" + field(b"t/#"))) == [("s", b"\xb0\x02\x00\x02")]
    assert broker.on_bytes(0, "p", publish(b"t/x", b"2")) == []
    broker.on_bytes(0, "s", subscribe((b"t/x", 0)))
    assert broker.on_bytes(0, "p", b"\xe0\x00" + publish(b"t/x", b"behind DISCONNECT")) == [("p", None)]


def test_refused_connections():
    for data, code in ((connect(b"x", level=3), 1), (connect(b"x", level=5), 1), (connect(b"", clean=False), 2)):
        assert opened(Broker(), "x", data) == [("x", bytes((0x20, 2, 0, code))), ("x", None)]
    assert opened(Broker(Access({"u": "p"})), "x", connect(b"x")) == [("x", b"\x20\x02\x00\x05"), ("x", None)]


def test_clients_without_id_get_their_own():
    broker = Broker()
    assert opened(broker, "a", connect(b"")) == [("a", ACCEPTED)]
    assert opened(broker, "b", connect(b"")) == [("b", ACCEPTED)]


def test_broken_clients_are_closed_and_their_will_goes_out():
    for data in (
        b"\x00\x00",
        b"\xf0\x00",
        b"\x20\x02\x00\x00",
        connect(b"again"),
        publish(b"t/+", b""),
        publish(b"", b""),
        packet(0x36, field(b"t") + b"\x00\x01"),
        packet(0x32, field(b"t") + b"\x00\x00"),
        b"\x80\x06\x00\x01" + field(b"t") + b"\x01",  # SUBSCRIBE with wrong flags
        subscribe((b"t#", 0)),
        subscribe((b"t", 3)),
        packet(0x82, b"\x00\x01"),
        packet(0x82, b"\x00\x01" + field(b"t")),
        packet(0xA2, b"\x00\x01"),
        b"\xc0\x01\x00",
        b"\x30\xff\xff\xff\x7f",
        b"\x30\x80\x80\x80\x80",
    ):
        broker = pair()
        opened(broker, "bad", connect(b"bad", will=(b"t/w", b"gone")))
        assert broker.on_bytes(0, "bad", data) == [("s", publish(b"t/w", b"gone", 1)), ("bad", None)], data


def test_broken_connects_are_closed_without_an_answer():
    good = connect(b"x")
    for data in (
        b"\xc0\x00",
        good[:2] + good[2:].replace(b"MQTT", b"MQTX"),
        b"\x11" + good[1:],
        good[:9] + b"\x03" + good[10:],  # reserved flag
        good[:9] + b"\x0a" + good[10:],  # will QoS without a will
        good[:9] + b"\x42" + good[10:],  # password without a user
        good[:9] + b"\x86" + good[10:],  # fields that are not there
        packet(0x10, good[2:] + b"x"),
    ):
        broker = Broker()
        assert opened(broker, "x", data) == [("x", None)], data


def test_any_split_gives_the_same_bytes():
    stream = connect(b"c") + subscribe((b"t", 1)) + publish(b"t", b"hi", 1, 5) + b"\xc0\x00"
    broker = Broker()
    wanted = opened(broker, "c", stream)[0][1]
    for cut in range(1, len(stream)):
        broker = Broker()
        pieces = opened(broker, "c", stream[:cut]) + broker.on_bytes(0, "c", stream[cut:])
        assert b"".join(data for _, data in pieces) == wanted, cut
