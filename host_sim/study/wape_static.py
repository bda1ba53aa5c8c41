"""Where the six stations of the 415 V feeder settle under the WAPE-style law: the paper's cases as fixed points.

The law, on the mean of the line voltages: charging power falls linearly from p_max at v1 to 0 at v0, reactive power
is kq (v_ref - v), inside the inverter's circle. One parameter set serves all cases; a case only says who is where.
Not its job: time, filters, devices or leases (the world simulates those); the gateway's own law (edge/laws).
Source: WAPE paper section 4 (cases and figures), parameters as reconstructed by this project: the paper's equations
are not available to it, hence "WAPE-style".
"""

from dataclasses import dataclass

import numpy as np

from host_sim.feeder.ieee13_415 import STRESS_LOAD_LEVEL, V_NOM_LL_V, ieee13_415
from host_sim.feeder.powerflow import PowerFlow
from host_sim.feeder.vsm import vsm

STATIONS = ("634", "646", "675", "680", "611", "652")
WAPE, LIFTED, EMPTY, SUPPORT, SUPPORT_P, SUPPORT_Q = range(6)  # what a station does; _P and _Q: that half alone
RELAXATION = 0.12  # below 2 / (1 + G) for every loop gain G of this feeder, see loop_gain.py
SETTLED_V = 1e-5
STEPS_MAX = 600
E_SESSION_WH = 20e3  # the paper's charging times: 20 kWh at the AC terminals


@dataclass(frozen=True)
class Law:
    """Parameters of the law and of the station; voltages are mean line voltages."""

    v0_v: float = 0.9639 * V_NOM_LL_V
    v1_v: float = 0.9831 * V_NOM_LL_V
    v_ref_v: float = V_NOM_LL_V
    kq_var_per_v: float = 570.0
    s_max_va: float = 7360.0
    p_max_w: float = 6000.0
    v_support_full_v: float = 402.0
    v_support_zero_v: float = 408.0

    @property
    def kp_w_per_v(self):
        return self.p_max_w / (self.v1_v - self.v0_v)


@dataclass(frozen=True)
class Case:
    """One scenario: load level, what each station does (WAPE unless named) and the PV at its bus, W."""

    id: str
    load_level: float
    mode: dict
    pv_w: dict

    def modes(self):
        return [self.mode.get(bus, WAPE) for bus in STATIONS]

    def pv_row_w(self):
        return [self.pv_w.get(bus, 0.0) for bus in STATIONS]


@dataclass(frozen=True)
class Settled:
    """Fixed points of B cases: v_v, p_w, q_var (B, 6) in station order, margins (B,), settled (B,) bool."""

    v_v: np.ndarray
    p_w: np.ndarray
    q_var: np.ndarray
    vsm: np.ndarray
    vsm_clipped: np.ndarray
    settled: np.ndarray


ALL_LIFTED = dict.fromkeys(STATIONS, LIFTED)
NOBODY = dict.fromkeys(STATIONS, EMPTY)  # an empty station gives no vars either
PV_EVERYWHERE_W = dict.fromkeys(STATIONS, 5000.0)

CASES = (
    Case("vsm_base", STRESS_LOAD_LEVEL, ALL_LIFTED, {}),
    Case("vsm_wape", STRESS_LOAD_LEVEL, {}, {}),
    Case("vsm_wape_vpp", STRESS_LOAD_LEVEL, {"646": LIFTED}, PV_EVERYWHERE_W),
    Case("vsm_all_lifted", STRESS_LOAD_LEVEL, ALL_LIFTED, PV_EVERYWHERE_W),
    Case("646_low_pv", STRESS_LOAD_LEVEL, {}, {"646": 1750.0}),
    Case("646_high_pv", STRESS_LOAD_LEVEL, {"646": LIFTED}, {"646": 5000.0}),
    Case("611_peak", 0.0149, {}, {}),
    Case("611_offpeak_low_load", 0.0062, {"611": LIFTED}, {}),
    Case("611_offpeak_high_load", 0.0140, {"611": LIFTED}, {}),
    Case("634_before", 0.0125, NOBODY, {}),
    Case("634_support", 0.0125, {**NOBODY, "634": SUPPORT}, {}),
    Case("634_support_p_only", 0.0125, {**NOBODY, "634": SUPPORT_P}, {}),
    Case("634_support_q_only", 0.0125, {**NOBODY, "634": SUPPORT_Q}, {}),
    Case("652_wape", 0.0159, {}, {}),
)


def station_powers(v_v, modes, law):
    """(p_w, q_var) of every station at mean line voltages `v_v` (..., 6); `modes` of the same shape, integers."""
    charge_w = law.p_max_w * np.clip((v_v - law.v0_v) / (law.v1_v - law.v0_v), 0.0, 1.0)
    span_v = law.v_support_zero_v - law.v_support_full_v
    support_w = law.p_max_w * np.clip((law.v_support_zero_v - v_v) / span_v, 0.0, 1.0)
    p_w = np.select([modes == WAPE, modes == LIFTED, (modes == SUPPORT) | (modes == SUPPORT_P)],
                    [-charge_w, -law.p_max_w, support_w], 0.0)
    room_var = np.sqrt(np.maximum(law.s_max_va**2 - p_w**2, 0.0))
    q_var = np.clip(law.kq_var_per_v * (law.v_ref_v - v_v), -room_var, room_var)
    return p_w, np.where((modes == WAPE) | (modes == SUPPORT) | (modes == SUPPORT_Q), q_var, 0.0)


def settle(cases=CASES, law=None):
    """The fixed point of each case, all cases in one batch; `law`: the paper set by default."""
    law = law or Law()
    solver = PowerFlow(ieee13_415(1.0), STATIONS)
    modes = np.array([case.modes() for case in cases])
    pv_w = np.array([case.pv_row_w() for case in cases])
    level = np.array([case.load_level for case in cases])
    v_v, error_v, flow = np.full(modes.shape, law.v_ref_v), np.inf, None
    for _ in range(STEPS_MAX):
        p_w, q_var = station_powers(v_v, modes, law)
        flow = solver.solve(level, by_phase(p_w + pv_w), by_phase(q_var), None if flow is None else flow.v_pu)
        error_v = np.stack([solver.v_ll_mean_v(bus, flow) for bus in STATIONS], axis=1) - v_v
        if not (np.abs(error_v) >= SETTLED_V).any():  # a case without a solution is NaN and waits for nobody
            break
        v_v = v_v + RELAXATION * error_v
    settled = flow.converged & (np.abs(error_v).max(axis=1) < SETTLED_V)
    return Settled(v_v, p_w, q_var, vsm(solver.net, flow.v_pu, clipped=False), vsm(solver.net, flow.v_pu), settled)


def by_phase(total):
    """(..., 3) equal phase shares of a three-phase total (...)."""
    return np.repeat(total[..., None] / 3.0, 3, axis=-1)


def charging_h(p_w):
    """Hours to charge a session's E_SESSION_WH at a constant `p_w` < 0, W; None when it does not charge."""
    return E_SESSION_WH / -p_w if p_w < 0 else None
