"""`v2g home` from end to end on short weeks: promises, limits, the bound, energy against a run ten times a second.

Not its job: single parts (tests/unit/test_home_*.py), the figures of whole weeks (the command tells them).
"""

import json

import numpy as np
import pytest

from host_sim.home import account, bound, optimum, run, site_file, study, week
from host_sim.home.bound import PROFILE
from host_sim.home.house import MIN_MS
from tools import cli

MODES = {mode.name: mode for mode in study.ALL}


@pytest.fixture(scope="module")
def two_days():
    """Monday at home, Tuesday at work: (week, {mode: Record})."""
    found = week.make(seed=4, days=2)
    return found, {name: run.run(found, name, found.tariffs[MODES[name].tariff]) for name in ("charge", "v2h", "pv")}


def test_every_promise_is_kept_and_the_window_too(two_days):
    _, records = two_days
    for name, record in records.items():
        assert len(record.departures) == 1, name
        for departure in record.departures:
            assert departure.left_with_wh >= departure.promised_wh - account.TOLERANCE_WH, name
        soc_pct = 100 * record.energy_wh / week.CAPACITY_WH
        assert soc_pct.min() >= site_file.SOC_MIN_PCT - 0.2 and soc_pct.max() <= 100


def test_powers_add_up_and_keep_to_the_charger(two_days):
    _, records = two_days
    for record in records.values():
        assert np.allclose(record.p_pcc_w, record.p_ev_w + record.p_battery_w + record.pv_w - record.load_w, atol=1e-6)
        p_w = record.p_ev_w + PROFILE["dynamics"]["standby_w"]
        assert np.abs(p_w).max() <= site_file.P_CHARGE_W
        assert not p_w[~record.is_plugged].any()
    assert records["charge"].p_ev_w.max() <= 0 and records["pv"].p_ev_w.max() <= 0, "only v2h may discharge"


def test_v2h_does_not_feed_the_grid(two_days):
    """What leaves the vehicle serves the house; a kettle that stops leaves a step of surplus, no more."""
    _, records = two_days
    record = records["v2h"]
    fed_w = np.minimum(np.clip(record.p_pcc_w, 0, None), np.clip(record.p_ev_w, 0, None))
    given = np.clip(record.p_ev_w, 0, None) @ record.dt_ms
    assert given > 0
    assert fed_w @ record.dt_ms < 0.1 * given


def test_no_run_is_better_than_its_optimum(two_days):
    pytest.importorskip("scipy", reason="the optimum needs scipy")
    found, records = two_days
    for name, record in records.items():
        mode = MODES[name]
        for kind in found.tariffs.values():
            problem = bound.problem_of(record, found, mode, kind)
            mine = account.account(record, found, kind)
            best = optimum.solve(problem)
            assert best.cost <= mine.bill + mine.wear_priced + 1e-6, (name, kind.name)
            assert best.energy_wh[-1] >= record.energy_wh[-1] - 1


def test_more_freedom_never_costs_more(two_days):
    """The same house and promise: who may discharge has a lower bound at most as high, who may feed a lower one still."""
    pytest.importorskip("scipy", reason="the optimum needs scipy")
    found, records = two_days
    costs = [optimum.solve(bound.problem_of(records["v2h"], found, MODES[name], found.tariffs["dynamic"])).cost
             for name in ("tariff", "v2h", "all")]
    assert costs[0] >= costs[1] - 1e-9 and costs[1] >= costs[2] - 1e-9


def test_modes_cost_less_than_charging_at_once(two_days):
    found, records = two_days
    for name in ("v2h", "pv"):
        tariff = found.tariffs[MODES[name].tariff]
        assert account.account(records[name], found, tariff).cost < account.account(records["charge"], found, tariff).cost


def test_steps_of_ten_seconds_move_the_energy_of_ten_steps_a_second():
    """An afternoon hour of charging from the roof: the same energy within 1 %."""
    moved_wh = []
    for step_ms in (100, run.STEP_MS):
        found = week.make(days=1)
        running = run.Run(found, "pv", found.tariffs["fixed"])
        while running.house.week_ms < 14 * 60 * MIN_MS:
            running.step()
        running.step_ms = step_ms
        begin_wh = running.house.e_vehicle_wh
        while running.house.week_ms < 15 * 60 * MIN_MS:
            running.step()
        moved_wh.append(running.house.e_vehicle_wh - begin_wh)
    assert moved_wh[0] > 1000, "it charges"
    assert moved_wh[1] == pytest.approx(moved_wh[0], rel=0.01)


def test_the_command_writes_numbers_and_figures(tmp_path, capsys):
    assert cli.main(["home", "--days", "1", "--mode", "v2h", "--out", str(tmp_path)]) == 0
    text = capsys.readouterr().out
    assert "v2h" in text and "missed" in text
    report = json.loads((tmp_path / "home.json").read_text(encoding="utf-8"))
    row = report["modes"][0]
    assert report["week"]["what"].startswith("6 May 2024, ") and "6 to 12" not in text and "1 day from Monday" in text
    assert ("no departure in these days" in text) == (row["departures"] == 0)
    assert row["mode"] == "v2h" and row["missed"] == 0 and row["moves_max"] >= 0
    assert row["import_kwh"] - row["export_kwh"] == pytest.approx(
        report["week"]["load_kwh"] - report["week"]["pv_kwh"] + row["charged_kwh"] - row["discharged_kwh"]
        + 24 * PROFILE["dynamics"]["standby_w"] / 1000, abs=0.05)
    for name in ("cost.svg", "week_v2h.svg"):
        assert (tmp_path / name).read_text(encoding="utf-8").startswith("<svg")


def test_a_week_is_called_by_its_days_and_prices():
    assert week.what(week.make("spring")) == "6 to 12 May 2024, 20 hours with a negative price"
    assert week.what(week.make("winter")) == "9 to 15 December 2024, up to 0.87 per kWh"
    assert week.what(week.make("winter", days=1)).startswith("9 December 2024, up to 0.")


def test_a_second_run_writes_the_same(tmp_path):
    first, again = (tmp_path / name for name in ("first", "again"))
    for folder in (first, again):
        assert cli.main(["home", "--days", "1", "--mode", "tariff", "--out", str(folder), "--json"]) == 0
    for path in first.iterdir():
        assert path.read_bytes() == (again / path.name).read_bytes(), path.name


def test_without_scipy_the_gap_says_so(monkeypatch):
    def missing(problem):
        raise ModuleNotFoundError("No module named 'scipy'", name="scipy.optimize")
    monkeypatch.setattr(optimum, "solve", missing)
    found = week.make(days=1)
    row = study.row(study.study(found, ["timed"], jobs=1)["timed"])
    assert row["gap"] == row["optimum_cost"] == study.NO_SCIPY


def test_arguments_that_cannot_be_are_refused(capsys):
    for arguments, word in ((["--days", "8"], "1 to 7"), (["--mode", "cheap"], "tariff"), (["--week", "july"], "spring"),
                            (["--seed", "-1"], "0 and above")):
        assert cli.main(["home"] + arguments) == 2
        assert word in capsys.readouterr().err
