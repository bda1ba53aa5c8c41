"""A house between the public grid and a V2H charger: one step of everything that is electrically connected.

Not its job: the devices themselves, outages (outage/), what may never happen (outage/watch.py).
Source: ours. Phase a of the house is the backed-up one: its circuits, the charger and a PV inverter hang behind the
transfer switch. Through a closed pole island and grid are one node: a live grid wins over everything, into a dead one the
inverter feeds whatever hangs there, until its current limit or its collapse ends it.
"""

from host_sim.plant.house import island_bus

LIVE_V = 20
QUICK_MS = 150          # so long after anything changed it stays interesting


class House:
    """State of the last step: v_load_v, f_load_hz, v_grid_v (seen on the grid side, by phase), is_grid_live, phase_deg."""

    def __init__(self, grid, switch, charger, board, pv=None):
        """grid: GridSource; switch: TransferSwitch; charger: V2hCharger; board: Board; pv: (AcPv, bit of its relay) or
        None."""
        self.grid, self.switch, self.charger, self.board = grid, switch, charger, board
        self.pv, self._pv_bit = pv or (None, 0)
        switch.is_in_house = True
        self.v_load_v = 0.0
        self.f_load_hz = None
        self.v_grid_v = (0.0, 0.0, 0.0)
        self.is_grid_live = True
        self.v_island_v = 0.0       # what the inverter makes of the load side; 0 while it follows the grid
        self.p_pv_w = 0.0
        self.phase_deg = 0.0
        self._lively_ms = 0
        self._signature = None

    def step(self, now_ms, dt_ms):
        """Everything for dt_ms, up to now_ms."""
        switch, charger = self.switch, self.charger
        v_grid_v, f_grid_hz, self.is_grid_live = self.grid.at(now_ms)
        switch.move(now_ms)
        is_coupled = switch.is_path_closed("a")
        charger.is_enabled = switch.is_inverter_enabled()
        if is_coupled and self.is_grid_live:
            charger.source(now_ms, dt_ms, v_grid_v[0])
            self._on_grid(v_grid_v[0], f_grid_hz)
        else:
            v_grid_v = self._on_island(now_ms, dt_ms, v_grid_v, is_coupled)
        self.v_grid_v = v_grid_v
        self._turn(dt_ms, f_grid_hz)
        self._use(now_ms, dt_ms)
        charger.step(now_ms, dt_ms, (self.v_load_v, 0.0, 0.0), self.f_load_hz or 0.0)
        switch.step(now_ms, dt_ms, v_grid_v, f_grid_hz)
        self._look_busy(now_ms)

    def _on_grid(self, v_v, f_hz):
        self.v_load_v, self.f_load_hz, self.v_island_v = v_v, f_hz, 0.0

    def _on_island(self, now_ms, dt_ms, v_grid_v, is_coupled):
        """Nobody but the charger may hold the voltage; returns what the grid side sees of it."""
        charger = self.charger
        offer = charger.source(now_ms, dt_ms, 0.0)
        if offer is None:
            self.v_load_v, self.f_load_hz, self.v_island_v = 0.0, None, 0.0
            return v_grid_v
        v_set_v, f_hz, i_max_a = offer
        g_s = self.board.conductance_s(now_ms, self.switch.circuits)
        if is_coupled:
            g_s += self.grid.dead_s
        v_v, p_w = island_bus.solve(v_set_v, i_max_a, charger.bank.get("p_rated_w"), g_s, self._pv_w())
        charger.deliver(dt_ms, v_v, p_w)
        self.v_load_v = self.v_island_v = v_v
        self.f_load_hz = f_hz
        return (v_v,) + v_grid_v[1:] if is_coupled else v_grid_v

    def _pv_w(self):
        return self.pv.p_w if self.pv and self._pv_bit & self.switch.circuits else 0.0

    def _turn(self, dt_ms, f_grid_hz):
        """Angle between island and grid: it runs while they have different frequencies."""
        if not self.v_island_v or not self.is_grid_live:
            self.phase_deg = 0.0
        else:
            turned_deg = self.phase_deg + 0.36 * (self.f_load_hz - f_grid_hz) * dt_ms
            self.phase_deg = round((turned_deg + 180) % 360 - 180, 6)

    def _use(self, now_ms, dt_ms):
        """Circuits and PV get the voltage; the switch measures it."""
        switch, v_v = self.switch, self.v_load_v
        self.board.see(now_ms, dt_ms, v_v, switch.circuits)
        if self.pv:
            is_connected = self._pv_bit & switch.circuits
            self.pv.step(dt_ms, v_v if is_connected else 0.0, self.f_load_hz)
        self.p_pv_w = self._pv_w()
        load = switch.load
        load.v_v, load.f_hz = v_v, self.f_load_hz
        load.p_w = v_v * v_v * self.board.conductance_s(now_ms, switch.circuits) - self.p_pv_w
        load.phase_deg = self.phase_deg if v_v >= LIVE_V and self.is_grid_live else None

    def skip(self, dt_ms):
        """Time passes in which nothing changes and nobody looks: only the battery of a steady island notices."""
        charger = self.charger
        p_dc_w = charger.efficiency.p_dc_w(charger.p_island_w) + charger.profile["dynamics"]["standby_w"]
        charger.battery.move(p_dc_w, dt_ms)

    # --- how closely it has to be watched -----------------------------------------------------------------------

    def _look_busy(self, now_ms):
        """Notes whether anything but a steady state was seen."""
        charger, switch = self.charger, self.switch
        signature = (self.is_grid_live, switch.circuits, charger.is_forming, round(self.v_load_v), charger.fault_bits)
        if signature != self._signature or switch.is_moving():
            self._signature = signature
            self._lively_ms = now_ms

    def is_calm(self, now_ms):
        """Whether a longer step loses nothing: no contactor moves and nothing changed lately."""
        return now_ms - self._lively_ms > QUICK_MS and not self.switch.is_moving()
