"""Keys of the configuration in the virtual world: another operator's key, requests for sections, floods, old and new names.

Not its job: the trial (test_config_world), rows that stay on site (portable/test_config_access).
"""

import pytest

pytest.importorskip("cryptography")
from edge.link.config_link import BURST, REFILL_MS  # noqa: E402
from protocols import auth, messages, topics  # noqa: E402
from tests.portable import fake_site  # noqa: E402
from tests.sim.config_world import START_UNIX_MS, ConfigWorld, new_key  # noqa: E402
from tools.keys import signing  # noqa: E402

REQUEST = topics.topic("config_request", "gw-test")


@pytest.fixture(scope="module")
def keys():
    return {"operator": new_key(), "installer": new_key()}


@pytest.fixture
def world(keys):
    return ConfigWorld(keys)


def request(world, sections, key=bytes(range(16)), kid="k1", iat_ms=None):
    content = {"id": "r1", "iat_ms": world.ports.clock.unix_ms() if iat_ms is None else iat_ms, "sections": sections}
    world.operator.send(REQUEST, auth.sign(REQUEST, messages.encode("config_request", content), kid, key))
    world.run_s(1)
    found, world.operator.sections = world.operator.sections, []
    return {row["section"]: row["values"] for row in found}


def refused(world):
    return world.machine.gateway.vpp.inbox.refused


def test_sections_come_for_the_device_key_and_without_secrets(world):
    found = request(world, ["vpp", "evse", "history", "wape"])
    assert found["evse"]["evse"][0]["name"] == "evse1" and "key" not in found["vpp"]["vpp"]
    assert found["history"] == {"history": []} and found["wape"] == {}
    assert fake_site.KEY_HEX not in str(found)
    for forged in ({"key": b"0" * 16}, {"kid": "k9"}, {"iat_ms": START_UNIX_MS - 1000}):
        before = refused(world)
        assert request(world, ["vpp"], **forged) == {} and refused(world) == before + 1, forged


def test_a_recorded_request_is_old_after_the_next_one(world):
    iat_ms = world.ports.clock.unix_ms()
    assert request(world, ["vpp"], iat_ms=iat_ms)
    assert request(world, ["vpp"])
    assert request(world, ["vpp"], iat_ms=iat_ms) == {}


def test_the_installer_hands_the_gateway_to_another_operator(world):
    other, modulus = new_key()
    first = world.operator._keys["operator"]
    world.operator.desire({"vpp": {"config_key": modulus}}, "installer")
    world.run_s(20)
    assert world.operator.reported[-1]["version"] == 1 and not world.operator.reported[-1]["pending"]
    world.operator.desire({"wape": {"tau_s": 5}})
    world.run_s(5)
    assert refused(world) == 1 and world.operator.reported[-1]["version"] == 1, "the old operator's key says nothing any more"
    world.operator._keys["operator"] = other
    world.operator.desire({"wape": {"tau_s": 5}})
    world.run_s(20)
    assert world.operator.reported[-1]["version"] == 2 and not world.operator.reported[-1]["pending"]
    assert first is not other


def test_the_old_name_of_the_operators_key_still_counts_and_claims_no_more(world, keys):
    topic = topics.topic("config_desired", "gw-test")
    content = {"id": "d", "iat_ms": START_UNIX_MS, "version": 1, "base_version": 0, "access": "operator", "set": {"wape": {"tau_s": 5}}}
    world.operator.send(*signing.signed("config_desired", "gw-test", content, "config", keys["operator"][0]))
    world.run_s(20)
    assert world.operator.reported[-1]["version"] == 1
    content.update(version=2, base_version=1, access="installer", set={"site": {"i_fuse_a": 100}})
    world.operator.send(*signing.signed("config_desired", "gw-test", content, "config", keys["operator"][0]))
    world.run_s(5)
    assert world.operator.reported[-1]["errors"][0]["path"] == "access"
    # What was signed for one gateway says nothing to another one.
    moved = signing.signed("config_desired", "gw-other", content, "operator", keys["operator"][0])[1]
    before = refused(world)
    world.operator.send(topic, moved)
    world.run_s(1)
    assert refused(world) == before + 1


def test_a_flood_of_signatures_is_checked_only_so_often(world, monkeypatch):
    from protocols import rsa

    checked = []
    verify = rsa.verify
    monkeypatch.setattr(rsa, "verify", lambda *parts: checked.append(1) or verify(*parts))
    topic = topics.topic("config_desired", "gw-test")
    world.run_s(60)
    for n in range(100):
        world.operator.send(topic, auth.attach(b'{"v":1}', "operator", bytes([n]) * 384))
        world.run_s(0.02)
    assert len(checked) == BURST and refused(world) == 100
    world.run_s(REFILL_MS / 1000)
    world.operator.desire({"wape": {"tau_s": 5}})
    world.run_s(20)
    assert world.operator.reported[-1]["version"] == 1
