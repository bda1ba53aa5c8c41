"""`v2g job`: what is asked of it wrongly ends in a line that says what to do; what is right arrives signed on the broker.

Not its job: real gateways (sim/test_update_live). Source: tools/commands/job.py.
"""

import json
import threading

import pytest

pytest.importorskip("cryptography")
pytest.importorskip("paho")

from cryptography.hazmat.primitives import serialization

from host_sim.broker import start_broker
from host_sim.live.site_files import free_port
from protocols import auth, bundle, messages, topics
from tests.conformance.mqtt_peer import Peer
from tests.fault import update_bench
from tests.portable import signed_bundle
from tools import cli

MODULUS = update_bench.KEY.public_key().public_numbers().n


@pytest.fixture
def key(tmp_path):
    path = tmp_path / "update.pem"
    path.write_bytes(update_bench.KEY.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    return str(path)


def test_wrong_arguments_say_what_to_do(key, tmp_path, capsys):
    unsigned = tmp_path / "unsigned.v2g"
    unsigned.write_bytes(bundle.head(signed_bundle.manifest()) + bytes(99))
    (tmp_path / "text").write_text("no bundle")
    common = ["--key", key, "--broker", "mqtt://127.0.0.1"]
    for arguments, words in (
            (["restart"], "name at least one gateway"), (["restart", "Gw 1"], "no gateway can be called"),
            (["update", "gw-1"], "--bundle"), (["update", "gw-1", "--bundle", str(unsigned)], "unsigned"),
            (["update", "gw-1", "--bundle", str(tmp_path / "text")], "is no bundle"), (["rotate-key", "gw-1"], "--kid")):
        assert cli.main(["job"] + arguments + common) == 2, arguments
        assert words in capsys.readouterr().err
    assert cli.main(["job", "restart", "gw-1", "--key", key, "--broker", "somewhere"]) == 2
    assert cli.main(["job", "restart", "gw-1", "--key", str(tmp_path / "text"), "--broker", "mqtt://127.0.0.1"]) == 2
    assert cli.main(["job", "restart", "gw-1", "--key", str(tmp_path / "none"), "--broker", "mqtt://127.0.0.1"]) == 1
    with pytest.raises(SystemExit):
        cli.main(["job", "restart", "gw-1", "--window", "25:00-26:00"] + common)


def test_without_a_broker_it_says_so(key, capsys):
    assert cli.main(["job", "restart", "gw-1", "--key", key, "--broker", "mqtt://127.0.0.1:%d" % free_port()]) == 3
    assert "no broker at" in capsys.readouterr().err


def test_a_job_is_signed_for_its_gateway_and_its_end_is_told(key, capsys):
    with start_broker(own=True) as broker:
        peer = Peer(broker, "gw-1").subscribe(("v2g/1/gw-1/dn/#", 1))
        codes = []
        worker = threading.Thread(target=lambda: codes.append(cli.main(
            ["job", "restart", "gw-1", "--key", key, "--broker", "mqtt://%s:%d" % (broker.host, broker.port), "--json", "--wait", "5",
             "--window", "22:30-04:00", "--random", "60"])))
        worker.start()
        topic, payload, qos, retained, _ = peer.messages(1)[0]
        json_bytes, kid, error = auth.verify("rsa", topic, payload.encode(), {"update": MODULUS})
        assert error is None and topic == topics.topic("job", "gw-1") and kid == "update"
        content, error = messages.decode("job", json_bytes)
        assert error is None and (content["window_from_min"], content["window_to_min"]) == (1350, 240)
        assert (content["kind"], content["wait_s"], content["rand_s"]) == ("restart", 5, 60)
        state = {"boot": "b", "job": content["id"], "kind": "restart", "state": "failed", "reason": 39, "words": "never", "version": "0.1.0"}
        peer.publish(topics.topic("job_state", "gw-1"), messages.encode("job_state", state), retain=True)
        worker.join(30)
        peer.bye()
    assert codes == [1]
    shown = capsys.readouterr()
    assert json.loads(shown.out)["gateways"][0]["state"] == "failed" and "give a longer window" in shown.err
