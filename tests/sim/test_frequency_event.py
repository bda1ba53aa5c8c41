"""A fleet of real gateways in a frequency event: known powers at known frequencies, the same run for the same seed."""

import json

import numpy as np
import pytest

from host_sim.grid_frequency import events
from host_sim.grid_frequency.fleet import Fleet
from host_sim.grid_frequency.run import follow, simulate, times_s
from tools import cli
from tools.commands import event as verb

SMALL = events.TRIP._replace(gateways=10, end_s=20.0)   # 6 plugged, 2 charging, 5 with consent
DROOP, _ = verb.droop_of(SMALL)


def steady_mw(f_hz, **options):
    """What a small fleet adds at a frequency that stays, MW, and the Fleet."""
    fleet = Fleet(1_000_000, SMALL, **{"droop": DROOP, **options})
    return follow(SMALL, fleet, np.full(len(times_s(SMALL)), f_hz)).fleet_mw[-100:].mean(), fleet


def test_shares_of_the_mix_are_met_and_scaled():
    added_mw, fleet = steady_mw(50.0)
    assert added_mw == pytest.approx(0.0, abs=1e-6)
    kinds = [(row.plugged, row.charging, row.consent) for row in fleet.stations]
    assert [sum(row[place] for row in kinds) for place in range(3)] == [6, 2, 5]
    assert fleet.base_w * fleet.count / 1e6 == pytest.approx(-0.2 * 7_000, rel=1e-6)
    assert len({(row.phase_ms, row.delay_steps) for row in fleet.stations}) > 5


def test_droop_gives_what_its_line_says():
    # 49.8 Hz, 5 %: at 49.3 Hz a fifth of the rating, from everyone who charges or may discharge
    added_mw, fleet = steady_mw(49.3)
    able = sum(row.charging or (row.plugged and row.consent) for row in fleet.stations)
    assert added_mw == pytest.approx(able * 100_000 * 7_000e-6 * 0.2, rel=0.02)
    # above 50.2 Hz: who waits charges, who charges cannot charge more
    added_mw, fleet = steady_mw(50.7)
    waiting = sum(row.plugged and not row.charging for row in fleet.stations)
    assert added_mw == pytest.approx(-waiting * 100_000 * 7_000e-6 * 0.2, rel=0.02)


def test_without_droop_the_frequency_changes_nothing():
    assert steady_mw(48.9, droop=None)[0] == pytest.approx(0.0, abs=1e-6)


def test_a_sold_service_gives_its_contract_at_full_deviation():
    added_mw, fleet = steady_mw(49.45, droop=None, service="gb-dc")
    up_w = [row.contract[0] for row in fleet.stations if row.contract]
    assert fleet.contract_mw == pytest.approx(sum(up_w) * 100_000e-6)
    assert added_mw == pytest.approx(fleet.contract_mw, rel=0.01)
    station = next(row for row in fleet.stations if row.contract and row.contract[0])
    records = [record for batch in station.gateway.batches for record in batch["records"]]
    assert records[-1]["service"] == "gb-dc" and records[-1]["p_response_w"] == pytest.approx(station.contract[0])
    assert np.diff([record["mono_ms"] for record in records]).max() <= 50     # 20 a second


def test_droop_helps_and_the_same_seed_gives_the_same_run():
    without, first, second = (simulate(SMALL, Fleet(1_000_000, SMALL, droop, seed=3)) for droop in (None, DROOP, DROOP))
    assert first.f_hz.min() > without.f_hz.min() + 0.1
    assert np.array_equal(first.f_hz, second.f_hz) and np.array_equal(first.fleet_mw, second.fleet_mw)


@pytest.mark.parametrize("name", sorted(events.EVENTS))
def test_the_verb_writes_numbers_page_and_figures(name, tmp_path, monkeypatch, capsys):
    short = {"gb2019": {"end_s": 12.0, "services": ()}, "trip": {"end_s": 12.0}, "iberia": {}}[name]
    monkeypatch.setitem(events.EVENTS, name, events.EVENTS[name]._replace(gateways=6, **short))
    assert cli.main(["event", name, "--fleet", "50000", "--out", str(tmp_path)]) == cli.OK
    told = capsys.readouterr().out
    record = json.loads((tmp_path / "event.json").read_text())
    page = (tmp_path / "event.html").read_text()
    mark = {"gb2019": "SYNTHETIC", "iberia": "RECORDED", "trip": "MODELLED"}[name]
    assert mark in told and mark in page and record["kind"] == mark.lower()
    assert "6 gateways run the real control code, each stands for 8,333 chargers" in told
    assert [row["variant"] for row in record["runs"]][:2] == ["without", "droop"]
    assert len(record["counterfactual"]) == (3 if name == "iberia" else 0)
    assert len(record["closed_forms"]) == (2 if name == "trip" else 0)
    figures = sorted(path.name for path in tmp_path.glob("*.svg"))
    assert len(figures) == 3 and all("<svg" in (tmp_path / figure).read_text() for figure in figures)
    assert "unverified" in page and "(unverified)" not in told


def test_a_fleet_that_cannot_be_is_refused(capsys):
    assert cli.main(["event", "trip", "--fleet", "0"]) == cli.USAGE
    assert "allowed 1 to" in capsys.readouterr().err
