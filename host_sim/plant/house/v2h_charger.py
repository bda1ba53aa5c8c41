"""V2H charger: follows the grid like any other, and makes a voltage of its own where there is none.

Not its job: what the house draws from it (island_bus.py), when it may (the gateway, and the wire of the transfer switch).
Source: behaviour as profile sim-v2h states it. Its supply is the vehicle, so that a dead grid is no fault of it. It never
starts onto a live bus; it gives up when its current limit has held the voltage down for too long, when the battery is
empty or is given more than it takes for too long, when the wire opens and when nobody speaks to it for longer than its reversion time.
"""

from host_sim.plant.charger import FAULT_NO_GRID, FAULT_REVERTED, FAULT_TRIPPED, Charger
from host_sim.plant.registers import DEVICE_FAILURE, ILLEGAL_VALUE

FAULT_COLLAPSED = 16    # the island's voltage could not be held; cleared by the order not to form
FOREIGN_V = 20          # another source holds its terminals
SLEW_V_PER_MS = 0.8     # 230 V in 0.3 s
COLLAPSED_PU = 0.8      # of the ordered voltage
COLLAPSE_MS = 300
OVERLOAD = 1.2          # of the rated power
OVERLOAD_MS = 5000
OVERCHARGE_W = 100      # beyond what the battery takes
OVERCHARGE_MS = 3000    # so long its management puts up with it
DROOP_V_PU = 0.02       # at rated power
DROOP_F_HZ = 0.1        # at rated power
FORM = ("form_cmd", "form_v_v", "form_f_hz", "form_i_a")
#              point: lowest, highest
FORM_RANGE = {"form_cmd": (0, 1), "form_v_v": (0, 264), "form_f_hz": (0, 65), "form_i_a": (0, 100)}


class V2hCharger(Charger):
    """is_enabled: the wire from the transfer switch. is_forming: whether it makes the voltage now."""

    def __init__(self, profile, **options):
        """Options as Charger."""
        self._form = dict.fromkeys(FORM, 0)
        self.is_enabled = True
        self.is_forming = False
        self.p_island_w = 0.0
        self._v_out_v = 0.0
        self._low_ms = self._over_ms = self._full_ms = 0
        super().__init__(profile, **options)

    # --- orders -------------------------------------------------------------------------------------------------

    def written(self, point, value):
        """As Converter.written; the forming order has ranges of its own and needs an owner."""
        if point not in FORM:
            return super().written(point, value)
        low, high = FORM_RANGE[point]
        if not low <= value <= high:
            return ILLEGAL_VALUE
        if self.bank.get("owner") != 1:
            return DEVICE_FAILURE
        self.inverter.refresh(self.now_ms)
        self.fault_bits &= ~FAULT_REVERTED
        self._form[point] = value
        if point == "form_cmd" and not value:
            self.fault_bits &= ~FAULT_COLLAPSED
        return 0

    def _forget_setpoints(self):
        super()._forget_setpoints()
        self._form["form_cmd"] = 0
        self.show("form_cmd", 0)

    # --- source of an island ------------------------------------------------------------------------------------

    def source(self, now_ms, dt_ms, v_bus_v):
        """(v_v, f_hz, i_max_a) that it offers in this step, None while it does not form. v_bus_v: what others make of its
        terminals."""
        if self.inverter.check_reversion(now_ms):
            self.fault_bits |= FAULT_REVERTED
            self._forget_setpoints()
        form = self._form
        if not self._may_form() or v_bus_v >= FOREIGN_V:
            self.is_forming = False
            self._v_out_v = self.p_island_w = 0.0
            self._low_ms = self._over_ms = self._full_ms = 0
            return None
        self.is_forming = True
        step_v = SLEW_V_PER_MS * dt_ms
        self._v_out_v += min(max(form["form_v_v"] - self._v_out_v, -step_v), step_v)
        p_rated_w = self.bank.get("p_rated_w")
        load = self.p_island_w / p_rated_w
        i_max_a = OVERLOAD * self.bank.get("i_rated_a")
        if form["form_i_a"]:
            i_max_a = min(i_max_a, form["form_i_a"])
        return self._v_out_v * (1 - DROOP_V_PU * load), form["form_f_hz"] - DROOP_F_HZ * load, i_max_a

    def _may_form(self):
        return bool(self._form["form_cmd"] and self._form["form_v_v"] and self.is_enabled and self.battery
                    and self.battery.discharge_limit_w() and not self.fault_bits & FAULT_COLLAPSED)

    def deliver(self, dt_ms, v_bus_v, p_w):
        """What the island took in this step: voltage reached and power, W, negative while PV charges it."""
        self.p_island_w = round(p_w, 6)
        limit_w = min(self.bank.get("p_rated_w"), self.battery.discharge_limit_w())
        self._low_ms = self._low_ms + dt_ms if v_bus_v < COLLAPSED_PU * self._v_out_v else 0
        self._over_ms = self._over_ms + dt_ms if p_w > limit_w else 0
        too_much = -self.efficiency.p_dc_w(p_w) > self.battery.charge_limit_w() + OVERCHARGE_W
        self._full_ms = self._full_ms + dt_ms if too_much else 0
        if self._low_ms > COLLAPSE_MS or self._over_ms > OVERLOAD_MS or self._full_ms > OVERCHARGE_MS:
            self.fault_bits |= FAULT_COLLAPSED

    # --- one step -----------------------------------------------------------------------------------------------

    def advance(self, now_ms, dt_ms):
        """Follows the grid, or pays for the island out of the battery, its own standby included."""
        if not self.is_forming:
            super().advance(now_ms, dt_ms)
            return
        self.inverter.cease()
        self.fault_bits &= ~FAULT_NO_GRID
        self._limits_w = self.limits_w()
        self.battery.move(self.efficiency.p_dc_w(self.p_island_w) + self._standby_w, dt_ms)
        self.inject(self.p_island_w, 0)
        self._e_import_mj += max(0, -round(self.p_w * dt_ms))
        self._e_export_mj += max(0, round(self.p_w * dt_ms))

    def state(self):
        """As Converter.state, but a dead grid is no fault of it, nor that its grid protection let go of one."""
        is_apart = self.is_forming or self.fault_bits & FAULT_NO_GRID
        if not is_apart or self.battery is None or self.fault_bits & ~(FAULT_NO_GRID | FAULT_TRIPPED):
            return super().state()
        if not round(self.p_w):
            return self.quirks["idle_state"]
        return "discharging" if self.p_w > 0 else "charging"

    def measure(self, f_hz):
        """What the registers show."""
        super().measure(f_hz)
        self.show("form_state", int(self.is_forming))
