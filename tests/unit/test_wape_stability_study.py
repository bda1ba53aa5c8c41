"""Six stations on the feeder: settled at every delay by the rule, cycling without; the verb that writes it down."""

import json
import pathlib

import pytest

from host_sim.study import wape_stability as study
from tools import cli

FIGURE = pathlib.Path(__file__).parents[2] / "tools" / "figures" / "wape_stability.svg"


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    folder = tmp_path_factory.mktemp("study")
    assert cli.main(["study", "wape-stability", "--out", str(folder)]) == cli.OK
    return folder, json.loads((folder / "wape_stability.json").read_text())


def runs_of(found, case):
    rows = [row for row in found["runs"] if row["case"] == case]
    assert [row["delay_s"] for row in rows] == list(study.DELAYS_S)
    return rows


@pytest.mark.parametrize("case", ["rule", "rule_own_gain", "rule_with_ramps"])
def test_by_the_rule_nothing_cycles_at_any_delay(found, case):
    for row in runs_of(found[1], case):
        assert row["solved"] and not row["is_cycle"] and row["swing_v"] < 0.2, row


def test_settled_runs_end_where_the_fixed_point_lies(found):
    from host_sim.study.wape_static import STATIONS, Case, settle
    v_v = dict(zip(STATIONS, settle((Case("end", study.LEVEL_AFTER, {}, {}),)).v_v[0]))
    for row in runs_of(found[1], "rule"):
        assert row["v_end_v"] == pytest.approx(v_v, abs=0.05), row


def test_without_a_filter_the_voltage_cycles_by_tens_of_volts(found):
    swings_v = [row["swing_v"] for row in runs_of(found[1], "broken")]
    assert all(row["solved"] and row["is_cycle"] for row in runs_of(found[1], "broken"))
    assert min(swings_v) > 40 and swings_v == sorted(swings_v)
    assert swings_v[1] == pytest.approx(81, abs=2)


def test_ramps_make_the_cycle_smaller_but_do_not_end_it(found):
    for slewed, free in zip(runs_of(found[1], "broken_with_ramps"), runs_of(found[1], "broken")):
        assert slewed["is_cycle"] and slewed["swing_v"] < free["swing_v"] / 3


def test_margins_of_the_rule_hold_over_every_gain_and_delay(found):
    by_rule = [row for row in found[1]["margins"] if row["case"] == "rule"]
    assert [row["loop_gain"] for row in by_rule] == list(range(5, 22))
    assert all(row["gain_margin_db"] >= 6 and row["phase_margin_deg"] >= 45 for row in by_rule)
    # The figure shows one delay: in units of the delay, rule and loop are the same for all of them.
    for delay_s in study.DELAYS_S:
        gain_db, phase_deg = study.margins(21, study.tau_min_s(21, delay_s), delay_s)
        assert (gain_db, phase_deg) == pytest.approx((by_rule[-1]["gain_margin_db"], by_rule[-1]["phase_margin_deg"]), abs=0.01)


def test_default_filters_keep_the_margins_for_the_gains_they_are_meant_for(found):
    for case, gain in (("tau_4_s", 8), ("tau_10_s", 20)):
        row = next(row for row in found[1]["margins"] if row["case"] == case and row["loop_gain"] == gain)
        assert row["gain_margin_db"] >= 6 and row["phase_margin_deg"] >= 45, row


def test_the_gain_of_the_feeder_is_inside_what_is_assumed(found):
    assert 5 <= found[1]["parameters"]["loop_gain_feeder"] <= found[1]["parameters"]["loop_gain_assumed"] == 8


def test_a_second_run_writes_the_same_bytes(found, tmp_path, capsys):
    assert cli.main(["study", "wape-stability", "--out", str(tmp_path), "--json"]) == cli.OK
    assert json.loads(capsys.readouterr().out) == found[1]
    for name in ("wape_stability.json", "wape_stability.svg"):
        assert (tmp_path / name).read_bytes() == (found[0] / name).read_bytes(), name


def test_figure_in_the_readme_is_small_and_undated():
    text = FIGURE.read_text(encoding="utf-8")
    assert len(text) <= 200_000 and text.count("<svg") == 1
    assert "<dc:date>" not in text


def test_an_unknown_study_is_a_usage_error(tmp_path, capsys):
    with pytest.raises(SystemExit) as caught:
        cli.main(["study", "nothing", "--out", str(tmp_path)])
    assert caught.value.code == cli.USAGE
