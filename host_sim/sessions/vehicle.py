"""Charger and vehicle of one session at steps of seconds: setpoint in, power, energy and readings out.

Not its job: registers and bus (host_sim/plant), the controller (host_sim/world_sessions.py).
Source: battery and efficiency of host_sim/plant; waiting times and validity of readings from the device's profile. The
slowest guard counts for every change.
"""

from host_sim.plant.battery import Battery
from host_sim.plant.devices import profile_named
from host_sim.plant.efficiency import Efficiency

EFFICIENCY_MAX = 0.99
P_BATTERY_W = 50000     # the battery takes what the charger gives, until it tapers
START_MS = 20000        # a vehicle that was idle takes so long to begin, where a charger has to be started


class VehicleAtCharger:
    """Stepped with the setpoint; `p_w` is the true power, `said` what the gateway reads."""

    def __init__(self, case):
        profile = profile_named(case.charger)
        control, dynamics = profile["control"], profile["dynamics"]
        self.capacity_wh = case.true_capacity_wh
        self.p_max_w = 7360 if case.charger == "sim-four-quadrant" else 7400
        # Below its knee the charger limits, above it the battery, in proportion to what is missing until full.
        self.battery = Battery(capacity_wh=case.true_capacity_wh, soc_pct=case.soc_pct, p_charge_max_w=self.p_max_w,
                               p_discharge_max_w=P_BATTERY_W, soc_floor_pct=3, taper_from_pct=case.taper_from_pct)
        self.efficiency = Efficiency(tuple(
            (p_w, min(charging * case.efficiency_gain, EFFICIENCY_MAX), min(discharging * case.efficiency_gain, EFFICIENCY_MAX))
            for p_w, charging, discharging in dynamics["efficiency"]))
        self._standby_w = dynamics["standby_w"]
        self._meter_gain = case.meter_gain
        self._resolution_pct = [row[1] for row in profile["quality"] if row[0] == "soc_pct"][0]
        self._valid = [row for row in profile["valid"] if row[0] == "soc_pct"][0][1:]
        self._tells_limits = [row for row in profile["points"] if row[0] == "p_charge_max_w"] != []
        self._must_start = control["zero"] == "stop"
        self._guard_ms = max(wait_ms for _, wait_ms in control["guards"]["after_change_ms"])
        self._start_guard_ms = control["guards"]["after_start_ms"]
        self._held_w, self._free_ms, self._running_ms = 0, 0, None
        self.p_w = 0.0

    def step(self, now_ms, dt_ms, p_set_w):
        """One step towards p_set_w, W + out of the battery; now_ms at its beginning."""
        if now_ms >= self._free_ms and p_set_w != self._held_w:
            is_start = self._held_w == 0
            self._held_w = p_set_w
            self._free_ms = now_ms + (self._start_guard_ms if is_start else self._guard_ms)
            if is_start:
                self._running_ms = now_ms + (START_MS if self._must_start else 0)
        runs = self._held_w != 0 and now_ms >= self._running_ms
        p_w = self._held_w if runs else 0
        self.p_w = max(min(p_w, self._discharge_w()), -self._charge_w())
        self.battery.move(self.efficiency.p_dc_w(self.p_w), dt_ms)

    def _charge_w(self):
        p_dc_w = self.battery.charge_limit_w()
        return min(p_dc_w / self.efficiency.factor(p_dc_w, True), self.p_max_w)

    def _discharge_w(self):
        return min(self.battery.discharge_limit_w(), self.p_max_w)

    def said(self):
        """{point: value} as the gateway reads it."""
        state = "discharging" if self.p_w > 0 else "charging" if self.p_w < 0 else "paused"
        low_pct, high_pct, states = self._valid
        soc_pct = round(self.battery.soc_pct / self._resolution_pct) * self._resolution_pct
        is_valid = low_pct <= soc_pct <= high_pct and (states is None or state in states)
        limits = {"p_charge_max_w": round(self._charge_w()), "p_discharge_max_w": round(self._discharge_w())}
        return {
            "state": state, "p_ac_w": round((self.p_w - self._standby_w) * self._meter_gain), "q_ac_var": 0,
            "soc_pct": soc_pct if is_valid else None, **(limits if self._tells_limits else {}),
        }
