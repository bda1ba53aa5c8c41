"""Chargers and stationary batteries: a converter with a battery behind it that obeys its registers.

Not its job: register layout (the profile), the power flow, who is allowed to write (the gateway).
Source: control behaviour of each profile; what differs between devices is a row of its `emulate` block.
"""

from host_sim.plant.battery import Battery
from host_sim.plant.device import Device
from host_sim.plant.efficiency import Efficiency
from host_sim.plant.inverter import Inverter
from host_sim.plant.native.grid_protection import GridProtection
from host_sim.plant.registers import DEVICE_FAILURE, ILLEGAL_VALUE
from host_sim.plant.setpoints import SETPOINTS, power_w
from host_sim.plant.vehicle import Vehicle

FAULT_REVERTED = 1          # bit 0: the reversion timer has fired; the next setpoint clears it
FAULT_NO_GRID = 2           # bit 1: no voltage at the terminals
FAULT_INTERNAL = 4          # bit 2: hardware, set and cleared by the test that wants it
FAULT_TRIPPED = 8           # bit 3: its own grid protection keeps it off
CEASING = FAULT_NO_GRID | FAULT_INTERNAL | FAULT_TRIPPED
START_STOP = 1, 2           # values of the point `action`, unless the device has others
SPURIOUS_EVERY = 16         # one measurement in so many shows the spurious state of charge
ALLOWED = {"owner": (0, 1), "autostart": (0, 1), "setpoint_kind": (0, 1)}
GUARDED = SETPOINTS + ("q_set_var", "action")   # need an owner


class Converter(Device):
    """What charger and stationary battery share. `battery` is None while nothing can be charged."""

    def __init__(self, profile, *, storage=None, efficiency=None, **options):
        """storage: replaces entries of the profile's `emulate` storage (keywords of Battery).
        efficiency: rows that replace the profile's; () is lossless."""
        super().__init__(profile, **options)
        dynamics = profile["dynamics"]
        self.fault_bits = 0
        self.battery = Battery(**{**self.quirks["storage"], **(storage or {})})
        self.efficiency = Efficiency(dynamics["efficiency"] if efficiency is None else efficiency)
        self._p_rated_w = self.bank.get("p_rated_w") if self.bank.has("p_rated_w") else self.quirks["p_rated_w"]
        self.inverter = Inverter(
            s_max_va=self.bank.get("s_rated_va") if self.bank.has("s_rated_va") else self._p_rated_w,
            lag_ms=self.quirks.get("lag_ms", dynamics["response_ms"]), ramp_w_s=dynamics["ramp_w_s"],
            response_delay_ms=self.quirks.get("response_delay_ms", 0),
        )
        self.protection = GridProtection(**self.quirks.get("trip", {})) if "trip" in profile["native"] else None
        self._standby_w = dynamics["standby_w"]
        self._starts_by_action = self.bank.has("action")
        self._start, self._stop = self.quirks.get("start_stop", START_STOP)
        self._shown_as = dict(self.quirks.get("shown_as", ()))
        self._running_from_ms = None if self._starts_by_action else 0   # None: stopped
        self._limits_w = (0, 0)
        self._e_import_mj = self._e_export_mj = 0
        self.show("autostart", self.quirks.get("autostart_at_power_on", 0))

    # --- what masters write -------------------------------------------------------------------------------------

    def written(self, point, value):
        """A master writes a point; value in our sign and unit. Returns 0 or the Modbus exception code."""
        if value not in (self._start, self._stop) if point == "action" else value not in ALLOWED.get(point, (value,)):
            return ILLEGAL_VALUE
        if point == "watchdog_s" and value > self.profile["watchdog"]["max_s"]:
            return ILLEGAL_VALUE
        owned = not self.bank.has("owner") or point == "owner" and value == 1 or self.bank.get("owner") == 1
        if point in GUARDED and not owned:
            return DEVICE_FAILURE if self.quirks["without_owner"] == "refuse" else 0
        if point in SETPOINTS and self._is_outside(point, value):
            return ILLEGAL_VALUE
        self.inverter.refresh(self.now_ms)
        self.fault_bits &= ~FAULT_REVERTED
        self._obey(point, value)
        return 0

    def _obey(self, point, value):
        """Does what the written value asks for; only an owner gets here with a setpoint."""
        if point == "owner" and value == 0:
            self._release()
        elif point == "watchdog_s":
            self.inverter.set_reversion_ms(self.now_ms, round(value * 1000))
        elif point == "action":
            if value == self._stop:
                self._running_from_ms = None
            elif self._running_from_ms is None:
                self._running_from_ms = self.now_ms + self.quirks.get("start_delay_ms", 0)
                self.inverter.command(self.now_ms, power_w(self), self._setpoint("q_set_var"))
        elif point == "q_set_var":
            self.inverter.command(self.now_ms, power_w(self), value)
        elif point in SETPOINTS:
            if value == 0 and self.quirks.get("zero_latches"):
                self.fault_bits |= FAULT_INTERNAL       # the vehicle gives up, until it is plugged anew
            self.inverter.command(self.now_ms, power_w(self, point, value), self._setpoint("q_set_var"))

    def _setpoint(self, point):
        return self.bank.get(point) if self.bank.has(point) else 0

    def _is_outside(self, point, value):
        """Whether a device that accepts only what it offers at the moment refuses this setpoint."""
        if not self.quirks.get("refuses_outside"):
            return False
        p_w = power_w(self, point, value)
        charge_w, discharge_w = self._limits_w
        return p_w > discharge_w or p_w < -charge_w or -self.bank.get("p_charge_min_w") < p_w < 0

    def _release(self):
        """The owner has gone: nothing it set up stays."""
        self.inverter.set_reversion_ms(self.now_ms, 0)
        self._forget_setpoints()
        for point in ("watchdog_s", "setpoint_kind"):
            self.show(point, 0)
        self.show("autostart", self.quirks.get("autostart_at_power_on", 0))

    def _forget_setpoints(self):
        self.inverter.drop()
        if self._starts_by_action:
            self._running_from_ms = None
            self.bank.set("action", self._stop)
        else:
            for point in SETPOINTS + ("q_set_var",):
                self.show(point, 0)

    # --- one step -----------------------------------------------------------------------------------------------

    def advance(self, now_ms, dt_ms):
        """Timer, limits, converter and battery of this step."""
        if self.inverter.check_reversion(now_ms):
            self.fault_bits |= FAULT_REVERTED
            self._forget_setpoints()
        self._judge_grid(now_ms)
        self._limits_w = charge_w, discharge_w = self.limits_w()
        if self.fault_bits & CEASING or not self._following():
            self.inverter.cease()
        else:
            self.inverter.step(now_ms, dt_ms, -charge_w, discharge_w)
        p_w = self.inverter.p_w
        if self.battery:
            self.battery.move(self.efficiency.p_dc_w(p_w), dt_ms)
        self.inject(p_w - (self._standby_w if self.alive() else 0), self.inverter.q_var)
        self._e_import_mj += max(0, -round(self.p_w * dt_ms))
        self._e_export_mj += max(0, round(self.p_w * dt_ms))

    def _judge_grid(self, now_ms):
        """Fault bits that the grid sets and clears."""
        bits = self.fault_bits & ~(FAULT_NO_GRID | FAULT_TRIPPED)
        if not self.alive():
            bits |= FAULT_NO_GRID
        if self.protection:
            own_v = self.v_ln_v if len(self.phases) == 3 else (self.v_ln_v[self.phases[0]],)
            if self.protection.step(now_ms, min(own_v), max(own_v), self.f_hz):
                bits |= FAULT_TRIPPED
        self.fault_bits = bits

    def _following(self):
        """True when there is something to charge and, where the device wants one, a session that has started."""
        if self.battery is None or self._running_from_ms is None or self.now_ms < self._running_from_ms:
            return False
        # The emulated device follows power setpoints only; a current setpoint would need a register we have no
        # facts about.
        return not self.bank.has("setpoint_kind") or self.bank.get("setpoint_kind") == 1

    def limits_w(self):
        """(charging, discharging) in W >= 0 at the AC terminals: rating, battery and losses."""
        if self.battery is None:
            return 0, 0
        p_rated_w = self._p_rated_w
        charge_dc_w = self.battery.charge_limit_w()
        discharge_dc_w = self.battery.discharge_limit_w()
        charge_w = charge_dc_w / self.efficiency.factor(charge_dc_w, True)
        discharge_w = discharge_dc_w * self.efficiency.factor(discharge_dc_w, False)
        return min(p_rated_w, int(charge_w)), min(p_rated_w, int(discharge_w))

    def state(self):
        """Canonical state of the device."""
        if self.fault_bits & CEASING:
            return "fault"
        if self.battery is None:
            return "no_vehicle"
        if round(self.p_w):
            return "discharging" if self.p_w > 0 else "charging"
        if self._starts_by_action and self._running_from_ms is not None:
            return "connected"   # started, waiting for the vehicle
        return self.quirks["idle_state"]

    # --- what the registers show --------------------------------------------------------------------------------

    def measure(self, f_hz):
        """Puts this window's measurements into the registers."""
        self.measure_grid(f_hz, self.p_inj_w, self.q_inj_var)
        charge_w, discharge_w = self._limits_w
        battery = self.battery
        p_dc_w = self.efficiency.p_dc_w(self.inverter.p_w)
        left_ms = self.inverter.reversion_left_ms(self.now_ms)
        state = self.state()
        for point, value in (
            ("state", self._shown_as.get(state, state)), ("is_plugged", int(battery is not None)), ("p_ac_w", self.p_w), ("q_ac_var", self.q_var), ("soc_pct", self._soc_shown_pct(state)),
            ("v_dc_v", battery.v_dc_v if battery else 0), ("i_dc_a", p_dc_w / battery.v_dc_v if battery else 0),
            ("p_charge_max_w", charge_w), ("p_discharge_max_w", discharge_w), ("fault_bits", self.fault_bits),
            ("reversion_left_ms", left_ms), ("e_import_wh", self._e_import_mj // 3_600_000),
            ("e_export_wh", self._e_export_mj // 3_600_000),
            ("e_capacity_wh", battery.capacity_wh if battery else None),
        ):
            self.show(point, value)

    def _soc_shown_pct(self, state):
        """State of charge as the device tells it, which need not be true."""
        if self.quirks.get("soc_zero_when_idle") and state not in ("charging", "discharging"):
            return self.quirks["soc_spurious_pct"] if self.beats % SPURIOUS_EVERY == 0 else 0
        return self.battery.soc_pct if self.battery else None


class Charger(Converter):
    """A converter whose battery comes with the vehicle."""

    def __init__(self, profile, *, plugged=True, **options):
        """plugged: False starts with a free plug; the vehicle described by `storage` then waits in `vehicle`."""
        super().__init__(profile, **options)
        self.vehicle = Vehicle(self.battery)
        if not plugged:
            self.unplug()

    def plug(self, vehicle=None):
        """A Vehicle arrives; None brings back the one that was here."""
        self.vehicle = vehicle or self.vehicle
        self.battery = self.vehicle.battery

    def unplug(self):
        """The vehicle leaves; a session that needs a start has to be started again."""
        self.battery = None
        if self.quirks.get("zero_latches"):
            self.fault_bits &= ~FAULT_INTERNAL
        if self._starts_by_action:
            self._running_from_ms = None
