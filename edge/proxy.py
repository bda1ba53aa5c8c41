"""Lets others read the devices of one bus by Modbus TCP: many chargers take one client only, and the gateway is it.

Not its job: sockets (proxy_runtime.py), when the bus has time (drivers/line_bus.py), registers (the devices).
Only reads (functions 1 to 4). What the gateway itself has just read is answered from that; the rest waits for a turn among
the slow blocks, one read at a time. Whoever writes gets exception 1. Nothing here can hold a control-critical read up by more
than the one read `bus_plan.py` allows for.
Source: MODBUS Application Protocol V1.1b3 §6, §7; Messaging on TCP/IP V1.0b §4.4.2.
"""
import struct

from protocols.modbus import pdu
from protocols.modbus.tcp import TcpFraming

CLIENTS_MAX = 4
IDLE_MS = 60000             # who said nothing for so long makes room: of a lost connection half may be left for ever
REQUESTS_MAX = 4            # reads of one client
FRESH_MS = 1000             # an answer so old is still one
PAUSE_MS = 200              # between two reads on the bus, so that a busy client costs a fifth of a quick bus at most
SILENCE_PAUSE_MS = 5000     # after a read nobody answered: it held the bus up for a whole time-out
WRITE_TOLD_MS = 60000

READS = (pdu.READ_COILS, pdu.READ_DISCRETE_INPUTS, pdu.READ_HOLDING_REGISTERS, pdu.READ_INPUT_REGISTERS)
NO_PATH = 0x0A              # no such unit behind this gateway
NO_ANSWER = pdu.GATEWAY_TARGET_FAILED
BUSY = 0x06


class Proxy:
    """Read-only door to one bus. `send(client, bytes)` is handed in by whoever has the sockets."""

    def __init__(self, row, units):
        """row: section of the bus; units: {Modbus unit: most registers one read of it may have, bus_plan.py}."""
        self.address, self.port = row.proxy_address, row.proxy_port
        self.reads = self.cached = self.refused = 0
        self.send = None
        self._name = "bus:" + row.name
        self._units = units
        self._framings = {}     # client -> TcpFraming
        self._peers = {}        # client -> address
        self._heard_ms = {}     # client -> when it said something last
        self._waiting = []      # [client, transaction id, unit, request PDU]
        self._asked = None      # (unit, request PDU) under way
        self._next_ms = 0
        self._known = {}        # (unit, function, address) -> (taken_ms, registers' bytes)
        self._events = []
        self._told_ms = {}      # address -> when it was told of

    # -- clients -----------------------------------------------------------------------------------------

    def left_for_good(self, now_ms):
        """The client that has to make room for a new one, or None."""
        if len(self._framings) < CLIENTS_MAX:
            return None
        heard_ms, client = min([(heard_ms, client) for client, heard_ms in self._heard_ms.items()])
        return client if now_ms - heard_ms >= IDLE_MS else None

    def opened(self, now_ms, client, address):
        """Whether a new connection may stay. client: any key; address: for people."""
        if len(self._framings) >= CLIENTS_MAX:
            return False
        self._framings[client] = TcpFraming()
        self._peers[client] = address
        self._heard_ms[client] = now_ms
        return True

    def closed(self, client):
        """The connection has gone."""
        self._framings.pop(client, None)
        self._peers.pop(client, None)
        self._heard_ms.pop(client, None)
        self._waiting = [row for row in self._waiting if row[0] != client]

    def received(self, now_ms, client, data):
        """Bytes of a client; what can be answered at once is. Returns how many requests they were."""
        self._heard_ms[client] = now_ms
        count = 0
        for transaction_id, unit, request in self._framings[client].requests(data):
            self._take(now_ms, client, transaction_id, unit, request)
            count += 1
        return count

    def _take(self, now_ms, client, transaction_id, unit, request):
        code = self._refusal(now_ms, client, unit, request)
        row = [client, transaction_id, unit, request]
        if code:
            self.refused += 1
            self._answer(row, bytes((request[0] | pdu.EXCEPTION_FLAG, code)))
            return
        known = self._remembered(now_ms, unit, request)
        if known is not None:
            self.cached += 1
            self._answer(row, request[:1] + bytes((len(known),)) + known)
        else:
            self._waiting.append(row)

    def _refusal(self, now_ms, client, unit, request):
        """Exception code of what is not even tried, or 0."""
        if request[0] not in READS:
            self._tell(now_ms, client, unit, request)
            return pdu.ILLEGAL_FUNCTION
        if unit not in self._units:
            return NO_PATH
        if len(request) != 5 or not 1 <= struct.unpack(">H", request[3:5])[0] <= pdu.COUNT_MAX[request[0]]:
            return pdu.ILLEGAL_DATA_VALUE
        registers = struct.unpack(">H", request[3:5])[0]
        if request[0] <= pdu.READ_DISCRETE_INPUTS:
            registers = (registers + 15) // 16
        if registers > self._units[unit] and self._remembered(now_ms, unit, request) is None:
            return BUSY
        return BUSY if len([row for row in self._waiting if row[0] == client]) >= REQUESTS_MAX else 0

    def _tell(self, now_ms, client, unit, request):
        from edge.field_reasons import PROXY_WRITE_REFUSED      # seldom

        address = self._peers[client]
        told_ms = self._told_ms.get(address)
        if told_ms is None or now_ms - told_ms >= WRITE_TOLD_MS:
            if len(self._told_ms) >= CLIENTS_MAX:
                self._told_ms = {}
            self._told_ms[address] = now_ms
            self._events.append((PROXY_WRITE_REFUSED, self._name, [address, unit, request[0]]))

    def take_events(self):
        """[(reason, subject, values)] since the last call."""
        events, self._events = self._events, []
        return events

    # -- bus ---------------------------------------------------------------------------------------------

    def next_read(self, now_ms):
        """(unit, request PDU) the bus is to ask next, or None."""
        if self._asked is not None or not self._waiting or now_ms < self._next_ms:
            return None
        self._asked = self._waiting[0][2], self._waiting[0][3]
        self.reads += 1
        return self._asked

    def on_answer(self, now_ms, kind, payload):
        """What came of `next_read`; kind and payload as ModbusClient reports them."""
        asked, self._asked = self._asked, None
        self._next_ms = now_ms + (SILENCE_PAUSE_MS if kind == pdu.TIMEOUT else PAUSE_MS)
        function = asked[1][0]
        if kind == pdu.OK:
            answer = bytes((function, len(payload))) + payload
        else:
            code = payload if kind == pdu.EXCEPTION else NO_ANSWER
            answer = bytes((function | pdu.EXCEPTION_FLAG, code))
        matching = [row for row in self._waiting if (row[2], row[3]) == asked]
        self._waiting = [row for row in self._waiting if (row[2], row[3]) != asked]
        for row in matching:
            self._answer(row, answer)

    def link_lost(self):
        """The bus is down: nobody has to wait for it."""
        self._known = {}
        self._asked = None
        waiting, self._waiting = self._waiting, []
        for row in waiting:
            self._answer(row, bytes((row[3][0] | pdu.EXCEPTION_FLAG, NO_ANSWER)))

    def note(self, now_ms, unit, block, payload):
        """Remember what the gateway itself has read. block: (name, function, address, …) as register_map has it."""
        self._known[(unit, block[1], block[2])] = now_ms, payload

    def _remembered(self, now_ms, unit, request):
        function, address, count = struct.unpack(">BHH", request)
        for (known_unit, known_function, start), (taken_ms, payload) in self._known.items():
            first = 2 * (address - start)
            if (known_unit == unit and known_function == function and 0 <= first and first + 2 * count <= len(payload)
                    and now_ms - taken_ms <= FRESH_MS):
                return payload[first:first + 2 * count]
        return None

    def _answer(self, row, response):
        client, transaction_id, unit, _ = row
        framing = self._framings.get(client)
        if framing is not None and self.send is not None:
            self.send(client, framing.wrap(transaction_id, unit, response))
