"""`v2g solve`: the record others rely on, the table people read, and errors that say what is allowed."""

import json

import pytest

from host_sim.feeder.ieee13 import PUBLISHED_V
from tools import cli
from tools.bench import feeder as bench


def test_json_is_the_agreed_record(capsys):
    assert cli.main(["solve", "ieee13", "--taps", "10,8,11", "--json"]) == cli.OK
    record = json.loads(capsys.readouterr().out)
    assert set(record) == {"converged", "v_pu", "loss_kw"}
    assert record["converged"] is True
    assert record["loss_kw"] == pytest.approx(111.0, abs=0.2)
    for bus, by_phase in PUBLISHED_V.items():
        assert set(record["v_pu"][bus]) == set(by_phase)
        for phase, (magnitude_pu, _) in by_phase.items():
            assert abs(record["v_pu"][bus][phase] - magnitude_pu) <= 5e-4


def test_table_compares_with_the_published_voltages(capsys):
    assert cli.main(["solve", "ieee13"]) == cli.OK
    text = capsys.readouterr().out
    assert "as published" in text and "NOT" not in text
    assert cli.main(["solve", "ieee13", "--taps=-2,0,1"]) == cli.OK
    assert "published" not in capsys.readouterr().out


def test_415_feeder_by_load_level(capsys):
    assert cli.main(["solve", "ieee13-415", "--load-level", "0.0172", "--json"]) == cli.OK
    stressed = json.loads(capsys.readouterr().out)
    assert cli.main(["solve", "ieee13-415", "--load-level", "0", "--json"]) == cli.OK
    idle = json.loads(capsys.readouterr().out)
    assert stressed["v_pu"]["652"]["a"] < 0.9 < idle["v_pu"]["652"]["a"]
    assert cli.main(["solve", "ieee13-415-phases", "--json"]) == cli.OK
    assert set(json.loads(capsys.readouterr().out)["v_pu"]["611"]) == {"c"}


def test_no_solution_is_said_with_nulls(capsys):
    assert cli.main(["solve", "ieee13-415", "--load-level", "0.9", "--json"]) == cli.FAILED
    record = json.loads(capsys.readouterr().out)
    assert record["converged"] is False and record["loss_kw"] is None
    assert record["v_pu"]["646"] == {"a": None, "b": None, "c": None}
    assert cli.main(["solve", "ieee13-415", "--load-level", "0.9"]) == cli.FAILED
    assert "no solution" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["ieee14"], "allowed ieee13, ieee13-415, ieee13-415-phases"),
        (["ieee13", "--taps", "10,8"], "three whole numbers -16..16"),
        (["ieee13", "--taps", "10,8,17"], "three whole numbers -16..16"),
        (["ieee13", "--taps", "a,b,c"], "three whole numbers -16..16"),
        (["ieee13", "--load-level", "1"], "belongs to the 415 V feeders"),
        (["ieee13-415", "--taps", "1,1,1"], "belongs to ieee13"),
        (["ieee13-415", "--load-level", "nan"], "allowed 0..1"),
        (["ieee13-415", "--load-level=-0.1"], "allowed 0..1"),
        (["ieee13-415-phases", "--load-level", "0.01"], "allowed 0..0.005"),
    ],
)
def test_bad_input_is_a_usage_error(arguments, said, capsys):
    assert cli.main(["solve", *arguments]) == cli.USAGE
    captured = capsys.readouterr()
    assert said in captured.err and captured.out == ""


def test_bench_measures_every_contender():
    """Speed itself is not judged here: a test must not depend on the machine being quick."""
    figures = bench.measure(duration_s=0.1)
    assert set(figures) == {"feeder_solves_s", "feeder_single_s", "opendss_solves_s"}
    assert figures["feeder_solves_s"] > 0 and figures["feeder_single_s"] > 0
    assert figures["opendss_solves_s"] is None or figures["opendss_solves_s"] > 0
