"""How strongly six stations act on each other through the feeder, and what filter that asks for.

The stations' voltages answer their own and each other's powers, v = S_Q q + S_P p, and the law answers with
q = -kq v, p = -kp v. The loop gain G is the spectral radius of S_Q kq + S_P kp. With a first-order filter tau and a
pure delay T_d the loop is G exp(-s T_d) / (1 + s tau); the rule tau >= 1.4 G T_d keeps 6 dB and 45 degrees.
Not its job: the law's saturations (wape_static.py), the time-domain proof (world).
Source: classical frequency response; G of a multivariable loop as its largest eigenvalue, valid as every station
runs the same filter and delay.
"""

import math

import numpy as np

from host_sim.feeder.ieee13_415 import ieee13_415
from host_sim.feeder.powerflow import PowerFlow
from host_sim.study.wape_static import STATIONS, Law, by_phase

STEP_VA = 200.0
TAU_RULE = 1.4  # tau >= TAU_RULE * G * T_d
GAIN_MARGIN_MIN_DB = 6.0
PHASE_MARGIN_MIN_DEG = 45.0


def sensitivities(load_level, p_w=None, q_var=None, *, feeder=ieee13_415):
    """(S_P, S_Q), each (6, 6): volts (mean line) at station i per watt or var injected at station j.

    p_w, q_var: (6,) operating point, W and var three-phase injected; default zero. feeder: load level -> Network.
    RuntimeError without a solution.
    """
    n = len(STATIONS)
    p_w = np.zeros(n) if p_w is None else np.asarray(p_w, dtype=float)
    q_var = np.zeros(n) if q_var is None else np.asarray(q_var, dtype=float)
    solver = PowerFlow(feeder(load_level), STATIONS)
    steps = np.concatenate([np.eye(n), -np.eye(n)]) * STEP_VA
    still = np.zeros_like(steps)
    p_states = p_w + np.concatenate([steps, still])
    q_states = q_var + np.concatenate([still, steps])
    flow = solver.solve(1.0, by_phase(p_states), by_phase(q_states))
    if not flow.converged.all():
        raise RuntimeError("no power flow solution at load level %g" % load_level)
    v_v = np.stack([solver.v_ll_mean_v(bus, flow) for bus in STATIONS], axis=1)
    up, down = v_v[[*range(n), *range(2 * n, 3 * n)]], v_v[[*range(n, 2 * n), *range(3 * n, 4 * n)]]
    slope = (up - down).T / (2 * STEP_VA)
    return slope[:, :n], slope[:, n:]


def loop_gain(load_level, p_w=None, q_var=None, law=None):
    """G: spectral radius of S_Q kq + S_P kp, every station inside its linear range (the strongest case)."""
    law = law or Law()
    s_p, s_q = sensitivities(load_level, p_w, q_var)
    return float(np.abs(np.linalg.eigvals(s_q * law.kq_var_per_v + s_p * law.kp_w_per_v)).max())


def tau_min_s(gain, delay_s):
    """Shortest filter the rule allows, s."""
    return TAU_RULE * gain * delay_s


def margins(gain, tau_s, delay_s):
    """(gain margin dB, phase margin degrees) of G exp(-s T_d) / (1 + s tau), tau and T_d > 0; negative is unstable.

    The phase margin is None for gain <= 1: the loop never reaches unity and no delay can upset it.
    """
    phase_deg = None
    if gain > 1:
        w = math.sqrt(gain * gain - 1.0) / tau_s
        phase_deg = 180.0 - math.degrees(math.atan(w * tau_s) + w * delay_s)
    w180 = _phase_crossover(tau_s, delay_s)
    return 20.0 * math.log10(math.hypot(1.0, w180 * tau_s) / gain), phase_deg


def _phase_crossover(tau_s, delay_s):
    """The first w with atan(w tau) + w T_d = pi; it lies between pi/2 and pi over T_d."""
    low, high = math.pi / 2 / delay_s, math.pi / delay_s
    for _ in range(60):
        w = (low + high) / 2
        low, high = (w, high) if math.atan(w * tau_s) + w * delay_s < math.pi else (low, w)
    return (low + high) / 2
