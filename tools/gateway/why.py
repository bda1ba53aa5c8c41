"""`v2g why`: what each charger does at this moment, and what decided it.

Not its job: making the sentence (edge/explain.py).
"""

import json

from tools.gateway.ask import add_target, ask


def add_arguments(parser):
    """Arguments of `v2g why`."""
    add_target(parser)


def run(args):
    """Print one line per charger; 3 when no gateway answers."""
    answer = ask(args, {"ask": "why"})
    if answer is None or "error" in answer:
        return 3
    if args.json:
        print(json.dumps(answer))
        return 0
    width = max(len(row["name"]) for row in answer["why"])
    for row in answer["why"]:
        print("%-*s  %s" % (width, row["name"], row["why"]))
    return 0
