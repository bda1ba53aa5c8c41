"""The feasible region: closed forms against a step recursion, taper, efficiency, least useful power.

Not its job: what is wanted and by whom (test_session.py). Source: household/promise.py; the recursion knows no formula.
"""

from edge.household import promise
from edge.household.efficiency import Efficiency
from tests.portable.law_bench import is_close, view

LOSSLESS = {"efficiency": ((1, 1, 1),), "standby_w": 0, "p_min_useful_w": 0}
QUASAR = {"efficiency": ((690, 0.57, 0.66), (2990, 0.89, 0.90)), "standby_w": 0, "p_min_useful_w": 690}
STANDBY = {"efficiency": ((500, 0.8, 0.82), (3000, 0.94, 0.94)), "standby_w": 30, "p_min_useful_w": 500}
FLAT = (5400, 0, 5400)
# 5.4 kW until 8 kWh below full, then in proportion down to 0.54 kW
TAPERED = (5400, 8000, 540)


def power_at(x_wh, rate):
    """Power into the battery x_wh below full."""
    p_w, knee_wh, p_end_w = rate
    return p_w if x_wh >= knee_wh else p_end_w + (p_w - p_end_w) * x_wh / knee_wh


def test_a_rate_meets_the_taper_where_the_battery_takes_less_than_the_charger_gives():
    assert promise.rate_of(5400, 5400, 8000, 0.1) == (5400, 8000, 540)
    p_w, knee_wh, p_end_w = promise.rate_of(2700, 5400, 8000, 0.1)
    assert (p_w, p_end_w) == (2700, 540) and is_close(power_at(knee_wh, (5400, 8000, 540)), 2700)
    assert promise.rate_of(400, 5400, 8000, 0.1) == (400, 0, 400), "too weak to meet it"
    assert promise.rate_of(5400, 5400, 0, 0.1) == (5400, 0, 5400)


def test_what_the_last_hours_store_is_what_steps_backwards_store():
    for rate in (FLAT, TAPERED, (2700, 3500, 540)):
        for gap_wh in (0, 100, 3000, 8000, 20000):
            x_wh, dt_s = gap_wh, 2
            for step in range(1, 3601):
                half_wh = x_wh + power_at(x_wh, rate) * dt_s / 7200     # midpoint
                x_wh += power_at(half_wh, rate) * dt_s / 3600
                if step % 600 == 0:
                    got_wh = promise.storable_wh(step * dt_s, gap_wh, rate)
                    assert is_close(got_wh, x_wh - gap_wh, 2e-3), (rate, gap_wh, step, got_wh, x_wh - gap_wh)
                    assert is_close(promise.seconds_for(got_wh, gap_wh, rate), step * dt_s, 2e-3)


def test_what_the_next_hours_store_is_what_steps_forwards_store():
    for rate in (FLAT, TAPERED, (2700, 3500, 540)):
        for room_wh in (500, 7000, 15000):
            x_wh, dt_s = room_wh, 2
            for step in range(1, 7201):
                half_wh = max(x_wh - power_at(x_wh, rate) * dt_s / 7200, 0)
                x_wh = max(x_wh - power_at(half_wh, rate) * dt_s / 3600, 0)
                if step % 1200 == 0:
                    got_wh = promise.fillable_wh(step * dt_s, room_wh, rate)
                    assert is_close(got_wh, room_wh - x_wh, 2e-3), (rate, room_wh, step, got_wh, room_wh - x_wh)


def test_what_comes_short_is_what_full_power_from_now_on_leaves_missing():
    for rate in (FLAT, TAPERED):
        for missing_wh in (1000, 14000, 27000):
            # 3.6 kWh short of full or more nothing tapers in half an hour
            assert is_close(promise.short_wh(missing_wh, 1800, 27000, rate), max(missing_wh - 2700, 0)), missing_wh
    assert promise.short_wh(3000, 0, 3000, TAPERED) == 3000 and promise.short_wh(-500, 60, 3000, TAPERED) == 0
    # possible to the second by the lower boundary: nothing short, and less time leaves something
    left_s = promise.seconds_for(9000, 1000, TAPERED)
    assert promise.short_wh(9000, left_s, 10000, TAPERED) < 1 < promise.short_wh(9000, left_s - 60, 10000, TAPERED)


def test_a_step_ends_on_the_boundary():
    for rate in (FLAT, TAPERED):
        for gap_wh in (0, 5000):
            for left_s in (301, 1800, 7200):
                for missing_wh in (-2000, 0, 1000, 5000, 9000):
                    p_w = promise.step_power_w(missing_wh, left_s, gap_wh, rate)
                    after_wh = promise.spare_wh(missing_wh + p_w / 12, left_s - 300, gap_wh, rate)
                    assert is_close(after_wh, 0, 1e-2), (rate, left_s, missing_wh, p_w)


def held(minutes, missing_wh, dynamics=LOSSLESS, rate=FLAT, **changes):
    """Upper bound with so much missing so many minutes before it has to be there."""
    plan = promise.Promise(Efficiency(dynamics, 90))
    plan.missing_wh, plan.rate, plan.ready_ms = missing_wh, rate, 1000000 + int(minutes * 60000)
    return plan.p_hi_w(view(now_ms=1000000, **changes))


def test_charging_is_forced_when_it_can_wait_no_longer():
    # 5.4 kWh at 5.4 kW into the battery: exactly one hour. Five minutes before the last moment it begins.
    for minutes, p_hi_w in ((65, 0), (62.5, -2700), (60, -6000), (30, -6000), (0, -6000), (-5, -6000)):
        assert is_close(held(minutes, 5400), p_hi_w, 2e-3), (minutes, held(minutes, 5400))
    assert held(60, 5400, p_charge_max_w=0) == 0, "no discharging where charging is needed and there is none"


def test_discharging_takes_only_what_can_be_charged_again():
    # ten minutes of slack beyond the step are 0.9 kWh; over a step of five minutes that is 10.8 kW
    assert is_close(held(75, 5400), 10800, 2e-3)
    assert is_close(held(75, 5400, {"efficiency": (), "standby_w": 0, "p_min_useful_w": 0}), 9720, 2e-3)
    # energy to spare may go even at the last moment, but no more than there is
    assert is_close(held(0, -100), 1200, 2e-3)


def test_less_than_is_worth_running_waits_until_it_is_more():
    # 200 W into the battery would be 351 W at 57 %; 500 W is 806 W between the rows of the curve
    assert held(60 + 5 * (1 - 200 / 5400), 5400, QUASAR) == 0
    assert -1000 < held(60 + 5 * (1 - 500 / 5400), 5400, QUASAR) < -690


def test_forced_charging_arrives_in_time_with_taper_and_losses():
    """Follow the bound for four hours: the energy is there when it has to be, and not long before."""
    for dynamics in (LOSSLESS, QUASAR, STANDBY):
        efficiency = Efficiency(dynamics, 90)
        plan = promise.Promise(efficiency)
        plan.rate = promise.rate_of(-efficiency.p_dc_w(-6000), -efficiency.p_dc_w(-6000), 8000, 0.1)
        plan.ready_ms, plan.missing_wh, now_ms, gap_wh, late_wh = 14400000, 9000.0, 0, 500, None
        while now_ms < plan.ready_ms:
            plan.gap_wh = gap_wh
            p_w = min(0, plan.p_hi_w(view(now_ms=now_ms)))
            # the vehicle takes what its taper allows
            stored_w = min(-efficiency.p_dc_w(p_w), power_at(plan.missing_wh + gap_wh, plan.rate))
            plan.missing_wh -= stored_w * 10 / 3600
            now_ms += 10000
            if now_ms == 10800000:
                late_wh = plan.missing_wh
        assert -30 < plan.missing_wh < 30, (dynamics, plan.missing_wh)
        assert late_wh > 1000, (dynamics, late_wh)


def test_no_way_of_using_the_slack_breaks_it():
    """Whatever lower ranks do inside the bound, also by turns of discharging and charging, the energy is there."""
    efficiency = Efficiency(STANDBY, 90)
    for turn_s in (60, 700, 3000):
        plan = promise.Promise(efficiency)
        p_dc_w = -efficiency.p_dc_w(-6000)
        plan.rate, plan.ready_ms, plan.missing_wh = promise.rate_of(p_dc_w, p_dc_w, 8000, 0.1), 21600000, 4000.0
        worst_wh = 0
        for now_ms in range(0, plan.ready_ms, 10000):
            asked_w = 6000 if now_ms // 1000 // turn_s % 2 == 0 else -1500
            p_w = max(min(asked_w, plan.p_hi_w(view(now_ms=now_ms))), -6000)
            plan.missing_wh += efficiency.p_dc_w(p_w) * 10 / 3600
            worst_wh = max(worst_wh, plan.missing_wh)
        assert plan.missing_wh < 30, (turn_s, plan.missing_wh)
        assert worst_wh > 8000, "it was used"


def test_latest_start_and_what_is_spare():
    plan = promise.Promise(Efficiency(LOSSLESS, 90))
    assert plan.latest_start_ms(0) is None and plan.spare_wh(0) is None
    plan.missing_wh, plan.rate, plan.ready_ms = 5400, FLAT, 7200000
    assert plan.latest_start_ms(0) == 3600000
    assert is_close(plan.spare_wh(0), 5400) and plan.spare_wh(5400000) == 0
    assert is_close(promise.latest_start_s(5400, 7200, 0, FLAT), 3600)


def test_efficiency_and_its_inverse():
    for dynamics in (LOSSLESS, QUASAR, STANDBY, {"efficiency": (), "standby_w": 0, "p_min_useful_w": 0}):
        efficiency = Efficiency(dynamics, 90)
        for p_ac_w in (-7400, -3000, -2990, -1500, -690, -300, 300, 690, 1500, 2990, 7400):
            p_dc_w = efficiency.p_dc_w(p_ac_w)
            assert abs(p_dc_w) < abs(p_ac_w) + 31 if p_ac_w < 0 else p_dc_w >= p_ac_w, (dynamics, p_ac_w, p_dc_w)
            back_w = -efficiency.p_charge_w(-p_dc_w) if p_ac_w < 0 else efficiency.p_discharge_w(p_dc_w)
            assert is_close(back_w, p_ac_w, 2e-3), (dynamics, p_ac_w, p_dc_w, back_w)
        assert efficiency.p_dc_w(0) == 0 and efficiency.p_charge_w(0) == 0 == efficiency.p_discharge_w(-5)
    assert is_close(Efficiency(QUASAR, 90).p_dc_w(-2990), -2990 * 0.89)
    assert is_close(Efficiency(QUASAR, 90).p_dc_w(690), 690 / 0.66)
    assert Efficiency(STANDBY, 90).p_dc_w(-30) == 0, "standby never reaches the battery"
