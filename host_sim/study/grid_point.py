"""Where the stations of a case settle, and how strongly they act on each other there.

Not its job: how they get there (grid_stations.py), the loop over frequency (grid_loops.py).
Source: fixed point by relaxation as in wape_static.py; loop gain as in loop_gain.py, the largest eigenvalue of
-(S_P dp/dv + S_Q dq/dv) with the slopes the law has at that point.
"""

from typing import NamedTuple

import numpy as np

from host_sim.feeder.ieee13_415 import V_NOM_LL_V
from host_sim.feeder.powerflow import PowerFlow
from host_sim.study.grid_stations import P_RATED_W, S_MAX_VA, feeder
from host_sim.study.loop_gain import sensitivities
from host_sim.study.vector_laws import settled_volt_var, settled_wape
from host_sim.study.wape_static import STATIONS, by_phase

RELAXATION = 0.08
STEPS = 300
SETTLED_V = 1e-4
SLOPE_V = 0.05     # half the step the slopes are taken over


class Point(NamedTuple):
    """v_v, p_w, q_var (6,); gain G; the shape of its mode over the stations: right (6,) how it swings, left (6,) how it
    is told from the others, left @ right = 1."""

    v_v: np.ndarray
    p_w: np.ndarray
    q_var: np.ndarray
    gain: float
    right: np.ndarray
    left: np.ndarray


def powers(case, v_v):
    """(p_w, q_var) of the stations of a case, settled at mean line voltages v_v (6,)."""
    if case.sections["grid"]["q_mode"] == "wape":
        cap_w, q_var = settled_wape(v_v[None], v_nom_ll_v=V_NOM_LL_V, p_charge_max_w=P_RATED_W, s_max_va=S_MAX_VA)
        return np.maximum(cap_w[0], case.p_base_w), q_var[0]
    q_var = settled_volt_var(v_v / V_NOM_LL_V, S_MAX_VA, case.sections.get("volt_var", {}))
    return np.full(len(STATIONS), case.p_base_w), q_var


def operating_point(case):
    """`Point` of a case before its disturbance. RuntimeError when it does not settle."""
    solver = PowerFlow(feeder(case.feeder, 1.0), STATIONS)
    v_v, flow = np.full(len(STATIONS), V_NOM_LL_V), None
    for _ in range(STEPS):
        p_w, q_var = powers(case, v_v)
        flow = solver.solve(case.level, by_phase(p_w), by_phase(q_var), None if flow is None else flow.v_pu)
        error_v = np.array([solver.v_ll_mean_v(bus, flow)[0] for bus in STATIONS]) - v_v
        v_v = v_v + RELAXATION * error_v
        if np.abs(error_v).max() < SETTLED_V:
            return _point(case, v_v)
    raise RuntimeError("%s: no settled voltages" % case.name)


def _point(case, v_v):
    p_w, q_var = powers(case, v_v)
    above, below = powers(case, v_v + SLOPE_V), powers(case, v_v - SLOPE_V)
    kp_w_per_v, kq_var_per_v = [(high - low) / (2 * SLOPE_V) for high, low in zip(above, below)]
    s_p, s_q = sensitivities(case.level, p_w, q_var, feeder=lambda level: feeder(case.feeder, level))
    values, shapes = np.linalg.eig(-(s_p * kp_w_per_v + s_q * kq_var_per_v))
    first = int(np.abs(values).argmax())
    left = np.linalg.inv(shapes)[first]
    # Shared out so that the swing of the largest station is 1.
    scale = shapes[:, first][np.abs(shapes[:, first]).argmax()]
    return Point(v_v, p_w, q_var, float(values[first].real), (shapes[:, first] / scale).real, (left * scale).real)
