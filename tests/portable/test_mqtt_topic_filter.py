"""Topic filters against the examples of the specification.

Source: OASIS MQTT 3.1.1 §4.7.
"""

from protocols.mqtt.topic_filter import matches, valid_filter, valid_topic

MATCHES = (
    # §4.7.1.2
    ("sport/tennis/player1/#", "sport/tennis/player1", True),
    ("sport/tennis/player1/#", "sport/tennis/player1/ranking", True),
    ("sport/tennis/player1/#", "sport/tennis/player1/score/wimbledon", True),
    ("sport/tennis/player1/#", "sport/tennis/player10", False),
    ("sport/#", "sport", True),
    ("#", "a", True),
    ("#", "/a", True),
    # §4.7.1.3
    ("sport/tennis/+", "sport/tennis/player1", True),
    ("sport/tennis/+", "sport/tennis/player1/ranking", False),
    ("sport/+", "sport", False),
    ("sport/+", "sport/", True),
    ("+/+", "/finance", True),
    ("/+", "/finance", True),
    ("+", "/finance", False),
    ("+/tennis/#", "sport/tennis", True),
    ("sport/+/player1", "sport/tennis/player1", True),
    ("sport/+/player1", "sport/a/b/player1", False),
    # §4.7.2
    ("#", "$SYS/broker", False),
    ("+/monitor/Clients", "$SYS/monitor/Clients", False),
    ("$SYS/#", "$SYS/broker", True),
    ("$SYS/monitor/+", "$SYS/monitor/Clients", True),
    ("a/#", "a/$b", True),
    ("a/+", "a/$b", True),
    # §4.7.3
    ("ACCOUNTS", "Accounts", False),
    ("/finance", "finance", False),
    ("a//b", "a//b", True),
    ("a/+/b", "a//b", True),
    ("a", "a/", False),
    ("a/", "a", False),
    ("a b/é", "a b/é", True),
)


def test_matching():
    for topic_filter, topic, expected in MATCHES:
        assert matches(topic_filter, topic) == expected, (topic_filter, topic)


def test_filters():
    for topic_filter in ("#", "+", "/", "a", "a/#", "+/tennis/#", "sport/+/player1", "/+", "$SYS/#", "a b"):
        assert valid_filter(topic_filter), topic_filter
    for topic_filter in ("", "sport/tennis#", "sport/tennis/#/ranking", "sport+", "+a/b", "a/#b", "##", "a\x00b"):
        assert not valid_filter(topic_filter), topic_filter


def test_topics():
    for topic in ("a", "/", "/a", "a//b", "$x", "a b", "é" * 32767):
        assert valid_topic(topic), topic[:10]
    for topic in ("", "a/+", "#", "a#", "a\x00", "é" * 32768):
        assert not valid_topic(topic), topic[:10]
