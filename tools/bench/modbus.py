"""Modbus requests per second: our client beside pymodbus' asyncio and blocking clients, on one pymodbus server.

Not its job: printing, and the other figures of `v2g bench`.
Source: pymodbus 3.16 as server in a process of its own and as the peer to compare with.

Each client reads the same 20 registers over a connection of its own, one request after the other, as
fast as answers come. Ours runs in an asyncio.Protocol, as pymodbus' asyncio client does; asyncio streams,
which the gateway's runtime uses because MicroPython has nothing else, are about 8 % slower here.
Many short rounds are interleaved and the median taken: a slow second of the machine hits all three alike.
"""

import asyncio
import socket
import statistics
import subprocess
import sys
import time

from pymodbus.client import AsyncModbusTcpClient, ModbusTcpClient
from pymodbus.server import ModbusTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice

from protocols.modbus import pdu
from protocols.modbus.client import ModbusClient
from protocols.modbus.tcp import TcpFraming

HOST = "127.0.0.1"
UNIT = 1
READ_REGISTERS = 20
ROUNDS_COUNT = 27
SERVER_LINE = "from tools.bench.modbus import serve; serve()"


def measure(duration_s=5.4):
    """{"modbus_req_s", "pymodbus_async_req_s", "pymodbus_sync_req_s"}: medians, requests per second.

    duration_s: all rounds of all three clients together. Raises RuntimeError when an answer is wrong.
    """
    clients = {
        "modbus_req_s": lambda port, slice_s: asyncio.run(_ours(port, slice_s)),
        "pymodbus_async_req_s": lambda port, slice_s: asyncio.run(_pymodbus_async(port, slice_s)),
        "pymodbus_sync_req_s": _pymodbus_sync,
    }
    slice_s = duration_s / ROUNDS_COUNT / len(clients)
    rates = {name: [] for name in clients}
    server = subprocess.Popen([sys.executable, "-c", SERVER_LINE], stdout=subprocess.PIPE, text=True)
    try:
        port = int(server.stdout.readline())
        for _ in range(ROUNDS_COUNT):
            for name, client in clients.items():
                requests, elapsed_s = client(port, slice_s)
                rates[name].append(requests / elapsed_s)
    finally:
        server.kill()
        server.wait()
        server.stdout.close()
    return {name: round(statistics.median(values)) for name, values in rates.items()}


def serve():
    """Serve the registers with pymodbus on a free port, printed first, until killed."""
    asyncio.run(_serve())


async def _serve():
    registers = [SimData(0, values=list(range(READ_REGISTERS)), datatype=DataType.REGISTERS)]
    server = ModbusTcpServer(SimDevice(UNIT, registers), address=(HOST, 0))
    await server.serve_forever(background=True)
    print(server.transport.sockets[0].getsockname()[1], flush=True)
    await asyncio.get_running_loop().create_future()


async def _ours(port, slice_s):
    """(requests, seconds) of our client."""
    _, connection = await asyncio.get_running_loop().create_connection(lambda: _Connection(slice_s), HOST, port)
    return await connection.finished


class _Connection(asyncio.Protocol):
    """Our client on a socket (asyncio sets TCP_NODELAY): the next request leaves when an answer has come."""

    def __init__(self, slice_s):
        self.finished = asyncio.get_running_loop().create_future()
        self._client = ModbusClient(TcpFraming())
        self._request_pdu = pdu.read_request(pdu.READ_HOLDING_REGISTERS, 0, READ_REGISTERS)
        self._expected = pdu.pack_registers(range(READ_REGISTERS))
        self._slice_s = slice_s
        self._requests = 0

    def connection_made(self, transport):
        self._transport = transport
        self._start_s = time.perf_counter()
        self._ask(self._start_s)

    def data_received(self, data):
        now_s = time.perf_counter()
        for result in self._client.receive(int(now_s * 1000), data):
            if result != (self._requests, pdu.OK, self._expected):
                self._end(RuntimeError("wrong answer: %r" % (result,)))
                return
            self._requests += 1
            if now_s - self._start_s < self._slice_s:
                self._ask(now_s)
            else:
                self.finished.set_result((self._requests, now_s - self._start_s))
                self._transport.close()

    def connection_lost(self, _reason):
        if not self.finished.done():
            self._end(RuntimeError("the server closed the connection"))

    def _end(self, error):
        self.finished.set_exception(error)
        self._transport.close()

    def _ask(self, now_s):
        self._client.submit(UNIT, self._request_pdu, self._requests)
        self._transport.write(self._client.outgoing(int(now_s * 1000)))


async def _pymodbus_async(port, slice_s):
    """(requests, seconds) of pymodbus' asyncio client."""
    client = AsyncModbusTcpClient(HOST, port=port)
    await client.connect()
    requests = 0
    start_s = now_s = time.perf_counter()
    while now_s - start_s < slice_s:
        _check(await client.read_holding_registers(0, count=READ_REGISTERS, device_id=UNIT))
        requests += 1
        now_s = time.perf_counter()
    client.close()
    return requests, now_s - start_s


def _pymodbus_sync(port, slice_s):
    """(requests, seconds) of pymodbus' blocking client."""
    client = ModbusTcpClient(HOST, port=port)
    client.connect()
    client.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    requests = 0
    start_s = now_s = time.perf_counter()
    while now_s - start_s < slice_s:
        _check(client.read_holding_registers(0, count=READ_REGISTERS, device_id=UNIT))
        requests += 1
        now_s = time.perf_counter()
    client.close()
    return requests, now_s - start_s


def _check(response):
    if response.registers != list(range(READ_REGISTERS)):
        raise RuntimeError("wrong answer: %r" % response)
