"""The short form of the type tests on both targets: the real gateway on its wire, the emulated inverter by its registers.

Not its job: the whole tests, which `v2g conformance` runs; whether the procedures notice a wrong device (tests/unit).
"""

import json

import pytest

from host_sim.conformance import campaign, harness, procedure_table
from host_sim.conformance.bench_device import DeviceBench
from host_sim.conformance.model import passes
from host_sim.world_bench import GatewayBench
from tools.cli import main
from tools.commands.conformance import code_named

BENCH = {"gateway": GatewayBench, "device": DeviceBench}
LONG_S = 700      # cases that take longer are for the command
CODES = ("ieee1547-b-iii", "asnzs4777-a", "g99")


def short_cases(name, target):
    """(code, eut, cases) of the short form."""
    code, eut = code_named(name)[0], campaign.eut_of(target, quick=True)
    return code, eut, [case for case in procedure_table.plan(code, eut)[0] if campaign.duration_s(case) < LONG_S]


@pytest.mark.parametrize("target", BENCH)
@pytest.mark.parametrize("name", CODES)
def test_the_short_form_passes(name, target):
    code, eut, cases = short_cases(name, target)
    assert cases
    for case in cases:
        result = harness.run_case(lambda: BENCH[target](code, eut, case), case)
        bad = [(step, verdict) for step, verdict in result.verdicts if not passes(verdict)]
        assert result.verdicts and bad == [], (case.test, case.name)


def test_every_ieee_test_is_in_the_short_form():
    for target in BENCH:
        code, _, cases = short_cases("ieee1547-b-iii", target)
        assert {case.test for case in cases} == set(procedure_table.tests_of(code, target))


def test_pure_delay_of_the_gateway_is_measured_and_small():
    code, eut = code_named("ieee1547-b-iii")[0], campaign.eut_of("gateway")
    case = next(case for case in procedure_table.plan(code, eut, "VV")[0] if "own" in case.name)
    result = harness.run_case(lambda: GatewayBench(code, eut, case), case)
    delays_s = [verdict.measured for _, verdict in result.verdicts if "begins to move" in verdict.what]
    assert len(delays_s) == 6 and 0.02 <= min(delays_s) and max(delays_s) <= 0.35


def test_a_slow_link_is_noticed(monkeypatch):
    """The bench measures the chain, not the law: the same firmware behind 400 ms each way no longer keeps its times."""
    code, eut = code_named("ieee1547-b-iii")[0], campaign.eut_of("gateway")
    case = next(case for case in procedure_table.plan(code, eut, "FW")[0] if "own" in case.name)
    monkeypatch.setattr("host_sim.world_bench.LATENCY_MS", 400)
    result = harness.run_case(lambda: GatewayBench(code, eut, case), case)
    assert [verdict for _, verdict in result.verdicts if "begins to move" in verdict.what and not passes(verdict)]


def test_a_refused_setting_fails_its_case():
    code, eut = code_named("ieee1547-b-iii")[0], campaign.eut_of("device")
    case = procedure_table.plan(code, eut, "VV")[0][0]
    settings = {**case.settings, "volt_var.olrt_s": 0.2}      # below the range of the device
    result = harness.run_case(lambda: DeviceBench(code, eut, case._replace(settings=settings)), case)
    assert len(result.verdicts) == 1 and "705" in result.verdicts[0][1].what and not passes(result.verdicts[0][1])


def test_the_command_writes_results_and_page(tmp_path, capsys):
    assert main(["conformance", "--target", "gateway", "--test", "fw", "--quick", "--out", str(tmp_path), "--json"]) == 0
    document = json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))
    assert json.loads(capsys.readouterr().out) == document
    assert {row["test"] for row in document["tests"]} == {"FW"} and document["failed"] == 0
    assert "<svg" in (tmp_path / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("arguments, text", [
    (["--profile", "ieee1547-b-iv"], "did you mean"), (["--test", "XY"], "allowed VV, VW"),
])
def test_a_wrong_argument_is_told(arguments, text, tmp_path, capsys):
    assert main(["conformance", "--out", str(tmp_path / "out")] + arguments) == 2
    assert text in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_test_that_cannot_be_done_is_not_passed(tmp_path):
    assert main(["conformance", "--test", "UI", "--out", str(tmp_path)]) == 0
    document = json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))
    assert document["tests"] == [] and document["passed"] == 0
    assert [row["test"] for row in document["not_applicable"]] == ["UI"]
