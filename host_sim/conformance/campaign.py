"""Campaign: all cases of a profile on one target, on as many processors as there are, in the same order every time.

Not its job: a case (harness.py), writing results (results.py, report_page.py).
Source: ours. Every case has a bench of its own, so their order and their neighbours change nothing.
"""

import concurrent.futures
import importlib
import multiprocessing
import os
import signal

from host_sim.conformance import harness, procedure_table
from host_sim.conformance.model import Eut

# target: module and class of its bench, shortest response time it is asked for. Only the world may know a gateway.
BENCHES = {
    "gateway": ("host_sim.world_bench", "GatewayBench", 1.0),
    "device": ("host_sim.conformance.bench_device", "DeviceBench", 0.0),
}
MODULE, CLASS, TR_MIN_S = range(3)
# The emulated inverters: 6 kW at 7.36 kVA leave room for 44 % vars at full power.
P_RATED_W, S_MAX_VA = 6000, 7360
WORKERS_MAX = 8


def eut_of(target, quick=False):
    """The device under test of a target."""
    return Eut(target, P_RATED_W, S_MAX_VA, BENCHES[target][TR_MIN_S], quick)


def run(code, eut, only=None, *, progress=None, workers=None):
    """([Result], [Skip]) of all cases. only: name of one test. progress: called with (test, seconds of simulated time
    done, of all of that test). workers: processes; None: one a processor; 1: none but this."""
    cases, skips = procedure_table.plan(code, eut, only)
    whole_s, done_s = {}, {}
    for case in cases:
        whole_s[case.test] = whole_s.get(case.test, 0) + duration_s(case)
    results = [None] * len(cases)
    for number, result in _results(code, eut, only, cases, workers):
        results[number] = result
        test = cases[number].test
        done_s[test] = done_s.get(test, 0) + duration_s(cases[number])
        if progress:
            progress(test, done_s[test], whole_s[test])
    return results, skips


def duration_s(case):
    """Simulated time of a case, s."""
    return case.warm_s + sum(step.hold_s for step in case.steps)


def run_one(code, eut, only, number):
    """Result of case `number` of the plan, without what can't cross to another process."""
    case = procedure_table.plan(code, eut, only)[0][number]
    row = BENCHES[eut.target]
    bench = getattr(importlib.import_module(row[MODULE]), row[CLASS])
    result = harness.run_case(lambda: bench(code, eut, case), case)
    return result._replace(case=case._replace(steps=()))


def _results(code, eut, only, cases, workers):
    """(number, Result) as they come."""
    workers = min(workers or os.cpu_count() or 1, WORKERS_MAX, len(cases) or 1)
    if workers == 1:
        for number in range(len(cases)):
            yield number, run_one(code, eut, only, number)
        return
    # The longest first: nobody waits for it in the end. A fresh interpreter each: this one may have threads.
    order = sorted(range(len(cases)), key=lambda number: -duration_s(cases[number]))
    context = multiprocessing.get_context("spawn")
    pool = concurrent.futures.ProcessPoolExecutor(workers, context, _leave_ctrl_c_to_the_parent)
    futures = {pool.submit(run_one, code, eut, only, number): number for number in order}
    is_done = False
    try:
        for future in concurrent.futures.as_completed(futures):
            yield futures[future], future.result()
        is_done = True
    finally:
        # The executor would wait for every case that is still to come, and its workers would go on with them.
        pool.shutdown(wait=is_done, cancel_futures=True)
        if not is_done:
            for worker in multiprocessing.active_children():
                worker.terminate()


def _leave_ctrl_c_to_the_parent():
    """It reaches all processes of a terminal at once; a worker would take it for the failure of one case."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
