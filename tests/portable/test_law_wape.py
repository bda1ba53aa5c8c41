"""WAPE: cap on charging and reactive power by voltage, its filter, the guarded lift, slow devices.

Not its job: the closed loop (test_wape_loop.py). Source: the paper's set points on 415 V.
"""

from edge import reasons
from edge.laws.wape import wape, wape_without_voltage
from tests.portable.law_bench import is_close, seconds, section, view

V = 415


def at(volts, p, **changes):
    """First opinion at a line-to-line voltage: no filter history."""
    return wape(view(v_mean_pu=volts / V, **changes), None, p)[0]


def test_cap_and_vars_at_the_papers_voltages():
    p = section("wape", v0_pu=400 / V, v1_pu=408 / V)
    for volts, cap_w, q_var in ((396, 0, 7360), (400, 0, 7360), (404, 3000, 6270), (408, 6000, 3990), (415, 6000, 0),
                                (420, 6000, -2850)):
        p_lo_w, p_hi_w, target_w, got_var, reason = at(volts, p)
        assert is_close(-p_lo_w, cap_w) and is_close(got_var, q_var), (volts, p_lo_w, got_var)
        assert (p_hi_w, target_w, reason) == (None, None, reasons.WAPE)


def test_reactive_power_is_wapes_only_in_its_mode():
    p = section("wape")
    assert at(404, p, q_mode="unity")[3] is None
    assert at(404, p, q_capable=False)[3:] == (None, reasons.WAPE_NO_VARS)
    assert at(404, p, failsafe_action=4)[3] is None


def test_without_a_vehicle_nothing_is_asked_and_the_filter_goes_on():
    p = section("wape")
    opinion, memory = wape(view(v_mean_pu=0.95, plugged=False), None, p)
    assert opinion is None and is_close(memory[0], 0.95)
    opinion, memory = seconds(wape, 4, view(v_mean_pu=1.0, plugged=False), p, memory)
    assert opinion is None and is_close(memory[0], 0.9816, 1e-3)


def test_filter_is_first_order_whatever_the_tick():
    p = section("wape", tau_s=4)
    _, start = wape(view(v_mean_pu=1.0), None, p)
    for dt_ms, steps in ((100, 40), (1000, 4), (4000, 1)):
        memory = start
        for _ in range(steps):
            _, memory = wape(view(v_mean_pu=0.9, dt_ms=dt_ms), memory, p)
        assert is_close(memory[0], 0.9368, 1e-3), (dt_ms, memory[0])


def test_lift_takes_cap_and_vars_away():
    p = section("wape")
    assert at(404, p, lift=True) == (None, None, None, 0, reasons.WAPE_LIFTED)
    assert at(404, p, lift=True, q_mode="unity")[3] is None


def test_lift_is_suspended_after_two_seconds_low_and_back_after_sixty_high():
    p = section("wape")
    low, between, high = view(v_mean_pu=0.965, lift=True), view(v_mean_pu=0.970, lift=True), view(v_mean_pu=0.976, lift=True)
    _, memory = wape(high, None, p)
    opinion, memory = seconds(wape, 1.9, low, p, memory)
    assert opinion[4] == reasons.WAPE_LIFTED
    opinion, memory = seconds(wape, 0.1, low, p, memory)
    assert opinion[4] == reasons.WAPE_LIFT_SUSPENDED and opinion[0] is not None
    opinion, memory = seconds(wape, 120, between, p, memory)
    assert opinion[4] == reasons.WAPE_LIFT_SUSPENDED
    opinion, memory = seconds(wape, 59.9, high, p, memory)
    assert opinion[4] == reasons.WAPE_LIFT_SUSPENDED
    opinion, memory = seconds(wape, 0.1, high, p, memory)
    assert opinion[4] == reasons.WAPE_LIFTED


def test_one_good_tick_restarts_the_guard():
    p = section("wape")
    low, high = view(v_mean_pu=0.965, lift=True), view(v_mean_pu=0.976, lift=True)
    _, memory = wape(high, None, p)
    for _ in range(5):
        opinion, memory = seconds(wape, 1.9, low, p, memory)
        assert opinion[4] == reasons.WAPE_LIFTED
        _, memory = wape(high, memory, p)


def test_restart_at_low_voltage_does_not_hand_out_a_lift():
    p = section("wape")
    assert at(0.965 * V, p, lift=True)[4] == reasons.WAPE_LIFT_SUSPENDED
    assert at(0.970 * V, p, lift=True)[4] == reasons.WAPE_LIFTED


def test_lost_voltage_allows_what_is_safe_unseen_and_keeps_the_suspension():
    p = section("wape")
    _, memory = seconds(wape, 3, view(v_mean_pu=0.960, lift=True), p)
    blind = view(v_mean_pu=None, lift=True, p_static_safe_w=1400)
    opinion, memory = seconds(wape_without_voltage, 5, blind, p, memory)
    assert opinion == (-1400, None, None, 0, reasons.WAPE_NO_VOLTAGE)
    opinion, memory = wape(view(v_mean_pu=0.970, lift=True), memory, p)
    assert opinion[4] == reasons.WAPE_LIFT_SUSPENDED
    assert is_close(memory[0], 0.970), "the filter starts anew"


def test_urgency_and_surplus_open_the_cap():
    p = section("wape", v0_pu=400 / V, v1_pu=408 / V, k_urgency=1, k_surplus=0.5)
    # 4.5 kWh in an hour and a half on 6 kW: half of full power is needed from now on
    urgent = {"now_ms": 1000, "t_departure_ms": 1000 + 5400000, "e_needed_wh": 4500}
    assert is_close(at(404, p, **urgent)[0], -4500)
    assert is_close(at(400, p, p_surplus_w=6000)[0], -3000)
    assert is_close(at(400, p, p_surplus_w=60000)[0], -3000)
    assert is_close(at(400, p, p_surplus_w=None)[0], 0)
    late = {"now_ms": 1000, "t_departure_ms": 500, "e_needed_wh": 4500}
    assert is_close(at(400, p, **late)[0], -6000)


def test_slow_device_moves_a_fraction_once_a_write_period():
    p = section("wape", v0_pu=400 / V, v1_pu=408 / V, loop_gain=8)
    slow = view(v_mean_pu=400 / V, write_period_s=8, p_set_w=-6000, q_set_var=0)
    opinion, memory = wape(slow, None, p)
    assert is_close(opinion[0], -6000 * 8 / 9) and is_close(opinion[3], 7360 / 9)
    opinion, memory = seconds(wape, 7.9, slow, p, memory)
    assert is_close(opinion[0], -6000 * 8 / 9)
    opinion, memory = seconds(wape, 0.1, slow, p, memory)
    assert is_close(opinion[0], -6000 * 64 / 81)


def test_station_that_does_not_take_part_has_no_opinion():
    assert wape(view(wape=False), None, section("wape")) == (None, None)
    assert wape_without_voltage(view(wape=False, v_mean_pu=None), None, section("wape")) == (None, None)
