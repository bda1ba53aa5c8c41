"""One Modbus link with its devices: what is asked in which order, and when the link is given up.

Not its job: sockets (runtime.py), frames (protocols/modbus), meaning (reader.py, actuator.py).
Order on the bus: setpoint writes, then the control-critical reads of the round, then the slow blocks one by
one, so that a slow block can delay a round by one transaction at most.
Source: ours.
"""
from edge.connection import Connection
from protocols.modbus import pdu

# A link on which this many requests in a row were not answered is closed and opened anew: a hung TCP
# session of a charger never closes by itself.
TIMEOUTS_UNTIL_RECONNECT = 5


class Bus(Connection):
    """A Modbus link as the gateway sees it."""

    kind = "modbus"

    def __init__(self, name, client, chance):
        """name: link name; client: ModbusClient; chance: port with uniform(low, high)."""
        super().__init__(name, chance)
        self.client = client
        self.readers = []
        self.actuators = []
        self.round_open = 0         # control reads of this round still unanswered
        self._timeouts = 0

    def opened(self, now_ms):
        """The transport is open."""
        super().opened(now_ms)
        self._timeouts = 0

    def closed(self, now_ms):
        """The transport was lost, or could not be opened."""
        super().closed(now_ms)
        self.round_open = 0
        self.client.reset()
        for reader in self.readers:
            reader.link_lost()
        for actuator in self.actuators:
            actuator.link_lost()

    @property
    def next_wake_ms(self):
        """When the client next needs `on_time` or may send, or None."""
        return self.client.next_wake_ms

    def outgoing(self, now_ms):
        """Bytes to send now."""
        return self.client.outgoing(now_ms)

    # -- requests ----------------------------------------------------------------------------------------

    def begin_round(self, now_ms):
        """Queue the control-critical reads of this tick."""
        self.round_open = 0
        if not self.is_up:
            return
        for reader in self.readers:
            if reader.identity == 0:
                continue
            for block in reader.control_blocks:
                request = reader.ask(now_ms, block)
                if request is not None and self.client.submit(reader.unit, request, (reader, block, True)):
                    self.round_open += 1

    def submit(self, unit, request, tag):
        """Queue a write before all reads. tag: (object with on_answer, its own mark, False)."""
        return self.client.submit(unit, request, tag, True)

    def withdraw(self, now_ms):
        """Drop what waits to be sent: after a stall it says what was right seconds ago."""
        self._dispatch(now_ms, self.client.withdraw())

    def fill(self, now_ms):
        """Between rounds: queue one slow block when the bus has nothing else to do."""
        if not self.is_up or self.client.next_wake_ms is not None:
            return
        for reader in self.readers:
            block = reader.background_block(now_ms)
            if block is not None:
                self.client.submit(reader.unit, reader.ask(now_ms, block), (reader, block, False))
                return

    def received(self, now_ms, data):
        """Bytes from the transport; events go to the readers and actuators that asked."""
        self._dispatch(now_ms, self.client.receive(now_ms, data))

    def on_time(self, now_ms):
        """Let time-outs happen."""
        self._dispatch(now_ms, self.client.on_time(now_ms))

    def _dispatch(self, now_ms, answers):
        for tag, kind, payload in answers:
            owner, mark, in_round = tag
            if kind == pdu.TIMEOUT:
                self._timeouts += 1
                self.is_broken = self._timeouts >= TIMEOUTS_UNTIL_RECONNECT
            elif kind != pdu.CLOSED:
                self._timeouts = 0
                self.backoff.succeeded()
            owner.on_answer(now_ms, mark, kind, payload)
            if in_round and self.round_open:
                self.round_open -= 1
