"""`v2g commission`, `v2g detect` and `v2g device` as processes against a house that pymodbus serves on loopback.

Not its job: faults of wiring (test_commission.py).
"""

import asyncio
import json
import signal
import subprocess
import sys
import threading
import time

import pytest

from edge import commissioning
from host_sim.live.site_files import free_port, toml
from host_sim.modbus_server import ModbusPort, start_all
from host_sim.plant.house_fuse import FusedHouse

STEP_S = 0.02
PATIENCE_S = 240


class ServedHouse(threading.Thread):
    """One house with charger and meter, stepped in real time, each behind a port of its own."""

    def __init__(self):
        super().__init__(daemon=True)
        self.house = FusedHouse(40, {"ev": ("sim-four-quadrant", 0)}, ["meter"])
        self.house.load_w = [300.0, 200.0, 250.0]
        self.ports = {"ev": free_port(), "meter": free_port()}
        self.is_up, self._is_over = threading.Event(), threading.Event()
        self.most_w = 0

    def run(self):
        """Serve until `end`."""
        asyncio.run(self._serve())

    async def _serve(self):
        served = [(ModbusPort({1: self.house.chargers["ev"].bank}), self.ports["ev"]),
                  (ModbusPort({2: self.house.meters["meter"].bank}), self.ports["meter"])]
        self.house.step(0, 0)
        await start_all(served)
        start_s, now_ms = time.monotonic(), 0
        self.is_up.set()
        while not self._is_over.is_set():
            await asyncio.sleep(STEP_S)
            elapsed_ms = int((time.monotonic() - start_s) * 1000) - now_ms
            now_ms += elapsed_ms
            self.house.step(now_ms, elapsed_ms)
            self.most_w = max(self.most_w, -self.house.chargers["ev"].p_w)
        for port, _ in served:
            await port.stop()

    def end(self):
        """No more."""
        self._is_over.set()
        self.join(5)


@pytest.fixture
def served(tmp_path):
    house = ServedHouse()
    house.start()
    assert house.is_up.wait(20)
    (tmp_path / "site.toml").write_text(toml({
        "gateway": {"id": "gw-1", "mode": "observe"},
        "bus": [{"name": name, "host": "127.0.0.1", "port": port} for name, port in house.ports.items()],
        "evse": [{"name": "ev", "profile": "sim-four-quadrant", "bus": "ev", "p_charge_max_w": 7000}],
        "meter": {"profile": "eastron-sdm630", "bus": "meter", "unit": 2},
        "site": {"i_fuse_a": 40},
    }), encoding="utf-8")
    yield house
    house.end()


def v2g(folder, *arguments, code=0):
    """Runs the command in a folder; its standard output."""
    done = subprocess.run([sys.executable, "-m", "tools.cli", *map(str, arguments)], capture_output=True, text=True, timeout=PATIENCE_S,
                          check=False)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def key_file(tmp_path_factory):
    """An installer's key, made by an independent library."""
    pytest.importorskip("cryptography")
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    path = tmp_path_factory.mktemp("key") / "installer.pem"
    key = rsa.generate_private_key(public_exponent=65537, key_size=3072)
    path.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    return path, "%0768x" % key.public_key().public_numbers().n


def test_commission_signs_a_record_that_the_gateway_believes(served, tmp_path, key_file):
    key, modulus = key_file
    site, store = tmp_path / "site.toml", tmp_path / "v2g-store"
    told = json.loads(v2g(tmp_path, "commission", site, "--yes", "--who", "T. Ester", "--key", key, "--json"))
    assert told["ok"] and told["who"] == "T. Ester" and {row["result"] for row in told["rows"]} == {"pass", "skipped"}
    assert 1500 < served.most_w < 4000, "pulses are small"
    assert abs(served.house.chargers["ev"].p_w) < 50 and served.house.chargers["ev"].bank.get("owner") == 0
    record, state = commissioning.opened((store / "commissioning").read_bytes(), "gw-1", modulus)
    assert state == commissioning.VALID and record == told
    assert b'"what":"commissioning","who":"T. Ester"' in (store / "audit").read_bytes().replace(b" ", b"").replace(b"T.Ester", b"T. Ester")
    sealed = (store / "commissioning").read_bytes()
    v2g(tmp_path, "commission", site, "--yes", "--steps", "devices", "--again", code=1)
    assert (store / "commissioning").read_bytes() == sealed, "a part of the sequence replaces no record"
    forged = (store / "commissioning").read_bytes().replace(b"T. Ester", b"T. Estar")
    assert commissioning.opened(forged, "gw-1", modulus)[1] == commissioning.BAD_SIGNATURE
    assert commissioning.opened((store / "commissioning").read_bytes(), "gw-2", modulus)[1] == commissioning.BAD_SIGNATURE


def test_detect_finds_both_and_writes_lines_that_check_accepts(served, tmp_path):
    ports = served.ports
    told = json.loads(v2g(tmp_path, "detect", "127.0.0.1:%d" % ports["ev"], "127.0.0.1:%d" % ports["meter"], "--json"))
    found = [(device["unit"], device["profile"]) for line in told["lines"] for device in line["devices"]]
    assert found == [(1, "sim-four-quadrant"), (2, "eastron-sdm630")]
    site = tmp_path / "found.toml"
    site.write_text('[gateway]\nid = "gw-2"\n' + "\n".join(told["site"]) + "\n", encoding="utf-8")
    v2g(tmp_path, "check", site)
    assert served.house.chargers["ev"].bank.get("owner") == 0, "nothing was written"


def test_device_reads_and_sets_within_bounds(served, tmp_path):
    site = tmp_path / "site.toml"
    read = json.loads(v2g(tmp_path, "device", "read", "meter", "--site", site, "--raw", "--json"))
    assert read["points"]["p_pcc_w"]["unit"] == "W" and -800 < read["points"]["p_pcc_w"]["value"] < -700
    assert read["raw"]["setup"]["registers"][0] == 0x4040, "3.0 as a float"
    v2g(tmp_path, "device", "set", "ev", "owner", 1, "--site", site, "--yes")
    assert served.house.chargers["ev"].bank.get("owner") == 1
    v2g(tmp_path, "device", "set", "ev", "p_set_w", -7001, "--site", site, "--yes", code=2)
    v2g(tmp_path, "device", "set", "ev", "p_set_w", 500, "--site", site, "--yes", code=2)
    v2g(tmp_path, "device", "set", "ev", "state", 1, "--site", site, "--yes", code=2)
    v2g(tmp_path, "device", "set", "ev", "owner", 7, "--site", site, "--yes", code=2)
    v2g(tmp_path, "device", "set", "ev", "p_set_w", -600, "--site", site, "--yes")
    assert served.house.chargers["ev"].bank.get("p_set_w") == -600


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP], ids=["Ctrl-C", "line lost"])
def test_breaking_it_off_gives_the_charger_back(number, served, tmp_path):
    command = [sys.executable, "-m", "tools.cli", "commission", str(tmp_path / "site.toml"), "--yes", "--steps", "devices,values,signs"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    end_s = time.monotonic() + 90
    while served.house.chargers["ev"].p_w > -1500:
        assert time.monotonic() < end_s and process.poll() is None
        time.sleep(0.05)
    process.send_signal(number)
    told, _ = process.communicate(timeout=60)
    assert process.returncode == 1 and "broken off: by hand" in told and "not kept" in told
    end_s = time.monotonic() + 10
    while abs(served.house.chargers["ev"].p_w) > 50 and time.monotonic() < end_s:
        time.sleep(0.05)    # the plant is a thread of this busy process
    assert abs(served.house.chargers["ev"].p_w) < 50 and served.house.chargers["ev"].bank.get("owner") == 0


def test_device_read_through_a_running_gateway(served, tmp_path):
    site, port = tmp_path / "site.toml", free_port()
    site.write_text(site.read_text(encoding="utf-8") + "\n[local]\nquery_port = %d\n" % port, encoding="utf-8")
    gateway = subprocess.Popen([sys.executable, "-m", "tools.cli", "run", str(site)], stdout=subprocess.DEVNULL)
    try:
        end_s, told = time.monotonic() + 60, None
        while time.monotonic() < end_s and (told is None or told["points"]["p_pcc_w"]["value"] is None):
            done = subprocess.run([sys.executable, "-m", "tools.cli", "device", "read", "meter", "--site", str(site), "--json"],
                                  capture_output=True, text=True, check=False)
            found = json.loads(done.stdout) if done.returncode == 0 and done.stdout else None
            told = found if found and found["points"]["p_pcc_w"]["age_ms"] is not None else told
        assert told is not None and told["points"]["p_pcc_w"]["age_ms"] < 5000 and -800 < told["points"]["p_pcc_w"]["value"] < -700
    finally:
        gateway.send_signal(signal.SIGTERM)
        gateway.wait(30)


def test_what_needs_the_devices_refuses_beside_a_running_gateway(served, tmp_path):
    from edge import hal

    site = tmp_path / "site.toml"
    hold, _ = hal.hold_folder(str(tmp_path / "v2g-store"))
    assert hold is not None
    for arguments in (("commission", site, "--yes"), ("device", "set", "ev", "owner", 1, "--site", site, "--yes")):
        done = subprocess.run([sys.executable, "-m", "tools.cli", *map(str, arguments)], capture_output=True, text=True, check=False)
        assert done.returncode == 3 and "systemctl stop v2g-edge" in done.stderr, done.stderr
    hold.close()
