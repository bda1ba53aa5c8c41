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

Afterwards DIR holds paper.json, report.html and live/ with each gateway's site file, journal and log.
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


def run(args):
    """Runs the demo; 1 when a process failed, 2 for a URL that cannot be, 3 when no broker answers there."""
    from host_sim.broker.start import ExternalBroker
    from host_sim.live import demo
    from host_sim.live.children import ChildEnded
    out = pathlib.Path(args.out)
    console = _console()
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
    _conclude(console, headless, out, recordings, rows)
    return 0


def _console():
    from rich.console import Console
    return Console(highlight=False)


def _view(console, headless, broker):
    from host_sim.live.lines import Lines
    from host_sim.live.screen import Screen
    return Lines(lambda line: print(line, flush=True), broker) if headless else Screen(console, broker)


def _conclude(console, headless, out, recordings, rows):
    """Writes the report and prints the comparison."""
    from host_sim.live import lead_in, lines, screen
    from host_sim.report.write import write_report
    from host_sim.scenarios import parameters
    told = {"live": True, "lead_in_s": lead_in.SETTLE_S, **parameters.as_report()}
    _, report = write_report(out, told, rows, recordings, TITLE, how=HOW % lead_in.SETTLE_S)
    if headless:
        for row in rows:
            print(lines.paper_line(row))
    else:
        console.print(screen.paper_table(rows))
    good = sum(row["reproduced"] for row in rows)
    print("%d of %d within their tolerance; reasons and figures: %s" % (good, len(rows), report))
    print("site files, journals and logs of every gateway: %s" % (out / "live"))
