"""The configuration's side of the link without a broker: what it starts with, whom it hears, what it answers.

Not its job: signatures that are right (sim/test_config_world). Source: edge/link/config_link.py.
"""

from edge import audit, config_loader, slots
from edge.drivers.profile_loader import load_profile
from edge.link import config_link
from edge.link.command_gate import CommandGate
from protocols import auth, messages, topics
from tests.portable import fake_site

DESIRED = topics.topic("config_desired", "gw-test")
REQUEST = topics.topic("config_request", "gw-test")
MODULUS = "c" * 767 + "1"
KEY = bytes(range(16))


def loaded(**sections):
    vpp = {"enabled": True, "host": "h", "key": fake_site.KEY_HEX, "config_key": MODULUS}
    config, errors = config_loader.load(fake_site.document(vpp=vpp, **sections), load_profile)
    assert errors == [], errors
    return config


def change(version, base, **changes):
    return {"version": version, "base_version": base, "access": "operator", "set": changes}


def kept(ports, config):
    """A record of version 5, confirmed."""
    store = config_link.stored(ports, config)
    assert store.propose(0, change(5, 0, wape={"tau_s": 6}), who="operator")[0] == "applied"
    store.host_heard()
    ports.store.files["config"] = config_link.kept(store, config.origin)


def link_of(ports, config):
    return config_link.ConfigLink(config_link.stored(ports, config), config_link.keys_of(config.vpp), config.origin, ports)


def test_it_starts_with_the_record_unless_the_site_file_was_edited_or_it_is_spoiled():
    ports, config = fake_site.Ports(), loaded()
    assert config_link.stored(ports, config).version == 0
    kept(ports, config)
    record = ports.store.files["config"]
    store = config_link.stored(ports, config)
    assert store.version == 5 and store.document["wape"] == {"tau_s": 6}
    for spoiled in (b"", b"\xff\xfe\n{}", record[:-1], record[33:], b"\0" * len(record)):
        ports.store.files["config"] = spoiled
        assert config_link.stored(ports, config).version == 0, spoiled[:40]
    ports.store.files["config"] = b"\xff" * 32 + record[32:]
    assert config_link.stored(ports, config).version == 5, "another site file's: it wins, the number goes on"
    assert "wape" not in config_link.stored(ports, config).document


def test_who_is_no_signer_changes_nothing_and_each_is_named():
    ports, config = fake_site.Ports(), loaded()
    link, gate = link_of(ports, config), CommandGate(config, ports)
    json_bytes = messages.encode("config_desired", dict(change(1, 0, wape={"tau_s": 6}), id="d", iat_ms=fake_site.UNIX_MS))
    for now_ms, (payload, code) in enumerate((
            (json_bytes, "unsigned"), (auth.attach(json_bytes, "stranger", bytes(384)), "unknown_key"),
            (auth.attach(json_bytes, "installer", bytes(384)), "unknown_key"),
            (auth.sign(DESIRED, json_bytes, "k1", KEY), "unknown_key"))):
        assert link.take(now_ms, gate, ("config_desired", DESIRED, payload, False))[0] == code
    assert link.take(5, gate, ("config_desired", DESIRED, json_bytes, False))[0] == "too_many"
    assert link.store.version == 0 and not link.to_store and not link.is_restart_due
    assert link.messages(config.hash, False) == []


def test_nothing_proves_a_change_before_it_runs():
    ports, config = fake_site.Ports(), loaded()
    link = link_of(ports, config)
    assert link._desired(0, dict(change(1, 0, wape={"tau_s": 6}), id="d", iat_ms=fake_site.UNIX_MS), "operator", False) is None
    link.heard()        # under the old one, which ramps down
    link.on_time(10 ** 9)
    assert link.store.pending and not link.is_restart_due, "what is to be stored is not stored yet"
    link.to_store = []
    link.heard()
    link.on_time(2 * 10 ** 9)
    assert link.store.pending and link.is_restart_due


def test_no_change_is_taken_while_a_release_that_may_be_taken_back_is_on_trial():
    class Releases:
        record = slots.stage(slots.confirm(slots.stage(None, "1")), "2")

        def is_on_trial(self):
            return True

    ports, config = fake_site.Ports(), loaded()
    ports.releases = Releases()
    link = link_of(ports, config)
    desired = dict(change(1, 0, wape={"tau_s": 6}), id="d", iat_ms=fake_site.UNIX_MS)
    assert link._desired(0, desired, "operator", False)[3] == "none while a new release is on trial"
    assert link.store.version == 0 and link.store.refused_version == 1
    assert link._desired(0, desired, "operator", True) is None, "told once"
    # the only release there is has nothing to go back to: it may be the change that makes it healthy
    Releases.record = slots.stage(None, "1")
    assert link._desired(0, dict(desired, version=2), "operator", False) is None and link.store.pending


def test_a_request_is_answered_beside_the_report():
    ports, config = fake_site.Ports(), loaded()
    kept(ports, config)
    link, gate = link_of(ports, config), CommandGate(config, ports)
    json_bytes = messages.encode("config_request", {"id": "r", "iat_ms": fake_site.UNIX_MS, "sections": ["wape", "history"]})
    assert link.take(0, gate, ("config_request", REQUEST, auth.sign(REQUEST, json_bytes, "k1", KEY), False)) is None
    told = link.messages(config.hash, True)
    assert [name for name, _ in told] == ["config_reported", "config_section", "config_section"]
    assert told[0][1]["version"] == 5 and told[1][1]["values"] == {"wape": {"tau_s": 6}}
    for name, content in told:
        messages.encode(name, content)
    assert link.messages(config.hash, False) == []


def test_starts_under_a_trial_are_counted_and_the_last_is_in_the_log():
    ports, config = fake_site.Ports(), loaded()
    store = config_link.stored(ports, config)
    store.propose(0, change(5, 0, wape={"tau_s": 6}))
    ports.store.files["config"] = config_link.kept(store, config.origin)
    for _ in range(3):
        assert config_link.stored(ports, config).pending
    assert config_link.stored(ports, config).version == 0
    assert b"version 5 rolled back" in ports.store.files[audit.FILE]
