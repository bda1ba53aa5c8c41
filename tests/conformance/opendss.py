"""Solves a network in OpenDSS: an independent oracle with its own element models."""

import opendssdirect as dss

from host_sim.feeder.dss_script import dss_commands


def solve_pu(net, load_scale=1.0, injections_va=None):
    """Node (bus, phase) -> complex pu of the bus's nominal voltage, as OpenDSS finds it."""
    for command in (*dss_commands(net, load_scale, injections_va), "set tolerance=1e-9", "solve"):
        dss.Text.Command(command)
    assert dss.Solution.Converged()
    found = {}
    for bus in net.buses:
        dss.Circuit.SetActiveBus(bus.name)
        parts = dss.Bus.Voltages()
        for place, node in enumerate(dss.Bus.Nodes()):
            found[bus.name, "abc"[node - 1]] = complex(parts[2 * place], parts[2 * place + 1]) / bus.v_base_ln_v
    return found


def loss_w():
    """Losses of the circuit solved last, W."""
    return dss.Circuit.Losses()[0]
