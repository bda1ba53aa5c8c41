"""A pin by name through the kernel's interface, with the kernel made up: sizes, offsets and order of what it is asked.

Source: linux/gpio.h, uAPI v2: structure sizes 68, 256, 592 and 16 bytes, which are part of the request numbers.
"""

import fcntl
import os
import struct

import pytest

from edge import hal_gpio

NAMES = (b"ID_SDA", b"", b"GPIO17")


class Kernel:
    """Two chips; the pin is the third line of the second."""

    def __init__(self):
        self.levels = []
        self.request = None
        self.fds = []

    def ioctl(self, fd, code, data):
        """As the gpio character device answers."""
        assert code >> 16 & 0x3FFF == len(data) and code >> 8 & 0xFF == 0xB4
        number = code & 0xFF
        if number == 0x01:
            struct.pack_into("=I", data, 64, len(NAMES) if len(self.fds) > 1 else 1)
        elif number == 0x05:
            offset = struct.unpack_from("=I", data, 64)[0]
            name = NAMES[offset] if len(self.fds) > 1 else b"other"
            data[:len(name)] = name
        elif number == 0x07:
            self.request = bytes(data)
            struct.pack_into("=i", data, 588, 77)
        else:
            assert number == 0x0F and fd == 77
            self.levels.append(struct.unpack("=QQ", data))


@pytest.fixture()
def kernel(monkeypatch):
    made = Kernel()
    opened = {"/dev/gpiochip0": 50, "/dev/gpiochip1": 51}
    closed = []
    monkeypatch.setattr(os, "listdir", lambda _: ["gpiochip1", "null", "gpiochip0"])
    monkeypatch.setattr(os, "open", lambda path, _: made.fds.append(opened[path]) or opened[path])
    monkeypatch.setattr(os, "close", closed.append)
    monkeypatch.setattr(fcntl, "ioctl", made.ioctl)
    made.closed = closed
    return made


def test_a_pin_is_found_taken_driven_and_given_back(kernel):
    pin = hal_gpio.Output("GPIO17")
    assert struct.unpack_from("=I", kernel.request, 0)[0] == 2 and kernel.request[256:264] == b"v2g-edge"
    assert struct.unpack_from("=Q", kernel.request, 288)[0] == 8, "output"
    assert struct.unpack_from("=I", kernel.request, 560)[0] == 1
    pin(True)
    pin(False)
    assert kernel.levels == [(1, 1), (0, 1)]
    pin.close()
    assert kernel.closed == [50, 51, 77], "chips are not kept"


def test_a_name_nobody_has(kernel):
    with pytest.raises(OSError, match="gpiochip0, gpiochip1"):
        hal_gpio.Output("GPIO99")
    assert kernel.closed == [50, 51]
