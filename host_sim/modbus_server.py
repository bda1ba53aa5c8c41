"""Serves register banks over Modbus TCP or RTU over TCP with pymodbus: an independent peer for our own client.

Not its job: stepping models (emulator.py, the plant), what a register means (plant/registers.py). The virtual world
serves the same banks without sockets through `protocols.modbus.server`.
Source: pymodbus 3.16 (SimDevice with an action that answers from the bank). Its own memory is never the truth: the
action fills it for reads and passes writes on, function 23 included.
"""

import functools

from pymodbus.constants import ExcCodes
from pymodbus.framer import FramerType
from pymodbus.server import ModbusTcpServer
from pymodbus.server.requesthandler import ServerRequestHandler
from pymodbus.simulator import DataType, SimData, SimDevice

from host_sim.plant.registers import ILLEGAL_ADDRESS, READ_HOLDING, READ_INPUT, WRITE_MANY, WRITE_ONE

FRAMERS = {"tcp": FramerType.SOCKET, "rtu_over_tcp": FramerType.RTU}
READ_WRITE = 23
# What a function means to a bank: (its read, its write). Function 23 writes first, then reads.
READ_AS = {READ_HOLDING: READ_HOLDING, READ_INPUT: READ_INPUT, READ_WRITE: READ_HOLDING}
WRITE_AS = {WRITE_ONE: WRITE_ONE, WRITE_MANY: WRITE_MANY, READ_WRITE: WRITE_MANY}


async def _answer(bank, function, *request):
    """pymodbus' action, called before it reads from or writes to its memory `registers`, which begins at `start`."""
    start, address, count, registers, values = request
    if values is not None:
        if function not in WRITE_AS:
            return ExcCodes.ILLEGAL_FUNCTION
        code = bank.write(WRITE_AS[function], address, values)
        return ExcCodes(code) if code else None
    if function in WRITE_AS and function not in READ_AS:
        return None   # the echo of a write: pymodbus repeats what it has just stored
    if function not in READ_AS:
        return ExcCodes.ILLEGAL_FUNCTION
    present = bank.read(READ_AS[function], address, count)
    if present is None:
        return ExcCodes(ILLEGAL_ADDRESS)
    registers[address - start:address - start + count] = present
    return None


class _Handler(ServerRequestHandler):
    """One connection. Silent for units that are not here, and subject to the port's link faults."""

    def connection_made(self, transport):
        super().connection_made(transport)
        self.server.connections.add(self)
        if len(self.server.connections) > self.server.client_slots:
            transport.close()

    def callback_disconnected(self, exc):
        self.server.connections.discard(self)
        super().callback_disconnected(exc)

    async def handle_request(self):
        """As pymodbus, but an unknown unit gets no answer: on a shared line it belongs to somebody else."""
        if self.last_pdu and self.last_pdu.dev_id in self.server.units:
            await super().handle_request()

    def send(self, data, addr=None):
        """Puts an answer on the wire, through the link faults where there are any."""
        if not self.transport:
            return   # the client left without waiting for its answer, as clients do
        faults = self.server.link_faults
        if faults is None:
            super().send(data, addr)
            return
        passed = faults.apply(data)
        if passed is None:
            return
        delay_ms, data = passed
        if delay_ms:
            self.loop.call_later(delay_ms / 1000, super().send, data, addr)
        else:
            super().send(data, addr)


class _Server(ModbusTcpServer):
    """pymodbus' server with our connection handler."""

    def __init__(self, units, *, link_faults, client_slots, **options):
        devices = [sim_device(unit, bank) for unit, bank in units.items()]
        super().__init__(devices, **options)
        self.units = units
        self.link_faults = link_faults
        self.client_slots = client_slots
        self.connections = set()

    def callback_new_connection(self):
        return _Handler(self, self.trace_packet, self.trace_pdu, self.trace_connect)


def sim_device(unit, bank):
    """pymodbus' device that answers for a bank."""
    low, high = bank.span()
    memory = SimData(low, count=high - low + 1, values=0, datatype=DataType.REGISTERS)
    return SimDevice(unit, [memory], action=functools.partial(_answer, bank))


class ModbusPort:
    """One TCP port behind which one or several units answer."""

    def __init__(self, units, *, framing="tcp", link_faults=None, client_slots=64):
        """units: {unit 1..247: RegisterBank or FaultyBank}. framing: tcp or rtu_over_tcp. link_faults: LinkFaults.
        client_slots: connections served at once; further ones are closed as soon as they are made."""
        self._units = units
        self._options = {"link_faults": link_faults, "client_slots": client_slots, "framer": FRAMERS[framing]}
        self._server = None
        self.number = None   # the port, once it listens

    @property
    def connections(self):
        """Connections that are open now."""
        return frozenset(self._server.connections) if self._server else frozenset()

    async def start(self, host="127.0.0.1", port=0):
        """Listens; returns the port (0 takes a free one). OSError when the address is taken or not ours.

        asyncio sets TCP_NODELAY on every accepted socket, so an answer never waits for the client's ACK."""
        self._server = _Server(self._units, address=(host, port), **self._options)
        if not await self._server.listen():
            raise OSError(f"cannot listen on {host}:{port}")
        self.number = self._server.transport.sockets[0].getsockname()[1]
        return self.number

    async def stop(self):
        """Closes the port and its connections; allowed before `start` and twice."""
        if self._server:
            await self._server.shutdown()
            self._server = self.number = None


async def start_all(ports, host="127.0.0.1"):
    """Starts [(ModbusPort, port number)]; returns the port numbers. Stops all of them when one cannot listen."""
    numbers = []
    try:
        for port, number in ports:
            numbers.append(await port.start(host, number))
    except OSError:
        for port, _ in ports:
            await port.stop()
        raise
    return numbers
