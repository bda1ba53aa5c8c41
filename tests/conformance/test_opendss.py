"""The power flow against OpenDSS: published feeder, 415 V feeder with chargers, published phases at 415 V."""

import numpy as np
import pytest

from host_sim.feeder.ieee13 import ieee13
from host_sim.feeder.ieee13_415 import ieee13_415, ieee13_415_phases
from host_sim.feeder.powerflow import PowerFlow

pytest.importorskip("opendssdirect", reason="OpenDSS (extra 'peers') is not installed")
from tests.conformance import opendss  # noqa: E402

TOLERANCE_PU = 5e-4
STATIONS = ("634", "646", "675", "680", "611", "652")


def worst_pu(solver, flow, oracle):
    nodes = solver.net.node_index
    assert set(oracle) == set(nodes)
    return max(abs(flow.v_pu[0, index] - oracle[node]) for node, index in nodes.items())


@pytest.mark.parametrize("taps", [(10, 8, 11), (9, 6, 9), (0, 0, 0)])
def test_published_feeder(taps):
    solver = PowerFlow(ieee13(taps))
    flow = solver.solve()
    oracle = opendss.solve_pu(solver.net)
    assert worst_pu(solver, flow, oracle) <= TOLERANCE_PU / 10  # the same element models leave far less than 5e-4
    assert flow.loss_w[0] == pytest.approx(opendss.loss_w(), rel=1e-3)


@pytest.mark.parametrize("load_level", [0.0062, 0.0125, 0.0172])
@pytest.mark.parametrize("seed", range(3))
def test_415_feeder_with_chargers(load_level, seed):
    solver = PowerFlow(ieee13_415(load_level), STATIONS)
    rng = np.random.default_rng(seed)
    p_inj_w, q_inj_var = rng.uniform(-2000, 2000, (2, 6, 3))
    flow = solver.solve(1.0, p_inj_w, q_inj_var)
    injected = dict(zip(STATIONS, p_inj_w + 1j * q_inj_var))
    oracle = opendss.solve_pu(solver.net, 1.0, injected)
    assert flow.converged.all()
    assert worst_pu(solver, flow, oracle) <= TOLERANCE_PU / 10
    assert flow.loss_w[0] == pytest.approx(opendss.loss_w(), rel=1e-3)


def test_415_feeder_with_six_vehicles_at_full_power():
    """The deepest state of the paper's cases: below 0.82 pu, where load models differ most."""
    solver = PowerFlow(ieee13_415(), STATIONS)
    p_inj_w = np.full((6, 3), -2000.0)
    flow = solver.solve(1.0, p_inj_w)
    oracle = opendss.solve_pu(solver.net, 1.0, dict(zip(STATIONS, p_inj_w + 0j)))
    assert np.abs(flow.v_pu).min() < 0.82
    assert worst_pu(solver, flow, oracle) <= TOLERANCE_PU / 10


def test_415_feeder_with_published_phases():
    solver = PowerFlow(ieee13_415_phases())
    assert worst_pu(solver, solver.solve(), opendss.solve_pu(solver.net)) <= TOLERANCE_PU / 10
