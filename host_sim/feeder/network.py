"""A feeder as tables: buses, lines, transformers, regulators, switches, capacitors and loads.

Not its job: solving it (powerflow.py), holding any real feeder's data (ieee13.py, ieee13_415.py).
Source: W. H. Kersting, Distribution System Modeling and Analysis, chapters 6-9 (element models).
"""

from dataclasses import dataclass, field

import numpy as np

PHASES = "abc"
LOAD_MODELS = ("pq", "z", "i")
FEET_PER_MILE = 5280.0
REGULATOR_STEP_PU = 0.00625  # ANSI C57.15: 32 steps over +-10 %


@dataclass(frozen=True)
class Bus:
    """A place with one to three phase nodes; `v_base_ln_v` is its nominal line-to-neutral voltage, V."""

    name: str
    phases: str
    v_base_ln_v: float


@dataclass(frozen=True)
class Line:
    """A pi section: series `z_ohm` and total shunt `b_s`, both n x n in the order of `phases` (ohm, siemens)."""

    from_bus: str
    to_bus: str
    phases: str
    z_ohm: np.ndarray
    b_s: np.ndarray


@dataclass(frozen=True)
class Transformer:
    """Three-phase bank, grounded wye to grounded wye, nominal ratio; `z_pu` on the bank rating `s_rated_va`."""

    from_bus: str
    to_bus: str
    s_rated_va: float
    z_pu: complex


@dataclass(frozen=True)
class Regulator:
    """Ideal fixed-tap regulator per phase: v_to = (1 + 0.00625 tap) v_from; taps -16..16."""

    from_bus: str
    to_bus: str
    taps: tuple

    @property
    def ratios(self):
        return tuple(1.0 + REGULATOR_STEP_PU * tap for tap in self.taps)


@dataclass(frozen=True)
class Switch:
    """A closed ideal switch: both buses are one electrical node per phase."""

    from_bus: str
    to_bus: str


@dataclass(frozen=True)
class Capacitor:
    """Wye capacitor on one phase, `q_var` injected at nominal voltage (a constant susceptance)."""

    bus: str
    phase: str
    q_var: float


@dataclass(frozen=True)
class Load:
    """Load between a phase and ground ("a") or between two phases ("ab").

    `model` is pq, z or i; `p_w` and `q_var` are absorbed at nominal voltage, so here, and only in this table,
    positive means consumption: that is how loads are published.
    """

    bus: str
    phases: str
    model: str
    p_w: float
    q_var: float


@dataclass(frozen=True)
class Network:
    """A radial or meshed feeder fed from one stiff source.

    `v_source_pu`: three complex node voltages of `source_bus`, pu of its base.
    """

    name: str
    buses: tuple
    source_bus: str
    v_source_pu: tuple
    lines: tuple = ()
    transformers: tuple = ()
    regulators: tuple = ()
    switches: tuple = ()
    capacitors: tuple = ()
    loads: tuple = ()
    node_index: dict = field(init=False, repr=False, compare=False)

    def __post_init__(self):
        index = {}
        for bus in self.buses:
            for phase in bus.phases:
                index[bus.name, phase] = len(index)
        object.__setattr__(self, "node_index", index)
        _check(self)

    @property
    def n_nodes(self):
        return len(self.node_index)

    def bus(self, name):
        """The bus called `name`; KeyError when there is none."""
        for bus in self.buses:
            if bus.name == name:
                return bus
        raise KeyError("feeder %s has no bus %r" % (self.name, name))

    def nodes(self, bus, phases=PHASES):
        """Node numbers of the given phases of a bus, in the order of `phases`; KeyError when one is absent."""
        return [self.node_index[bus, phase] for phase in phases]

    def branches(self):
        """(from_bus, to_bus) of every line, transformer and switch: what the voltage stability index runs over."""
        return [(b.from_bus, b.to_bus) for b in (*self.lines, *self.transformers, *self.switches)]


def balanced_source_pu(v_pu=1.0):
    """Three balanced phasors a, b, c of magnitude `v_pu`, angle 0, -120, +120 degrees."""
    a = complex(-0.5, 3**0.5 / 2)
    return (complex(v_pu), v_pu * a.conjugate(), v_pu * a)


def symmetric(lower):
    """Full symmetric matrix from its lower triangle as rows, e.g. ((1,), (2, 3))."""
    n = len(lower)
    full = np.zeros((n, n), dtype=np.result_type(*[np.asarray(row) for row in lower]))
    for i, row in enumerate(lower):
        full[i, : i + 1] = row
        full[: i + 1, i] = row
    return full


def _check(net):
    """Every element must name nodes that exist: a typing slip in a table must not become a silent open circuit."""
    for line in net.lines:
        n = len(line.phases)
        if line.z_ohm.shape != (n, n) or line.b_s.shape != (n, n):
            raise ValueError("line %s-%s: matrices must be %d x %d" % (line.from_bus, line.to_bus, n, n))
        net.nodes(line.from_bus, line.phases)
        net.nodes(line.to_bus, line.phases)
    for tie in (*net.transformers, *net.regulators, *net.switches):
        net.nodes(tie.from_bus, net.bus(tie.to_bus).phases)
    for load in net.loads:
        if load.model not in LOAD_MODELS:
            raise ValueError("load at %s: model %r is not one of %s" % (load.bus, load.model, ", ".join(LOAD_MODELS)))
        net.nodes(load.bus, load.phases)
    for capacitor in net.capacitors:
        net.nodes(capacitor.bus, capacitor.phase)
    net.nodes(net.source_bus)
