"""Operating modes of the native model: the table is total, blocking and restoring keep their times, service its delay.

Not its job: when voltage and frequency call for what (test_native_protection).
Source: IEEE 1547-2018 4.10, 6.4.2; entry of momentary cessation <= 0.083 s, restoration of 80 % <= 0.4 s, cease <= 0.16 s,
permit service <= 2 s.
"""

import pytest

from host_sim.plant.native.mode_rows import EVENTS, IN_SERVICE, MODES, NEXT, ROWS, TRIPPED
from host_sim.plant.native.settings import EnterService, FrequencyDroop, RideThrough, Trip, VoltVar, VoltWatt
from tests.unit.native_bench import S_VA, Bench, settings

QUICK = EnterService(delay_s=2.0, ramp_s=1.0)
CATEGORY_II = {"trip": Trip(must_lv_pu_s=((0.70, 10.0), (0.45, 2.0)), momentary_lv_pu_s=(), momentary_hv_pu_s=()),
               "ride_through": RideThrough("ii")}


# --- the table ----------------------------------------------------------------------------------------------------

def test_every_mode_has_exactly_one_row_for_every_event():
    assert sorted((mode, event) for mode, event, _, _ in ROWS) == sorted((m, e) for m in MODES for e in EVENTS)
    for _, _, after, why in ROWS:
        assert after in MODES and why


def test_every_mode_can_be_reached_and_left():
    for mode in MODES:
        assert any(after == mode for before, _, after, _ in ROWS if before != mode)
        assert set(NEXT[mode].values()) - {mode}


def test_service_is_entered_only_by_the_wait_and_the_ramp():
    outside = [mode for mode in MODES if mode not in IN_SERVICE]
    for before, event, after, _ in ROWS:
        if before in outside and after in IN_SERVICE:
            assert (before, event, after) == ("enter_service_wait", "delay_over", "enter_service_ramp")
        if event in ("must_trip", "permit_off"):
            assert after == TRIPPED


# --- blocking -----------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("p_w", [S_VA, 2500.0, -S_VA])
@pytest.mark.parametrize("v_pu, seconds", [(0.4, 1.0), (0.0, 0.5), (1.15, 11.0)])
def test_momentary_cessation_blocks_and_restores_in_time(p_w, v_pu, seconds):
    bench = Bench(settings(p_w=p_w))
    assert bench.until(lambda der: der.p_w == 0, 1, v_pu=v_pu) <= 0.083
    bench.hold(seconds)
    assert bench.der.mode == "momentary_cessation"
    assert bench.der.p_w == 0 and abs(bench.der.q_var) < 0.03 * S_VA
    took_s = bench.until(lambda der: abs(der.p_w) >= 0.8 * abs(p_w), 1, v_pu=1.0)
    assert took_s <= 0.4 and bench.der.mode == "continuous"
    assert bench.hold(1).p_w == pytest.approx(p_w, abs=0.1)


def test_a_blocked_device_restores_what_its_functions_had_decided():
    chosen = settings(p_w=8000, volt_watt=VoltWatt(enabled=True, olrt_s=1.0), droop=FrequencyDroop(enabled=True),
                      volt_var=VoltVar(enabled=True, olrt_s=1.0))
    bench = Bench(chosen)
    bench.hold(5, 1.19)
    assert bench.until(lambda der: der.p_w >= 6400, 1, v_pu=1.0) <= 0.4


def test_cease_to_energize_blocks_in_time_and_comes_back():
    bench = Bench(settings(**CATEGORY_II))
    assert bench.until(lambda der: der.p_w == 0, 1, v_pu=0.2) <= 0.16
    bench.hold(1)
    assert bench.der.mode == "cease" and abs(bench.der.q_var) < 0.1 * S_VA
    assert bench.until(lambda der: der.p_w >= 0.8 * S_VA, 1, v_pu=1.0) <= 0.4


@pytest.mark.parametrize("v_pu", [0.87, 0.75, 0.66])
def test_mandatory_operation_keeps_four_fifths_of_the_current(v_pu):
    for p_w in (S_VA, 0.4 * S_VA):
        bench = Bench(settings(p_w=p_w, **CATEGORY_II))
        bench.hold(0.1, v_pu)
        for _ in range(250):
            der = bench.step()
            assert der.mode == "mandatory"
            assert abs(complex(der.p_w, der.q_var)) / v_pu >= 0.8 * p_w


# --- permission ---------------------------------------------------------------------------------------------------

def test_permission_withdrawn_ends_power_within_two_seconds_and_keeps_it_away():
    bench = Bench(settings(enter_service=QUICK))
    bench.der.configure(settings(enter_service=QUICK._replace(permitted=False)))
    assert bench.until(lambda der: der.p_w == 0 and der.q_var == 0, 2) is not None
    assert bench.hold(10).mode == TRIPPED and bench.der.cause == "permission_withdrawn"
    bench.der.configure(settings(enter_service=QUICK))
    assert bench.until(lambda der: der.p_w > 0, 5) == pytest.approx(2.0, abs=0.05)


# --- enter service --------------------------------------------------------------------------------------------------

CASES = [   # settings; grid before, grid after
    (EnterService(), (0.897, 60), (0.937, 60)),
    (EnterService(delay_s=600, ramp_s=1000, v_lo_pu=0.95, v_hi_pu=1.06, f_lo_hz=59.9, f_hi_hz=61.0), (1.08, 60), (1.04, 60)),
    (EnterService(delay_s=0, ramp_s=1, v_lo_pu=0.88, v_hi_pu=1.05, f_lo_hz=59.0, f_hi_hz=60.1), (0.86, 60), (0.90, 60)),
    (EnterService(delay_s=5, ramp_s=10), (1, 59.48), (1, 59.52)),
    (EnterService(delay_s=5, ramp_s=10, f_hi_hz=61.0), (1, 61.02), (1, 60.98)),
]


def out_of_service(enter_service, v_pu, f_hz):
    bench = Bench(settings(enter_service=enter_service), v_pu=v_pu, f_hz=f_hz, in_service=False)
    assert bench.hold(5).p_w == 0 and bench.der.mode == TRIPPED
    return bench


@pytest.mark.parametrize("enter_service, before, after", CASES)
def test_service_begins_after_the_delay_and_rises_in_the_ramp(enter_service, before, after):
    bench = out_of_service(enter_service, *before)
    began_s = bench.until(lambda der: der.p_w > 0, 700, *after)
    assert 0.985 * enter_service.delay_s <= began_s <= enter_service.delay_s + 0.2
    full_s = bench.until(lambda der: der.p_w >= 0.99 * S_VA, 1100)
    assert full_s == pytest.approx(0.99 * enter_service.ramp_s, rel=0.01, abs=0.3)
    assert bench.hold(0.02 * enter_service.ramp_s + 0.5).mode == "continuous" and bench.der.cause is None


@pytest.mark.parametrize("v_pu, f_hz", [(0.897, 60), (1.07, 60), (1.0, 59.46), (1.0, 60.14)])
@pytest.mark.parametrize("excursion_s", [0.05, 0.1])
def test_a_short_excursion_restarts_the_delay(v_pu, f_hz, excursion_s):
    bench = out_of_service(EnterService(delay_s=20, ramp_s=1), 0.8, 60)
    bench.hold(5, 1.0)
    assert bench.der.enter_service_left_s == pytest.approx(15, abs=0.05)
    bench.hold(excursion_s, v_pu, f_hz)
    assert bench.until(lambda der: der.p_w > 0, 30, 1.0, 60) == pytest.approx(20, abs=0.15)


def test_the_random_part_is_drawn_anew_each_time():
    draws = iter((0.25, 0.75))
    chosen = settings(enter_service=EnterService(delay_s=1, random_s=10, ramp_s=0))
    bench = Bench(chosen, v_pu=0.8, in_service=False, chance=lambda: next(draws))
    for share in (0.25, 0.75):
        bench.hold(1, 0.8)
        bench.der.configure(chosen._replace(enter_service=chosen.enter_service._replace(permitted=False)))
        bench.hold(1)
        bench.der.configure(chosen)
        assert bench.until(lambda der: der.p_w > 0, 12, 1.0) == pytest.approx(1 + 10 * share, abs=0.1)


def test_power_in_the_ramp_is_limited_both_ways():
    bench = Bench(settings(p_w=-8000, enter_service=EnterService(delay_s=0, ramp_s=10)), in_service=False, warm_s=0)
    assert bench.hold(5).p_w == pytest.approx(-5000, abs=100)
    assert bench.hold(5).p_w == pytest.approx(-8000, abs=10)


def test_a_dip_in_the_ramp():
    bench = Bench(settings(enter_service=QUICK._replace(ramp_s=10)), in_service=False, warm_s=4)
    assert bench.der.mode == "enter_service_ramp"
    assert bench.hold(1, 0.8).mode == "enter_service_ramp"
    assert bench.hold(0.1, 0.3).mode == TRIPPED
    assert bench.until(lambda der: der.p_w > 0, 5, 1.0) == pytest.approx(2.0, abs=0.05)


def test_after_a_trip_it_waits_and_comes_back():
    bench = Bench(settings(enter_service=QUICK))
    bench.hold(2.5, 0.3)
    assert bench.der.mode == TRIPPED and bench.der.alarms() == ("under_voltage",)
    bench.hold(0.1, 1.0)
    assert bench.der.mode == "enter_service_wait" and bench.der.cause == "under_voltage"
    assert bench.hold(4).p_w == pytest.approx(S_VA, abs=1)
    assert bench.der.alarms() == ()


# --- time -----------------------------------------------------------------------------------------------------------

def test_coarse_calls_do_what_fine_ones_do():
    fine, coarse = (Bench(settings(volt_var=VoltVar(enabled=True), droop=FrequencyDroop(enabled=True)), warm_s=0)
                    for _ in range(2))
    for n, (v_pu, f_hz) in enumerate(((1.0, 60), (1.05, 60.2), (0.4, 60), (1.0, 59.9), (1.06, 60.0)), 1):
        fine.hold(0, v_pu, f_hz)
        while fine.now_ms < n * 1020:
            fine.step()
        for now_ms in range((n - 1) * 1020, n * 1020 + 1, 20):
            coarse.der.step(now_ms or 4, (v_pu,) * 3, f_hz, *coarse.window_w)
        assert (fine.der.p_w, fine.der.q_var, fine.der.mode) == (coarse.der.p_w, coarse.der.q_var, coarse.der.mode)


def test_a_calm_device_wakes_at_any_change():
    chosen = settings(volt_var=VoltVar(enabled=True, olrt_s=0.0))
    bench = Bench(chosen, warm_s=60)
    assert bench.der._calm
    assert bench.hold(1, 1.05).q_var == pytest.approx(-2200)
    bench.hold(60)
    assert bench.der._calm
    bench.der.configure(chosen._replace(volt_var=VoltVar()))
    assert bench.hold(1).q_var == 0
