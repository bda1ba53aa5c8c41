"""Floods from the broker and from the household's: every tick comes, few signatures are computed, little is written, and it is told.

How long a tick takes on this machine under a flood is measured by `v2g bench` (tools/bench/flood.py); time here is virtual.
Source: SECURITY.md.
"""

import pytest

from edge.home_reasons import WISH_REFUSED
from edge.link import config_link, site_wishes, vpp
from protocols import auth, messages, topics
from tests.fault import attack_bench as bench
from tests.fault.attack_bench import GATEWAY, Attacked, command, hmac_signed, rsa_signed

A_SECOND = 10000
SECONDS = 3
HOME = {"host": "home", "tls": False}


@pytest.fixture(scope="module")
def keys():
    return bench.make_keys()


def flood(site, message, seconds=SECONDS, of_link="vpp"):
    """10,000 messages a second, a hundred every 10 ms; all ticks have to come."""
    ticks = site.gateway.ticks
    data = bench.packet.publish(*message, qos=0) * 100
    for _ in range(seconds * A_SECOND // 100):
        site.bytes_from_broker(data, of_link)
        site.run(10)
    assert site.gateway.ticks - ticks >= 10 * seconds - 1 and site.gateway.stalls == 0


def written(site):
    """Bytes of the store."""
    return sum(len(data) for data in site.ports.store.files.values())


def counted(monkeypatch):
    """[(scheme)] of the signatures that are computed from now on."""
    calls, verify = [], auth.verify

    def noted(scheme, *arguments):
        calls.append(scheme)
        return verify(scheme, *arguments)

    monkeypatch.setattr(auth, "verify", noted)
    return calls


FLOODS = {
    "forged commands": lambda site, keys: command(site, key=b"0" * 32),
    "recorded commands": lambda site, keys: command(site, iat_ms=site.unix_ms() - 90000, exp_ms=site.unix_ms() - 60000),
    "commands of many bytes": lambda site, keys: (topics.topic("cmd", GATEWAY), b"{" + b"x" * 8000 + b"}\nk1:" + b"0" * 64),
    "plans": lambda site, keys: hmac_signed("plan", {"id": "p", "seq": 1, "iat_ms": 5, "p_default_w": 6000.0}, key=b"0" * 32),
    "requests": lambda site, keys: hmac_signed("config_request", {"id": "r", "iat_ms": 5, "sections": ["vpp"]}, key=b"0" * 32),
    "configurations": lambda site, keys: rsa_signed(site, "config_desired", keys["nobody"], "operator"),
    "jobs": lambda site, keys: rsa_signed(site, "job", keys["nobody"], "update"),
    "revocations": lambda site, keys: rsa_signed(site, "revocation", keys["nobody"], "installer"),
    "pieces of a bundle": lambda site, keys: (topics.topic("chunk", GATEWAY), messages.encode(
        "chunk", {"job": "j", "offset_bytes": 0, "data": "AAAA"})),
    "broadcasts": lambda site, keys: (topics.topic("agc", group="f1"), messages.encode("agc", {"seq": 1, "iat_ms": 5, "scalar": 1.0})),
    "another one's": lambda site, keys: rsa_signed(site, "job", keys["update"], "update", gateway="gw-other"),
    "nonsense": lambda site, keys: ("v2g/1/gw-test/dn/nonsense", b"\xff" * 100),
}
SILENT = ("pieces of a bundle", "nonsense")       # nobody asked for them: dropped before anything is looked at


@pytest.mark.parametrize("what", FLOODS)
def test_a_flood_costs_no_tick_few_signatures_and_little_space(keys, monkeypatch, what):
    site = Attacked(keys)
    message = FLOODS[what](site, keys)
    site.run(2000)
    before = written(site)
    calls = counted(monkeypatch)
    flood(site, message)
    assert calls.count("hmac") <= 50 + 10 * (SECONDS + 2)
    assert calls.count("rsa") <= max(vpp.RSA_BURST, config_link.BURST) + 1
    site.run(2000)
    site.untouched()
    assert written(site) - before < 20000, "the journal of five seconds, and a few lines about it"
    assert what in SILENT or site.told()
    if what not in SILENT:
        assert site.gateway.vpp.inbox.refused == SECONDS * A_SECOND
    site.run(10000)
    site.send(command(site, 9, p_w=-1000.0))
    site.run(10000)
    assert site.setpoint_w() == -1000, "the true supervisor is heard again"


def test_a_flood_of_supervisors_that_come_and_go_changes_nothing(keys):
    site = Attacked(keys)
    topic = topics.HOST_STATE
    for number in range(300):
        for state in ("online", "offline"):
            site.send((topic, messages.encode("host_state", {"state": state, "session": "s%d" % number})), retain=True)
        site.run(10)
    site.run(2000)
    site.untouched()


def test_a_broker_that_acknowledges_nothing_fills_no_disk(keys):
    """Archive stuffing: refusals and answers are never stored; what is stored has its own bound and its own ring."""
    site = Attacked(keys, history={"kept_bytes": 65536})
    site._broker = lambda data, link="vpp": None      # takes everything, says nothing
    for _ in range(120):
        for seq in range(100):
            site.send(command(site, seq, key=b"0" * 32))
        site.run(1000)
    kept = {name: data for name, data in site.ports.store.files.items() if name.startswith("hist-")}
    assert sum(len(data) for data in kept.values()) <= 65536
    assert kept and not [data for data in kept.values() if b'"stage"' in data], "no answers to strangers"
    assert site.setpoint_w() == bench.CHARGE_W and site.gateway.stalls == 0


def test_a_household_device_that_floods_wishes_costs_an_answer_a_second(keys):
    site = Attacked(keys, site_link=HOME)
    wish = ("v2g-edge/gw-test/set/wish", b'{"wish":"nonsense"}')
    before = written(site)
    flood(site, wish, of_link="site")
    assert len(site.messages("/answer")) <= site_wishes.BURST + (1 + site_wishes.REFILL_PER_S) * SECONDS + 1
    assert site.gateway.site_link.wishes.refused == SECONDS * A_SECOND
    assert written(site) - before < 20000
    events = [messages.decode("event", payload)[0]["code"] for payload in site.messages("/up/event")]
    assert events.count(WISH_REFUSED) == 1
    site.bytes_from_broker(bench.packet.publish("v2g-edge/gw-test/set/wish", b'{"wish":"discharge_now"}', qos=0, retain=True), "site")
    site.run(2000)
    site.untouched()


def test_forged_answers_to_an_enrolment_wash_nothing_out_of_the_audit_log():
    from edge import audit
    from tests.portable import enrol_bench

    run = enrol_bench.Bench()
    audit.note(run.ports, "config", "installer", "what somebody wants to be rid of")
    asked = run.ask()
    forged = run.answer(asked, sign_key=b"0" * 32), (topics.topic("certificate", enrol_bench.GATEWAY), b"{}")
    for number in range(5000):
        assert not run.take(forged[number % 2])
    records = run.ports.files[audit.FILE].split(b"\n")[:-1]
    assert b"rid of" in records[0] and len(records) < 12
    assert run.take(run.answer(asked)), "the true answer is taken all the same"
