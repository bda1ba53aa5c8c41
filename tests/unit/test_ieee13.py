"""The published 13-node feeder comes out as published, and its 415 V adaptation as it is described."""

import numpy as np
import pytest

from host_sim.feeder.ieee13 import PUBLISHED_V, ieee13
from host_sim.feeder.ieee13_415 import bus_totals, ieee13_415, ieee13_415_phases
from host_sim.feeder.powerflow import PowerFlow

TOLERANCE_PU = 5e-4
NODES = [(bus, phase) for bus, by_phase in PUBLISHED_V.items() for phase in by_phase]


@pytest.fixture(scope="module")
def published():
    solver = PowerFlow(ieee13((10, 8, 11)))
    flow = solver.solve()
    assert flow.converged.all()
    return solver, flow


@pytest.mark.parametrize(("bus", "phase"), NODES)
def test_every_published_node(published, bus, phase):
    solver, flow = published
    v = flow.v_pu[0, solver.net.node_index[bus, phase]]
    magnitude_pu, angle_deg = PUBLISHED_V[bus][phase]
    assert abs(abs(v) - magnitude_pu) <= TOLERANCE_PU
    assert abs(np.degrees(np.angle(v)) - angle_deg) <= 0.05


def test_published_table_is_complete(published):
    solver, _ = published
    ours = {node for node in solver.net.node_index if node[0] not in ("650", "RG60", "670")}
    assert ours == set(NODES)
    assert len(NODES) == 29


def test_losses_and_source_power(published):
    """Published: 111.063 kW of losses, 3577.191 kW and 1724.720 kvar from the source."""
    _, flow = published
    assert flow.loss_w[0] == pytest.approx(111.06e3, rel=0.002)
    assert flow.s_source_va[0].sum().real == pytest.approx(3577.2e3, rel=0.001)
    assert flow.s_source_va[0].sum().imag == pytest.approx(1724.7e3, rel=0.001)


def test_load_table_sums_to_the_published_total():
    for net in (ieee13(), ieee13_415(1.0)):
        assert sum(load.p_w for load in net.loads) == pytest.approx(3466e3)
        assert sum(load.q_var for load in net.loads) == pytest.approx(2102e3)
    assert sum(p_w for _, _, p_w, _ in bus_totals()) == pytest.approx(3466e3)


def test_415_feeder_is_three_phase_everywhere_and_keeps_capacitors():
    net = ieee13_415(0.01)
    assert net.n_nodes == 39
    assert sum(c.q_var for c in net.capacitors) == pytest.approx(700e3 * 0.018)
    assert len(net.branches()) == 12


def test_415_phases_keeps_published_phases_and_solves():
    net = ieee13_415_phases()
    assert [b.phases for b in net.buses if b.name in ("645", "684", "611", "652")] == ["bc", "ac", "c", "a"]
    flow = PowerFlow(net).solve()
    assert flow.converged.all()
    assert 0.85 < np.abs(flow.v_pu).min() < 0.98
    with pytest.raises(ValueError, match="at most 0.005"):
        ieee13_415_phases(0.006)


def test_taps_out_of_range_are_refused():
    for taps in ((10, 8), (10, 8, 17)):
        with pytest.raises(ValueError, match="-16..16"):
            ieee13(taps)
