"""One request at a time to one device, over TCP or a serial port, with the firmware's own Modbus client.

Not its job: what is asked (live.py, pulse.py), meaning.
Source: protocols/modbus; a tool may wait, which the firmware never does.
"""

import asyncio
import errno
import socket
import time
import types

from protocols.modbus import pdu
from protocols.modbus.client import ModbusClient
from protocols.modbus.rtu import RtuFraming
from protocols.modbus.tcp import TcpFraming

CONNECT_S = 5


class Wire:
    """A link to one unit; also a context manager. OSError with what is wrong and what to do when it can't be opened."""

    def __init__(self, link, framing, unit, transport):
        """link: has send(bytes), receive(seconds) -> bytes, close(); transport: that section of the profile."""
        self.unit = unit
        self._link = link
        self._client = ModbusClient(framing, transport["timeout_ms"], transport["gap_ms"])
        self._start_s = time.monotonic()
        self.times_ms = []      # from request to answer, of those answered

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._link.close()

    def now_ms(self):
        """Milliseconds since it was opened."""
        return int((time.monotonic() - self._start_s) * 1000)

    def exchange(self, request):
        """(kind, payload) of one request PDU, as pdu.decode_response names them; TIMEOUT when nothing came."""
        self._client.submit(self.unit, request, None)
        sent_ms = None
        while True:
            data = self._client.outgoing(self.now_ms())
            if data:
                sent_ms = self.now_ms()
                self._link.send(data)
            answers = self._client.receive(self.now_ms(), self._link.receive(0.02)) or self._client.on_time(self.now_ms())
            for _, kind, payload in answers:
                if kind in (pdu.OK, pdu.EXCEPTION):
                    self.times_ms.append(self.now_ms() - sent_ms)
                return kind, payload


def over_tcp(host, port, unit, profile, framing):
    """A Wire over a network. framing: tcp or rtu_over_tcp."""
    try:
        link = socket.create_connection((host, port), CONNECT_S)
    except OSError as error:
        raise OSError(error.errno, "%s:%d can't be reached (%s): look at address, port and cable; many devices take one client "
                      "only, so stop whatever else reads it" % (host, port, error.strerror or error)) from error
    link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return Wire(_Stream(link), TcpFraming() if framing == "tcp" else RtuFraming(), unit, profile["transport"])


def over_serial(device, unit, profile, settings):
    """A Wire over a serial port of this machine. settings: has baud, parity, stop_bits, direction."""
    return Wire(_Port(device, settings), RtuFraming(), unit, profile["transport"])


class _Stream:
    """A connected socket."""

    def __init__(self, link):
        self._link = link
        self.send = link.sendall
        self.close = link.close

    def receive(self, patience_s):
        self._link.settimeout(patience_s)
        try:
            data = self._link.recv(1024)
        except TimeoutError:
            return b""
        if not data:
            raise OSError(errno.ECONNRESET, "the device closed the connection: it may serve one client at a time")
        return data


class _Port:
    """A serial port, opened as the gateway opens it."""

    def __init__(self, device, settings):
        from edge import hal_serial     # Linux only

        async def opened():
            return hal_serial.open_line(device, settings)
        self._loop = asyncio.new_event_loop()
        self._line = self._loop.run_until_complete(opened())

    def send(self, data):
        self._line.write(data)

    def receive(self, patience_s):
        try:
            return self._loop.run_until_complete(asyncio.wait_for(self._line.read(1024), patience_s))
        except (asyncio.TimeoutError, TimeoutError):
            return b""

    def close(self):
        self._line.close()
        self._loop.close()


def line_settings(args):
    """What hal_serial asks of a line, from the arguments."""
    return types.SimpleNamespace(baud=args.baud, parity=args.parity, stop_bits=args.stop_bits, direction=args.direction)
