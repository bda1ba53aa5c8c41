"""The units of Linux: understood by systemd where it is there, and what the gateway's safety hangs on stands in them.

Source: systemd.service(5), systemd.exec(5), sd_notify(3).
"""

import os
import pathlib
import re
import shutil
import socket
import subprocess

import pytest

from edge import hal_service

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "boards" / "linux-generic"
UNITS = ("v2g-edge.service", "v2g-edge-rollback.service")
EXPOSURE_MAX = 2.5      # of systemd-analyze security; below 3 it says OK


def unit(name):
    """{section: {key: [values]}}."""
    found, section = {}, None
    for line in (FOLDER / name).read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            section = found.setdefault(line.strip("[]"), {})
        elif line and line[0] not in "#;":
            key, _, value = line.partition("=")
            section.setdefault(key, []).append(value)
    return found


@pytest.mark.parametrize("name", UNITS)
def test_systemd_understands_the_unit(name, tmp_path):
    if not shutil.which("systemd-analyze"):
        pytest.skip("no systemd-analyze here")
    for each in UNITS:
        shutil.copy(FOLDER / each, tmp_path)
    done = subprocess.run(["systemd-analyze", "verify", "--man=no", str(tmp_path / name)], capture_output=True, text=True)
    # Paths of an installed gateway, and units of the machine, are not there.
    complaints = [line for line in done.stderr.splitlines() if "v2g-edge" in line and "not executable" not in line]
    assert complaints == []


def test_hardly_anything_is_open_to_it():
    if not shutil.which("systemd-analyze"):
        pytest.skip("no systemd-analyze here")
    done = subprocess.run(["systemd-analyze", "security", "--offline=true", str(FOLDER / UNITS[0])], capture_output=True, text=True)
    found = re.search(r"exposure level for \S+: ([0-9.]+)", done.stdout)
    if found is None:
        pytest.skip("this systemd-analyze judges no files")
    assert float(found.group(1)) <= EXPOSURE_MAX


def test_the_loop_feeds_the_watchdog_and_deaths_lead_to_the_release_before():
    main, service = unit(UNITS[0])["Unit"], unit(UNITS[0])["Service"]
    assert service["Type"] == ["notify"] and service["NotifyAccess"] == ["main"]
    assert int(service["WatchdogSec"][0]) == 10 and service["Restart"] == ["always"] and service["SuccessExitStatus"] == ["75"]
    assert main["OnFailure"] == [UNITS[1]]
    # A release on trial dies three times; the limit of starts must not come first.
    assert int(main["StartLimitBurst"][0]) > 3 and int(main["StartLimitIntervalSec"][0]) > 60
    assert int(service["TimeoutStopSec"][0]) > 10
    commands = unit(UNITS[1])["Service"]["ExecStart"]
    assert "--roll-back" in commands[0] and "reset-failed v2g-edge.service" in commands[1] and "start v2g-edge.service" in commands[2]
    assert commands[0][0] == "-" and commands[1][:2] == "+-"      # whatever fails, the service begins anew
    assert int(unit(UNITS[1])["Service"]["ExecStartPre"][0].split()[-1]) >= 10      # no busy loop


def test_it_runs_as_nobody_and_sees_only_serial_ports():
    for name in UNITS:
        service = unit(name)["Service"]
        assert service["User"] == ["v2g"] and service["NoNewPrivileges"] == ["yes"] and service["CapabilityBoundingSet"] == [""]
        assert service["ProtectSystem"] == ["strict"] and service["ProtectHome"] == ["yes"]
    service = unit(UNITS[0])["Service"]
    assert service["DevicePolicy"] == ["closed"] and "char-ttyUSB rw" in service["DeviceAllow"]
    assert service["StateDirectory"] == ["v2g-edge"] and service["ReadWritePaths"] == ["/opt/v2g-edge"]


@pytest.mark.parametrize("is_abstract", (False, True))
def test_what_the_service_manager_is_told(is_abstract, tmp_path, monkeypatch):
    address = "@v2g-test-%d" % os.getpid() if is_abstract else str(tmp_path / "s")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind("\0" + address[1:] if is_abstract else address)
        manager.settimeout(5)
        monkeypatch.setenv("NOTIFY_SOCKET", address)
        monkeypatch.setenv("WATCHDOG_USEC", "9000000")
        monkeypatch.delenv("WATCHDOG_PID", raising=False)
        service = hal_service.found()
        assert service.feed_ms == 3000
        service.ready("up")
        service.alive()
        service.stopping("down")
        service.status("fine")
        assert [manager.recv(200) for _ in range(4)] == [b"READY=1\nSTATUS=up", b"WATCHDOG=1", b"STOPPING=1\nSTATUS=down", b"STATUS=fine"]
        service.be_patient()    # while a release is written to a slow card
        service.ready("up")
        assert [manager.recv(200) for _ in range(3)] == [b"WATCHDOG_USEC=120000000", b"WATCHDOG_USEC=9000000", b"READY=1\nSTATUS=up"]
    service.alive()     # nobody listens any more: nothing happens


def test_without_a_manager_there_is_none(monkeypatch):
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    assert hal_service.found() is None
    monkeypatch.setenv("NOTIFY_SOCKET", "vsock:1")
    assert hal_service.found() is None
    monkeypatch.setenv("NOTIFY_SOCKET", "/nowhere")
    monkeypatch.setenv("WATCHDOG_PID", "1")
    monkeypatch.setenv("WATCHDOG_USEC", "9000000")
    assert hal_service.found().feed_ms is None      # the watchdog is another process's


def test_a_boards_watchdog_is_fed_by_what_its_starter_hands_over():
    fed = []
    service = hal_service.found(lambda: fed.append(1))
    service.ready("")
    service.stopping("")
    service.be_patient()
    service.alive()
    assert fed == [1] and service.feed_ms <= 1000
