"""The IEEE 13-node feeder adapted to 415 V: a constructed test feeder, not a published one.

`ieee13_415` builds every lateral three-phase, so that three-phase charging stations fit at any bus;
`ieee13_415_phases` keeps the published phases, for studies with 230 V single-phase chargers.
Not its job: the published data (ieee13.py), stations and controllers (scenarios, study).
Source: lengths, ohms and load ratios from ieee13.py; the adaptation is this project's own and is described below.

The adaptation: balanced 415 V at bus 650, no substation transformer and no regulator; published line ohms,
untransposed, without shunts; a lateral that lacks phases gets, on each of them, the mean of its own self impedances
and the mean of its mutuals (605 takes the mutual of 604, 607 the mean mutual of 606); XFM-1 is 415/415 V with its
published per-unit impedance; capacitors keep their bus total times 0.018, equally on all phases; loads keep bus
total and type, times the load level, equally on all phases in wye; the distributed load is half at 632, half at 671.
"""

import numpy as np

from host_sim.feeder import ieee13 as published
from host_sim.feeder.network import (
    FEET_PER_MILE,
    PHASES,
    Bus,
    Capacitor,
    Line,
    Load,
    Network,
    Switch,
    Transformer,
    balanced_source_pu,
    symmetric,
)

V_NOM_LL_V = 415.0
V_BASE_LN_V = V_NOM_LL_V / 3**0.5
STRESS_LOAD_LEVEL = 0.0172  # calibrated once: voltage stability margin 0.34 with six vehicles charging at 6 kW
CAPACITOR_SCALE = 0.018
PHASES_LOAD_LEVEL_MAX = 0.005  # the published unbalance leaves no more room on single-phase laterals at 415 V
BUSES = ("650", "632", "633", "634", "645", "646", "671", "680", "692", "675", "684", "611", "652")
THREE_PHASE = ("601", "602", "606")
BORROWED_MUTUAL = {"605": "604", "607": "606"}  # single-phase configurations have no mutual of their own


def ieee13_415(load_level=STRESS_LOAD_LEVEL):
    """The three-phase 415 V feeder; `load_level`: loads as a fraction of the published ones, >= 0."""
    _check_level(load_level)
    lines = []
    for from_bus, to_bus, length_ft, config in published.SEGMENTS:
        z_ohm = _three_phase_ohm_per_mile(config) * (length_ft / FEET_PER_MILE)
        lines.append(Line(from_bus, to_bus, PHASES, z_ohm, np.zeros((3, 3))))
    loads = [
        Load(bus, phase, model, p_w * load_level / 3.0, q_var * load_level / 3.0)
        for bus, model, p_w, q_var in bus_totals()
        for phase in PHASES
    ]
    totals = {}
    for bus, _, kvar in published.CAPACITORS:
        totals[bus] = totals.get(bus, 0.0) + 1e3 * kvar
    capacitors = [
        Capacitor(bus, phase, q_var * CAPACITOR_SCALE / 3.0) for bus, q_var in totals.items() for phase in PHASES
    ]
    buses = tuple(Bus(name, PHASES, V_BASE_LN_V) for name in BUSES)
    return _network("ieee13-415", buses, lines, capacitors, loads)


def ieee13_415_phases(load_level=PHASES_LOAD_LEVEL_MAX):
    """The 415 V feeder with the published phases, delta and wye as published; `load_level`: 0..0.005."""
    _check_level(load_level)
    if load_level > PHASES_LOAD_LEVEL_MAX:
        raise ValueError("load level %g: at most %g with the published phases" % (load_level, PHASES_LOAD_LEVEL_MAX))
    lines = []
    for segment in published.SEGMENTS:
        line = published.line(*segment)
        lines.append(Line(line.from_bus, line.to_bus, line.phases, line.z_ohm, np.zeros_like(line.b_s)))
    rows = list(published.SPOT_LOADS)
    rows += [(bus, phase, "pq", kw / 2, kvar / 2) for phase, kw, kvar in published.DISTRIBUTED_LOADS for bus in ("632", "671")]
    loads = [Load(bus, ph, model, 1e3 * kw * load_level, 1e3 * kvar * load_level) for bus, ph, model, kw, kvar in rows]
    capacitors = [Capacitor(bus, ph, 1e3 * kvar * CAPACITOR_SCALE) for bus, ph, kvar in published.CAPACITORS]
    phases = {bus: PHASES for bus in BUSES}
    for line in lines:
        phases[line.to_bus] = line.phases
    buses = tuple(Bus(name, phases[name], V_BASE_LN_V) for name in BUSES)
    return _network("ieee13-415-phases", buses, lines, capacitors, loads)


def bus_totals():
    """Published loads summed over phases: rows (bus, model, W, var); the distributed load half at 632, half at 671."""
    totals = {}
    for bus, _, model, kw, kvar in published.SPOT_LOADS:
        p_w, q_var = totals.get((bus, model), (0.0, 0.0))
        totals[bus, model] = (p_w + 1e3 * kw, q_var + 1e3 * kvar)
    for _, kw, kvar in published.DISTRIBUTED_LOADS:
        for bus in ("632", "671"):
            p_w, q_var = totals.get((bus, "pq"), (0.0, 0.0))
            totals[bus, "pq"] = (p_w + 500.0 * kw, q_var + 500.0 * kvar)
    return [(bus, model, p_w, q_var) for (bus, model), (p_w, q_var) in totals.items()]


def _three_phase_ohm_per_mile(config):
    z = _ohm_per_mile(config)
    if config in THREE_PHASE:
        return z
    mutual = _mean_mutual(_ohm_per_mile(BORROWED_MUTUAL.get(config, config)))
    self_mean = np.trace(z) / len(z)
    return np.full((3, 3), mutual) + np.eye(3) * (self_mean - mutual)


def _ohm_per_mile(config):
    _, r, x, _ = published.CONFIGS[config]
    return symmetric(r) + 1j * symmetric(x)


def _mean_mutual(z):
    off_diagonal = z[~np.eye(len(z), dtype=bool)]
    return off_diagonal.mean()


def _network(name, buses, lines, capacitors, loads):
    return Network(
        name=name,
        buses=buses,
        source_bus="650",
        v_source_pu=balanced_source_pu(),
        lines=tuple(lines),
        transformers=(Transformer("633", "634", published.XFM1_VA, published.XFM1_Z_PU),),
        switches=(Switch("671", "692"),),
        capacitors=tuple(capacitors),
        loads=tuple(loads),
    )


def _check_level(load_level):
    if not load_level >= 0:
        raise ValueError("load level %r: a fraction of the published load, 0 or more" % (load_level,))
