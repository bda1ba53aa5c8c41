"""Keeps one device's picture fresh: which blocks to read now, and what their answers mean.

Not its job: framing and time-outs (protocols/modbus), writing (actuator.py), ageing (snapshot.py).
Source: ours.
"""
from edge import reasons
from edge.snapshot import Picture
from protocols.modbus import pdu

UNKNOWN = 0
RIGHT_DEVICE = 1
WRONG_DEVICE = 2

# A slow block holds ratings and counters; once a second keeps them younger than any law needs.
SLOW_PERIOD_MS = 1000

# What identifies it was refused, or not answered while the rest was, so often: some seconds. A device that starts up
# refuses for a while too, so it is told, and asked again.
MISSES_UNTIL_TOLD = 5
DEVICE_FAILED = 4       # exceptions above it speak of a busy device or of the way to it, V1.1b3 §7


class DeviceReader:
    """One device on a bus, read side."""

    def __init__(self, name, register_map, unit):
        """name: of the device in the site configuration; unit: Modbus unit id."""
        self.name = name
        self.map = register_map
        self.unit = unit
        self.values = [None] * len(register_map.names)
        self.taken_ms = [None] * len(register_map.blocks)
        self.identity = UNKNOWN
        self.profile_name = ""
        self.fault = None               # why it does not seem to be what its profile describes
        self._misses = 0                # of what identifies it, since the link is up
        self.timeouts = 0               # consecutive requests to its unit without any answer; see bus.py
        self.quiet_until_ms = 0         # of a silent unit: not asked before
        self.on_block = None            # called with (reader, block index, register bytes) for the journal
        self._requests = [pdu.read_request(block[1], block[2], block[3]) for block in register_map.blocks]
        self._asked_ms = [None] * len(register_map.blocks)
        self._waiting = [False] * len(register_map.blocks)
        self._seen = [False] * len(register_map.blocks)     # read since the link is up
        self._changed_ms = None
        self._seen_ms = None
        self._alive_value = None
        self.control_blocks = [number for number, block in enumerate(register_map.blocks) if block[4] == "control"]

    def link_lost(self):
        """The bus is down: outstanding reads are gone and the device must be identified again."""
        self._waiting = [False] * len(self._waiting)
        self._asked_ms = [None] * len(self._asked_ms)
        self._seen = [False] * len(self._seen)
        self.identity = UNKNOWN
        self.fault = None
        self._misses = 0

    def ask(self, now_ms, block):
        """The read request of a block, or None while the last one is still under way."""
        if self._waiting[block]:
            return None
        self._waiting[block] = True
        self._asked_ms[block] = now_ms
        return self._requests[block]

    def is_waiting(self):
        """Whether an answer is still to come."""
        return True in self._waiting

    def is_controls_turn(self):
        """Of a device with long gaps: whether a slow block has to wait, for an answer or for the control-critical blocks,
        which would never have their turn where a gap is as long as the period of the slow ones."""
        if self.is_waiting():
            return True
        if self.identity == UNKNOWN or not self.control_blocks:
            return False
        control_ms = min([self._asked_ms[block] or 0 for block in self.control_blocks])
        return max([asked_ms or 0 for asked_ms in self._asked_ms]) > control_ms

    def background_block(self, now_ms):
        """The next block outside the control class that is due, or None."""
        found, oldest_ms = None, now_ms - SLOW_PERIOD_MS
        for number, block in enumerate(self.map.blocks):
            poll = block[4]
            if self._waiting[number] or self.identity != UNKNOWN and poll == "control" or poll == "once" and self._seen[number]:
                continue
            asked_ms = self._asked_ms[number]
            if asked_ms is None:
                return number
            if asked_ms <= oldest_ms and (found is None or asked_ms < oldest_ms):
                found, oldest_ms = number, asked_ms
        return found

    def on_answer(self, now_ms, block, kind, payload):
        """Take one answer to `ask`; kind and payload as ModbusClient reports them."""
        self._waiting[block] = False
        if kind != pdu.OK and self.identity == UNKNOWN:
            self._miss(block, kind, payload)
        if kind != pdu.OK or not self.map.decode(block, payload, self.values):
            return
        self.taken_ms[block] = now_ms
        self._seen[block] = True
        if self.on_block is not None:
            self.on_block(self, block, payload)
        if self.identity == UNKNOWN:
            self._identify()
        self._watch_change(now_ms, block)

    def restore(self, block, taken_ms, payload):
        """Put a journaled block back, as replay does."""
        self.map.decode(block, payload, self.values)
        self.taken_ms[block] = taken_ms
        self._watch_change(taken_ms, block)

    def dump(self):
        """Everything a picture depends on, JSON-able."""
        return [self.values, self.taken_ms, self._alive_value, self._changed_ms, self._seen_ms]

    def load(self, row):
        """Put a dump back, as replay does."""
        values, taken_ms, self._alive_value, self._changed_ms, self._seen_ms = row
        self.values = list(values)
        self.taken_ms = list(taken_ms)

    def picture(self):
        """The device as it is known now, immutable; nothing is known of a frozen device, and of a meter that does not fit
        its profile, or counts the other way."""
        is_known = not self.is_frozen() and not (self.map.control is None and self._is_misfit())
        values = tuple(self.values) if is_known else (None,) * len(self.values)
        return Picture(self.map.points, values, tuple(self.taken_ms))

    def _miss(self, block, kind, payload):
        """A block was refused, or not answered, before the device is known."""
        is_refused = kind == pdu.EXCEPTION and payload <= DEVICE_FAILED
        if is_refused or kind == pdu.TIMEOUT and not self.timeouts:
            self._misses += block in [self.map.points[row[0]][1] for row in self.map.identify]
            if self._misses >= MISSES_UNTIL_TOLD and self.fault is None:
                self.fault = "the device answers, but not to what profile %s reads first: wrong profile?" % self.profile_name

    def _identify(self):
        for point, low, high in self.map.identify:
            index, block, _ = self.map.points[point]
            value = self.values[index]
            if not self._seen[block]:
                return      # values of before the link was lost may be another device's
            self.fault = None
            if value is None or not low <= value <= high:
                self.identity = WRONG_DEVICE
                if self.map.control is None:    # of a meter nobody else tells
                    self.fault = "%s is %s: allowed %g..%g" % (point, "unknown" if value is None else value, low, high)
                return
        self.identity = RIGHT_DEVICE

    def _is_misfit(self):
        """Whether what identifies the device says that it is another one; from its values alone, as replay has them."""
        for point, low, high in self.map.identify:
            value = self.values[self.map.points[point][0]]
            if value is not None and not low <= value <= high:
                return True
        return False

    def _watch_change(self, now_ms, block):
        alive = self.map.alive
        if alive is None:
            return
        index, home, _ = self.map.points[alive[0]]
        if block != home:
            return      # an answer of other registers shows neither rest nor motion
        self._seen_ms = now_ms
        value = self.values[index]
        if value != self._alive_value or self._changed_ms is None:
            self._alive_value = value
            self._changed_ms = now_ms

    def condition(self):
        """What is wrong with it, or with its native functions; see SunSpecReader.condition."""
        return None if self.fault is None else [True, [["identify", reasons.WRONG_DEVICE, self.fault]]]

    def is_moving(self):
        """Whether the last answer showed a living device; True where no point can tell."""
        return self.map.alive is None or self._changed_ms == self._seen_ms

    def is_frozen(self):
        """Whether the point that always moves on a living device stood still through many answers.

        A silent device is not frozen: its values age.
        """
        alive = self.map.alive
        return alive is not None and self._changed_ms is not None and self._seen_ms - self._changed_ms > alive[1]
