"""`v2g home`: days of a household with PV, a vehicle and prices, by mode: cost, comfort, wear, and what was possible.

Not its job: the week, its runs and figures (host_sim/home).
Source: ours.
"""

import json
import pathlib
import sys

OK, USAGE = 0, 2
EVERY = "every"
EPILOG = """modes:
  charge   charges at once, as far as it goes: what the others are compared with
  timed    charges from midnight to six, prices by the hour
  tariff   charges in cheap hours
  pv       charges from the roof; one fixed price for each direction
  v2h      as tariff, and feeds the house
  all      as v2h, and feeds the grid where that pays
  every    all of them

Each run is the gateway's real controller on simulated devices, in steps of 10 s, with recorded house, sun, trips and
prices. Week and seed give them fully: a second run writes the same. A figure that is not reached is a result (exit
code 0). The optimum needs scipy (extra: home); without it that column says so."""


def add_arguments(parser):
    """Adds the options of the verb."""
    parser.add_argument("--days", type=int, default=7, metavar="N", help="1 to 7, from Monday on (default: 7)")
    parser.add_argument("--mode", default=EVERY, metavar="MODE", help="one of the modes below (default: every)")
    parser.add_argument("--week", default="spring", metavar="NAME", help="spring or winter (default: spring)")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="another N, another household (default: 1)")
    parser.add_argument("--no-roof", action="store_true", help="a house without PV")
    parser.add_argument("--out", default="home", metavar="DIR", help="folder for the results (default: ./home)")
    parser.add_argument("--json", action="store_true", help="print home.json instead of the table")


def run(args):
    """Runs, writes and prints; 0 whatever the modes reach, 2 for arguments that can't be."""
    from host_sim.home import figures, study, week

    names = [mode.name for mode in study.ALL if not (args.no_roof and mode.name == "pv")]
    slip = _slip(args, names, week)
    if slip:
        print("v2g home: " + slip, file=sys.stderr)
        return USAGE
    out = pathlib.Path(args.out)
    out.mkdir(parents=True, exist_ok=True)    # better known before the runs than after
    chosen = week.make(args.week, args.seed, args.days, week.NO_ROOF if args.no_roof else week.Roof())
    with _progress(args.json) as progress:
        results = study.study(chosen, names if args.mode == EVERY else [args.mode], progress=progress)
    report = study.report(chosen, results)
    texts = {"home.json": json.dumps(report, indent=1, allow_nan=False) + "\n", "cost.svg": figures.cost_figure(report)}
    texts.update(("week_%s.svg" % name, figures.week_figure(chosen, result)) for name, result in results.items())
    for name, text in texts.items():
        (out / name).write_text(text, encoding="utf-8")
    if args.json:
        print(texts["home.json"], end="")
    else:
        _show(report, [out / name for name in texts])
    return OK


def _slip(args, names, week):
    """What is wrong with the arguments, or None."""
    if not 1 <= args.days <= week.DAYS_MAX:
        return "--days %d: allowed 1 to %d" % (args.days, week.DAYS_MAX)
    if args.mode not in names + [EVERY]:
        return "--mode %s: allowed %s, %s" % (args.mode, ", ".join(names), EVERY)
    if args.week not in week.NAMES:
        return "--week %s: allowed %s" % (args.week, ", ".join(week.NAMES))
    return "--seed %d: allowed 0 and above" % args.seed if args.seed < 0 else None


class _progress:
    """`with _progress(is_quiet) as progress`; then progress(name, share) as often as wanted: one bar a run."""

    def __init__(self, is_quiet):
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

        self._bars = Progress(TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), transient=True,
                              console=Console(stderr=True, highlight=False), disable=is_quiet)
        self._tasks = {}

    def __enter__(self):
        self._bars.__enter__()
        return self

    def __exit__(self, *error):
        self._bars.__exit__(*error)

    def __call__(self, name, share):
        if name not in self._tasks:
            self._tasks[name] = self._bars.add_task(name, total=1)
        self._bars.update(self._tasks[name], completed=share)


def _show(report, paths):
    from rich.console import Console
    from rich.table import Table

    from host_sim.home import words

    week = report["week"]
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")
    for heading in words.HEADINGS:
        table.add_column(heading, justify="left" if heading == "mode" else "right", no_wrap=True, vertical="bottom")
    for row in report["modes"]:
        table.add_row(*words.cells(row))
    console = Console(highlight=False)
    console.print("%s\nseed %d, %d %s from Monday: house %.0f kWh, roof %.0f kWh" % (
        week["what"], week["seed"], week["days"], "day" if week["days"] == 1 else "days", week["load_kwh"], week["pv_kwh"]))
    console.print(table)
    for line in words.NOTES + tuple(words.verdicts(report)):
        print(line)
    print("written: %s" % ", ".join(str(path) for path in paths))
