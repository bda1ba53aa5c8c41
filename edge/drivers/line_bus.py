"""A bus on which time is scarce, or that others read along: what is old goes first, slow blocks never two in a round.

Not its job: the order of urgent things (bus.py), how old values may get (bus_plan.py plans what this does).
On a line every round asks the device whose control-critical values are oldest first. Between two slow blocks every device is
read again. A unit that wants long silence gets its slow block in the same read as its control-critical one where the two lie
side by side: a read of its own would cost a silence more. Reads of the proxy take turns with slow blocks.
Source: ours. Imported for serial lines and buses with a proxy.
"""
from edge.drivers.bus import BACKGROUND, Bus
from protocols.modbus import pdu

# A device that refuses its control-critical block must not keep slow ones from being read.
REFRESH_PATIENCE_MS = 1000
# The oldest values are told of the last one to two of these.
AGES_PERIOD_MS = 60000
SETTLED_MS = 10000          # after opening, when the devices have been identified
GARBLED_TIMEOUTS = 3
GARBLED_REPEAT_MS = 600000


class LineBus(Bus):
    """As Bus; `oldest_ms`, `proxy` and `noise` beside it."""

    def __init__(self, name, client, chance, kind="modbus"):
        """kind: "serial" for a port of this machine. See Bus."""
        super().__init__(name, client, chance)
        self.kind = kind
        self.proxy = None           # Proxy, where others may read along
        self.longest_reads = {}     # unit that wants silence -> most registers it takes in one read
        self.line = None            # [device, baud, parity, stop bits] where garbage may come of them
        self._ages_ms = [0, 0, None]    # oldest value: this period, the one before; when this one began
        self._opened_ms = 0
        self._slow_ms = None        # when the last slow block was answered
        self._beside = None         # (reader, control-critical block, slow block) to be read in one next
        self._at_open = (0, 0)      # good frames and strange ones by then
        self._garbled_ms = None
        self._events = []

    def oldest_ms(self):
        """Greatest age, ms, a control-critical value had when the next one came, of the last minute or two."""
        return max(self._ages_ms[0], self._ages_ms[1])

    def opened(self, now_ms):
        """See Bus.opened."""
        super().opened(now_ms)
        self._slow_ms = None
        self._opened_ms = now_ms
        self._at_open = self.client.frames_ok, self.client.malformed + self.client.foreign

    def closed(self, now_ms):
        """See Bus.closed."""
        super().closed(now_ms)
        self._beside = None
        if self.proxy is not None:
            self.proxy.link_lost()

    def take_events(self):
        """[(reason, subject, values)] since the last call."""
        events, self._events = self._events, []
        return events + (self.proxy.take_events() if self.proxy is not None else [])

    # -- requests ----------------------------------------------------------------------------------------

    def begin_round(self, now_ms):
        """Queue the control-critical reads of this tick, the oldest values first."""
        self.round_open = 0
        self._round += 1
        if not self.is_up:
            return
        if self._beside is not None and self._is_paused(now_ms, self._beside[0]):
            self._beside = self._filling = None     # it fell silent
        if self.client.next_wake_ms is not None:
            self._ask_slow(now_ms)
        for reader in sorted(self.readers, key=_taken_ms):
            gives_place = reader is self._filling and self._beside is None and reader.unit in self.client.gaps_ms
            if reader.identity and not gives_place and not self._is_paused(now_ms, reader):
                for block in reader.control_blocks:
                    self.round_open += self._ask_control(now_ms, reader, block)

    def _ask_control(self, now_ms, reader, block):
        if self._beside is None or self._beside[:2] != (reader, block):
            return self._ask(now_ms, reader, block, self._round)
        if reader.ask(now_ms, block) is None:
            return False
        slow, self._beside = self._beside[2], None
        reader.ask(now_ms, slow)
        first, second = reader.map.blocks[block], reader.map.blocks[slow]
        request = pdu.read_request(first[1], first[2], first[3] + second[3])
        if self.client.submit(reader.unit, request, (reader, (block, slow), self._round)):
            return True
        self._filling = None
        for number in (block, slow):
            reader.on_answer(now_ms, number, pdu.CLOSED, None)
        return False

    def _ask_slow(self, now_ms):
        """Queue one slow block or one read of the proxy, in turn, unless one is under way."""
        if self._filling is not None or not self._is_refreshed(now_ms):
            return
        count = len(self.readers) + 1
        for step in range(count):
            turn = (self._turn + 1 + step) % count
            if turn == count - 1:
                is_asked = self._ask_for_proxy(now_ms)
            else:
                is_asked = self._ask_slow_of(now_ms, self.readers[turn])
            if is_asked:
                self._turn = turn
                return

    def _ask_slow_of(self, now_ms, reader):
        """Whether a slow block of one device was queued, or will be read beside its control-critical one."""
        block = None if self._is_paused(now_ms, reader) else reader.background_block(now_ms)
        if block is None:
            return False
        wants_silence = reader.unit in self.client.gaps_ms
        if wants_silence and reader.identity:
            for control in reader.control_blocks:
                if self._is_beside(reader, control, block):
                    self._beside = reader, control, block
                    self._filling = reader
                    return True
        if wants_silence and reader.is_controls_turn() or not self._ask(now_ms, reader, block, BACKGROUND):
            return False
        self._filling = reader
        return True

    def _is_beside(self, reader, block, slow):
        """Whether a unit that wants silence can be asked for both blocks at once."""
        blocks = reader.map.blocks
        if slow >= len(blocks):
            return False    # a SunSpec device's search, or its functions
        first, second = blocks[block], blocks[slow]
        return (first[1] == second[1] and first[2] + first[3] == second[2]
                and first[3] + second[3] <= self.longest_reads.get(reader.unit, 0))

    def _ask_for_proxy(self, now_ms):
        """Whether a read of somebody else was queued."""
        wanted = self.proxy.next_read(now_ms) if self.proxy is not None else None
        if wanted is None:
            return False
        unit, request = wanted
        is_silent = [reader for reader in self.readers if reader.unit == unit and reader.timeouts]
        if not is_silent and self.client.submit(unit, request, (self.proxy, request, BACKGROUND)):
            self._filling = self.proxy
            return True
        self.proxy.on_answer(now_ms, pdu.CLOSED, None)
        return False

    def _is_refreshed(self, now_ms):
        """Whether every device that answers was read since the last slow block."""
        if self._slow_ms is None or now_ms - self._slow_ms >= REFRESH_PATIENCE_MS:
            return True
        for reader in self.readers:
            if reader.identity and not reader.timeouts and reader.control_blocks and _taken_ms(reader) <= self._slow_ms:
                return False
        return True

    # -- answers -----------------------------------------------------------------------------------------

    def _dispatch(self, now_ms, answers):
        for tag, kind, payload in answers:
            owner, mark, round_number = tag
            if owner is self.proxy and owner is not None:
                self._filling = None
                self._slow_ms = now_ms
                owner.on_answer(now_ms, kind, payload)
                continue
            if isinstance(mark, tuple):
                self._dispatch_both(now_ms, tag, kind, payload)
                continue
            if round_number == BACKGROUND:
                self._slow_ms = now_ms
            if kind == pdu.OK and round_number:
                self._note(now_ms, owner, mark, payload)
            super()._dispatch(now_ms, ((tag, kind, payload),))

    def _dispatch_both(self, now_ms, tag, kind, payload):
        """One answer to a control-critical and a slow block."""
        reader, (block, slow), round_number = tag
        first = second = None
        if kind == pdu.OK:
            size = 2 * reader.map.blocks[block][3]
            first, second = payload[:size], payload[size:]
        elif kind == pdu.EXCEPTION:
            self.longest_reads[reader.unit] = 0     # it does not take both at once
            first = payload
        self._dispatch(now_ms, (((reader, block, round_number), kind, first),))
        self._dispatch(now_ms, (((reader, slow, BACKGROUND), kind if kind == pdu.OK else pdu.CLOSED, second),))

    def _note(self, now_ms, reader, block, payload):
        """Keep how old the value was that this answer replaces, and the answer for others."""
        if block >= len(reader.map.blocks):
            return      # a SunSpec device's search, or its functions
        taken_ms = reader.taken_ms[block]
        ages_ms = self._ages_ms
        if ages_ms[2] is None or now_ms - ages_ms[2] >= AGES_PERIOD_MS:
            self._ages_ms = ages_ms = [0, ages_ms[0], now_ms]
        is_settled = now_ms - self._opened_ms >= SETTLED_MS and reader.identity and not reader.timeouts
        if taken_ms is not None and is_settled and block in reader.control_blocks:
            ages_ms[0] = max(ages_ms[0], now_ms - taken_ms)
        if self.proxy is not None:
            self.proxy.note(now_ms, reader.unit, reader.map.blocks[block], payload)

    def _silent(self, now_ms, reader):
        super()._silent(now_ms, reader)
        good, strange = self._at_open
        is_garbled = self.client.frames_ok == good and self.client.malformed + self.client.foreign > strange
        if self.line is None or not is_garbled or self._timeouts < GARBLED_TIMEOUTS:
            return
        if self._garbled_ms is None or now_ms - self._garbled_ms >= GARBLED_REPEAT_MS:
            from edge.field_reasons import LINE_GARBLED     # seldom

            self._garbled_ms = now_ms
            self._events.append((LINE_GARBLED, self.name, self.line))


def _taken_ms(reader):
    """When the older of its control-critical blocks was read; -1: never, or there is none."""
    oldest_ms = None
    for block in reader.control_blocks:
        taken_ms = reader.taken_ms[block]
        if taken_ms is None:
            return -1
        oldest_ms = taken_ms if oldest_ms is None else min(oldest_ms, taken_ms)
    return -1 if oldest_ms is None else oldest_ms
