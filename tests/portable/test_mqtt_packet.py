"""MQTT packet codec against the tables and figures of the specification, not against itself.

Source: OASIS MQTT 3.1.1, table 2.4 and the figures named at each vector.
"""

from protocols.mqtt import packet as pk


def split(data, max_packet_bytes=16384):
    return list(pk.Splitter(max_packet_bytes).feed(data))


def refuses(function, *args):
    try:
        function(*args)
    except pk.MalformedPacket:
        return True
    return False


def raises_value_error(function, *args, **kwargs):
    try:
        function(*args, **kwargs)
    except ValueError:
        return True
    return False


# Table 2.4: first and last value of every size.
LENGTHS = (
    (0, b"\x00"),
    (127, b"\x7f"),
    (128, b"\x80\x01"),
    (16383, b"\xff\x7f"),
    (16384, b"\x80\x80\x01"),
    (2097151, b"\xff\xff\x7f"),
    (2097152, b"\x80\x80\x80\x01"),
    (268435455, b"\xff\xff\xff\x7f"),
)


def test_remaining_length_of_table_2_4():
    for length, encoded in LENGTHS:
        assert pk.remaining_length(length) == encoded, length
    assert raises_value_error(pk.remaining_length, 268435456)


def test_remaining_length_is_read_back():
    for length, encoded in LENGTHS:
        if length <= 16384:
            body = bytes(length)
            assert split(b"\x30" + encoded + body, 20000) == [(0x30, body)], length


def test_a_length_above_the_bound_is_refused_before_the_body_arrives():
    assert refuses(split, b"\x30\xff\xff\xff\x7f")
    assert split(b"\x30\x02ab", 4) == [(0x30, b"ab")]
    assert refuses(split, b"\x30\x03", 4)


def test_a_fifth_length_byte_is_refused_as_soon_as_the_fourth_asks_for_it():
    assert refuses(split, b"\x30\x80\x80\x80\x80")
    assert split(b"\x30\x80\x80\x80") == []


def test_any_split_gives_the_same_packets():
    stream = b"\x40\x02\x00\x01" + b"\x30\x80\x01" + bytes(128) + b"\xd0\x00" + b"\x40\x02\x00"
    wanted = [(0x40, b"\x00\x01"), (0x30, bytes(128)), (0xD0, b"")]
    for cut in range(len(stream) + 1):
        splitter = pk.Splitter(1000)
        assert list(splitter.feed(stream[:cut])) + list(splitter.feed(stream[cut:])) == wanted, cut
    splitter = pk.Splitter(1000)
    one_by_one = []
    for i in range(len(stream)):
        one_by_one += list(splitter.feed(stream[i:i + 1]))
    assert one_by_one == wanted
    assert list(splitter.feed(b"\x02")) == [(0x40, b"\x00\x02")]


def test_packets_before_a_broken_one_are_delivered():
    splitter = pk.Splitter(100)
    seen = []
    try:
        for item in splitter.feed(b"\xd0\x00\x30\x80\x80\x80\x80"):
            seen.append(item)
    except pk.MalformedPacket:
        seen.append("malformed")
    assert seen == [(0xD0, b""), "malformed"]


def test_text_of_figure_1_2():
    assert pk.field("A\U0002A6D4") == b"\x00\x05A\xf0\xaa\x9b\x94"
    assert pk.take_field(b"\x00\x05A\xf0\xaa\x9b\x94rest", 0) == (b"A\xf0\xaa\x9b\x94", 7)
    assert pk.text(b"A\xf0\xaa\x9b\x94") == "A\U0002A6D4"


def test_text_that_is_not_utf_8_is_refused_on_both_runtimes():
    bad = (
        b"a\x00b",  # U+0000 (MQTT-1.5.3-2)
        b"\xc0\x80",  # overlong U+0000
        b"\xe0\x9f\xbf",  # overlong
        b"\xed\xa0\x80",  # U+D800 (MQTT-1.5.3-1)
        b"\xf0\x8f\xbf\xbf",  # overlong
        b"\xf4\x90\x80\x80",  # above U+10FFFF
        b"\xf5\x80\x80\x80",
        b"\x80",
        b"\xc3",
        b"\xc3(",
    )
    for data in bad:
        assert refuses(pk.text, data), data
    for data in (b"", b"a/b", b"\xc3\xa9", b"\xed\x9f\xbf", b"\xee\x80\x80", b"\xef\xbb\xbf", b"\xf4\x8f\xbf\xbf"):
        assert pk.text(data).encode() == data


def test_fields_that_cannot_be_sent():
    assert raises_value_error(pk.field, "a\x00b")
    assert raises_value_error(pk.field, "a" * 65536)
    assert pk.field("a" * 65535)[:2] == b"\xff\xff"
    assert pk.field(b"\x00") == b"\x00\x01\x00"


def test_fields_cut_short_are_refused():
    for body in (b"", b"\x00", b"\x00\x02a"):
        assert refuses(pk.take_field, body, 0), body


def test_connect_of_figure_3_6():
    data = pk.connect("c", 10, clean=True, user="u", password="p", will=("w", b"gone", 1, False))
    assert data[2:12] == b"\x00\x04MQTT\x04\xce\x00\x0a"
    assert data[12:] == b"\x00\x01c" + b"\x00\x01w" + b"\x00\x04gone" + b"\x00\x01u" + b"\x00\x01p"
    assert data[:2] == b"\x10\x1c" and len(data) == 2 + 0x1C


def test_connect_flags():
    def flags(**kwargs):
        return pk.connect("c", 0, **kwargs)[9]

    assert flags(clean=False) == 0
    assert flags(clean=True) == 0x02
    assert flags(clean=False, will=("w", b"", 0, False)) == 0x04
    assert flags(clean=False, will=("w", b"", 2, True)) == 0x34
    assert flags(clean=False, user="u") == 0x80
    assert flags(clean=False, password="p") == 0  # MQTT-3.1.2-22
    assert pk.connect("c", 65535, clean=False)[10:12] == b"\xff\xff"


def test_connack():
    assert pk.parse_connack(b"\x01\x00") == (True, 0)
    assert pk.parse_connack(b"\x00\x05") == (False, 5)
    for body in (b"", b"\x00", b"\x02\x00", b"\x00\x00\x00"):
        assert refuses(pk.parse_connack, body), body


def test_publish_of_figure_3_11():
    assert pk.publish("a/b", b"", qos=1, packet_id=10) == b"\x32\x07\x00\x03a/b\x00\x0a"
    assert pk.publish("a/b", b"hi", qos=0, retain=True, packet_id=10) == b"\x31\x07\x00\x03a/bhi"
    assert pk.with_dup(b"\x32\x07\x00\x03a/b\x00\x0a") == b"\x3a\x07\x00\x03a/b\x00\x0a"
    assert pk.publish("a", bytes(200), qos=1, packet_id=1)[:3] == b"\x32\xcd\x01"


def test_publish_is_read():
    assert pk.parse_publish(0x32, b"\x00\x03a/b\x00\x0a") == ("a/b", b"", 1, False, False, 10)
    assert pk.parse_publish(0x3D, b"\x00\x03a/b\xff\xffxy") == ("a/b", b"xy", 2, True, True, 65535)
    assert pk.parse_publish(0x30, b"\x00\x03a/b\x00\x0a") == ("a/b", b"\x00\x0a", 0, False, False, 0)


def test_broken_publish_is_refused():
    bad = (
        (0x36, b"\x00\x01a\x00\x01"),  # QoS 3 (MQTT-3.3.1-4)
        (0x38, b"\x00\x01a"),  # DUP with QoS 0 (MQTT-3.3.1-2)
        (0x32, b"\x00\x01a\x00\x00"),  # packet id 0 (MQTT-2.3.1-1)
        (0x32, b"\x00\x01a\x01"),
        (0x30, b"\x00\x05a"),
        (0x30, b""),
        (0x30, b"\x00\x02\xc3("),
    )
    for first, body in bad:
        assert refuses(pk.parse_publish, first, body), body


def test_acknowledgements_carry_their_reserved_flags():
    assert pk.ack(pk.PUBACK, 0x1234) == b"\x40\x02\x12\x34"
    assert pk.ack(pk.PUBREC, 1) == b"\x50\x02\x00\x01"
    assert pk.ack(pk.PUBREL, 1) == b"\x62\x02\x00\x01"
    assert pk.ack(pk.PUBCOMP, 1) == b"\x70\x02\x00\x01"
    assert pk.ack(pk.UNSUBACK, 1) == b"\xb0\x02\x00\x01"
    assert pk.parse_packet_id(b"\x12\x34") == 0x1234
    for body in (b"", b"\x01", b"\x00\x00", b"\x00\x01\x00"):
        assert refuses(pk.parse_packet_id, body), body


def test_subscribe_of_figure_3_23():
    assert pk.subscribe(10, "a/b", 1) == b"\x82\x08\x00\x0a\x00\x03a/b\x01"


def test_suback_of_figure_3_27():
    assert pk.parse_suback(b"\x00\x0a\x00\x02\x80") == (10, b"\x00\x02\x80")
    for body in (b"\x00\x0a", b"\x00\x00\x01", b"\x00\x0a\x03", b"\x00\x0a\x81"):
        assert refuses(pk.parse_suback, body), body
