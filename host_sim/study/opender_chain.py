"""OpenDER beside the whole chain on the same grid: cases, and how far apart both are once the pure delay is taken off.

The chain is a bench of `v2g conformance`: the real gateway with its bus, meter window and register resolution, or the
emulated inverter with functions of its own. OpenDER sees the grid as it is, every 20 ms.
Not its job: identical samples (tests/conformance/test_laws_opender.py), figures (opender_figure.py), type tests.
Source: ours. Pure delay: from a step of the voltage to the first change at the terminals. A response time contains it
in the gateway and in OpenDER alike (NP_REACT_TIME), so OpenDER is given the one that was measured.
"""

import importlib
from typing import NamedTuple

import numpy as np

from host_sim.conformance import campaign, model
from host_sim.conformance.procedures import lab
from host_sim.grid_frequency import trace
from host_sim.study import opender_peer

STEP_S = opender_peer.STEP_S
STEP_MS = round(1000 * STEP_S)
STEADY_PU, RESPONSE_PU, DELAY_S = 0.01, 0.02, 0.35      # limits: of the rating, of the rating, s
STAIRS_PU = 0.03                                        # where is_quick
MOVED_PU = 0.001                                        # a change of the terminals that is no noise
WARM_MS, WARM_STEP_MS = 60_000, 100
SEED = 20250428
P, Q = 0, 1


class Grid(NamedTuple):
    """What both see: arrays, one value each 20 ms. v_pu, f_hz; p_pu: active power asked for, of the W rating."""

    v_pu: np.ndarray
    f_hz: np.ndarray
    p_pu: np.ndarray


class Case(NamedTuple):
    """settings: {parameter: value} of ours. peer: the same for OpenDER. quantity: P or Q, what the function moves.
    by_power: the function answers to power; OpenDER is then asked for what the terminals deliver. is_quick: large steps
    with the shortest response time of a gateway."""

    name: str
    grid: Grid
    settings: dict
    peer: dict
    quantity: int
    by_power: bool = False
    is_quick: bool = False


class Pair(NamedTuple):
    """Both answers of one case, pu of the rating. steady_pu: largest difference where a step has settled, None without
    steps; response_pu: largest difference at any time."""

    case: Case
    ours: np.ndarray
    peer: np.ndarray
    steady_pu: float
    response_pu: float


def _grid(v_pu=1.0, f_hz=60.0, p_pu=0.5):
    """Grid of arrays and constants."""
    count = max(np.size(values) for values in (v_pu, f_hz, p_pu))
    return Grid(*(np.broadcast_to(np.asarray(values, dtype=float), count) for values in (v_pu, f_hz, p_pu)))


def _steps(levels, hold_s):
    """One sample more than hold_s each, so that steps meet every phase of the gateway's tick."""
    return np.repeat(np.asarray(levels, dtype=float), round(hold_s / STEP_S) + 1)


def _ramps(points):
    """Straight lines through (s, value)."""
    times_s, values = zip(*points)
    return np.interp(np.arange(0, times_s[-1], STEP_S), times_s, values)


def _recorded(column, from_s, to_s, hold_s=0):
    """A cut of the Iberian recording: deviation from nominal, pu or Hz; the last value held for hold_s more."""
    recording = trace.read()
    values = recording.v_v / np.median(recording.v_v) - 1 if column == "v" else recording.f_hz - 50
    return np.interp(np.arange(from_s, to_s + hold_s, STEP_S), recording.t_s, values)


def _noise(count, sigma_pu, correlation_s=1.0):
    """Seeded noise of a voltage with a correlation time."""
    draws = np.random.default_rng(SEED).standard_normal(count)
    keep = np.exp(-STEP_S / correlation_s)
    values = np.zeros(count)
    for at in range(1, count):
        values[at] = keep * values[at - 1] + (1 - keep * keep) ** 0.5 * draws[at]
    return sigma_pu * values


VOLT_VAR = {"grid.q_mode": "volt_var"}, {"QV_MODE_ENABLE": True}
VOLT_WATT = {"volt_watt.enabled": True}, {"PV_MODE_ENABLE": True, "PV_CURVE_P2": 0}
DROOP = {"droop.of_enabled": True, "droop.uf_enabled": True}, {"PF_MODE_ENABLE": True}
WATT_VAR = ({"grid.q_mode": "watt_var", "watt_var.p1_abs_pu": -0.2, "watt_var.olrt_s": 5},
            {"QP_MODE_ENABLE": True, "QP_CURVE_P1_LOAD": -0.2, "QP_RT": 5})
POWER_FACTOR = ({"grid.q_mode": "cpf", "cpf.pf": 0.92, "cpf.excitation": "over", "cpf.olrt_s": 5},
                {"CONST_PF_MODE_ENABLE": True, "CONST_PF": 0.92, "CONST_PF_EXCITATION": "INJ", "CONST_PF_RT": 5})
DELAY_CASE = Case("pure delay", _grid(_steps([1.0, 1.08] * 6, 5)), {**VOLT_VAR[0], "volt_var.olrt_s": 1}, VOLT_VAR[1], Q)


def cases(category="b"):
    """Cases of a normal category, "a" or "b"; of "a" those only whose defaults are others.

    Recorded frequency is stretched about 60 Hz: as it was it hardly leaves the deadband before its end.
    """
    return [case for case in _all() if category == "b" or case.settings.get("grid.q_mode") in ("volt_var", "watt_var")]


def _all():
    v_recorded_pu = _recorded("v", 380, 500)
    noise_pu = _noise(len(v_recorded_pu), 0.002)
    v_high_pu = np.minimum(1.07 + 0.8 * v_recorded_pu + 1.5 * noise_pu, 1.099)
    return (
        Case("volt-var, steps", _grid(_steps((1, 1.05, 1.09, 1.03, 0.97, 0.94, 0.89, 1), 25)), *VOLT_VAR, Q),
        Case("volt-var, ramps, charging",
             _grid(_ramps(((0, 1), (5, 1), (25, 1.09), (35, 0.9), (50, 0.9), (60, 1))), p_pu=-0.5), *VOLT_VAR, Q),
        Case("volt-var, recorded and noisy", _grid(1 + 2.5 * v_recorded_pu + noise_pu), *VOLT_VAR, Q),
        Case("volt-var, own reference", _grid(np.concatenate((_steps([1], 20), _steps([1.04], 200), _steps([0.98], 100))), p_pu=0),
             {**VOLT_VAR[0], "volt_var.vref_auto_enabled": True}, {**VOLT_VAR[1], "QV_VREF_AUTO_MODE": True}, Q),
        Case("volt-var in one second", _grid(_steps((1, 1.02, 1.05, 1.02, 0.99, 0.96, 1), 6)),
             {**VOLT_VAR[0], "volt_var.olrt_s": 1}, {**VOLT_VAR[1], "QV_OLRT": 1}, Q, is_quick=True),
        Case("volt-watt, steps", _grid(_steps((1, 1.07, 1.0995, 1.08, 1), 25), p_pu=1), *VOLT_WATT, P),
        Case("volt-watt, recorded and noisy", _grid(v_high_pu, p_pu=1), *VOLT_WATT, P),
        Case("watt-var, steps", _grid(p_pu=_steps((0.1, 0.4, 0.9, -0.1, -0.4, -0.8), 20)), *WATT_VAR, Q, True),
        Case("power factor, steps", _grid(p_pu=_steps((0.1, 0.4, 0.9, 0.3), 20)), *POWER_FACTOR, Q, True),
        Case("droop, steps", _grid(f_hz=_steps((60, 60.3, 60.02, 60.6, 61.1, 60, 59.8, 59, 60), 20), p_pu=0.4), *DROOP, P),
        Case("droop, recorded swings × 10", _grid(f_hz=60 + 10 * _recorded("f", 0, 200), p_pu=0.4), *DROOP, P),
        Case("droop, recorded collapse × 1.15", _grid(f_hz=60 + 1.15 * _recorded("f", 470, 502, 18), p_pu=-0.3), *DROOP, P),
        Case("droop in one second", _grid(f_hz=_steps((60, 60.1, 60.2, 60.05, 60), 6), p_pu=0.4),
             {**DROOP[0], "droop.olrt_s": 1}, {**DROOP[1], "PF_OLRT": 1}, P),
    )


def chain(target, code, case):
    """[(p_pu, q_pu)] at the terminals of a bench, every 20 ms, after it has settled on the first sample."""
    row, eut = campaign.BENCHES[target], campaign.eut_of(target)
    bench_type = getattr(importlib.import_module(row[campaign.MODULE]), row[campaign.CLASS])
    settings = {**lab.lab(code), **case.settings}
    bench = bench_type(code, eut, model.Case("OpenDER", case.name, settings, [], p_pu=float(case.grid.p_pu[0])))
    for v_pu, f_hz in ((1.0, 60.0), (case.grid.v_pu[0], case.grid.f_hz[0])):
        bench.set_grid((float(v_pu),) * 3, float(f_hz))
        for _ in range(0, WARM_MS, WARM_STEP_MS):
            bench.advance(WARM_STEP_MS)
    answers, asked_pu = [], case.grid.p_pu[0]
    for v_pu, f_hz, p_pu in zip(*case.grid):
        if p_pu != asked_pu:
            bench.command(float(p_pu))
            asked_pu = p_pu
        bench.set_grid((float(v_pu),) * 3, float(f_hz))
        answers.append(bench.advance(STEP_MS))
    return np.array(answers)


def pure_delays_s(target, code):
    """Delays of single steps, s, spread over all phases of the gateway's tick; rounded up to the next 20 ms."""
    v_pu, answers = DELAY_CASE.grid.v_pu, chain(target, code, DELAY_CASE)[:, Q]
    found = []
    for at in np.flatnonzero(np.diff(v_pu)) + 1:
        moved = np.abs(answers[at:] - answers[at - 1]) > MOVED_PU
        found.append((int(np.argmax(moved)) + 1) * STEP_S)
    return found


def response_limit_pu(target, case):
    """How far apart both may be at any time, pu. With a response of one second, ten decisions a second are stairs of a
    fifth of the step, and a single step meets the tick 40 ms sooner or later than the mean: no gateway of this pace is
    closer."""
    return STAIRS_PU if case.is_quick and target == "gateway" else RESPONSE_PU


def reaction_s(delays_s):
    """What OpenDER is given for them: their mean in whole samples, less the one in which it answers by itself."""
    return max(0, round(float(np.mean(delays_s)) / STEP_S) - 1) * STEP_S


def pair(target, code, case, delay_s):
    """Pair of one case; OpenDER reacts after delay_s."""
    ours = chain(target, code, case)
    asked_pu = ours[:, P] if case.by_power else case.grid.p_pu
    rating_w, rating_va = campaign.P_RATED_W, campaign.S_MAX_VA
    parameters = {**opender_peer.ratings(rating_w, rating_va, code.performance), **case.peer}
    device = opender_peer.battery(**parameters, NP_REACT_TIME=delay_s)
    samples = zip(case.grid.v_pu.tolist(), case.grid.f_hz.tolist(), (rating_w * asked_pu).tolist())
    peer = np.array(opender_peer.follow(device, samples)) / (rating_w, rating_va)
    difference = np.abs(ours - peer)[:, case.quantity]
    ends = _settled(case.grid)
    return Pair(case, ours, peer, float(difference[ends].max()) if len(ends) else None, float(difference.max()))


def _settled(grid):
    """Last sample of each hold; none where the grid moves all the time."""
    changes = np.flatnonzero(np.any(np.diff(np.array(grid)), axis=0))
    return np.append(changes, len(grid.v_pu) - 1) if len(changes) < 20 else np.array([], dtype=int)
