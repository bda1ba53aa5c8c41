"""Pins of a Linux machine by name, such as GPIO17: relays, contacts, and what turns an RS-485 transceiver without a driver.

Not its job: pins of a board (hal_uart.py), what a contact means (dso.py, recovery.py).
Source: gpio character device, uAPI v2 of Linux 5.10 and later (linux/gpio.h). Names are those `gpioinfo` shows.
"""
import os
import struct

_GET_CHIPINFO = 0x8044B401      # name, label, number of lines
_GET_LINEINFO = 0xC100B405
_GET_LINE = 0xC250B407
_GET_VALUES = 0xC010B40E
_SET_VALUES = 0xC010B40F
_CHIP_BYTES, _CHIP_LINES_AT = 68, 64
_INFO_BYTES, _INFO_NAME_BYTES, _INFO_OFFSET_AT = 256, 32, 64
_REQUEST_BYTES = 592
_REQUEST_CONSUMER_AT, _REQUEST_FLAGS_AT, _REQUEST_COUNT_AT, _REQUEST_FD_AT = 256, 288, 560, 588
_REQUEST_ATTRIBUTES_AT, _REQUEST_ATTRIBUTE_AT = 296, 320     # how many; the first one: id, its value, which pins
_FIRST_LEVEL = 2                # GPIO_V2_LINE_ATTR_ID_OUTPUT_VALUES
_INPUT, _OUTPUT, _PULL_UP = 1 << 2, 1 << 3, 1 << 8
CONSUMER = b"v2g-edge"


class Output:
    """One pin, low at first unless told otherwise; call it with whether it shall be high."""

    def __init__(self, name, is_high=False):
        """name: of the line; is_high: its level from the first moment on. OSError when there is none, it is taken, or may
        not be used."""
        self._ioctl, self._fd = _taken(name, _OUTPUT, is_high)

    def __call__(self, is_high):
        self._ioctl(self._fd, _SET_VALUES, bytearray(struct.pack("=QQ", int(is_high), 1)))

    def close(self):
        """Give the pin back."""
        os.close(self._fd)


class Input:
    """One pin, pulled up; call it for its level, 0 or 1."""

    def __init__(self, name):
        """name: of the line. OSError when there is none, it is taken, or may not be used."""
        self._ioctl, self._fd = _taken(name, _INPUT | _PULL_UP)

    def __call__(self):
        values = bytearray(struct.pack("=QQ", 0, 1))
        self._ioctl(self._fd, _GET_VALUES, values)
        return values[0] & 1


def _taken(name, flags, is_high=False):
    """(ioctl, handle) of the pin with that name, ours from now on."""
    import fcntl

    chip, offset = _found(fcntl.ioctl, name)
    try:
        request = bytearray(_REQUEST_BYTES)
        struct.pack_into("=I", request, 0, offset)
        request[_REQUEST_CONSUMER_AT:_REQUEST_CONSUMER_AT + len(CONSUMER)] = CONSUMER
        struct.pack_into("=Q", request, _REQUEST_FLAGS_AT, flags)
        if is_high:
            struct.pack_into("=I", request, _REQUEST_ATTRIBUTES_AT, 1)
            struct.pack_into("=IIQQ", request, _REQUEST_ATTRIBUTE_AT, _FIRST_LEVEL, 0, 1, 1)
        struct.pack_into("=I", request, _REQUEST_COUNT_AT, 1)
        fcntl.ioctl(chip, _GET_LINE, request)
    finally:
        os.close(chip)
    return fcntl.ioctl, struct.unpack_from("=i", request, _REQUEST_FD_AT)[0]


def _found(ioctl, name):
    """(open chip, offset of the line) of the pin with that name."""
    chips = sorted([entry for entry in os.listdir("/dev") if entry.startswith("gpiochip")])
    for entry in chips:
        chip = os.open("/dev/" + entry, os.O_RDONLY)
        offset = None
        try:
            offset = _offset(ioctl, chip, name)
        finally:
            if offset is None:
                os.close(chip)
        if offset is not None:
            return chip, offset
    raise OSError("no pin of that name on %s" % (", ".join(chips) or "this machine"))


def _offset(ioctl, chip, name):
    """Number of the line with that name on an open chip, or None."""
    facts = bytearray(_CHIP_BYTES)
    ioctl(chip, _GET_CHIPINFO, facts)
    for offset in range(struct.unpack_from("=I", facts, _CHIP_LINES_AT)[0]):
        info = bytearray(_INFO_BYTES)
        struct.pack_into("=I", info, _INFO_OFFSET_AT, offset)
        ioctl(chip, _GET_LINEINFO, info)
        if bytes(info[:_INFO_NAME_BYTES]).split(b"\0")[0] == name.encode():
            return offset
    return None
