"""Native DER: what a certified inverter does by itself, in steps of 4 ms: protection, modes, power, converter.

Not its job: registers (the SunSpec bank), the battery (it hands in what is available), where the voltage comes from.
Source: IEEE 1547-2018; each function names its clause in its own file. Deterministic: no clock, no chance but the one
handed in.
"""

from random import Random

from host_sim.plant.native.converter import TAU_S, Converter
from host_sim.plant.native.enter_service import EnterServiceFunction
from host_sim.plant.native.measure import FrequencyMeter, VoltageMeter
from host_sim.plant.native.mode_rows import (
    BLOCKED, CONTINUOUS, DELAY_OVER, IN_SERVICE, MUST_TRIP, NEXT, NORMAL, PERMIT_OFF, RAMP_OVER, RAMPING, TRIPPED,
    WAITING, WINDOW_CLOSED, WINDOW_OPEN,
)
from host_sim.plant.native.power import ActivePower
from host_sim.plant.native.priority import circle_va, into_circle
from host_sim.plant.native.q_mode import QMode
from host_sim.plant.native.ride_through import V_HI_PU, V_LO_PU, RideThroughWatch
from host_sim.plant.native.settings_check import problems
from host_sim.plant.native.step import STEP_MS
from host_sim.plant.native.trip import OF, OV, UF, UV, TripWatch

LEFT_EARLY = "ride_through_over"     # cause of a trip nothing but `leaves_early` asked for
NO_PERMISSION = "permission_withdrawn"


class NativeDer:
    """Read p_w, q_var, mode (a word of mode_rows), cause (why out of service, or None), voltage and frequency (meters)
    after each step."""

    def __init__(self, settings, *, in_service=True, chance=None):
        """settings: NativeSettings, ValueError when it cannot take them. in_service: False begins out of service.
        chance: for the random part of the delay, callable giving [0, 1); default a seeded one of its own."""
        self.settings = None
        self.mode = CONTINUOUS if in_service else TRIPPED
        self.cause = None
        self.voltage = self.frequency = None
        self.converter = Converter()
        self._power = ActivePower()
        self._q_mode = QMode()
        self._ride = RideThroughWatch()
        self._trip = TripWatch()
        self._enter_service = EnterServiceFunction(chance or Random(1547).random)
        self._p_kept_w = 0.0
        self._at_ms = None
        self._inputs = None
        self._calm = False
        wrong = self.configure(settings)
        if wrong:
            raise ValueError("native settings: %s" % (wrong,))

    # --- what others read ---------------------------------------------------------------------------------------

    @property
    def p_w(self):
        """Active power at the terminals, W, + injected."""
        return self.converter.p_w

    @property
    def q_var(self):
        """Reactive power at the terminals, var, + over-excited."""
        return self.converter.q_var

    @property
    def in_service(self):
        """True while the relay is closed."""
        return self.mode in IN_SERVICE

    @property
    def q_owner(self):
        """Name of the function that owns Q, or None."""
        return self._q_mode.owner

    @property
    def droop_active(self):
        """True while frequency, or its aftermath, moves the power."""
        return self._power.droop.active

    @property
    def may_leave(self):
        """True when what had to be ridden through has been."""
        return self._ride.may_leave

    @property
    def enter_service_left_s(self):
        """What is left of the delay, s; None while none runs."""
        return self._enter_service.remaining_s(self._at_ms) if self.mode == WAITING else None

    def alarms(self):
        """Names of what is wrong now: abnormal voltage or frequency, and why it is out of service."""
        if self._inputs is None:
            return ()
        ratings, voltage, frequency = self.settings.ratings, self.voltage, self.frequency
        found = [name for name, on in (
            (OV, voltage.hi_pu > V_HI_PU), (UV, voltage.lo_pu < V_LO_PU),
            (OF, frequency.fast_hz > 1.02 * ratings.f_nom_hz), (UF, frequency.fast_hz < 0.98 * ratings.f_nom_hz),
        ) if on]
        return tuple(found + [self.cause] if self.cause and self.cause not in found else found)

    # --- what others do -----------------------------------------------------------------------------------------

    def configure(self, settings):
        """Takes new settings as a whole, or none of them: returns problems as (path, value, allowed), () when taken.
        Running timers, filters and the latched power of a droop event stay."""
        if settings == self.settings:
            return ()
        wrong = problems(settings)
        if wrong:
            return wrong
        f_nom_hz = settings.ratings.f_nom_hz
        if self.settings is None or f_nom_hz != self.settings.ratings.f_nom_hz:
            self.voltage, self.frequency = VoltageMeter(f_nom_hz), FrequencyMeter(f_nom_hz)
        self.settings = settings
        v_delay_s, f_delay_s = self.voltage.delay_s, self.frequency.delay_s
        self._power.configure(settings, v_delay_s=v_delay_s, f_delay_s=f_delay_s, converter_s=TAU_S)
        self._q_mode.configure(settings, v_delay_s=v_delay_s, converter_s=TAU_S)
        for part in (self._ride, self._trip, self._enter_service):
            part.configure(settings)
        self._calm = False
        return ()

    def step(self, now_ms, v_pu, f_hz, p_lo_w, p_hi_w):
        """Advances to now_ms in steps of 4 ms (the rest waits for the next call), on the grid as it is now.

        v_pu: tuple of 1 to 3 phase voltages, pu >= 0. f_hz: Hz. p_lo_w <= 0 <= p_hi_w: what the battery takes and gives
        now, W; it binds without lag. The first call starts time: windows are full of what it brings."""
        inputs = (v_pu, f_hz, p_lo_w, p_hi_w)
        if self._at_ms is None:
            self._at_ms = now_ms - STEP_MS
        if inputs != self._inputs:
            self._inputs = inputs
            self._calm = False
        while self._at_ms + STEP_MS <= now_ms:
            if self._calm:
                self._at_ms = now_ms - (now_ms - self._at_ms) % STEP_MS
                return
            self._at_ms += STEP_MS
            self._step(self._at_ms)

    # --- one step -----------------------------------------------------------------------------------------------

    def _step(self, now_ms):
        v_pu, f_hz, p_lo_w, p_hi_w = self._inputs
        voltage, frequency = self.voltage, self.frequency
        voltage.push(v_pu)
        frequency.push(f_hz)
        after = NEXT[self.mode][self._event(now_ms)]
        if after != self.mode:
            self._enter(after, now_ms)
        if after in BLOCKED:
            self.converter.block(self.settings.ratings.s_max_va, voltage.lo_pu)
        elif after in (TRIPPED, WAITING):
            self.converter.open()
        else:
            self._deliver(now_ms, p_lo_w, p_hi_w)
        if voltage.settled and frequency.settled:
            self._calm = self._nothing_moves()

    def _event(self, now_ms):
        """The one event of this step; the most urgent wins."""
        voltage, f_hz = self.voltage, self.frequency.fast_hz
        cause = self._trip.check(now_ms, voltage, self.frequency)
        operation = self._ride.step(now_ms, voltage.lo_pu, voltage.hi_pu, f_hz)
        if self.mode in IN_SERVICE:
            if cause is None and self._ride.may_leave and self.settings.ride_through.leaves_early:
                cause = LEFT_EARLY
            if cause is None and not self._enter_service.permitted:
                self.cause = NO_PERMISSION
                return PERMIT_OFF
            if cause is None:
                if self.mode == RAMPING and operation == NORMAL and self._enter_service.share(now_ms) >= 1.0:
                    return RAMP_OVER
                return operation
        if cause is not None:
            self.cause = cause
            return MUST_TRIP
        if not self._enter_service.permitted:
            return PERMIT_OFF
        if not self._enter_service.inside(voltage.lo_pu, voltage.hi_pu, f_hz):
            return WINDOW_CLOSED
        if self.mode == WAITING and self._enter_service.remaining_s(now_ms) <= 0:
            return DELAY_OVER
        return WINDOW_OPEN

    def _enter(self, mode, now_ms):
        """What a new mode begins with."""
        self.mode = mode
        if mode == TRIPPED:
            self._power.reset()
            self._q_mode.reset()
            self._p_kept_w = 0.0
        elif mode == WAITING:
            self._enter_service.begin_wait(now_ms)
        elif mode == RAMPING:
            self.cause = None
            self._enter_service.begin_ramp(now_ms)

    def _deliver(self, now_ms, p_lo_w, p_hi_w):
        """Functions, circle and converter of a device that feeds the grid."""
        voltage, converter, ratings = self.voltage, self.converter, self.settings.ratings
        p_lo_w = max(p_lo_w, -ratings.p_charge_max_w)
        p_hi_w = min(p_hi_w, ratings.p_discharge_max_w)
        p_w = self._power.step(voltage, self.frequency.slow_hz, converter.p_w, p_lo_w, p_hi_w)
        if self.mode == RAMPING:
            top_w = self._enter_service.share(now_ms) * ratings.p_rated_w
            p_w = min(max(p_w, -top_w), top_w)
        q_mode = self._q_mode
        q_var = q_mode.step(voltage.mean_slow_pu, p_w, min(max(self._p_kept_w, p_lo_w), p_hi_w))
        s_va = circle_va(ratings, voltage.lo_pu)
        p_w, q_var = into_circle(p_w, q_var, s_va, q_first=q_mode.q_priority, keep_factor=q_mode.owner == "cpf")
        self._p_kept_w = p_w
        converter.follow(p_w, q_var, s_va)
        converter.p_w = min(max(converter.p_w, p_lo_w), p_hi_w)

    def _nothing_moves(self):
        """True when the next step would do what this one did, as long as the inputs stay."""
        if self.mode == TRIPPED:
            return not self._trip.remembers
        return (self.mode == CONTINUOUS and self.converter.settled and self._power.settled and self._q_mode.settled
                and not self._trip.watching and self._ride.operation == NORMAL)
