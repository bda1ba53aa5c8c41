"""Voltage stability margin of a feeder: one index per branch, their product as the margin.

L = (2 Re(V_R / V_S) - 1)^2 in positive sequence: 1 at no load, 0 at the nose of a two-bus line. Power flowing back
toward the source gives L > 1 and flatters the product, so both the clipped and the plain product are reported.
Not its job: solving the flow.
Source: M. H. Haque's index as used for the papers' equations (14) and (15); the algebra is checked in its test.
"""

import numpy as np

A = complex(-0.5, 3**0.5 / 2)


def branch_indices(net, v_pu):
    """(B, n_branches) index of every three-phase branch in the order of net.branches(); v_pu: (B, n_nodes) complex.

    Branches with fewer than three phases have no positive sequence of their own and are left out; a closed switch
    gives exactly 1.
    """
    columns = []
    for from_bus, to_bus in net.branches():
        if net.bus(to_bus).phases != "abc":
            continue
        v_to, v_from = (positive_sequence(v_pu[:, net.nodes(bus)]) for bus in (to_bus, from_bus))
        with np.errstate(invalid="ignore"):  # a state without a solution is NaN and stays so
            ratio = v_to / v_from
        columns.append((2.0 * ratio.real - 1.0) ** 2)
    return np.stack(columns, axis=1)


def vsm(net, v_pu, clipped=True):
    """(B,) product of the branch indices, each clipped at 1 unless `clipped` is false."""
    indices = branch_indices(net, v_pu)
    return np.prod(np.minimum(indices, 1.0) if clipped else indices, axis=1)


def positive_sequence(v_abc):
    """(B,) positive-sequence phasor of (B, 3) phase phasors."""
    return (v_abc[:, 0] + A * v_abc[:, 1] + A * A * v_abc[:, 2]) / 3.0
