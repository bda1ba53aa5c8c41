"""A signed change of configuration from the broker: applied by a clean restart, on trial, confirmed or rolled back.

Not its job: rules of a configuration (portable/test_config), the store's own steps (portable/test_config_store).
Source: ours; RSA keys by the library `cryptography`.
"""

import pytest

from edge import config_loader, main
from edge.drivers.fleet import load_profile
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


def start(key, files=None):
    vpp = {"enabled": True, "host": "broker", "tls": False, "key": fake_site.KEY_HEX,
           "config_key": "%0768x" % key.public_key().public_numbers().n}
    site = fake_site.FakeSite(fake_site.document(vpp=vpp), {"bus:lan": {1: fake_site.charger_bank()}})
    site.ports.store.files.update(files or {})
    config, errors = config_loader.load(fake_site.document(vpp=vpp), load_profile)
    assert not errors
    site.gateway = main.make_gateway(config, site.ports)
    site.run(2000)
    return site


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
