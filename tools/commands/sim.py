"""`v2g sim outage`: one outage of a house with a V2H charger, or a campaign of many; numbers, a figure, exit code 1 when an
interlock was violated.

Not its job: house, gateway and judging (host_sim/outage).
Source: ours. Seeded and on a virtual clock: a second run writes the same bytes.
"""

import json
import pathlib
import sys

OK, FAILED, USAGE = 0, 1, 2
MINUTES, MINUTES_MAX = 10, 240
RUNS_MAX, JOBS_MAX = 1_000_000, 64
SAMPLE_MS = 500
HINT = "seed %d again: v2g sim outage --fault %s --seed %d --short"


def add_arguments(parser):
    """Adds the options of the verb."""
    import argparse

    from host_sim.outage import faults

    width = max(map(len, faults.NAMES))
    rows = "\n".join("  %-*s  %s" % (width, name, text) for name, (_, text) in faults.FAULTS.items())
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = ("faults:\n%s\n\nWrites result.json and outage.svg into DIR. A lock-out that the fault calls for is a result; "
                     "exit code 1\nmeans a violated interlock. With --runs every fault takes its turn." % rows)
    parser.add_argument("what", metavar="WHAT", choices=("outage",), help="outage")
    parser.add_argument("--fault", default="none", metavar="NAME", help="what is broken (default: none; see below)")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="draws house, delays and outage (default: 1)")
    parser.add_argument("--minutes", type=float, default=None, metavar="M", help="length of the outage (default: %d)" % MINUTES)
    parser.add_argument("--short", action="store_true", help="the short outage that a campaign runs for this seed")
    parser.add_argument("--out", default="outage", metavar="DIR", help="folder for the results (default: ./outage)")
    parser.add_argument("--json", action="store_true", help="print the record instead of words")
    parser.add_argument("--runs", type=int, metavar="N", help="a campaign of N short outages over every fault, from --seed on")
    parser.add_argument("--jobs", type=int, default=1, metavar="J", help="processes of a campaign (default: 1)")
    parser.add_argument("--resume", metavar="FILE", help="one JSON line a run of a campaign; what is in it is not run again")


def run(args):
    """Runs and writes; 1 when an interlock was violated, 2 for arguments that can't be."""
    problem = _problem(args)
    if problem:
        print("v2g sim outage: " + problem, file=sys.stderr)
        return USAGE
    return _one(args) if args.runs is None else _campaign(args)


def _problem(args):
    import difflib

    from host_sim.outage import faults

    if args.fault not in faults.NAMES:
        near = difflib.get_close_matches(args.fault, faults.NAMES, n=1)
        return "no fault '%s'; %s" % (args.fault, "did you mean '%s'?" % near[0] if near else "--help lists them")
    if args.minutes is not None and not 0.1 <= args.minutes <= MINUTES_MAX:
        return "--minutes %g: allowed 0.1 to %d min" % (args.minutes, MINUTES_MAX)
    if args.minutes is not None and args.short:
        return "--short: draws its own length, leave out --minutes"
    if args.runs is not None and not 1 <= args.runs <= RUNS_MAX:
        return "--runs %d: allowed 1 to %d" % (args.runs, RUNS_MAX)
    if not 1 <= args.jobs <= JOBS_MAX:
        return "--jobs %d: allowed 1 to %d" % (args.jobs, JOBS_MAX)
    return None


def _one(args):
    from host_sim.outage import figure, run as outage_run, words
    from host_sim.outage.scenario import Plan

    outage_s = None if args.short else 60 * (args.minutes or MINUTES)
    plan = Plan(args.fault, args.seed, outage_s=outage_s)
    result, samples = outage_run.outage(plan, sample_ms=SAMPLE_MS)
    folder = pathlib.Path(args.out)
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(result, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    (folder / "result.json").write_text(text, encoding="utf-8")
    (folder / "outage.svg").write_text(figure.svg(result, samples, words.title(result)), encoding="utf-8")
    print(text if args.json else "\n".join(words.lines(plan, result) + ["written: %s, %s" % (
        folder / "result.json", folder / "outage.svg")]), end="" if args.json else "\n")
    return FAILED if result["interlock_violations"] else OK


def _campaign(args):
    from host_sim.outage import campaign, words

    def note(records):
        if not args.json and len(records) % 50 == 0:
            print("%d of %d runs" % (len(records), args.runs), file=sys.stderr)

    records = campaign.campaign(args.runs, args.jobs, args.resume, first_seed=args.seed, note=note)
    found = campaign.summary(records)
    print(json.dumps(found, indent=1) if args.json else "\n".join(words.campaign_lines(found)))
    for seed in found["violating_seeds"][:3]:
        print(HINT % (seed, campaign.fault_of(seed), seed), file=sys.stderr)
    return FAILED if found["interlock_violations"] else OK
