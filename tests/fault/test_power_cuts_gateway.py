"""Power cuts ahead of every write of a running gateway: configuration, counters, journal, wishes, audit log, stored history.

The disk is cut_files.py; the firmware starts, works and starts again on it. The last test counts the cuts.
"""

import json

import pytest

from edge import audit, config_loader, journal
from edge.drivers.profile_loader import load_profile
from edge.link.config_link import stored
from protocols import auth, messages, topics
from tests.fault.cut_site import CutSite, command, ports_on, store_on
from tests.fault.cuts import every_cut
from tests.fault.history_bench import key_of
from tests.portable import fake_site
from tools.gateway import journal_file
from tools.gateway.replay import Replay

rsa = pytest.importorskip("cryptography.hazmat.primitives.asymmetric.rsa")

CUTS_MIN = 1000
made = {}       # name of the work -> cuts
VPP = {"enabled": True, "host": "broker", "tls": False, "key": fake_site.KEY_HEX}
SITE = fake_site.document(vpp=VPP, journal={"segment_bytes": 4096, "segments": 4})


def cut(name, work, check, prepare=store_on, draws=5):
    made[name] = every_cut(prepare, work, check, draws=draws)


# -- configuration -------------------------------------------------------------------------------------------

TAUS_S = {0: None, 1: 5.0, 2: 6.0}      # of each version


@pytest.fixture(scope="module")
def changes():
    """(site document, {version: signed change})."""
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import padding

    key = rsa.generate_private_key(public_exponent=65537, key_size=3072)
    document = fake_site.document(vpp=dict(VPP, config_key="%0768x" % key.public_key().public_numbers().n))
    topic = topics.topic("config_desired", "gw-test")
    signed = {}
    for version in (1, 2):
        content = messages.encode("config_desired", {
            "id": "d%d" % version, "iat_ms": fake_site.UNIX_MS + version, "version": version, "base_version": version - 1,
            "access": "operator", "set": {"wape": {"enabled": True, "tau_s": TAUS_S[version]}}})
        signature = key.sign(auth.covered(topic, content), padding.PKCS1v15(), hashes.SHA256())
        signed[version] = auth.attach(content, "config", signature)
    return document, signed


def test_a_configuration_is_the_old_or_the_new_one(changes):
    document, signed = changes
    config, _ = config_loader.load(document, load_profile)

    def start(files, boot):
        site = CutSite(document, files, boot)
        site.run(1500)
        return site

    def work(files, told):
        site = start(files, 1)
        site.publish("config_desired", signed[1], True)
        site.run(3000)                      # ends with the restart
        assert site.exit_code is not None
        told.append(1)
        site = start(files, 2)
        site.hear_host()
        site.run(6000)
        told.append("confirmed")
        site.publish("config_desired", signed[2], True)
        site.run(3000)
        told.append(2)
        site = start(files, 3)              # the host is never heard
        site.run(125000)
        told.append("rolled back")

    def check(files, told):
        store = stored(ports_on(files, 9), config)
        tau_s = store.document.get("wape", {}).get("tau_s")
        assert tau_s == TAUS_S[store.version], (store.version, tau_s)
        if "rolled back" in told:
            assert store.version == 1 and store.refused_version == 2
        elif told:
            # On the way to the next step the next version may be there, and may have been rolled back.
            assert store.version in {1: (0, 1), "confirmed": (1, 2), 2: (1, 2)}[told[-1]], store.version
            assert store.version != 0 or store.refused_version == 1
        else:
            assert store.version in (0, 1)
        site = start(files, 10)             # and it runs
        assert site.gateway.ticks > 5

    cut("configuration", work, check, draws=3)


# -- counters ------------------------------------------------------------------------------------------------

def test_no_command_that_was_answered_is_taken_again():
    def work(files, told):
        for boot in (1, 2, 3):
            site = CutSite(SITE, files, boot)
            site.run(1500)
            for number in range(3):
                seq = boot * 3000 + number * 700
                payload = command(seq, site.ports.clock.ms)
                site.publish("cmd", payload)
                if "received" in site.stages("c%d" % seq):
                    told.append((seq, payload))
                site.run(300)
        assert len(told) == 9

    def check(files, told):
        site = CutSite(SITE, files, 4)
        site.run(1500)
        for seq, payload in told:
            site.publish("cmd", payload)
            site.run(100)
            assert site.stages("c%d" % seq) == ["refused"], seq
        site.publish("cmd", command(20000, site.ports.clock.ms))      # a new one is still taken
        site.run(200)
        assert site.stages("c20000")[0] == "received"

    cut("counters", work, check)


# -- journal -------------------------------------------------------------------------------------------------

def test_what_is_left_of_the_journal_replays():
    """A power cut loses the end of a segment; what stands there is computed again, register by register."""
    def work(files, told):
        for boot in (1, 2):
            site = CutSite(SITE, files, boot)
            site.run(6000)
            site.publish("cmd", command(boot * 5000, site.ports.clock.ms))
            site.run(9000)
            told.append(boot)

    def check(files, told):
        store = store_on(files)
        found = [(name, store.read(name)) for name in store.names("journal-") if name != journal.NEXT_FILE]
        rows = [(name, data, journal_file.begin_of(data)) for name, data in found]
        run = Replay()
        for row in sorted(rows, key=lambda row: row[2].number if row[2] else -1):
            run.feed_segment(*row)
        assert run.differences == []
        assert run.ticks > 0 or not told
        number = journal.next_number(store)
        assert all([row[2] is None or row[2].number < number for row in rows]), "a segment would be begun twice"

    cut("journal", work, check, draws=3)


# -- wishes, audit log ---------------------------------------------------------------------------------------

def test_a_wish_that_was_granted_is_there():
    def work(files, told):
        site = CutSite(SITE, files, 1)
        site.run(1500)
        for watts in (1000, 2000, 3000):
            site._do(site.gateway.on_query(site.now_ms, 1, {"wish": "charge_now", "p_w": watts, "minutes": 60}))
            site.run(200)
            told.append(watts)

    def check(files, told):
        content = store_on(files).read("wishes")
        kept = 0 if content is None else json.loads(content)[4][0][0][1] or 0
        assert kept in (0, 1000, 2000, 3000) and kept >= (told[-1] if told else 0), kept

    cut("wishes", work, check)


def test_the_audit_log_keeps_what_it_said_it_kept():
    def note(files, number, boot):
        return audit.note(ports_on(files, boot), "login", "10.0.0.%d" % number, "x" * 150)

    def work(files, told):
        for number in range(12):
            if note(files, number, 1):
                told.append("10.0.0.%d" % number)

    def check(files, told):
        assert note(files, 99, 2)
        lines = (store_on(files).read(audit.FILE) or b"").split(b"\n")[:-1]
        rows = [json.loads(line) for line in lines]
        assert [row["prev"] for row in rows[1:]] == [audit.link(line) for line in lines[:-1]]
        assert [row["who"] for row in rows][:len(told)] == told and rows[-1]["who"] == "10.0.0.99"

    cut("audit", work, check)


# -- stored history ------------------------------------------------------------------------------------------

def test_history_that_was_written_is_delivered():
    """Away, away with a restart, back: whatever the moment, what was in a file by then reaches the broker."""
    document = fake_site.document(vpp=dict(VPP, telemetry_s=1), history={"flush_s": 2})

    def away(files, boot, told):
        site = CutSite(document, files, boot)
        site.run(1500)
        live = site.gateway.vpp._event_seq
        site.close("vpp")
        site._answer = lambda link, data: None if link == "vpp" else fake_site.FakeSite._answer(site, link, data)
        for _ in range(8):
            site.run(1000)
            keeper = site.gateway.vpp.archive
            if not keeper._waiting:
                told.append((boot, live, site.gateway.vpp._event_seq, site.gateway.vpp._telemetry._seq))
        site.stop()
        site.run(12000)

    def back(files, boot):
        site = CutSite(document, files, boot)
        site.run(6000)
        assert site.gateway.vpp.archive is None and store_on(files).names("hist-") == []
        return site

    def work(files, told):
        away(files, 1, told)
        away(files, 2, told)
        keys = keys_in(back(files, 3))
        told.append(keys)

    def check(files, told):
        found = keys_in(back(files, 4)) if not told or isinstance(told[-1], tuple) else told.pop()
        for boot, live, event_seq, tele_seq in told:
            name = "%02x" % boot * 4
            for seq in range(live + 1, event_seq + 1):
                assert (name, "event", seq) in found, (boot, seq)
            for seq in range(2, tele_seq + 1):      # the first went out live
                assert (name, "tele/evse1", seq) in found, (boot, seq)

    cut("history", work, check, draws=4)


def keys_in(site):
    """Keys of all records in the batches that were sent."""
    found = set()
    for payload in site.messages("/up/hist"):
        content, error = messages.decode("hist", payload)
        assert error is None, error
        for name in ("tele", "perf", "event"):
            found.update([key_of(name, record["device"], record) for record in content[name] or ()])
    return found


def test_there_were_a_thousand_cuts():
    if len(made) < 6:
        pytest.skip("only some of the tests above were run")
    assert sum(made.values()) >= CUTS_MIN, made
