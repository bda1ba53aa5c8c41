"""The real runtime on a serial line: a pseudo-terminal with pymodbus' RTU server at its other end.

Not its job: timing of the line (tests/fault/test_line_ages.py), frames (tests/portable/test_modbus_rtu.py).
Source: a cable of two pseudo-terminals whose masters the test joins, so that it can echo, garble, and be pulled.
"""

import asyncio
import os
import subprocess
import sys
import termios
import threading
import tty

import pytest

from edge import config_loader, field_reasons, hal, hal_ports, hal_serial
from edge.clock import MonotonicClock
from edge.drivers.profile_loader import load_profile
from edge.gateway import Gateway
from edge.runtime import Runtime
from host_sim.modbus_line import ModbusLine
from host_sim.plant.devices import make_device
from tests.portable import fake_site

PATIENCE_S = 20


class Settings:
    """The rows of a bus that a port needs."""

    baud, parity, stop_bits, direction = 115200, "none", 1, "none"

    def __init__(self, **more):
        vars(self).update(more)


class Cable:
    """Two ports joined: `near` is a link of constant name to ours, the device sits on `far`."""

    def __init__(self, folder):
        self.near = str(folder / "ttyTEST0")
        self.echoes = False
        self.garbles = False
        self.masters = []
        self.plug()

    def plug(self):
        """A new pair of ports; ours has the old name."""
        masters, slaves = zip(os.openpty(), os.openpty())
        for fd in masters + slaves:
            tty.setraw(fd)
        self.masters = list(masters)
        self._keep = slaves     # a master without any slave reads an error
        if os.path.islink(self.near):
            os.unlink(self.near)
        os.symlink(os.ttyname(slaves[0]), self.near)
        self.far = os.ttyname(slaves[1])
        loop = asyncio.get_running_loop()
        loop.add_reader(masters[0], self._carry, masters[0], masters[1], True)
        loop.add_reader(masters[1], self._carry, masters[1], masters[0], False)

    def _carry(self, source, target, is_ours):
        data = os.read(source, 1024)
        if is_ours and self.echoes:
            os.write(source, data)
        if self.garbles and not is_ours:
            data = bytes((byte * 7 + 3) & 0xFF for byte in data)
        os.write(target, data)

    def pull(self):
        """The adapter leaves the machine."""
        for fd in self.masters:
            asyncio.get_running_loop().remove_reader(fd)
        for fd in self.masters + list(self._keep):
            os.close(fd)
        self.masters = []


class Bench:
    """A gateway with one charger on the cable, in real time."""

    def __init__(self, cable, **bus):
        self.cable = cable
        self.charger = make_device("sim-four-quadrant")
        row = {"name": "line", "transport": "serial", "device": cable.near, "baud": 115200}
        document = fake_site.document(bus=[dict(row, **bus)], evse=[dict(fake_site.CHARGER, bus="line")])
        config, errors = config_loader.load(document, load_profile)
        assert errors == []
        self.ports = fake_site.Ports()
        self.events = []
        self.gateway = Gateway(config, self.ports)
        self.runtime = Runtime(self.gateway, MonotonicClock(hal.ticks_ms), Files())
        event = self.gateway.event
        self.gateway.event = lambda now_ms, *rest: (self.events.append(rest), event(now_ms, *rest))
        self.bus = self.gateway.fleet.buses[0]

    async def __aenter__(self):
        self.server = ModbusLine({1: self.charger.bank}, self.cable.far, 115200)
        await self.server.start()
        self._task = asyncio.create_task(self.runtime.run())
        self._plant = asyncio.create_task(self._step())
        return self

    async def __aexit__(self, *_):
        self._plant.cancel()
        self.runtime.terminate()
        await asyncio.wait_for(self._task, PATIENCE_S)
        await self.server.stop()

    async def _step(self):
        t_ms = 0
        while True:
            t_ms += 50
            self.charger.step(t_ms, 50, (230.0, 230.0, 230.0), 50.0)
            await asyncio.sleep(0.05)

    def is_controlling(self):
        return self.gateway.fleet.actuators[0].session.state == "controlling"

    def codes(self):
        return [row[0] for row in self.events]


class Files:
    """A store that takes everything."""

    def write_atomic(self, *_):
        """Taken."""

    append = write_atomic


async def until(what, patience_s=PATIENCE_S):
    """Wait for a condition of the running gateway."""
    deadline_s = asyncio.get_running_loop().time() + patience_s
    while not what():
        assert asyncio.get_running_loop().time() < deadline_s, "it did not happen"
        await asyncio.sleep(0.02)


def test_a_charger_on_a_serial_port_is_controlled(tmp_path):
    async def script():
        async with Bench(Cable(tmp_path)) as bench:
            await until(bench.is_controlling)
            await until(lambda: bench.charger.p_w < -5900)
            assert bench.bus.client.malformed == bench.bus.client.timeouts == 0
            assert not bench.bus.client._framing.echoes

    asyncio.run(script())


@pytest.mark.parametrize("more", ({"parity": "even"}, {"parity": "odd"}, {"stop_bits": 2}))
def test_parity_and_stop_bits_are_set(tmp_path, more):
    async def script():
        cable = Cable(tmp_path)
        line = hal_serial.open_line(cable.near, Settings(**more))
        cflag, speed = termios.tcgetattr(line._fd)[2], termios.tcgetattr(line._fd)[4]
        assert speed == termios.B115200 and cflag & termios.CSIZE == termios.CS8
        assert bool(cflag & termios.CSTOPB) == (more.get("stop_bits") == 2)
        # a pseudo-terminal's driver takes parity off again; what is asked of a real one is seen in the flags' making
        line.close()
        cable.pull()

    asyncio.run(script())


def test_an_adapter_that_echoes_is_found_out(tmp_path):
    async def script():
        cable = Cable(tmp_path)
        cable.echoes = True
        async with Bench(cable) as bench:
            await until(bench.is_controlling)
            assert bench.bus.client._framing.echoes and bench.bus.client.timeouts == 0

    asyncio.run(script())


def test_a_pulled_cable_closes_the_link_and_the_next_one_opens_it_again(tmp_path):
    async def script():
        cable = Cable(tmp_path)
        async with Bench(cable) as bench:
            await until(bench.is_controlling)
            await bench.server.stop()
            cable.pull()
            await until(lambda: not bench.bus.is_up)
            assert "the port is gone" in bench.events[-1][2][0], bench.events
            os.unlink(cable.near)
            await until(lambda: any("is the adapter plugged in?" in str(row) for row in bench.events))
            cable.plug()
            bench.server = ModbusLine({1: bench.charger.bank}, cable.far, 115200)
            await bench.server.start()
            await until(bench.is_controlling, 40)

    asyncio.run(script())


def test_a_wrong_baud_rate_is_named(tmp_path):
    async def script():
        cable = Cable(tmp_path)
        cable.garbles = True
        async with Bench(cable) as bench:
            await until(lambda: field_reasons.LINE_GARBLED in bench.codes())
            [told] = [row for row in bench.events if row[0] == field_reasons.LINE_GARBLED]
            assert told[1:] == ("bus:line", [cable.near, 115200, "none", 1])
            cable.garbles = False
            await until(bench.is_controlling)
            assert bench.codes().count(field_reasons.LINE_GARBLED) == 1

    asyncio.run(script())


HOLD = """
import fcntl, os, sys
fd = os.open(sys.argv[1], os.O_RDWR | os.O_NOCTTY)
fcntl.flock(fd, fcntl.LOCK_EX)
print("held", flush=True)
sys.stdin.read()
"""


def test_an_occupied_port_names_who_has_it(tmp_path):
    async def script():
        cable = Cable(tmp_path)
        with subprocess.Popen([sys.executable, "-c", HOLD, cable.near], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
            other.stdout.readline()
            with pytest.raises(OSError, match=r"in use by python3? \(process %d\)|in use by python.* \(process %d\)" % (other.pid, other.pid)):
                hal_serial.open_line(cable.near, Settings())
            other.stdin.close()
            other.wait()
        line = hal_serial.open_line(cable.near, Settings())
        with pytest.raises(OSError, match="in use by another program"):
            hal_serial.open_line(cable.near, Settings())
        line.close()
        again = hal_serial.open_line(cable.near, Settings())
        again.close()
        cable.pull()

    asyncio.run(script())


def test_what_is_wrong_with_a_port_says_the_next_step(tmp_path):
    plain = tmp_path / "plain"
    plain.write_bytes(b"")
    with pytest.raises(ValueError, match="is no serial port"):
        hal_serial.open_line(str(plain), Settings())
    with pytest.raises(OSError, match="is the adapter plugged in"):
        hal_serial.open_line(str(tmp_path / "none"), Settings())
    assert "usermod -aG dialout" in hal_ports.open_words("/dev/ttyUSB0", 13)
    assert "serial-getty@ttyAMA0" in hal_ports.busy_words("/dev/ttyAMA0", [(512, "agetty")])


def test_rates_and_directions_that_a_port_cannot_do(tmp_path):
    async def script():
        cable = Cable(tmp_path)
        for more, words in (({"baud": 12345}, "12345 baud"), ({"direction": "rs485"}, "can't turn RS-485 by itself"),
                            ({"direction": str(tmp_path / "gone" / "value")}, "needs a GPIO that is exported"),
                            ({"direction": "GPIO17"}, "no pin of that name on this machine")):
            with pytest.raises(ValueError, match=words):
                hal_serial.open_line(cable.near, Settings(**more))
        hal_serial.open_line(cable.near, Settings()).close()    # nothing of it kept the port
        cable.pull()

    asyncio.run(script())


def test_a_pin_is_high_while_a_request_leaves(tmp_path, monkeypatch):
    async def script():
        cable = Cable(tmp_path)
        pin = tmp_path / "value"
        pin.write_text("1")
        line = hal_serial.open_line(cable.near, Settings(baud=9600, direction=str(pin)))
        assert pin.read_text() == "0"
        line.write(bytes(8))
        assert pin.read_text() == "1"
        await asyncio.sleep(0.004)
        assert pin.read_text() == "1", "8 characters take 9 ms"
        await until(lambda: pin.read_text() == "0", 2)
        line.close()
        cable.pull()

    asyncio.run(script())


def test_a_pin_that_is_gone_ends_the_line_and_not_the_process(tmp_path):
    async def script():
        cable = Cable(tmp_path)
        for is_gone_before in (True, False):
            folder = tmp_path / "gpio"
            folder.mkdir()
            pin = folder / "value"
            pin.write_text("1")
            line = hal_serial.open_line(cable.near, Settings(baud=9600, direction=str(pin)))
            if not is_gone_before:
                line.write(bytes(8))
            pin.unlink()
            folder.rmdir()
            if is_gone_before:
                line.write(bytes(8))
            assert await asyncio.wait_for(line.read(10), PATIENCE_S) == b"" and "the pin can't be driven" in line.why
            line.close()
        cable.pull()

    asyncio.run(script())


def test_a_line_closed_while_it_sends_leaves_the_bus_to_others(tmp_path):
    async def script():
        cable = Cable(tmp_path)
        pin = tmp_path / "value"
        pin.write_text("1")
        line = hal_serial.open_line(cable.near, Settings(baud=9600, direction=str(pin)))
        line.write(bytes(8))
        line.close()
        assert pin.read_text() == "0"
        cable.pull()

    asyncio.run(script())


def test_closing_a_hung_port_never_holds_the_control_loop_up(tmp_path, monkeypatch):
    """The system waits for bytes that an adapter does not take; a pseudo-terminal can't show that."""
    genuine, goes_on, closed = os.close, threading.Event(), []

    def slow(fd):
        closed.append(goes_on.wait(PATIENCE_S))
        genuine(fd)

    async def script():
        cable = Cable(tmp_path)
        line = hal_serial.open_line(cable.near, Settings())
        monkeypatch.setattr(hal_serial, "_is_stuck", lambda fd: True)
        monkeypatch.setattr(os, "close", slow)
        line.close()
        goes_on.set()       # only reached in time when nobody waits in close()
        await until(lambda: closed)
        monkeypatch.undo()
        assert closed == [True]
        cable.pull()

    asyncio.run(script())
