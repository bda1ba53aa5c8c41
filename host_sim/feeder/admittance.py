"""Nodal matrices of a network: full admittance, ideal ties eliminated, impedance seen from every node.

Not its job: loads and injections, which change from solve to solve (powerflow.py).
Source: J. Arrillaga & N. R. Watson, Computer Modelling of Electrical Power Systems, section 2 (nodal formation,
linear transformation of connections).
"""

import numpy as np

from host_sim.feeder.network import PHASES

S_BASE_VA = 100e3  # per phase; any value serves, this one keeps a charger and a feeder near 1 pu


class NodalModel:
    """The linear part of a feeder, per unit of bus voltage and S_BASE_VA.

    y_pu: (n, n) admittance of all nodes without ideal ties. z_pu: (n, n) node voltage per injected node current with
    the source shorted. v_open_pu: (n,) node voltages at zero load. source_map: (n, 3) share of each node in the
    source's currents.
    """

    def __init__(self, net):
        self.y_pu = _admittance(net)
        source = net.nodes(net.source_bus)
        ties = _ties(net)
        unknown = [node for node in range(net.n_nodes) if node not in source and node not in ties]
        place = {node: column for column, node in enumerate(source + unknown)}
        tie = np.zeros((net.n_nodes, len(place)))
        for node in range(net.n_nodes):
            root, ratio = _root(node, ties)
            tie[node, place[root]] = ratio
        reduced = tie.T @ self.y_pu @ tie
        to_unknown, to_source = tie[:, 3:], tie[:, :3]
        v_source = np.array(net.v_source_pu)
        inner = np.linalg.inv(reduced[3:, 3:])
        self.z_pu = to_unknown @ inner @ to_unknown.T
        self.v_open_pu = to_source @ v_source - to_unknown @ (inner @ (reduced[3:, :3] @ v_source))
        self.source_map = to_source


def _admittance(net):
    y = np.zeros((net.n_nodes, net.n_nodes), dtype=complex)
    for line in net.lines:
        base = _y_base(net, line.from_bus)
        _stamp(y, net.nodes(line.from_bus, line.phases), net.nodes(line.to_bus, line.phases),
               np.linalg.inv(line.z_ohm) / base, 0.5j * line.b_s / base)
    for bank in net.transformers:
        series = np.eye(3) / bank.z_pu * (bank.s_rated_va / 3.0 / S_BASE_VA)
        _stamp(y, net.nodes(bank.from_bus), net.nodes(bank.to_bus), series, np.zeros((3, 3)))
    for capacitor in net.capacitors:
        node = net.node_index[capacitor.bus, capacitor.phase]
        y[node, node] += 1j * capacitor.q_var / S_BASE_VA
    return y


def _y_base(net, bus):
    return S_BASE_VA / net.bus(bus).v_base_ln_v ** 2


def _stamp(y, rows, columns, series, shunt):
    y[np.ix_(rows, rows)] += series + shunt
    y[np.ix_(columns, columns)] += series + shunt
    y[np.ix_(rows, columns)] -= series
    y[np.ix_(columns, rows)] -= series


def _ties(net):
    """node -> (node it follows, ratio) for ideal regulators and switches."""
    ties = {}
    for regulator in net.regulators:
        for phase, ratio in zip(PHASES, regulator.ratios):
            ties[net.node_index[regulator.to_bus, phase]] = (net.node_index[regulator.from_bus, phase], ratio)
    for switch in net.switches:
        for phase in net.bus(switch.to_bus).phases:
            ties[net.node_index[switch.to_bus, phase]] = (net.node_index[switch.from_bus, phase], 1.0)
    return ties


def _root(node, ties):
    ratio = 1.0
    while node in ties:
        node, step = ties[node]
        ratio *= step
    return node, ratio
