"""OpenDER and the whole chain on the same grid: steady 1 % of the rating, response 2 %, pure delay at most 0.35 s.

Gateway: on a setpoint-only inverter, with Modbus bytes, meter window, register resolution and ten decisions a second.
Device: the emulated inverter, its functions configured through SunSpec registers.
Not its job: identical samples (test_laws_opender.py, test_native_opender.py), the figure (`v2g study opender`).
"""

import functools

import numpy as np
import pytest

pytest.importorskip("opender", reason="OpenDER (extra 'peers') is not installed")
from host_sim.study import opender_chain  # noqa: E402
from tools.commands.conformance import code_named  # noqa: E402

TARGETS = ("gateway", "device")
CASES = {case.name: case for case in opender_chain.cases()}
RUNS = [(category, case.name) for category in "ba" for case in opender_chain.cases(category)]


def code_of(category):
    return code_named("ieee1547-%s-iii" % category)[0]


@functools.cache
def delays_s(target):
    return opender_chain.pure_delays_s(target, code_of("b"))


@pytest.mark.parametrize("target", TARGETS)
def test_pure_delay_is_small(target):
    assert len(delays_s(target)) >= 10 and 0 < min(delays_s(target)) and max(delays_s(target)) <= opender_chain.DELAY_S


@pytest.mark.parametrize("category, name", RUNS)
@pytest.mark.parametrize("target", TARGETS)
def test_same_answer_as_opender(target, category, name):
    case = CASES[name]
    pair = opender_chain.pair(target, code_of(category), case, opender_chain.reaction_s(delays_s(target)))
    assert np.ptp(pair.peer[:, case.quantity]) > 0.05        # something was asked for at all
    assert pair.steady_pu is None or pair.steady_pu <= opender_chain.STEADY_PU
    assert pair.response_pu <= opender_chain.response_limit_pu(target, case)


def test_from_part_load_volt_watt_holds_back_at_once_and_opender_when_its_limit_arrives():
    """A noisy voltage about the point where half power is allowed. OpenDER filters the limit, which has to fall through
    power that nobody delivers first. Ours begins at the delivered power, as the type test measures its response time, so
    it holds back more and never less."""
    case = CASES["volt-watt, recorded and noisy"]
    case = case._replace(grid=case.grid._replace(p_pu=np.full_like(case.grid.p_pu, 0.5)))
    pair = opender_chain.pair("gateway", code_of("b"), case, opender_chain.reaction_s(delays_s("gateway")))
    above_pu = pair.ours[:, 0] - pair.peer[:, 0]
    assert above_pu.max() <= 0.001 and above_pu.min() < -opender_chain.RESPONSE_PU
