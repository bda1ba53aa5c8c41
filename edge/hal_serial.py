"""A serial port of a Linux machine: opening it for this process alone, raw mode, turning an RS-485 transceiver to send.

Not its job: frames, pauses and time-outs (protocols/modbus), when to open a line again (connection.py, runtime.py), which
ports there are (hal_ports.py), the UART of a board (hal_uart.py). Imported where a bus has a serial port.
Source: termios(3), ioctl_tty(2), struct serial_rs485 and serial_struct of Linux; asm-generic numbers (x86, ARM, RISC-V).
"""
import asyncio
import os
import struct

from edge.hal_ports import busy_words, holders, open_words

READ_BYTES = 1024
# Nobody reads what is sent to a line that takes nothing: more than this waiting means the port hangs.
WAITING_MAX_BYTES = 4096
POLL_S = 0.0005     # while the last characters leave
CHARACTER_BITS = 11

_TIOCSRS485 = 0x542F
_TIOCSERGETLSR = 0x5459
_TIOCGSERIAL, _TIOCSSERIAL = 0x541E, 0x541F
_SERIAL_BYTES, _FLAGS_AT = 72, 16       # struct serial_struct
_LOW_LATENCY = 1 << 13
_RS485_ON_RTS_WHILE_SENDING = 0b011     # SER_RS485_ENABLED, SER_RS485_RTS_ON_SEND


def open_line(device, settings):
    """A Line, open and configured. OSError or ValueError with what is wrong and what to do.

    device: path; settings: has baud, parity, stop_bits, direction, see the rows bus.*.
    """
    return Line(opened(device, settings), settings)


def opened(device, settings):
    """File descriptor of the port, ours alone, in raw mode."""
    import fcntl
    import termios

    others = holders(device)
    if others:
        raise OSError(busy_words(device, others))
    try:
        fd = os.open(device, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
    except OSError as error:
        raise OSError(open_words(device, error.errno)) from error
    try:
        if not os.isatty(fd):
            raise ValueError("%s is no serial port" % device)
        # Both: root passes over TIOCEXCL, and who opens the port without asking passes over the lock.
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        fcntl.ioctl(fd, termios.TIOCEXCL)
        _set_raw(termios, fd, device, settings)
        _set_low_latency(fcntl, fd)
        if settings.direction == "rs485":
            _set_rs485(fcntl, fd, device)
    except termios.error as error:      # no OSError, whatever it looks like
        os.close(fd)
        raise OSError(open_words(device, error.args[0])) from error
    except BlockingIOError as error:
        os.close(fd)
        raise OSError(busy_words(device, holders(device))) from error
    except (OSError, ValueError):
        os.close(fd)
        raise
    return fd


def _set_raw(termios, fd, device, settings):
    """Eight data bits, no echo, no flow control, nothing translated; bytes of before are dropped."""
    speed = getattr(termios, "B%d" % settings.baud, None)
    if speed is None:
        raise ValueError("%s: %d baud is no rate of this machine; use a standard one" % (device, settings.baud))
    cflag = termios.CS8 | termios.CREAD | termios.CLOCAL
    iflag = termios.IGNBRK
    if settings.parity != "none":
        cflag |= termios.PARENB | (termios.PARODD if settings.parity == "odd" else 0)
        iflag |= termios.INPCK      # a byte of wrong parity reads as 0, so the checksum fails
    if settings.stop_bits == 2:
        cflag |= termios.CSTOPB
    control = termios.tcgetattr(fd)[6]
    control[termios.VMIN], control[termios.VTIME] = 1, 0
    termios.tcsetattr(fd, termios.TCSANOW, [iflag, 0, cflag, 0, speed, speed, control])
    if termios.tcgetattr(fd)[4] != speed:
        raise ValueError("%s does not take %d baud" % (device, settings.baud))
    termios.tcflush(fd, termios.TCIOFLUSH)


def _set_low_latency(fcntl, fd):
    """Some USB adapters keep bytes for 16 ms before they hand them on; drivers that can't be told are left alone."""
    facts = bytearray(_SERIAL_BYTES)
    try:
        fcntl.ioctl(fd, _TIOCGSERIAL, facts)
        flags = struct.unpack_from("=i", facts, _FLAGS_AT)[0]
        struct.pack_into("=i", facts, _FLAGS_AT, flags | _LOW_LATENCY)
        fcntl.ioctl(fd, _TIOCSSERIAL, facts)
    except OSError:
        pass


def _set_rs485(fcntl, fd, device):
    try:
        fcntl.ioctl(fd, _TIOCSRS485, struct.pack("=8I", _RS485_ON_RTS_WHILE_SENDING, 0, 0, 0, 0, 0, 0, 0))
    except OSError as error:
        raise ValueError("%s: its driver can't turn RS-485 by itself (%s); set bus.direction to none where the adapter does, "
                         "else to rts or a pin" % (device, error.strerror)) from error


class Line:
    """An open port inside the event loop, read side and write side in one, used as the runtime uses streams."""

    def __init__(self, fd, settings):
        """fd: from opened(); settings: as of open_line."""
        self.transport = self       # write() sends at once, as CPython's streams do
        self.why = "the port was closed"
        self._fd = fd
        self._loop = asyncio.get_running_loop()
        self._ready = asyncio.Event()
        self._got = b""
        self._waiting = b""
        self._is_lost = False
        self._is_sending = False
        self._turn = _turner(fd, settings.direction)
        self._byte_s = CHARACTER_BITS / settings.baud
        self._loop.add_reader(fd, self._on_readable)

    async def read(self, _count):
        """The next bytes; b"" when the port is gone."""
        while not self._got and not self._is_lost:
            self._ready.clear()
            await self._ready.wait()
        data, self._got = self._got, b""
        return data

    def write(self, data):
        """Send bytes; what the port does not take yet follows by itself."""
        if self._is_lost:
            return
        if self._turn is not None and not self._is_sending:
            if not self._turn_to(True):
                return
            self._loop.call_later(len(data) * self._byte_s, self._turn_back)
        self._waiting += data
        self._on_writable()
        if len(self._waiting) > WAITING_MAX_BYTES:
            self._lose("the port takes no bytes")

    def close(self):
        """Give the port back."""
        self._lose(self.why)
        if self._fd is None:
            return
        if self._turn is not None:
            if self._is_sending:
                self._turn_to(False)    # a transceiver left sending would hold the line of everybody
            self._turn.close()
        if _is_stuck(self._fd):
            # The system waits up to 30 s for bytes that an adapter does not take: never in the control loop.
            self._loop.run_in_executor(None, os.close, self._fd)
        else:
            os.close(self._fd)
        self._fd = None

    def _on_readable(self):
        try:
            data = os.read(self._fd, READ_BYTES)
        except BlockingIOError:
            return
        except OSError as error:
            self._lose("the port is gone (%s)" % error.strerror)
            return
        if not data:
            self._lose("the port is gone")
            return
        self._got += data
        self._ready.set()

    def _on_writable(self):
        try:
            self._waiting = self._waiting[os.write(self._fd, self._waiting):]
        except BlockingIOError:
            pass
        except OSError as error:
            self._lose("the port is gone (%s)" % error.strerror)
            return
        if self._waiting:
            self._loop.add_writer(self._fd, self._on_writable)
        else:
            self._loop.remove_writer(self._fd)

    def _turn_back(self):
        """Listen again as soon as the last character has left: a device may answer after 3.5 of them."""
        if self._is_lost:
            return
        if self._waiting or not _is_sent(self._fd):
            self._loop.call_later(POLL_S, self._turn_back)
            return
        self._turn_to(False)

    def _turn_to(self, is_sending):
        """Whether the transceiver was turned; a pin that can't be driven ends the line."""
        self._is_sending = is_sending
        try:
            self._turn(is_sending)
        except OSError as error:
            self._lose("bus.direction: the pin can't be driven any more (%s)" % error.strerror)
        return not self._is_lost

    def _lose(self, why):
        if self._is_lost:
            return
        self._is_lost, self.why, self._waiting = True, why, b""
        self._loop.remove_reader(self._fd)
        self._loop.remove_writer(self._fd)
        self._ready.set()


def _is_sent(fd):
    """Whether everything has left, the shift register included where the driver can tell."""
    import fcntl
    import termios

    word = bytearray(4)
    try:
        fcntl.ioctl(fd, termios.TIOCOUTQ, word)
        if word != b"\0\0\0\0":
            return False
        fcntl.ioctl(fd, _TIOCSERGETLSR, word)
        return word[0] & 1 == 1     # TIOCSER_TEMT
    except OSError:
        return True


def _is_stuck(fd):
    """Whether bytes wait to be sent that could not be dropped."""
    import fcntl
    import termios

    word = bytearray(4)
    try:
        termios.tcflush(fd, termios.TCOFLUSH)
        fcntl.ioctl(fd, termios.TIOCOUTQ, word)
    except (OSError, termios.error):
        return False    # the port is gone
    return word != b"\0\0\0\0"


def _turner(fd, direction):
    """What turns the transceiver when called with whether to send, or None where nobody has to."""
    if direction in ("none", "rs485"):
        return None
    try:
        if direction == "rts":
            turn = _Rts(fd)
        elif direction.startswith("/"):
            turn = _PinFile(direction)
        else:
            from edge.hal_gpio import Output    # most adapters turn by themselves

            turn = Output(direction)
        turn(False)
    except OSError as error:
        os.close(fd)
        raise ValueError("bus.direction: the pin %s can't be driven: %s; 'gpioinfo' lists the names, a path needs a GPIO that is "
                         "exported as an output" % (direction, error.strerror or error)) from error
    return turn


class _Rts:
    """The port's own RTS; nothing of it is held, it goes with the port."""

    def __init__(self, fd):
        import fcntl
        import termios

        self._fd, self._ioctl = fd, fcntl.ioctl
        self._codes = termios.TIOCMBIC, termios.TIOCMBIS
        self._mask = struct.pack("=I", termios.TIOCM_RTS)

    def __call__(self, is_sending):
        try:
            self._ioctl(self._fd, self._codes[is_sending], self._mask)
        except OSError:
            pass    # a port without the wire; the silence that follows is told

    def close(self):
        """See Line.close."""


class _PinFile:
    """A GPIO as a file of sysfs; nothing of it is held."""

    def __init__(self, path):
        self._path = path

    def __call__(self, is_sending):
        with open(self._path, "w") as file:
            file.write("1" if is_sending else "0")

    close = _Rts.close
