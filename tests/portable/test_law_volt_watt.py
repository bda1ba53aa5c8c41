"""Volt-watt in both directions, the operator's limit, and how such a bound moves.

Source: IEEE 1547-2018 5.4.2 and 4.6.2; AS/NZS 4777.2:2020, Australia A, for charging at low voltage; a 6 kW device.
"""

from edge import grid_reasons, reasons
from edge.laws.p_limit import p_limit
from edge.laws.response import ceiling, line
from edge.laws.volt_watt import volt_watt, volt_watt_without_voltage
from tests.portable.law_bench import delivered, is_close, section, view

ONE_S = 2.302585    # open-loop response of one time constant


def bounds(p, **changes):
    opinion, _ = volt_watt(view(**changes), None, p)
    assert opinion[2:] == (None, None, grid_reasons.VOLT_WATT)
    return opinion[:2]


def test_injection_by_the_highest_phase():
    p = section("volt_watt", enabled=True)
    for v_pu, hi_w in ((1.0, 6000), (1.06, 6000), (1.08, 3600), (1.1, 1200), (1.3, 1200)):
        lo_w, got_w = bounds(p, v_max_pu=v_pu, v_mean_pu=1.0, v_min_pu=0.9)
        assert lo_w is None and is_close(got_w, hi_w), (v_pu, got_w)


def test_a_curve_may_end_in_absorption():
    p = section("volt_watt", enabled=True, p2_pu=-0.5)
    for v_pu, hi_w in ((1.08, 1500), (1.1, -3000), (1.2, -3000)):
        assert is_close(bounds(p, v_max_pu=v_pu, p_set_w=-6000)[1], hi_w), v_pu


def test_charging_by_the_lowest_phase():
    p = section("volt_watt", charge_enabled=True, v1_charge_pu=0.9, p1_charge_pu=0.2, v2_charge_pu=0.94)
    for v_pu, lo_w in ((0.8, -1200), (0.9, -1200), (0.92, -3600), (0.94, -6000), (1.2, -6000)):
        got_w, hi_w = bounds(p, v_min_pu=v_pu, v_mean_pu=1.0, v_max_pu=1.2)
        assert hi_w is None and is_close(got_w, lo_w), (v_pu, got_w)


def test_an_order_to_absorb_passes_the_limit_of_charging():
    p = section("volt_watt", enabled=True, p2_pu=-1, charge_enabled=True)
    lo_w, hi_w = bounds(p, v_max_pu=1.2, v_min_pu=0.8, loop_delay_s=10)
    assert lo_w == hi_w == -6000


def test_a_falling_limit_answers_from_the_power_of_now():
    p = section("volt_watt", enabled=True, olrt_s=10)
    seen = view(v_max_pu=1.0, p_asked_w=3960)
    memory = delivered(volt_watt, 1, seen, p)
    assert seen.p_set_w == 3960
    seen.v_max_pu = 1.1
    memory = delivered(volt_watt, 10, seen, p, memory)
    assert is_close(seen.p_set_w, 1200 + 0.1 * 2760), "90 % of the way from 0.66, not from 1.0"
    delivered(volt_watt, 10, seen, p, memory)
    assert is_close(seen.p_set_w, 1200 + 0.01 * 2760)


def test_a_rising_limit_answers_towards_the_wish_and_then_stands_aside():
    p = section("volt_watt", enabled=True, olrt_s=10)
    seen = view(v_max_pu=1.1, p_asked_w=3960, p_set_w=1200)
    memory = delivered(volt_watt, 1, seen, p)
    seen.v_max_pu = 1.0
    memory = delivered(volt_watt, 10, seen, p, memory)
    assert is_close(seen.p_set_w, 3960 - 0.1 * 2760)
    memory = delivered(volt_watt, 30, seen, p, memory)
    assert seen.p_set_w == 3960 and memory[0] == 6000


def test_charging_falls_and_returns_with_the_same_response():
    p = section("volt_watt", charge_enabled=True, olrt_s=10, v1_charge_pu=0.9, p1_charge_pu=0.2, v2_charge_pu=0.94)
    seen = view(v_min_pu=1.0, p_asked_w=-5000, p_set_w=-5000)
    memory = delivered(volt_watt, 1, seen, p)
    seen.v_min_pu = 0.85
    memory = delivered(volt_watt, 10, seen, p, memory)
    assert is_close(seen.p_set_w, -1200 - 0.1 * 3800)
    memory = delivered(volt_watt, 40, seen, p, memory)
    seen.v_min_pu = 1.0
    delivered(volt_watt, 10, seen, p, memory)
    assert is_close(seen.p_set_w, -5000 + 0.1 * 3800)


def test_a_limit_that_nobody_meets_moves_at_once():
    p = section("volt_watt", enabled=True, olrt_s=10)
    _, memory = volt_watt(view(v_max_pu=1.0, p_set_w=500, p_asked_w=500), None, p)
    opinion, memory = volt_watt(view(v_max_pu=1.1, p_set_w=500, p_asked_w=500), memory, p)
    assert is_close(opinion[1], 1200)
    opinion, _ = volt_watt(view(v_max_pu=1.0, p_set_w=500, p_asked_w=500), memory, p)
    assert is_close(opinion[1], 6000)


def test_without_a_voltage_no_injection_and_charging_as_declared_safe():
    p = section("volt_watt", enabled=True, charge_enabled=True, olrt_s=10)
    seen = view(v_max_pu=None, v_min_pu=None, p_set_w=4000, p_asked_w=4000, p_static_safe_w=1400)
    memory = delivered(volt_watt_without_voltage, 10, seen, p)
    assert is_close(seen.p_set_w, 400)
    opinion, _ = volt_watt_without_voltage(seen, memory, p)
    assert is_close(opinion[0], -1400) and opinion[4] == reasons.VOLTAGE_UNKNOWN
    seen.v_max_pu = seen.v_min_pu = 1.0
    delivered(volt_watt, 10, seen, p, memory)
    assert 3500 < seen.p_set_w < 4000, "known again: as slowly back"


def test_the_operators_limit():
    p = section("p_limit", enabled=True, p_max_pu=0.5, olrt_s=10)
    seen = view(p_set_w=6000, p_asked_w=6000)
    delivered(p_limit, 10, seen, p)
    assert is_close(seen.p_set_w, 3300)
    opinion, memory = p_limit(view(p_set_w=-6000), None, p)
    assert opinion == (None, 3000, None, None, grid_reasons.P_LIMIT) and memory == (3000,), "it says nothing on charging"


def test_a_bound_step_by_step():
    share = 0.5
    for before_w, goal_w, p_w, wish_w, after_w in (
            (None, 6000, 3000, 3000, 6000),     # at first, nothing to do
            (None, 2000, 3000, 6000, 2500),     # at first, above the goal: from the power of now
            (6000, 2000, 3000, 6000, 2500),     # falls from the power of now
            (2500, 2000, 2500, 6000, 2250),     # goes on
            (6000, 2000, 1000, 6000, 2000),     # below the goal: at once
            (2000, 6000, 2000, 4000, 3000),     # rises to the wish
            (3998, 6000, 3998, 4000, 6000),     # arrived
            (3998, 4000, 3998, 6000, 3999),     # as near to a goal below the wish: goes on
            (2000, 6000, 2000, 1000, 4000),     # sits on it though it wished less: another law pushes, rises to the goal
            (2000, 6000, 1000, 1000, 6000),     # well below and content: nothing is held back
            (2000, 6000, 1000, 4000, 3000),     # held back by something else as well
            (2000, 6000, 3000, 8000, 4500)):    # pushed past the bound by a higher rank: from the power of now
        assert ceiling(before_w, goal_w, p_w, wish_w, share) == after_w, (before_w, goal_w, p_w, wish_w)


def test_a_goal_that_rises_slowly_is_followed_with_the_lag_of_the_response():
    bound_w = goal_w = 1000
    for _ in range(1000):
        goal_w += 4
        bound_w = ceiling(bound_w, goal_w, bound_w, 6000, 0.02)
    assert is_close(goal_w - bound_w, 4 * (1 - 0.02) / 0.02), goal_w - bound_w


def test_a_line_is_flat_beyond_its_points():
    for x, y in ((-1, 10), (0, 10), (1, 8), (5, 0), (9, 0)):
        assert line(x, 0, 10, 5, 0) == y
