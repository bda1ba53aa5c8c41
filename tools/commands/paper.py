"""`v2g paper`: the WAPE study on the virtual clock, with a report.

Not its job: the world (host_sim), the live run (`v2g demo`).
Source: ours. Seeded: a second run writes the same bytes.
"""

import pathlib

EPILOG = """Writes paper.json and report.html into DIR. A figure of the paper that does not come out is a result,
not a failure; a broken invariant of the gateways is one (exit code 1)."""
TITLE = "WAPE-style charging and V2G on a 415 V feeder: the paper\u2019s figures, computed again"
HOW = ("Virtual clock: the gateways, the Modbus and MQTT bytes between all parts and the feeder are real code; only "
       "time and wires are simulated. Seed %d.")


def add_arguments(parser):
    """Arguments of `v2g paper`."""
    parser.add_argument("--out", metavar="DIR", default="paper", help="where the report goes (default: ./paper)")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="another N, other jitter (default: 1)")
    parser.add_argument("--json", action="store_true", help="print paper.json instead of the table")


def run(args):
    """Runs the study; 1 when an invariant broke, or DIR can't be made: better known before the study than after."""
    out = pathlib.Path(args.out)
    out.mkdir(parents=True, exist_ok=True)
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    from host_sim import world_paper
    from host_sim.report.write import write_report
    from host_sim.scenarios import paper_rows, parameters

    console = Console(stderr=True, highlight=False)
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bars:
        show = _Bars(bars)
        try:
            recordings = world_paper.run_scenarios(seed=args.seed, progress=show)
        except world_paper.BrokenInvariant as broken:
            console.print("broken invariant: %s" % broken)
            return 1
        hours = world_paper.run_charging_times(progress=show)
    rows = paper_rows.evaluate(recordings, hours)
    numbers, text = write_report(out, {"seed": args.seed, **parameters.as_report()}, rows, recordings,
                                 TITLE, how=HOW % args.seed)
    if args.json:
        print(numbers.read_text(encoding="utf-8"), end="")
        return 0
    _show(rows, text)
    return 0


class _Bars:
    """One progress bar per part, in the order in which they begin."""

    def __init__(self, bars):
        self._bars = bars
        self._tasks = {}

    def __call__(self, name, share):
        if name not in self._tasks:
            self._tasks[name] = self._bars.add_task(name, total=1)
        self._bars.update(self._tasks[name], completed=share)


def _show(rows, text):
    from rich.console import Console

    from host_sim.live.screen import paper_table

    console = Console(highlight=False)
    console.print(paper_table(rows))
    good = sum(row["reproduced"] for row in rows)
    console.print("%d of %d within their tolerance; reasons and figures: %s" % (good, len(rows), text))
