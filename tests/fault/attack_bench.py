"""One gateway that charges with 6 kW, every key it may have, and an attacker at its broker who says what he likes.

Not its job: the attacks (test_attacks_*). The attacker has the broker and has recorded everything; of keys he has what a test
hands him. Whatever he does, `untouched` has to hold.
"""

import pytest

rsa = pytest.importorskip("cryptography.hazmat.primitives.asymmetric.rsa")

from edge import audit, config_loader, main  # noqa: E402
from edge.drivers.profile_loader import load_profile  # noqa: E402
from edge.field_reasons import MESSAGES_REFUSED  # noqa: E402
from protocols import auth, key_tree, messages, topics  # noqa: E402
from protocols.mqtt import packet  # noqa: E402
from tests.portable import fake_site  # noqa: E402
from tools.keys import signing  # noqa: E402

ROOT = bytes(range(32))
DEVICE_KEY = key_tree.kid_key(ROOT, "k1")
GATEWAY, OTHER = "gw-test", "gw-other"
ROLES = ("operator", "installer", "update")
CHARGE_W = -6000
AUDIT_MS = 600000       # of what is refused one record and one event each


def make_keys():
    """{role: RSA key}, and one of nobody."""
    return {role: make_key() for role in ROLES + ("nobody",)}


def make_key():
    """An RSA key."""
    return rsa.generate_private_key(public_exponent=65537, key_size=3072)


def modulus(key):
    """As a site file has it."""
    return "%0768x" % key.public_key().public_numbers().n


class Attacked(fake_site.FakeSite):
    """The gateway; attack() is the broker's hand."""

    def __init__(self, keys, files=None, clock_ms=None, **sections):
        """keys: of make_keys; files: what an earlier run left; clock_ms: wall clock at the start."""
        vpp = {"enabled": True, "host": "broker", "tls": False, "root_key": ROOT.hex(), "group": "f1", "telemetry_s": 60,
               "config_key": modulus(keys["operator"]), "installer_key": modulus(keys["installer"]),
               "update_key": modulus(keys["update"])}
        document = fake_site.document(vpp=dict(vpp, **sections.pop("vpp", {})), **sections)
        self.bank = fake_site.charger_bank()
        super().__init__(document, {"bus:lan": {1: self.bank}}, files)
        if clock_ms is not None:
            self.ports.clock.ms = clock_ms
        config, errors = config_loader.load(document, load_profile)
        assert not errors, errors
        self.gateway = main.make_gateway(config, self.ports)
        self.document = document
        self.run(15000)
        assert self.setpoint_w() == CHARGE_W
        self.before = self.picture()

    def unix_ms(self):
        """The wall clock of everybody."""
        return self.ports.clock.unix_ms()

    def setpoint_w(self):
        """As it stands in the charger's register."""
        value = self.bank.registers[122]
        return value - 65536 if value > 32767 else value

    def picture(self):
        """What no attack may change."""
        vpp = self.gateway.vpp
        return (self.setpoint_w(), self.gateway.config.hash, sorted(vpp.inbox.gate.keys), vpp.jobs, self.exit_code,
                vpp.inbox.accepted, [lease.id for lease in self.gateway.state.commitments.book.leases],
                [standing.p_default_w for standing in self.gateway.state.commitments.standing])

    def send(self, message, retain=False):
        """Hand over (topic, payload) as the broker would; oversized ones go past the codec, which would close the link."""
        topic, payload = message
        self.bytes_from_broker(packet.publish(topic, payload, qos=0, retain=retain))

    def attack(self, message, retain=False):
        """Send it and let it work; then nothing may have changed, and the gateway has told."""
        refused = self.gateway.vpp.inbox.refused
        self.send(message, retain)
        self.run(2000)
        self.untouched()
        assert self.gateway.vpp.inbox.refused == refused + 1, "counted"

    def untouched(self):
        """Whether everything is as before."""
        assert self.picture() == self.before
        assert self.gateway.stalls == 0

    def told(self):
        """Whether the flood or the single one became an event at the power plant and a record in the audit log."""
        events = [messages.decode("event", payload)[0]["code"] for payload in self.messages("/up/event")]
        assert MESSAGES_REFUSED in events
        assert b'"what":"refused"' in self.ports.store.files[audit.FILE]
        return True

    def refusals(self):
        """[number] of the refused commands, as acknowledged."""
        acks = [messages.decode("ack", payload)[0] for payload in self.messages("/up/ack")]
        return [ack["reason"] for ack in acks if ack["stage"] == "refused"]

    def restart(self, **changes):
        """A machine with the same disk: (after a restart); changes: of files, None: gone."""
        files = dict(self.ports.store.files)
        for name, data in changes.items():
            files.pop(name)
            if data is not None:
                files[name] = data
        return files


def command(site, seq=5, *, topic=None, key=DEVICE_KEY, kid="k1", **fields):
    """(topic, payload) of a signed command that would discharge with all there is."""
    now_ms = site.unix_ms()
    content = {"id": "c%d" % seq, "seq": seq, "iat_ms": now_ms, "exp_ms": now_ms + 60000, "priority": 20}
    content.update({"kind": "setpoint", "p_w": 6000} if "kind" not in fields else {})
    content.update(fields)
    return hmac_signed("cmd", content, topic, key, kid)


def hmac_signed(name, content, topic=None, key=DEVICE_KEY, kid="k1"):
    """(topic, payload) of a message with a device key's signature; topic: that it is signed for and goes to."""
    topic = topic or topics.topic(name, GATEWAY)
    return topic, auth.sign(topic, messages.encode(name, content), kid, key)


def plan(site, p_w, iat_ms):
    """(topic, payload) of a plan."""
    return hmac_signed("plan", {"id": "p", "seq": 1, "iat_ms": iat_ms, "device": None, "p_default_w": p_w})


def rsa_signed(site, name, key, signer, *, gateway=GATEWAY, **fields):
    """(topic, payload) of a config_desired, job, revocation or move that would be taken with the right signature.

    signer: the kid on the wire; fields: others than those that are taken."""
    now_ms = site.unix_ms()
    content = {"id": "x1", "iat_ms": now_ms}
    content.update({
        "config_desired": {"version": 1, "base_version": 0, "access": "operator", "deadline_s": 60, "set": {"control": {"p_default_w": 0}}},
        "job": {"exp_ms": now_ms + 3600000, "kind": "restart", "wait_s": 0},
        "revocation": {"kids": ["k1"], "kid": "k2"},
        "move": {"host": "evil.example", "port": 8883, "claim_port": 8884, "ca": "x", "token": "A" * 26},
    }[name])
    content.update(fields)
    return signing.signed(name, gateway, content, signer, key)
