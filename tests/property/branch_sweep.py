"""A second power flow, as an oracle: backward/forward branch sweep in volts and amperes, phase by phase.

It shares the network tables with host_sim.feeder and nothing else: no per unit, no admittance matrix, no inverse.
Radial networks only; slow and plain on purpose.
Source: W. H. Kersting, Distribution System Modeling and Analysis, section 10.1 (ladder iterative technique).
"""

import cmath

PHASES = "abc"


def sweep(net, load_scale=1.0, injections_va=None, iterations=200):
    """Volts per (bus, phase). injections_va: (bus, phase) -> complex VA into the grid."""
    base_v = {bus.name: bus.v_base_ln_v for bus in net.buses}
    order = _tree(net)
    v = {(bus.name, ph): net.v_source_pu[PHASES.index(ph)] * base_v[bus.name] for bus in net.buses for ph in bus.phases}
    for _ in range(iterations):
        current = _node_currents(net, v, base_v, load_scale, injections_va or {})
        for kind, element, parent, child in reversed(order):
            _backward(kind, element, parent, child, v, current, base_v)
        for kind, element, parent, child in order:
            _forward(kind, element, parent, child, v, current, base_v)
    return v


def _tree(net):
    """Elements from the source outward as (kind, element, parent, child)."""
    elements = [("line", e) for e in net.lines] + [("bank", e) for e in net.transformers]
    elements += [("regulator", e) for e in net.regulators] + [("switch", e) for e in net.switches]
    order, reached = [], {net.source_bus}
    while elements:
        ready = [(k, e) for k, e in elements if e.from_bus in reached]
        assert ready, "not radial from the source in from -> to order"
        for kind, element in ready:
            order.append((kind, element, element.from_bus, element.to_bus))
            reached.add(element.to_bus)
        elements = [pair for pair in elements if pair not in ready]
    return order


def _node_currents(net, v, base_v, load_scale, injections_va):
    """Amperes drawn from every node by loads, capacitors, injections and half the charging of each line."""
    current = dict.fromkeys(v, 0j)
    for load in net.loads:
        s = complex(load.p_w, load.q_var) * load_scale
        nodes = [(load.bus, ph) for ph in load.phases]
        across = v[nodes[0]] - (v[nodes[1]] if len(nodes) == 2 else 0)
        nominal_v = base_v[load.bus] * (3**0.5 if len(nodes) == 2 else 1)
        s *= {"pq": 1.0, "i": abs(across) / nominal_v, "z": (abs(across) / nominal_v) ** 2}[load.model]
        i = (s / across).conjugate()
        current[nodes[0]] += i
        if len(nodes) == 2:
            current[nodes[1]] -= i
    for capacitor in net.capacitors:
        node = capacitor.bus, capacitor.phase
        current[node] += 1j * capacitor.q_var / base_v[capacitor.bus] ** 2 * v[node]
    for node, s in injections_va.items():
        current[node] -= (s / v[node]).conjugate()
    for line in net.lines:
        for bus in (line.from_bus, line.to_bus):
            for row, ph in enumerate(line.phases):
                current[bus, ph] += sum(0.5j * line.b_s[row, col] * v[bus, other] for col, other in enumerate(line.phases))
    return current


def _backward(kind, element, parent, child, v, current, base_v):
    """Adds what a branch carries to its sending node: `current` becomes everything that flows into a node's subtree."""
    for index, ph in enumerate(PHASES):
        if (child, ph) not in v:
            continue
        gain = 1.0
        if kind == "regulator":
            gain = element.ratios[index]
        elif kind == "bank":
            gain = base_v[child] / base_v[parent]
        current[parent, ph] += gain * current[child, ph]


def _forward(kind, element, parent, child, v, current, base_v):
    for index, ph in enumerate(PHASES):
        if (child, ph) not in v:
            continue
        if kind == "line":
            row = element.phases.index(ph)
            drop = sum(element.z_ohm[row, col] * current[child, other] for col, other in enumerate(element.phases))
            v[child, ph] = v[parent, ph] - drop
        elif kind == "bank":
            z_ohm = element.z_pu * 3 * base_v[child] ** 2 / element.s_rated_va
            v[child, ph] = v[parent, ph] * base_v[child] / base_v[parent] - z_ohm * current[child, ph]
        elif kind == "regulator":
            v[child, ph] = v[parent, ph] * element.ratios[index]
        else:
            v[child, ph] = v[parent, ph]
    assert all(cmath.isfinite(v[node]) for node in v)
