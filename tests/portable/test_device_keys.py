"""Device keys by name: derived from the root, two of them while they change over, none that was revoked.

Source: contracts of edge/link/device_keys.py and edge/enrol/rotation.py.
"""
from edge.enrol import rotation
from edge.link import device_keys
from protocols import auth, key_tree, messages, refusals, topics
from tests.portable import fake_site
from tests.portable.test_gateway import command, site

ROOT = bytes(range(32))
ROOT_HEX = "".join(["%02x" % byte for byte in ROOT])
VPP = {"enabled": True, "host": "broker", "tls": False, "root_key": ROOT_HEX}


def rotated(vpp=VPP):
    """(config, ports, gate) of a gateway."""
    _, run = site(vpp=vpp)
    return run.gateway.config, run.ports, run.gateway.vpp.inbox.gate


def answer(gate, kid, seq, key=None):
    """Number of the refusal of a command signed under a kid, 0 when it is taken."""
    topic = topics.topic("cmd", "gw-test")
    content = {"id": "c%d" % seq, "seq": seq, "iat_ms": fake_site.UNIX_MS, "exp_ms": fake_site.UNIX_MS + 60000, "priority": 20,
               "kind": "setpoint", "p_w": 0}
    payload = auth.sign(topic, messages.encode("cmd", content), kid, key or key_tree.kid_key(ROOT, kid))
    return gate.check(0, topic, payload, False)[1]


def test_the_key_follows_from_the_root_and_the_name():
    config, ports, gate = rotated()
    assert device_keys.accepted(config, ports.store) == {"k1": key_tree.kid_key(ROOT, "k1")}
    assert answer(gate, "k1", 1) == 0
    assert answer(gate, "k2", 2) == refusals.BAD_SIGNATURE
    assert answer(gate, "k1", 3, key_tree.kid_key(ROOT, "k2")) == refusals.BAD_SIGNATURE


def test_while_keys_change_over_both_count_and_afterwards_only_the_new_one():
    config, ports, gate = rotated()
    assert rotation.rotate(ports, config, "k2") is None
    gate.load_keys()
    assert answer(gate, "k1", 1) == answer(gate, "k2", 2) == 0
    assert rotation.rotate(ports, config, "k2") is None     # the job came twice
    assert answer(gate, "k1", 3) == 0
    assert rotation.finish(ports, config) is None and rotation.finish(ports, config) is None
    gate.load_keys()
    assert answer(gate, "k1", 4) == refusals.BAD_SIGNATURE and answer(gate, "k2", 5) == 0


def test_a_rotation_survives_a_restart():
    config, ports, _ = rotated()
    rotation.rotate(ports, config, "k2")
    again = fake_site.FakeSite(fake_site.document(vpp=VPP), {"bus:lan": {1: fake_site.charger_bank()}}, ports.store.files)
    gate = again.gateway.vpp.inbox.gate
    assert answer(gate, "k1", 1) == answer(gate, "k2", 2) == 0


def test_a_revoked_key_counts_never_again_and_cannot_be_rotated_to():
    config, ports, gate = rotated()
    assert rotation.revoke(ports, config, ["k1", "k3"], "k2", 1000) is None
    gate.load_keys()
    assert answer(gate, "k1", 1) == refusals.BAD_SIGNATURE and answer(gate, "k2", 2) == 0
    assert "revoked" in rotation.rotate(ports, config, "k3") and "revoked" in rotation.rotate(ports, config, "k1")
    assert "older" in rotation.revoke(ports, config, ["k2"], "k1", 999)
    assert rotation.revoke(ports, config, ["k2"], "k4", 1001) is None
    assert sorted(device_keys.record_of(config, ports.store)["revoked"]) == ["k1", "k2", "k3"]
    assert list(device_keys.accepted(config, ports.store)) == ["k4"]


def test_without_a_root_no_key_can_be_derived_and_the_old_one_stays():
    config, ports, gate = rotated({"enabled": True, "host": "broker", "tls": False, "key": fake_site.KEY_HEX})
    assert "vpp.root_key" in rotation.rotate(ports, config, "k2")
    assert "vpp.root_key" in rotation.revoke(ports, config, ["k1"], "k2", 1000)
    gate.load_keys()
    assert gate.check(0, *command(1, kind="setpoint", p_w=0), False)[1] == 0


def test_names_that_are_none_and_a_full_disk_change_nothing():
    config, ports, _ = rotated()
    for kid in ("", "x" * 17, None, 7):
        assert rotation.rotate(ports, config, kid), kid
    assert rotation.revoke(ports, config, ["k1"], "k1", 1000)

    def full(name, data):
        raise OSError(28)

    ports.store.write_atomic = full
    assert "stored" in rotation.rotate(ports, config, "k2")
    assert list(device_keys.accepted(config, ports.store)) == ["k1"]
