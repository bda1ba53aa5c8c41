"""What the grid-stability study writes down: its record, table and figure, from results that need no simulation."""

import json
import pathlib

import numpy as np
import pytest

from host_sim.study import grid_cases as cases
from host_sim.study import grid_probes as probing
from host_sim.study import grid_stability as study
from tools import cli

FIGURE = pathlib.Path(__file__).parents[2] / "tools" / "figures" / "grid_stability.svg"
SHIFT_DB = 0.4


@pytest.fixture(scope="module")
def result():
    """Every case settled, every broken one swinging, every measured gain margin a little off."""
    time_s = np.arange(0.0, 100.0, 0.1)
    loops = [(probe, probe.expected(), measured_of(probe.expected()), ((), ())) for probe in probing.probes()]
    pairs = [(probe, share, case, 0.01 if share < 1 else 5.0, 0.0, True) for probe, share, case in probing.pairs()]
    return study.Study(
        [(case, 0.01, 0.001, True) for case in cases.by_rule()], [(case, 10.0, 0.0, True) for case in cases.broken()],
        loops, pairs, study._lines(),
        {name: (time_s, 400 + np.sin(time_s), 50 + 0.1 * np.sin(time_s))
         for name in ("WAPE", "WAPE unfiltered", "supervisor too fast")})


def measured_of(margins):
    return margins._replace(gain_db=margins.gain_db + SHIFT_DB)


@pytest.fixture(scope="module")
def written(result, tmp_path_factory):
    folder = tmp_path_factory.mktemp("study")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(study, "run", lambda note: result)
        assert cli.main(["study", "grid-stability", "--out", str(folder)]) == cli.OK
    return folder, json.loads((folder / "grid_stability.json").read_text())


def test_every_corner_of_delays_and_both_feeders_and_laws_are_run(written):
    kept = [row for row in written[1]["runs"] if row["rules"] == "kept"]
    corners = {(row["case"], row["feeder"], row["meter_delay_s"], row["path_s"]) for row in kept}
    assert len(corners) == len(kept) == 20
    assert {row["meter_delay_s"] for row in kept} == {0.1, 0.5, 1.0} and {row["path_s"] for row in kept} == {0.0, 1.0, 2.0}
    for law in ("volt-var", "WAPE"):
        for feeder in ("stiff", "weak"):
            for meter_s in (0.1, 1.0):
                assert (law, feeder, meter_s, 0.0) in corners and (law, feeder, meter_s, 2.0) in corners
    assert all(row["droop_olrt_s"] == 1.0 and not row["is_cycle"] for row in kept)
    assert [row["is_cycle"] for row in written[1]["runs"] if row["rules"] == "broken"] == [True] * 4


def test_by_the_rules_every_loop_keeps_its_margins_on_paper(written):
    loops = written[1]["loops"]
    assert len(loops) == 3 * 4 + 2 * 3 + 3
    for row in loops:
        assert row["gain_db_paper"] >= 6 and (row["phase_deg_paper"] or 180) >= 45, row
        assert row["gain_db_simulation"] == pytest.approx(row["gain_db_paper"] + SHIFT_DB, abs=0.011) and row["agree"]
    gains = {(row["loop"], row["feeder"]): row["loop_gain"] for row in loops if row["kind"] == "voltage"}
    assert gains["WAPE", "stiff"] < gains["WAPE", "weak"] < cases.WAPE_GAIN
    assert gains["volt-var, category B", "weak"] == pytest.approx(0.15 * 0.44 / 0.06, rel=0.02)
    shares = [row["fleet_share_max"] for row in written[1]["fleet_share_max"] if row["olrt_s"] == 1.0]
    assert shares == sorted(shares, reverse=True) and min(shares) > 0.144, "the fleet of the study is within the rule"


def test_margins_that_differ_are_said_to():
    probe = probing.probes((0.5,), ())[0]
    paper = probe.expected()
    assert study._loop_row(probe, paper, paper)["agree"]
    for worse in (paper._replace(gain_db=paper.gain_db - 1.1), paper._replace(phase_deg=paper.phase_deg + 3.1),
                  paper._replace(gain_db=None), paper._replace(phase_deg=None)):
        assert not study._loop_row(probe, paper, worse)["agree"], worse
    ample = paper._replace(gain_db=30.0)
    assert study._loop_row(probe, ample, ample._replace(gain_db=24.0))["agree"], "both are ample"


def test_codes_and_the_longest_delay_they_leave(written):
    rows = {row["curve"]: row for row in written[1]["curves"]}
    assert rows["ieee1547-b-iii, 3-phase"]["loop_gain"] == pytest.approx(1.03, abs=0.01)
    assert rows["ieee1547-b-iii, 3-phase"]["delay_max_s"] == pytest.approx(1.16, abs=0.01)
    assert rows["ieee1547-b-iii, 1-phase"]["delay_max_s"] == pytest.approx(0.54, abs=0.01)
    assert rows["ieee1547-a-i, 3-phase"]["delay_max_s"] is None, "any delay will do"
    assert rows["asnzs4777-a, 3-phase"]["olrt_s"] == 7


def test_figures(written):
    text = (written[0] / "grid_stability.svg").read_text(encoding="utf-8")
    assert text.count("<svg") == 1 and "<dc:date>" not in text
    kept = FIGURE.read_text(encoding="utf-8")
    assert len(kept) <= 200_000 and kept.count("<svg") == 1 and "<dc:date>" not in kept
