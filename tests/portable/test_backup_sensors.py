"""Measurements that go missing in an island, and a gateway that restarts in the middle: stated actions, never a reconnection.

Source: ARCHITECTURE.md, backup: what is done without a measurement.
"""

from edge import home_reasons as r
from tests.portable.backup_bench import House, islanded, on_grid

# points that are lost, where the house is ten seconds later
LOSSES = (
    (("open_a",), "waiting_open"),
    (("open_n",), "waiting_open"),
    (("series_open",), "waiting_open"),
    (("grid_b_v",), "islanded"),
    (("grid_f_hz",), "islanded"),
    (("load_v",), "islanded"),
    (("load_w",), "islanded"),
    (("bond_closed",), "islanded"),
    (("circuits_on",), "islanded"),
    (("is_enabled",), "islanded"),
    (("form_state",), "waiting_open"),
    (("v_an_v",), "islanded"),
    (("p_ac_w",), "islanded"),
    (("soc_pct",), "islanded"),
)
BACK = [230.0, 230.0, 230.0]


def test_each_sensor_has_its_action():
    for points, expected in LOSSES:
        house = islanded()
        house.missing.update(points)
        house.run(10)
        assert house.seq.state == expected, (points, house.states())
        if expected == "waiting_open":
            assert not house.orders.form and r.SENSOR_LOST in house.reasons(), points


def test_without_it_the_house_never_returns_where_it_proves_something():
    for point in ("open_a", "series_open", "grid_b_v", "grid_f_hz", "load_v", "bond_closed", "form_state"):
        house = islanded()
        house.missing.add(point)
        house.grid_v = list(BACK)
        house.run(30)
        assert not house.is_path_closed() and not house.seq.lockout, (point, house.states())
        house.missing.clear()
        house.until("on_grid", 40)


def test_seen_again_the_house_is_supplied_again():
    house = islanded()
    house.silent.add("switch")
    house.until("waiting_open", 5)
    assert house.form_v == 0
    house.silent.clear()
    house.until("islanded", 12)
    house.silent.add("charger")
    house.until("stopping", 5)
    house._charger_orders = (False, 0)          # its own timer
    house.run(2)
    house.silent.clear()
    house.until("islanded", 20)


def test_a_glitch_of_two_seconds_is_no_loss():
    house = islanded()
    house.silent.update(("switch", "charger"))
    house.run(2)
    house.silent.clear()
    house.run(5)
    assert house.seq.state == "islanded" and house.form_v == 230


def test_a_charger_that_never_speaks_again_does_not_keep_the_house_dark():
    house = islanded()
    house.silent.add("charger")
    house.until("stopping", 5)
    house._charger_orders = (False, 0)
    house.grid_v = list(BACK)
    house.run(30)
    assert not house.is_path_closed()
    house.until("entering_service", 30)
    assert house.is_path_closed()


def test_a_silent_switch_neither_transfers_nor_hides_a_loss_from_the_vehicle():
    house = on_grid()
    house.silent.add("switch")
    house.run(5)
    house.grid_v = [0.0, 0.0, 0.0]
    house.run(10)
    assert house.states() == ["grid_lost"] and house.is_path_closed()
    house.grid_v = list(BACK)
    house.run(3)
    assert house.der.view.island == r.RETURN_DELAY
    house.until("on_grid", 10)


def test_a_switch_that_went_home_by_itself_is_followed():
    house = islanded()
    house.silent.add("switch")
    house.until("waiting_open", 5)
    for contactor in list(house.poles.values()) + [house.series]:
        contactor.order(True)
    house.bond.order(False)
    house.grid_v = list(BACK)
    house.run(1)
    house.silent.clear()
    house.until("entering_service", 5)
    assert house.orders.close and not house.seq.lockout


def test_a_restart_in_an_island_resumes_it_without_a_flicker():
    house = islanded()
    house.restart()
    house.run(0.1)
    assert not house.orders.is_ready                # nothing is written before it is known
    house.until("islanded", 2)
    assert house.states()[-1] == "islanded" and house.form_v == 230 and house.circuits & 7 == 7
    house.grid_v = list(BACK)
    house.until("on_grid", 40)


def test_a_restart_at_every_moment_of_a_transfer_ends_well():
    for after_ms in range(0, 3200, 200):
        house = on_grid()
        house.grid_v = [0.0, 0.0, 0.0]
        house.run(after_ms / 1000)
        house.restart(0.3)
        house.until("islanded", 12)
        assert not house.seq.lockout, after_ms
    for after_ms in range(0, 1500, 200):
        house = islanded()
        house.grid_v = list(BACK)
        house.run(10.0 + after_ms / 1000)
        house.restart(0.3)
        house.until("on_grid", 40)
        assert not house.seq.lockout, after_ms


def test_a_restart_while_isolation_is_not_proven_stops_first():
    house = islanded()
    house.series.lie = False
    house.restart()
    house.run(1)
    assert house.form_v == 0 and "islanded" not in house.states()[-2:]


def test_a_restart_that_sees_no_switch_stops_the_island_before_the_switch_goes_home():
    house = islanded()
    house.silent.add("switch")
    house.restart(2)
    house.run(2)
    assert house.form_v == 0 and house.seq.state == "waiting_open"
    house.silent.clear()
    house.until("islanded", 12)


def test_a_restart_on_the_grid_waits_for_the_vehicle_unless_it_runs():
    house = on_grid()
    house.restart()
    house.run(1)
    assert house.seq.state == "entering_service"
    house = on_grid()
    house.p_set_w = -3000
    house.restart()
    house.run(1)
    assert house.seq.state == "on_grid"


def test_a_start_in_an_outage_supplies_the_house_though_the_charger_shows_a_fault():
    house = House()
    house.grid_v = [0.0, 0.0, 0.0]
    house.der.view.state, house.der.view.plugged = "fault", False
    house.until("islanded", 8)
    house = House()
    house.grid_v, house.soc_pct = [0.0, 0.0, 0.0], None
    house.der.view.state, house.der.view.plugged = "fault", False
    house.run(8)
    assert house.seq.state == "grid_lost" and house.seq.problem == "no vehicle"


def test_a_restart_lifts_no_lock_out():
    house = on_grid()
    house.bond.is_stuck = True
    house.grid_v = [0.0, 0.0, 0.0]
    house.until("locked_out")
    house.restart()
    house.bond.is_stuck = False
    house.told.clear()
    house.run(20)
    assert house.states() == ["locked_out"] and house.seq.lockout == r.BOND_FAILED
    house = on_grid()
    house.poles["a"].lie = True
    house.until("locked_out_on_grid")
    house.poles["a"].lie = None
    house.restart()
    house.run(20)
    assert house.seq.state == "locked_out_on_grid" and house.seq.lockout == r.CONTRADICTION


def test_a_declared_island_survives_a_restart():
    house = on_grid()
    house.commands = [{"kind": "island", "on": True, "until_ms": house.now_ms + 60000}]
    house.until("islanded", 5)
    house.restart()
    house.until("islanded", 2)
    house.run(30)
    assert house.seq.state == "islanded"


def test_a_keyframe_brings_the_whole_sequence_back():
    house = on_grid()
    house.grid_v = [0.0, 0.0, 0.0]
    for _ in range(40):
        other = House(None)
        other.part.load(house.part.dump())
        assert other.part.dump() == house.part.dump()
        assert other.seq.state == house.seq.state and other.seq.entered_ms == house.seq.entered_ms
        house.run(0.1)
    assert house.seq.state == "islanded"


def test_lost_answers_in_the_probe_are_no_missing_voltage():
    house = on_grid()
    house.grid_v = [0.0, 0.0, 0.0]
    house.until("probing")
    house.silent.add("switch")
    house.run(0.9)
    assert house.seq.state == "probing"
    house.silent.clear()
    house.until("islanded", limit_s=3)
    assert not house.seq.lockout


def test_a_charger_that_was_silent_gets_the_order_to_stop_before_it_contradicts():
    for silent_s in (4, 6.5, 12):
        house = islanded()
        house.silent.add("charger")
        house.run(silent_s)
        house.silent.clear()
        house.is_deaf = True        # not taken again yet
        house.run(1.4)
        house.is_deaf = False
        house.run(4)
        assert not house.seq.lockout, (silent_s, house.states())


def test_a_voltmeter_that_stands_still_does_not_hide_a_loss_from_the_vehicle():
    for names in (("grid_b_v",), ("grid_a_v", "grid_b_v", "grid_c_v", "grid_f_hz")):
        house = on_grid()
        shown, stuck = house._switch_values, house._switch_values()
        house._switch_values = lambda: dict(shown(), **{name: stuck[name] for name in names})
        house.grid_v = [0.0, 0.0, 0.0]
        house.run(10)
        assert house.states() == ["grid_lost"], names
        house.grid_v = [230.0, 230.0, 230.0]
        house.run(4.8)
        assert house.der.view.island, "the vehicle waits for its delay"
        house.run(1)
        assert house.seq.state == "on_grid" and not house.der.view.island
