"""Site energy for any input: the plan is the best there is, the law never does what it may not, memories stay JSON-able.

Source: edge/household/planner.py, edge/laws/site_energy.py.
"""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from edge.household.energy_view import EnergyView
from edge.household.other_battery import BATTERY_FIRST, EV_FIRST, OtherBattery
from edge.household.planner import cut, leave, merge, terminal
from edge.laws.energy_choice import RUN_MIN_W
from edge.laws.site_energy import site_energy
from edge.param_home import MODES
from tests.portable.law_bench import view

patient = settings(deadline=None, max_examples=150)
SPAN_WH = 12
PRICE_MICRO = st.integers(-10_000_000, 10_000_000)
POWER_W = st.none() | st.floats(0, 20000)


@st.composite
def quarters(draw):
    """Offers of some quarter-hours: no discharge earns more than a charge costs."""
    found = []
    for _ in range(draw(st.integers(1, 6))):
        middle = draw(st.integers(-20, 60))
        sizes = st.integers(0, 4)
        charging = [(middle + draw(st.integers(0, 30)), draw(sizes)) for _ in range(2)]
        discharging = [(middle - draw(st.integers(0, 30)), draw(sizes)) for _ in range(2)]
        found.append((charging, discharging))
    return found


def single(rows):
    return sorted(value for value, length in rows for _ in range(length))


def least_costs(found, costs):
    """By trying every change of every quarter-hour, a Wh at a time."""
    for charging, discharging in reversed(found):
        steps = {0: 0}
        for sign, values in ((1, single(charging)), (-1, single(discharging)[::-1])):
            for count in range(1, len(values) + 1):
                steps[sign * count] = sign * sum(values[:count])
        costs = [min(costs[e_wh + change] + cost for change, cost in steps.items() if 0 <= e_wh + change <= SPAN_WH)
                 for e_wh in range(SPAN_WH + 1)]
    return costs


@patient
@given(quarters(), st.integers(0, SPAN_WH), st.integers(-10, 60))
def test_the_plan_is_the_best_there_is(found, target_wh, left):
    promise = 1000
    values, lengths_wh = terminal(SPAN_WH, target_wh, promise, left)
    costs = [-sum(promise if wh < target_wh else left for wh in range(e_wh)) for e_wh in range(SPAN_WH + 1)]
    expected = least_costs(found, costs)
    for charging, discharging in reversed(found):
        merge(values, lengths_wh, charging + discharging)
        cut(values, lengths_wh, len(single(charging)), len(single(discharging)))
    got = [value for value, length in zip(values, lengths_wh) for _ in range(length)]
    assert got == [expected[e_wh] - expected[e_wh + 1] for e_wh in range(SPAN_WH)]


@patient
@given(quarters(), st.integers(-3, 30), st.integers(-3, 30))
def test_a_departure_keeps_the_list_falling_and_whole(found, target_wh, driven_wh):
    values, lengths_wh = terminal(SPAN_WH, 4, 900, 3)
    for charging, discharging in found:
        merge(values, lengths_wh, charging + discharging)
        cut(values, lengths_wh, len(single(charging)), len(single(discharging)))
        leave(values, lengths_wh, target_wh, driven_wh, 1000)
        assert sum(lengths_wh) == SPAN_WH and min(lengths_wh) > 0
        assert all(a > b for a, b in zip(values, values[1:]))


@st.composite
def homes(draw):
    """What the law may see; a value below is never less than one above."""
    home = EnergyView()
    home.mode = draw(st.sampled_from(MODES))
    home.import_micro, home.export_micro = draw(PRICE_MICRO), draw(PRICE_MICRO)
    values = sorted([draw(PRICE_MICRO), draw(PRICE_MICRO)])
    if draw(st.booleans()):
        home.value_above_micro, home.value_below_micro = values
    home.wear_micro = draw(st.integers(0, 2_000_000))
    home.premium_micro = draw(st.sampled_from((0, 5_000_000)))
    home.lacking_w, home.surplus_w = draw(POWER_W), draw(POWER_W)
    if home.lacking_w is None or home.surplus_w is None:
        home.lacking_w = home.surplus_w = None
    home.may_draw, home.may_discharge, home.may_export = draw(st.booleans()), draw(st.booleans()), draw(st.booleans())
    home.turn_up_w = draw(POWER_W)
    home.efficiency = ((500, 0.8, 0.8), (4000, 0.95, 0.94))
    home.p_min_w, home.p_standby_w = draw(st.sampled_from((0, 500, 1400))), 30
    home.hold_ms, home.change_nano, home.day = 300000, 2_500_000, draw(st.integers(0, 2))
    return home


@patient
@given(st.lists(homes(), min_size=1, max_size=8), st.floats(0, 22000), st.floats(0, 22000))
def test_the_law_keeps_inside_what_it_may(seen_homes, charge_w, discharge_w):
    memory, now_ms = None, 0
    for home in seen_homes:
        for _ in range(20):
            now_ms += 10000
            seen = view(home=home, p_charge_max_w=charge_w, p_discharge_max_w=discharge_w, dt_ms=10000, now_ms=now_ms)
            opinion, memory = site_energy(seen, memory, None)
            memory = json.loads(json.dumps(memory))
            if opinion is None:
                assert home.mode == "charge"
                continue
            lo_w, hi_w, p_w, q_var, reason = opinion
            assert (lo_w, hi_w, q_var) == (None, None, None) and reason
            assert -charge_w <= p_w <= discharge_w
            if home.mode == "grid" or home.value_above_micro is None:
                assert p_w == 0
            if p_w > 0:
                assert home.may_discharge and home.turn_up_w is None and home.lacking_w is not None
                assert home.may_export or p_w <= home.lacking_w
            if p_w < 0 and not home.may_draw:
                assert -p_w <= max(home.surplus_w or 0, RUN_MIN_W)


@patient
@given(st.sampled_from((EV_FIRST, BATTERY_FIRST)),
       st.lists(st.tuples(st.floats(-9000, 9000), st.floats(-5000, 5000), st.floats(-7400, 7400)), max_size=40))
def test_what_a_home_battery_leaves_is_never_more_than_there_is(order, rows):
    battery = OtherBattery(order)
    for net_w, battery_w, vehicles_w in rows:
        lacking_w, surplus_w = battery.step(net_w, battery_w, vehicles_w, 1000)
        assert 0 <= lacking_w <= max(net_w, 0) and 0 <= surplus_w <= max(-net_w, 0)
        again = OtherBattery(order)
        again.load(json.loads(json.dumps(battery.dump())))
        assert again.dump() == battery.dump()
