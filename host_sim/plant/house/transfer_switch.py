"""Transfer switch of a house: main poles, a second contactor in series, the neutral's bond, circuit relays, and the
hardware that obeys nobody.

Not its job: what flows (house.py), when to move (the gateway), register layout (the profile).
Source: behaviour as profile sim-transfer-switch states it. Two interlocks are wires, not software: a dead-bus relay lets
no pole close while the load side is live, and the inverter is enabled in series with the mirror contacts of the poles.
Left alone for longer than its watchdog it waits for a dead load side and does then what it does without a gateway: unbond,
and once the bond is open close, and switch every circuit on.
"""

from host_sim.plant.device import Device
from host_sim.plant.house.contactor import Contactor
from host_sim.plant.registers import ILLEGAL_VALUE

MAIN_MS, SERIES_MS, BOND_MS = 45, 45, 30
DEAD_BUS_V = 25         # the relay's threshold
ORDERS = ("close_cmd", "bond_cmd", "circuits_cmd")
POLES = "abcn"


class LoadSide:
    """What the switch measures behind its poles."""

    def __init__(self):
        self.v_v = 0.0
        self.f_hz = None
        self.p_w = 0.0
        self.phase_deg = None       # against the grid's phase a


class TransferSwitch(Device):
    """main, series, bond: contactors, whose attributes are the faults. has_interlocks False: a switch that nobody should
    sell, for tests of the tests."""

    def __init__(self, profile, *, has_interlocks=True, **options):
        """profile: of kind transfer_switch; its points open_a to open_n name the poles."""
        super().__init__(profile, **options)
        self.main = Contactor([pole for pole in POLES if self.bank.has("open_" + pole)], MAIN_MS, True)
        self.series = Contactor(("series",), SERIES_MS, True)
        self.bond = Contactor(("bond",), BOND_MS, False)
        self.has_interlocks = has_interlocks
        self.every_circuit = (1 << profile["control"]["circuits"]) - 1
        self.circuits = self.every_circuit     # relays that are on
        self.load = LoadSide()
        self.is_in_house = False                # True: the house moves it and says what the load side does
        self.is_wire_broken = False             # of the inverter's enable
        self.is_reset_pressed = False
        self._orders = {"close_cmd": 1, "bond_cmd": 0, "circuits_cmd": self.every_circuit}
        self._watchdog_ms = 0
        self._written_ms = 0
        for point, value in self._orders.items():
            self.bank.set(point, value)

    # --- what flows ---------------------------------------------------------------------------------------------

    def is_path_closed(self, pole):
        """Whether current can flow between grid and house through this pole: main contact and series contactor."""
        return self.main.is_closed(pole) and self.series.is_closed("series")

    def is_any_path_closed(self):
        """Whether that is so for any pole."""
        return self.series.is_any_closed() and self.main.is_any_closed()

    def is_inverter_enabled(self):
        """The wire to the inverter: every mirror contact says open."""
        return not self.has_interlocks or not self.is_wire_broken and self.main.show_open()

    def is_moving(self):
        """Whether any contactor is on its way."""
        return self.main.is_moving or self.series.is_moving or self.bond.is_moving

    # --- orders -------------------------------------------------------------------------------------------------

    def written(self, point, value):
        """A master writes; any write restarts the watchdog."""
        if point == "watchdog_s":
            if value > self.profile["watchdog"]["max_s"]:
                return ILLEGAL_VALUE
            self._watchdog_ms = round(value * 1000)
        elif point in ("close_cmd", "bond_cmd") and value not in (0, 1):
            return ILLEGAL_VALUE
        elif point in ORDERS:
            self._orders[point] = value
        self._written_ms = self.now_ms
        return 0

    def is_alone(self):
        """Whether its watchdog has run out."""
        return bool(self._watchdog_ms) and self.now_ms - self._written_ms >= self._watchdog_ms

    def move(self, now_ms):
        """Coils, travel and relays of one step; the load side is as the step before left it."""
        self.now_ms = now_ms
        if self.is_alone():
            self._go_home()
        orders = self._orders
        self.bond.order(now_ms, bool(orders["bond_cmd"]))
        wants_closed = bool(orders["close_cmd"])
        if not wants_closed or self._may_close():
            self.main.order(now_ms, wants_closed)
            self.series.order(now_ms, wants_closed)
        self.circuits = orders["circuits_cmd"]
        for contactor in (self.main, self.series, self.bond):
            contactor.step(now_ms)

    def _may_close(self):
        return not self.has_interlocks or self.load.v_v < DEAD_BUS_V

    def _go_home(self):
        """What it does by itself when nobody speaks to it: on a dead bus the bond opens, then the poles may close."""
        orders = self._orders
        if not orders["close_cmd"] and not self._may_close():
            return
        home = dict(orders, bond_cmd=0)
        if orders["close_cmd"] or self.bond.show_open():
            home.update(close_cmd=1, circuits_cmd=self.every_circuit)
        if home != orders:
            self._orders = home
            for point in ORDERS:
                self.bank.set(point, home[point])

    # --- one step -----------------------------------------------------------------------------------------------

    def advance(self, now_ms, dt_ms):
        """Alone on a bench there is nothing behind it but the grid."""
        if not self.is_in_house:
            self.move(now_ms)
            is_fed = self.is_path_closed("a")
            self.load.v_v = self.v_ln_v[0] if is_fed else 0.0
            self.load.f_hz = self.f_hz if is_fed else None
            self.load.phase_deg = 0.0 if is_fed else None

    def measure(self, f_hz):
        """What the registers show."""
        load, show = self.load, self.show
        for name, v_v in zip("abc", self.v_ln_v):
            show("grid_%s_v" % name, v_v)
        show("grid_f_hz", f_hz if max(self.v_ln_v) >= DEAD_BUS_V else None)
        show("load_v", load.v_v)
        show("load_f_hz", load.f_hz if load.v_v >= DEAD_BUS_V else None)
        show("load_w", load.p_w)
        show("phase_deg", load.phase_deg)
        for pole in self.main.poles:
            show("open_" + pole, int(self.main.shows_open(pole)))
        show("series_open", int(self.series.show_open()))
        show("bond_closed", int(not self.bond.show_open()))
        show("circuits_on", self.circuits)
        show("is_enabled", int(self.is_inverter_enabled()))
        show("reset_button", int(self.is_reset_pressed))
