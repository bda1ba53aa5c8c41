"""A gateway on a disk that forgets, for one start after the other.

Not its job: the disk (cut_files.py), what is checked (test_power_cuts_gateway.py).
Source: ours.
"""

from edge import config_loader, hal, main
from edge.drivers.profile_loader import load_profile
from protocols import auth, messages, topics
from protocols.mqtt import packet
from tests.portable import fake_site

FOLDER = "/store"
KEY = bytes(range(16))


def store_on(files):
    """The firmware's store on such a disk."""
    return hal.FileStore(FOLDER, files, files.open_file)


def ports_on(files, boot=0):
    """Ports of one start; boot: its number, another boot id for each."""
    ports = fake_site.Ports()
    ports.store = store_on(files)
    ports.entropy = lambda count: bytes([boot]) * count
    ports.clock.ms += boot * 100000
    return ports


class CutSite(fake_site.FakeSite):
    """One start. The configuration is that of main.make_gateway: with what was changed over MQTT."""

    def __init__(self, document, files, boot=0):
        ports = ports_on(files, boot)
        super().__init__(document, {"bus:lan": {1: fake_site.charger_bank()}}, ports=ports)
        config, _ = config_loader.load(document, load_profile)
        self.gateway = main.make_gateway(config, ports)

    def publish(self, name, payload, retain=False):
        """A message of the supervisor."""
        self.bytes_from_broker(packet.publish(topics.topic(name, "gw-test"), payload, retain=retain))

    def hear_host(self, session="s1"):
        """The supervisor lives."""
        content = messages.encode("host_state", {"state": "online", "session": session})
        self.bytes_from_broker(packet.publish(topics.HOST_STATE, content, retain=True))

    def stages(self, ref):
        """What was answered to a command."""
        acks = [messages.decode("ack", payload)[0] for payload in self.messages("/up/ack")]
        return [ack["stage"] for ack in acks if ack["ref"] == ref]


def command(seq, now_ms, lease_ms=800000):
    """A signed command that is valid for long."""
    content = {"id": "c%d" % seq, "seq": seq, "iat_ms": now_ms, "exp_ms": now_ms + lease_ms, "priority": 20,
               "device": "evse1", "kind": "setpoint", "p_w": -1000.0 - seq}
    topic = topics.topic("cmd", "gw-test")
    return auth.sign(topic, messages.encode("cmd", content), "k1", KEY)
