"""One gateway process that begins with a claim token and nothing else, on a real Mosquitto, and comes online with a certificate.

Source: the files of `v2g keys`; a desk thread answers as `v2g keys desk` does.
"""

import datetime
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time

import pytest
from cryptography.hazmat.primitives import serialization

from host_sim.broker import mosquitto
from host_sim.live.site_files import free_port
from protocols import key_tree, x509
from tests.conformance.test_mosquitto_access import Client
from tools.commands import keys
from tools.keys import authority, broker_files
from tools.keys.desk import Desk
from tools.keys.fleet import Fleet
from tools.keys.folder import KeyFolder

PATIENCE_S = 180


class Bench:
    """Broker, desk, and a gateway without devices that anybody could reach."""

    def __init__(self, folder):
        self.folder = folder
        self.fleet = Fleet(KeyFolder(folder / "keys"))
        self.port, self.claim_port = free_port(), free_port()
        self.fleet.begin({"host": "127.0.0.1", "port": self.port, "claim_port": self.claim_port, "bind": "127.0.0.1"})
        self.processes, self.lines = [], []
        self.store = folder / "store"

    def admit(self):
        admitted = self.fleet.admit("gw-1", group="oak")
        path = broker_files.write(self.fleet)
        self.broker = self.start(mosquitto.find(), "-c", path / "mosquitto.conf")
        lines = keys.site_lines(self.fleet, admitted)
        lines += ["[[bus]]", 'name = "lan"', 'host = "127.0.0.1"', "port = %d" % free_port(), "[[evse]]", 'name = "ev"',
                  'profile = "sim-four-quadrant"', 'bus = "lan"', "p_charge_max_w = 3000"]
        (self.folder / "site.toml").write_text("\n".join(lines))
        enrol = self.start(sys.executable, "-m", "tools.cli", "enrol", self.folder / "site.toml", "--store", self.store,
                           "--ca", self.fleet.folder.path / "ca.crt")
        assert enrol.wait(PATIENCE_S) == 0
        self.desk = Desk(self.fleet, self.lines.append)
        self.thread = threading.Thread(target=self.desk.run, args=("127.0.0.1", self.port))
        self.thread.start()
        self.wait(lambda: self.lines)
        return admitted["token"]

    def start_gateway(self):
        # To a file: a pipe that nobody empties would hold the gateway up.
        self.log = open(self.folder / "log", "ab")
        return self.start(sys.executable, "-m", "tools.cli", "run", self.folder / "site.toml", "--store", self.store,
                          stdout=self.log, stderr=self.log)

    def start(self, *command, **options):
        options = options or {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self.processes.append(subprocess.Popen([str(part) for part in command], stdin=subprocess.DEVNULL, **options))
        return self.processes[-1]

    def wait(self, condition):
        deadline_s = time.monotonic() + PATIENCE_S
        while not condition() and time.monotonic() < deadline_s:
            time.sleep(0.05)
        assert condition(), (self.lines, self.said())

    def said(self):
        log = self.folder / "log"
        return log.read_text() if log.exists() else ""

    def key_pair(self, name):
        folder = self.fleet.folder.path
        return str(folder / (name + ".crt")), str(folder / (name + ".key"))

    def end(self):
        self.desk.stop()
        self.thread.join(10)
        for process in reversed(self.processes):
            if process.poll() is None:
                process.terminate()
                process.wait(PATIENCE_S)


@pytest.fixture
def bench(tmp_path):
    if not mosquitto.find():
        pytest.skip("mosquitto is not installed: nobody can enrol with certificates")
    running = Bench(tmp_path)
    running.token = running.admit()
    yield running
    running.end()


def test_a_gateway_enrols_from_nothing_and_the_token_is_worth_nothing_afterwards(bench):
    watcher = Client(bench, "supervisor", bench.key_pair("supervisor"))
    assert watcher.is_in
    watcher.hear("v2g/1/gw-1/up/state", "v2g/1/gw-1/up/event")
    gateway = bench.start_gateway()
    bench.wait(lambda: any(b'"state":"degraded"' in text or b'"state":"online"' in text for _, text in watcher.heard))
    bench.wait(lambda: any(b'"enrolled"' in text for _, text in watcher.heard))
    bench.wait(lambda: any("its claim is over" in line for line in bench.lines))

    certificate = x509.from_pem((bench.store / "gateway.crt").read_text())
    assert certificate.common_name == "gw-1"
    assert os.stat(bench.store / "gateway.key").st_mode & 0o777 == 0o600
    assert not (bench.store / "next.key").read_bytes()
    row = bench.fleet.folder.register()["gateways"]["gw-1"]
    assert row["claim"] is None and len(row["serials"]) == 1
    doctor = subprocess.run([sys.executable, "-m", "tools.cli", "doctor", bench.folder / "site.toml", "--store", bench.store, "--json"],
                            capture_output=True, text=True, timeout=60, check=False)
    (found,) = [finding for finding in json.loads(doctor.stdout)["findings"] if finding["what"] == "power plant"]
    assert found["level"] == "ok" and "its certificate holds" in found["text"], found
    # The broker forgets the claim with the next look at its files.
    bench.broker.send_signal(signal.SIGHUP)
    time.sleep(0.3)
    login = ("claim-gw-1", key_tree.password(bench.token.encode()))
    assert not Client(bench, "claim-gw-1", login=login).is_in

    # A restart needs no token and no desk.
    bench.desk.stop()
    gateway.send_signal(signal.SIGTERM)
    assert gateway.wait(PATIENCE_S) == 0
    assert bench.token not in bench.said()
    assert not re.search(r"E230 warning +claim", bench.said()), "it was closed on purpose"
    watcher.heard.clear()
    bench.start_gateway()
    bench.wait(lambda: any(b'"state":"degraded"' in text or b'"state":"online"' in text for _, text in watcher.heard))
    watcher.end()


def test_it_renews_in_service_and_comes_back_after_its_certificate_has_expired(bench, monkeypatch):
    watcher = Client(bench, "supervisor", bench.key_pair("supervisor"))
    assert watcher.is_in
    watcher.hear("v2g/1/gw-1/up/event")
    issue = authority.Authority.client
    # The first certificate is near its end when it is issued.
    monkeypatch.setattr(authority.Authority, "client", lambda self, name, key, now, days=0.02: issue(self, name, key, now, days))
    gateway = bench.start_gateway()
    bench.wait(lambda: any(b'"enrolled"' in text for _, text in watcher.heard))
    monkeypatch.setattr(authority.Authority, "client", issue)
    bench.wait(lambda: any(b'"certificate_renewed"' in text for _, text in watcher.heard))
    renewed = x509.from_pem((bench.store / "gateway.crt").read_text())
    assert renewed.ends_s - renewed.begins_s > 360 * 86400

    gateway.send_signal(signal.SIGTERM)
    assert gateway.wait(PATIENCE_S) == 0
    watcher.heard.clear()
    key = serialization.load_pem_private_key((bench.store / "gateway.key").read_bytes(), None)
    long_ago = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=400)
    (bench.store / "gateway.crt").write_text(authority.pem_of(bench.fleet.authority().client("gw-1", key.public_key(), long_ago)))
    bench.start_gateway()
    bench.wait(lambda: any(b'"certificate_renewed"' in text for _, text in watcher.heard))
    assert x509.from_pem((bench.store / "gateway.crt").read_text()).ends_s > time.time() + 360 * 86400
    assert "asking for another one over the claim connection" in bench.said()
    watcher.end()


def test_the_desk_as_a_verb_opens_and_ends_in_order(bench):
    bench.desk.stop()
    bench.thread.join(10)
    desk = subprocess.Popen([sys.executable, "-m", "tools.cli", "keys", "desk", "--dir", str(bench.fleet.folder.path), "--json"],
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    bench.processes.append(desk)
    assert desk.stderr.readline() == "the desk is open for 1 gateways\n"
    desk.send_signal(signal.SIGTERM)
    out, _ = desk.communicate(timeout=20)
    assert desk.returncode == 0 and json.loads(out) == {"issued": 0, "repeated": 0, "refused": 0, "dropped": 0}


def test_a_revoked_gateway_says_why_it_is_not_online_and_goes_on(bench):
    gateway = bench.start_gateway()
    bench.wait(lambda: any("its claim is over" in line for line in bench.lines))
    bench.fleet.revoke("gw-1")
    broker_files.write(bench.fleet)
    bench.broker.send_signal(signal.SIGHUP)
    gateway.send_signal(signal.SIGTERM)
    assert gateway.wait(PATIENCE_S) == 0
    gateway = bench.start_gateway()
    bench.wait(lambda: "certificate is revoked" in bench.said())
    time.sleep(0.5)
    assert gateway.poll() is None
