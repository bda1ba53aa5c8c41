"""`v2g bench`: speed, reaction and memory on this machine, beside the peers in the same run.

Not its job: measuring (tools/bench), judging by exit code: a figure that falls short is a result.
Source: ours. The live part goes first, while nothing else runs.
"""

import json
import sys
from importlib import import_module

OK, FAILED = 0, 1
# subject, module, seconds of a plain run (which has to end within 50 s in all), seconds with --full
PARTS = (
    ("live gateway", "tools.bench.live", 20.0, 60.0),
    ("tick", "tools.bench.tick", 1.0, 5.0),
    ("Modbus", "tools.bench.modbus", 4.0, 20.0),
    ("MQTT", "tools.bench.mqtt", 3.5, 20.0),
    ("feeder", "tools.bench.feeder", 2.0, 15.0),
    ("flood", "tools.bench.flood", 4.0, 120.0),
)


def add_arguments(parser):
    """Adds the options of the verb."""
    parser.add_argument("--json", action="store_true", help="print the figures as JSON and nothing else")
    parser.add_argument("--full", action="store_true", help="run long: memory after 60 s, more samples")


def run(args):
    """Measures and prints; 1 only when something could not be measured because it failed."""
    try:
        result = measure(args.full)
    except (RuntimeError, OSError) as error:
        print("v2g bench: %s" % error, file=sys.stderr)
        return FAILED
    if args.json:
        print(json.dumps(result))
    else:
        from tools.bench import targets
        print(targets.table(result))
    return OK


def measure(is_full=False):
    """All figures as one dictionary; RuntimeError or OSError when a part fails."""
    from tools.bench import site_reaction
    result = {}
    for subject, module, plain_s, full_s in PARTS:
        print("measuring: %s" % subject, file=sys.stderr, flush=True)
        figures = import_module(module).measure(full_s if is_full else plain_s)
        # The broker of the live figures is the one to name; both parts start the same kind.
        result.update({key: value for key, value in figures.items() if key not in result})
    result["site_reaction_ms"] = site_reaction.of_profiles()
    return result
