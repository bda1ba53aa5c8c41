"""Takes control of one DER, writes its newest setpoint as often as the device allows, gives it back.

Not its job: deciding the setpoint (controller), when it may change (setpoint_memory.py), the bus order (bus.py),
reading (reader.py). Once a tick: where the session stands, then at most one sequence of writes is begun. What was taken
is given back, also after a lost link; what was not taken by us is never given back. A device that refuses is tried
again less and less often: it may write to flash.
Source: ours; read-back from field drivers named in the profiles.
"""
from edge import modes
from edge.drivers.readback import Readback
from edge.drivers.setpoint_memory import SetpointMemory
from edge.fsm import Machine
from edge.session_table import session_table
from protocols.modbus import pdu

# Of readings that show something else than ours, one may have crossed our write; one write may get lost.
IN_A_ROW = 3
# Another master, and a device that refuses for long, are left alone for a minute.
LEFT_ALONE_MS = 60000
RETRY_FIRST_MS = 1000
# A device that only does not answer is not left alone for longer: it is to be back as soon as it does.
UNANSWERED_MS = 4000

_SESSION = session_table()
_SEQUENCE_OF_STATE = {modes.TAKING: "take", modes.GIVING: "give"}


class Actuator:
    """One DER, write side."""

    def __init__(self, reader, bus, watchdog_s):
        """reader: its DeviceReader; bus: its Bus; watchdog_s: reversion time to set in the device."""
        self.reader = reader
        self.session = Machine(modes.OFFLINE, _SESSION)
        points = reader.map.points
        # An island that no backup of this site asked for, as after a change of the configuration, is left to the device's
        # timer: any setpoint would refresh it. The island driver empties this.
        self.forming = [points[name][0] for name in ("form_state", "form_cmd") if name in points] \
            if reader.map.control.get("in_island") == "hold" else ()
        self.is_contended = False
        self.is_held = False            # it makes an island: no setpoint, not given back before that ends (island_driver.py)
        self.failures = 0               # consecutive writes not confirmed
        self.writes = 0                 # requests sent, for status and bench
        self.setpoint = (0, 0)          # newest decided (p_w, q_var)
        self._bus = bus
        self._control = control = reader.map.control
        self._variables = {"p_w": 0, "q_var": 0, "watchdog_s": watchdog_s}
        self._memory = SetpointMemory(control)
        self._shown = Readback(reader, control["readback"])
        self._owner = Readback(reader, ("owner",) if control["owner"] is not None else ())
        self._expected = ()             # what the read-back points show of the confirmed setpoint
        self._sequence = None           # name of the one under way
        self._rung = None               # the one to begin as soon as none is
        self._step = 0                  # the one of its steps that is in flight
        self._is_ours = False           # taken and not given back; outlives the link
        self._retry_ms = 0              # control is not taken or given back before
        self._retry_after_ms = 0
        self._contended_ms = 0
        self._stopped_again_ms = -LEFT_ALONE_MS

    def link_lost(self):
        """The bus is down: nothing is known of the device's setpoint any more."""
        self._sequence = self._rung = None
        self._memory.forget()
        self.session.fire(modes.LINK_DOWN)

    def condition(self, now_ms):
        """What no register says, JSON-able: [session state, contended, writes fail, frozen, without effect,
        native functions: see SunSpecReader.condition; None for a device without]."""
        return [self.session.state, self.is_contended, self.failures >= IN_A_ROW,
                self.reader.is_frozen(), self._is_without_effect(), self.reader.condition()]

    def is_in_control(self):
        """Whether the device still takes its setpoint from us, as far as we can change that."""
        state = self.session.state
        return state in (modes.TAKING, modes.CONTROLLING, modes.GIVING) or self._is_ours and state == modes.OBSERVING

    def is_left_behind(self):
        """Whether a device we only observe says that it is under control: by another master, or by us before a crash."""
        return self.session.state == modes.OBSERVING and self._owner.is_same is True

    def update(self, now_ms, setpoint):
        """Bring the device nearer to the decided setpoint; every tick.

        setpoint: (p_w, q_var, is_wanted, may_refresh, safe_lo_w, safe_hi_w). is_wanted: control is wanted (not
        observing, not stopping). may_refresh: False stops every write but the giving back, so that the device reverts
        by itself.
        """
        p_w, q_var, is_wanted, may_refresh, safe_lo_w, safe_hi_w = setpoint
        self.setpoint = p_w, q_var
        wanted = self.reader.map.possible_w(p_w), q_var
        if self.forming:
            self.is_held = 1 in [self.reader.values[index] for index in self.forming]
        self._walk_session(now_ms, is_wanted or self.is_held, may_refresh)
        if not may_refresh or self.is_held:
            self._memory.forget()   # what it reverts to must not look like a stranger's setpoint
        state = self.session.state
        if self._sequence is not None:
            return
        if self._rung is not None:
            rung, self._rung = self._rung, None
            if rung == "restart" or state == modes.CONTROLLING and may_refresh and not self.is_held:
                self._start(now_ms, rung)
                return
        if state in _SEQUENCE_OF_STATE:
            self._start(now_ms, _SEQUENCE_OF_STATE[state])
        elif state == modes.CONTROLLING and may_refresh and not self.is_held:
            value = self._memory.next_write(now_ms, wanted, safe_lo_w, safe_hi_w)
            if value is not None:
                self._memory.send(now_ms, value)
                self._variables["p_w"], self._variables["q_var"] = value
                self._start(now_ms, "stop" if self._memory.is_stopped() else "set")

    def encode(self, p_w, q_var):
        """The registers a setpoint means on this device, all steps of `set` in a row."""
        variables = {"p_w": p_w, "q_var": q_var}
        registers = []
        for step in self.reader.map.sequences["set"]:
            registers.extend(self.reader.map.encode(step, variables)[2])
        return registers

    # -- recovery ----------------------------------------------------------------------------------------

    def has_neighbours_that_answer(self):
        """Whether others on the bus answer, so that opening it anew would cost them and help nobody."""
        return [reader for reader in self._bus.readers if reader is not self.reader and not reader.timeouts] != []

    def recover(self, now_ms, rung):
        """One rung of the ladder that needs no hardware (recovery.py).

        Writes wait for the one under way, which hangs as well. Taken anew it stays in control: a take that fails must not make
        it come back later than without.
        """
        if rung == "reconnect":
            self._bus.is_broken = True
        else:
            self._rung = rung

    # -- session -----------------------------------------------------------------------------------------

    def _fire(self, now_ms, event):
        before = self.session.state
        self.session.fire(event)
        if self.session.state != before:
            self._owner.forget(now_ms)
            self._shown.forget(now_ms)

    def _walk_session(self, now_ms, is_wanted, may_refresh):
        session = self.session
        if session.state == modes.OFFLINE and self._bus.is_up:
            self._fire(now_ms, modes.LINK_UP)
        if session.state == modes.IDENTIFYING and self.reader.identity:
            self._fire(now_ms, modes.WRONG_DEVICE if self.reader.identity == 2 else modes.IDENTIFIED)
        # In any state: a link lost meanwhile must not keep the flag up for ever.
        if self.is_contended and now_ms - self._contended_ms >= LEFT_ALONE_MS:
            self.is_contended = False
            self._fire(now_ms, modes.BACKOFF_OVER)
        if session.state == modes.CONTROLLING and self._sequence is None:
            self._watch(now_ms)
        if not is_wanted:
            self._fire(now_ms, modes.CONTROL_NOT_WANTED)
            if session.state == modes.OBSERVING:
                self._see_owner()
                if self._is_ours:
                    self._give_late(now_ms)
        elif may_refresh and now_ms >= self._retry_ms:
            self._fire(now_ms, modes.CONTROL_WANTED)

    def _see_owner(self):
        self._owner.see(((self._control["owner"], 0),), 0)

    def _give_late(self, now_ms):
        """Not wanted, and yet it was taken: give it back, unless the device says that it is nobody's any more."""
        if self._owner.differing >= IN_A_ROW:
            self._is_ours = False
        elif now_ms >= self._retry_ms and (self._owner.is_same or self._control["owner"] is None):
            self._fire(now_ms, modes.STILL_OURS)

    def _watch(self, now_ms):
        """In control: does the device agree?"""
        self._see_owner()
        if self._owner.differing >= IN_A_ROW:
            self._lose_control(now_ms)
            return
        memory = self._memory
        if not memory.is_confirmed:
            self._shown.forget(now_ms)
            return
        self._shown.see(self._expected, memory.confirmed_ms)
        if self._shown.differing < IN_A_ROW and not (memory.is_stopped() and self._is_without_effect()):
            return
        if memory.is_stopped() and now_ms - self._stopped_again_ms >= LEFT_ALONE_MS:
            self._stopped_again_ms = now_ms     # somebody started it: once is no fight
            self._shown.forget(now_ms)
        else:
            self.is_contended = True
            self._contended_ms = now_ms
            self._is_ours = False
            self._fire(now_ms, modes.CONTENDED)
        memory.forget()

    def _is_without_effect(self):
        """Whether the measured power is far from a setpoint the device confirmed long enough before."""
        effect, memory = self._control["effect"], self._memory
        if effect is None or not memory.is_confirmed:
            return False
        point, tolerance_w, within_ms = effect
        index, block, _ = self.reader.map.points[point]
        value, taken_ms = self.reader.values[index], self.reader.taken_ms[block]
        return (value is not None and taken_ms - memory.moved_ms > within_ms
                and abs(value - memory.held[0]) > tolerance_w)

    def _lose_control(self, now_ms, longest_ms=LEFT_ALONE_MS):
        """The device does not do what we say: try again later, and later each time it happens soon again."""
        is_again = now_ms - self._retry_ms < LEFT_ALONE_MS and self._retry_after_ms
        self._retry_after_ms = min(2 * self._retry_after_ms, longest_ms) if is_again else RETRY_FIRST_MS
        self._retry_ms = now_ms + self._retry_after_ms
        self._memory.forget()
        self._fire(now_ms, modes.CONTROL_LOST)

    # -- sequences ---------------------------------------------------------------------------------------

    def _start(self, now_ms, sequence):
        self._sequence = sequence
        self._step = 0
        if sequence == "take":
            self._is_ours = True    # from here on it may be
        if self.reader.map.sequences[sequence]:
            self._submit(now_ms)
        else:
            self._finish(now_ms)    # some have nothing to take

    def _submit(self, now_ms):
        step = self.reader.map.sequences[self._sequence][self._step]
        function, address, registers = self.reader.map.encode(step, self._variables)
        if function == 16:
            request = pdu.write_multiple_registers(address, registers)
        else:
            request = pdu.write_single(function, address, registers[0])
        self.writes += 1
        if not self._bus.submit(self.reader.unit, request, (self, self._sequence, False)):
            self._break_off(now_ms, self._step == 0)

    def on_answer(self, now_ms, sequence, kind, _):
        """One step of the sequence was answered."""
        if kind == pdu.OK:
            self._step += 1
            if self._step < len(self.reader.map.sequences[sequence]):
                self._submit(now_ms)
            else:
                self._finish(now_ms)
            return
        self.failures += 1
        self._break_off(now_ms, self._step == 0 and kind in (pdu.EXCEPTION, pdu.CLOSED))
        if sequence in ("set", "stop"):
            if kind == pdu.EXCEPTION and self.failures >= IN_A_ROW and self.session.state == modes.CONTROLLING:
                self._lose_control(now_ms)
        elif kind != pdu.CLOSED and sequence == _SEQUENCE_OF_STATE.get(self.session.state):
            self._lose_control(now_ms, UNANSWERED_MS if kind == pdu.TIMEOUT else LEFT_ALONE_MS)

    def _break_off(self, now_ms, is_unchanged):
        """The sequence ends here, the next tick begins anew; is_unchanged: the device is as it was before."""
        sequence, self._sequence = self._sequence, None
        if sequence in ("set", "stop"):
            self._memory.fail(now_ms, is_unchanged)

    def _finish(self, now_ms):
        """All steps are confirmed."""
        sequence, self._sequence = self._sequence, None
        if sequence in ("set", "stop"):
            self.failures = 0
            self._memory.confirm(now_ms)
            if self._memory.held is not None:
                self._expected = self.reader.map.shown(*self._memory.held)
            return
        self._memory.forget()
        if sequence == "give":
            self.failures = 0
            self._is_ours = False
        if sequence == _SEQUENCE_OF_STATE.get(self.session.state):     # else it is no longer what is wanted
            self._fire(now_ms, modes.STEP_DONE)
