"""V2H charger with the vendor's own transfer switch inside: it leaves a dead grid and comes back by itself.

Not its job: a transfer that a gateway sequences (v2h_charger.py, transfer_switch.py).
Source: behaviour as profile sim-v2h-auto states it. The gateway only says how much charge it keeps; setpoints mean nothing to
it while it is an island. What the house behind it draws is a constant.
"""

from host_sim.plant.charger import CEASING, FAULT_INTERNAL, FAULT_NO_GRID, FAULT_TRIPPED, Charger

LOSS_MS = 500
RETURN_MS = 5000
V_ISLAND_V, F_ISLAND_HZ = 230.0, 50.0


class V2hAutoCharger(Charger):
    """is_island: whether it supplies the house; p_house_w: what the house draws then, W."""

    def __init__(self, profile, *, p_house_w=500, **options):
        """Further options as Charger."""
        super().__init__(profile, **options)
        self.p_house_w = p_house_w
        self.is_island = False
        self._dead_ms = self._live_ms = 0

    def advance(self, now_ms, dt_ms):
        """Own transfer first, then what any charger does, or what the house draws."""
        self._dead_ms, self._live_ms = (0, self._live_ms + dt_ms) if self.alive() else (self._dead_ms + dt_ms, 0)
        if self.is_island:
            self.is_island = self._live_ms < RETURN_MS and self._may_supply()
        else:
            self.is_island = self._dead_ms >= LOSS_MS and self._may_supply()
        if not self.is_island:
            super().advance(now_ms, dt_ms)
            return
        self.inverter.check_reversion(now_ms)
        self.inverter.cease()
        self.fault_bits &= ~(FAULT_NO_GRID | FAULT_TRIPPED)
        self._limits_w = self.limits_w()
        self.battery.move(self.efficiency.p_dc_w(self.p_house_w) + self._standby_w, dt_ms)
        self.inject(self.p_house_w, 0)

    def _may_supply(self):
        """Charge above what it keeps for driving and for what the battery's own management allows."""
        if not self.battery or self.fault_bits & FAULT_INTERNAL:
            return False
        return self.battery.discharge_limit_w() > 0 and self.battery.soc_pct > self.bank.get("reserve_pct")

    def state(self):
        """As Converter.state, but a dead grid is no fault of it."""
        if not self.is_island and self.fault_bits & CEASING == FAULT_NO_GRID and self.battery is not None:
            return self.quirks["idle_state"]
        return super().state()

    def measure(self, f_hz):
        """What the registers show; in an island its own voltage and frequency."""
        super().measure(F_ISLAND_HZ if self.is_island else f_hz)
        if self.is_island:
            self.show("v_an_v", V_ISLAND_V)
            self.show("i_a_a", self.p_house_w / V_ISLAND_V)
        self.show("island", int(self.is_island))
