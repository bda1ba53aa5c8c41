"""Many seeded outages over every fault: one JSON line a run, resumable, and a summary.

Not its job: one run (run.py).
Source: ours. Seed n has fault n modulo their number, so that any range of seeds meets them all.
"""

import json
import multiprocessing
import os

from host_sim.outage import faults, run
from host_sim.outage.scenario import Plan

PERCENTILES = (50, 90, 99, 100)
KEPT = ("fault", "seed", "crashes_too", "interlock_violations", "violations", "transfer_ms", "islanded_s", "dark_s", "unserved_wh", "end",
        "state", "lockout", "autonomy", "unexpected", "one_gap_s")
# Hardware without a fault, a transfer after a total loss: what transfer_ms is stated for.
HEALTHY = ("none", "bad-return", "pv")


def fault_of(seed):
    """The fault that a seed of a campaign has."""
    return faults.NAMES[seed % len(faults.NAMES)]


def one(seed):
    """The kept part of one run."""
    result = run.outage(Plan(fault_of(seed), seed))[0]
    return {key: result[key] for key in KEPT}


def done(path):
    """{seed: record} of the lines that are already there; a run that was cut off in its line is done again."""
    records = {}
    if path is not None and os.path.exists(path):
        with open(path, encoding="utf-8") as lines:
            for line in lines:
                try:
                    row = json.loads(line)
                except ValueError:
                    continue
                records[row["seed"]] = row
    return records


def campaign(runs, jobs, path=None, *, first_seed=0, note=lambda records: None):
    """Records of seeds first_seed to first_seed + runs - 1, those of `path` taken over, new ones appended to it.

    jobs: processes; note: called with all records after each run.
    """
    records = done(path)
    wanted = range(first_seed, first_seed + runs)
    missing = [seed for seed in wanted if seed not in records]
    with open(os.devnull if path is None else path, "a", encoding="utf-8") as file:
        if missing and file.tell():
            file.write("\n")        # whatever the last run left half written ends here
        for row in _results(missing, jobs):
            records[row["seed"]] = row
            file.write(json.dumps(row) + "\n")
            file.flush()
            note(records)
    return [records[seed] for seed in wanted]


def _results(seeds, jobs):
    if jobs <= 1:
        yield from map(one, seeds)
        return
    with multiprocessing.Pool(jobs, maxtasksperchild=200) as pool:
        yield from pool.imap_unordered(one, seeds, chunksize=4)


def summary(records):
    """What a campaign came to, JSON-able."""
    transfers_ms = sorted(row["transfer_ms"] for row in records
                          if row["fault"] in HEALTHY and not row["crashes_too"] and row["transfer_ms"] is not None)
    errors_pct = sorted(abs(row["autonomy"]["error_pct"]) for row in records if row["fault"] in HEALTHY and row["autonomy"]
                        and row["autonomy"]["error_pct"] is not None)
    by_fault = {}
    for name in faults.NAMES:
        rows = [row for row in records if row["fault"] == name]
        if rows:
            by_fault[name] = {
                "runs": len(rows), "violations": sum(row["interlock_violations"] for row in rows),
                "transferred": sum(row["transfer_ms"] is not None for row in rows),
                "locked_out": sum(row["lockout"] is not None for row in rows),
                "unexpected": sum(row["unexpected"] is not None for row in rows),
            }
    return {
        "runs": len(records), "interlock_violations": sum(row["interlock_violations"] for row in records),
        "one_gap_runs": sum(row.get("one_gap_s", 0) > 0 for row in records),
        "violating_seeds": [row["seed"] for row in records if row["interlock_violations"]],
        "unexpected_seeds": [row["seed"] for row in records if row["unexpected"] is not None],
        "transfer_ms": {"p%d" % share: percentile(transfers_ms, share) for share in PERCENTILES},
        "forecast_error_pct": {"p%d" % share: percentile(errors_pct, share) for share in PERCENTILES},
        "faults": by_fault,
    }


def percentile(ordered, share_pct):
    """The smallest value that is not below share_pct of them; None of nothing."""
    if not ordered:
        return None
    return ordered[max(0, -(-len(ordered) * share_pct // 100) - 1)]
