"""The topic tree: every message has one topic, every topic one message, strangers none.

Not its job: payloads. Source: protocols/topics.py.
"""

from protocols import message_tables, message_tables_seldom, topics


def test_every_topic_leads_back_to_its_message():
    for row in message_tables.MESSAGES + message_tables_seldom.MESSAGES:
        text = topics.topic(row[0], gateway="gw-646", device="left", group="feeder-6")
        gateway = {"host": None, "bcast": "feeder-6"}.get(row[1], "gw-646")
        device = "left" if "{device}" in row[2] else None
        assert topics.parse(text) == (row[0], gateway, device), text


def test_topics_are_the_published_ones():
    assert topics.topic("cmd", "gw-646") == "v2g/1/gw-646/dn/cmd"
    assert topics.topic("tele", "gw-646", "left") == "v2g/1/gw-646/up/tele/left"
    assert topics.topic("agc", group="feeder-6") == "v2g/1/g/feeder-6/bcast"
    assert topics.topic("host_state") == topics.HOST_STATE == "v2g/1/host/state"
    assert topics.will_topic("gw-646") == "v2g/1/gw-646/up/state"


def test_strangers_are_nobody():
    for text in ("", "v2g", "v2g/1/", "v2g/2/gw/up/state", "v2g/1/gw/up", "v2g/1/gw/up/none", "v2g/1/gw/up/state/x",
                 "v2g/1/gw/dn/state", "v2g/1/gw/up/cmd", "v2g/1/gw/up/tele", "v2g/1/gw/up/tele/", "v2g/1/gw/up/tele/a/b",
                 "v2g/1/GW/up/state", "v2g/1/g/up/state", "v2g/1/host/up/state", "v2g/1/g//bcast", "v2g/1/g/x/bcast/y",
                 "v2g/1//up/state", "v2g/1/gw/bcast/bcast", "/v2g/1/gw/up/state", "v2g/1/gw/up/tele/+"):
        assert topics.parse(text) is None, text


def test_ids():
    for good in ("a", "gw-646", "0", "x" * 32):
        assert topics.valid_gateway(good), good
    for bad in ("", "x" * 33, "GW", "a_b", "a/b", "+", "#", "-a", "g", "host", None, 5, "\u00e9"):
        assert not topics.valid_gateway(bad), bad
    assert topics.valid_id("g") and topics.valid_id("host")


def test_each_end_subscribes_to_what_it_may_read():
    assert topics.gateway_filters("gw-1") == [("v2g/1/gw-1/dn/#", 1), ("v2g/1/host/state", 1)]
    assert topics.gateway_filters("gw-1", "f6")[2:] == [("v2g/1/g/f6/bcast", 0)]
    assert topics.host_filters(["gw-1", "gw-2"]) == [("v2g/1/gw-1/up/#", 1), ("v2g/1/gw-2/up/#", 1)]
