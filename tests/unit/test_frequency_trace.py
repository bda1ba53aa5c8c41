"""The recorded trace as it is read, what it says about the balance, and what is measured on a curve."""

import numpy as np
import pytest

from host_sim.grid_frequency import measures, trace
from host_sim.grid_frequency.events import EVENTS, GB_2019, IBERIA
from host_sim.grid_frequency.run import simulate, times_s

HEAD = "AnalyzerL1PhaseVoltage,AnalyzerL2PhaseVoltage,AnalyzerL3PhaseVoltage,AnalyzerL1Frequency,time\n"


def test_the_recording_ends_before_the_voltage_is_gone():
    found = trace.read()
    assert found.at_s("12:33:22") == found.t_s[-1] == 502
    assert list(found.f_hz[-5:]) == [49.95, 49.942, 49.902, 48.556, 47.476]
    assert found.missing == 1 and len(found.t_s) == 251
    assert np.isfinite(found.f_hz).all() and found.v_v.min() > 25_000
    # the missing reading of 12:31:00 lies on the line between its neighbours, 49.988 both
    assert found.frequency_hz(found.at_s("12:31:00")) == pytest.approx(49.988)


def test_a_reading_without_voltage_ends_it_a_missing_one_does_not(tmp_path):
    rows = ("230,230,230,50.0", "NaN,NaN,NaN,NaN", "230,230,230,49.9", "3,3,3,47.0", "230,230,230,50.0")
    path = tmp_path / "trace.csv"
    path.write_text(HEAD + "".join("%s,28-Apr-2025 12:00:%02d\n" % (row, 2 * place) for place, row in enumerate(rows)))
    found = trace.read(path)
    assert list(found.t_s) == [0, 4] and list(found.f_hz) == [50.0, 49.9] and found.missing == 1


def test_the_inferred_imbalance_leads_the_area_back_along_the_recording():
    recorded = trace.read()
    given_hz = recorded.frequency_hz(times_s(IBERIA) + recorded.at_s("12:33:18"))
    imbalance_mw = trace.imbalance_mw(IBERIA.grid, given_hz, 20)
    run = simulate(IBERIA, None, imbalance_mw=imbalance_mw, f_begin_hz=given_hz[0])
    assert run.f_hz == pytest.approx(given_hz, abs=1e-6)
    # -0.673 Hz/s on 2 * 80 000 / 50 MW s/Hz, less what 450 MW/Hz of load gave right away at 49.9 Hz
    begin = np.searchsorted(run.t_s, 0.0) + 1
    assert imbalance_mw[begin] == pytest.approx(-0.673 * 3_200 - 0.1 * 450, rel=0.01)


def test_the_british_model_passes_its_published_points():
    run = simulate(GB_2019, None)
    t_s, f_hz = run.t_s, run.f_hz
    first_low_hz = f_hz[(t_s > 0) & (t_s < 57)].min()
    assert first_low_hz == pytest.approx(49.1, abs=0.02)
    assert np.interp(44.5, t_s, f_hz) == pytest.approx(49.2, abs=0.05)
    assert run.tripped["demand, 931 MW"] == pytest.approx(75.9, abs=0.5)
    assert f_hz.min() == pytest.approx(48.8, abs=0.01)
    assert np.interp(221.5, t_s, f_hz) == pytest.approx(50.0, abs=0.01)
    # published: more than 0.125 Hz/s
    assert -0.2 < measures.steepest_hz_s(t_s, f_hz) < -0.125


def test_losses_add_up_to_what_is_published():
    assert sum(row.p_mw for row in GB_2019.changes if row.t_s < 50) == -1_481
    assert sum(row.p_mw for row in GB_2019.changes if row.t_s < 60) == -1_691
    assert sum(row.p_mw for row in GB_2019.changes if row.p_mw < 0) == -1_878


def test_every_event_says_what_it_is():
    for name, event in EVENTS.items():
        assert event.name == name and event.what.lower().startswith(event.kind), name
        assert event.assumed and event.begin_s < 0 < event.end_s


T_S = np.arange(0, 10, 0.02)


def test_measures_of_a_straight_dip():
    f_hz = np.where(T_S < 4, 50 - 0.25 * T_S, 49 + 0.2 * (T_S - 4))
    assert measures.nadir(T_S, f_hz) == (pytest.approx(49.0), pytest.approx(4.0))
    assert measures.steepest_hz_s(T_S, f_hz) == pytest.approx(-0.25)
    assert measures.recovered_s(T_S, f_hz, 49.5) == pytest.approx(6.5, abs=0.03)
    assert measures.recovered_s(T_S, f_hz, 50.3) is None
    assert measures.recovered_s(T_S, f_hz, 48.9) == 0.0


def test_energy_of_a_constant_power():
    assert measures.energy_mwh(np.arange(0, 3601.0), np.full(3601, 120.0)) == pytest.approx(120.0)
