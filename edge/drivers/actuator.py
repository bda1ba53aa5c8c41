"""Takes control of one DER, writes its newest setpoint as often as the device allows, gives it back.

Not its job: deciding the setpoint (controller), the bus order (bus.py), reading (reader.py).
Guards delay a *change* of the setpoint, never its refresh and never a stop: a charger that accepts a step
every eight seconds still hears from us every refresh period, so its own reversion timer stays the last resort.
A write without an answer may have arrived: it counts as a change, and the same value is sent until it is confirmed.
Source: ours; guards and read-back from field drivers named in the profiles.
"""
from edge import modes
from edge.fsm import Machine
from protocols.modbus import pdu

# Three answers in a row with another setpoint than ours: one may be a read that crossed our write.
CONTENDED_READS = 3
CONTENDED_BACKOFF_MS = 60000
WRITE_FAILURES_UNTIL_FLAG = 3

_SESSION = modes.session_table()
_SEQUENCE_OF_STATE = {modes.TAKING: "take", modes.GIVING: "give"}


class Actuator:
    """One DER, write side."""

    def __init__(self, reader, bus, watchdog_s):
        """reader: its DeviceReader; bus: its Bus; watchdog_s: reversion time to set in the device."""
        self.reader = reader
        self.session = Machine(_SESSION)
        self.is_contended = False
        self.failures = 0               # consecutive writes not confirmed
        self.writes = 0                 # setpoint writes sent, for status and bench
        self.setpoint = (0, 0)          # newest decided (p_w, q_var)
        self._bus = bus
        self._control = reader.map.control
        self._sequences = reader.map.sequences
        self._variables = {"p_w": 0, "q_var": 0, "watchdog_s": watchdog_s}
        self._free_ms = 0               # no change of the setpoint before; outlives the link
        self._contended_ms = 0
        self._forget()

    def _forget(self):
        """Nothing is known of the device's setpoint any more."""
        self._steps = ()                # sequence under way: steps left, the first one in flight
        self._purpose = None
        self._sent = None               # (p_w, q_var) of the write in flight
        self._pause_ms = None           # how long an unconfirmed change wants the device left alone
        self._refused = None            # (_held, _free_ms, _pause_ms) to return to when the device refuses it
        self._written_ms = None
        self._stopped = False           # known to be stopped
        self._compared_ms = 0
        self._let_go()

    def _let_go(self):
        """The device's setpoint is no longer ours."""
        self._held = None               # (p_w, q_var) the device got last, confirmed or not
        self._written = None            # the same once it is confirmed
        self._changed_ms = None         # since when p_w is what it is
        self._is_moved = False          # p_w changed and is not confirmed
        self._strangers = 0

    def link_lost(self):
        """The bus is down."""
        self._forget()
        self.session.fire(modes.LINK_DOWN)

    def condition(self, now_ms):
        """What no register says, JSON-able: [session state, contended, writes fail, frozen, without effect]."""
        return [self.session.state, self.is_contended, self.failures >= WRITE_FAILURES_UNTIL_FLAG,
                self.reader.is_frozen(), self._is_without_effect(now_ms)]

    def is_in_control(self):
        """Whether the device still takes its setpoint from us."""
        return self.session.state in (modes.TAKING, modes.CONTROLLING, modes.GIVING)

    # -- every tick --------------------------------------------------------------------------------------

    def update(self, now_ms, setpoint):
        """Bring the device nearer to the decided setpoint.

        setpoint: (p_w, q_var, is_wanted, may_refresh, safe_lo_w, safe_hi_w). is_wanted: control is wanted (not
        observing, not stopping). may_refresh: False stops every write, so that the device reverts by itself.
        """
        is_wanted, may_refresh = setpoint[2:4]
        setpoint = self.setpoint = setpoint[:2]
        self._walk_session(now_ms, is_wanted)
        if not may_refresh:
            # It will revert by itself: a setpoint that is no longer ours must not look like a stranger's.
            self._let_go()
            return
        state = self.session.state
        if state == modes.CONTROLLING and not self._steps:
            self._write_setpoint(now_ms, setpoint)
        elif state in _SEQUENCE_OF_STATE and not self._steps:
            self._start(_SEQUENCE_OF_STATE[state])

    def encode(self, p_w, q_var):
        """The registers a setpoint means on this device, all steps of `set` in a row."""
        self._variables["p_w"], self._variables["q_var"] = p_w, q_var
        registers = []
        for step in self._sequences["set"]:
            registers.extend(self.reader.map.encode(step, self._variables)[2])
        return registers

    def _walk_session(self, now_ms, is_wanted):
        session = self.session
        if session.state == modes.OFFLINE and self._bus.is_up:
            session.fire(modes.LINK_UP)
        if session.state == modes.IDENTIFYING and self.reader.identity:
            session.fire(modes.WRONG_DEVICE if self.reader.identity == 2 else modes.IDENTIFIED)
        # In any state: a link lost meanwhile must not keep the flag up for ever.
        if self.is_contended and now_ms - self._contended_ms >= CONTENDED_BACKOFF_MS:
            self.is_contended = False
            session.fire(modes.BACKOFF_OVER)
        if self._see_stranger():
            self.is_contended = True
            self._contended_ms = now_ms
            session.fire(modes.CONTENDED)
        session.fire(modes.CONTROL_WANTED if is_wanted else modes.CONTROL_NOT_WANTED)

    def _is_without_effect(self, now_ms):
        """Whether the measured power is far from a setpoint the device confirmed long enough ago."""
        effect = self._control["effect"]
        if effect is None or self._written is None or self._changed_ms is None:
            return False
        point, tolerance_w, within_ms = effect
        value = self.reader.values[self.reader.map.points[point][0]]
        return (value is not None and now_ms - self._changed_ms > within_ms
                and abs(value - self._written[0]) > tolerance_w)

    def _see_stranger(self):
        """Whether another master keeps moving our setpoint."""
        points = self._control["readback"]
        if self.session.state != modes.CONTROLLING or not points or self._written is None or self._steps:
            return False
        if not self.reader.is_moving():
            return False    # registers that stand still show an old setpoint, not a stranger's
        is_ours = True
        for point, ours in zip(points, self._written):
            index, block, _ = self.reader.map.points[point]
            taken_ms = self.reader.taken_ms[block]
            value = self.reader.values[index]
            if taken_ms is None or taken_ms <= max(self._written_ms, self._compared_ms) or value is None:
                return False
            is_ours = is_ours and abs(value - ours) <= 1
        self._compared_ms = taken_ms
        self._strangers = 0 if is_ours else self._strangers + 1
        return self._strangers >= CONTENDED_READS

    # -- setpoint ----------------------------------------------------------------------------------------

    def _write_setpoint(self, now_ms, setpoint):
        wanted = (int(round(setpoint[0])), int(round(setpoint[1])))
        if wanted[0] == 0 and wanted[1] == 0 and self._control["zero"] != "write":
            if not self._stopped:
                self._stop(now_ms)
            return
        if wanted != self._held and not self._may_change(now_ms, wanted):
            if self._held is None:
                return
            wanted = self._held
        if wanted == self._written and now_ms - self._written_ms < self._control["refresh_ms"]:
            return
        self._refused = self._held, self._free_ms, self._pause_ms
        if wanted != self._held:
            self._pause_ms = max(self._pause_ms or 0, self._wait_ms(wanted))
            self._free_ms = now_ms + self._pause_ms
            self._is_moved = self._is_moved or self._held is None or self._held[0] != wanted[0]
            self._held = wanted
            self._written = None
        self._sent = wanted
        self._start("set")

    def _stop(self, now_ms):
        self._pause_ms = max(self._pause_ms or 0,
                             _guard_ms(self._control["guards"], abs(self._held[0]) if self._held else None))
        self._free_ms = max(self._free_ms, now_ms + self._pause_ms)     # it may be refused
        self._let_go()
        self._start("stop")

    def _may_change(self, now_ms, wanted):
        if wanted[0] == 0 and self._held is not None and self._held[0] != 0:
            return True     # towards zero is never delayed
        if self._written_ms is not None and now_ms - self._written_ms < self._control["min_write_ms"]:
            return False
        return now_ms >= self._free_ms

    def _wait_ms(self, wanted):
        """How long the device wants to be left alone after a change to `wanted`; a start counts as a change from 0."""
        guards = self._control["guards"]
        before_w = self._held[0] if self._held is not None else 0
        wait_ms = _guard_ms(guards, abs(wanted[0] - before_w))
        return max(wait_ms, guards["after_start_ms"]) if self._held is None else wait_ms

    # -- sequences ---------------------------------------------------------------------------------------

    def _start(self, purpose):
        self._purpose = purpose
        self._steps = list(self._sequences[purpose])
        self._submit()

    def _submit(self):
        if self._purpose == "set":
            self._variables["p_w"], self._variables["q_var"] = self._sent
        function, address, registers = self.reader.map.encode(self._steps[0], self._variables)
        if function == 16:
            request = pdu.write_multiple_registers(address, registers)
        else:
            request = pdu.write_single(function, address, registers[0])
        self.writes += 1
        if not self._bus.submit(self.reader.unit, request, (self, self._purpose, False)):
            self._give_up(True)

    def _give_up(self, is_unchanged):
        """The sequence ends here; the next tick begins anew with the newest value.

        is_unchanged: refused or never sent, so the device is as it was before this step."""
        if is_unchanged and self._purpose == "set" and len(self._steps) == len(self._sequences["set"]):
            self._held, self._free_ms, self._pause_ms = self._refused
        self._written = None
        self._steps = ()

    def on_answer(self, now_ms, purpose, kind, _):
        """One step of a sequence was answered."""
        if kind != pdu.OK:
            self.failures += 1
            if self._pause_ms is not None:
                self._free_ms = max(self._free_ms, now_ms + self._pause_ms)     # it may have arrived until now
            self._give_up(kind in (pdu.EXCEPTION, pdu.CLOSED))
            return
        self.failures = 0
        self._steps = self._steps[1:]
        if self._steps:
            self._submit()
        elif purpose == "set":
            self._confirm(now_ms)
        elif purpose == "stop":
            self._take_pause(now_ms)
            self._stopped = True
            self._let_go()
        else:
            self._let_go()
            self.session.fire(modes.STEP_DONE)

    def _take_pause(self, now_ms):
        """The change is confirmed: the device's pause begins now."""
        if self._pause_ms is not None:
            self._free_ms = now_ms + self._pause_ms
            self._pause_ms = None

    def _confirm(self, now_ms):
        self._take_pause(now_ms)
        if self._is_moved:
            self._changed_ms = now_ms
            self._is_moved = False
        self._stopped = False
        self._written = self._sent
        self._written_ms = now_ms


def _guard_ms(guards, change_w):
    """How long the device wants to be left alone after a change of this size; None: of unknown size."""
    wait_ms = 0
    for up_to_w, wait_ms in guards["after_change_ms"]:
        if up_to_w is None or change_w is not None and change_w <= up_to_w:
            break
    return wait_ms
