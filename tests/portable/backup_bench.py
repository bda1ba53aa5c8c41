"""A house in a few lines for portable tests of the backup: grid, switch with faults, charger, circuits, and what may never be.

Not its job: physics (host_sim/plant/house is the full one); tests. Times in ms, one step is 10 ms, a tick 100 ms.
Source: ours.
"""

from edge import config_loader, modes
from edge.backup import backup
from edge.checks.health import Health
from edge.der_view import DerView
from edge.drivers.profile_loader import load_profile
from tests.portable import fake_site

STEP_MS = 10
TICK_MS = 100
MAX_AGE_MS = 1000
CHARGER = {
    "name": "ev", "profile": "sim-v2h", "bus": "lan", "phases": 1, "p_charge_max_w": 7400, "p_discharge_max_w": 7400,
    "s_max_va": 7400, "v2g_consent": True, "e_capacity_wh": 60000,
}
BACKUP = {
    "mode": "commanded", "interlock_certified": True, "checklist": "no. 1", "earthing": "TT", "neutral_switched": True,
    "bond": True, "retransfer_delay_s": 10, "enter_service_delay_s": 5,
}
CIRCUITS = (
    {"name": "lights", "relay": 1, "priority": 1, "p_w": 500},
    {"name": "kitchen", "relay": 2, "priority": 2, "p_w": 2000, "p_inrush_w": 500},
    {"name": "heater", "relay": 3, "priority": 3, "p_w": 3000},
)


def document(circuits=CIRCUITS, backup=None, **sections):
    """A site file of a house with a backup; backup: changes of that section."""
    rows = dict(BACKUP)
    rows.update(backup or {})
    parts = {
        "evse": [CHARGER], "switch": {"profile": "sim-transfer-switch", "bus": "lan", "unit": 2}, "backup": rows,
        "circuit": [dict(row) for row in circuits],
    }
    parts.update(sections)
    return fake_site.document(**parts)


def load(site):
    """Config of a valid site file; the one of the bench is read once, since that takes a board most of the time."""
    is_plain = site == PLAIN
    if is_plain and LOADED:
        return LOADED[0]
    config, errors = config_loader.load(site, load_profile)
    assert not errors, errors
    if is_plain:
        LOADED.append(config)
    return config


PLAIN = document()
LOADED = []


class Picture:
    """Values with one age."""

    def __init__(self, values, taken_ms):
        self._values, self._taken_ms = values, taken_ms

    def fresh(self, name, now_ms):
        """As snapshot.Picture.fresh."""
        if self._taken_ms is None or now_ms - self._taken_ms > MAX_AGE_MS:
            return None
        return self._values.get(name)

    def age_ms(self, name, now_ms):
        """As snapshot.Picture.age_ms."""
        return None if self._taken_ms is None else now_ms - self._taken_ms


class Der:
    """What the backup looks at of a DER."""

    def __init__(self):
        self.view = DerView(state="connected", plugged=True, soc_pct=80, p_ac_w=0, p_charge_max_w=7400,
                            p_discharge_max_w=7400, e_capacity_wh=60000, soc_max_pct=100)
        self.health = Health()
        self.session = modes.CONTROLLING


class Contactor:
    """A contactor with travel time and faults. is_closed: what it is; shows_open: what its mirror contact says."""

    def __init__(self, is_closed):
        self.is_closed = self._wanted = is_closed
        self.travel_ms = 50
        self.left_ms = 0
        self.is_stuck = False
        self.lie = None         # what the contact says whatever is true

    def order(self, closed):
        """What the coil is told."""
        if closed is not self._wanted:
            self._wanted, self.left_ms = closed, self.travel_ms

    def step(self):
        """10 ms."""
        self.left_ms = max(self.left_ms - STEP_MS, 0)
        if not self.left_ms and not self.is_stuck:
            self.is_closed = self._wanted

    def shows_open(self):
        """0 or 1."""
        return int((not self.is_closed) if self.lie is None else self.lie)


class House:
    """One house under a real backup part; `run` lets time pass and checks at every step what may never be."""

    def __init__(self, site=None, missing=()):
        """missing: points that the switch does not answer with."""
        self.config = load(site or document())
        self.part = backup.make(self.config)
        self.seq = self.part.run
        self.der = Der()
        self.now_ms = 0
        self.grid_v = [230.0, 230.0, 230.0]
        self.grid_f_hz = 50.0
        self.poles = {"a": Contactor(True), "n": Contactor(True)}
        self.series, self.bond = Contactor(True), Contactor(False)
        self._contactors = list(self.poles.values()) + [self.series, self.bond]
        self.circuits = 0x0FFF
        self.loads_w = {1: 500, 2: 2000, 3: 3000}      # by relay
        self.base_w = 0                                 # not switched by anybody
        self.pv_w = 0
        self.i_fault_v = None                           # the charger gets no higher than this
        self.form_v = 0.0
        self.is_deaf = False                            # the charger obeys no order
        self.missing = set(missing)
        self.silent = set()                             # "switch", "charger"
        self.reset_button = 0
        self.is_enabled = 1
        self.is_stopping = False
        self.events = []
        self.told = []                                  # (ms, state)
        self.commands = []
        self.orders = self.part.orders
        self._heard_ms = {"switch": None, "charger": None}
        self._seen = {"switch": {}, "charger": {}}
        self._charger_orders = (False, 0)
        self._was_closed = True

    # -- what is ------------------------------------------------------------------------------------------

    def is_path_closed(self, pole="a"):
        """Whether current can flow between grid and house."""
        return self.poles[pole].is_closed and self.series.is_closed

    def load_v(self):
        """Voltage behind the switch."""
        fed_v = self.grid_v[0] if self.is_path_closed("a") and self.is_path_closed("n") else 0.0
        return max(fed_v, self.form_v)

    def load_w(self):
        """What the circuits that are on draw at their voltage."""
        share = (self.load_v() / 230) ** 2
        return share * (self.base_w + sum([watts for relay, watts in self.loads_w.items() if self.circuits & 1 << (relay - 1)]))

    # -- time ---------------------------------------------------------------------------------------------

    def run(self, duration_s):
        """Lets time pass."""
        end_ms = self.now_ms + int(duration_s * 1000 + 0.5)
        while self.now_ms < end_ms:
            if self.now_ms % TICK_MS == 0:
                self.tick()
            is_calm = self._step()
            self.now_ms += STEP_MS
            if is_calm:         # nothing happens before somebody decides something
                self.now_ms = min(self.now_ms + -self.now_ms % TICK_MS, end_ms)
        return self

    def until(self, state, limit_s=120):
        """Runs until the sequence is in a state; returns after how many ms."""
        began_ms = self.now_ms
        while self.seq.state != state:
            assert self.now_ms - began_ms < limit_s * 1000, (self.seq.state, state)
            self.run(0.1)
        return self.now_ms - began_ms

    def tick(self):
        """One tick of the part, as the controller does it."""
        view = self.der.view
        view.now_ms, view.dt_ms = self.now_ms, TICK_MS
        self._read()
        view.permit_service, view.soc_min_pct = True, 0
        state = State(self)
        for command in self.commands:
            self.part.take(state, self.now_ms, command, self.events)
        self.commands = []
        before = self.seq.state
        self.part.step(state, self.now_ms, Snapshot(self), self.events)
        if self.seq.state != before:
            self.told.append((self.now_ms, self.seq.state))
        self._write()

    def restart(self, dark_s=0.5):
        """The gateway crashes, and starts again with what the store kept."""
        kept = self.part.kept()
        end_ms = self.now_ms + int(dark_s * 1000)
        while self.now_ms < end_ms:
            self._step()
            self.now_ms += STEP_MS
        self.part = backup.make(self.config)
        self.seq, self.orders = self.part.run, self.part.orders
        self.commands = kept

    def states(self):
        """States visited, in order."""
        return [state for _, state in self.told]

    def reasons(self):
        """Codes of the events so far."""
        return [event[0] for event in self.events]

    # -- wires --------------------------------------------------------------------------------------------

    def _read(self):
        for name, values in (("switch", self._switch_values()), ("charger", self._charger_values())):
            if name not in self.silent:
                self._heard_ms[name], self._seen[name] = self.now_ms, values
        view, charger = self.der.view, self.picture("charger")
        view.p_ac_w = charger.fresh("p_ac_w", self.now_ms)
        view.soc_pct = charger.fresh("soc_pct", self.now_ms)

    def picture(self, name):
        """What was read last of "switch" or "charger"."""
        return Picture(self._seen[name], self._heard_ms[name])

    def _switch_values(self):
        values = {
            "grid_a_v": self.grid_v[0], "grid_b_v": self.grid_v[1], "grid_c_v": self.grid_v[2], "load_v": self.load_v(),
            "grid_f_hz": self.grid_f_hz if max(self.grid_v) > 25 else None, "load_w": self.load_w(),
            "open_a": self.poles["a"].shows_open(), "open_n": self.poles["n"].shows_open(),
            "series_open": self.series.shows_open(), "bond_closed": 1 - self.bond.shows_open(),
            "circuits_on": self.circuits, "is_enabled": self.is_enabled, "reset_button": self.reset_button,
        }
        return {name: value for name, value in values.items() if name not in self.missing}

    def _charger_values(self):
        p_w = self.load_w() - self.pv_w if self.form_v else self.p_set_w if self.load_v() > 100 else 0
        values = {"form_state": int(self.form_v > 0), "v_an_v": self.load_v(), "p_ac_w": p_w, "soc_pct": self.soc_pct}
        return {name: value for name, value in values.items() if name not in self.missing}

    p_set_w = 0
    soc_pct = 80

    def _write(self):
        orders = self.orders
        if not orders.is_ready or not orders.is_wanted:
            return
        if "switch" not in self.silent:
            for contactor in list(self.poles.values()) + [self.series]:
                if not orders.close or self.load_v() < 25 or self.is_path_closed():
                    contactor.order(orders.close)
            self.bond.order(orders.bond)
            self.circuits = orders.circuits
        if "charger" not in self.silent and orders.may_refresh and not self.is_deaf:
            self._charger_orders = (orders.form, orders.form_v_v)

    def _step(self):
        """10 ms; True: without an order the next would be like it."""
        before_v, left_ms = self.form_v, 0
        for contactor in self._contactors:
            left_ms += contactor.left_ms
            contactor.step()
        self._form()
        self._judge()
        return not left_ms and self.form_v == before_v

    def _form(self):
        is_forming, wanted_v = self._charger_orders
        if not is_forming:
            self.form_v = 0.0
        else:
            self.form_v = min(wanted_v, max(self.form_v, 1) + 15)
            if self.i_fault_v is not None:
                self.form_v = min(self.form_v, self.i_fault_v)
            if self.is_path_closed("a"):
                # The street is a low resistance, or a floating piece of line that follows.
                self.grid_v[0] = self.form_v if self.grid_v[0] < 60 else self.grid_v[0]

    def _judge(self):
        is_closed = self.is_path_closed("a") or self.is_path_closed("n")
        assert not (is_closed and self.form_v > 50), ("backfeed", self.now_ms, self.told)
        assert not (is_closed and not self._was_closed and self.form_v > 25), ("closed onto an island", self.now_ms, self.told)
        assert not (self.bond.is_closed and self.is_path_closed("n")), ("two bonds", self.now_ms, self.told)
        if self.seq.needs_bond:
            assert not (self.form_v > 50 and not self.bond.is_closed), ("no bond", self.now_ms, self.told)
        self._was_closed = is_closed


class State:
    """What the part sees of the controller's state."""

    def __init__(self, house):
        self.ders = [house.der]
        self.config = house.config
        self.commitments = Commitments()
        self.commitments.is_stopping = house.is_stopping


class Commitments:
    """Only the clean stop."""

    is_stopping = False


class Inputs:
    """Only the switch."""

    def __init__(self, house):
        self.switch = house.picture("switch")


class Snapshot:
    """What the part sees of a snapshot."""

    def __init__(self, house):
        self.ders = [house.picture("charger")]
        self.inputs = Inputs(house)
        self.conditions = [None]


def on_grid(site=None, loads_w=None, **options):
    """A house that has been on the grid for long enough. loads_w: {relay: W} of its circuits."""
    house = House(site, **options)
    house.loads_w = loads_w or house.loads_w
    house.until("on_grid")
    house.told.clear()
    del house.events[:]
    return house


def islanded(site=None, **options):
    """A house that has become an island, every circuit on."""
    house = on_grid(site, **options)
    house.grid_v = [0.0, 0.0, 0.0]
    house.until("islanded")
    house.run(5)
    return house
