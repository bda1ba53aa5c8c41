"""All thousand sessions, or some of them, from the command line: one line each that was not kept, then the sums as JSON.

Not its job: drawing and judging (cases.py, tally.py). Source: ours.
"""

import argparse
import importlib
import json
import sys

from host_sim.sessions import tally
from host_sim.sessions.cases import draw


def main(arguments=None):
    """Exit code 0: no promise was broken. Runs numbers FIRST to LAST - 1."""
    parser = argparse.ArgumentParser(prog="python -m host_sim.sessions.run", description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("first", type=int, nargs="?", default=0)
    parser.add_argument("last", type=int, nargs="?", default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--step-s", type=int, default=10, help="period of the controller")
    asked = parser.parse_args(arguments)
    world = importlib.import_module("host_sim.world_sessions")     # the one that knows the firmware
    dt_ms = asked.step_s * 1000
    outcomes = []
    for number in range(asked.first, asked.last):
        case = draw(number, asked.seed)
        ran = world.SessionWorld(case, dt_ms).run()
        outcome = tally.judge(ran, lambda case: world.plainly(case, dt_ms), world.told)
        outcomes.append(outcome)
        if outcome.verdict != tally.KEPT:
            print(json.dumps(outcome._asdict()), flush=True)
    sums = tally.summary(outcomes)
    print(json.dumps(sums))
    return 1 if sums[tally.BROKEN] else 0


if __name__ == "__main__":
    sys.exit(main())
