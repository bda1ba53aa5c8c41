"""`v2g profile try --serial`: a meter on a line, here a pseudo-terminal, read as over a network; a port that is no port is told."""

import json
import os
import select
import threading
import tty

import pytest

from host_sim.plant.devices import make_device
from protocols.modbus.rtu import RtuFraming
from protocols.modbus.server import ModbusServer
from tools import cli


@pytest.fixture
def line():
    """Path of a port behind which an EM24 answers as unit 3."""
    master, slave = os.openpty()
    tty.setraw(slave)
    meter = make_device("carlo-gavazzi-em24")
    meter.observe((-200.0, -200.0, -200.0), (0.0, 0.0, 0.0))
    meter.step(0, 20, (230.0, 230.0, 230.0), 50.0)
    server = ModbusServer(RtuFraming(), {3: meter.bank})
    over = threading.Event()

    def answer():
        now_ms = 0
        while not over.is_set():
            if select.select([master], [], [], 0.05)[0]:
                now_ms += 50
                os.write(master, server.receive(now_ms, os.read(master, 512)) or b"")

    thread = threading.Thread(target=answer)
    thread.start()
    yield os.ttyname(slave)
    over.set()
    thread.join()
    os.close(master)
    os.close(slave)


def attempt(*arguments):
    return cli.main(["profile", "try", "carlo-gavazzi-em24", "--json", *arguments])


def test_a_meter_on_a_line_is_read_as_it_is(line, capsys):
    assert attempt("--serial", line, "--unit", "3") == 0
    values = {row["point"]: row["value"] for row in json.loads(capsys.readouterr().out)["points"]}
    assert values["p_pcc_w"] == pytest.approx(-600) and values["sign_mode"] == 7
    assert values["v_an_v"] == pytest.approx(230, abs=0.1)


def test_a_port_that_is_none_says_what_to_do(tmp_path, capsys):
    file = tmp_path / "file"
    file.write_text("")
    for path in (str(file), str(tmp_path / "nothing")):
        assert attempt("--serial", path) == 3
        assert "v2g profile try: " in capsys.readouterr().err


def test_a_device_that_knows_no_line_is_told(capsys):
    assert cli.main(["profile", "try", "sigenergy-evdc", "--serial", "/dev/ttyUSB0"]) == 2
    assert "does not speak RTU" in capsys.readouterr().err
