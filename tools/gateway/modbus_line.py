"""One Modbus connection of a person at the command line: a request, its answer, nothing at the same time.

Not its job: frames (protocols/modbus), what registers mean (device_points.py), the gateway's own links (edge/runtime.py).
Source: ours; the protocol's client is the gateway's own, with a socket or a serial port under it.
"""

import errno
import os
import select
import socket
import time

from protocols.modbus import pdu
from protocols.modbus.client import ModbusClient
from protocols.modbus.rtu import RtuFraming
from protocols.modbus.tcp import TcpFraming

TIMEOUT_MS = 1000
CONNECT_S = 3
READ_BYTES = 1024
# One master more on a device that is used: never more than this many requests a second.
PAUSE_S = 0.02


class Lost(OSError):
    """The connection ended."""


class Line:
    """An open connection. `told`: how people call it."""

    def __init__(self, told, framing, gap_ms=0):
        self.told = told
        self.requests = 0
        self._client = ModbusClient(framing, TIMEOUT_MS, gap_ms)
        self._free_s = 0

    def ask(self, unit, request, timeout_ms=TIMEOUT_MS):
        """(kind, payload) as pdu says; Lost when the connection ended."""
        time.sleep(max(self._free_s - time.monotonic(), 0))
        client = self._client
        client.submit(unit, request, None, timeout_ms=timeout_ms)
        self.requests += 1
        while True:
            now_ms = _now_ms()
            answers = client.on_time(now_ms)
            frame = client.outgoing(now_ms)
            if frame:
                self._send(frame)
            if not answers:
                wait_ms = max((client.next_wake_ms or now_ms) - now_ms, 1)
                data = self._receive(wait_ms / 1000)
                answers = client.receive(_now_ms(), data) if data else []
            if answers:
                self._free_s = time.monotonic() + PAUSE_S
                return answers[0][1:]

    def read(self, unit, function, address, count, timeout_ms=TIMEOUT_MS):
        """(kind, payload) of a read."""
        return self.ask(unit, pdu.read_request(function, address, count), timeout_ms)


class TcpLine(Line):
    """Modbus TCP, or RTU carried over TCP."""

    def __init__(self, host, port, transport="tcp", gap_ms=0):
        """OSError when nobody takes the connection."""
        super().__init__("%s:%d" % (host, port), TcpFraming() if transport == "tcp" else RtuFraming(), gap_ms)
        self._socket = socket.create_connection((host, port), CONNECT_S)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def _send(self, frame):
        self._socket.sendall(frame)

    def _receive(self, wait_s):
        if not select.select([self._socket], [], [], wait_s)[0]:
            return b""
        data = self._socket.recv(READ_BYTES)
        if not data:
            raise Lost(errno.ECONNRESET, "%s closed the connection" % self.told)
        return data

    def close(self):
        """Let it go."""
        self._socket.close()


class SerialLine(Line):
    """RTU on a port of this machine."""

    def __init__(self, device, settings, gap_ms=0):
        """settings: has baud, parity, stop_bits, direction (none or rs485). OSError or ValueError with what to do."""
        from edge import hal_serial     # its port is Linux's

        super().__init__("%s at %d %s" % (device, settings.baud, settings.parity), RtuFraming(), gap_ms)
        self._fd = hal_serial.opened(device, settings)

    def _send(self, frame):
        os.write(self._fd, frame)

    def _receive(self, wait_s):
        if not select.select([self._fd], [], [], wait_s)[0]:
            return b""
        return os.read(self._fd, READ_BYTES)

    def close(self):
        """Let it go."""
        os.close(self._fd)


def of_bus(bus, gap_ms=0):
    """The line of a bus of the site file. bus: its section of the configuration."""
    if bus.transport == "serial":
        return SerialLine(bus.device, bus, gap_ms)
    return TcpLine(bus.host, bus.port, bus.transport, gap_ms)


def _now_ms():
    return time.monotonic_ns() // 1000000
