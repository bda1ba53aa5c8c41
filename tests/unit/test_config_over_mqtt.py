"""A signed change of configuration from the broker: applied by a clean restart, on trial, confirmed or rolled back.

Not its job: rules of a configuration (portable/test_config), the store's own steps (portable/test_config_store).
Source: ours; RSA keys by the library `cryptography`.
"""

import pytest

from edge import config_loader, main
from edge.drivers.profile_loader import load_profile
from edge.gateway import EXIT_RESTART
from protocols import auth, messages, topics
from protocols.mqtt import packet
from tests.portable import fake_site

rsa = pytest.importorskip("cryptography.hazmat.primitives.asymmetric.rsa")


@pytest.fixture(scope="module")
def key():
    return rsa.generate_private_key(public_exponent=65537, key_size=3072)


def sign(key, topic, json_bytes):
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import padding

    signature = key.sign(auth.covered(topic, json_bytes), padding.PKCS1v15(), hashes.SHA256())
    return auth.attach(json_bytes, "config", signature)


def prepare(key, files=None, write=None):
    vpp = {"enabled": True, "host": "broker", "tls": False, "key": fake_site.KEY_HEX,
           "config_key": "%0768x" % key.public_key().public_numbers().n}
    site = fake_site.FakeSite(fake_site.document(vpp=vpp), {"bus:lan": {1: fake_site.charger_bank()}})
    site.ports.store.files.update(files or {})
    if write is not None:
        site.ports.store.write_atomic = write
    config, errors = config_loader.load(fake_site.document(vpp=vpp), load_profile)
    assert not errors
    site.gateway = main.make_gateway(config, site.ports)
    return site


def start(key, files=None):
    site = prepare(key, files)
    site.run(2000)
    return site


def store_of(site):
    return site.gateway.vpp.configuration.store


def desire(site, key, **fields):
    content = {"id": "d1", "iat_ms": fake_site.UNIX_MS, "version": 1, "base_version": 0, "access": "operator",
               "set": {"wape": {"enabled": True}}}
    content.update(fields)
    topic = topics.topic("config_desired", "gw-test")
    payload = sign(key, topic, messages.encode("config_desired", content))
    site.bytes_from_broker(packet.publish(topic, payload, retain=True))
    site.run(3000)


def reported(site):
    return messages.decode("config_reported", site.messages("/up/config")[-1])[0]


def hear_host(site):
    payload = messages.encode("host_state", {"state": "online", "session": "s1"})
    site.bytes_from_broker(packet.publish(topics.HOST_STATE, payload, retain=True))
    site.run(500)


def test_a_change_is_applied_by_a_restart_and_confirmed_when_the_host_is_heard(key):
    site = start(key)
    assert reported(site)["version"] == 0
    desire(site, key)
    assert site.exit_code == EXIT_RESTART
    again = start(key, site.ports.store.files)
    assert again.gateway.config.wape.enabled
    assert reported(again)["version"] == 1 and reported(again)["pending"]
    hear_host(again)
    assert not reported(again)["pending"]


def test_without_a_sign_of_the_host_the_last_good_configuration_returns(key):
    site = start(key)
    desire(site, key)
    again = start(key, site.ports.store.files)
    again.run(125000)
    assert again.exit_code == EXIT_RESTART
    last = start(key, again.ports.store.files)
    assert not last.gateway.config.wape.enabled
    assert reported(last)["version"] == 0 and reported(last)["refused_version"] == 1


def test_wrong_values_are_refused_as_a_whole_with_every_error(key):
    site = start(key)
    desire(site, key, set={"wape": {"enabled": True, "v0_pu": 3.0, "nonsense": 1}})
    assert site.exit_code is None
    answer = reported(site)
    assert answer["version"] == 0 and answer["refused_version"] == 1
    assert sorted(error["path"] for error in answer["errors"]) == ["wape.nonsense", "wape.v0_pu"]


def test_an_operator_cannot_touch_installer_rows(key):
    site = start(key)
    desire(site, key, set={"gateway": {"mode": "observe"}})
    assert site.exit_code is None
    assert reported(site)["errors"][0]["path"] == "gateway.mode"


def test_a_signature_of_another_key_changes_nothing(key):
    site = start(key)
    desire(site, rsa.generate_private_key(public_exponent=65537, key_size=3072))
    assert site.exit_code is None and reported(site)["version"] == 0
    assert site.gateway.vpp.inbox.refused == 1


def test_an_edited_site_file_wins_over_what_came_over_mqtt(key):
    site = start(key)
    desire(site, key)
    files = dict(site.ports.store.files)
    files["config"] = b"0" * 32 + files["config"][32:]      # made from another site file
    assert not start(key, files).gateway.config.wape.enabled


def on_trial(key, **fields):
    """Files of a gateway that is about to start under a changed configuration."""
    site = start(key)
    desire(site, key, **fields)
    assert site.exit_code == EXIT_RESTART
    return site.ports.store.files


def test_a_configuration_under_which_the_program_dies_is_given_up_after_three_starts(key):
    files = on_trial(key)
    for _ in range(3):
        site = prepare(key, files)      # and it dies before its first tick
        assert site.gateway.config.wape.enabled and store_of(site).pending
        files = site.ports.store.files
    last = start(key, files)
    assert not last.gateway.config.wape.enabled
    assert reported(last)["version"] == 0 and reported(last)["refused_version"] == 1
    # The broker still holds the change: it is not tried a second time.
    desire(last, key)
    assert last.exit_code is None


def test_a_change_that_is_confirmed_forgets_its_starts(key):
    site = start(key, on_trial(key))
    hear_host(site)
    site.run(500)
    for _ in range(5):
        site = start(key, site.ports.store.files)
        assert site.gateway.config.wape.enabled and not reported(site)["pending"]


def test_starts_are_lived_through_when_they_cannot_be_counted(key):
    files = on_trial(key)

    def refuse(name, data):
        raise OSError(30, "Read-only file system")

    site = prepare(key, files, refuse)
    assert site.gateway.config.wape.enabled
    assert "can't be counted" in site.ports.lines[0]


def test_the_deadline_of_the_change_holds_across_its_restart(key):
    again = start(key, on_trial(key, deadline_s=30))
    again.run(25000)
    assert again.exit_code is None
    again.run(15000)
    assert again.exit_code == EXIT_RESTART
    patient = start(key, on_trial(key, deadline_s=600))
    patient.run(500000)
    assert patient.exit_code is None


def test_a_change_that_cannot_be_built_is_refused_before_it_is_taken(key, monkeypatch):
    site = start(key)

    def refuse(config, ports, configuration=None):
        raise RuntimeError("instance 5")

    monkeypatch.setattr(main, "Gateway", refuse)
    desire(site, key)
    assert site.exit_code is None
    answer = reported(site)
    assert (answer["version"], answer["refused_version"], answer["pending"]) == (0, 1, False)
    assert "RuntimeError: instance 5" in answer["errors"][0]["hint"]


def test_a_change_that_cannot_be_stored_is_refused_and_does_not_restart(key):
    site = start(key)
    site.unwritable = "config"
    desire(site, key)
    assert site.exit_code is None
    answer = reported(site)
    assert (answer["version"], answer["refused_version"], answer["pending"]) == (0, 1, False)
    assert "stored" in answer["errors"][0]["hint"]
    events = [messages.decode("event", payload)[0] for payload in site.messages("/up/event")]
    assert [event["severity"] for event in events if event["name"] == "store_failed"] == ["warning"]
