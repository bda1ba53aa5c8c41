"""The house of the simulator alone: poles couple, interlocks are hardware, the island has limits."""

import pytest

from host_sim.plant.devices import make_device
from host_sim.plant.house.ac_pv import AcPv
from host_sim.plant.house.circuits import Board, Circuit
from host_sim.plant.house.contactor import Contactor
from host_sim.plant.house.grid_source import STREET_S, STUB_S, GridSource
from host_sim.plant.house.house import House
from host_sim.plant.house.island_bus import solve

FINE = (1.0, 1.0, 1.0)
DEAD = (0.0, 0.0, 0.0)
LOSS_MS = 1000
V_NOM_V = 230.0
STEP_MS = 10
CLOSED, OPEN = 1, 0


class Bench:
    """A house without a gateway: the test writes what a gateway would."""

    def __init__(self, *, dead_s=STREET_S, back_ms=None, loads_w=(300, 1000), pv_w=0, has_interlocks=True, soc_pct=60, capacity_wh=60000):
        rows = [(0, FINE, 50.0), (LOSS_MS, DEAD, 50.0)] + ([(back_ms, FINE, 50.02)] if back_ms else [])
        self.switch = make_device("sim-transfer-switch", has_interlocks=has_interlocks)
        self.charger = make_device("sim-v2h", storage={"soc_pct": soc_pct, "capacity_wh": capacity_wh})
        circuits = [Circuit("c%d" % at, relay=at + 1, p_w=p_w) for at, p_w in enumerate(loads_w)]
        pv = (AcPv(pv_w), circuits[-1].bit) if pv_w else None
        self.house = House(GridSource(rows, dead_s=dead_s), self.switch, self.charger, Board(circuits, V_NOM_V), pv)
        self.now_ms = 0

    def run(self, for_ms):
        for _ in range(for_ms // STEP_MS):
            self.now_ms += STEP_MS
            self.house.step(self.now_ms, STEP_MS)
        return self

    def order(self, close, bond=0, circuits=0xFFF):
        """The three orders of the switch in one write."""
        address = self.switch.bank.points["close_cmd"].address
        assert self.switch.bank.write(16, address, [close, bond, circuits]) == 0

    def form(self, v_v, *, is_on=1, f_hz=50.0, i_a=0.0):
        """Owner, then the forming order."""
        bank = self.charger.bank
        assert bank.write(16, bank.points["owner"].address, [1, 0]) == 0
        return bank.write(16, bank.points["form_cmd"].address, [is_on, round(v_v * 10), round(f_hz * 1000), round(i_a * 10)])

    def opened(self):
        """Grid lost, poles open."""
        self.run(LOSS_MS + 200)
        self.order(OPEN)
        return self.run(200)


def test_a_closed_switch_is_the_grid():
    bench = Bench().run(500)
    assert bench.house.v_load_v == V_NOM_V and bench.house.v_island_v == 0
    assert bench.switch.bank.get("load_v") == V_NOM_V and bench.switch.bank.get("open_a") == 0


def test_an_open_switch_lets_the_charger_make_an_island():
    bench = Bench().opened()
    assert bench.switch.bank.get("open_a") == bench.switch.bank.get("open_n") == bench.switch.bank.get("series_open") == 1
    assert bench.house.v_load_v == 0
    bench.form(230)
    bench.run(1000)
    assert bench.charger.bank.get("form_state") == 1
    # Droop: the voltage falls with the load, the frequency too.
    share = 1300 / 7400
    assert bench.house.v_load_v == pytest.approx(230 * (1 - 0.02 * share), abs=0.3)
    assert bench.house.f_load_hz == pytest.approx(50 - 0.1 * share, abs=0.005)
    assert bench.house.v_grid_v[0] == 0
    assert bench.charger.p_w == pytest.approx(1300, rel=0.02)
    assert bench.charger.state() == "discharging", "a grid that is gone is no fault of it"


@pytest.mark.parametrize("dead_s, follows", [(STUB_S, True), (STREET_S, False)])
def test_through_a_welded_pole_the_grid_side_follows_or_pulls_the_voltage_down(dead_s, follows):
    bench = Bench(dead_s=dead_s)
    bench.switch.main.weld("a")
    bench.switch.series.weld("series")
    for contactor, pole in ((bench.switch.main, "a"), (bench.switch.series, "series")):
        contactor.lies[pole] = True
    bench.run(LOSS_MS + 200)
    bench.order(OPEN, circuits=0)
    bench.run(200)
    bench.form(40, i_a=2)
    bench.run(250)
    assert bench.switch.bank.get("open_a") == 1, "the contact lies"
    assert bench.house.v_grid_v[0] == bench.house.v_load_v
    if follows:
        assert bench.house.v_load_v == pytest.approx(40, abs=1)
    else:
        assert 0 < bench.house.v_load_v < 10, "two amperes into thirty kilowatts of neighbours"


def test_a_welded_pole_alone_is_cut_by_the_series_contactor():
    bench = Bench()
    bench.switch.main.weld("a")
    bench.run(LOSS_MS + 200)
    bench.order(OPEN)
    bench.run(200)
    assert not bench.switch.is_path_closed("a")
    assert bench.switch.bank.get("open_a") == 0 and bench.switch.bank.get("series_open") == 1


def test_the_enable_wire_drops_the_inverter_whatever_is_ordered():
    bench = Bench()
    bench.switch.main.weld("a")
    bench.run(LOSS_MS + 200)
    bench.order(OPEN)
    bench.run(200)
    bench.form(230)
    bench.run(500)
    assert not bench.charger.is_forming and bench.house.v_load_v == 0
    assert bench.switch.bank.get("is_enabled") == 0


def test_without_interlocks_the_same_orders_feed_back_into_the_grid():
    bench = Bench(dead_s=STUB_S, has_interlocks=False)
    bench.run(LOSS_MS + 200)
    bench.form(230)
    bench.run(800)
    assert bench.switch.is_path_closed("a") and bench.house.v_grid_v[0] > 200


def test_the_dead_bus_relay_keeps_the_poles_open_while_the_island_lives():
    bench = Bench().opened()
    bench.form(230)
    bench.run(800)
    bench.order(CLOSED)
    bench.run(500)
    assert not bench.switch.is_any_path_closed() and bench.house.v_load_v > 200
    bench.form(0, is_on=0)
    bench.run(200)
    assert bench.switch.is_path_closed("a"), "dead now: the order stands"


def test_the_charger_does_not_form_onto_a_live_bus():
    bench = Bench(has_interlocks=False).run(500)
    bench.form(230)
    bench.run(200)
    assert not bench.charger.is_forming and bench.house.v_load_v == V_NOM_V


def test_left_alone_the_charger_stops_and_the_switch_goes_home_once_the_bus_is_dead():
    bench = Bench(back_ms=6000)
    for bank, seconds in ((bench.switch.bank, 2), (bench.charger.bank, 3)):
        if bank is bench.charger.bank:
            bank.write(16, bank.points["owner"].address, [1, seconds])
        else:
            bank.write(6, bank.points["watchdog_s"].address, [seconds])
    bench.run(1200)
    bench.order(OPEN, bond=1, circuits=1)
    bench.run(200)
    bank = bench.charger.bank
    assert bank.write(16, bank.points["form_cmd"].address, [1, 2300, 50000, 0]) == 0
    bench.run(2500)     # the switch has given up by now, the charger has not
    assert bench.house.v_load_v > 200 and not bench.switch.is_any_path_closed()
    bench.run(800)
    assert not bench.charger.is_forming and not bench.switch.bond.is_closed("bond")
    assert bench.switch.is_path_closed("a") and bench.switch.circuits == 0xFFF
    bench.run(2000)
    assert bench.house.v_load_v == V_NOM_V, "the grid came back to a closed switch"


def test_a_bond_that_stays_closed_keeps_the_lonely_switch_open():
    bench = Bench()
    bank = bench.switch.bank
    bank.write(6, bank.points["watchdog_s"].address, [2])
    bench.run(1200)
    bench.order(OPEN, bond=1)
    bench.run(200)
    bench.switch.bond.weld("bond")
    bench.run(4000)
    assert not bench.switch.is_any_path_closed()


def test_too_much_load_bends_the_voltage_and_the_charger_gives_up():
    bench = Bench(loads_w=(300, 14000)).opened()
    bench.form(230)
    bench.run(260)
    assert bench.house.v_load_v * bench.charger.p_island_w > 0
    bench.run(2000)
    assert bench.charger.fault_bits & 16 and bench.house.v_load_v == 0
    bench.order(OPEN, circuits=1)
    bench.form(0, is_on=0)
    bench.form(230)
    bench.run(1000)
    assert bench.house.v_load_v > 225, "the order not to form clears it"


def test_an_empty_battery_ends_the_island():
    bench = Bench(soc_pct=5.02, capacity_wh=10000).opened()     # 2 Wh above the floor of its own management
    bench.form(230)
    bench.run(10000)
    assert not bench.charger.is_forming and bench.charger.battery.soc_pct <= 5.0


def test_the_island_is_paid_with_efficiency_and_standby():
    bench = Bench(loads_w=(1000,)).opened()
    bench.form(230)
    bench.run(1000)
    before_mj = bench.charger.battery.e_mj
    bench.run(10000)
    p_w = bench.house.switch.load.p_w
    dc_w = p_w / (0.81 + (0.89 - 0.81) * (p_w - 500) / 500) + 30
    assert (before_mj - bench.charger.battery.e_mj) / 10000 == pytest.approx(dc_w, rel=0.002)


def test_a_raised_frequency_makes_the_pv_step_back_and_too_much_of_it_trips_it():
    bench = Bench(loads_w=(500, 100), pv_w=3000, soc_pct=60).opened()
    bench.form(230)
    bench.run(25000)
    assert bench.house.pv.is_feeding and bench.house.p_pv_w == pytest.approx(3000, rel=0.01)
    assert bench.charger.p_w < -2000, "what the house does not need charges the vehicle"
    bench.form(230, f_hz=51.0)
    bench.run(3000)
    assert 0.2 * 3000 < bench.house.p_pv_w < 0.6 * 3000
    bench.form(230, f_hz=51.8)
    bench.run(3000)
    assert bench.house.p_pv_w < 30
    bench.charger.battery.p_charge_max_w = 0
    bench.form(230, f_hz=50.0)
    bench.run(2500)
    assert bench.house.p_pv_w > 2500 and not bench.charger.fault_bits & 16, "for a moment it takes more than it may"
    bench.run(2000)
    assert bench.charger.fault_bits & 16 and bench.house.v_load_v == 0, "and then gives up"


def test_more_sun_than_the_charger_can_take_raises_the_voltage_until_the_pv_lets_go():
    bench = Bench(loads_w=(500, 100), pv_w=12000).opened()
    bench.form(230)
    bench.run(20000)
    before = bench.house.pv.trips
    highest_v = 0
    for _ in range(200):
        highest_v = max(highest_v, bench.run(20).house.v_load_v)
    assert highest_v > 1.15 * V_NOM_V and bench.house.pv.trips == before + 1 and not bench.house.pv.is_feeding


def test_the_angle_runs_while_island_and_grid_have_different_frequencies():
    bench = Bench(back_ms=4000).opened()
    bench.form(230, f_hz=50.5)
    bench.run(3500)
    first_deg = bench.house.phase_deg
    bench.run(500)
    turned_deg = (bench.house.phase_deg - first_deg) % 360
    assert turned_deg == pytest.approx((bench.house.f_load_hz - 50.02) * 360 * 0.5 % 360, abs=1)
    assert bench.switch.bank.get("phase_deg") == pytest.approx(bench.house.phase_deg, abs=2)


def test_a_contactor_needs_its_time_and_its_mirror_says_closed_meanwhile():
    contactor = Contactor("an", 45, True)
    contactor.order(0, False)
    contactor.step(40)
    assert contactor.is_closed("a") and not contactor.shows_open("a")
    contactor.step(45)
    assert not contactor.is_any_closed() and contactor.show_open()
    contactor.order(50, True)
    assert not contactor.shows_open("a") and not contactor.is_closed("a"), "a mirror opens before its pole closes"
    contactor.is_stuck = True
    contactor.order(60, False)
    contactor.step(100)
    assert contactor.is_closed("a")


def test_inrush_decays_and_what_is_not_delivered_is_counted():
    circuit = Circuit("fridge", relay=1, p_w=100, p_inrush_w=900)
    board = Board([circuit], V_NOM_V)
    board.see(0, 10, 0.0, 1)
    board.see(10, 10, V_NOM_V, 1)
    assert circuit.draws_w(10) == pytest.approx(1000) and circuit.draws_w(130) == pytest.approx(100 + 900 / 2.71828, abs=1)
    assert circuit.draws_w(900) == 100
    for at in range(3600):
        board.see(1000 + 1000 * at, 1000, 100.0, 1)
    assert board.unserved_wh() == pytest.approx(100, rel=0.001), "a hundred volts serve nobody"


@pytest.mark.parametrize("v_set_v, i_max_a, charge_w, g_s, pv_w, v_v, p_w", [
    (230, 38.4, 7400, 1000 / 230 ** 2, 0, 230, 1000),
    (40, 2, 7400, 0.6, 0, 2 / 0.6, 4 / 0.6),                    # the street: two amperes make three volts
    (230, 38.4, 7400, 1000 / 230 ** 2, 3000, 230, -2000),
    (230, 38.4, 500, 1000 / 230 ** 2, 3000, (2500 * 230 ** 2 / 1000) ** 0.5, -500),     # clipped below
    (0, 38.4, 7400, 0.1, 0, 0, 0),
])
def test_the_bus_finds_its_voltage(v_set_v, i_max_a, charge_w, g_s, pv_w, v_v, p_w):
    found_v, found_w = solve(v_set_v, i_max_a, charge_w, g_s, pv_w)
    assert found_v == pytest.approx(min(v_v, 1.3 * v_set_v)) and found_w == pytest.approx(p_w)
