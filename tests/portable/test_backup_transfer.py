"""The commanded transfer on a house in memory: there, back, and each fault on the way; the bench judges every 10 ms.

Source: ARCHITECTURE.md, backup: never more than 50 V of the inverter while a pole is closed, never closed onto an island.
"""

from edge import home_reasons as r
from tests.portable.backup_bench import document, islanded, on_grid

DEAD = [0.0, 0.0, 0.0]


def lose(house):
    """Total loss."""
    house.grid_v = [0.0, 0.0, 0.0]
    return house


def give_back(house):
    """The grid is good again."""
    house.grid_v, house.grid_f_hz = [230.0, 230.0, 230.0], 50.0
    return house


def test_total_loss_to_supplied_critical_load_within_three_seconds():
    house = lose(on_grid())
    took_ms = house.until("islanded")
    while house.load_w() < 400:
        house.run(0.01)
        took_ms += 10
    assert took_ms <= 3000, took_ms
    assert house.states() == ["opening", "bonding", "probing", "raising", "islanded"]
    assert house.der.view.island == r.ISLANDED and not house.der.view.permit_service
    assert abs(house.form_v - 230) < 1 and house.bond.is_closed


def test_circuits_come_by_priority_one_at_a_time():
    house = lose(on_grid())
    house.until("islanded")
    seen = []
    for _ in range(40):
        house.run(0.1)
        if house.circuits & 7 not in seen:
            seen.append(house.circuits & 7)
    assert [mask for mask in seen if mask] == [1, 3, 7]


def test_the_way_back_waits_for_the_whole_delay_and_the_vehicle_for_its_own():
    house = give_back(islanded())
    assert house.until("stopping_to_return") >= 10000
    house.until("entering_service")
    assert house.states()[-4:] == ["stopping_to_return", "unbonding", "closing", "entering_service"]
    assert house.is_path_closed("a") and house.is_path_closed("n") and house.circuits & 7 == 7
    assert house.der.view.island == r.RETURN_DELAY and house.der.view.permit_service
    assert 5000 <= house.until("on_grid") <= 5300
    assert house.der.view.island == 0


def test_any_excursion_starts_the_delay_anew():
    house = give_back(islanded())
    for volts, hertz in ((195.0, 50.0), (260.0, 50.0), (230.0, 49.0), (230.0, 51.0)):
        house.run(9)
        house.grid_v, house.grid_f_hz = [230.0, volts, 230.0], hertz
        house.run(0.1)
        give_back(house)
    assert house.seq.state == "islanded"
    assert house.until("stopping_to_return") >= 9800


def test_a_short_break_and_a_sag_never_transfer():
    house = on_grid()
    for volts, duration_s in ((0.0, 0.8), (100.0, 20), (160.0, 60), (15.0, 30)):
        house.grid_v = [volts] * 3
        house.run(duration_s)
        assert house.states() == [], volts
        give_back(house).run(2)


def test_one_dead_phase_is_no_total_loss():
    house = on_grid()
    house.grid_v = [0.0, 230.0, 230.0]
    house.run(20)
    assert house.states() == ["grid_lost"] and house.is_path_closed("a"), "nothing moves, the vehicle has to wait afterwards"


def test_a_grid_that_comes_back_while_the_poles_move_is_waited_for_as_an_island():
    house = lose(on_grid())
    house.until("opening")
    give_back(house).until("islanded", 5)
    house.run(8)
    assert house.seq.state == "islanded"
    house.until("entering_service")


def test_a_welded_pole_that_says_so_locks_out_and_the_house_returns():
    for pole in ("a", "n"):
        house = on_grid()
        house.poles[pole].is_stuck = True
        lose(house).run(4)
        assert house.seq.state == "locked_out" and house.seq.lockout == r.SWITCH_STUCK, pole
        assert not house.orders.form and not house.orders.bond
        house.poles[pole].is_stuck = False
        give_back(house).until("locked_out_no_grid")
        assert house.der.view.island == r.LOCKED_OUT
        house.until("locked_out_on_grid")
        assert house.der.view.island == 0 and house.seq.lockout == r.SWITCH_STUCK


def test_welded_and_lying_with_series_contactor_open_is_apart_all_the_same():
    house = on_grid()
    house.poles["a"].is_stuck, house.poles["a"].lie = True, True
    lose(house).until("islanded", 5)
    assert not house.is_path_closed("a")


def test_everything_welded_and_lying_is_found_by_the_probe():
    house = lose(on_grid())
    house.until("opening")
    for contactor in (house.poles["a"], house.series):
        contactor.is_stuck, contactor.lie, contactor.is_closed = True, True, True
    house.run(6)
    assert house.seq.state == "locked_out" and house.seq.lockout == r.ISOLATION_UNPROVEN
    assert "raising" not in house.states() and house.form_v == 0
    assert (r.LOCKED_OUT, "backup", ["isolation not proven"]) in house.events


def test_a_bus_that_does_not_build_up_locks_out():
    house = lose(on_grid())
    house.i_fault_v = 8.0
    house.run(6)
    assert house.seq.lockout == r.FORMING_FAILED and "raising" not in house.states()


def test_a_stuck_and_a_slow_switch():
    house = on_grid()
    for contactor in list(house.poles.values()) + [house.series]:
        contactor.travel_ms = 1500
    assert 3000 < lose(house).until("islanded", 10) < 5000
    house = on_grid()
    house.series.is_stuck = True
    lose(house).run(4)
    assert house.seq.state == "locked_out" and house.seq.lockout == r.SWITCH_STUCK


def test_a_contact_that_lies_while_the_house_hangs_on_the_grid_bars_the_transfer():
    house = on_grid()
    house.poles["a"].lie = True
    house.run(4)
    assert house.seq.state == "locked_out_on_grid" and house.seq.lockout == r.CONTRADICTION
    assert house.der.view.island == 0 and house.orders.close
    lose(house).run(20)
    assert house.states() == ["locked_out_on_grid", "locked_out_no_grid"]


def test_a_pole_that_closes_in_an_island_ends_it_at_once():
    house = islanded()
    house.poles["a"].lie = False
    house.run(0.2)
    assert house.seq.state == "locked_out" and house.form_v == 0


def test_the_bond_must_answer_on_the_way_there_in_between_and_back():
    house = on_grid()
    house.bond.is_stuck = True
    lose(house).run(5)
    assert house.seq.lockout == r.BOND_FAILED and "probing" not in house.states()
    house = islanded()
    house.bond.lie = True
    house.run(0.6)
    assert house.seq.lockout == r.BOND_FAILED and house.form_v == 0
    house = islanded()
    house.bond.is_stuck = True
    give_back(house).run(30)
    assert house.seq.state == "locked_out" and house.seq.lockout == r.BOND_FAILED and not house.is_path_closed()


def test_a_charger_that_does_not_stop_is_never_closed_onto():
    house = islanded()
    house.is_deaf = True
    give_back(house).run(40)
    assert house.seq.state == "locked_out" and house.seq.lockout == r.CONTRADICTION and not house.is_path_closed()


def test_a_switch_that_does_not_close_is_tried_once():
    house = islanded()
    house.series.is_stuck = True
    give_back(house).until("locked_out")
    house.run(60)
    assert house.seq.state == "locked_out" and house.states().count("locked_out_closing") == 0


def test_the_hardware_must_let_the_charger_form():
    house = on_grid()
    house.is_enabled = 0
    lose(house).run(5)
    assert house.seq.lockout == r.ISOLATION_UNPROVEN and "probing" not in house.states()


def test_reset_only_on_site_and_a_stuck_button_resets_nothing():
    house = on_grid()
    house.bond.is_stuck = True
    house.reset_button = 1
    lose(house).run(20)
    assert house.seq.lockout
    house.bond.is_stuck = False
    house.reset_button = 0
    house.run(0.3)
    house.reset_button = 1
    house.run(0.2)
    assert not house.seq.lockout and r.LOCKOUT_RESET in house.reasons()
    house.until("islanded")
    house.bond.lie = True
    house.run(1)
    assert house.seq.lockout
    house.bond.lie = None
    house.commands = [{"kind": "reset_lockout"}]
    house.run(0.2)
    assert not house.seq.lockout


def test_neutral_that_is_not_switched_needs_no_bond():
    house = on_grid(document(backup={"earthing": "MEN", "neutral_switched": False, "bond": False}))
    house.poles["n"].is_stuck = True        # no pole of this site
    house._judge = lambda: None             # the bench counts it
    lose(house).until("islanded", 5)
    assert not house.orders.bond


def test_no_vehicle_no_transfer_and_it_says_why():
    house = on_grid()
    house.der.view.state, house.der.view.plugged = "no_vehicle", False
    lose(house).run(5)
    assert house.states() == ["grid_lost"] and (r.BACKUP_REFUSED, "backup", ["no vehicle"]) in house.events
    house.der.view.state, house.der.view.plugged = "connected", True
    house.until("islanded", 5)


def test_the_island_ends_in_order_at_the_driving_reserve():
    house = islanded()
    house.soc_pct = 24
    house.run(0.2)
    assert r.LOW_SOC in house.reasons()
    house.soc_pct = 20
    house.until("waiting_open", 10)
    sheds = [event[2][0] for event in house.events if event[0] == r.SHED]
    assert sheds == ["heater", "kitchen", "lights"] and house.form_v == 0
    house.run(60)
    assert house.seq.state == "waiting_open"
    give_back(house).until("on_grid")


def test_a_declared_island_leaves_a_good_grid_and_comes_back():
    house = on_grid()
    house.commands = [{"kind": "island", "on": True, "until_ms": house.now_ms + 30000}]
    house.until("islanded", 5)
    house.run(20)
    assert house.seq.state == "islanded"
    house.until("on_grid", 40)
    assert house.grid_v == [230.0, 230.0, 230.0]


def test_an_announced_outage_is_followed_only_where_that_is_configured():
    for lead_s, expected in ((None, "on_grid"), (5, "islanded")):
        house = on_grid(document(backup={"planned_lead_s": lead_s}))
        start_ms = house.now_ms + 20000
        house.commands = [{"kind": "announce", "id": "n1", "what": "outage", "start_ms": start_ms,
                           "end_ms": start_ms + 600000, "text": "", "p_w": None}]
        house.run(14)
        assert house.seq.state == "on_grid" and house.part.status(house.now_ms)["next_outage_ms"] == start_ms
        house.run(4)
        assert house.seq.state == expected
    lose(house).run(10)
    give_back(house).until("on_grid", 40)       # it ended early: nobody waits for its announced end


def test_observing_nothing_is_moved_and_an_island_does_not_notice():
    house = on_grid()
    house.der.view.observe = True
    lose(house).run(10)
    assert house.states() == ["starting"] and not house.orders.is_wanted and house.is_path_closed()
    house = islanded()
    house.der.view.observe = True
    house.run(5)
    assert house.seq.state == "islanded" and house.orders.is_wanted


def test_a_clean_stop_ends_the_island_in_order_before_anything_is_given_back():
    house = islanded()
    house.is_stopping = True
    house.until("waiting_open", 9)
    house.run(0.2)
    assert house.form_v == 0 and not house.orders.is_wanted
    assert "shutting_down" in house.states()
