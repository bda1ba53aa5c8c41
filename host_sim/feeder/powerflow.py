"""Unbalanced three-phase power flow: Z-bus fixed point, one topology, one or thousands of load states.

Loads and chargers sit at *ports* (a node to ground, or a pair of phases). The linear network is reduced once to
what the ports see, v = v_open + Z i, and iterated with i = -v (conj(S_pq)/|v|^2 + conj(S_i)/|v| + conj(S_z)), |v| in
pu of the port's nominal voltage.
Not its job: building matrices (admittance.py), control of any kind.
Source: M. Bazrafshan & N. Gatsis, Comprehensive Modeling of Three-Phase Distribution Systems via the Bus Admittance
Matrix, IEEE Trans. Power Systems 33 (2018): Z-bus method, ZIP loads in wye and delta.
"""

import numpy as np

from host_sim.feeder.admittance import S_BASE_VA, NodalModel
from host_sim.feeder.network import PHASES

TOLERANCE_PU = 1e-8  # of the last step: 2 microvolts at 240 V
MAX_ITERATIONS = 300    # close to the nose it contracts slowly: 0.62 pu was seen to need 105
V_GRID_PU = 1e-9  # results are rounded to it: matrix products differ in the last bits from CPU to CPU
# Scenarios are solved in chunks whose matrix products stay below the size from which OpenBLAS starts threads: those
# waste a shared machine at this size, and results must not depend on the number of cores.
PRODUCT_SIZE_MAX = 1 << 18


class PowerFlow:
    """Solver of one network; factors once.

    injection_buses: buses where `p_inj_w` and `q_inj_var` apply, in that order; None: every bus but the source.
    """

    def __init__(self, net, injection_buses=None, tolerance_pu=TOLERANCE_PU, max_iterations=MAX_ITERATIONS):
        self.net = net
        self.tolerance_pu = tolerance_pu
        self.max_iterations = max_iterations
        if injection_buses is None:
            injection_buses = [bus.name for bus in net.buses if bus.name != net.source_bus]
        self.injection_buses = tuple(injection_buses)
        self.model = NodalModel(net)
        self._build_ports()
        self._build_loads()
        self._build_injections()

    def solve(self, load_scale=1.0, p_inj_w=None, q_inj_var=None, v_start=None, *, source_pu=1.0):
        """Node voltages for B load states at once; returns a `Flow`. Never raises for a state that has no solution.

        load_scale: factor on the load table: scalar, (B,), or (B, n_loads) with one factor per row of net.loads.
        p_inj_w, q_inj_var: (n, 3) or (B, n, 3) injected at `injection_buses` by phase, W and var, + = into the grid.
        v_start: (n_nodes,) or (B, n_nodes) complex pu to start from, e.g. an earlier result's v_pu; default no load.
        source_pu: factor on the source voltage, scalar or (B,), > 0: sags and swells of the grid above.
        ValueError: power at a phase the bus does not have, or shapes that do not match.
        """
        scale = np.asarray(load_scale, dtype=float)
        if scale.ndim < 2:
            scale = scale.reshape(-1, 1)
        source = np.asarray(source_pu, dtype=float).reshape(-1, 1)
        s_inj = None if p_inj_w is None and q_inj_var is None else self._port_injections(p_inj_w, q_inj_var)
        if v_start is not None:
            v_start = np.asarray(v_start).reshape(-1, self.net.n_nodes)
        inputs = (scale, source, s_inj, v_start)
        n_states = max([len(rows) for rows in inputs if rows is not None])
        if n_states <= self._chunk:
            v_pu, residual_pu = self._solve_states(n_states, *inputs)
        else:
            v_pu, residual_pu = self._solve_chunks(n_states, inputs)
        converged = residual_pu <= self.tolerance_pu
        if not converged.all():
            v_pu[~converged] = np.nan
        return Flow(self, v_pu, residual_pu, converged)

    def v_ln_v(self, bus, flow):
        """(B, n_phases) line-to-neutral magnitudes of a bus, V, in the bus's phase order."""
        first, n, base_v = self._bus_nodes[bus]
        return np.abs(flow.v_pu[:, first : first + n]) * base_v

    def v_ll_mean_v(self, bus, flow):
        """(B,) mean of the three line-to-line magnitudes of a three-phase bus, V."""
        first, n, base_v = self._bus_nodes[bus]
        if n != 3:
            raise ValueError("bus %s has %d phases: no mean of three line voltages" % (bus, n))
        v = flow.v_pu[:, first : first + 3]
        return np.abs(v - v[:, [1, 2, 0]]).sum(axis=1) * (base_v / 3.0)

    def _build_ports(self):
        net = self.net
        keys = {}
        for load in net.loads:
            keys.setdefault(tuple(net.nodes(load.bus, load.phases)), len(keys))
        for bus in self.injection_buses:
            for phase in net.bus(bus).phases:
                keys.setdefault((net.node_index[bus, phase],), len(keys))
        connect = np.zeros((len(keys), net.n_nodes))
        for nodes, port in keys.items():
            connect[port, nodes[0]] = 1.0
            if len(nodes) == 2:
                connect[port, nodes[1]] = -1.0
        self._port = keys
        # in pu of the port's own nominal voltage, so that one formula serves wye and delta
        per_nominal = connect / np.array([3**0.5 if len(nodes) == 2 else 1.0 for nodes in keys])[:, None]
        self._per_nominal_t = np.ascontiguousarray(per_nominal.T)
        self._v_open = per_nominal @ self.model.v_open_pu
        self._z_ports_t = np.ascontiguousarray((per_nominal @ self.model.z_pu @ per_nominal.T).T)
        self._z_nodes_t = np.ascontiguousarray((self.model.z_pu @ per_nominal.T).T)
        self._chunk = max(1, PRODUCT_SIZE_MAX // (max(connect.shape) * len(keys)))
        self._bus_nodes = {b.name: (net.node_index[b.name, b.phases[0]], len(b.phases), b.v_base_ln_v) for b in net.buses}

    def _build_loads(self):
        """Per model a (n_loads, n_ports) table of -conj(S)/S_base, None when the network has no such load."""
        tables = {model: np.zeros((len(self.net.loads), len(self._port)), dtype=complex) for model in ("pq", "i", "z")}
        for row, load in enumerate(self.net.loads):
            port = self._port[tuple(self.net.nodes(load.bus, load.phases))]
            tables[load.model][row, port] = -complex(load.p_w, -load.q_var) / S_BASE_VA
        self._tables = [
            (table, table.sum(axis=0, keepdims=True)) if model == "pq" or table.any() else None
            for model, table in tables.items()
        ]

    def _build_injections(self):
        mask = np.array([[phase in self.net.bus(bus).phases for phase in PHASES] for bus in self.injection_buses])
        self._inj_mask = mask.reshape(len(self.injection_buses), 3)
        self._inj_absent = ~self._inj_mask if not self._inj_mask.all() else None
        nodes = [self.net.node_index[bus, p] for bus in self.injection_buses for p in PHASES if p in self.net.bus(bus).phases]
        self._inj_ports = np.array([self._port[(node,)] for node in nodes], dtype=int)

    def _port_injections(self, p_inj_w, q_inj_var):
        """(B, n_injection_nodes) conj(S) in pu, injected."""
        p = np.zeros(1) if p_inj_w is None else np.asarray(p_inj_w, dtype=float)
        q = np.zeros(1) if q_inj_var is None else np.asarray(q_inj_var, dtype=float)
        s = (p - 1j * q) * (1.0 / S_BASE_VA)
        if s.shape[-2:] != self._inj_mask.shape:
            raise ValueError("injections of shape %s: (..., %d, 3) expected" % (s.shape, len(self.injection_buses)))
        if self._inj_absent is None:
            return s.reshape(-1, self._inj_mask.size)
        if s[..., self._inj_absent].any():
            raise ValueError("power injected at a phase the bus does not have")
        return s[..., self._inj_mask].reshape(-1, self._inj_ports.size)

    def _solve_chunks(self, n_states, inputs):
        parts = []
        for first in range(0, n_states, self._chunk):
            rows = slice(first, min(first + self._chunk, n_states))
            cut = [part if part is None or len(part) == 1 else part[rows] for part in inputs]
            parts.append(self._solve_states(rows.stop - first, *cut))
        return tuple(np.concatenate(column) for column in zip(*parts))

    def _solve_states(self, n_states, scale, source, s_inj, v_start):
        """Node voltages and residuals, pu, of one chunk; every input has one row or n_states rows."""
        c_pq, c_i, c_z = [self._load_terms(scale, table) for table in self._tables]
        if s_inj is not None:
            c_pq = np.zeros((n_states, self._v_open.size), dtype=complex) + c_pq
            c_pq[:, self._inj_ports] += s_inj
        v_open = self._v_open * source
        v = np.empty((n_states, self._v_open.size), dtype=complex)
        v[:] = v_open if v_start is None else self._port_start(v_start, v_open)
        # an iteration without a solution may run through zero or infinity on its way: the residual tells
        with np.errstate(all="ignore"):
            i_port, residual_pu = self._iterate(v, v_open, c_pq, c_i, c_z)
            v_pu = i_port @ self._z_nodes_t
            v_pu += self.model.v_open_pu * source
            _round(v_pu)
        return v_pu, residual_pu

    def _load_terms(self, scale, table):
        """-conj(S) of one load model at every port, pu; None when the network has no such load."""
        if table is None:
            return None
        rows, total = table
        return total * scale if scale.shape[1] == 1 else scale @ rows

    def _port_start(self, v_start, v_open):
        """Port voltages to start from; a state that had no solution before starts afresh."""
        start = v_start @ self._per_nominal_t
        fine = np.isfinite(v_start[:, :1])
        return start if fine.all() else np.where(fine, start, v_open)

    def _iterate(self, v, v_open, c_pq, c_i, c_z):
        """Port currents and the last step, pu, of one chunk; it runs until every state has settled."""
        z_t, limit = self._z_ports_t, self.tolerance_pu**2
        for _ in range(self.max_iterations):
            per_v2 = 1.0 / (v * v.conj()).real
            i_port = c_pq * per_v2
            if c_z is not None:
                i_port += c_z
            if c_i is not None:
                i_port += c_i * np.sqrt(per_v2)
            i_port = i_port * v
            v_next = i_port @ z_t
            v_next += v_open
            v -= v_next
            step2 = (v * v.conj()).real
            v = v_next
            if np.maximum.reduce(step2, axis=None) <= limit:
                break
        return i_port, np.sqrt(np.maximum.reduce(step2, axis=1))


class Flow:
    """One solved batch.

    v_pu: (B, n_nodes) complex, rounded to 1e-9, nodes as in net.node_index. residual_pu: (B,) last fixed-point step, pu.
    converged: (B,) bool; where it is False the voltages are NaN.
    """

    __slots__ = ("_solver", "v_pu", "residual_pu", "converged")

    def __init__(self, solver, v_pu, residual_pu, converged):
        self._solver = solver
        self.v_pu = v_pu
        self.residual_pu = residual_pu
        self.converged = converged

    @property
    def loss_w(self):
        """(B,) series losses of lines and transformers, W."""
        current = self.v_pu @ self._solver.model.y_pu.T
        return (self.v_pu.conj() * current).sum(axis=1).real * S_BASE_VA

    @property
    def s_source_va(self):
        """(B, 3) complex power delivered by the source per phase, VA; vars + = delivered."""
        source = self._solver.net.nodes(self._solver.net.source_bus)
        current = (self.v_pu @ self._solver.model.y_pu.T) @ self._solver.model.source_map
        return self.v_pu[:, source] * current.conj() * S_BASE_VA


def _round(v_pu):
    """Rounds in place to V_GRID_PU; np.round does the same several times slower."""
    parts = v_pu.view(float)
    parts *= 1.0 / V_GRID_PU
    np.rint(parts, out=parts)
    parts *= V_GRID_PU
