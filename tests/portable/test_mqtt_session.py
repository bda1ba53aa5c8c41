"""MQTT session: every answer is written here byte by byte, so no second codec can share a mistake.

Source: OASIS MQTT 3.1.1 §3, §4.3, §4.4.
"""

from protocols.mqtt import session as ms

ACCEPTED = b"\x20\x02\x00\x00"
RESUMED = b"\x20\x02\x01\x00"


def online(answer=ACCEPTED, **kwargs):
    session = ms.MqttSession("c", **kwargs)
    reconnect(session, 0, answer)
    return session


def reconnect(session, now_ms, answer=RESUMED):
    session.connect(now_ms)
    assert session.receive(now_ms, answer) == [(ms.CONNECTED, answer == RESUMED)]


def puback(packet_id):
    return b"\x40\x02" + bytes((packet_id >> 8, packet_id & 255))


def assert_error(events):
    assert len(events) == 1 and events[0][0] == ms.PROTOCOL_ERROR, events
    return events[0][1]


def sent_ids(data):
    """(first byte, packet id) of PUBLISH packets to the topic `t` with one byte of payload."""
    assert len(data) % 8 == 0, data
    return [(data[i], data[i + 5] << 8 | data[i + 6]) for i in range(0, len(data), 8)]


def test_connect_says_who_and_how():
    session = ms.MqttSession("c", keep_alive_s=10, user="u", password="p", will=("w", b"gone", 1, False), clean=True)
    assert session.connect(0) == (b"\x10\x1c\x00\x04MQTT\x04\xce\x00\x0a" + b"\x00\x01c" + b"\x00\x01w"
                                  + b"\x00\x04gone" + b"\x00\x01u" + b"\x00\x01p")
    assert not session.connected


def test_nothing_leaves_before_the_broker_accepts():
    session = ms.MqttSession("c")
    session.subscribe("a/#", 1)
    token = session.publish("t", b"1", qos=1)
    session.connect(0)
    assert session.outgoing(0) == b"" and session.queued == 1
    assert session.receive(5, ACCEPTED) == [(ms.CONNECTED, False)]
    assert session.connected
    out = session.outgoing(5)
    assert out == b"\x82\x08\x00\x02\x00\x03a/#\x01" + b"\x32\x06\x00\x01t\x00\x011" and token == 1
    assert session.receive(6, b"\x90\x03\x00\x02\x01" + puback(token)) == [
        (ms.SUBSCRIBED, "a/#", 1), (ms.PUBLISHED, token)]
    assert session.inflight == 0 and session.queued == 0


def test_refused_with_each_code():
    for code in (1, 2, 3, 4, 5):
        session = ms.MqttSession("c")
        session.connect(0)
        assert session.receive(0, bytes((0x20, 2, 0, code))) == [(ms.REFUSED, code)]
        assert not session.connected


def test_first_packet_must_be_connack_and_only_the_first():
    session = ms.MqttSession("c")
    session.connect(0)
    assert_error(session.receive(0, b"\xd0\x00"))
    session = online()
    assert_error(session.receive(0, ACCEPTED))


def test_session_present_after_clean_start_is_an_error():
    session = ms.MqttSession("c", clean=True)
    session.connect(0)
    assert_error(session.receive(0, RESUMED))


def test_qos_0_goes_at_once_or_never():
    session = ms.MqttSession("c", queue_max=2)
    assert session.publish("t", b"1") is None and session.dropped == 1
    reconnect(session, 0, ACCEPTED)
    assert session.publish("t", b"1") == 0
    assert session.publish("t", b"2", retain=True) == 0
    assert session.publish("t", b"3") is None and session.dropped == 2
    assert session.outgoing(0) == b"\x30\x04\x00\x01t1" + b"\x31\x04\x00\x01t2"
    assert session.outgoing(0) == b""


def test_window_holds_messages_back_until_acknowledged():
    session = online(window=2)
    tokens = [session.publish("t", b"x", qos=1) for _ in range(4)]
    assert tokens == [1, 2, 3, 4]
    assert sent_ids(session.outgoing(0)) == [(0x32, 1), (0x32, 2)]
    assert session.outgoing(0) == b"" and session.inflight == 2 and session.queued == 2
    assert session.receive(1, puback(2)) == [(ms.PUBLISHED, 2)]
    assert sent_ids(session.outgoing(1)) == [(0x32, 3)]
    assert session.receive(1, puback(1) + puback(3)) == [(ms.PUBLISHED, 1), (ms.PUBLISHED, 3)]
    assert sent_ids(session.outgoing(1)) == [(0x32, 4)]


def test_puback_for_an_unknown_or_unsent_message_is_ignored():
    session = online(window=1)
    session.publish("t", b"x", qos=1)
    session.publish("t", b"x", qos=1)
    session.outgoing(0)
    assert session.receive(0, puback(9) + puback(2)) == []
    assert session.inflight == 1 and session.queued == 1


def test_queue_is_bounded_by_count_and_by_bytes():
    session = ms.MqttSession("c", queue_max=2)
    assert [session.publish("t", b"x", qos=1) for _ in range(3)] == [1, 2, None]
    assert session.dropped == 1 and session.queued == 2
    session = ms.MqttSession("c", queue_max_bytes=16)
    assert [session.publish("t", b"x", qos=1) for _ in range(3)] == [1, 2, None]
    reconnect(session, 0, ACCEPTED)
    session.outgoing(0)
    session.receive(0, puback(1))
    assert session.publish("t", b"x", qos=1) is not None


def test_callers_errors_are_refused():
    session = online()
    for topic, payload, qos in (("", b"", 0), ("a/+", b"", 0), ("a", b"", 2), ("a", bytes(16384), 1)):
        try:
            session.publish(topic, payload, qos=qos)
            accepted = True
        except ValueError:
            accepted = False
        assert not accepted, (topic, qos)
    for topic_filter, qos in (("a#", 0), ("a", 3)):
        try:
            session.subscribe(topic_filter, qos)
            accepted = True
        except ValueError:
            accepted = False
        assert not accepted, (topic_filter, qos)
    assert session.outgoing(0) == b""


def test_lost_connection_sends_again_in_order_with_dup():
    session = online(window=3)
    for _ in range(5):
        session.publish("t", b"x", qos=1)
    session.outgoing(0)
    session.receive(0, puback(2))
    session.closed(1)
    assert session.inflight == 0 and session.queued == 4 and session.outgoing(1) == b""
    reconnect(session, 2)
    assert sent_ids(session.outgoing(2)) == [(0x3A, 1), (0x3A, 3), (0x32, 4)]
    session.closed(3)
    reconnect(session, 4)
    assert sent_ids(session.outgoing(4)) == [(0x3A, 1), (0x3A, 3), (0x3A, 4)]
    session.receive(5, puback(1) + puback(3) + puback(4))
    assert sent_ids(session.outgoing(5)) == [(0x32, 5)]


def test_clean_session_keeps_messages_but_sends_them_as_new():
    session = online(clean=True)
    session.publish("t", b"x", qos=1)
    session.outgoing(0)
    session.closed(1)
    reconnect(session, 2, ACCEPTED)
    assert sent_ids(session.outgoing(2)) == [(0x32, 1)]


def test_packet_ids_wrap_and_skip_those_in_use():
    session = online(window=1)
    session.subscribe("a", 0)  # id 1 is never confirmed
    session.subscribe("b", 0)
    assert session.outgoing(0) == b"\x82\x06\x00\x01\x00\x01a\x00" + b"\x82\x06\x00\x02\x00\x01b\x00"
    session.receive(0, b"\x90\x03\x00\x02\x00")
    assert session.publish("t", b"x", qos=1) == 3
    session._last_id = 65533  # as after 65,530 messages, which take a board minutes
    assert [session.publish("t", b"x", qos=1) for _ in range(4)] == [65534, 65535, 2, 4]


def test_subscriptions_come_back_when_the_broker_forgot_them():
    session = online()
    session.subscribe("a", 1)
    session.outgoing(0)
    session.receive(0, b"\x90\x03\x00\x01\x01")
    session.closed(1)
    reconnect(session, 2, RESUMED)
    assert session.outgoing(2) == b""
    session.closed(3)
    reconnect(session, 4, ACCEPTED)
    assert session.outgoing(4) == b"\x82\x06\x00\x02\x00\x01a\x01"
    session.closed(5)  # lost before SUBACK: asked again although the session is there
    reconnect(session, 6, RESUMED)
    assert session.outgoing(6) == b"\x82\x06\x00\x03\x00\x01a\x01"


def test_refused_subscription_is_told_and_tried_again():
    session = online()
    session.subscribe("a", 1)
    session.outgoing(0)
    assert session.receive(0, b"\x90\x03\x00\x01\x80") == [(ms.SUBSCRIBED, "a", 128)]
    session.closed(1)
    reconnect(session, 2, RESUMED)
    assert session.outgoing(2) == b"\x82\x06\x00\x02\x00\x01a\x01"


def test_messages_of_each_qos_are_answered():
    session = online()
    assert session.receive(0, b"\x30\x05\x00\x01thi") == [(ms.MESSAGE, "t", b"hi", 0, False, False)]
    assert session.outgoing(0) == b""
    assert session.receive(0, b"\x3b\x07\x00\x01t\x12\x34hi") == [(ms.MESSAGE, "t", b"hi", 1, True, True)]
    assert session.outgoing(0) == b"\x40\x02\x12\x34"
    assert session.receive(0, b"\x34\x07\x00\x01t\x00\x05hi") == [(ms.MESSAGE, "t", b"hi", 2, False, False)]
    assert session.outgoing(0) == b"\x50\x02\x00\x05"
    assert session.receive(0, b"\x62\x02\x00\x05") == []
    assert session.outgoing(0) == b"\x70\x02\x00\x05"


def test_qos_2_is_delivered_once_across_a_lost_connection():
    session = online()
    assert len(session.receive(0, b"\x34\x05\x00\x01t\x00\x05")) == 1
    session.closed(1)
    reconnect(session, 2, RESUMED)
    assert session.receive(2, b"\x3c\x05\x00\x01t\x00\x05") == []
    assert session.outgoing(2) == b"\x50\x02\x00\x05"
    session.receive(2, b"\x62\x02\x00\x05")
    session.receive(2, b"\x62\x02\x00\x05")  # PUBREL repeated: answered again
    assert session.outgoing(2) == b"\x70\x02\x00\x05" * 2
    assert len(session.receive(3, b"\x34\x05\x00\x01t\x00\x05")) == 1  # the id is free for a new message


def test_qos_2_ids_are_forgotten_with_the_session():
    session = online()
    session.receive(0, b"\x34\x05\x00\x01t\x00\x05")
    session.closed(1)
    reconnect(session, 2, ACCEPTED)
    assert len(session.receive(2, b"\x34\x05\x00\x01t\x00\x05")) == 1


def test_unreleased_qos_2_messages_are_bounded():
    session = online()
    for packet_id in range(1, 257):
        assert len(session.receive(0, b"\x34\x05\x00\x01t" + bytes((packet_id >> 8, packet_id & 255)))) == 1
    assert "QoS 2" in assert_error(session.receive(0, b"\x34\x05\x00\x01t\x01\x01"))


def test_any_split_gives_the_same_events():
    stream = ACCEPTED + b"\x32\x07\x00\x01t\x00\x01hi" + b"\x34\x05\x00\x01t\x00\x02" + b"\x62\x02\x00\x02" + b"\xd0"
    wanted = [(ms.CONNECTED, False), (ms.MESSAGE, "t", b"hi", 1, False, False), (ms.MESSAGE, "t", b"", 2, False, False)]
    for cut in range(len(stream) + 1):
        session = ms.MqttSession("c")
        session.connect(0)
        assert session.receive(0, stream[:cut]) + session.receive(0, stream[cut:]) == wanted, cut
        assert session.outgoing(0) == b"\x40\x02\x00\x01\x50\x02\x00\x02\x70\x02\x00\x02"
        assert session.receive(0, b"\x00") == []


def test_garbage_is_a_protocol_error():
    for data in (b"\x00\x00", b"\xf0\x00", b"\x10\x00", b"\x80\x00", b"\xe0\x00", b"\x41\x02\x00\x01", b"\x60\x02\x00\x01",
                 b"\xd1\x00", b"\xd0\x01\x00", b"\x40\x02\x00\x00", b"\x30\x80\x80\x80\x80", b"\x30\x81\x80\x01",
                 b"\x30\x03\x00\x01+", b"\x30\x02\x00\x00", b"\x50\x02\x00\x01", b"\x30\x04\x00\x02\xc3("):
        session = online()
        assert_error(session.receive(0, data))


def test_events_before_a_broken_packet_are_kept():
    session = online()
    events = session.receive(0, b"\x30\x03\x00\x01t" + b"\xff\x00")
    assert [event[0] for event in events] == [ms.MESSAGE, ms.PROTOCOL_ERROR]


def test_bytes_of_a_broken_packet_do_not_reach_the_next_connection():
    session = online()
    session.receive(0, b"\x30\x7f\x00\x01")
    session.closed(1)
    reconnect(session, 2, ACCEPTED)
    assert session.connected
    assert session.receive(3, b"\x30\x05\x00\x01thi") == [(ms.MESSAGE, "t", b"hi", 0, False, False)]


def test_ping_at_three_quarters_of_keep_alive():
    session = online(keep_alive_s=40)
    assert session.next_wake_ms == 30000
    assert session.on_time(29999) == [] and session.outgoing(29999) == b""
    assert session.on_time(30000) == [] and session.outgoing(30000) == b"\xc0\x00"
    assert session.next_wake_ms == 40000
    assert session.on_time(35000) == [] and session.outgoing(35000) == b""
    assert session.receive(36000, b"\xd0\x00") == []
    assert session.next_wake_ms == 60000


def test_sending_alone_does_not_prove_that_the_broker_lives():
    session = online(keep_alive_s=40)
    session.publish("t", b"x")
    session.outgoing(29000)
    session.on_time(30000)
    assert session.outgoing(30000) == b"\xc0\x00"


def test_silent_broker_is_given_up():
    session = online(keep_alive_s=40)
    session.on_time(30000)
    session.receive(35000, b"\x30\x03\x00\x01t")  # any byte is a sign of life
    assert session.on_time(40000) == [] and session.next_wake_ms == 45000
    assert "ping" in assert_error(session.on_time(45000))
    session.closed(45000)
    assert session.next_wake_ms is None and session.on_time(99999) == []


def test_open_ping_ends_with_the_connection():
    session = online(keep_alive_s=40)
    session.on_time(30000)
    session.closed(31000)
    reconnect(session, 32000)
    assert session.next_wake_ms == 62000


def test_keep_alive_zero_never_pings():
    session = online(keep_alive_s=0)
    assert session.next_wake_ms is None and session.on_time(10 ** 9) == []
    assert session.outgoing(10 ** 9) == b""


def test_no_connack_in_time():
    session = ms.MqttSession("c")
    assert session.next_wake_ms is None
    session.connect(1000)
    assert session.next_wake_ms == 11000 and session.on_time(10999) == []
    assert "CONNACK" in assert_error(session.on_time(11000))


def test_broker_that_never_acknowledges_is_given_up():
    session = online(keep_alive_s=0)
    session.publish("t", b"x", qos=1)
    session.publish("t", b"x", qos=1)
    session.outgoing(1000)
    assert session.next_wake_ms == 61000
    session.receive(50000, puback(1))
    assert session.next_wake_ms == 110000 and session.on_time(109999) == []
    assert "PUBACK" in assert_error(session.on_time(110000))


def test_quiet_publisher_waits_for_no_acknowledgement():
    session = online(keep_alive_s=100)
    assert session.on_time(75000) == [] and session.outgoing(75000) == b"\xc0\x00"
    session.receive(76000, b"\xd0\x00")
    session.publish("t", b"x", qos=1)
    session.outgoing(80000)
    session.publish("t", b"x", qos=1)  # does not buy the first one more time
    session.outgoing(130000)
    assert session.next_wake_ms == 140000


def test_disconnect_sends_what_it_may():
    session = online(window=1)
    session.publish("t", b"0")
    session.publish("t", b"x", qos=1)
    session.publish("t", b"x", qos=1)
    out = session.disconnect()
    assert out == b"\x30\x04\x00\x01t0" + b"\x32\x06\x00\x01t\x00\x01x" + b"\xe0\x00"
    assert not session.connected and session.queued == 2
    assert session.disconnect() == b""
