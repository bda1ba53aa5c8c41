"""One Modbus link with its devices: what is asked in which order, and when the link is given up.

Not its job: sockets (runtime.py), frames (protocols/modbus), meaning (reader.py, actuator.py).
Order on the bus: setpoint writes (while reads wait, every second turn), the control-critical reads of the round, then
slow blocks and identification one by one. A bus that is still busy when the next round begins gets one of these before
it, so that they cannot starve, and can delay a round by one transaction at most; a unit that needs long gaps (a meter,
whose values may be old) gives its own place in the round for it.
A unit that is silent while others answer is asked less and less often, with less patience, and identified anew.
Source: ours.
"""
from edge.connection import Connection
from protocols.modbus import pdu

# A link on which this many requests in a row, and every unit, were not answered is closed and opened anew: a hung
# TCP session of a charger never closes by itself.
TIMEOUTS_UNTIL_RECONNECT = 5

# Pause of one unit by its time-outs in a row while others answer: a single answer is lost now and then.
PAUSES_MS = (0, 0, 1000, 2000, 4000, 8000, 16000, 30000)
TIMEOUTS_UNTIL_LOST = 3     # a unit that was away so long may be another device

BACKGROUND = -1     # instead of a round's number; a write has False


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
        self._round = 0             # its number
        self._filling = None        # reader whose slow block is queued or under way
        self._turn = 0              # reader whose slow block was asked last

    def opened(self, now_ms):
        """The transport is open."""
        super().opened(now_ms)
        self._timeouts = 0
        for reader in self.readers:
            reader.timeouts = 0

    def closed(self, now_ms):
        """The transport was lost, or could not be opened."""
        super().closed(now_ms)
        self.round_open = 0
        self._filling = None
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
        self._round += 1
        if not self.is_up:
            return
        if self.client.next_wake_ms is not None:
            self._ask_slow(now_ms)
        for reader in self.readers:
            gives_place = reader is self._filling and reader.unit in self.client.gaps_ms
            if reader.identity and not gives_place and not self._is_paused(now_ms, reader):
                for block in reader.control_blocks:
                    self.round_open += self._ask(now_ms, reader, block, self._round)

    def submit(self, unit, request, tag):
        """Queue a write before the reads. tag: (object with on_answer and reader, its own mark, False)."""
        return self.client.submit(unit, request, tag, True)

    def withdraw(self, now_ms):
        """Drop what waits to be sent: after a stall it says what was right seconds ago."""
        self._dispatch(now_ms, self.client.withdraw())

    def fill(self, now_ms):
        """Between rounds: queue one slow block when the bus has nothing else to do."""
        if not self.is_up or self.client.next_wake_ms is not None:
            return
        self._ask_slow(now_ms)

    def _ask_slow(self, now_ms):
        """Queue one slow block unless one is: of the next reader in turn that has one due."""
        if self._filling is not None:
            return
        count = len(self.readers)
        for step in range(count):
            turn = (self._turn + 1 + step) % count
            reader = self.readers[turn]
            block = None if self._is_paused(now_ms, reader) else reader.background_block(now_ms)
            if block is not None:
                must_wait = reader.unit in self.client.gaps_ms and reader.is_controls_turn()
                if not must_wait and self._ask(now_ms, reader, block, BACKGROUND):
                    self._turn = turn
                    self._filling = reader
                return

    def _ask(self, now_ms, reader, block, round_number):
        """Whether the read was queued."""
        request = reader.ask(now_ms, block)
        if request is None:
            return False
        timeout_ms = self.client.timeout_ms
        # A silent unit must not age its neighbours' values; every eighth time it is heard out, if it is only slow.
        if (reader.timeouts + 1) % 8 and self._is_alone_silent(reader):
            timeout_ms //= 4
        if self.client.submit(reader.unit, request, (reader, block, round_number), False, timeout_ms):
            return True
        reader.on_answer(now_ms, block, pdu.CLOSED, None)
        return False

    # -- silent units ------------------------------------------------------------------------------------

    def _is_paused(self, now_ms, reader):
        return now_ms < reader.quiet_until_ms and self._is_alone_silent(reader)

    def _is_alone_silent(self, reader):
        """Whether a unit did not answer last time while another one on the link does."""
        if reader.timeouts:
            for other in self.readers:
                if not other.timeouts:
                    return True
        return False

    def _silent(self, now_ms, reader):
        """One more request without any answer."""
        self._timeouts += 1
        reader.timeouts += 1
        reader.quiet_until_ms = now_ms + PAUSES_MS[min(reader.timeouts, len(PAUSES_MS) - 1)]
        if not self._is_alone_silent(reader):
            self.is_broken = self._timeouts >= TIMEOUTS_UNTIL_RECONNECT
        elif reader.timeouts == TIMEOUTS_UNTIL_LOST:
            self.withdraw(now_ms)
            reader.link_lost()
            for actuator in self.actuators:
                if actuator.reader is reader:
                    actuator.link_lost()

    # -- answers -----------------------------------------------------------------------------------------

    def received(self, now_ms, data):
        """Bytes from the transport; events go to the readers and actuators that asked."""
        self._dispatch(now_ms, self.client.receive(now_ms, data))

    def on_time(self, now_ms):
        """Let time-outs happen."""
        self._dispatch(now_ms, self.client.on_time(now_ms))

    def _dispatch(self, now_ms, answers):
        for tag, kind, payload in answers:
            owner, mark, round_number = tag
            if round_number == BACKGROUND:
                self._filling = None
            elif round_number == self._round:
                self.round_open -= 1
            owner.on_answer(now_ms, mark, kind, payload)
            reader = owner if round_number else owner.reader
            if kind == pdu.TIMEOUT:
                self._silent(now_ms, reader)
            elif kind != pdu.CLOSED:
                self._timeouts = reader.timeouts = 0
                self.backoff.succeeded()
