"""Native functions of an inverter against closed forms: curves, first-order responses, droop, priority.

Not its job: trip, ride-through and service (test_native_protection, test_native_modes).
Source: IEEE 1547-2018 5.3, 5.4; curve points and expected values by hand.
"""

import math

import pytest

from host_sim.plant.native.curve import interpolate
from host_sim.plant.native.lag import Lag
from host_sim.plant.native.priority import into_circle
from host_sim.plant.native.settings import (
    UNDER, ActivePowerLimit, ConstantPowerFactor, ConstantQ, FrequencyDroop, Ratings, SetActivePower, VoltVar, VoltWatt,
    WattVar,
)
from host_sim.plant.native.settings_check import problems
from tests.unit.native_bench import S_VA, Bench, settings

VOLT_VAR = VoltVar(enabled=True)
DROOP = FrequencyDroop(enabled=True)
WINDOW_S = 5 / 60      # the voltage's; a step that begins where the curve is flat is seen up to half of it later
RATINGS_FULL_Q = Ratings(q_inject_max_var=S_VA, q_absorb_max_var=S_VA)


def test_a_curve_is_straight_between_its_points_and_flat_beyond():
    points = ((0.9, 1.0), (1.0, 0.0), (1.0, -0.2), (1.1, -0.4))
    for x, y in ((0.5, 1.0), (0.9, 1.0), (0.95, 0.5), (0.999999999, 0.0), (1.0, -0.2), (1.05, -0.3), (1.1, -0.4), (2, -0.4)):
        assert interpolate(points, x) == pytest.approx(y, abs=1e-6), x


def test_a_lag_reaches_nine_tenths_at_its_open_loop_response_time():
    lag = Lag()
    lag.set_olrt(5.0)
    for step in range(1, 1251):
        lag.follow(1.0)
        assert lag.y_pu == pytest.approx(1 - 0.1 ** (step * 0.004 / 5.0), abs=1e-9)
    assert lag.y_pu == pytest.approx(0.9, abs=1e-9)


@pytest.mark.parametrize("v_pu, q_pu", [
    (0.89, 0.44), (0.92, 0.44), (0.95, 0.22), (0.98, 0), (1.0, 0), (1.02, 0), (1.05, -0.22), (1.08, -0.44), (1.09, -0.44),
])
def test_volt_var_delivers_its_curve(v_pu, q_pu):
    der = Bench(settings(p_w=5000, volt_var=VOLT_VAR), warm_s=0).hold(40, v_pu)
    assert der.q_var == pytest.approx(q_pu * S_VA, abs=0.2)
    assert der.p_w == pytest.approx(5000, abs=0.2)


def test_volt_var_uses_the_mean_of_the_phases():
    der = Bench(settings(p_w=0, volt_var=VOLT_VAR), warm_s=0).hold(40, (0.92, 0.98, 0.95))
    assert der.q_var == pytest.approx(2200, abs=0.2)


@pytest.mark.parametrize("olrt_s", [1.0, 5.0, 90.0])
def test_volt_var_answers_a_step_in_its_open_loop_response_time(olrt_s):
    bench = Bench(settings(p_w=0, volt_var=VOLT_VAR._replace(olrt_s=olrt_s)))
    took_s = bench.until(lambda der: der.q_var <= -0.9 * 4400, 2 * olrt_s, v_pu=1.08)
    assert took_s == pytest.approx(olrt_s, rel=0.01, abs=WINDOW_S / 2)


@pytest.mark.parametrize("v_ref_pu", [0.95, 1.05])
def test_the_reference_shifts_the_curve(v_ref_pu):
    der = Bench(settings(p_w=0, volt_var=VOLT_VAR._replace(v_ref_pu=v_ref_pu)), warm_s=0).hold(40, v_ref_pu + 0.05)
    assert der.q_var == pytest.approx(-2200, abs=0.2)


def test_an_autonomous_reference_gives_the_vars_back():
    auto = VOLT_VAR._replace(vref_auto_enabled=True, vref_auto_s=300.0, olrt_s=1.0)
    bench = Bench(settings(p_w=0, volt_var=auto))
    assert bench.hold(10, 1.04).q_var == pytest.approx(-S_VA * 0.44 / 0.06 * (0.04 * math.exp(-10 / 300) - 0.02), abs=10)
    # 1.04 - v_ref falls as exp(-t/300 s): 0.04, after 208 s 0.02, where the curve ends.
    assert bench.hold(150).q_var == pytest.approx(-S_VA * 0.44 / 0.06 * (0.04 * math.exp(-160 / 300) - 0.02), abs=10)
    assert bench.hold(60).q_var == pytest.approx(0, abs=1)


def test_an_autonomous_reference_stays_within_its_bounds():
    auto = VOLT_VAR._replace(vref_auto_enabled=True, vref_auto_s=10.0, olrt_s=0.0)
    der = Bench(settings(p_w=0, volt_var=auto)).hold(200, 1.09)
    assert der.q_var == pytest.approx(-0.44 / 0.06 * 0.02 * S_VA, abs=1)      # 1.09 - 1.05 = 0.04


@pytest.mark.parametrize("p_pu, q_pu", [
    (-1, 0.44), (-0.75, 0.22), (-0.5, 0), (-0.2, 0), (0, 0), (0.2, 0), (0.5, 0), (0.75, -0.22),
])
def test_watt_var_delivers_its_curve(p_pu, q_pu):
    ratings = Ratings(s_max_va=1.2 * S_VA, q_inject_max_var=S_VA, q_absorb_max_var=S_VA)
    der = Bench(settings(p_w=p_pu * S_VA, watt_var=WattVar(enabled=True), ratings=ratings), warm_s=0).hold(40)
    assert der.q_var == pytest.approx(q_pu * 1.2 * S_VA, abs=0.5)


@pytest.mark.parametrize("p_w, q_var", [(6000, 2905.9), (-6000, -4500), (0, 0)])
def test_constant_power_factor_by_direction(p_w, q_var):
    cpf = ConstantPowerFactor(inject_enabled=True, pf_inject=0.9, absorb_enabled=True, pf_absorb=0.8,
                              excitation_absorb=UNDER)
    der = Bench(settings(p_w=p_w, cpf=cpf, ratings=RATINGS_FULL_Q), warm_s=0).hold(40)
    assert der.q_var == pytest.approx(q_var, abs=0.1)


def test_power_factor_holds_where_the_circle_binds():
    cpf = ConstantPowerFactor(inject_enabled=True, pf_inject=0.9)
    der = Bench(settings(cpf=cpf, ratings=RATINGS_FULL_Q), warm_s=0).hold(60)
    assert (der.p_w, der.q_var) == pytest.approx((9000, 4358.9), abs=5)


@pytest.mark.parametrize("q_pu, q_var", [(0.3, 3000), (-0.44, -4400), (1.0, 4400)])
def test_constant_q_within_the_ratings(q_pu, q_var):
    der = Bench(settings(p_w=1000, crp=ConstantQ(enabled=True, q_pu=q_pu)), warm_s=0).hold(40)
    assert der.q_var == pytest.approx(q_var, abs=0.2)


@pytest.mark.parametrize("q_first, p_w, q_var", [(True, 8979.98, 4400), (False, 10000, 0)])
def test_who_gives_way_in_the_circle(q_first, p_w, q_var):
    crp = ConstantQ(enabled=True, q_pu=0.44, q_priority=q_first)
    der = Bench(settings(crp=crp), warm_s=0).hold(40)
    assert (der.p_w, der.q_var) == pytest.approx((p_w, q_var), abs=1)


def test_the_circle_by_hand():
    assert into_circle(6, 8, 10, q_first=True) == (6, 8)
    assert into_circle(9, 8, 10, q_first=True) == pytest.approx((6, 8))
    assert into_circle(-9, 8, 10, q_first=True) == pytest.approx((-6, 8))
    assert into_circle(8, -9, 10, q_first=False) == pytest.approx((8, -6))
    assert into_circle(12, 16, 10, q_first=False, keep_factor=True) == pytest.approx((6, 8))
    assert into_circle(1, 0, 0, q_first=True) == (0, 0)


def test_the_current_limit_is_the_circle_at_low_voltage():
    der = Bench().hold(0.5, 0.6)
    assert der.mode == "mandatory"
    assert der.p_w == pytest.approx(1.15 * 0.6 * S_VA)


@pytest.mark.parametrize("v_pu, p_pu", [(1.06, 1.0), (1.08, 0.5), (1.099, 0.025), (1.0999, 0.0025)])
def test_volt_watt_caps_injection(v_pu, p_pu):
    der = Bench(settings(volt_watt=VoltWatt(enabled=True)), warm_s=0).hold(80, v_pu)
    assert der.p_w == pytest.approx(p_pu * S_VA, abs=0.5)


def test_volt_watt_uses_the_highest_phase():
    der = Bench(settings(volt_watt=VoltWatt(enabled=True)), warm_s=0).hold(80, (1.0, 1.08, 1.02))
    assert der.p_w == pytest.approx(5000, abs=0.5)


def test_volt_watt_makes_a_device_absorb_as_far_as_it_can():
    absorb = VoltWatt(enabled=True, curve_pu=((1.06, 1.0), (1.10, -1.0)))
    bench = Bench(settings(volt_watt=absorb), warm_s=0)
    assert bench.hold(80, 1.09).p_w == pytest.approx(-5000, abs=1)
    bench.window_w = (-3000, S_VA)
    assert bench.hold(1).p_w == -3000


@pytest.mark.parametrize("olrt_s", [0.5, 10.0, 60.0])
def test_volt_watt_answers_a_step_in_its_open_loop_response_time(olrt_s):
    bench = Bench(settings(volt_watt=VoltWatt(enabled=True, olrt_s=olrt_s)))
    took_s = bench.until(lambda der: der.p_w <= S_VA - 0.9 * 0.5 * S_VA, 2 * olrt_s, v_pu=1.08)
    assert took_s == pytest.approx(olrt_s, rel=0.01, abs=WINDOW_S / 2)


@pytest.mark.parametrize("v_pu, share", [(0.93, 1.0), (207 / 230, 0.2), (211 / 230, 0.6), (0.885, 0.2)])
def test_low_voltage_limits_charging(v_pu, share):
    charging = VoltWatt(charge_enabled=True, charge_curve_pu=((207 / 230, 0.2), (215 / 230, 1.0)))
    bench = Bench(settings(p_w=-9000, volt_watt=charging), warm_s=0)
    expected_w = -min(9000, share * S_VA) if v_pu != 0.93 else -9000
    der = bench.hold(80, 0.95 if v_pu == 0.93 else v_pu)
    assert der.p_w == pytest.approx(expected_w, abs=1)


def test_the_limit_caps_injection_only_and_within_its_time():
    bench = Bench(settings(p_limit=ActivePowerLimit(enabled=False, p_max_pu=0.33)))
    bench.der.configure(bench.der.settings._replace(p_limit=ActivePowerLimit(enabled=True, p_max_pu=0.33)))
    assert bench.until(lambda der: der.p_w <= 3300 + 0.1 * 6700, 30) == pytest.approx(5.0, abs=0.05)
    charging = settings(p_w=-9000, p_limit=ActivePowerLimit(enabled=True, p_max_pu=0.0))
    assert Bench(charging, warm_s=0).hold(40).p_w == pytest.approx(-9000, abs=1)


def test_a_setpoint_ramp_is_kept():
    bench = Bench(settings(set_power=SetActivePower(True, 0.0, 1000.0)))
    bench.der.configure(settings(set_power=SetActivePower(True, -5000.0, 1000.0)))
    assert bench.hold(2).p_w == pytest.approx(-2000, abs=25)
    assert bench.hold(4).p_w == pytest.approx(-5000, abs=0.1)


# --- droop ------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("p_w", [-5000, 0, 5000])
@pytest.mark.parametrize("f_hz, change_pu", [
    (60.036, 0), (59.964, 0), (60.336, -0.1), (59.664, 0.1), (60.99, -0.318), (59.01, 0.318),
])
def test_droop_is_one_line_through_the_power_before(p_w, f_hz, change_pu):
    der = Bench(settings(p_w=p_w, droop=DROOP), warm_s=1).hold(30, f_hz=f_hz)
    assert der.p_w == pytest.approx(p_w + change_pu * S_VA, abs=1)
    assert der.droop_active == (change_pu != 0)


def test_droop_ends_at_its_bounds():
    assert Bench(settings(p_w=9000, droop=DROOP)).hold(30, f_hz=58.9).p_w == pytest.approx(S_VA, abs=1)
    assert Bench(settings(p_w=1000, droop=DROOP._replace(p_min_pu=0.0))).hold(30, f_hz=61.1).p_w == pytest.approx(0, abs=1)
    bench = Bench(settings(p_w=-5000, droop=DROOP))
    bench.window_w = (-6000, 0)                    # no discharging allowed now
    assert bench.hold(30, f_hz=58.9).p_w == pytest.approx(-5000 + 0.3547 * S_VA, abs=1)
    bench.der.configure(bench.der.settings._replace(droop=DROOP._replace(k_uf_pu=0.02)))
    assert bench.hold(30).p_w == 0                 # and then the battery's word binds


@pytest.mark.parametrize("olrt_s", [0.2, 1.0, 5.0, 10.0])
def test_droop_answers_a_step_in_its_open_loop_response_time(olrt_s):
    bench = Bench(settings(p_w=5000, droop=DROOP._replace(olrt_s=olrt_s)))
    took_s = bench.until(lambda der: der.p_w <= 5000 - 0.9 * 1000, 2 * olrt_s, f_hz=60.336)
    assert took_s == pytest.approx(olrt_s, rel=0.01, abs=0.02)


def test_the_power_before_stays_latched_while_the_setpoint_moves():
    bench = Bench(settings(p_w=5000, droop=DROOP))
    bench.hold(30, f_hz=60.336)
    bench.der.configure(settings(p_w=8000, droop=DROOP))
    assert bench.hold(30).p_w == pytest.approx(4000, abs=1)          # more injection would not help
    bench.der.configure(settings(p_w=2000, droop=DROOP))
    assert bench.hold(30).p_w == pytest.approx(2000, abs=1)          # less does
    bench.der.configure(settings(p_w=8000, droop=DROOP))
    assert bench.hold(30, f_hz=60.0).p_w == pytest.approx(8000, abs=1)
    assert not bench.der.droop_active
    assert bench.hold(30, f_hz=60.336).p_w == pytest.approx(7000, abs=1)    # latched anew


def test_a_frequency_at_the_edge_does_not_wind_the_power_down():
    bench = Bench(settings(p_w=5000, droop=DROOP))
    for _ in range(20):
        bench.hold(1, f_hz=60.336)
        bench.hold(0.3, f_hz=60.03)
    assert bench.hold(30, f_hz=60.336).p_w == pytest.approx(4000, abs=1)


def test_priority_of_the_functions_as_the_test_procedure_has_it():
    chosen = settings(droop=DROOP, p_limit=ActivePowerLimit(enabled=True, p_max_pu=0.5),
                      volt_watt=VoltWatt(enabled=True, curve_pu=((1.06, 1.0), (1.10, 0.2))))
    bench = Bench(chosen, warm_s=60)
    for v_pu, f_hz, p_pu in ((1, 60, 0.5), (1.09, 60, 0.4), (1.09, 60.33, 0.302), (1.09, 60, 0.4), (1.09, 59.36, 0.4),
                             (1, 59.36, 0.601), (1, 60, 0.5), (1, 59.36, 0.701)):
        assert bench.hold(60, v_pu, f_hz).p_w == pytest.approx(p_pu * S_VA, abs=15), (v_pu, f_hz)


# --- settings -----------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("function, path", [
    ({"volt_var": VOLT_VAR._replace(curve_pu=((0.92, 0.44), (0.9, 0.0)))}, "volt_var.curve_pu"),
    ({"volt_var": VOLT_VAR._replace(curve_pu=((0.92, 0.0), (0.98, 0.2)))}, "volt_var.curve_pu"),
    ({"volt_var": VOLT_VAR._replace(curve_pu=((0.92, 0.44),))}, "volt_var.curve_pu"),
    ({"volt_var": VOLT_VAR._replace(curve_pu=((0.92, 1.44), (0.98, 0.0)))}, "volt_var.curve_pu"),
    ({"volt_watt": VoltWatt(enabled=True, curve_pu=((1.0, float("nan")), (1.1, 0.0)))}, "volt_watt.curve_pu"),
    ({"droop": DROOP._replace(k_of_pu=0.0)}, "droop.k_of_pu"),
    ({"cpf": ConstantPowerFactor(inject_enabled=True, pf_inject=0.0)}, "cpf.pf_inject"),
    ({"cpf": ConstantPowerFactor(excitation_inject="leading")}, "cpf.excitation_inject"),
    ({"volt_var": VOLT_VAR, "crp": ConstantQ(enabled=True)}, "volt_var+crp"),
    ({"ratings": Ratings(s_max_va=None)}, "ratings.s_max_va"),
])
def test_what_makes_no_sense_is_refused_and_the_old_settings_stay(function, path):
    bench = Bench(settings(p_w=5000))
    wrong = bench.der.configure(bench.der.settings._replace(**function))
    assert [row[0] for row in wrong] == [path]
    assert bench.der.settings == settings(p_w=5000)
    with pytest.raises(ValueError, match=path.split("+")[0]):
        Bench(settings(**function))


def test_the_defaults_make_sense():
    assert problems(settings()) == ()
