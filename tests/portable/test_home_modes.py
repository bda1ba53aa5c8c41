"""Each energy mode at a whole site, hours at a time: what it does, when, and that replay from a keyframe does the same.

Not its job: single decisions (test_law_site_energy.py). Source: edge/household/energy.py.
"""
import json

from edge import home_reasons
from edge.household.energy import Energy
from tests.portable.home_bench import CAPACITY_WH, CHARGER, HOUR_MS, MIDNIGHT_S, Home, HomeBattery, config, day

# Cheapest from 03:00 to 05:00, dear in the evening.
NIGHT = (0.20, 0.19, 0.18, 0.12, 0.13, 0.2, 0.25, 0.32, 0.34, 0.30, 0.26, 0.22,
         0.20, 0.19, 0.21, 0.25, 0.30, 0.38, 0.42, 0.40, 0.36, 0.30, 0.26, 0.22)


def at_home(mode, soc_pct=50, prices=NIGHT, home=None, dt_ms=30000, **options):
    """A Home in that mode with prices told."""
    made = Home(config(dict(home or {}, mode=mode), **options.pop("sections", {})), soc_pct=soc_pct, dt_ms=dt_ms, **options)
    if prices:
        made.command(**day(*prices))
    return made


def leaves(home, hour, e_needed_wh):
    home.command(kind="departure", der=0, t_departure_ms=int(hour * HOUR_MS), e_needed_wh=e_needed_wh, soc_pct=None)


def by_hour(home, hours):
    """Mean power of the vehicle in each hour, W."""
    means_w = []
    for _ in range(hours):
        total_w = 0
        ticks = HOUR_MS // home.dt_ms
        for _ in range(ticks):
            home.tick()
            total_w += home.vehicles[0].p_w
        means_w.append(round(total_w / ticks))
    return means_w


def told(home, reason):
    return [event for event in home.events if event[0] == reason]


def test_tariff_charges_in_the_cheapest_hours_before_the_departure():
    home = at_home("tariff")
    leaves(home, 7, 12000)
    means_w = by_hour(home, 7)
    assert [hour for hour in range(7) if means_w[hour] < -500] == [3, 4], means_w
    assert means_w[3] < -7000, "the cheaper one whole"
    assert home.vehicles[0].e_wh >= CAPACITY_WH * 0.5 + 12000
    assert told(home, home_reasons.PRICES_TAKEN)


def test_a_promise_that_needs_more_hours_takes_the_next_cheapest_in_time():
    home = at_home("tariff")
    leaves(home, 7, 27000)
    means_w = by_hour(home, 7)
    assert [hour for hour in range(7) if means_w[hour] < -5000] == [2, 3, 4] or means_w[1] < -1000, means_w
    assert home.vehicles[0].e_wh >= CAPACITY_WH * 0.5 + 27000
    assert means_w[6] > -100, "nothing is left for the dear end"


def test_timed_charges_in_its_hours_and_says_so():
    home = at_home("timed", prices=None, home={"start_min": 120, "end_min": 300})
    assert by_hour(home, 1) == [0] and "waiting" in home.why()
    assert by_hour(home, 1)[0] > -100
    means_w = by_hour(home, 4)
    assert means_w[0] < -7000 and means_w[3] == 0, means_w
    home = at_home("timed", prices=None, home={"start_min": 1380, "end_min": 60})
    assert by_hour(home, 2)[0] < -7000 and home.vehicles[0].p_w == 0, "over midnight"


def test_timed_hours_that_are_too_short_for_the_promise_are_left_early_enough():
    home = at_home("timed", prices=None, home={"start_min": 120, "end_min": 180})
    leaves(home, 6, 20000)
    by_hour(home, 6)
    assert home.vehicles[0].e_wh >= CAPACITY_WH * 0.5 + 20000


def test_without_a_clock_timed_and_tariff_charge():
    for mode in ("timed", "tariff"):
        home = at_home(mode, home={"start_min": 120, "end_min": 300}, shift_s=None)
        assert by_hour(home, 1)[0] < -7000, mode


def test_own_surplus_is_followed_and_nothing_drawn():
    home = at_home("pv", prices=None)
    home.load_w, home.pv_w = 400, 3400
    home.run(600)
    assert abs(home.p_pcc_w()) < 20 and "own surplus" in home.why(), (home.p_pcc_w(), home.why())
    for pv_w, expected_w in ((5000, -4600), (2000, -1600), (9000, -7360)):
        home.pv_w = pv_w
        home.run(120)
        assert abs(home.vehicles[0].p_w - expected_w) < 20
    home.pv_w = 0
    home.run(3600)
    assert home.vehicles[0].p_w == 0
    home.load_w, home.pv_w = 300, 700
    home.run(3600)
    assert home.vehicles[0].p_w == 0 and "less than worth running" in home.why()


def test_own_surplus_keeps_the_promise_in_the_cheapest_hours():
    home = at_home("pv")
    leaves(home, 7, 10000)
    means_w = by_hour(home, 7)
    assert [hour for hour in range(7) if means_w[hour] < -500] in ([3], [3, 4]), means_w
    assert home.vehicles[0].e_wh >= CAPACITY_WH * 0.5 + 10000


def test_the_house_runs_on_the_vehicle_and_never_feeds_the_grid():
    home = at_home("v2h", soc_pct=80, prices=NIGHT)
    home.run(17 * 3600)
    for load_w in (1500, 3000, 700, 5200, 900):
        home.load_w = load_w
        home.run(600)
        assert abs(home.p_pcc_w()) < 20, (load_w, home.p_pcc_w())
        assert "own use" in home.why()
    home.load_w = 9000
    home.run(60)
    assert abs(home.vehicles[0].p_w - 7360) < 1


def test_the_floor_ends_it():
    home = at_home("v2h", soc_pct=22)
    home.load_w = 6000
    home.run(16 * 3600)
    home.vehicles[0].e_wh = 0.22 * CAPACITY_WH
    home.run(3 * 3600)
    assert 0.195 * CAPACITY_WH < home.vehicles[0].e_wh < 0.201 * CAPACITY_WH and home.vehicles[0].p_w == 0


def test_without_consent_it_only_charges():
    home = at_home("v2h", soc_pct=80, sections={"chargers": (dict(CHARGER, v2g_consent=False),)})
    home.load_w = 3000
    assert max(by_hour(home, 20)) <= 0


def test_all_feeds_the_grid_only_where_that_pays():
    home = at_home("all", soc_pct=80, home={"export_allowed": True, "wear_per_kwh": 0.02})
    prices = day(*NIGHT)
    prices["export_per_kwh"] = [price - 0.02 for price in NIGHT]
    home.command(**prices)
    home.run(17 * 3600)
    home.run(1800)
    assert home.vehicles[0].p_w == 7360 and "arbitrage" in home.why()
    home = at_home("v2h", soc_pct=80, home={"wear_per_kwh": 0.02})
    home.command(**prices)
    home.run(17 * 3600 + 1800)
    assert abs(home.p_pcc_w()) < 20


def test_vehicle_for_grid_stays_at_zero_power():
    home = at_home("grid")
    assert by_hour(home, 5) == [0] * 5 and "vars only" in home.why()


def test_charge_is_left_to_the_default():
    home = at_home("charge")
    home.run(60)
    assert home.vehicles[0].p_w == -7360 and "default" in home.why() or "nameplate" in home.why()


def test_a_mode_is_switched_by_command_and_withdrawn():
    home = at_home("pv", soc_pct=60, prices=None)
    home.load_w, home.pv_w = 400, 2400
    home.run(600)
    assert abs(home.vehicles[0].p_w + 2000) < 20
    home.command(kind="energy_mode", mode="grid")
    home.run(60)
    assert home.vehicles[0].p_w == 0
    assert home.energy.kept() == [{"kind": "energy_mode", "mode": "grid"}]
    home.command(kind="energy_mode", mode=None)
    home.run(600)
    assert abs(home.vehicles[0].p_w + 2000) < 20


def test_demand_turn_up_takes_more_for_its_time():
    home = at_home("tariff", soc_pct=60)
    home.command(kind="announce", id="a", what="turn_up", start_ms=HOUR_MS, end_ms=2 * HOUR_MS, text="", p_w=None)
    home.command(kind="announce", id="b", what="notice", start_ms=0, end_ms=10 * HOUR_MS, text="x", p_w=None)
    means_w = by_hour(home, 3)
    assert means_w[0] > -100 and means_w[1] < -7000 and means_w[2] == 0, means_w
    home = at_home("pv", soc_pct=60, prices=None)
    home.command(kind="announce", id="a", what="turn_up", start_ms=HOUR_MS, end_ms=2 * HOUR_MS, text="", p_w=-3000)
    means_w = by_hour(home, 3)
    assert means_w[0] > -100 and -3100 < means_w[1] < -2900 and means_w[2] == 0, means_w


def test_a_negative_price_is_used_and_room_is_left_before():
    prices = list(NIGHT)
    prices[12:15] = [-0.1, -0.2, -0.1]
    home = at_home("tariff", soc_pct=70, prices=prices)
    means_w = by_hour(home, 16)
    assert means_w[3] == 0 and means_w[13] < -7000, means_w
    assert 0.8 * CAPACITY_WH < home.vehicles[0].e_wh < 0.95 * CAPACITY_WH, "room is left for tomorrow's"


def test_prices_of_this_moment_from_the_site_link():
    link = {"host": "127.0.0.1"}
    rows = [{"quantity": "import_per_kwh", "topic": "home/price"}]
    home = at_home("tariff", prices=None, sections={"site_link": link, "input": rows})
    home.values = {"import_per_kwh": 0.9}
    home.run(600)
    assert home.vehicles[0].p_w == 0
    home.values = {"import_per_kwh": 0.05}
    home.run(600)
    assert home.vehicles[0].p_w == -7360


def test_an_unknown_house_is_not_fed_and_the_promise_still_holds():
    home = at_home("v2h", soc_pct=50)
    leaves(home, 7, 10000)
    home.is_metered = False
    means_w = by_hour(home, 7)
    assert max(means_w) <= 0 and home.vehicles[0].e_wh >= CAPACITY_WH * 0.5 + 10000


def test_an_unknown_state_of_charge_is_not_discharged():
    home = at_home("v2h", soc_pct=80)
    home.says_soc = False
    home.load_w = 4000
    home.run(17 * 3600)
    assert max(by_hour(home, 4)) <= 0


def test_prices_that_ended_are_told_once():
    home = at_home("tariff")
    by_hour(home, 26)
    assert len(told(home, home_reasons.PRICES_MISSING)) == 1


def test_a_keyframe_in_the_middle_of_a_plan_changes_nothing():
    home = at_home("v2h", soc_pct=70, dt_ms=1000, prices=NIGHT)
    leaves(home, 20, 5000)
    home.run(900)
    original = home.energy
    for seconds in (3, 7, 20, 400):
        home.run(seconds)
        copied = Energy(home.state.config)
        copied.load(json.loads(json.dumps(original.dump())))
        assert copied.dump() == original.dump(), seconds
        home.state.household.energy_use = copied
        original = copied
    twin = at_home("v2h", soc_pct=70, dt_ms=1000, prices=NIGHT)
    leaves(twin, 20, 5000)
    twin.run(900 + 430)
    assert twin.energy.dump() == home.energy.dump()


def worst_cycle_w(home, seconds):
    """Largest swing of the home battery or vehicle within an hour of steady sun and load, after a time to settle, W."""
    home.run(1800)
    vehicle, battery = [], []
    for _ in range(seconds):
        home.tick()
        vehicle.append(home.vehicles[0].p_w)
        battery.append(home.battery.p_w)
    return max(max(vehicle) - min(vehicle), max(battery) - min(battery))


def beside(order, battery, mode="pv", **options):
    rows = [{"quantity": "battery_w", "topic": "home/battery"}]
    home = at_home(mode, prices=None, dt_ms=1000, battery=battery, sections={
        "site": {"other_battery": order}, "site_link": {"host": "127.0.0.1"}, "input": rows}, **options)
    return home


class Linked(HomeBattery):
    """Its power reaches the gateway by the site link."""

    def __init__(self, home_values, **options):
        super().__init__(**options)
        self.values = home_values

    def follow(self, p_pcc_w, dt_ms):
        """As it was measured before this step."""
        super().follow(p_pcc_w, dt_ms)
        self.values["battery_w"] = self.p_w


def living_with(order, mode="pv", soc_pct=50, **options):
    home = beside(order, None, mode, soc_pct=soc_pct)
    home.values = {"battery_w": 0}
    home.battery = Linked(home.values, **options)
    return home


def test_vehicle_first_beside_a_home_battery():
    home = living_with("ev_first", capacity_wh=100000)
    home.load_w, home.pv_w = 500, 4500
    assert worst_cycle_w(home, 3600) < 200
    assert -4000 < home.vehicles[0].p_w < -3900 and -100 < home.battery.p_w <= 0


def test_battery_first_beside_a_vehicle():
    home = living_with("battery_first", p_max_w=2000, capacity_wh=100000)
    home.load_w, home.pv_w = 500, 6500
    assert worst_cycle_w(home, 3600) < 200
    assert -4000 < home.vehicles[0].p_w < -3800 and -2050 < home.battery.p_w < -1950
    home = living_with("battery_first", capacity_wh=100000)
    home.load_w, home.pv_w = 500, 4500
    home.run(3600)
    assert home.vehicles[0].p_w == 0 and "home battery first" in home.why()


def test_neither_ever_runs_on_the_other():
    for order in ("ev_first", "battery_first"):
        home = living_with(order, "v2h", soc_pct=80, e_wh=60000, capacity_wh=100000)
        home.command(**day(0.1, 0.1, *[0.5] * 22))
        fed_s = 0
        for second in range(3 * 3600):
            home.load_w = 2500 if second // 700 % 3 == 0 else 400
            home.pv_w = 3000 if second // 1100 % 4 == 1 else 0
            home.tick()
            vehicle_w, battery_w = home.vehicles[0].p_w, home.battery.p_w
            fed_s += vehicle_w < -200 and battery_w > 200 or vehicle_w > 200 and battery_w < -200
        assert fed_s < 60, (order, fed_s)


def test_people_are_told_the_plan_and_asking_changes_nothing():
    home = at_home("v2h", soc_pct=60, dt_ms=1000)
    leaves(home, 20, 10000)
    home.run(60)
    before = json.dumps(home.energy.dump())
    told_now = home.energy.status(home.state, home.now_ms)
    assert json.dumps(home.energy.dump()) == before
    assert json.loads(json.dumps(told_now))["mode"] == "v2h" and told_now["prices_known"]
    assert told_now["import_per_kwh"] == 0.2 and abs(told_now["lacking_w"] - 500) < 2
    vehicle = told_now["vehicles"][0]
    assert vehicle["name"] == "evse1" and vehicle["words"] == "charging 03:00 to 05:00", vehicle["words"]
    assert vehicle["plan"][0][0] == MIDNIGHT_S and len(vehicle["plan"]) == 4 * 20 - 1
    charged_kwh = sum([row[1] for row in vehicle["plan"] if row[1] > 0]) / 4
    assert 13 < charged_kwh < 15 and vehicle["plan"][13][1] > 7
    assert 0 < vehicle["cost"] < charged_kwh * 0.15
    view, commitments = home.state.ders[0].view, home.state.commitments

    def planned():
        return home.energy.status(home.state, home.now_ms)["vehicles"][0]["plan"] is not None

    for wish in ("idle", "charge_now"):
        kept, view.wish = view.wish, (wish, None)
        assert not planned(), "it has other things in hand"
        view.wish = kept
    commitments.is_permitted = False
    assert not planned()
    commitments.is_permitted = True
    assert planned()
    home.vehicles[0].is_here = False
    home.run(2)
    assert not planned()


def test_a_plan_is_about_what_is_to_come():
    home = at_home("tariff", soc_pct=30, dt_ms=1000)
    leaves(home, 20, 20000)
    home.run(3 * 3600 + 420)
    view = home.state.ders[0].view

    def words():
        return home.energy.status(home.state, home.now_ms)["vehicles"][0]["words"]

    assert view.p_ac_w < -1000 and words().startswith("charging until 0"), (view.p_ac_w, words())
    view.p_ac_w = 0
    assert words().startswith("charging 03:15 to 0"), "the quarter-hour that began is no plan any more"
