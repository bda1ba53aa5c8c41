"""Closed forms of the loops of voltage and frequency, the rule they give, and the two tellings of that rule."""

import math

import numpy as np
import pytest

from edge.laws import wape_stability as rule
from host_sim.feeder.ieee13_415 import ieee13_415
from host_sim.feeder.powerflow import PowerFlow
from host_sim.feeder.source import behind_source
from host_sim.study import grid_cases, grid_loops as loops
from host_sim.study.grid_stations import AREA
from host_sim.study.loop_probe import measured_loop, multisine, tones
from host_sim.study.loop_gain import margins as continuous_margins

ALWAYS_FINE = loops.Station(0.0, 1, 0.0)


@pytest.mark.parametrize("gain", [0.51, 0.8, 1.2, 3.1, 8.0, 20.0])
@pytest.mark.parametrize("delay_s", [0.2, 0.3, 0.7, 1.2])
def test_the_rule_keeps_six_decibels_and_45_degrees_in_the_sampled_loop_too(gain, delay_s):
    tau_s = loops.olrt_tau_s(loops.olrt_min_s(gain, delay_s), delay_s)
    assert tau_s == pytest.approx(1.4 * gain * delay_s)
    found = loops.margins_of(lambda w: loops.voltage_loop(w, gain, loops.Station(tau_s, round(delay_s / 0.1), 0.06)))
    assert found.gain_db >= 6 and (found.phase_deg is None or found.phase_deg >= 45)


def test_gateway_and_study_have_the_same_rule():
    for gain in (0.3, 0.5, 0.6, 1.0, 5.0):
        assert loops.olrt_min_s(gain, 0.4) == pytest.approx(rule.olrt_min_s(gain, 0.4))
    assert grid_cases.SENSITIVITY_PU == rule.SENSITIVITY_THREE_PHASE_PU
    assert grid_cases.WAPE_GAIN == rule.LOOP_GAIN_THREE_PHASE


def test_longest_delay_is_the_rule_turned_round():
    assert loops.olrt_min_s(1.03, loops.delay_max_s(1.03, 5.0)) == pytest.approx(5.0)
    assert loops.delay_max_s(0.5, 5.0) is None and loops.olrt_min_s(0.5, 10.0) == 0.0
    # Half of unity is 6 dB below it, whatever the phase: no filter needed.
    found = loops.margins_of(lambda w: loops.voltage_loop(w, 0.5, loops.Station(0.0, 10, 0.0)))
    assert found.gain_db == pytest.approx(20 * math.log10(2), abs=0.01) and found.phase_deg is None


def test_a_short_tick_gives_the_margins_of_continuous_time():
    gain, tau_s, tick_s = 5.0, 3.0, 0.001
    found = loops.margins_of(lambda w: loops.voltage_loop(w, gain, loops.Station(tau_s, 400, 0.0, tick_s)), tick_s)
    assert found[:2] == pytest.approx(continuous_margins(gain, tau_s, 0.4), abs=0.05)


def test_pure_delay_around_a_mass_has_the_margins_of_the_books():
    """L = (R / M) exp(-s T) / s: 90 degrees less w T at w = R / M, and pi M / (2 T R)."""
    mass = AREA._replace(damping_pct_per_hz=0.0, governor_mw_per_hz=0.0)
    tick_s, stiffness_mw_per_hz = 0.001, 60.0
    station = loops.Station(0.0, 501, 0.0, tick_s)   # of which half a tick is taken back: power is held
    found = loops.margins_of(lambda w: loops.frequency_loop(w, stiffness_mw_per_hz, station, mass), tick_s)
    w_rad_s = stiffness_mw_per_hz / mass.mass_mw_s_per_hz
    assert found.phase_deg == pytest.approx(90 - math.degrees(w_rad_s * 0.5), abs=0.1)
    assert found.gain_db == pytest.approx(20 * math.log10(math.pi / (2 * 0.5 * w_rad_s)), abs=0.05)


@pytest.mark.parametrize(("tau_s", "ticks"), [(0.0, 3), (0.0, 12), (0.3, 3), (2.0, 3), (1.65, 12), (5.0, 5)])
def test_the_largest_fleet_keeps_both_margins_on_the_mass_alone(tau_s, ticks):
    mass = AREA._replace(damping_pct_per_hz=0.0, governor_mw_per_hz=0.0)
    station = loops.Station(tau_s, ticks, 0.06)
    share = loops.fleet_share_max(0.05, AREA.e_kinetic_mws / AREA.load_mw, station)
    stiffness_mw_per_hz = share * AREA.load_mw / (AREA.f_nom_hz * 0.05)
    assert stiffness_mw_per_hz / mass.mass_mw_s_per_hz == pytest.approx(math.pi / 4 / (tau_s + 0.1 * ticks + 0.06))
    found = loops.margins_of(lambda w: loops.frequency_loop(w, stiffness_mw_per_hz, station, mass))
    assert found.gain_db >= 6 and found.phase_deg >= 45
    worse = loops.margins_of(lambda w: loops.frequency_loop(w, 3 * stiffness_mw_per_hz, station, mass))
    assert worse.gain_db < 6 or worse.phase_deg < 45


def test_a_slower_response_helps_the_voltage_and_harms_the_frequency():
    mass = AREA._replace(damping_pct_per_hz=0.0, governor_mw_per_hz=0.0)

    def of(olrt_s):
        station = loops.Station(loops.olrt_tau_s(olrt_s, 0.7), 7, 0.06)
        return (loops.margins_of(lambda w: loops.voltage_loop(w, 3.0, station)).gain_db,
                loops.margins_of(lambda w: loops.frequency_loop(w, 60.0, station, mass)).phase_deg)
    (quick_v, quick_f), (slow_v, slow_f) = of(2.0), of(10.0)
    assert slow_v > quick_v + 6 and slow_f < quick_f - 20


def test_supervisor_is_an_integral_with_a_path():
    w_rad_s = np.array([0.01, 0.1])
    direct, late = [loops.dispatch_loop(w_rad_s, 22.0, path_s, ALWAYS_FINE, AREA) for path_s in (0.0, 2.0)]
    assert np.angle(direct / late) == pytest.approx(2.0 * w_rad_s)
    # Slowly, governors and damping answer 220 MW/Hz: restored with a time constant of 10 s.
    assert abs(direct[0]) == pytest.approx(1 / (10.0 * 0.01), rel=0.01)


def test_margins_of_points_start_from_any_angle():
    w_rad_s = np.geomspace(0.3, 10.0, 60)
    station = loops.Station(1.0, 3, 0.0)
    whole = loops.margins_of(lambda w: loops.voltage_loop(w, 4.0, station))
    assert loops.margins_of_points(w_rad_s, loops.voltage_loop(w_rad_s, 4.0, station))[:2] == pytest.approx(whole[:2], abs=0.05)
    late = w_rad_s > 2.5   # begins beyond unity, already past -100 degrees
    assert loops.margins_of_points(w_rad_s[late], loops.voltage_loop(w_rad_s[late], 4.0, station)).gain_db == pytest.approx(
        whole.gain_db, abs=0.05)
    assert loops.margins_of_points(w_rad_s, 0.1 / (1 + 1j * w_rad_s)) == (None, None, None, None)


def test_a_probe_finds_a_loop_that_is_known():
    """y = -L (y + d) with L a delay of three ticks and a sampled lag, stepped by hand."""
    time_s, window_s, station = np.arange(1400) * 0.1, 80.0, loops.Station(1.0, 3, 0.0)
    expected = loops.margins_of(lambda w: loops.voltage_loop(w, 3.0, station))
    w_rad_s = tones(expected, window_s)
    sent = multisine(time_s, w_rad_s, 0.1)
    assert np.abs(sent).max() < 0.1 * len(w_rad_s) * 0.75
    left, state, returned, seen = math.exp(-0.1), 0.0, np.zeros(1400), np.zeros(1400)
    for k in range(1400):
        if k >= 3:
            state = left * state + (1 - left) * seen[k - 3]
        returned[k] = -3.0 * state
        seen[k] = returned[k] + sent[k]
    found = measured_loop(time_s, w_rad_s, sent, returned, window_s)
    assert found == pytest.approx(loops.voltage_loop(w_rad_s, 3.0, station), rel=1e-3)
    assert loops.margins_of_points(w_rad_s, found)[:2] == pytest.approx(expected[:2], abs=0.3)


def test_short_circuit_power_behind_the_feeder():
    """A bolted three-phase load draws through z = v^2 / s; the drop of a small one follows from it."""
    net = behind_source(ieee13_415(0.0), 1e6)
    solver = PowerFlow(net, ("650",))
    drawn_w = 10e3
    flow = solver.solve(1.0, np.full((1, 1, 3), -drawn_w / 3), np.zeros((1, 1, 3)))
    idle = solver.solve(1.0, np.zeros((1, 1, 3)), np.zeros((1, 1, 3)))
    drop_v = float((solver.v_ll_mean_v("650", idle) - solver.v_ll_mean_v("650", flow))[0])
    r_ohm = 415.0**2 / 1e6 / math.hypot(1, 3)
    assert drop_v == pytest.approx(r_ohm * drawn_w / 415.0, rel=0.04)   # capacitors lift the rest
    with pytest.raises(ValueError, match="above 0"):
        behind_source(ieee13_415(0.0), 0.0)
