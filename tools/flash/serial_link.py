"""A MicroPython board at the end of a serial cable: runs small programs on it. The only file that knows mpremote.

Not its job: which programs (board_programs.py), what is flashed (serial_flash.py).
Source: mpremote 1.29, mpremote.transport_serial: works as a library, but is no documented interface; hence the pinned version
and this one file.
"""

import contextlib
import io

from tools.flash.problem import Gone, Problem

BAUD = 115200
READ_TIMEOUT_S = 5      # for a byte that is due
QUIET_S = 60            # a program may work that long without a word: hashing a whole release


class SerialLink:
    """An open line to a board whose program was stopped. Counts what goes over it: exchanges, sent_bytes, received_bytes."""

    def __init__(self, device):
        """device: "/dev/ttyACM0". Problem when it can't be opened or nothing answers."""
        from mpremote.transport import TransportError
        from mpremote.transport_serial import SerialTransport
        from serial import SerialException

        self.device = device
        self.exchanges = self.sent_bytes = self.received_bytes = 0
        self._failures = (TransportError, SerialException, OSError)
        try:
            self._transport = SerialTransport(device, BAUD, timeout=READ_TIMEOUT_S)
        except self._failures as error:
            raise Problem("%s can't be opened (%s): is the board plugged in, and no other program on the port?" % (
                device, error)) from error
        self._count()
        try:
            with contextlib.redirect_stdout(io.StringIO()):     # the library prints what did not answer
                self._transport.enter_raw_repl(soft_reset=True)
        except self._failures as error:
            self.close()
            raise Problem("nothing on %s answers like MicroPython: wrong port, or no MicroPython on the board yet" % device) from error

    def _count(self):
        """Notes the bytes of every read and write from here on."""
        port = self._transport.serial
        read, write = port.read, port.write

        def counted_read(size=1):
            data = read(size)
            self.received_bytes += len(data)
            return data

        def counted_write(data):
            self.sent_bytes += len(data)
            return write(data)

        port.read, port.write = counted_read, counted_write

    def run(self, program):
        """What a program prints, as text. Gone when the board stops answering; Problem with what the program raised."""
        from mpremote.transport import TransportExecError

        self.exchanges += 1
        try:
            said, error = self._transport.exec_raw(program, timeout=QUIET_S)
        except TransportExecError as error:
            raise Problem("the board refused: %s" % error) from error
        except self._failures as error:
            raise Gone("the board on %s stopped answering (%s)" % (self.device, error)) from error
        if error:
            raise Problem("the board says: %s" % error.decode(errors="replace").strip().splitlines()[-1])
        return said.decode()

    def reset(self):
        """Restart the board; nothing can be run afterwards."""
        try:
            self._transport.exec_raw_no_follow("import machine\nmachine.reset()")
        except self._failures:
            pass    # it is gone before it could answer

    def close(self):
        """Give the port back, the board at its prompt."""
        try:
            self._transport.exit_raw_repl()
            self._transport.close()
        except self._failures:
            pass    # unplugged
