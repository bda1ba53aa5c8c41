"""Jobs on the wire of one gateway: signed or not, addressed to whom, what is told, kept in the audit log, and forgotten.

Not its job: the state machine (portable/test_jobs), real processes (sim/test_update_live). Source: edge/link/jobs_link.py.
"""

import base64
import hashlib

import pytest

from edge import slots
from edge.gateway import EXIT_RESTART
from edge.update import install
from protocols import messages, refusals, topics
from protocols.mqtt import packet
from tests.portable import fake_site

rsa = pytest.importorskip("cryptography.hazmat.primitives.asymmetric.rsa")

from tests.fault import update_bench
from tools.keys import signing

KEY = update_bench.KEY


def start(files=None, key=KEY, releases=True, **vpp):
    vpp = {"enabled": True, "host": "broker", "tls": False, "key": fake_site.KEY_HEX, "telemetry_s": 3600,
           "update_key": "%0768x" % key.public_key().public_numbers().n, **vpp}
    ports = fake_site.Ports()
    ports.entropy = lambda count: bytes([len(files or ())]) * count     # another boot id for another start
    site = fake_site.FakeSite(fake_site.document(vpp=vpp), {"bus:lan": {1: fake_site.charger_bank()}}, files, ports=ports)
    site.ports.releases = Releases() if releases else None
    site.run(2000)
    return site


class Releases:
    """What the starter has chosen, as jobs see it."""

    board, runtime = "linux-generic", "cpython"
    running = "0.1.0"
    record = slots.confirm(slots.stage(None, "0.1.0"))

    def free_bytes(self):
        return None


def send(site, signer="update", key=KEY, gateway="gw-test", **fields):
    content = {"id": "j1", "iat_ms": fake_site.UNIX_MS, "exp_ms": fake_site.UNIX_MS + 86400000, "kind": "restart", "wait_s": 0, **fields}
    _, payload = signing.signed("job", gateway, content, signer, key)
    site.bytes_from_broker(packet.publish(topics.topic("job", "gw-test"), payload, retain=True))
    site.run(500)


def told(site):
    return [messages.decode("job_state", payload)[0] for payload in site.messages("/up/job")]


def test_a_signed_restart_ends_in_a_clean_stop():
    site = start()
    send(site)
    assert told(site)[0]["state"] == "queued" and told(site)[-1]["waits_for"] == "restart"
    site.run(10000)
    assert site.exit_code == EXIT_RESTART
    assert not install.after_stop(site.gateway.config, site.ports, None, None)
    again = start(site.ports.store.files)
    assert told(again)[-1]["state"] == "confirmed" and again.gateway.vpp.jobs is None
    assert b'"job"' in again.ports.store.files["audit"]


def test_what_is_not_signed_for_this_gateway_changes_nothing():
    foreign = rsa.generate_private_key(public_exponent=65537, key_size=3072)
    for changes in ({"key": foreign}, {"signer": "operator"}, {"signer": "config"}, {"gateway": "gw-other"}):
        site = start()
        refused = site.gateway.vpp.inbox.refused
        send(site, **changes)
        assert told(site) == [] and site.gateway.vpp.jobs is None and site.gateway.vpp.inbox.refused == refused + 1, changes
    site = start()
    content = {"id": "j1", "iat_ms": 1, "exp_ms": 2, "kind": "restart"}
    for payload in (messages.encode("job", content), b"", b"{}\nupdate:00", bytes(9000)):
        site.bytes_from_broker(packet.publish(topics.topic("job", "gw-test"), payload, retain=True))
        site.run(300)
    assert told(site) == [] and site.exit_code is None
    site = start(update_key=None)
    send(site)
    assert told(site) == [] and site.gateway.vpp.inbox.refused == 1


def test_the_retained_job_comes_again_with_every_connection_and_has_one_effect():
    site = start()
    site.ports.lines = ["one", "two"]
    send(site, kind="logs")
    site.run(2000)
    assert [content["state"] for content in told(site)] == ["queued", "applied", "confirmed"]
    uploads = [messages.decode("upload", payload)[0] for payload in site.messages("/up/upload")]
    assert [base64.b64decode(content["data"]) for content in uploads][0].startswith(b"one\ntwo")
    site.close("vpp")
    site.run(5000)
    send(site, kind="logs")
    assert [content["state"] for content in told(site)][3:] == ["confirmed"] and len(site.messages("/up/upload")) == 1


def test_power_is_ramped_to_zero_before_the_stop_and_never_while_it_is_waited_for():
    site = start()
    site.run(15000)
    assert site.gateway.state.ders[0].p_set_w < -1000
    send(site, wait_s=30)
    site.run(20000)
    assert told(site)[-1]["waits_for"] == "rest" and site.exit_code is None
    assert site.gateway.state.ders[0].p_set_w < -1000
    site.run(30000)
    assert site.exit_code == EXIT_RESTART and site.gateway.state.ders[0].p_set_w == 0


def test_an_update_over_the_wire_ends_in_an_installed_release(tmp_path):
    data = update_bench.bundle_of("9.0.0")
    site = start(telemetry_s=1)
    machine = update_bench.Machine(_disk())
    site.ports.releases = machine.ports.releases
    send(site, kind="update", version="9.0.0", size_bytes=len(data), sha256=hashlib.sha256(data).hexdigest())
    for _ in range(100):
        fetches = site.messages("/up/fetch")
        if site.exit_code is not None:
            break
        if fetches:
            request, error = messages.decode("fetch", fetches[-1])
            assert error is None
            for number in range(request["chunks"]):
                at = request["offset_bytes"] + number * request["chunk_bytes"]
                if at < len(data):
                    content = {"job": "j1", "offset_bytes": at, "data": base64.b64encode(data[at:at + request["chunk_bytes"]]).decode()}
                    site.bytes_from_broker(packet.publish(topics.topic("chunk", "gw-test"), messages.encode("chunk", content)))
        site.run(1100)
    assert site.exit_code == EXIT_RESTART
    # Live data went on beside the download, a record a second.
    times_ms = [messages.decode("tele", payload)[0]["mono_ms"] for payload in site.messages("/up/tele/evse1")]
    assert max([later - sooner for sooner, later in zip(times_ms, times_ms[1:])]) <= 1100
    assert install.after_stop(site.gateway.config, site.ports, update_bench.unpacked, lambda: None)
    assert machine.start() == "9.0.0"
    again = start(site.ports.store.files)
    assert again.gateway.vpp.jobs is None and told(again)[-1]["reason"] == refusals.UNHEALTHY   # its record knows nothing of it


def _disk():
    from tests.fault.cut_files import CutFiles

    files = CutFiles()
    update_bench.prepare(files)
    return files


def test_a_new_device_key_counts_beside_the_old_one_until_the_job_ends():
    root = "11" * 32
    site = start(root_key=root)
    send(site, kind="rotate_key", kid="k2", wait_s=60)
    gate = site.gateway.vpp.inbox.gate
    assert sorted(gate.keys) == ["k1", "k2"]
    site.run(70000)
    assert told(site)[-1]["state"] == "confirmed" and sorted(gate.keys) == ["k2"]
    site = start()
    send(site, kind="rotate_key", kid="k2")
    assert (told(site)[-1]["state"], told(site)[-1]["reason"]) == ("failed", refusals.UNAVAILABLE)
    assert "root_key" in told(site)[-1]["words"]


def test_a_chunk_without_a_job_is_nothing():
    site = start()
    for payload in (b"", b"{", messages.encode("chunk", {"job": "x", "offset_bytes": 0, "data": "AAAA"})):
        site.bytes_from_broker(packet.publish(topics.topic("chunk", "gw-test"), payload))
    site.run(300)
    assert "bundle" not in site.ports.store.files and site.exit_code is None
