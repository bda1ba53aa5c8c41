"""`v2g conformance`: type tests of a grid code on the gateway or on the emulated inverter, with a report.

Not its job: procedures and acceptance (host_sim/conformance); this hands in the grid code's figures.
Source: ours. Seeded and on a virtual clock: a second run writes the same bytes.
"""

import json
import pathlib
import sys

OK, FAILED, USAGE = 0, 1, 2
TARGETS = ("gateway", "device")
NAME, DEFAULT = 0, 6     # columns of a parameter row
# Duties of consumption alone; no type test here covers them.
UNTESTED = ("de-14a", "gb-smart-charge")
# Of these sections the parameter's default holds where a code does not say.
SECTIONS = ("grid", "volt_var", "watt_var", "cpf", "crp", "volt_watt", "p_limit", "droop", "enter_service", "trip",
            "ride_through")
EPILOG = """Writes results.json and report.html into DIR. Exit code 1 when a step fails. Software in the loop, not a
certificate: what cannot be tested here is listed as not applicable, with its reason.

profiles: %s"""


def add_arguments(parser):
    """Arguments of `v2g conformance`."""
    from edge import grid_code

    parser.epilog = EPILOG % ", ".join([name for name in grid_code.names() if name not in UNTESTED])
    parser.add_argument("--profile", default="ieee1547-b-iii", metavar="CODE", help="grid code (default: ieee1547-b-iii)")
    parser.add_argument("--target", choices=TARGETS, default="gateway",
                        help="the gateway on a setpoint-only inverter, or the inverter's own functions (default: gateway)")
    parser.add_argument("--test", metavar="NAME", help="only this test, such as VV")
    parser.add_argument("--out", metavar="DIR", default="conformance", help="where the report goes (default: ./conformance)")
    parser.add_argument("--json", action="store_true", help="print results.json instead of the table")
    parser.add_argument("--quick", action="store_true", help="a short form of each test, for a first look")


def run(args):
    """Runs the tests; 1 when a step failed."""
    from host_sim.conformance import campaign, procedure_table, report_page, results

    code, problem = code_named(args.profile)
    tests = procedure_table.tests_of(code, args.target) if code else ()
    if code and args.test and args.test.upper() not in tests + list(procedure_table.known_tests()):
        problem = "no test '%s' for %s and %s: allowed %s" % (args.test, code.name, args.target, ", ".join(tests))
    if code and not tests:
        problem = "no procedure for %s: it is a duty of consumption alone, which no type test here covers" % code.name
    if problem:
        print("v2g conformance: " + problem, file=sys.stderr)
        return USAGE
    eut = campaign.eut_of(args.target, args.quick)
    found, skips = _run(code, eut, args.test.upper() if args.test else None)
    document = results.document(code, eut, found, skips)
    folder = pathlib.Path(args.out)
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    (folder / "results.json").write_text(text, encoding="utf-8")
    (folder / "report.html").write_text(report_page.page(code, eut, found, skips), encoding="utf-8")
    if args.json:
        print(text, end="")
    else:
        _show(document, folder / "report.html")
    return FAILED if document["failed"] else OK


def code_named(name):
    """(GridCode, None) or (None, what is wrong)."""
    import difflib

    from edge import grid_code, param_devices, param_grid
    from host_sim.conformance.profile import GridCode

    row = grid_code.code(name)
    if row is None:
        near = difflib.get_close_matches(name, grid_code.names(), n=1)
        hint = "did you mean '%s'?" % near[0] if near else "allowed " + ", ".join(grid_code.names())
        return None, "no grid code '%s'; %s" % (name, hint)
    figures = [(parameter,) + tuple(figure) for parameter, figure in grid_code.figures(name).items()]
    tables = param_devices.DEVICE_TABLE + param_grid.GRID_TABLE
    otherwise = {entry[NAME]: entry[DEFAULT] for entry in tables if entry[NAME].split(".")[0] in SECTIONS}
    return GridCode(name, row[grid_code.TITLE], figures, otherwise), None


def _run(code, eut, only):
    """Runs with one progress bar a test."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    from host_sim.conformance import campaign, procedure_table

    columns = (TextColumn("{task.description:<34}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"), TimeElapsedColumn())
    tasks = {}
    with Progress(*columns, console=Console(stderr=True, highlight=False), transient=True) as bars:
        def show(test, done_s, whole_s):
            if test not in tasks:
                tasks[test] = bars.add_task("%s %s" % (test, procedure_table.title_of(test)), total=whole_s)
            bars.update(tasks[test], completed=done_s)
        return campaign.run(code, eut, only, progress=show)


def _show(document, report):
    from rich.console import Console
    from rich.table import Table

    from host_sim.conformance import procedure_table

    table = Table("test", "what", "cases", "checks", "failed", box=None, header_style="bold")
    for test in dict.fromkeys(row["test"] for row in document["tests"]):
        rows = [row for row in document["tests"] if row["test"] == test]
        bad = sum(not row["pass"] for row in rows)
        table.add_row(test, procedure_table.title_of(test), str(len({row["case"] for row in rows})), str(len(rows)),
                      "[red]%d[/red]" % bad if bad else "0")
    console = Console(highlight=False)
    console.print(table)
    for row in [row for row in document["tests"] if not row["pass"]][:10]:
        console.print("[red]failed[/red] %s, %s, %s: %s, allowed %s to %s" % (
            row["test"], row["case"], row["step"], row["measured"], row["expected_min"], row["expected_max"]))
    console.print("%d of %d checks pass, %d not applicable. Software in the loop, not a certificate.\nReasons and figures: %s" % (
        document["passed"], len(document["tests"]), len(document["not_applicable"]), report))
