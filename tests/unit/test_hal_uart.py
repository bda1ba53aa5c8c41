"""The UART of a board, with its machine module made up: the pin is high exactly while characters leave.

Not its job: hardware; nobody has seen it on a board yet.
"""

import asyncio
import sys
import types

import pytest

from edge import hal, hal_uart


class Uart:
    """machine.UART: remembers its settings and counts down until the last character has left."""

    made = []

    def __init__(self, number, **settings):
        self.number, self.settings, self.left, self.is_open = number, settings, 0, True
        Uart.made.append(self)

    def txdone(self):
        """Whether all has left; each question lets some time pass."""
        self.left -= 1
        return self.left <= 0

    def deinit(self):
        """Given back."""
        self.is_open = False


class Pin:
    """machine.Pin: keeps its history."""

    OUT = 1
    made = []

    def __init__(self, number, mode, value):
        self.number, self.history = number, [value]
        Pin.made.append(self)

    def value(self, level):
        """Set."""
        self.history.append(level)


class Stream:
    """MicroPython's asyncio.StreamReader over a UART: what it takes goes at once, the rest in drain()."""

    TAKES = 5

    def __init__(self, uart):
        self.uart, self.sent, self.waiting = uart, [], b""

    def write(self, data):
        """Handed to the UART as far as it takes it."""
        self._send(data[:self.TAKES])
        self.waiting += data[self.TAKES:]

    async def drain(self):
        """The rest."""
        self._send(self.waiting)
        self.waiting, self.uart.left = b"", 3

    def _send(self, data):
        self.sent.append((data, Pin.made[-1].history[-1] if Pin.made else None))

    async def read(self, _count):
        """Something."""
        return b"\x01"


class Settings:
    """The rows of a bus."""

    baud, parity, stop_bits, direction = 19200, "even", 1, "none"


@pytest.fixture()
def board(monkeypatch):
    Uart.made, Pin.made = [], []
    monkeypatch.setitem(sys.modules, "machine", types.SimpleNamespace(UART=Uart, Pin=Pin))
    monkeypatch.setattr(asyncio, "StreamReader", Stream)


def test_settings_and_end(board):
    line = hal_uart.open_line("uart1", Settings)
    [uart] = Uart.made
    assert (uart.number, uart.settings["baudrate"], uart.settings["parity"], uart.settings["stop"]) == (1, 19200, 0, 1)
    assert uart.settings["rxbuf"] >= 256 and not hasattr(line, "transport"), "the runtime drains it"
    assert asyncio.run(line.read(100)) == b"\x01"
    hal.close(line)
    assert not uart.is_open


def test_the_pin_is_high_until_the_last_character_has_left(board):
    settings = type("Turned", (Settings,), {"direction": "gpio4"})
    line = hal_uart.open_line("uart0", settings)
    [pin] = Pin.made
    assert pin.number == 4 and pin.history == [0]
    line.write(b"12345678")
    asyncio.run(line.drain())
    assert line._stream.sent == [(b"12345", 1), (b"678", 1)] and pin.history == [0, 1, 0]
    assert Uart.made[0].left <= 0


def test_a_line_closed_in_the_middle_of_a_frame_leaves_the_bus_to_others(board):
    line = hal_uart.open_line("uart0", type("Turned", (Settings,), {"direction": "gpio4"}))
    line.write(b"12345678")
    hal.close(line)
    assert Pin.made[0].history == [0, 1, 0] and not Uart.made[0].is_open


def test_a_board_without_that_uart_says_so(board):
    with pytest.raises(ValueError, match="bus.device"):
        hal_uart.open_line("/dev/ttyUSB0", Settings)
    settings = type("Turned", (Settings,), {"direction": "rts"})
    with pytest.raises(ValueError, match="bus.direction"):
        hal_uart.open_line("uart1", settings)
