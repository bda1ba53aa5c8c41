"""Revocation and move over MQTT, signed by the installer: taken once, kept across restarts, refused from everybody else.

Source: contracts of edge/enrol/arrivals.py, move.py and edge/link/place.py; signatures by tools/keys/signing.py.
"""

import datetime

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from edge import config_loader, field_reasons, main
from edge.drivers.profile_loader import load_profile
from edge.enrol import move
from edge.gateway import EXIT_RESTART
from edge.link import place
from protocols import key_tree, messages, topics
from protocols.mqtt import packet
from tests.portable import enrol_bench, fake_site
from tools.keys import signing

TOKEN = "Q" * 26
ROOT = "22" * 32


@pytest.fixture(scope="module")
def key():
    return rsa.generate_private_key(public_exponent=65537, key_size=3072)


def start(key, files=None, enrol=True):
    """A gateway with an installer's key, up and running."""
    vpp = {"enabled": True, "host": "old.example", "tls": enrol, "root_key": ROOT, "group": "oak", "ca_file": "ca.crt",
           "installer_key": "%0768x" % key.public_key().public_numbers().n}
    document = fake_site.document(vpp=vpp, **({"enrol": {"port": 8884}} if enrol else {}))
    site = fake_site.FakeSite(document, {"bus:lan": {1: fake_site.charger_bank()}}, files)
    config, errors = config_loader.load(document, load_profile)
    assert not errors, errors
    site.gateway = main.make_gateway(config, site.ports)
    site.run(2000)
    return site


def now(offset_s=0):
    return datetime.datetime.fromtimestamp(fake_site.UNIX_MS / 1000 + offset_s, datetime.UTC)


def deliver(site, message, retain=False):
    """Hand a (topic, payload) to the link as the broker would; the connection itself is not what is tried here."""
    site.gateway.vpp.on_message(site.now_ms, message[0], message[1], retain)


def accepts(site, kid, root=ROOT):
    keys = site.gateway.vpp.inbox.gate.keys
    return keys.get(kid) == key_tree.kid_key(bytes.fromhex(root), kid)


def test_a_revocation_takes_effect_at_once_and_for_good(key):
    site = start(key)
    assert accepts(site, "k1")
    message = signing.revocation("gw-test", ["k1"], "k2", key, now())
    deliver(site, message, retain=True)
    assert accepts(site, "k2") and not accepts(site, "k1")
    records = site.ports.store.files["audit"].count(b"\n")
    deliver(site, message, retain=True)     # with the next connection
    assert site.ports.store.files["audit"].count(b"\n") == records
    again = start(key, site.ports.store.files)
    assert accepts(again, "k2") and not accepts(again, "k1")
    deliver(again, signing.revocation("gw-test", ["k2"], "k1", key, now(-60)))
    assert accepts(again, "k2"), "an older one brings nothing back"


def test_only_the_installer_revokes_and_moves(key):
    site = start(key)
    other = rsa.generate_private_key(public_exponent=65537, key_size=3072)
    before = dict(site.ports.store.files)
    for message in (signing.revocation("gw-test", ["k1"], "k2", other, now()),
                    signing.move("gw-test", content(), other, now()),
                    renamed(signing.revocation("gw-test", ["k1"], "k2", key, now()), b"installer:", b"operator:"),
                    (topics.topic("revocation", "gw-test"), signing.revocation("gw-2", ["k1"], "k2", key, now())[1])):
        deliver(site, message)
    assert accepts(site, "k1") and "operator" not in site.ports.store.files
    assert {name for name in site.ports.store.files if site.ports.store.files[name] != before.get(name)} <= {"audit", "journal-0"}
    assert site.gateway.vpp.inbox.refused == 4


def renamed(message, before, after):
    return message[0], message[1].replace(before, after)


def content(**changes):
    return {"host": "new.example", "port": 9883, "claim_port": 9884, "ca": enrol_bench.ca_pem(), "token": TOKEN, "group": "elm",
            **changes}


def test_a_move_restarts_the_gateway_at_the_other_operator(key):
    site = start(key)
    deliver(site, signing.move("gw-test", content(), key, now()))
    site.run(15000)
    assert site.exit_code == EXIT_RESTART
    again = start(key, site.ports.store.files)
    links = {link[0]: link for link in again.gateway.links()}
    assert links["vpp"][2:] == ("new.example", 9883, ("m1-ca.crt", "m1-gateway.crt", "m1-gateway.key"))
    assert links["claim"][2:] == ("new.example", 9884, ("m1-ca.crt", "", ""))
    machine = again.gateway.vpp.enrol.machine
    assert machine.login() == ("claim-gw-test", key_tree.password(TOKEN.encode()))
    # The new device keys follow from the token: the former operator's master is worth nothing any more.
    assert accepts(again, "k1", key_tree.moved_root(TOKEN).hex()) and not accepts(again, "k1")
    assert again.gateway.config.vpp.group == "elm" and again.gateway.config.vpp.config_key is None
    assert again.gateway.config.vpp.installer_key == site.gateway.config.vpp.installer_key


def test_a_move_into_the_void_is_undone_after_an_hour(key):
    site = start(key)
    message = signing.move("gw-test", content(), key, now())
    deliver(site, message)
    site.run(15000)
    again = start(key, site.ports.store.files)
    again.gateway.vpp.enrol._judge_move(again.now_ms, False)
    again.gateway.vpp.enrol._judge_move(again.now_ms + move.TRIAL_MS, False)
    assert again.gateway.vpp.is_restart_due()
    back = start(key, again.ports.store.files)
    assert back.gateway.config.vpp.host == "old.example" and accepts(back, "k1")
    deliver(back, message)
    assert place.moved(back.ports.store) is None, "the same message is not taken again"


def test_a_move_that_is_reached_holds(key):
    site = start(key)
    deliver(site, signing.move("gw-test", content(), key, now()))
    site.run(15000)
    again = start(key, site.ports.store.files)
    again.gateway.vpp.enrol._judge_move(again.now_ms, True)
    assert not place.moved(again.ports.store)["trial"]
    again.gateway.vpp.enrol.on_time(again.now_ms + 2 * move.TRIAL_MS)
    assert not again.gateway.vpp.is_restart_due()


@pytest.mark.parametrize("changes, when_s, retain", [
    ({"ca": "no certificate"}, 0, False), ({}, -3600, False), ({}, 3600, False), ({}, 0, True)])
def test_moves_that_are_old_or_wrong_are_refused(key, changes, when_s, retain):
    site = start(key)
    deliver(site, signing.move("gw-test", content(**changes), key, now(when_s)), retain)
    assert "operator" not in site.ports.store.files
    assert site.gateway.vpp.inbox.refusals[-1][0] == field_reasons.KEY_CHANGE_REFUSED


def test_a_site_without_enrolment_is_not_moved(key):
    site = start(key, enrol=False)
    site.bytes_from_broker(packet.publish(*signing.move("gw-test", content(), key, now())))
    assert "operator" not in site.ports.store.files
    site.run(500)
    events = [messages.decode("event", payload)[0] for payload in site.messages("/up/event")]
    assert any("no [enrol] section" in event["text"] for event in events)
