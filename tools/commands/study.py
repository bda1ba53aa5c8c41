"""`v2g study`: a question about the method answered by simulation, as numbers (JSON) and a figure (SVG).

Not its job: the studies themselves (host_sim/study). A new one is a function here and a row of STUDIES.
Source: ours.
"""

import json
import os
import sys

OK, UNAVAILABLE = 0, 3
EPILOG = """studies:
%s

Numbers and figure depend on the study alone: a second run writes the same."""


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


def grid_stability(folder):
    """Runs and draws; (record, lines for people)."""
    from host_sim.study import grid_stability as study, grid_stability_figure as figure
    result = study.run(_note)
    found = dict(study.record(result), curves=study.curve_rows(_volt_var_curves()))
    figure.draw(result, found, os.path.join(folder, "grid_stability.svg"))
    lines = ["%-22s %-7s %9s %7s %15s %16s" % ("case", "feeder", "meter s", "path s", "peak to peak V", "peak to peak mHz")]
    for row in found["runs"] + found["pairs"]:
        name = "%s × %.3g" % (row["case"], row["gain_multiple"]) if "gain_multiple" in row else row["case"]
        lines.append("%-22s %-7s %9.1f %7s %15.2f %16.1f  %s" % (
            name, row["feeder"], row["meter_delay_s"], "-" if row["path_s"] is None else "%g" % row["path_s"],
            row["swing_v"], 1000 * row["swing_hz"], "cycle" if row["is_cycle"] else "settled"))
    lines += ["", "%-22s %-7s %7s %7s %21s %21s" % (
        "loop", "feeder", "delay s", "path s", "gain margin dB", "phase margin degrees")]
    for row in found["loops"]:
        lines.append("%-22s %-7s %7.1f %7s %8s on paper %s %8s on paper %s" % (
            row["loop"], row["feeder"], row["delay_s"], _shown(row["path_s"], "%g"),
            _shown(row["gain_db_simulation"]), _shown(row["gain_db_paper"]),
            _shown(row["phase_deg_simulation"], "%.0f"), _shown(row["phase_deg_paper"], "%.0f")))
    lines.append("paper and simulation %s within %g dB and %g degrees" % (
        "agree" if found["agree"] else "do not agree", found["parameters"]["tolerance_db"], found["parameters"]["tolerance_deg"]))
    lines += ["", "%-24s %10s %8s %18s" % ("volt-var curve", "loop gain", "OLRT s", "longest delay s")]
    lines += ["%-24s %10.2f %8g %18s" % (row["curve"], row["loop_gain"], row["olrt_s"], _shown(row["delay_max_s"], "%.2f"))
              for row in found["curves"]]
    return found, lines


def opender(folder):
    """Runs and draws; (record, lines for people)."""
    from tools.commands.conformance import code_named

    from host_sim.study import opender_figure as figure, opender_study as study
    result = study.run({category: code_named("ieee1547-%s-iii" % category)[0] for category in "ab"})
    found = study.record(result)
    figure.draw(result, os.path.join(folder, "opender.svg"))
    lines = ["%-34s %-9s %-8s %10s %12s" % ("case", "target", "category", "steady %", "response %")]
    lines += ["%-34s %-9s %-8s %10s %12.2f  of %g" % (
        row["case"], row["target"], row["category"], _shown(row["steady_pu"] and 100 * row["steady_pu"], "%.2f"),
        100 * row["response_pu"], 100 * row["response_limit_pu"]) for row in found["rows"]]
    lines += ["pure delay of the %s: %.2f to %.2f s" % (target, min(delays_s), max(delays_s))
              for target, delays_s in found["delays_s"].items()]
    return found, lines


def _note(text):
    """What begins now; a study takes a minute or two."""
    print("  %s …" % text, file=sys.stderr, flush=True)


def _shown(value, form="%.1f"):
    return "-" if value is None else form % value


def _volt_var_curves():
    """{grid code, by phases: (loop gain assumed, OLRT s)} of the codes that bring a volt-var curve."""
    from types import SimpleNamespace

    from edge import grid_code, params
    from edge.laws.wape_stability import SENSITIVITY_BASE_VA, volt_var_gain
    curves = {}
    for name in grid_code.names():
        figures = {key[len("volt_var."):]: row[0] for key, row in grid_code.figures(name).items() if key.startswith("volt_var.")}
        section = SimpleNamespace(**{**params.defaults("volt_var"), **figures})
        for phases in (3, 1) if figures else ():
            curves["%s, %d-phase" % (name, phases)] = (volt_var_gain(section, phases, SENSITIVITY_BASE_VA), section.olrt_s)
    return curves


STUDIES = (
    # name             function (folder) -> (record, lines)   what it answers
    ("wape-stability", wape_stability, "does WAPE-style charging settle on the feeder, at which delay and filter?"),
    ("grid-stability", grid_stability, "do volt-var, WAPE, droop and a far supervisor settle together, with which margins?"),
    ("opender",        opender,        "do gateway and emulated inverter answer like OpenDER's model of IEEE 1547?"),
)
EPILOG %= "\n".join("  %-16s %s" % (name, text) for name, _, text in STUDIES)


def add_arguments(parser):
    """Adds the options of the verb."""
    parser.add_argument("study", choices=[row[0] for row in STUDIES], metavar="STUDY",
                        help="which one: " + ", ".join(row[0] for row in STUDIES))
    parser.add_argument("--out", metavar="DIR", default="study", help="folder for numbers and figure, named after the study (default: ./study)")
    parser.add_argument("--json", action="store_true", help="print the numbers instead of a table")


def run(args):
    """Runs one study; 0 whatever it finds, 3 without a library that it needs."""
    answer = next(row[1] for row in STUDIES if row[0] == args.study)
    os.makedirs(args.out, exist_ok=True)
    try:
        found, lines = answer(args.out)
    except ModuleNotFoundError as missing:
        print("v2g study %s needs %s: pip install 'v2g-edge[demo,peers]'" % (args.study, missing.name), file=sys.stderr)
        return UNAVAILABLE
    text = json.dumps(found, indent=1)
    path = os.path.join(args.out, args.study.replace("-", "_") + ".json")
    with open(path, "w", encoding="utf-8") as file:
        file.write(text + "\n")
    lines.append("written: %s and its figure" % path)
    print(text if args.json else "\n".join(lines))
    return OK
