"""`v2g doctor`: each thing that keeps a site from working is found, in words with a next step.

Source: ours; certificates made here with the host's library.
"""

import datetime
import json
import os
import socket
import subprocess
import sys
import threading
from collections import namedtuple

import pytest

from edge import queries
from tests.fault.test_line_ages import line_site
from tools import cli
from tools.gateway import doctor, doctor_machine, doctor_site, toml_compiler

SITE = """
[gateway]
id = "gw-1"
[local]
query_port = %(query)d
[failsafe]
device_reversion_s = 10
[vpp]
enabled = %(vpp)s
tls = %(tls)s
host = "127.0.0.1"
port = %(broker)d
key = "000102030405060708090a0b0c0d0e0f"
%(more)s
[[bus]]
name = "line"
transport = "serial"
device = "%(device)s"
baud = %(baud)d
[[evse]]
name = "left"
profile = "sim-four-quadrant"
bus = "line"
p_charge_max_w = 7000
[meter]
profile = "eastron-sdm630"
bus = "line"
unit = 2
"""
USAGE = namedtuple("USAGE", "total used free")


def site_text(**changes):
    values = {"query": 0, "vpp": "false", "tls": "false", "broker": 1, "device": "/dev/ttyNONE0", "baud": 19200, "more": ""}
    values.update(changes)
    return SITE % values


def examined(tmp_path, **changes):
    """{what: [(level, text, next)]} of a site."""
    config, problems = toml_compiler.check_text(site_text(**changes))
    found = {}
    for row in doctor.examine(config, problems, str(tmp_path / "store")):
        found.setdefault(row["what"], []).append((row["level"], row["text"], row["next"]))
    return found


@pytest.fixture()
def port():
    """Path of a pseudo-terminal nobody has open but us."""
    master, slave = os.openpty()
    path = os.ttyname(slave)
    os.close(slave)
    yield path
    os.close(master)


def test_a_wrong_site_file_and_a_missing_one(tmp_path, capsys):
    path = tmp_path / "site.toml"
    path.write_text(site_text(baud=12345))
    assert cli.main(["doctor", str(path)]) == 1
    read = capsys.readouterr().out
    assert "FAIL site" in read and "did you mean 9600?" in read and "v2g check shows all" in read and "store" in read
    assert cli.main(["doctor", str(tmp_path / "none.toml")]) == 2


def test_a_site_that_is_well_ends_with_0(tmp_path, port, capsys, monkeypatch):
    monkeypatch.setattr(doctor_machine, "_keeper", lambda: ("chrony", True))
    path = tmp_path / "site.toml"
    path.write_text(site_text(device=port))
    assert cli.main(["doctor", str(path), "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["ok"] and {row["what"] for row in answer["findings"]} >= {"site", "bus line", "clock", "store", "release", "gateway"}
    for row in answer["findings"]:
        assert set(row) == {"what", "level", "text", "next"} and (row["level"] == "ok" or row["next"]), row


def test_ports(tmp_path, port):
    [missing, _] = examined(tmp_path)["bus line"]
    assert missing[0] == "fail" and missing[1] == "there is no /dev/ttyNONE0" and "plugged in" in missing[2]
    assert examined(tmp_path, device=port)["bus line"][0][:2] == ("ok", "%s, 19200 8N1: there and free" % port)
    plain = tmp_path / "plain"
    plain.write_text("")
    assert examined(tmp_path, device=plain)["bus line"][0][:2] == ("fail", "%s is no serial port" % plain)
    hold = "import os, sys\nos.open(sys.argv[1], os.O_RDWR | os.O_NOCTTY)\nprint(flush=True)\nsys.stdin.read()"
    with subprocess.Popen([sys.executable, "-c", hold, port], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        other.stdout.readline()
        level, text, hint = examined(tmp_path, device=port)["bus line"][0]
        other.stdin.close()
    assert level == "fail" and "process %d" % other.pid in text and "stop it" in hint


def test_a_line_near_its_limit_gets_a_rate(tmp_path):
    assert examined(tmp_path)["bus line"][1][0] == "ok"
    level, text, hint = examined(tmp_path, baud=9600)["bus line"][1]
    assert level == "warn" and "442 ms old" in text and hint == "set 19200 baud here and at every device: then 294 ms"


def test_clock(monkeypatch):
    monkeypatch.setattr(doctor_machine, "_keeper", lambda: ("chrony", False))
    assert doctor_machine.clock(None, "")[0][1] == "warn"
    monkeypatch.setattr(doctor_machine, "_keeper", lambda: None)
    assert "install chrony" in doctor_machine.clock(None, "")[0][3]
    monkeypatch.setattr(doctor_machine.time, "time", lambda: 86400.0)
    what, level, text, hint = doctor_machine.clock(None, "")[0]
    assert level == "fail" and "1970-01-02" in text and "timesyncd" in hint


def test_chrony_is_asked_for_its_stratum(monkeypatch, tmp_path):
    monkeypatch.setattr(doctor_machine, "TIMESYNC_MARK", tmp_path / "none")
    for stratum, is_set in (("3", True), ("0", False), ("16", False)):
        answer = "A29FC87B,162.159.200.123,%s,1763712000.1,0.0001" % stratum
        monkeypatch.setattr(doctor_machine, "_output", lambda *command, answer=answer: answer if command[0] == "chronyc" else None)
        assert doctor_machine._keeper() == ("chrony", is_set)


def test_space_and_wear(tmp_path, monkeypatch):
    config, _ = toml_compiler.check_text(site_text())
    store = tmp_path / "store"
    store.mkdir()
    for free, level in ((10**9, "ok"), (30_000_000, "warn"), (10_000_000, "fail")):
        monkeypatch.setattr(doctor_machine.shutil, "disk_usage", lambda _, free=free: USAGE(10**10, 0, free))
        assert doctor_machine.space(config, str(store))[0][1] == level
    for number in range(5):
        path = store / ("journal-%d" % number)
        path.write_bytes(bytes(200_000))
        os.utime(path, (1000 * number, 1000 * number))
    # Three segments in three thousand seconds; the newest is still being written, the oldest's beginning is not known.
    [(_, level, text, _)] = doctor_machine.wear(config, str(store))[:1]
    assert level == "ok" and "17 MB a day" in text


def test_flash_that_says_how_worn_it_is(tmp_path, monkeypatch):
    number = os.stat(tmp_path).st_dev
    device = tmp_path / "mmcblk0"
    (device / "device").mkdir(parents=True)
    monkeypatch.setattr(doctor_machine, "SYSFS", tmp_path)
    (tmp_path / ("%d:%d" % (os.major(number), os.minor(number)))).symlink_to(device)
    for words, level in (("0x01 0x02", "ok"), ("0x09 0x01", "warn"), ("0x02 0x0b", "fail")):
        (device / "device" / "life_time").write_text(words + "\n")
        assert doctor_machine.wear(None, str(tmp_path))[-1][1] == level


def certificate(path, days):
    """A self-signed certificate that ends in so many days; returns its path."""
    x509 = pytest.importorskip("cryptography.x509")
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "test CA")])
    now = datetime.datetime.now(datetime.timezone.utc)
    made = (x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
            .not_valid_before(now - datetime.timedelta(days=900)).not_valid_after(now + datetime.timedelta(days=days))
            .sign(key, hashes.SHA256()))
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    return path


def test_certificates(tmp_path):
    for days, level, words in ((400, "ok", "valid until"), (10, "warn", "in 9 days"), (-5, "fail", "has expired")):
        path = certificate(tmp_path / "ca.pem", days)
        [row] = examined(tmp_path, vpp="true", tls="true", more='ca_file = "%s"' % path)["TLS"]
        assert row[0] == level and words in row[1] and "test CA" in row[1]
    (tmp_path / "ca.pem").write_text("no PEM")
    [row] = examined(tmp_path, vpp="true", tls="true", more='ca_file = "%s"' % (tmp_path / "ca.pem"))["TLS"]
    assert row[0] == "fail" and "no certificate" in row[1]
    (tmp_path / "store").mkdir()
    certificate(tmp_path / "store" / "gateway.crt", 3)
    (tmp_path / "store" / "gateway.key").write_text("x")
    os.chmod(tmp_path / "store" / "gateway.key", 0o644)
    rows = examined(tmp_path, vpp="true", tls="true")["TLS"]
    assert [row[0] for row in rows] == ["warn", "warn"] and "chmod 600" in rows[1][2]


def test_brokers(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        number = listener.getsockname()[1]
        assert examined(tmp_path, vpp="true", broker=number)["power plant"][0][0] == "ok"
    level, text, hint = examined(tmp_path, vpp="true", broker=number)["power plant"][0]
    assert level == "fail" and "refused" in text and "vpp.host" in hint


class FakeGateway:
    """Answers each question on its port with the same status."""

    def __init__(self, status):
        self._status = json.dumps(status).encode() + b"\n"
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                link, _ = self._listener.accept()
            except OSError:
                return
            with link:
                link.recv(1000)
                link.sendall(self._status)

    def close(self):
        # A blocked accept() keeps the port open until it is woken.
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()


BUS = {"link": "bus:line", "up": True, "answers": 5000, "timeouts": 3, "malformed": 0, "foreign": 0, "oldest_ms": 290}


@pytest.mark.parametrize("changes, level, words", (
    ({}, "ok", "290 ms old"),
    ({"up": False}, "fail", "link is down"),
    ({"timeouts": 90}, "warn", "termination"),
    ({"oldest_ms": 400}, "warn", "answers slowly"),
    ({"answers": 0, "timeouts": 40}, "fail", "A and B not swapped"),
    ({"answers": 0, "timeouts": 40, "foreign": 30}, "fail", "another baud rate (2400, 4800, 9600, 38400"),
))
def test_a_running_gateway_tells_how_its_buses_fare(tmp_path, port, changes, level, words):
    gateway = FakeGateway({"up_ms": 100000, "ticks": 1000, "stalls": 0, "buses": [dict(BUS, **changes)]})
    found = examined(tmp_path, device=port, query=gateway.port)
    gateway.close()
    assert found["gateway"][0][0] == "ok"
    row = found["bus line"][-1]
    assert row[0] == level and words in row[1] + row[2]
    if changes.get("up", True):
        assert "in use by the gateway" in found["bus line"][0][1]


def test_a_gateway_that_does_not_answer(tmp_path):
    assert examined(tmp_path)["gateway"][0][1] == "nobody can ask it: local.query_port is 0"
    gateway = FakeGateway({})
    gateway.close()
    level, _, hint = examined(tmp_path, query=gateway.port)["gateway"][0]
    assert level == "warn" and "systemctl start v2g-edge" in hint


def test_the_figures_are_those_a_real_gateway_gives():
    site = line_site(19200)
    site.run(12000)
    [row] = json.loads(json.dumps(queries.status(site.gateway, site.now_ms)))["buses"]
    assert set(row) >= set(BUS) - {"link"} and row["oldest_ms"] > 200
    config, _ = toml_compiler.check_text(site_text())
    assert doctor_site._bus(config, config.buses[0], dict(row, link="bus:line"))[1] == "ok"
