"""The house without its vehicles: balance, what is unknown, the filter; what it learns; living beside a home battery.

Source: edge/household/house.py, forecast.py, other_battery.py.
"""
import json

from edge.household import other_battery
from edge.household.forecast import DEFICIT_ASSUMED_W, Forecast
from edge.household.other_battery import MARGIN_W, OtherBattery
from tests.portable.home_bench import CHARGER, Home, HomeBattery, config


def net_w(home):
    home.run(30)
    return home.energy.house.net_w


def is_near(value, expected):
    return value is not None and abs(value - expected) < 2


def test_the_vehicle_is_never_taken_for_the_house():
    for wish, p_w in (("charge_now", 5000), ("discharge_now", 3000), ("idle", None)):
        home = Home(config({"mode": "v2h"}))
        home.load_w, home.pv_w = 1300, 400
        home.command(kind="wish", der=0, wish=wish, p_w=p_w, until_ms=10**9)
        assert is_near(net_w(home), 900), (wish, home.energy.house.net_w)


def test_what_is_unknown_stays_unknown():
    home = Home(config({"mode": "v2h"}))
    assert is_near(net_w(home), 500)
    home.is_metered = False
    home.run(2)
    assert home.energy.house.net_w is None and home.energy.views[0].lacking_w is None


def test_values_of_the_site_link_in_place_of_devices():
    link = {"host": "127.0.0.1"}
    rows = [{"quantity": name, "topic": "home/" + name} for name in ("p_pcc_w", "pv_w", "battery_w")]
    home = Home(config({"mode": "grid"}, meter=None, pv=None, site_link=link, input=rows))
    for values, expected in (({"p_pcc_w": -700, "pv_w": 2000, "battery_w": -500}, 200),
                             ({"p_pcc_w": -700, "pv_w": None, "battery_w": -500}, None),
                             ({"p_pcc_w": -700, "pv_w": 2000}, None), ({"pv_w": 2000, "battery_w": 0}, None)):
        home.values = values
        home.run(30)
        got = home.energy.house.net_w
        assert got is None if expected is None else is_near(got, expected), (values, got)
    load = [{"quantity": "load_w", "topic": "home/load_w"}]
    home = Home(config({"mode": "grid"}, meter=None, site_link=link, input=load))
    home.pv_w, home.values = 1000, {"load_w": 300}
    assert is_near(net_w(home), -700)


def test_a_step_of_the_house_is_followed_within_seconds_without_overshoot():
    home = Home(config({"mode": "charge"}), dt_ms=100)
    home.run(20)
    home.load_w = 2500
    before = home.energy.house.net_w
    for _ in range(100):
        home.tick()
        now = home.energy.house.net_w
        assert before <= now <= 2500
        before = now
    assert now > 2450


def test_learning_an_average_of_both_sides():
    forecast = Forecast()
    assert forecast.expected(0, 40) == (DEFICIT_ASSUMED_W, 0)
    for tick in range(900):
        forecast.see((0, 40), 600 if tick % 3 == 0 else 0, 0 if tick % 3 == 0 else 300, 1000)
    assert forecast.expected(0, 40) == (DEFICIT_ASSUMED_W, 0), "the quarter-hour is not over yet"
    forecast.see((0, 41), 0, 0, 1000)
    lacking_w, surplus_w = forecast.expected(0, 40)
    assert abs(lacking_w - 200) <= 2 and abs(surplus_w - 200) <= 2
    assert forecast.expected(1, 40) == (lacking_w, surplus_w), "a weekend nobody saw is like a workday"
    for tick in range(901):
        forecast.see((0, 40 if tick < 900 else 41), 1100, 0, 1000)
    assert abs(forecast.expected(0, 40)[0] - 500) <= 3, "a third of the way"


def test_a_quarter_hour_mostly_unseen_teaches_nothing():
    forecast = Forecast()
    for tick in range(900):
        forecast.see((0, 40), 600 if tick < 300 else None, 0, 1000)
    forecast.see((0, 41), 0, 0, 1000)
    forecast.see(None, 0, 0, 1000)
    assert forecast.expected(0, 40) == (DEFICIT_ASSUMED_W, 0)
    again = Forecast()
    again.load(json.loads(json.dumps(forecast.dump())))
    assert again.dump() == forecast.dump()


def beside(order, battery, net, vehicles_w=0, ticks=600):
    """What is left for the vehicles after so many seconds beside a HomeBattery; vehicles take vehicles_w (+ out)."""
    seen = OtherBattery(order)
    offered = None
    for _ in range(ticks):
        offered = seen.step(net, battery.p_w, vehicles_w, 1000)
        battery.follow(-net + vehicles_w + battery.p_w, 1000)
    return offered


def test_without_a_battery_all_is_for_the_vehicles():
    assert OtherBattery("none").step(-3000, 0, 0, 100) == (0, 3000)
    assert OtherBattery("none").step(800, 0, 0, 100) == (800, 0)
    assert OtherBattery("ev_first").step(None, 0, 0, 100) == (None, None)
    assert OtherBattery("ev_first").step(500, None, 0, 100) == (None, None)


def test_vehicle_first_leaves_a_margin_only():
    assert beside("ev_first", HomeBattery(), -3000) == (0, 3000 - MARGIN_W)
    assert beside("ev_first", HomeBattery(), 800) == (800 - MARGIN_W, 0)


def test_battery_first_gives_what_the_battery_cannot_take():
    assert beside("battery_first", HomeBattery(p_max_w=5000), -3000) == (0, 0), "it takes all"
    lacking_w, surplus_w = beside("battery_first", HomeBattery(p_max_w=2000), -5000)
    assert lacking_w == 0 and abs(surplus_w - 2950) < 10
    _, surplus_w = beside("battery_first", HomeBattery(e_wh=10000), -3000)
    assert abs(surplus_w - 2950) < 10, "full"
    lacking_w, _ = beside("battery_first", HomeBattery(e_wh=0), 1500)
    assert abs(lacking_w - 1450) < 10, "empty"


def test_battery_first_notices_that_the_battery_wants_more_again():
    seen, battery = OtherBattery("battery_first"), HomeBattery(e_wh=10000)
    vehicles_w, most_w = 0, 0
    for tick in range(3600):
        _, surplus_w = seen.step(-4000, battery.p_w, vehicles_w, 1000)
        if tick == 1800:
            battery.e_wh = 2000
        battery.follow(4000 + vehicles_w + battery.p_w, 1000)
        most_w = max(most_w, surplus_w)
        vehicles_w = -surplus_w
    assert most_w > 3900 and battery.p_w < -3500, (most_w, battery.p_w)
    assert -vehicles_w - battery.p_w <= 4000


def test_a_battery_that_feeds_a_vehicle_ends_drawing_until_it_rests():
    seen = OtherBattery("ev_first")
    for _ in range(other_battery.FED_MS // 1000):
        assert seen.may_draw(), "clouds pass"
        seen.step(400, 3000, -7000, 1000)
    assert not seen.may_draw()
    for _ in range(30):
        seen.step(400, 400, 0, 1000)
    assert not seen.may_draw(), "it still serves the house"
    kept = json.loads(json.dumps(seen.dump()))
    seen = OtherBattery("ev_first")
    seen.load(kept)
    for _ in range(61):
        seen.step(400, 0, 0, 1000)
    assert seen.may_draw(), "it is empty"
    for _ in range(other_battery.FED_MS // 1000):
        seen.step(400, 3000, -7000, 1000)
    for _ in range(other_battery.LOCK_MS // 1000):
        seen.step(0, 0, 0, 1000)
    assert seen.may_draw(), "tried again after an hour"


def test_several_chargers_share_in_the_order_of_the_file():
    second = dict(CHARGER, name="evse2")
    home = Home(config({"mode": "pv"}, (CHARGER, second)))
    home.load_w, home.pv_w = 0, 9000
    home.run(1200)
    first_w, second_w = [vehicle.p_w for vehicle in home.vehicles]
    assert first_w <= -7300 and -1700 <= second_w <= -1500, (first_w, second_w)
    assert abs(home.p_pcc_w()) < 50
