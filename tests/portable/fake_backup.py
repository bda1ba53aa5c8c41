"""A house with a backup in memory for portable tests: V2H charger and transfer switch as plain register banks.

Not its job: physics (host_sim/plant/house), the sequence (edge/backup).
Source: register numbers from the profiles sim-v2h and sim-transfer-switch.
"""

from tests.portable import fake_site

LINK = "bus:lan"
CHARGER, SWITCH = 1, 2      # units

EVSE = {
    "name": "v2h", "profile": "sim-v2h", "bus": "lan", "unit": CHARGER, "phases": 1, "p_charge_max_w": 7400,
    "p_discharge_max_w": 7400, "v2g_consent": True,
}
BACKUP = {
    "mode": "commanded", "interlock_certified": True, "checklist": "C-17", "earthing": "TT", "neutral_switched": True,
    "bond": True, "retransfer_delay_s": 5, "enter_service_delay_s": 5,
}
CIRCUITS = [
    {"name": "light", "relay": 1, "priority": 1, "p_w": 200},
    {"name": "fridge", "relay": 2, "priority": 2, "p_w": 150, "p_inrush_w": 600},
    {"name": "heater", "relay": 3, "priority": 3, "p_w": 2000},
]

# Points of sim-v2h
FORM_STATE, V_AN, F, P_AC, OWNER, P_SET, FORM_CMD, FORM_V = 301, 302, 304, 305, 318, 320, 322, 323
CHARGER_BEAT = 313
# Points of sim-transfer-switch
GRID_A, LOAD_V, OPEN_A, OPEN_N, SERIES_OPEN, BOND_CLOSED, CIRCUITS_ON, ENABLED = 40, 44, 48, 49, 50, 51, 52, 53
RESET_BUTTON, SWITCH_BEAT, SWITCH_WATCHDOG, CLOSE_CMD, BOND_CMD, CIRCUITS_CMD = 54, 55, 58, 59, 60, 61

# Points of sim-v2h-auto
AUTO_ISLAND, AUTO_BEAT, AUTO_P_SET, AUTO_RESERVE = 725, 732, 762, 763


class BeatingBank(fake_site.Bank):
    """A bank whose heartbeat moves with every read."""

    def __init__(self, beat, values):
        """beat: address of the heartbeat; values: ((address, register), …)."""
        super().__init__()
        self._beat = beat
        self.refused = ()       # addresses whose writes are refused
        self.ignored = ()       # and those that are answered and dropped
        for address, value in values:
            self.registers[address] = value

    def read(self, function, address, count):
        """As Bank."""
        self.registers[self._beat] = (self.registers[self._beat] + 1) & 0xFFFF
        return self.registers[address:address + count]

    def write(self, function, address, values):
        """As Bank; a refused one answers exception 4."""
        if address in self.refused:
            self.written.append((address, None))
            return 4
        if address in self.ignored:
            self.written.append((address, list(values)))
            return 0
        return super().write(function, address, values)

    def count(self, address):
        """How often this address was written first."""
        return len([1 for at, _ in self.written if at == address])

    def last(self, address):
        """Values written there last, None when never."""
        found = [values for at, values in self.written if at == address]
        return found[-1] if found else None


def charger_bank(soc_pct=80):
    """A sim-v2h at rest on a live grid."""
    return BeatingBank(CHARGER_BEAT, (
        (0, 0x5648), (1, 7400), (2, 7400), (3, 320), (4, 60), (300, 1), (V_AN, 23000), (F, 50000),
        (307, soc_pct * 10), (308, 4000), (310, 7400), (311, 7400), (404, 0), (405, 60000)))


def auto_charger_bank():
    """A sim-v2h-auto at rest on a live grid, keeping 20 % for an outage."""
    return BeatingBank(AUTO_BEAT, (
        (700, 0x5641), (701, 740), (702, 60000), (721, 2300), (722, 5000), (724, 2), (726, 800), (729, 740), (730, 740),
        (AUTO_RESERVE, 20)))


def switch_bank():
    """A sim-transfer-switch closed to a live grid, without any gateway."""
    return BeatingBank(SWITCH_BEAT, (
        (0, 0x5453), (1, 1), (2, 630), (3, 60), (GRID_A, 2300), (GRID_A + 1, 2300), (GRID_A + 2, 2300), (43, 5000),
        (LOAD_V, 2300), (45, 5000), (CIRCUITS_ON, 0x0FFF), (CLOSE_CMD, 1), (CIRCUITS_CMD, 0x0FFF)))


def document(**sections):
    """The site file of that house; sections replace or add whole sections."""
    given = {"evse": [EVSE], "backup": BACKUP, "switch": {"profile": "sim-transfer-switch", "bus": "lan", "unit": SWITCH},
             "circuit": CIRCUITS}
    given.update(sections)
    return fake_site.document(**given)


def site(charger, switch, **sections):
    """A FakeSite of these banks."""
    return fake_site.FakeSite(document(**sections), {LINK: {CHARGER: charger, SWITCH: switch}})


class House:
    """Just enough physics between both banks: what is closed conducts, what is told to form does, circuits draw their power."""

    LOADS_W = (200, 150, 2000)
    STEP_MS = 20

    def __init__(self, **sections):
        """sections: as `document`."""
        self.charger, self.switch = charger_bank(), switch_bank()
        self._document = document(**sections)
        self.site = None
        self.restart()
        self.grid_v = 230.0
        self.seen = []          # [now_ms, closed, bonded, charger's voltage] whenever one of them changed

    def restart(self):
        """A new gateway, with what the last one left in its store."""
        before = self.site
        self.site = fake_site.FakeSite(self._document, {LINK: {CHARGER: self.charger, SWITCH: self.switch}},
                                       None if before is None else before.ports.store.files)
        self.site.now_ms = 0 if before is None else before.now_ms

    def run(self, duration_ms):
        """Let time pass; the house moves every STEP_MS."""
        for _ in range(duration_ms // self.STEP_MS):
            self.site.run(self.STEP_MS)
            self._step()

    def state(self):
        """Of the transfer."""
        return self.site.gateway.state.backup.run.state

    def _step(self):
        charger, switch = self.charger.registers, self.switch.registers
        was_closed, load_v = not switch[OPEN_A], switch[LOAD_V] / 10
        # The dead-bus relay: no pole closes onto a voltage.
        is_closed = switch[CLOSE_CMD] == 1 and (was_closed or load_v < 20)
        is_forming = charger[FORM_CMD] == 1 and not is_closed
        volts = self.grid_v if is_closed else charger[FORM_V] / 10 if is_forming else 0
        load_w = sum([p_w for bit, p_w in enumerate(self.LOADS_W) if switch[CIRCUITS_CMD] >> bit & 1]) if volts > 150 else 0
        for address in (OPEN_A, OPEN_N, SERIES_OPEN):
            switch[address] = int(not is_closed)
        switch[BOND_CLOSED], switch[CIRCUITS_ON] = switch[BOND_CMD], switch[CIRCUITS_CMD]
        switch[ENABLED] = int(not is_closed)
        for address in (GRID_A, GRID_A + 1, GRID_A + 2):
            switch[address] = int(self.grid_v * 10)
        switch[43] = 5000 if self.grid_v > 20 else 0xFFFF
        switch[LOAD_V], switch[LOAD_V + 2] = int(volts * 10), load_w
        switch[45] = 5000 if volts > 20 else 0xFFFF
        charger[FORM_STATE] = int(is_forming)
        charger[V_AN], charger[F] = int(volts * 100), 50000 if volts > 20 else 0
        charger[P_AC] = load_w if is_forming else charger[P_SET]
        row = [is_closed, switch[BOND_CLOSED] == 1, charger[FORM_V] / 10 if is_forming else 0]
        if not self.seen or self.seen[-1][1:] != row:
            self.seen.append([self.site.now_ms] + row)
