"""A compromised broker and stolen keys of the wrong role against a whole gateway: nothing of it is taken, and it is told.

Each of these would discharge, reconfigure, restart, re-key or move the gateway if it were taken. Not its job: who gets as far
as the broker (conformance/test_mosquitto_access). Source: SECURITY.md.
"""

import pytest

from protocols import auth, messages, refusals, strict_json, topics
from tests.fault import attack_bench as bench
from tests.fault.attack_bench import DEVICE_KEY, GATEWAY, OTHER, Attacked, command, hmac_signed, rsa_signed

CMD = topics.topic("cmd", GATEWAY)


@pytest.fixture(scope="module")
def keys():
    return bench.make_keys()


@pytest.fixture
def site(keys):
    return Attacked(keys)


def raw(json_bytes, topic=CMD, key=DEVICE_KEY):
    """Bytes that no codec of ours would write, with the right signature: the supervisor's own machine may be the attacker's."""
    return topic, auth.sign(topic, json_bytes, "k1", key)


def text(site, **fields):
    """JSON of a good command, with other fields."""
    now_ms = site.unix_ms()
    content = {"v": 1, "id": "c5", "seq": 5, "iat_ms": now_ms, "exp_ms": now_ms + 60000, "priority": 20, "kind": "setpoint", "p_w": 6000.0}
    content.update(fields)
    return strict_json.encode(content)


# what the attacker does -> (message, number of the refusal)
COMMANDS = {
    "forged": lambda site: (command(site, key=b"0" * 32), "bad_signature"),
    "with a key's first bytes": lambda site: (command(site, key=DEVICE_KEY[:16]), "bad_signature"),
    "unsigned": lambda site: ((CMD, text(site)), "bad_signature"),
    "cut signature": lambda site: ((CMD, command(site)[1][:-2]), "bad_signature"),
    "unknown kid": lambda site: (command(site, kid="k9"), "bad_signature"),
    "kid of a role": lambda site: (command(site, kid="operator"), "bad_signature"),
    "of another gateway": lambda site: ((CMD, command(site, topic=topics.topic("cmd", OTHER))[1]), "bad_signature"),
    "from another topic": lambda site: ((CMD, command(site, topic=topics.topic("announce", GATEWAY))[1]), "bad_signature"),
    "reflected, ours up to us down": lambda site: ((CMD, command(site, topic=topics.topic("enrol", GATEWAY))[1]), "bad_signature"),
    "expired": lambda site: (command(site, iat_ms=site.unix_ms() - 120000, exp_ms=site.unix_ms() - 60000), "late"),
    "from the future": lambda site: (command(site, iat_ms=site.unix_ms() + 60000, exp_ms=site.unix_ms() + 90000), "from_the_future"),
    "for a day": lambda site: (command(site, exp_ms=site.unix_ms() + 86400000), "lease_too_long"),
    "oversized": lambda site: (raw(text(site, pad="x" * 9000)), "oversized"),
    "deep": lambda site: (raw(text(site)[:-1] + b',"pad":' + b"[" * 40 + b"]" * 40 + b"}"), "malformed"),
    "not a number": lambda site: (raw(text(site).replace(b"6000", b"NaN")), "malformed"),
    "infinite": lambda site: (raw(text(site).replace(b"6000", b"1e999")), "malformed"),
    "a key twice": lambda site: (raw(text(site)[:-1] + b',"p_w":1}'), "malformed"),
    "beyond any power": lambda site: (raw(text(site, p_w=1e7)), "malformed"),
    "an unknown field": lambda site: (raw(text(site, sudo=True)), "malformed"),
    "no JSON": lambda site: (raw(b"\x00\xff{}"), "malformed"),
    "of another version": lambda site: (raw(text(site, v=2)), "unknown_version"),
}


@pytest.mark.parametrize("what", COMMANDS)
def test_hostile_commands_are_refused_by_number_and_told(site, what):
    message, name = COMMANDS[what](site)
    site.attack(message)
    assert site.refusals() == [refusals.number_of(name)] and site.told()


def test_a_command_is_taken_once_in_order_and_never_retained(site):
    good = command(site, 7, p_w=-1000.0)
    site.attack(good, retain=True)
    assert site.refusals() == [refusals.RETAINED] and site.told()
    site.send(good)
    site.run(10000)
    assert site.setpoint_w() == -1000, "so the attacker's recording is worth something"
    site.before = site.picture()
    site.send(good)         # the same again: its first answer stands
    site.run(2000)
    site.untouched()
    site.attack(command(site, 6))
    site.attack(command(site, 7, id="another"))
    assert site.refusals()[1:] == [refusals.STALE, refusals.STALE]


def test_a_recording_is_worth_nothing_after_a_restart_or_with_the_clock_set_back(keys, site):
    recorded = command(site, 7, p_w=6000, exp_ms=site.unix_ms() + 900000)
    began_ms = site.unix_ms()
    site.send(recorded)
    site.run(3000)
    assert site.gateway.vpp.inbox.accepted == 1
    for clock_ms in (began_ms + 60000, began_ms, began_ms - 3600000, 1000):     # the last: never set, or somebody's time server
        again = Attacked(keys, site.restart(), clock_ms)
        again.ports.clock.ms = clock_ms
        again.attack(recorded)
        assert again.refusals()[0] in (refusals.STALE, refusals.FROM_THE_FUTURE) and again.told()


def test_an_old_plan_or_request_does_not_come_back_after_a_restart(keys, site):
    old = bench.plan(site, 6000.0, site.unix_ms() - 7200000)
    newer = bench.plan(site, -3000.0, site.unix_ms() - 3600000)
    for message in (old, newer):
        site.send(message, retain=True)
        site.run(10000)
    assert site.setpoint_w() == -3000
    again = Attacked(keys, site.restart())
    again.attack(old, retain=True)
    assert again.told()
    again.send(newer, retain=True)
    again.run(10000)
    assert again.setpoint_w() == -3000, "the one in force comes again with every connection"
    again.before = again.picture()
    again.attack(bench.plan(again, 6000.0, again.unix_ms() + 86400000))     # it would shut out all until tomorrow
    again.send(bench.plan(again, -2000.0, again.unix_ms()))
    again.run(10000)
    assert again.setpoint_w() == -2000


def test_a_good_message_means_nothing_on_another_topic(site):
    now_ms = site.unix_ms()
    contents = {
        "cmd": {"id": "a", "seq": 5, "iat_ms": now_ms, "exp_ms": now_ms + 60000, "priority": 20, "kind": "setpoint", "p_w": 6000.0},
        "plan": {"id": "b", "seq": 5, "iat_ms": now_ms, "p_default_w": 6000.0},
        "config_request": {"id": "c", "iat_ms": now_ms, "sections": ["vpp"]},
        "announce": {"id": "d", "seq": 5, "iat_ms": now_ms, "exp_ms": now_ms + 60000, "event": "e", "what": "turn_up",
                     "start_ms": now_ms, "end_ms": now_ms + 60000, "p_w": -6000.0},
    }
    for name, content in contents.items():
        payload = hmac_signed(name, content)[1]
        for other in ("cmd", "plan", "config_request", "announce", "prices"):
            if other != name:
                site.attack((topics.topic(other, GATEWAY), payload))
    for topic in ("v2g/1/gw-test/dn/cmd/x", "v2g/2/gw-test/dn/cmd", "v2g/1/g/f1/cmd", "v2g/1/gw-test/up/cmd"):
        site.send((topic, command(site, topic=topic)[1]))
    site.run(2000)
    site.untouched()
    assert site.told()


def test_what_a_role_signed_for_another_gateway_is_not_taken_from_its_topic_either(keys, site):
    """Roles sign for the whole fleet, and the broker decides what it brings to whom."""
    for name, role in (("config_desired", "operator"), ("job", "update"), ("revocation", "installer"), ("move", "installer")):
        site.attack(rsa_signed(site, name, keys[role], role, gateway=OTHER))
    site.attack(command(site, topic=topics.topic("cmd", OTHER)))
    site.attack((topics.topic("agc", group="f2"), messages.encode("agc", {"seq": 1, "iat_ms": site.unix_ms(), "scalar": 1.0})))
    assert site.told()


@pytest.mark.parametrize("name,right", [("config_desired", "operator"), ("job", "update"), ("revocation", "installer"), ("move", "installer")])
def test_no_other_role_s_key_does_it_nor_the_device_key(keys, site, name, right):
    for role, key in keys.items():
        for kid in ("operator", "installer", "update", "config", "k1"):
            is_theirs = role == right and (kid == role or (role, kid) == ("operator", "config"))
            # What the operator signs as an installer, and so on; the installer may configure, that is his key's purpose.
            if is_theirs or (name, role, kid) == ("config_desired", "installer", "installer"):
                continue
            site.run(16000)     # or their number is what refuses them
            site.attack(rsa_signed(site, name, key, kid))
    site.run(16000)
    topic, payload = rsa_signed(site, name, keys[right], right)
    site.attack((topic, auth.sign(topic, payload.rpartition(b"\n")[0], "k1", DEVICE_KEY)))
    site.run(16000)
    site.attack((topic, payload.rpartition(b"\n")[0]))
    site.run(16000)
    site.attack((topic, rsa_signed(site, "job" if name != "job" else "revocation", keys[right], right)[1]))
    assert site.told()


def test_stolen_keys_of_the_supervisor_change_no_configuration_firmware_or_key(site):
    """Device key and master: what the supervisor's machine holds. Commands are possible with them, bounded; nothing else."""
    for name in ("config_desired", "job", "revocation", "move"):
        topic, payload = rsa_signed(site, name, bench.make_key(), "operator")
        site.attack((topic, auth.sign(topic, payload.rpartition(b"\n")[0], "k1", DEVICE_KEY)))
    site.send(command(site, 9, p_w=6000, priority=5))
    site.run(10000)
    assert 0 < site.setpoint_w() <= 6000, "its own rating, its own ramp, and for 900 s at most"
    site.run(120000)
    assert site.setpoint_w() == bench.CHARGE_W, "the lease is over"


def test_an_operator_s_key_reaches_no_installer_row_key_or_door(keys, site):
    for number, changes in enumerate((
            {"site": {"fuse_a": 500}}, {"vpp": {"installer_key": "a" * 768}}, {"vpp": {"tls": False}}, {"vpp": {"host": "evil.example"}},
            {"page": {"enabled": True}}, {"bounds": {"reversals_per_h": 3600}}, {"local": {"query_port": 1}})):
        site.run(16000)
        before = site.picture()
        site.send(rsa_signed(site, "config_desired", keys["operator"], "operator", version=number + 1, set=changes))
        site.run(2000)
        assert site.picture() == before, changes
    assert b'"what":"config"' in site.ports.store.files["audit"] and b"refused" in site.ports.store.files["audit"]


def test_a_revoked_key_is_no_key(keys, site):
    site.send(rsa_signed(site, "revocation", keys["installer"], "installer"))
    site.run(2000)
    assert sorted(site.gateway.vpp.inbox.gate.keys) == ["k2"]
    site.before = site.picture()
    site.attack(command(site))
    again = Attacked(keys, site.restart())
    again.attack(command(again))
    assert again.told() and again.refusals() == [refusals.BAD_SIGNATURE]
    again.send(rsa_signed(again, "revocation", keys["installer"], "installer", kids=["k2"], kid="k1",
                          iat_ms=again.unix_ms() - 3600000))     # an older one, recorded
    again.run(2000)
    again.untouched()


def test_forged_broadcasts_move_nobody_without_a_contract_and_nobody_beyond_it(site):
    def broadcast(seq, scalar, **fields):
        content = {"seq": seq, "iat_ms": site.unix_ms(), "scalar": scalar}
        content.update(fields)
        return topics.topic("agc", group="f1"), messages.encode("agc", content)

    site.send(broadcast(1, 1.0))
    site.run(5000)
    site.untouched()
    site.attack(broadcast(2, 1.0), retain=True)
    site.attack(broadcast(3, 1.0, iat_ms=site.unix_ms() - 60000))
    site.attack((topics.topic("agc", group="f1"), b'{"v":1,"seq":9,"iat_ms":0,"scalar":1e9}'))
    assert site.told()
    site.send(command(site, 3, kind="agc_reservation", p_cap_w=500.0, exp_ms=site.unix_ms() + 900000))
    site.run(5000)
    for seq in range(10, 40):
        site.send(broadcast(seq, 1.0 if seq % 2 else -1.0))
        site.run(1000)
        assert bench.CHARGE_W - 500 <= site.setpoint_w() <= 500, "inside what was sold"


def test_another_gateway_s_private_or_unknown_topics_wake_nothing(site):
    for topic in ("v2g/1/gw-test/dn/", "v2g/1//dn/cmd", "v2g/1/gw-test/dn/shell", "v2g/1/host/cmd", "$SYS/broker", "v2g-edge/gw-test/set/wish"):
        site.send((topic, b'{"wish":"discharge_now"}'))
    site.run(2000)
    site.untouched()
