"""The swing model against closed forms: initial slope, end, single time constant, deadband, reserve, stages."""

import math

import pytest

from host_sim.grid_frequency.swing import Change, Grid, Stage, Swing, initial_rocof_hz_s, power_between_mw, settled_hz

GRID = Grid(f_nom_hz=50.0, e_kinetic_mws=100_000.0, load_mw=25_000.0, damping_pct_per_hz=2.0, governor_mw_per_hz=2_000.0,
            reserve_mw=5_000.0, governor_s=0.2, turbine_s=2.0)
NO_GOVERNOR = GRID._replace(governor_mw_per_hz=0.0)
STEP_MS = 20


def after(swing, seconds):
    """The frequency some seconds on, Hz."""
    for _ in range(round(seconds * 1000 / STEP_MS)):
        swing.step(STEP_MS)
    return swing.f_hz


def loss(p_mw):
    return (Change("loss", 0.0, -p_mw),)


@pytest.mark.parametrize("p_mw, h_s, s_mva", [(1_000, 4.0, 25_000), (1_800, 3.0, 40_000), (500, 2.0, 5_000)])
def test_initial_slope_is_p_f_over_2_h_s(p_mw, h_s, s_mva):
    grid = GRID._replace(e_kinetic_mws=h_s * s_mva)
    expected_hz_s = -p_mw * 50.0 / (2 * h_s * s_mva)
    assert initial_rocof_hz_s(grid, -p_mw) == pytest.approx(expected_hz_s)
    swing = Swing(grid, loss(p_mw))
    swing.step(1)
    assert (swing.f_hz - 50.0) / 0.001 == pytest.approx(expected_hz_s, rel=1e-3)


def test_ends_at_p_over_d_plus_1_over_r():
    # D = 500 MW/Hz, 1/R = 2000 MW/Hz: 1000 MW lost settle at -0.4 Hz
    assert settled_hz(GRID, -1_000) == pytest.approx(-0.4)
    assert after(Swing(GRID, loss(1_000)), 120) == pytest.approx(49.6, abs=1e-6)
    assert after(Swing(GRID, (Change("load lost", 0.0, 1_000),)), 120) == pytest.approx(50.4, abs=1e-6)


def test_without_governors_it_is_one_exponential():
    # M = 4000 MW s/Hz, D = 500 MW/Hz: 8 s
    for seconds in (1, 4, 8, 30):
        expected_hz = 50 - 2.0 * (1 - math.exp(-seconds / 8))
        assert after(Swing(NO_GOVERNOR, loss(1_000)), seconds) == pytest.approx(expected_hz, abs=1e-9)


def test_without_damping_and_governors_it_is_a_line():
    grid = NO_GOVERNOR._replace(damping_pct_per_hz=0.0)
    assert after(Swing(grid, loss(1_000)), 4) == pytest.approx(49.0, abs=1e-9)


def test_deadband_and_reserve_change_the_end():
    dead = GRID._replace(deadband_hz=0.1)
    # 500 x + 2000 (x - 0.1) = 1000
    assert settled_hz(dead, -1_000) == pytest.approx(-0.48)
    assert after(Swing(dead, loss(1_000)), 200) == pytest.approx(49.52, abs=1e-6)
    # inside the deadband only the load answers
    assert settled_hz(dead, -40) == pytest.approx(-0.08)
    assert after(Swing(dead, loss(40)), 200) == pytest.approx(49.92, abs=1e-6)
    short = GRID._replace(reserve_mw=600.0)
    # 600 MW from the reserve, 400 MW over 500 MW/Hz
    assert settled_hz(short, -1_000) == pytest.approx(-0.8)
    assert after(Swing(short, loss(1_000)), 200) == pytest.approx(49.2, abs=1e-6)


def test_lowering_has_its_own_limit():
    grid = GRID._replace(down_mw=100.0)
    assert settled_hz(grid, 1_000) == pytest.approx(1.8)
    assert after(Swing(grid, (Change("load lost", 0.0, 1_000),)), 200) == pytest.approx(51.8, abs=1e-6)


def test_a_fleet_moves_the_end_as_its_power_says():
    swing = Swing(GRID, loss(1_000))
    for _ in range(10_000):
        swing.step(STEP_MS, 250.0)
    assert swing.f_hz == pytest.approx(50 - 0.3, abs=1e-6)


def test_a_ramp_is_half_way_at_half_time():
    swing = Swing(GRID, (Change("operator", 10.0, 600.0, 20.0),))
    assert [swing.lost_mw(t_s) for t_s in (9.9, 10, 20, 30, 99)] == [0, 0, 300, 600, 600]


def test_a_stage_waits_its_delay_and_acts_once():
    grid = NO_GOVERNOR._replace(stages=(Stage("shed", 49.5, 0.2, 1_000.0),))
    swing = Swing(grid, loss(1_000))
    # 50 - 2 (1 - e^(-t/8)) = 49.5 at 2.301 s
    below_s = -8 * math.log(0.75)
    after(swing, 10)
    assert swing.tripped == {"shed": pytest.approx(below_s + 0.2, abs=2 * STEP_MS / 1000)}
    assert swing.p_shed_mw == 1_000
    # the loss is covered: back to nominal with the same 8 s
    assert after(swing, 100) == pytest.approx(50.0, abs=1e-4)
    assert swing.p_shed_mw == 1_000


def test_a_stage_forgets_a_short_dip():
    grid = NO_GOVERNOR._replace(stages=(Stage("shed", 49.9, 1.0, 1_000.0),))
    swing = Swing(grid, loss(1_000) + (Change("back", 0.6, 6_000.0),))
    after(swing, 60)
    assert swing.tripped == {}


@pytest.mark.parametrize("grid", [NO_GOVERNOR, NO_GOVERNOR._replace(damping_pct_per_hz=0.0)])
def test_the_step_runs_backwards(grid):
    swing = Swing(grid, f_hz=49.7)
    before_hz = swing.f_hz
    swing.step(STEP_MS, -1_234.0)
    assert power_between_mw(grid, before_hz, swing.f_hz, STEP_MS) == pytest.approx(-1_234.0, rel=1e-6)


def test_a_coarse_step_ends_at_the_same_place():
    fine, coarse = Swing(NO_GOVERNOR, loss(1_000)), Swing(NO_GOVERNOR, loss(1_000))
    for _ in range(1_000):
        fine.step(1)
    coarse.step(1_000)
    assert coarse.f_hz == pytest.approx(fine.f_hz, abs=1e-9)
