"""Inverter, efficiency, battery, vehicle and series against closed forms.

Not its job: registers and devices (test_plant_devices).
Source: first-order step response 1 - exp(-t/tau); energy balances in W, s and Wh.
"""

import math

import pytest

from host_sim.plant.battery import Battery
from host_sim.plant.efficiency import Efficiency
from host_sim.plant.inverter import Inverter
from host_sim.plant.load_profile import Series, constant
from host_sim.plant.vehicle import Vehicle

STEP_MS = 20


def run(inverter, from_ms, until_ms, low_w=-1e6, high_w=1e6):
    for now_ms in range(from_ms + STEP_MS, until_ms + 1, STEP_MS):
        inverter.check_reversion(now_ms)
        inverter.step(now_ms, STEP_MS, low_w, high_w)


def test_the_step_response_is_that_of_a_first_order_lag():
    inverter = Inverter(s_max_va=7360, lag_ms=60)
    inverter.command(0, -6000, 3000)
    for until_ms in (20, 60, 120, 300):
        run(inverter, until_ms - STEP_MS if until_ms == 20 else last_ms, until_ms)
        last_ms = until_ms
        share = 1 - math.exp(-until_ms / 60)
        assert inverter.p_w == pytest.approx(-6000 * share, abs=1e-4)
        assert inverter.q_var == pytest.approx(3000 * share, abs=1e-4)


def test_the_response_does_not_depend_on_the_step():
    fine, coarse = (Inverter(s_max_va=7360, lag_ms=100) for _ in range(2))
    fine.command(0, 5000, 0)
    coarse.command(0, 5000, 0)
    run(fine, 0, 200)
    coarse.step(200, 200, -1e6, 1e6)
    assert fine.p_w == pytest.approx(coarse.p_w, abs=1e-4)


@pytest.mark.parametrize("p_w, q_var, p_expected_w, q_expected_var", (
    (3000, 4000, 3000, 4000), (3000, 9000, 3000, 4000), (-4000, -9000, -4000, -3000), (4000, 100, 4000, 100),
    (5000, 1000, 5000, 0), (9000, 1000, 5000, 0), (-9000, 0, -5000, 0), (0, -9000, 0, -5000),
))
def test_active_power_has_priority_in_the_circle(p_w, q_var, p_expected_w, q_expected_var):
    inverter = Inverter(s_max_va=5000, lag_ms=0)
    inverter.command(0, p_w, q_var)
    inverter.step(20, 20, -1e6, 1e6)
    assert (inverter.p_w, inverter.q_var) == (p_expected_w, q_expected_var)


def test_the_ramp_limits_the_change_per_second():
    inverter = Inverter(s_max_va=7360, lag_ms=0, ramp_w_s=1000)
    inverter.command(0, 5000, 0)
    run(inverter, 0, 1000)
    assert inverter.p_w == pytest.approx(1000)
    run(inverter, 1000, 6000)
    assert inverter.p_w == 5000


def test_the_response_delay_holds_each_setpoint_back():
    inverter = Inverter(s_max_va=7360, lag_ms=0, response_delay_ms=100)
    inverter.command(0, 1000, 0)
    inverter.command(60, 2000, 0)
    seen_w = []
    for now_ms in range(20, 201, STEP_MS):
        inverter.step(now_ms, STEP_MS, -1e6, 1e6)
        seen_w.append(inverter.p_w)
    assert seen_w == [0, 0, 0, 0, 1000, 1000, 1000, 2000, 2000, 2000]


def test_the_battery_limit_binds_at_once():
    inverter = Inverter(s_max_va=7360, lag_ms=100)
    inverter.command(0, -6000, 0)
    run(inverter, 0, 1000)
    assert inverter.p_w == pytest.approx(-6000, abs=1)
    inverter.step(1020, 20, -500, 500)
    assert inverter.p_w == -500


@pytest.mark.parametrize("reversion_ms", (1000, 5000))
def test_the_reversion_timer_fires_exactly_then_and_only_once(reversion_ms):
    inverter = Inverter(s_max_va=7360, lag_ms=0)
    inverter.set_reversion_ms(0, reversion_ms)
    inverter.command(0, -6000, 2000)
    run(inverter, 0, reversion_ms - STEP_MS)
    assert (inverter.p_w, inverter.q_var) == (-6000, 2000)
    assert inverter.reversion_left_ms(reversion_ms - STEP_MS) == STEP_MS
    assert inverter.check_reversion(reversion_ms - 1) is False
    assert inverter.check_reversion(reversion_ms) is True
    assert inverter.check_reversion(reversion_ms + 1) is False
    inverter.step(reversion_ms, STEP_MS, -1e6, 1e6)
    assert (inverter.p_w, inverter.q_var) == (0, 0)


def test_a_refresh_restarts_the_timer_and_zero_switches_it_off():
    inverter = Inverter(s_max_va=7360, lag_ms=0)
    inverter.set_reversion_ms(0, 1000)
    inverter.refresh(900)
    assert not inverter.check_reversion(1899) and inverter.check_reversion(1900)
    inverter.set_reversion_ms(2000, 0)
    assert inverter.reversion_left_ms(10**9) is None and not inverter.check_reversion(10**9)


def test_a_late_setpoint_cannot_outlive_the_timer():
    inverter = Inverter(s_max_va=7360, lag_ms=0, response_delay_ms=2000)
    inverter.set_reversion_ms(0, 1000)
    inverter.command(0, 5000, 0)
    run(inverter, 0, 5000)
    assert inverter.p_w == 0


def test_efficiency_is_linear_between_its_rows_and_flat_beyond():
    efficiency = Efficiency(((690, 0.57, 0.66), (2990, 0.89, 0.90)))   # Quasar, measured at 3 A and 13 A
    assert efficiency.factor(100, True) == 0.57 and efficiency.factor(7000, False) == 0.90
    assert efficiency.factor(1840, True) == pytest.approx(0.73)        # half-way
    assert efficiency.p_dc_w(-2990) == pytest.approx(-2661.1)          # charging: less arrives
    assert efficiency.p_dc_w(2990) == pytest.approx(3322.2, abs=0.1)   # discharging: more is taken
    assert Efficiency(()).p_dc_w(-5000) == -5000


def test_an_hour_of_charging_in_20_ms_steps_loses_no_energy():
    battery = Battery(capacity_wh=20000, soc_pct=10, p_charge_max_w=7000, p_discharge_max_w=7000)
    for _ in range(3600 * 50):
        battery.move(-3333.3, 20)
    assert (battery.e_mj / 3.6e6) == pytest.approx(2000 + 3333.3, rel=1e-9)


def test_a_battery_stops_at_full_empty_and_its_floor():
    battery = Battery(capacity_wh=1000, soc_pct=99.9, p_charge_max_w=6000, p_discharge_max_w=5000, soc_floor_pct=10)
    assert (battery.charge_limit_w(), battery.discharge_limit_w()) == (6000, 5000)
    battery.move(-6000, 3_600_000)
    assert battery.soc_pct == 100 and battery.charge_limit_w() == 0
    battery.move(905, 3_600_000)
    assert battery.soc_pct == pytest.approx(9.5) and battery.discharge_limit_w() == 0
    battery.move(6000, 3_600_000)
    assert battery.e_mj == 0


def test_the_taper_is_a_line_to_zero_at_full_charge():
    battery = Battery(capacity_wh=1000, soc_pct=80, p_charge_max_w=6000, p_discharge_max_w=0, taper_from_pct=80)
    assert battery.charge_limit_w() == 6000
    battery.move(-100, 3_600_000)
    assert battery.charge_limit_w() == pytest.approx(3000)


def test_driving_takes_energy_and_ends_with_it():
    vehicle = Vehicle(Battery(capacity_wh=40000, soc_pct=50, p_charge_max_w=7000, p_discharge_max_w=7000), 200)
    assert vehicle.drive(40) == 40
    assert vehicle.battery.soc_pct == pytest.approx(30)
    assert vehicle.drive(100) == pytest.approx(60)
    assert vehicle.battery.soc_pct == 0


def test_a_series_is_linear_compressed_and_constant_beyond_its_ends():
    sun = Series(((6, 0.0), (12, 1.0), (18, 0.0)))
    day_ms = 10_000                                     # 24 h in 10 s
    for hour, expected in ((0, 0), (6, 0), (9, 0.5), (12, 1), (15, 0.5), (24, 0)):
        assert sun.at(day_ms * hour / 24) == pytest.approx(expected), hour
    assert Series(((0, 1), (1, 3)), compression=1).at(1_800_000) == 2
    assert constant(7).at(0) == constant(7).at(10**9) == 7
    with pytest.raises(ValueError):
        Series(((1, 0), (1, 1)))
