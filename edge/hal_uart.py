"""A UART of a microcontroller as one more stream, with the pin that turns its RS-485 transceiver.

Not its job: frames, pauses and time-outs (protocols/modbus), ports of a Linux machine (hal_serial.py). Imported where a
bus has a serial port.
Source: machine.UART and asyncio of MicroPython 1.29. Not seen on hardware yet.
"""
import asyncio

CHARACTER_BITS = 11
POLL_S = 0.001      # while the last characters leave
BUFFER_BYTES = 512  # two of the longest frames


def open_line(device, settings):
    """A BoardLine. ValueError where the board has no such UART or pin.

    device: "uart1"; settings: has baud, parity, stop_bits, direction, see the rows bus.*.
    """
    return BoardLine(device, settings)


class BoardLine:
    """A UART of a microcontroller: read side and write side of the runtime's streams."""

    def __init__(self, device, settings):
        """device: "uart1"; settings: as of open_line; direction: the number of a pin, or none."""
        from machine import UART, Pin

        self.s = self       # what hal.close() closes
        self.why = "the port was closed"
        self._pin = None
        if settings.direction != "none":
            number = _number(settings.direction, "gpio", "bus.direction: on a board none, or the number of a pin such as gpio4")
            self._pin = Pin(number, Pin.OUT, value=0)
        self._uart = UART(_number(device, "uart", "bus.device: on a board uart0, uart1, …"), baudrate=settings.baud, bits=8,
                          stop=settings.stop_bits, parity={"none": None, "even": 0, "odd": 1}[settings.parity], rxbuf=BUFFER_BYTES)
        self._stream = asyncio.StreamReader(self._uart)
        self._byte_s = CHARACTER_BITS / settings.baud
        self._sent_s = 0

    async def read(self, count):
        """The next bytes; a UART never ends."""
        return await self._stream.read(count)

    def write(self, data):
        """Send bytes; `drain` waits until they have left. The first ones leave at once, so the pin comes before them."""
        if self._pin is not None:
            self._pin.value(1)
        self._stream.write(data)
        self._sent_s = len(data) * self._byte_s

    async def drain(self):
        """Wait until the last character has left, and turn the transceiver back."""
        await self._stream.drain()
        if self._pin is None:
            return
        await asyncio.sleep(self._sent_s)
        while not self._uart.txdone():
            await asyncio.sleep(POLL_S)
        self._pin.value(0)

    def close(self):
        """Give the UART back; perhaps in the middle of a frame."""
        if self._pin is not None:
            self._pin.value(0)
        self._uart.deinit()


def _number(text, word, allowed):
    """4 of "gpio4" or "4"; ValueError with what is allowed."""
    try:
        return int(text.replace(word, ""))
    except ValueError:
        raise ValueError(allowed + "; not " + text)
