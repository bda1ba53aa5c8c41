"""`v2g event`: a fleet with and without droop in a known frequency event; numbers, figures, one page.

Not its job: physics, fleets, figures (host_sim/grid_frequency). It hands in the droop figures of the event's grid code.
Source: ours.
"""

import json
import os
import sys

OK, USAGE = 0, 2
FLEET_MAX = 10_000_000
PREFIX = "droop."
EPILOG = """events:
  iberia   28 April 2025, 12:33: recorded frequency; what the fleet would have delivered, and a counterfactual
  gb2019   9 August 2019: synthetic, a swing model on the published losses and milestones; also Dynamic Containment
  trip     loss of the largest infeed of a made-up island, with the closed forms of the swing equation

Some gateways run the real control code, each stands for many chargers; the page says how many.
event.json, event.html and the figures depend on event, fleet and seed alone: a second run writes the same."""


def add_arguments(parser):
    """Adds the options of the verb."""
    parser.add_argument("event", metavar="EVENT", choices=("iberia", "gb2019", "trip"), help="iberia, gb2019 or trip")
    parser.add_argument("--fleet", type=int, default=200_000, metavar="N", help="chargers in all (default: 200000)")
    parser.add_argument("--out", default="event", metavar="DIR", help="folder for the results (default: ./event)")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="draws plugs, state of charge, noise (default: 1)")
    parser.add_argument("--json", action="store_true", help="print event.json instead of words")


def run(args):
    """Runs and writes; 0 whatever the fleet achieves, 2 for arguments that can't be."""
    if not 1 <= args.fleet <= FLEET_MAX:
        print("v2g event: --fleet %d: allowed 1 to %d chargers" % (args.fleet, FLEET_MAX), file=sys.stderr)
        return USAGE
    from host_sim.grid_frequency import events, page, study, words
    os.makedirs(args.out, exist_ok=True)    # better known before the study than after
    event = events.EVENTS[args.event]
    droop, unverified = droop_of(event)
    say = (lambda text: None) if args.json else (lambda text: print("running: " + text, file=sys.stderr))
    found = study.study(event, args.fleet, droop, seed=args.seed, note=say)
    found.record["unverified"] = unverified
    paths = page.write(args.out, found, parameters(event, droop, unverified, args.seed))
    if args.json:
        print(json.dumps(found.record, indent=1))
        return OK
    print("\n".join(words.lines(found.record)))
    print("droop by %s; not verified, ask the network operator: %s" % (event.code, ", ".join(unverified) or "nothing"))
    print("written: %s" % ", ".join(str(path) for path in paths))
    return OK


def droop_of(event):
    """(values of the section `droop`, names of unverified ones): the grid code's, and what the event sets itself."""
    from edge import grid_code
    figures = {name[len(PREFIX):]: row for name, row in grid_code.figures(event.code).items() if name.startswith(PREFIX)}
    droop = {name: row[0] for name, row in figures.items()}
    droop.update(event.droop)
    own = dict(event.droop)
    return droop, [PREFIX + name for name, row in figures.items() if name not in own and row[-1] == grid_code.UNVERIFIED]


def parameters(event, droop, unverified, seed):
    """{name: value} of the page's table."""
    values = {"seed": seed, "gateways": event.gateways, "grid code": event.code}
    values.update((PREFIX + name, "%s (unverified)" % value if PREFIX + name in unverified else value)
                  for name, value in droop.items())
    values.update((name, value) for name, value in event.grid._asdict().items() if name != "stages")
    values.update(("share " + name, value) for name, value in event.mix._asdict().items())
    return values
