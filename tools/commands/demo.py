"""`v2g demo`: the four cases of the WAPE study live, with six gateways, their chargers, a broker and a supervisor.

Not its job: running (host_sim/live), judging and reporting (host_sim/scenarios, host_sim/report).
Source: ours. Exit 0 when it did its job; a figure that is not reproduced is a result.
"""

import asyncio
import pathlib
import sys

EPILOG = """Each case runs 10 s of real time after 10 s of lead-in, during which the feeder comes from light load to the
case's first value. Every case gets fresh processes: guards and rests of a gateway last up to a minute and would reach
from one case into the next. Ctrl-C ends everything in order.

Afterwards DIR holds paper.json, report.html and live/ with each gateway's site file, journal and log. Until then, and
when it fails, the live/ of the run before is kept as live-before/.
"""
TITLE = "WAPE-style charging and V2G on a 415 V feeder: the paper\u2019s figures, measured live"
HOW = ("Live: plant, six gateways, supervisor and broker were processes of their own on real sockets, in real time; each "
       "case had %g s of lead-in. Margins and charging times are computed on the virtual clock.")
FAILED = 1
USAGE = 2
UNAVAILABLE = 3
INTERRUPTED = 130


def add_arguments(parser):
    """Adds the options of the verb."""
    parser.add_argument("--out", default="v2g-demo", metavar="DIR", help="folder for everything it writes (v2g-demo)")
    parser.add_argument("--headless", action="store_true", help="plain lines instead of the live table")
    parser.add_argument("--broker", metavar="URL", help="use this broker: mqtt[s]://[user:password@]host[:port]")
    parser.add_argument("--own-broker", action="store_true", help="our own broker even where Mosquitto is installed")
    parser.add_argument("--json", action="store_true", help="print paper.json; what happens goes to standard error")


def run(args):
    """Runs the demo; 1 when a process failed, 2 for a URL that cannot be, 3 when no broker answers there."""
    from host_sim.broker.start import ExternalBroker
    from host_sim.live import demo
    from host_sim.live.children import ChildEnded
    out = pathlib.Path(args.out)
    console = _console(args.json)
    headless = args.headless or not console.is_terminal
    try:
        if args.broker:
            ExternalBroker(args.broker)
    except ValueError as error:
        print("v2g demo: %s" % error, file=sys.stderr)
        return USAGE
    try:
        out.mkdir(parents=True, exist_ok=True)
        recordings, rows = asyncio.run(demo.run(out, lambda broker: _view(console, headless, broker),
                                                broker_url=args.broker, own_broker=args.own_broker))
    except ConnectionError as error:
        print("v2g demo: no broker at %s" % error, file=sys.stderr)
        return UNAVAILABLE
    except (OSError, ChildEnded) as error:
        print("v2g demo: %s" % error, file=sys.stderr)
        return FAILED
    except (KeyboardInterrupt, asyncio.CancelledError):
        print("v2g demo: interrupted; everything it started has ended", file=sys.stderr)
        return INTERRUPTED
    numbers, report = _write(out, recordings, rows)
    if args.json:
        print(numbers.read_text(encoding="utf-8"), end="")
    _conclude(console, headless, rows, report)
    return 0


def _console(to_stderr):
    from rich.console import Console
    return Console(highlight=False, stderr=to_stderr)


def _view(console, headless, broker):
    from host_sim.live.lines import Lines
    from host_sim.live.screen import Screen
    return Lines(_writer(console), broker) if headless else Screen(console, broker)


def _writer(console):
    """Writes a plain line where the console would, at once: somebody may read it through a pipe."""
    return lambda line: print(line, file=console.file, flush=True)


def _write(out, recordings, rows):
    """Writes paper.json and the report; returns their paths."""
    from host_sim.live import lead_in
    from host_sim.report.write import write_report
    from host_sim.scenarios import parameters
    told = {"live": True, "lead_in_s": lead_in.SETTLE_S, **parameters.as_report()}
    return write_report(out, told, rows, recordings, TITLE, how=HOW % lead_in.SETTLE_S)


def _conclude(console, headless, rows, report):
    """Shows the comparison."""
    from host_sim.live import lines, screen
    write = _writer(console)
    if headless:
        for row in rows:
            write(lines.paper_line(row))
    else:
        console.print(screen.paper_table(rows))
    good = sum(row["reproduced"] for row in rows)
    write("%d of %d within their tolerance; reasons and figures: %s" % (good, len(rows), report))
    write("site files, journals and logs of every gateway: %s" % (report.parent / "live"))
