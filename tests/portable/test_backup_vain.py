"""No house stays dark beside a good grid: islands that were only wished for and could not be had, contacts that lie at the return.

Source: ARCHITECTURE.md, backup.
"""

from edge import home_reasons as r
from tests.portable.backup_bench import document, islanded, on_grid
from tests.portable.test_backup_transfer import give_back, lose

WISH = {"kind": "island", "on": True, "until_ms": None}


def wished():
    """An island that the household asked for; the grid is good all the time."""
    house = on_grid()
    house.commands.append(WISH)
    house.until("islanded")
    house.run(5)
    return house


def test_a_wished_island_goes_back_to_the_good_grid_at_the_driving_reserve():
    house = wished()
    house.soc_pct = 19
    house.until("entering_service", limit_s=20)
    assert house.states()[-4:] == ["stopping_to_return", "unbonding", "closing", "entering_service"]
    assert r.BACKUP_REFUSED in house.reasons()
    house.soc_pct = 40
    house.run(60)
    assert house.seq.state == "on_grid", "a wish that could not be had is over"


def test_a_wished_island_that_fails_goes_back():
    house = wished()
    house.i_fault_v = 20        # a short behind the switch
    house.until("entering_service", limit_s=40)
    house.run(60)
    assert house.seq.state == "on_grid" and house.is_path_closed("a")


def test_a_wished_island_that_locks_out_goes_back():
    house = on_grid()
    house.series.is_stuck = True
    house.commands.append(WISH)
    house.until("locked_out_no_grid", limit_s=20)
    assert house.load_v() == 230 and house.seq.lockout == r.SWITCH_STUCK


def test_after_a_reset_beside_a_good_grid_a_dark_house_goes_back_and_tries_no_island():
    house = islanded()
    house.i_fault_v = 20        # a short: the island fails, then so does the next probe
    house.until("locked_out", limit_s=60)
    assert house.part.status(house.now_ms)["waits_for"][0] == "good grid"
    give_back(house).run(2)
    assert house.part.status(house.now_ms)["waits_for"][0].startswith("grid good for ")
    del house.told[:]
    house.commands.append({"kind": "reset_lockout"})
    house.until("on_grid", limit_s=60)
    assert not {"opening", "probing"} & set(house.states()), house.states()


def test_a_locked_out_house_says_what_its_way_back_lacks():
    house = islanded()
    house.i_fault_v = 20
    house.until("locked_out", limit_s=60)
    values = house._charger_values
    house._charger_values = lambda: dict(values(), v_an_v=60)
    give_back(house).run(30)
    assert house.seq.state == "locked_out"
    assert house.part.status(house.now_ms)["waits_for"] == ["charger terminals dead"]
    house._charger_values = values
    house.until("locked_out_no_grid", limit_s=20)
    assert house.part.status(house.now_ms)["waits_for"] == []


def test_an_announced_outage_that_never_comes_leaves_nobody_dark():
    house = on_grid(document(backup={"planned_lead_s": 5}))
    start_ms = house.now_ms + 6000
    house.commands.append({"kind": "announce", "id": "x", "what": "outage", "start_ms": start_ms, "end_ms": start_ms + 3600000})
    house.until("islanded")
    house.soc_pct = 19
    house.until("on_grid", limit_s=60)
    house.soc_pct = 80
    lose(house).until("islanded")
    assert house.now_ms < start_ms + 3600000, "a real loss in its time is one all the same"


def test_a_contact_that_says_open_at_the_return_leaves_the_house_on_the_grid():
    for name in ("a", "series"):
        house = islanded()
        contactor = house.series if name == "series" else house.poles[name]
        contactor.lie = True
        give_back(house).until("locked_out_no_grid", limit_s=40)
        house.run(30)
        assert house.seq.state == "locked_out_on_grid" and house.load_v() == 230, name
        assert house.seq.lockout == r.CONTRADICTION


def test_a_pole_that_stays_open_at_the_return_is_no_lying_contact():
    house = islanded()
    house.poles["n"].is_stuck = True
    give_back(house).until("locked_out", limit_s=40)
    assert house.seq.lockout == r.SWITCH_STUCK


def test_the_bond_stays_while_the_bus_is_live_whatever_the_charger_says():
    house = lose(islanded())
    house.is_deaf = True
    values = house._charger_values
    house._charger_values = lambda: dict(values(), form_state=0)
    house.until("waiting_open", limit_s=20)
    house.run(5)
    assert house.form_v > 50 and house.bond.is_closed


def test_the_bond_outlasts_a_silent_charger_whatever_the_voltmeter_says():
    house = lose(islanded())
    shown = house._switch_values
    house._switch_values = lambda: dict(shown(), load_v=0)
    house.silent.add("charger")
    house.run(20)
    assert house.form_v > 50 and house.bond.is_closed
    house._charger_orders = (False, 0)      # its timer ends it
    house.run(20)
    assert not house.bond.is_closed
