"""An output pin of a Linux machine by its name, such as GPIO17: what turns an RS-485 transceiver without a driver for it.

Not its job: pins of a board (hal_uart.py), contacts and relays (hal.py).
Source: gpio character device, uAPI v2 of Linux 5.10 and later (linux/gpio.h). Names are those `gpioinfo` shows.
"""
import os
import struct

_GET_CHIPINFO = 0x8044B401      # name, label, number of lines
_GET_LINEINFO = 0xC100B405
_GET_LINE = 0xC250B407
_SET_VALUES = 0xC010B40F
_CHIP_BYTES, _CHIP_LINES_AT = 68, 64
_INFO_BYTES, _INFO_NAME_BYTES, _INFO_OFFSET_AT = 256, 32, 64
_REQUEST_BYTES = 592
_REQUEST_CONSUMER_AT, _REQUEST_FLAGS_AT, _REQUEST_COUNT_AT, _REQUEST_FD_AT = 256, 288, 560, 588
_OUTPUT = 1 << 3
CONSUMER = b"v2g-edge"


class Output:
    """One pin, low at first; call it with whether it shall be high."""

    def __init__(self, name):
        """name: of the line. OSError when there is none, it is taken, or may not be used."""
        import fcntl

        self._ioctl = fcntl.ioctl
        chip, offset = _found(fcntl.ioctl, name)
        try:
            request = bytearray(_REQUEST_BYTES)
            struct.pack_into("=I", request, 0, offset)
            request[_REQUEST_CONSUMER_AT:_REQUEST_CONSUMER_AT + len(CONSUMER)] = CONSUMER
            struct.pack_into("=Q", request, _REQUEST_FLAGS_AT, _OUTPUT)
            struct.pack_into("=I", request, _REQUEST_COUNT_AT, 1)
            fcntl.ioctl(chip, _GET_LINE, request)
        finally:
            os.close(chip)
        self._fd = struct.unpack_from("=i", request, _REQUEST_FD_AT)[0]

    def __call__(self, is_high):
        self._ioctl(self._fd, _SET_VALUES, bytearray(struct.pack("=QQ", int(is_high), 1)))

    def close(self):
        """Give the pin back."""
        os.close(self._fd)


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
