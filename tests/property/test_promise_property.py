"""What must hold for every promise: closed forms equal a step recursion, the bound is monotone and never breaks it.

Not its job: single numbers (tests/portable/test_promise.py). Source: closed forms in edge/household/promise.py; the
recursions here know only "what flows in a step".
"""

import itertools
import math

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from edge.household import promise
from edge.household.efficiency import Efficiency
from tests.portable.law_bench import view

patient = settings(deadline=None, max_examples=200)

POWER_W = st.floats(500, 22000)
RATES = st.builds(promise.rate_of, POWER_W, POWER_W, st.one_of(st.just(0), st.floats(500, 20000)), st.floats(0.02, 1))
FLAT_RATES = st.builds(lambda p_w: (p_w, 0, p_w), POWER_W)
ENERGY_WH = st.floats(0, 100000)
LEFT_S = st.floats(0, 86400, allow_subnormal=False)


@st.composite
def dynamics(draw):
    """Efficiencies that rise with power, standby, least useful power."""
    low, high = sorted((draw(st.floats(0.5, 0.98)), draw(st.floats(0.5, 0.98))))
    p_low_w = draw(st.floats(100, 1000))
    span_w = draw(st.floats(500, 5000))
    # More out of the converter takes more out of the battery; a curve so steep that it doesn't is no converter's.
    assume((high - low) * p_low_w < 0.99 * low * span_w)
    return {"efficiency": ((p_low_w, low, low), (p_low_w + span_w, high, high)),
            "standby_w": draw(st.sampled_from([0, 20, 50])), "p_min_useful_w": draw(st.sampled_from([0, 500, 1400]))}


def test_boundaries_are_those_of_a_step_recursion_on_thousands_of_points():
    """E- and E+ of vehicles without taper, minute by minute, from the recursion E(t + dt) = E(t) +- P eta dt."""
    points = 0
    for charge_w, wanted_wh, stay_min, floor_wh in itertools.product((1400, 3700, 7400, 11000), (0, 3000, 12000, 30000),
                                                                     (30, 240, 600), (0, 5000)):
        rate, full_wh, e_wh = (0.93 * charge_w, 0, 0.93 * charge_w), 50000, 12000
        goal_wh = min(e_wh + wanted_wh, full_wh)
        # backwards: the least energy from which the goal is still reached
        least_wh = [goal_wh]
        for _ in range(stay_min):
            least_wh.append(max(least_wh[-1] - rate[0] / 60, floor_wh))
        most_wh = e_wh
        for minute in range(stay_min):
            left_s = (stay_min - minute) * 60
            closed_wh = max(floor_wh, goal_wh - promise.storable_wh(left_s, full_wh - goal_wh, rate))
            assert math.isclose(closed_wh, least_wh[stay_min - minute], abs_tol=1e-6)
            closed_wh = e_wh + promise.fillable_wh(minute * 60, full_wh - e_wh, rate)
            assert math.isclose(closed_wh, most_wh, abs_tol=1e-6)
            most_wh = min(most_wh + rate[0] / 60, full_wh)
            points += 2
    assert points > 50000, points


def test_power_of_a_step_is_that_of_the_recursion_on_thousands_of_points():
    """Highest and lowest power of a step, signs as everywhere: the recursion tries powers until the goal is missed."""
    efficiency = Efficiency({"efficiency": ((1, 0.9, 0.92),), "standby_w": 0, "p_min_useful_w": 0}, 90)
    points = 0
    for charge_w, missing_wh, left_min in itertools.product((2300, 7400, 11000), range(-4000, 20000, 250), range(10, 400, 13)):
        rate, step_s = (0.9 * charge_w, 0, 0.9 * charge_w), 300
        p_dc_w = promise.step_power_w(missing_wh, left_min * 60, 5000, rate)
        # what is missing after the step can just be charged in the minutes that then are left
        after_wh = missing_wh + p_dc_w * step_s / 3600
        assert math.isclose(after_wh, rate[0] * (left_min - 5) / 60, rel_tol=1e-9, abs_tol=1e-6)
        p_ac_w = efficiency.p_discharge_w(p_dc_w) if p_dc_w > 0 else -efficiency.p_charge_w(-p_dc_w)
        assert math.isclose(p_ac_w, p_dc_w * 0.92 if p_dc_w > 0 else p_dc_w / 0.9, rel_tol=1e-9, abs_tol=1e-9)
        room_wh = 20000 - missing_wh
        assert math.isclose(promise.step_charge_w(room_wh, rate), min(rate[0], room_wh * 12), rel_tol=1e-9)
        points += 2
    assert points > 10000, points


@patient
@given(RATES, LEFT_S, st.floats(0, 30000))
def test_time_is_the_inverse_of_energy(rate, left_s, gap_wh):
    stored_wh = promise.storable_wh(left_s, gap_wh, rate)
    assert 0 <= stored_wh <= rate[0] * left_s / 3600 * (1 + 1e-9) + 1e-9
    assert math.isclose(promise.seconds_for(stored_wh, gap_wh, rate), left_s, rel_tol=1e-6, abs_tol=1e-3)


@patient
@given(RATES, LEFT_S, LEFT_S, st.floats(0, 30000))
def test_what_is_stored_forwards_ends_where_backwards_begins(rate, a_s, b_s, room_wh):
    there_wh = promise.fillable_wh(a_s, room_wh, rate)
    assert 0 <= there_wh <= room_wh
    if room_wh - there_wh > 1:
        back_wh = promise.storable_wh(a_s, room_wh - there_wh, rate)
        assert math.isclose(back_wh, there_wh, rel_tol=1e-6, abs_tol=1e-3)
    less_s, more_s = sorted((a_s, b_s))
    assert promise.fillable_wh(less_s, room_wh, rate) <= promise.fillable_wh(more_s, room_wh, rate) + 1e-6


@patient
@given(RATES, LEFT_S, LEFT_S, ENERGY_WH, ENERGY_WH)
def test_more_missing_or_less_time_never_allows_more(rate, a_s, b_s, a_wh, b_wh):
    less_wh, more_wh = sorted((a_wh, b_wh))
    assert promise.step_power_w(less_wh, a_s, 0, rate) >= promise.step_power_w(more_wh, a_s, 0, rate)
    if min(a_s, b_s) >= promise.STEP_S:
        assert (promise.step_power_w(a_wh, max(a_s, b_s), 0, rate)
                >= promise.step_power_w(a_wh, min(a_s, b_s), 0, rate) - 1e-6)


@patient
@given(dynamics(), st.floats(-22000, 22000))
def test_efficiency_never_creates_energy_and_its_inverse_is_one(curve, p_ac_w):
    efficiency = Efficiency(curve, 90)
    p_dc_w = efficiency.p_dc_w(p_ac_w)
    assert p_dc_w >= p_ac_w - 1e-9
    if p_ac_w < -curve["standby_w"]:
        assert math.isclose(efficiency.p_charge_w(-p_dc_w), -p_ac_w, rel_tol=1e-6, abs_tol=1e-6)
    elif p_ac_w > 0:
        assert math.isclose(efficiency.p_discharge_w(p_dc_w), p_ac_w, rel_tol=1e-6, abs_tol=1e-6)


@patient
@given(dynamics(), st.one_of(st.none(), st.floats(-10**5, 10**5)), st.integers(0, 10**8), RATES, st.floats(0, 22000))
def test_the_bound_is_a_number_inside_what_the_charger_can_charge(curve, missing_wh, ready_ms, rate, charge_w):
    plan = promise.Promise(Efficiency(curve, 90))
    plan.missing_wh, plan.ready_ms, plan.rate = missing_wh, ready_ms, rate
    p_hi_w = plan.p_hi_w(view(now_ms=10**7, p_charge_max_w=charge_w))
    if missing_wh is None:
        assert p_hi_w is None
        return
    assert math.isfinite(p_hi_w) and p_hi_w >= -charge_w
    assert not -curve["p_min_useful_w"] < p_hi_w < 0 or charge_w < curve["p_min_useful_w"] or p_hi_w == -charge_w


@settings(deadline=None, max_examples=40)
@given(dynamics(), st.floats(500, 20000), st.floats(0, 30000), st.floats(0.2, 3),
       st.lists(st.floats(-8000, 8000), min_size=1, max_size=40), st.integers(60, 2000))
def test_nobody_below_can_break_it(curve, taper_wh, gap_wh, hours, asked_w, turn_s):
    """Feasible at first, then anybody asks for anything inside the bound: the energy is there when it has to be.

    The vehicle takes as its rate says, never faster; the charger gives at most 8 kW.
    """
    efficiency = Efficiency(curve, 90)
    stored_w = -efficiency.p_dc_w(-8000)
    rate = promise.rate_of(stored_w, 1.5 * stored_w, taper_wh, 0.1)
    plan = promise.Promise(efficiency)
    plan.rate, plan.gap_wh, plan.ready_ms = rate, gap_wh, int(hours * 3600000)
    plan.missing_wh = 0.9 * promise.storable_wh(hours * 3600, gap_wh, rate)
    seen = view(p_charge_max_w=8000, s_max_va=8000)
    for now_ms in range(0, plan.ready_ms, 10000):
        seen.now_ms = now_ms
        wanted_w = asked_w[now_ms // 1000 // turn_s % len(asked_w)]
        p_w = efficiency.p_dc_w(max(min(wanted_w, plan.p_hi_w(seen)), -8000))
        dt_s = min(10, (plan.ready_ms - now_ms) / 1000)
        full_wh = promise.fillable_wh(dt_s, max(plan.missing_wh, 0) + gap_wh, rate)
        plan.missing_wh -= min(-p_w * dt_s / 3600, full_wh)
    # as much as three steps of full power; a session plans with minutes to spare
    assert plan.missing_wh <= 8000 * 30 / 3600
