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
