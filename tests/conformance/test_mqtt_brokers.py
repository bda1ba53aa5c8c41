"""One paho script on our broker and on Mosquitto: what arrives must be what the specification says, on both alike.

Source: OASIS MQTT 3.1.1 §3.1.2.5, §3.3.1.3, §4.1, §4.3; mosquitto.conf(5) for access and overlapping subscriptions.
"""

import pytest

from host_sim.broker import Access, mosquitto
from host_sim.broker.mosquitto import Mosquitto
from host_sim.broker.server import OwnBroker
from tests.conformance import mqtt_peer

ACCESS = Access(
    {"gw1": "one", "gw2": "two", "boss": "secret"},
    [
        (None, "write", "v2g/1/%u/up/#"),
        (None, "read", "v2g/1/%u/dn/#"),
        ("gw1", "read", "v2g/1/g/east/bcast"),
        ("boss", "readwrite", "v2g/1/#"),
        ("boss", "readwrite", "$x/#"),
    ],
)


def peer(broker, client_id, **kwargs):
    """The operator's user unless another is named."""
    return mqtt_peer.Peer(broker, client_id, **{"user": "boss", "password": "secret", **kwargs})


def will(broker):
    watcher = peer(broker, "watcher").subscribe(("v2g/1/+/up/state", 1))
    peer(broker, "gw1", will=("v2g/1/gw1/up/state", "lost", 1, True)).cut()
    watcher.messages(1)
    peer(broker, "gw2", will=("v2g/1/gw2/up/state", "lost", 1, True)).bye()
    live = watcher.messages(1)
    late = peer(broker, "late").subscribe(("v2g/1/+/up/state", 1))
    return live, late.messages(1)


def will_needs_the_right_to_write(broker):
    watcher = peer(broker, "watcher").subscribe(("v2g/1/#", 1))
    peer(broker, "gw1", user="gw1", password="one", will=("v2g/1/gw2/up/state", "forged", 1, False)).cut()
    peer(broker, "gw1", user="gw1", password="one", will=("v2g/1/gw1/up/state", "true", 1, False)).cut()
    return watcher.messages(1)


def retained(broker):
    boss = peer(broker, "boss")
    early = peer(broker, "early").subscribe(("v2g/1/r/#", 2))
    boss.publish("v2g/1/r/a", "one", 1, True)
    boss.publish("v2g/1/r/a", "two", 0, True)
    boss.publish("v2g/1/r/b", "three", 1, True)
    early.messages(3)
    middle = peer(broker, "middle").subscribe(("v2g/1/r/+", 1))
    first = sorted(middle.messages(2))
    middle.subscribe(("v2g/1/r/b", 0))  # asking again brings it again (MQTT-3.8.4-3)
    again = middle.messages(3)[2:]
    boss.publish("v2g/1/r/a", "", 1, True)
    boss.publish("v2g/1/r/b", "", 0, True)
    seen_live = early.messages(5)
    return seen_live, first, again, peer(broker, "late").subscribe(("v2g/1/r/#", 1)).messages(0)


def resume(broker):
    peer(broker, "sleeper", clean=False).subscribe(("v2g/1/s/#", 1)).bye()
    boss = peer(broker, "boss")
    for i in range(5):
        boss.publish("v2g/1/s/%d" % (i % 2), str(i), 1 + i % 2)
    boss.publish("v2g/1/s/0", "qos 0 is not kept", 0)
    awake = peer(broker, "sleeper", clean=False)
    boss.publish("v2g/1/s/0", "live")
    messages = awake.messages(6)
    connected = awake.log[0]
    awake.bye()
    forgotten = peer(broker, "sleeper", clean=True)
    boss.publish("v2g/1/s/0", "nobody")
    return connected, messages, forgotten.log[0], forgotten.messages(0)


def redelivery(broker):
    taker = peer(broker, "taker", clean=False, manual_ack=True).subscribe(("v2g/1/d", 1))
    boss = peer(broker, "boss")
    for i in range(3):
        boss.publish("v2g/1/d", str(i))
    first = taker.messages(3)
    taker.cut()
    return first, peer(broker, "taker", clean=False).messages(3)


def takeover(broker):
    old = peer(broker, "same", clean=False).subscribe(("v2g/1/t/x", 1))
    new = peer(broker, "same", clean=False)
    old.wait("disconnected")
    boss = peer(broker, "boss")
    for i in range(5):
        boss.publish("v2g/1/t/x", str(i))
    return new.log[0], new.messages(5), old.messages(0)


def takeover_will(broker):
    """Of a session that ends; of one that goes on, Mosquitto keeps the will back (test_mqtt_broker_core.py)."""
    watcher = peer(broker, "watcher").subscribe(("v2g/1/t/will", 1))
    old = peer(broker, "same", will=("v2g/1/t/will", "taken over", 1, False))
    new = peer(broker, "same")
    old.wait("disconnected")
    return new.log[0], watcher.messages(1)


def access(broker):
    boss = peer(broker, "boss").subscribe(("v2g/1/#", 1))
    one = peer(broker, "gw1", user="gw1", password="one").subscribe(("#", 1), ("v2g/1/gw2/dn/#", 1))
    two = peer(broker, "gw2", user="gw2", password="two").subscribe(("v2g/1/g/east/bcast", 1), ("v2g/1/+/dn/#", 1))
    one.publish("v2g/1/gw2/up/tele", "forged")
    one.publish("v2g/1/gw1/dn/cmd", "to itself")
    one.publish("v2g/1/gw1/up/tele", "true")
    boss.publish("v2g/1/gw1/dn/cmd", "for one")
    boss.publish("v2g/1/gw2/dn/cmd", "for two")
    boss.publish("v2g/1/g/east/bcast", "group")
    codes = [entry for entry in one.log if entry[0] == "subscribed"]
    return codes, sorted(one.messages(2)), two.messages(1), sorted(boss.messages(4))


def refused(broker):
    return [peer(broker, "x", user=user, password=password).log[0][2]
            for user, password in (("gw1", "wrong"), ("nobody", "one"), ("boss", ""))]


def overlapping(broker):
    """Where the closest filter has the highest QoS; else Mosquitto goes below MQTT-3.3.5-1 (test_mqtt_broker_core.py)."""
    taker = peer(broker, "taker").subscribe(("v2g/1/o/#", 0), ("v2g/1/o/+", 1), ("v2g/1/o/x", 2))
    boss = peer(broker, "boss")
    boss.publish("v2g/1/o/x", "one", 2)
    boss.publish("v2g/1/o/y", "two", 1)
    boss.publish("v2g/1/o/y/z", "three", 1)
    return sorted(taker.messages(3))


def each_qos(broker):
    taker = peer(broker, "taker").subscribe(("v2g/1/q/0", 0), ("v2g/1/q/1", 1), ("v2g/1/q/2", 2))
    boss = peer(broker, "boss")
    for granted in (0, 1, 2):
        for sent in (0, 1, 2):
            boss.publish("v2g/1/q/%d" % granted, "%d" % sent, sent)
    return sorted(taker.messages(9))


def wildcards(broker):
    taker = peer(broker, "taker").subscribe(("#", 0), ("+/y", 0))
    boss = peer(broker, "boss")
    boss.publish("$x/y", "hidden from wildcards")
    boss.publish("v2g/1/seen", "seen")
    taker.messages(1)
    taker.client.unsubscribe("#")
    taker.subscribe(("$x/+", 0), ("v2g/1/+/y", 0))  # behind the UNSUBSCRIBE on the same connection
    boss.publish("v2g/1/seen", "no longer")
    boss.publish("v2g/1//y", "an empty level")
    boss.publish("$x/y", "named")
    return sorted(taker.messages(3))


def message(topic, payload, qos, *, retain=False, dup=False):
    return ("v2g/1/" + topic if topic[0] != "$" else topic), payload, qos, retain, dup


SCRIPT = {
    will: ([message("gw1/up/state", "lost", 1)], [message("gw1/up/state", "lost", 1, retain=True)]),
    will_needs_the_right_to_write: [message("gw1/up/state", "true", 1)],
    retained: (
        [message("r/a", "one", 1), message("r/a", "two", 0), message("r/b", "three", 1), message("r/a", "", 1),
         message("r/b", "", 0)],
        [message("r/a", "two", 0, retain=True), message("r/b", "three", 1, retain=True)],
        [message("r/b", "three", 0, retain=True)],
        [],
    ),
    resume: (
        ("connected", True, "Success"),
        [message("s/%d" % (i % 2), str(i), 1) for i in range(5)] + [message("s/0", "live", 1)],
        ("connected", False, "Success"),
        [],
    ),
    redelivery: (
        [message("d", str(i), 1) for i in range(3)],
        [message("d", str(i), 1, dup=True) for i in range(3)],
    ),
    takeover: (
        ("connected", True, "Success"),
        [message("t/x", str(i), 1) for i in range(5)],
        [],
    ),
    takeover_will: (("connected", False, "Success"), [message("t/will", "taken over", 1)]),
    access: (
        [("subscribed", [1, 1])],
        [message("g/east/bcast", "group", 1), message("gw1/dn/cmd", "for one", 1)],
        [message("gw2/dn/cmd", "for two", 1)],
        [message("g/east/bcast", "group", 1), message("gw1/dn/cmd", "for one", 1), message("gw1/up/tele", "true", 1),
         message("gw2/dn/cmd", "for two", 1)],
    ),
    refused: ["Not authorized"] * 3,
    overlapping: [message("o/x", "one", 2), message("o/y", "two", 1), message("o/y/z", "three", 0)],
    each_qos: [message("q/%d" % granted, str(sent), min(granted, sent)) for granted in range(3) for sent in range(3)],
    wildcards: [message("$x/y", "named", 0), message("/y", "an empty level", 0), message("seen", "seen", 0)],
}


@pytest.mark.parametrize("step", SCRIPT, ids=lambda step: step.__name__)
@pytest.mark.parametrize("broker_class", (OwnBroker, Mosquitto), ids=lambda broker: broker.kind)
def test_what_arrives(broker_class, step):
    if broker_class is Mosquitto and not mosquitto.find():
        pytest.skip("mosquitto is not installed: our broker is not compared with it")
    with broker_class(ACCESS) as broker:
        assert step(broker) == SCRIPT[step]
