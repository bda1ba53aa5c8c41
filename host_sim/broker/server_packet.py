"""MQTT 3.1.1 packets that only a broker reads or writes: bytes <-> fields.

Not its job: packets a client needs too (protocols/mqtt/packet.py), what they change (core.py).
Source: OASIS MQTT 3.1.1 §3.1, §3.2, §3.8 to §3.10.
"""

from collections import namedtuple

from protocols.mqtt import packet as pk
from protocols.mqtt.topic_filter import valid_filter, valid_topic

ACCEPTED = 0
REFUSED_LEVEL = 1
REFUSED_CLIENT_ID = 2
REFUSED_ACCESS = 5

CLEAN, WILL, WILL_QOS_SHIFT, WILL_RETAIN, PASSWORD, USER = 0x02, 0x04, 3, 0x20, 0x40, 0x80

# will: (topic, payload, qos, retain) or None; user: str or None; password: bytes or None.
Connect = namedtuple("Connect", "client_id clean keep_alive_s will user password")


def parse_connect(body):
    """-> Connect, or None for another protocol level (to be refused with code 1). Raises MalformedPacket."""
    name, at = pk.take_field(body, 0)
    if name != b"MQTT" or at + 4 > len(body):
        raise pk.MalformedPacket("CONNECT header")
    level, flags = body[at], body[at + 1]
    if level != pk.PROTOCOL_LEVEL:
        return None
    will_qos = flags >> WILL_QOS_SHIFT & 3
    if flags & 1 or will_qos == 3 or (not flags & WILL and flags & (WILL_RETAIN | 3 << WILL_QOS_SHIFT)):
        raise pk.MalformedPacket("CONNECT flags")
    if flags & PASSWORD and not flags & USER:
        raise pk.MalformedPacket("password without user name")
    keep_alive_s = body[at + 2] << 8 | body[at + 3]
    client_id, at = pk.take_field(body, at + 4)
    will = user = password = None
    if flags & WILL:
        topic, at = pk.take_field(body, at)
        payload, at = pk.take_field(body, at)
        will = (pk.text(topic), payload, will_qos, bool(flags & WILL_RETAIN))
        if not valid_topic(will[0]):
            raise pk.MalformedPacket("will topic")
    if flags & USER:
        user, at = pk.take_field(body, at)
        user = pk.text(user)
    if flags & PASSWORD:
        password, at = pk.take_field(body, at)
    if at != len(body):
        raise pk.MalformedPacket("bytes behind CONNECT")
    return Connect(pk.text(client_id), bool(flags & CLEAN), keep_alive_s, will, user, password)


def connack(session_present, code):
    """CONNACK (§3.2)."""
    return bytes((pk.CONNACK << 4, 2, 1 if session_present else 0, code))


def parse_subscribe(body, with_qos=True):
    """SUBSCRIBE, or UNSUBSCRIBE without `with_qos` -> (packet id, [(filter, QoS or None), ...]). Raises MalformedPacket."""
    packet_id = pk.parse_packet_id(body[:2])
    at = 2
    filters = []
    while at < len(body):
        topic_filter, at = pk.take_field(body, at)
        topic_filter = pk.text(topic_filter)
        qos = None
        if with_qos:
            qos = body[at] if at < len(body) else 3
            at += 1
        if not valid_filter(topic_filter) or (with_qos and qos > 2):
            raise pk.MalformedPacket("topic filter or QoS")
        filters.append((topic_filter, qos))
    if not filters:
        raise pk.MalformedPacket("no topic filter")
    return packet_id, filters


def suback(packet_id, codes):
    """SUBACK (§3.9): granted QoS or 128 for each filter."""
    return (bytes((pk.SUBACK << 4,)) + pk.remaining_length(2 + len(codes))
            + bytes((packet_id >> 8, packet_id & 0xFF)) + bytes(codes))
