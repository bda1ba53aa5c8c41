"""Harness: runs the steps of a case on a bench and keeps what the terminals did.

Not its job: what the steps are (procedures/), judging (checks.py), several cases at once (campaign.py).
Source: ours. A bench offers, all on its own virtual clock:
  now_ms                       its time
  fine_ms, coarse_ms, slow_ms  the smallest step it takes, the largest one, and that of cases where nothing is quick
  set_grid(v_pu, f_hz)         ideal source: three line-to-neutral voltages and the frequency from now on
  command(p_pu)                active power asked for, pu of the W rating
  apply(settings)              {parameter: value}; raises Refused when the device does not take them
  advance(dt_ms)               one step; (p_pu, q_pu) at the terminals afterwards
"""

from collections import namedtuple

import numpy as np

from host_sim.conformance.model import Verdict
from host_sim.conformance.record import QUANTITIES, Record

POINTS_PER_STEP = 120     # kept for figures
STEP_SHARE = 0.005        # a step is so much of the time since the last change: half of the accuracy of a time

# verdicts: [(step name, Verdict)]. trace: {quantity: array}, t_s from the first step. bounds: [(quantity, from_s, to_s,
# low, high)], times of the trace.
Result = namedtuple("Result", "case verdicts trace bounds")


class Refused(Exception):
    """The device did not take a setting; the text says which."""


def run_case(make_bench, case):
    """Result of a case. make_bench: function without arguments that gives a fresh bench."""
    run = _Run(case)
    try:
        run.begin(make_bench())
        run.hold(case.warm_s)
        for step in case.steps:
            run.step(step)
    except Refused as refused:
        run.verdicts.append(("settings", Verdict("setting taken: %s" % refused, 1, 1, 0)))
    return Result(case, run.verdicts, run.trace(), run.bounds)


class _Run:
    """One case under way."""

    def __init__(self, case):
        self.verdicts = []
        self.bounds = []
        self._bench = None
        self._slow = case.slow
        self._v_pu = _phases(case.v_pu)
        self._f_hz = case.f_hz
        self._parts = []
        self._last = None
        self._begin_s = 0.0

    def begin(self, bench):
        """From now on, this bench."""
        self._bench = bench

    def step(self, step):
        """One step: changes, record, checks."""
        if step.settings:
            self._bench.apply(step.settings)
        if step.p_pu is not None:
            self._bench.command(step.p_pu)
        if step.v_pu is not None:
            self._v_pu = _phases(step.v_pu)
        record = self.hold(step.hold_s, step.f_hz, step.rocof_hz_s)
        for verdict in [check(record) for check in step.checks] + [probe(self._bench, record) for probe in step.probes]:
            self.verdicts.append((step.name, verdict))
            self._draw(verdict)
        self._begin_s += step.hold_s

    def hold(self, duration_s, f_hz=None, rocof_hz_s=None):
        """Record of so many seconds; the frequency goes to f_hz, at once or at a rate."""
        bench, rows = self._bench, []
        begin_ms = bench.now_ms
        end_ms = begin_ms + round(duration_s * 1000)
        ramp_s = abs(f_hz - self._f_hz) / rocof_hz_s if rocof_hz_s and f_hz is not None else 0
        from_hz, to_hz = self._f_hz, self._f_hz if f_hz is None else f_hz
        while bench.now_ms < end_ms:
            t_s = (bench.now_ms - begin_ms) / 1000
            dt_ms = min(self._step_ms(t_s - ramp_s), end_ms - bench.now_ms)
            t_s += dt_ms / 1000
            self._f_hz = to_hz if t_s >= ramp_s else from_hz + (to_hz - from_hz) * t_s / ramp_s
            bench.set_grid(self._v_pu, self._f_hz)
            p_pu, q_pu = bench.advance(dt_ms)
            rows.append((t_s, sum(self._v_pu) / 3, self._f_hz, p_pu, q_pu))
        record = Record(rows, self._last or dict.fromkeys(QUANTITIES + ("i_p_pu", "i_q_pu"), 0.0))
        if f_hz is not None or self._last is not None:
            self._keep(record)
        self._last = record.last()
        return record

    def _step_ms(self, since_s):
        """Next step of the bench so long after the last change."""
        bench = self._bench
        if self._slow:
            return bench.slow_ms
        wanted = STEP_SHARE * 1000 * since_s // bench.fine_ms * bench.fine_ms
        return int(min(max(wanted, bench.fine_ms), bench.coarse_ms))

    def trace(self):
        """{quantity: array} of the whole case, thinned."""
        names = ("t_s",) + QUANTITIES
        return {name: np.concatenate([part[name] for part in self._parts]) if self._parts else np.array([])
                for name in names}

    def _keep(self, record):
        count = len(record.t_s)
        places = np.unique(np.concatenate((np.geomspace(1, count, POINTS_PER_STEP // 2).astype(int) - 1,
                                           np.linspace(0, count - 1, POINTS_PER_STEP // 2).astype(int))))
        part = {name: record[name][places] for name in QUANTITIES}
        part["t_s"] = self._begin_s + record.t_s[places]
        self._parts.append(part)

    def _draw(self, verdict):
        if verdict.quantity is not None:
            from_s, to_s = verdict.from_s, verdict.from_s if verdict.to_s is None else verdict.to_s
            self.bounds.append((verdict.quantity, self._begin_s + from_s, self._begin_s + to_s, verdict.low, verdict.high))


def _phases(v_pu):
    return (float(v_pu),) * 3 if isinstance(v_pu, (int, float)) else tuple(v_pu)
