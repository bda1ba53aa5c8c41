"""Home battery that controls itself: every second it moves so that its own meter reads zero.

Not its job: obeying anybody; our gateway reads it and lives beside it.
Source: the usual self-consumption control of such products: an integrating controller on the power at the point of
connection, with a small dead band and a limit of its own; the losses are those of one conversion in each direction.
"""

from host_sim.plant.battery import Battery
from host_sim.plant.device import Device

CONTROL_MS = 1000
DEAD_BAND_W = 30
GAIN = 0.7              # share of what the meter shows that one step takes away
EFFICIENCY = 0.95       # each way
SOC_FLOOR_PCT = 10


class HomeBattery(Device):
    """State: p_w at its AC terminals, + discharging. `observe` before `step` tells what its meter saw."""

    def __init__(self, profile, *, soc_pct=50, **options):
        """soc_pct: where it begins."""
        super().__init__(profile, **options)
        self.p_max_w = (self.bank.get("p_charge_max_w"), self.bank.get("p_discharge_max_w"))
        self.battery = Battery(capacity_wh=self.bank.get("e_capacity_wh"), soc_pct=soc_pct, soc_floor_pct=SOC_FLOOR_PCT,
                               p_charge_max_w=self.p_max_w[0] * EFFICIENCY,
                               p_discharge_max_w=self.p_max_w[1] / EFFICIENCY)
        self._p_pcc_w = 0.0
        self._due_ms = 0

    def observe(self, p_w, q_var):
        """What its own meter at the point of connection shows now, by phase: W and var, + export; it is in that sum itself."""
        self._p_pcc_w = sum(p_w)

    def advance(self, now_ms, dt_ms):
        """One step. A step longer than a second stands for many of its own: it has settled by then."""
        if now_ms >= self._due_ms:
            self._due_ms = now_ms + CONTROL_MS
            self._control(1.0 if dt_ms > CONTROL_MS else GAIN)
        p_w = min(max(self.p_w, -self.battery.charge_limit_w() / EFFICIENCY), self.battery.discharge_limit_w() * EFFICIENCY)
        self.battery.move(p_w * EFFICIENCY if p_w < 0 else p_w / EFFICIENCY, dt_ms)
        self.inject(p_w, 0)

    def _control(self, gain):
        if abs(self._p_pcc_w) > DEAD_BAND_W:
            charge_w, discharge_w = self.p_max_w
            self.p_w = min(max(self.p_w - gain * self._p_pcc_w, -charge_w), discharge_w)

    def measure(self, f_hz):
        """What the registers show."""
        self.show("p_battery_w", self.p_w)
        self.show("soc_pct", self.battery.soc_pct)
