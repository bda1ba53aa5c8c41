"""In-memory wires of the virtual world: a latency each way, faults on demand, nothing lost without one.

Not its job: what the ends do with the bytes.
Source: ours. A wire has a `near` end that connects and a far end that serves; every connection has a number, so that
bytes of an old one never reach a new one.
"""

from host_sim.faults import FaultyBank, LinkFaults
from protocols.modbus.server import ModbusServer
from protocols.modbus.tcp import TcpFraming

REFUSED, LOST, CLOSED = "refused", "connection lost", "closed"


class WatchedBank(FaultyBank):
    """A bank that remembers when it was last written by whom it serves."""

    def __init__(self, bank, heap):
        super().__init__(bank)
        self._heap = heap
        self.writes = 0
        self.written_ms = None

    def write(self, function, address, values):
        """As FaultyBank.write."""
        self.writes += 1
        self.written_ms = self._heap.now_ms
        return super().write(function, address, values)


class Wire:
    """One link of one client. `near` offers on_open(link), on_bytes(link, data), on_closed(link, reason)."""

    def __init__(self, heap, latency_ms, link, *, label, trace):
        """link: name the near end knows it by. label: unique in the world. trace: called with (label, direction,
        data) for every delivery."""
        self.heap = heap
        self.latency_ms = latency_ms
        self.link = link
        self.label = label
        self.near = None
        self.is_cut = False
        self.number = 0          # of the connection, 0 before the first
        self.is_open = False
        self._trace = trace

    def connect(self):
        """The near end wants a connection."""
        self.number += 1
        self._later(self._opened, self.number)

    def send(self, data):
        """Bytes from the near end."""
        if self.is_open:
            self._later(self._arrived, self.number, data)

    def close(self, reason=CLOSED):
        """Ends the connection, by whichever end; both hear of it."""
        if self.is_open or reason == CLOSED:
            self.is_open = False
            self.far_closed()
            self._later(self._tell_closed, self.number, reason)

    def cut(self, is_cut):
        """Cuts or heals the wire: an open connection is lost, new ones are refused."""
        self.is_cut = is_cut
        if is_cut:
            self.close(LOST)

    def back(self, number, data, delay_ms=0):
        """Bytes from the far end."""
        if self.is_open and number == self.number:
            self.heap.at(self.heap.now_ms + self.latency_ms + delay_ms, self._returned, number, data)

    def vanish(self):
        """The near end is gone without a word."""
        if self.is_open:
            self.is_open = False
            self.far_closed()
        self.number += 1

    def far_opened(self):
        """The far end takes a new connection."""

    def far_bytes(self, data):
        """The far end gets bytes."""

    def far_closed(self):
        """The far end loses the connection."""

    def _later(self, function, *arguments):
        self.heap.at(self.heap.now_ms + self.latency_ms, function, *arguments)

    def _opened(self, number):
        if number != self.number:
            return
        if self.is_cut:
            self.near.on_closed(self.link, REFUSED)
            return
        self.is_open = True
        self.far_opened()
        self.near.on_open(self.link)

    def _arrived(self, number, data):
        if number == self.number and self.is_open:
            self._trace(self.label, ">", data)
            self.far_bytes(data)

    def _returned(self, number, data):
        if number == self.number and self.is_open:
            self._trace(self.label, "<", data)
            self.near.on_bytes(self.link, data)

    def _tell_closed(self, number, reason):
        if number == self.number:
            self.near.on_closed(self.link, reason)


class ModbusWire(Wire):
    """A Modbus TCP connection to the units behind one port."""

    def __init__(self, heap, latency_ms, link, *, units, **names):
        """units: {unit: bank}."""
        super().__init__(heap, latency_ms, link, **names)
        self.faults = LinkFaults()
        self._server = ModbusServer(TcpFraming(), units)

    def far_bytes(self, data):
        """Answers, through the faults of the link."""
        answer = self._server.receive(self.heap.now_ms, data)
        passed = self.faults.apply(answer) if answer else None
        if passed is not None:
            self.back(self.number, passed[1], passed[0])

    def far_closed(self):
        """A partial request is forgotten."""
        self._server.clear()


class BrokerWire(Wire):
    """An MQTT connection to the broker of the world."""

    def __init__(self, heap, latency_ms, link, *, hub, **names):
        super().__init__(heap, latency_ms, link, **names)
        self._hub = hub

    def far_opened(self):
        """The broker sees a new connection."""
        self._hub.opened(self)

    def far_bytes(self, data):
        """The broker reads."""
        self._hub.received(self, data)

    def far_closed(self):
        """The broker notices."""
        self._hub.closed(self)


class BrokerHub:
    """The broker core and the wires that lead to it."""

    def __init__(self, heap, broker):
        self._heap = heap
        self._broker = broker
        self._wires = {}     # broker link -> (wire, connection number)
        self._wake_at_ms = None

    def opened(self, wire):
        """A wire was connected."""
        link = (wire.label, wire.number)
        self._wires[link] = wire
        self._perform(self._broker.on_open(self._heap.now_ms, link))

    def received(self, wire, data):
        """Bytes of a client."""
        self._perform(self._broker.on_bytes(self._heap.now_ms, (wire.label, wire.number), data))

    def closed(self, wire):
        """A wire lost its connection."""
        link = (wire.label, wire.number)
        if self._wires.pop(link, None) is not None:
            self._perform(self._broker.on_closed(self._heap.now_ms, link))

    def _perform(self, actions):
        for link, data in actions:
            wire = self._wires.get(link)
            if wire is None:
                continue
            if data is None:
                del self._wires[link]
                wire.close(LOST)
            else:
                wire.back(link[1], data)
        wake_ms = self._broker.next_wake_ms
        if wake_ms is not None and (self._wake_at_ms is None or wake_ms < self._wake_at_ms):
            self._wake_at_ms = wake_ms
            self._heap.at(wake_ms, self._on_time)

    def _on_time(self):
        self._wake_at_ms = None
        self._perform(self._broker.on_time(self._heap.now_ms))
