"""Our Modbus client against pymodbus servers, pymodbus clients against our server, over TCP sockets.

Both peers speak Modbus TCP and RTU over TCP; every function and the exceptions go over the wire.
"""

import asyncio
import socket
import socketserver
import threading

import pytest
from pymodbus import FramerType
from pymodbus.client import ModbusTcpClient
from pymodbus.server import ModbusTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice

from protocols.modbus import pdu
from protocols.modbus.client import ModbusClient
from protocols.modbus.rtu import RtuFraming
from protocols.modbus.server import ModbusServer
from protocols.modbus.tcp import TcpFraming

UNIT = 7
SIZE = 300
COILS = [address % 3 == 0 for address in range(SIZE)]
INPUT_BITS = [address % 5 == 0 for address in range(SIZE)]
HOLDING = [address * 211 % 65536 for address in range(SIZE)]
INPUT = [65535 - address for address in range(SIZE)]
FRAMINGS = {"tcp": (TcpFraming, FramerType.SOCKET), "rtu": (RtuFraming, FramerType.RTU)}


@pytest.fixture(params=sorted(FRAMINGS))
def framing(request):
    """(our framing class, pymodbus framer) of one transport."""
    return FRAMINGS[request.param]


@pytest.fixture
def pymodbus_port(framing):
    """Port of a pymodbus server with four register blocks, alive for one test."""
    blocks = (
        [SimData(0, values=COILS, datatype=DataType.BITS)],
        [SimData(0, values=INPUT_BITS, datatype=DataType.BITS)],
        [SimData(0, values=HOLDING, datatype=DataType.REGISTERS)],
        [SimData(0, values=INPUT, datatype=DataType.REGISTERS)],
    )
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    async def start():
        server = ModbusTcpServer(SimDevice(UNIT, blocks), framer=framing[1], address=("127.0.0.1", 0))
        await server.serve_forever(background=True)
        return server

    server = asyncio.run_coroutine_threadsafe(start(), loop).result(20)
    yield server.transport.sockets[0].getsockname()[1]
    asyncio.run_coroutine_threadsafe(server.shutdown(), loop).result(20)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(20)
    loop.close()


class Link:
    """Our client on a blocking socket; the clock stands still, so only the socket's timeout ends a wait."""

    def __init__(self, port, framing_class):
        self.client = ModbusClient(framing_class())
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=20)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self, request_pdu, unit=UNIT):
        """(kind, payload) of one request."""
        assert self.client.submit(unit, request_pdu, "tag")
        self.socket.sendall(self.client.outgoing(0))
        while True:
            data = self.socket.recv(4096)
            assert data, "closed by the peer"
            for tag, kind, payload in self.client.receive(0, data):
                assert tag == "tag"
                return kind, payload


@pytest.fixture
def link(pymodbus_port, framing):
    connected = Link(pymodbus_port, framing[0])
    yield connected
    connected.socket.close()
    assert (connected.client.malformed, connected.client.foreign) == (0, 0)


@pytest.mark.parametrize(("function", "blocks"), [(1, COILS), (2, INPUT_BITS)])
@pytest.mark.parametrize(("address", "count"), [(0, 1), (3, 8), (3, 19), (1, 299)])
def test_we_read_bits(link, function, blocks, address, count):
    kind, payload = link.ask(pdu.read_request(function, address, count))
    assert kind == pdu.OK
    assert pdu.unpack_bits(payload, count) == [int(bit) for bit in blocks[address:address + count]]


@pytest.mark.parametrize(("function", "block"), [(3, HOLDING), (4, INPUT)])
@pytest.mark.parametrize(("address", "count"), [(0, 1), (17, 20), (175, 125)])
def test_we_read_registers(link, function, block, address, count):
    kind, payload = link.ask(pdu.read_request(function, address, count))
    assert kind == pdu.OK
    assert list(pdu.unpack_registers(payload)) == block[address:address + count]


def test_we_write_and_read_back(link):
    coils = [1, 0, 0, 1, 1, 1, 0, 1, 1, 0, 1]
    for request in (
        pdu.write_single(5, 20, 1),
        pdu.write_single(5, 21, 0),
        pdu.write_multiple_coils(30, coils),
        pdu.write_single(6, 40, 0xFEDC),
        pdu.write_multiple_registers(50, list(range(60000, 60123))),
    ):
        assert link.ask(request) == (pdu.OK, b""), request
    assert pdu.unpack_bits(link.ask(pdu.read_request(1, 20, 2))[1], 2) == [1, 0]
    assert pdu.unpack_bits(link.ask(pdu.read_request(1, 30, 11))[1], 11) == coils
    assert link.ask(pdu.read_request(3, 40, 1)) == (pdu.OK, b"\xfe\xdc")
    assert pdu.unpack_registers(link.ask(pdu.read_request(3, 50, 123))[1]) == tuple(range(60000, 60123))


def test_we_write_and_read_in_one_request(link):
    kind, payload = link.ask(pdu.read_write_registers(99, 4, 100, [111, 222]))
    assert (kind, list(pdu.unpack_registers(payload))) == (pdu.OK, [HOLDING[99], 111, 222, HOLDING[102]])
    values = list(range(121))
    kind, payload = link.ask(pdu.read_write_registers(0, 125, 0, values))
    assert (kind, list(pdu.unpack_registers(payload))) == (pdu.OK, values + HOLDING[121:125])


def test_we_understand_their_exceptions(link):
    for request, code in (
        (pdu.read_request(3, SIZE, 1), pdu.ILLEGAL_DATA_ADDRESS),
        (pdu.read_request(1, SIZE + 16, 1), pdu.ILLEGAL_DATA_ADDRESS),  # coils come in words of 16
        (pdu.write_single(6, SIZE, 1), pdu.ILLEGAL_DATA_ADDRESS),
        (pdu.write_multiple_registers(SIZE - 1, [1, 2]), pdu.ILLEGAL_DATA_ADDRESS),
        (pdu.read_write_registers(SIZE, 1, 0, [1]), pdu.ILLEGAL_DATA_ADDRESS),
    ):
        assert link.ask(request) == (pdu.EXCEPTION, code), request


class Bank:
    """The same four blocks behind our own server."""

    def __init__(self):
        self._cells = {1: list(COILS), 2: list(INPUT_BITS), 3: list(HOLDING), 4: list(INPUT)}

    def read(self, function, address, count):
        cells = self._cells[function][address:address + count]
        return cells if len(cells) == count else None

    def write(self, function, address, values):
        cells = self._cells[1 if function in (5, 15) else 3]
        if address + len(values) > len(cells):
            return pdu.ILLEGAL_DATA_ADDRESS
        cells[address:address + len(values)] = values
        return 0


@pytest.fixture
def peer(framing):
    """A pymodbus client connected to our server side behind a plain socket server."""
    server = ModbusServer(framing[0](), {UNIT: Bank()})

    class Handler(socketserver.BaseRequestHandler):
        def handle(self):
            while data := self.request.recv(4096):
                self.request.sendall(server.receive(0, data))

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as listener:
        thread = threading.Thread(target=listener.serve_forever, args=(0.02,))
        thread.start()
        client = ModbusTcpClient("127.0.0.1", port=listener.server_address[1], framer=framing[1], timeout=20)
        assert client.connect()
        yield client
        client.close()
        listener.shutdown()
        thread.join(20)


def test_they_read_from_us(peer):
    for count in (1, 8, 19, 300):
        assert peer.read_coils(0, count=count, device_id=UNIT).bits[:count] == COILS[:count]
        assert peer.read_discrete_inputs(0, count=count, device_id=UNIT).bits[:count] == INPUT_BITS[:count]
    for count in (1, 20, 125):
        assert peer.read_holding_registers(9, count=count, device_id=UNIT).registers == HOLDING[9:9 + count]
        assert peer.read_input_registers(9, count=count, device_id=UNIT).registers == INPUT[9:9 + count]


def test_they_write_to_us(peer):
    coils = [True, False, False, True, True, True, False, True, True, False, True]
    values = list(range(123))
    for response in (
        peer.write_coil(20, True, device_id=UNIT),
        peer.write_coils(30, coils, device_id=UNIT),
        peer.write_register(40, 0xFEDC, device_id=UNIT),
        peer.write_registers(50, values, device_id=UNIT),
    ):
        assert not response.isError(), response
    assert peer.read_coils(20, count=1, device_id=UNIT).bits[0] is True
    assert peer.read_coils(30, count=11, device_id=UNIT).bits[:11] == coils
    assert peer.read_holding_registers(40, count=1, device_id=UNIT).registers == [0xFEDC]
    assert peer.read_holding_registers(50, count=123, device_id=UNIT).registers == values
    response = peer.readwrite_registers(
        read_address=99, read_count=4, write_address=100, values=[111, 222], device_id=UNIT)
    assert response.registers == [49, 111, 222, 52]


def test_they_understand_our_exceptions(peer):
    for response in (
        peer.read_holding_registers(SIZE, count=1, device_id=UNIT),
        peer.write_register(SIZE, 1, device_id=UNIT),
        peer.write_registers(SIZE - 1, [1, 2], device_id=UNIT),
        peer.readwrite_registers(read_address=SIZE, read_count=1, write_address=0, values=[1], device_id=UNIT),
    ):
        assert response.isError() and response.exception_code == pdu.ILLEGAL_DATA_ADDRESS
    refused = peer.mask_write_register(address=0, and_mask=0xF2, or_mask=0x25, device_id=UNIT)  # function 22 is not among ours
    assert refused.isError() and refused.exception_code == pdu.ILLEGAL_FUNCTION
