"""The procedures against an ideal DER: it passes everything, and each way of being wrong is noticed.

An instrument that passes everybody proves nothing: every row of WRONG has to fail.
"""

import pytest

from edge import grid_code
from host_sim.conformance import campaign, harness, procedure_table
from host_sim.conformance.model import passes
from tests.unit.ideal_der import IdealDer
from tools.commands.conformance import UNTESTED, code_named

ALL_CODES = ("ieee1547-b-iii", "ieee1547-a-i", "ieee1547-a-ii", "asnzs4777-a", "asnzs4777-b", "asnzs4777-c", "asnzs4777-nz",
             "en50549-1", "g99")
LONG_S = 1500       # cases that take longer are for the command

# mistake, target, test, part of the name of the case that notices
WRONG = (
    ("slope", "gateway", "VV", "curve 1, P 1"),
    ("sign", "gateway", "VV", "curve 1, P 1"),
    ("half as quick", "gateway", "VV", "own"),
    ("twice as quick", "gateway", "VV", "own"),
    ("reference ignored", "gateway", "VV", "V_Ref 0.95, P 1"),
    ("no autonomous reference", "gateway", "VV", "autonomous V_Ref 300"),
    ("half as quick", "gateway", "VW", "own"),
    ("slope", "gateway", "VW", "curve 1, P 1"),
    ("sign", "gateway", "WV", "curve 1, inj"),
    ("half as quick", "gateway", "WV", "own"),
    ("sign", "gateway", "CPF", "0.900 over"),
    ("sign", "gateway", "CRP", "Q 0.44"),
    ("no limit", "gateway", "LAP", "0.33"),
    ("sign", "gateway", "FW", "over, P 0.66"),
    ("slope", "gateway", "FW", "over, P 1"),
    ("no deadband", "gateway", "FW", "over, P 0.66"),
    ("half as quick", "gateway", "FW", "own"),
    ("latch forgotten", "gateway", "PRI", "volt-var"),
    ("no limit", "gateway", "PRI", "crp"),
    ("quick ramp", "gateway", "ES", "case 1"),
    ("timer not restarted", "gateway", "ES", "case 1"),
    ("ignores permit", "gateway", "ES", "case 5"),
    ("late trip", "device", "TRIP-OV", "OV1 1.100 pu 1 s"),
    ("early trip", "device", "TRIP-UV", "UV1 0.880 pu 21 s"),
    ("late trip", "device", "TRIP-UV", "UV2 0.500 pu 2 s"),
    ("early trip", "device", "TRIP-UV", "UV2 0.500 pu 2 s"),
    ("trip magnitude", "device", "TRIP-OV", "OV1 1.100 pu 1 s"),
    ("trip magnitude", "device", "TRIP-OF", "OF2 61.80 Hz 0.16 s"),
    ("late trip", "device", "TRIP-UF", "UF2 57.00 Hz 0.16 s"),
    ("trips in a dip", "device", "LVRT", "P 1 pu"),
    ("no cessation", "device", "HVRT", "P 1 pu"),
    ("settings ignored", "device", "IOP", "nameplate"),
    ("reports wrong", "device", "IOP", "monitoring"),
)


# the same for grid codes of other countries
WRONG_ELSEWHERE = (
    ("g99", "slow", "SRV", "gb-dc"), ("g99", "sign", "SRV", "gb-dr"), ("g99", "no deadband", "SRV", "gb-dc"),
    ("en50549-1", "slow", "SRV", "fcr-d"), ("en50549-1", "slope", "LFSM-O", "P 1 pu"), ("g99", "sign", "LFSM-O", "P 1 pu"),
    ("asnzs4777-a", "half as quick", "AS-VV", "high"), ("asnzs4777-a", "slope", "AS-VW", "volt-watt"),
)


def cases_of(name, target, test=None, quick=False):
    """(code, eut, cases)."""
    code, eut = code_named(name)[0], campaign.eut_of(target, quick)
    cases, _ = procedure_table.plan(code, eut, test)
    return code, eut, cases


def failed(code, case, wrong=None, target="device"):
    """Verdicts that do not pass."""
    result = harness.run_case(lambda: IdealDer(code, case, wrong, target), case)
    assert result.verdicts
    return [(step, verdict) for step, verdict in result.verdicts if not passes(verdict)]


@pytest.mark.parametrize("target", campaign.BENCHES)
@pytest.mark.parametrize("name", ALL_CODES)
def test_an_ideal_der_passes_everything(name, target):
    code, _, cases = cases_of(name, target, quick=name != ALL_CODES[0])
    chosen = [case for case in cases if campaign.duration_s(case) < LONG_S]
    assert chosen
    for case in chosen:
        assert failed(code, case, target=target) == [], (case.test, case.name)


@pytest.mark.parametrize("wrong, target, test, name", WRONG, ids=["-".join((row[0], row[2])) for row in WRONG])
def test_a_wrong_der_fails(wrong, target, test, name):
    code, _, cases = cases_of("ieee1547-b-iii", target, test)
    chosen = [case for case in cases if name in case.name]
    assert chosen, [case.name for case in cases]
    assert failed(code, chosen[0], wrong, target), "not noticed"


@pytest.mark.parametrize("code_name, wrong, test, name", WRONG_ELSEWHERE)
def test_a_wrong_der_fails_elsewhere(code_name, wrong, test, name):
    code, _, cases = cases_of(code_name, "gateway", test)
    assert failed(code, next(case for case in cases if name in case.name), wrong, "gateway"), "not noticed"


@pytest.mark.parametrize("target", campaign.BENCHES)
def test_what_cannot_be_tested_has_a_reason_and_is_never_a_result(target):
    code = code_named("ieee1547-b-iii")[0]
    cases, skips = procedure_table.plan(code, campaign.eut_of(target))
    whole = {skip.test for skip in skips} - {case.test for case in cases}
    assert {"UI", "PCRT", "IMB"} <= whole
    assert all(len(skip.reason) > 30 for skip in skips)
    device_only = {"TRIP-OV", "TRIP-UV", "TRIP-OF", "TRIP-UF", "LVRT", "HVRT", "LFRT", "HFRT", "IOP"}
    assert (device_only <= whole) == (target == "gateway")


def test_the_gateway_is_not_asked_for_less_than_a_second():
    _, eut, cases = cases_of("ieee1547-b-iii", "gateway")
    assert eut.tr_min_s == 1.0
    times_s = [value for case in cases for name, value in case.settings.items() if name.endswith(".olrt_s")]
    assert times_s and min(times_s) >= 1.0


def test_all_tests_of_the_standard_are_there():
    code = code_named("ieee1547-b-iii")[0]
    assert procedure_table.tests_of(code, "gateway") == ["VV", "VW", "WV", "CPF", "CRP", "LAP", "FW", "PRI", "ES"]
    assert procedure_table.tests_of(code, "device")[9:] == [
        "TRIP-OV", "TRIP-UV", "TRIP-OF", "TRIP-UF", "LVRT", "HVRT", "LFRT", "HFRT", "IOP"]


def test_the_help_names_exactly_the_codes_that_have_a_test():
    for name in grid_code.names():
        tests = [procedure_table.tests_of(code_named(name)[0], target) for target in ("gateway", "device")]
        assert any(tests) == (name not in UNTESTED), name
