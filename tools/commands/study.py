"""`v2g study`: a question about the method answered by simulation, as numbers (study.json) and a figure (SVG).

Not its job: the studies themselves (host_sim/study). A new one is a function here and a row of STUDIES.
Source: ours.
"""

import json
import os

OK = 0
EPILOG = """studies:
%s

study.json and the figure depend on the study alone: a second run writes the same."""


def wape_stability(folder):
    """Runs and draws; (record, lines for people)."""
    from host_sim.study import wape_stability as study, wape_stability_figure as figure
    runs = study.simulate(study.run_rows())
    found = study.record(runs)
    figure.draw(runs, found, os.path.join(folder, "wape_stability.svg"))
    lines = ["%-18s %8s %8s %14s" % ("case", "delay s", "tau s", "peak to peak V")]
    for row in found["runs"]:
        verdict = "cycle" if row["is_cycle"] else "settled"
        lines.append("%-18s %8.2f %8.2f %14.2f  %s" % (row["case"], row["delay_s"], row["tau_s"], row["swing_v"], verdict))
    by_rule = [row for row in found["margins"] if row["case"] == "rule"]
    lines.append("margins by the rule, G %g to %g: at least %.1f dB and %.0f degrees" % (
        by_rule[0]["loop_gain"], by_rule[-1]["loop_gain"], min(row["gain_margin_db"] for row in by_rule),
        min(row["phase_margin_deg"] for row in by_rule)))
    return found, lines


STUDIES = (
    # name             function (folder) -> (record, lines)   what it answers
    ("wape-stability", wape_stability, "does WAPE-style charging settle on the feeder, at which delay and filter?"),
)
EPILOG %= "\n".join("  %-16s %s" % (name, text) for name, _, text in STUDIES)


def add_arguments(parser):
    """Adds the options of the verb."""
    parser.add_argument("study", choices=[row[0] for row in STUDIES], metavar="STUDY",
                        help="which one: " + ", ".join(row[0] for row in STUDIES))
    parser.add_argument("--out", metavar="DIR", default="study", help="folder for study.json and the figure (default: ./study)")
    parser.add_argument("--json", action="store_true", help="print study.json instead of a table")


def run(args):
    """Runs one study; 0 whatever it finds."""
    answer = next(row[1] for row in STUDIES if row[0] == args.study)
    os.makedirs(args.out, exist_ok=True)
    found, lines = answer(args.out)
    text = json.dumps(found, indent=1)
    with open(os.path.join(args.out, "study.json"), "w", encoding="utf-8") as file:
        file.write(text + "\n")
    print(text if args.json else "\n".join(lines))
    return OK
