"""MQTT 3.1.1 control packets: bytes <-> fields, as far as a client needs them.

Not its job: when a packet may be sent and what it changes (session.py); packets only a broker reads or writes
(host_sim/broker/server_packet.py).
Source: OASIS MQTT 3.1.1 §1.5 (data types), §2 (packet format), §3 (control packets).
"""

CONNECT = 1
CONNACK = 2
PUBLISH = 3
PUBACK = 4
PUBREC = 5
PUBREL = 6
PUBCOMP = 7
SUBSCRIBE = 8
SUBACK = 9
UNSUBSCRIBE = 10
UNSUBACK = 11
PINGREQ = 12
PINGRESP = 13
DISCONNECT = 14

# Low nibble of the first byte, fixed by §2.2.2 for every type but PUBLISH.
FLAGS = {PUBREL: 2, SUBSCRIBE: 2, UNSUBSCRIBE: 2}

PINGREQ_BYTES = b"\xc0\x00"
PINGRESP_BYTES = b"\xd0\x00"
DISCONNECT_BYTES = b"\xe0\x00"

PACKET_ID_MAX = 0xFFFF
TEXT_MAX_BYTES = 0xFFFF
REMAINING_BYTES_MAX = 268435455
SUBSCRIBE_REFUSED = 0x80
PROTOCOL_LEVEL = 4

# Second byte allowed after these UTF-8 lead bytes: no overlong forms, no surrogates, nothing above U+10FFFF.
_UTF8_SECOND = {0xE0: (0xA0, 0xBF), 0xED: (0x80, 0x9F), 0xF0: (0x90, 0xBF), 0xF4: (0x80, 0x8F)}


class MalformedPacket(ValueError):
    """The peer broke the specification; the connection has to be closed (§4.8)."""


class Splitter:
    """Cuts a byte stream into packets, whatever the pieces it arrives in."""

    def __init__(self, max_packet_bytes):
        """max_packet_bytes: the largest whole packet accepted, header included."""
        self._max_packet_bytes = max_packet_bytes
        self._tail = b""

    def feed(self, data):
        """Yields (first byte, body) for each complete packet; keeps the rest. data: bytes.

        Raises MalformedPacket after the good packets, once the length field is broken or too large.
        """
        if self._tail:
            data = self._tail + data
        self._tail = b""
        start = 0
        end = len(data)
        while end - start >= 2:
            length = data[start + 1]
            at = start + 2
            if length > 127:
                length, at = _long_length(data, start + 1)
                if at is None:
                    break
            if at + length - start > self._max_packet_bytes:
                raise MalformedPacket("packet of %d bytes, allowed %d" % (at + length - start, self._max_packet_bytes))
            stop = at + length
            if stop > end:
                break
            yield data[start], data[at:stop]
            start = stop
        if start < end:
            self._tail = data[start:]


def _long_length(data, at):
    """Remaining length of more than one byte at data[at:] -> (length, offset behind it or None if incomplete)."""
    length = 0
    for i in range(4):
        if at + i >= len(data):
            return 0, None
        byte = data[at + i]
        length |= (byte & 0x7F) << (7 * i)
        if byte < 128:
            return length, at + i + 1
    raise MalformedPacket("remaining length of more than 4 bytes")


def remaining_length(length):
    """Table 2.4: 1 to 4 bytes, 7 bits each, least significant first. Raises ValueError above 268,435,455."""
    if length < 128:
        return bytes((length,))
    if length > REMAINING_BYTES_MAX:
        raise ValueError("packet body of %d bytes" % length)
    out = bytearray()
    while length > 127:
        out.append(length & 0x7F | 0x80)
        length >>= 7
    out.append(length)
    return bytes(out)


def _u16(value):
    return bytes((value >> 8, value & 0xFF))


def field(data):
    """Length-prefixed str (as UTF-8) or bytes; ValueError when longer than 65,535 bytes or text with U+0000."""
    if isinstance(data, str):
        if "\x00" in data:
            raise ValueError("U+0000 in text")
        data = data.encode()
    if len(data) > TEXT_MAX_BYTES:
        raise ValueError("field of %d bytes" % len(data))
    return _u16(len(data)) + data


def text(data):
    """str from UTF-8 bytes, with the same strictness on both runtimes (§1.5.3). Raises MalformedPacket."""
    try:
        decoded = str(data, "utf-8")
    except UnicodeError:
        raise MalformedPacket("text is not UTF-8")
    if b"\x00" in data:
        raise MalformedPacket("U+0000 in text")
    if len(decoded) != len(data):
        _check_utf8(data)
    return decoded


def _check_utf8(data):
    """MicroPython's decoder checks the shape only; CPython's finds all of this itself."""
    for i in range(len(data) - 1):
        lead = data[i]
        if lead in (0xC0, 0xC1) or lead > 0xF4:
            raise MalformedPacket("text is not UTF-8")
        if lead in _UTF8_SECOND:
            low, high = _UTF8_SECOND[lead]
            if not low <= data[i + 1] <= high:
                raise MalformedPacket("text is not UTF-8")


def take_field(body, at):
    """Length-prefixed bytes at body[at:] -> (bytes, offset behind them). Raises MalformedPacket when cut short."""
    if at + 2 > len(body):
        raise MalformedPacket("field cut short")
    stop = at + 2 + (body[at] << 8 | body[at + 1])
    if stop > len(body):
        raise MalformedPacket("field cut short")
    return body[at + 2:stop], stop


def _packet(first, body):
    return bytes((first,)) + remaining_length(len(body)) + body


def connect(client_id, keep_alive_s, *, clean, user=None, password=None, will=None):
    """CONNECT (§3.1). keep_alive_s: 0 (off) to 65,535. will: (topic, payload, qos, retain). password: str or bytes."""
    flags = 0x02 if clean else 0
    payload = field(client_id)
    if will is not None:
        topic, message, qos, retain = will
        flags |= 0x04 | qos << 3 | (0x20 if retain else 0)
        payload += field(topic) + field(message)
    if user is not None:
        flags |= 0x80
        payload += field(user)
        if password is not None:  # without a user name no password may follow (MQTT-3.1.2-22)
            flags |= 0x40
            payload += field(password)
    return _packet(CONNECT << 4, b"\x00\x04MQTT" + bytes((PROTOCOL_LEVEL, flags)) + _u16(keep_alive_s) + payload)


def parse_connack(body):
    """CONNACK body (§3.2) -> (session present, code: 0 accepted, 1 protocol level, 2 client id, 3 unavailable,
    4 user or password, 5 not authorised). Raises MalformedPacket."""
    if len(body) != 2 or body[0] > 1:
        raise MalformedPacket("CONNACK")
    return body[0] == 1, body[1]


def publish(topic, payload, *, qos=0, retain=False, packet_id=0):
    """PUBLISH (§3.3) without DUP. topic: str; payload: bytes; packet_id: 1..65,535 with QoS 1 and 2, ignored with 0."""
    head = field(topic)
    if qos:
        head += _u16(packet_id)
    first = PUBLISH << 4 | qos << 1 | (1 if retain else 0)
    return bytes((first,)) + remaining_length(len(head) + len(payload)) + head + payload


def with_dup(packet):
    """The same PUBLISH marked as a re-delivery (MQTT-3.3.1-1)."""
    return bytes((packet[0] | 0x08,)) + packet[1:]


def parse_publish(first, body):
    """-> (topic, payload, qos, retain, dup, packet id or 0). The topic's wildcards are the caller's to refuse."""
    qos = first >> 1 & 3
    dup = first & 0x08 != 0
    if qos == 3 or (dup and qos == 0):
        raise MalformedPacket("PUBLISH flags")
    topic, at = take_field(body, 0)
    packet_id = 0
    if qos:
        packet_id = parse_packet_id(body[at:at + 2])
        at += 2
    return text(topic), body[at:], qos, first & 1 == 1, dup, packet_id


def parse_packet_id(body):
    """Body of an acknowledgement -> packet id. Raises MalformedPacket unless it is two bytes and not zero."""
    if len(body) != 2 or body == b"\x00\x00":
        raise MalformedPacket("packet id")
    return body[0] << 8 | body[1]


def ack(kind, packet_id):
    """PUBACK, PUBREC, PUBREL, PUBCOMP or UNSUBACK: a packet id and nothing else."""
    return bytes((kind << 4 | FLAGS.get(kind, 0), 2, packet_id >> 8, packet_id & 0xFF))


def subscribe(packet_id, topic_filter, qos):
    """SUBSCRIBE (§3.8) with one filter."""
    return _packet(SUBSCRIBE << 4 | 2, _u16(packet_id) + field(topic_filter) + bytes((qos,)))


def parse_suback(body):
    """-> (packet id, granted QoS or 128 per filter, as bytes). Raises MalformedPacket."""
    if len(body) < 3:
        raise MalformedPacket("SUBACK")
    for code in body[2:]:
        if code > 2 and code != SUBSCRIBE_REFUSED:
            raise MalformedPacket("SUBACK return code")
    return parse_packet_id(body[:2]), body[2:]
