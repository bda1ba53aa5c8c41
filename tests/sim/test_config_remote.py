"""`v2g config` over MQTT: a real gateway behind a broker on a socket is read, changed, asked for sections and its history.

Not its job: the trial itself (test_config_world), the verb on the gateway (unit/test_config_verb).
Source: ours. The gateway's clock runs ten times as fast as the wall's, or a trial would take a minute.
"""

import json
import socket
import threading
import time

import pytest

pytest.importorskip("cryptography")
pytest.importorskip("paho.mqtt.client")
import paho.mqtt.client as paho  # noqa: E402
from cryptography.hazmat.primitives import serialization  # noqa: E402

from edge import config_loader, main  # noqa: E402
from edge.drivers.profile_loader import load_profile  # noqa: E402
from host_sim.broker.server import OwnBroker  # noqa: E402
from protocols import messages, topics  # noqa: E402
from protocols.mqtt import packet  # noqa: E402
from tests.portable import fake_site  # noqa: E402
from tests.sim.config_world import new_key  # noqa: E402
from tools import cli  # noqa: E402
from tools.jobs import host_sign  # noqa: E402

STEP_MS = 100
WALL_S = 0.01


class LiveSite(fake_site.FakeSite):
    """A gateway whose link to the power plant is a socket."""

    def __init__(self, document, files, address):
        super().__init__(document, {"bus:lan": {1: fake_site.charger_bank()}}, files)
        config, errors = config_loader.load(document, load_profile)
        assert not errors, errors
        self.gateway = main.make_gateway(config, self.ports)
        self.ports.clock.ms = time.time_ns() // 1_000_000
        self._socket = socket.create_connection(address)
        self._socket.setblocking(False)

    def turn(self):
        """A step of time, and what the broker has sent."""
        self.run(STEP_MS)
        try:
            data = self._socket.recv(65536)
        except BlockingIOError:
            return
        self.bytes_from_broker(data)

    def leave(self):
        """The process ends."""
        self._socket.close()

    def _answer(self, link, data):
        if link == "vpp":
            self._socket.sendall(data)
        else:
            super()._answer(link, data)


class Runner(threading.Thread):
    """Runs it, and again after a restart, until it is told to stop."""

    def __init__(self, document, address):
        super().__init__(daemon=True)
        self.fault = None
        self._document, self._address = document, address
        self._is_over = threading.Event()

    def run(self):
        files = {}
        try:
            while not self._is_over.is_set():
                site = LiveSite(self._document, files, self._address)
                while site.exit_code is None and not self._is_over.is_set():
                    site.turn()
                    time.sleep(WALL_S)
                files = site.ports.store.files
                site.leave()
        except Exception as error:
            self.fault = error
            raise

    def stop(self):
        """End and look whether it fared well."""
        self._is_over.set()
        self.join(10)
        assert self.fault is None


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    """{role: (path of the PEM file, modulus)}."""
    folder = tmp_path_factory.mktemp("keys")
    found = {}
    for role in ("operator", "installer", "stranger"):
        key, modulus = new_key()
        path = folder / (role + ".pem")
        path.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                                           serialization.NoEncryption()))
        found[role] = str(path), modulus
    (folder / "device.hex").write_text(fake_site.KEY_HEX)
    found["device"] = str(folder / "device.hex"), None
    return found


@pytest.fixture
def v2g(alone):
    """As alone, with a supervisor that is online."""
    run, broker = alone
    say_online((broker.host, broker.port))
    return run


@pytest.fixture
def alone(keys, capsys):
    """(function (*words) -> (exit code, stdout, stderr) of `v2g config … --broker --gateway` on a running gateway, broker)."""
    with OwnBroker() as broker:
        vpp = {"enabled": True, "host": "broker", "port": 1883, "tls": False, "key": fake_site.KEY_HEX,
               "config_key": keys["operator"][1], "installer_key": keys["installer"][1]}
        runner = Runner(fake_site.document(vpp=vpp), (broker.host, broker.port))
        runner.start()
        deadline_s = time.monotonic() + 5

        def run(action, *words):
            code = 3
            while code == 3 and time.monotonic() < deadline_s + 30:
                code = cli.main(["config", action, "--broker", "mqtt://%s:%d" % (broker.host, broker.port), "--gateway", "gw-test",
                                 "--wait", "20", *words])
                said = capsys.readouterr()
                if "has reported no configuration" not in said.err:
                    break
            return code, said.out, said.err

        yield run, broker
        runner.stop()


def say_online(address):
    """A supervisor that lives, as the broker keeps it."""
    with socket.create_connection(address) as link:
        link.sendall(packet.connect("host", 60, clean=True))
        link.recv(100)
        link.sendall(packet.publish(topics.HOST_STATE, messages.encode("host_state", {"state": "online", "session": "s1"}), retain=True))
        link.sendall(b"\xe0\x00")
        time.sleep(0.1)


def kept_state(address):
    """The decoded host_state that the broker keeps."""
    found = []
    client = paho.Client(paho.CallbackAPIVersion.VERSION2, "reader")
    client.on_connect = lambda *_: client.subscribe(topics.HOST_STATE, 1)
    client.on_message = lambda _client, _data, message: found.append(messages.decode("host_state", message.payload)[0])
    client.connect(*address)
    until_s = time.monotonic() + 10
    while not found and time.monotonic() < until_s:
        client.loop(0.1)
    client.disconnect()
    return found[0]


def test_a_change_is_signed_sent_tried_and_in_force(v2g, keys):
    code, out, err = v2g("set", "--key", keys["operator"][0], "evse.evse1.wape=false", "wape.tau_s=6")
    assert (code, out) == (0, "version 1 is in force\n"), err
    code, out, _ = v2g("get", "wape", "evse.evse1.wape")
    assert code == 0 and out.splitlines() == ["wape.tau_s = 6           version 1", "evse.evse1.wape = false  version 1"]
    code, out, _ = v2g("history", "--device-key", keys["device"][0], "--json")
    rows = json.loads(out)
    assert code == 0 and [(row["version"], row["who"], row["what"], row["outcome"]) for row in rows] == [
        (1, "operator", "evse.evse1.wape, wape.tau_s", "in force")]


def test_refusals_are_told_path_by_path_with_what_was_meant(v2g, keys):
    code, _, err = v2g("set", "--key", keys["operator"][0], "wape.taus=6", "evse.evse1.p_charge_max_w=3000")
    assert code == 1
    assert "wape.taus: no such key; did you mean tau_s?" in err
    assert "evse.evse1.p_charge_max_w = 3000: allowed only with the installer's signature" in err
    assert "gw-test refused it; version 0 goes on" in err
    # Its number is used up; the next change takes the one after it.
    code, out, err = v2g("set", "--key", keys["installer"][0], "--as", "installer", "evse.evse1.p_charge_max_w=3000")
    assert (code, out) == (0, "version 2 is in force\n"), err


def test_a_dry_run_is_judged_here_and_sends_nothing(v2g):
    code, _, err = v2g("set", "--dry-run", "evse.evse1.soc_min_pct=120")
    assert code == 1 and "evse.evse1.soc_min_pct = 120: allowed 0–100 %" in err and "it would be refused" in err
    code, out, _ = v2g("set", "--dry-run", "evse.evse1.soc_min_pct=30")
    assert code == 0 and out == "version 1 would go to gw-test, made for version 0\n"
    assert json.loads(v2g("get", "--json")[1])["version"] == 0


def test_what_is_signed_with_a_wrong_key_is_told_at_once(v2g, keys):
    began_s = time.monotonic()
    code, _, err = v2g("set", "--key", keys["stranger"][0], "wape.tau_s=6", "--wait", "90")
    assert code == 1 and err.startswith("refused: bad_signature"), err
    assert "is --key the operator's key of this gateway (vpp.config_key)?" in err
    assert time.monotonic() - began_s < 60, "not when the patience is over"


def test_without_a_supervisor_it_says_what_the_gateway_waits_for(alone, keys, monkeypatch):
    monkeypatch.setattr(host_sign, "LONG_MS", 1000)
    code, _, err = alone[0]("set", "--key", keys["operator"][0], "wape.tau_s=6", "--wait", "4")
    assert code == 3 and host_sign.WAITS in err.splitlines() and "version 1 is on trial still" in err


def test_alone_gives_the_sign_of_life_itself_and_ends_with_offline(alone, keys, monkeypatch):
    monkeypatch.setattr(host_sign, "SEEN_MS", 500)
    run, broker = alone
    code, out, err = run("set", "--alone", "--key", keys["operator"][0], "wape.tau_s=6")
    assert (code, out) == (0, "version 1 is in force\n"), err
    assert host_sign.ALONE in err and kept_state((broker.host, broker.port))["state"] == "offline"


def test_alone_is_silent_where_a_supervisor_is_online(v2g, alone, keys, monkeypatch):
    monkeypatch.setattr(host_sign, "SEEN_MS", 500)
    code, out, err = v2g("set", "--alone", "--key", keys["operator"][0], "wape.tau_s=6")
    assert (code, out) == (0, "version 1 is in force\n") and host_sign.ALONE not in err
    assert kept_state((alone[1].host, alone[1].port)) == {"state": "online", "session": "s1", "t_ms": None}


def test_usage_and_silence_have_their_codes(v2g, keys):
    assert v2g("set", "wape.tau_s=6")[0] == 2
    assert v2g("set", "--key", keys["operator"][0])[0] == 2
    assert v2g("history")[0] == 2
    assert v2g("diff")[0] == 2
    assert cli.main(["config", "get", "--broker", "mqtt://127.0.0.1:1", "--gateway", "gw-test"]) == 3
    assert cli.main(["config", "get", "--broker", "http://h", "--gateway", "gw-test"]) == 2
