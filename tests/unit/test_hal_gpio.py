"""A pin by name through the kernel's interface, with the kernel made up: sizes, offsets and order of what it is asked.

Source: linux/gpio.h, uAPI v2: structure sizes 68, 256, 592 and 16 bytes, which are part of the request numbers.
"""

import fcntl
import os
import struct

import pytest

from edge import hal_gpio
from edge.hal_contacts import Contacts

NAMES = (b"ID_SDA", b"", b"GPIO17")


class Kernel:
    """Two chips; the pin is the third line of the second."""

    def __init__(self):
        self.levels = []
        self.level = 0
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
        elif number == 0x0E:
            assert fd == 77 and struct.unpack("=QQ", data)[1] == 1
            struct.pack_into("=Q", data, 0, self.level)
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


def test_a_relay_has_its_level_from_the_first_moment_and_is_held(kernel):
    contacts = Contacts()
    assert contacts.write("GPIO17", 1) and kernel.levels == []
    # one attribute: the first level, high, of the only pin (struct gpio_v2_line_config_attribute)
    assert struct.unpack_from("=I", kernel.request, 296)[0] == 1
    assert struct.unpack_from("=IIQQ", kernel.request, 320) == (2, 0, 1, 1)
    assert contacts.write("GPIO17", 0) and contacts.write("GPIO17", 1) and kernel.levels == [(0, 1), (1, 1)]
    assert 77 not in kernel.closed
    assert not Contacts().write("GPIO99", 1)


def test_a_low_relay_needs_no_attribute(kernel):
    assert Contacts().write("GPIO17", 0)
    assert struct.unpack_from("=I", kernel.request, 296)[0] == 0


def test_a_contact_is_pulled_up_and_read(kernel):
    contacts = Contacts()
    assert contacts.read("GPIO17") == 0
    assert struct.unpack_from("=Q", kernel.request, 288)[0] == 1 << 2 | 1 << 8
    kernel.level = 1
    assert contacts.read("GPIO17") == 1
    assert contacts.read("GPIO99") is None
