"""`v2g tidy`: runs the house rules and prints one line per finding.

Not its job: the rules (tools/tidy).
Source: CONTRIBUTING.md.
"""

import json

from tools import checkout
from tools.tidy.rules import FAIL, RULES, check_all
from tools.tidy.source import load


def add_arguments(parser):
    """Adds the options of the verb."""
    parser.add_argument("--list", action="store_true", help="print the rules instead of checking them")
    parser.add_argument("--json", action="store_true", help="print findings as JSON")


def print_rules():
    """Every rule with its level and the first sentence of its text."""
    for name, level, rule in RULES:
        print("%-16s %s  %s" % (name, level, rule.__doc__.splitlines()[0]))


def run(args):
    """Checks all files of the project; 1 when a rule that fails is broken, 3 without a checkout."""
    if args.list:
        print_rules()
        return 0
    unavailable = checkout.missing("tidy")
    if unavailable:
        return unavailable
    findings = check_all(load())
    failed = [finding for finding in findings if finding.level == FAIL]
    if args.json:
        print(json.dumps([finding._asdict() for finding in findings], indent=1))
    else:
        for finding in findings:
            print("%s %s" % (finding.level, finding))
        print("tidy: %d broken, %d to look at" % (len(failed), len(findings) - len(failed)))
    return 1 if failed else 0
