"""`v2g detect` and `v2g device` on a serial port: a pty with a meter at its other end.

Not its job: the electrical side; speed and parity mean nothing to a pty (tests of edge/hal_serial.py).
"""

import json
import os
import pty
import select
import subprocess
import sys
import threading
import tty

import pytest

from host_sim.plant.devices import make_device
from protocols.modbus.rtu import RtuFraming
from protocols.modbus.server import ModbusServer

V_LN_V = (230.0, 230.0, 230.0)
UNIT = 3


@pytest.fixture
def port():
    """Path of a pty behind which an SDM630 answers as unit 3."""
    meter = make_device("eastron-sdm630")
    meter.observe((-500.0, -400.0, -300.0), (0.0, 0.0, 0.0))
    meter.step(1000, 1000, V_LN_V, 50.0)
    ours, theirs = pty.openpty()
    tty.setraw(theirs)
    name = os.ttyname(theirs)
    os.close(theirs)        # a port that somebody holds is refused
    is_over = threading.Event()

    def serve():
        server = ModbusServer(RtuFraming(), {UNIT: meter.bank})
        while not is_over.is_set():
            if not select.select([ours], [], [], 0.05)[0]:
                continue
            try:
                answer = server.receive(0, os.read(ours, 300))
                if answer:
                    os.write(ours, answer)
            except OSError:
                is_over.wait(0.02)      # nobody has the other end open
    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield name
    is_over.set()
    thread.join(5)
    os.close(ours)


def v2g(*arguments):
    """Runs the command: (exit code, output, what went to stderr)."""
    done = subprocess.run([sys.executable, "-m", "tools.cli", *arguments], capture_output=True, text=True, timeout=120, check=False)
    return done.returncode, done.stdout, done.stderr


def test_a_meter_on_a_serial_port_is_found(port):
    code, told, _ = v2g("detect", "--no-net", "--serial", port, "--json")
    assert code == 0
    told = json.loads(told)
    (line,) = told["lines"]
    assert [(device["unit"], device["profile"]) for device in line["devices"]] == [(UNIT, "eastron-sdm630")]
    assert 'transport = "serial"' in told["site"] and 'device = "%s"' % port in told["site"] and "unit = 3" in told["site"]


def test_a_device_on_a_serial_port_is_read_without_a_site_file(port):
    code, told, errors = v2g("device", "read", "eastron-sdm630", "p_pcc_w", "--tty", port, "--unit", str(UNIT), "--json")
    assert code == 0, errors
    assert json.loads(told)["points"]["p_pcc_w"] == {"value": -1200.0, "unit": "W", "age_ms": None}
    code, _, errors = v2g("device", "read", "eastron-sdm630", "--tty", port, "--unit", "9")
    assert code == 3 and "silent" in errors and "v2g detect" in errors


def test_a_port_that_is_not_there(tmp_path):
    code, told, _ = v2g("detect", "--no-net", "--serial", str(tmp_path / "ttyUSB7"))
    assert code == 1 and "ttyUSB7" in told
