"""Power-flow solves per second: ours in a batch and one at a time, beside OpenDSS, on the published 13-node feeder.

Not its job: printing, and the other figures of `v2g bench`.
Source: OpenDSS through opendssdirect.py as the peer to compare with.

A solve here is: loads change, the feeder is solved, all node voltages are read. Ours changes every load of the
table and starts from no load; OpenDSS changes one load through its API and keeps its own warm start and default
tolerance (1e-4 pu against our 1e-8). Short rounds are interleaved and the median taken.
"""

import statistics
import time

import numpy as np

from host_sim.feeder.dss_script import dss_commands
from host_sim.feeder.ieee13 import ieee13
from host_sim.feeder.powerflow import PowerFlow

BATCH_STATES = 4096
ROUNDS_COUNT = 15
SEED = 13


def measure(duration_s=3.0):
    """{"feeder_solves_s", "feeder_single_s", "opendss_solves_s"}: medians, solves per second.

    duration_s: all rounds of all contenders together, s. opendss_solves_s is None when the library is absent.
    Raises RuntimeError when a state has no solution.
    """
    solver = PowerFlow(ieee13(), injection_buses=())  # the same circuit as OpenDSS gets: its load table only
    scale = np.random.default_rng(SEED).uniform(0.6, 1.1, (BATCH_STATES, len(solver.net.loads)))
    contenders = {
        "feeder_solves_s": lambda slice_s: _batches(solver, scale, slice_s),
        "feeder_single_s": lambda slice_s: _singles(solver, scale, slice_s),
    }
    dss = _opendss(solver.net)
    if dss is not None:
        contenders["opendss_solves_s"] = lambda slice_s: _opendss_solves(dss, scale, slice_s)
    slice_s = duration_s / ROUNDS_COUNT / len(contenders)
    rates = {name: [] for name in contenders}
    for _ in range(ROUNDS_COUNT):
        for name, contender in contenders.items():
            solves, elapsed_s = contender(slice_s)
            rates[name].append(solves / elapsed_s)
    medians = {name: round(statistics.median(values)) for name, values in rates.items()}
    return {"opendss_solves_s": None, **medians}


def _batches(solver, scale, slice_s):
    solves, started_s = 0, time.perf_counter()
    while (elapsed_s := time.perf_counter() - started_s) < slice_s or not solves:
        if not solver.solve(scale).converged.all():
            raise RuntimeError("a bench state has no solution")
        solves += len(scale)
    return solves, elapsed_s


def _singles(solver, scale, slice_s):
    """One state at a time, warm-started from the one before, as the live plant does."""
    solves, v_pu, started_s = 0, None, time.perf_counter()
    while (elapsed_s := time.perf_counter() - started_s) < slice_s:
        row = solves % len(scale)
        flow = solver.solve(scale[row : row + 1], v_start=v_pu)
        v_pu = flow.v_pu
        solves += 1
    if not flow.converged.all():
        raise RuntimeError("a bench state has no solution")
    return solves, elapsed_s


def _opendss(net):
    """OpenDSS with the feeder loaded, or None when it is not installed."""
    try:
        import opendssdirect as dss
    except ModuleNotFoundError:
        return None
    for command in dss_commands(net):
        dss.Text.Command(command)
    dss.Loads.First()
    return dss


def _opendss_solves(dss, scale, slice_s):
    kw = dss.Loads.kW()
    solves, started_s = 0, time.perf_counter()
    while (elapsed_s := time.perf_counter() - started_s) < slice_s:
        dss.Loads.kW(kw * scale[solves % len(scale), 0])
        dss.Solution.Solve()
        dss.Circuit.AllBusVolts()
        solves += 1
    if not dss.Solution.Converged():
        raise RuntimeError("OpenDSS did not converge")
    dss.Loads.kW(kw)
    return solves, elapsed_s
