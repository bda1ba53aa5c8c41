"""The demo: the four cases of the WAPE study one after the other, live, with everything the table needs.

Not its job: one case (live_case.py), drawing (screen.py, lines.py), the report (report).
Source: ours.
"""

import asyncio
import os
import shutil
import signal
import socket

from host_sim.broker import start_broker
from host_sim.live import access, lead_in, virtual_part
from host_sim.live.children import ChildEnded, Children
from host_sim.live.live_case import LiveCase
from host_sim.scenarios import paper_rows
from host_sim.scenarios.paper_cases import CASES

SHOW_EVERY_S = 0.25
BEFORE = "live-before"      # folder of the last run that came to its end, while another one runs or has failed
KIND_WORDS = {"mosquitto": "Mosquitto", "own": "our own", "external": "external"}


async def run(out, make_view, *, broker_url=None, own_broker=False, cases=CASES, settle_s=lead_in.SETTLE_S):
    """Runs the cases live; returns ({scenario name: Recording}, rows of paper.json).

    out: Path; site files, stores and logs go to `live/` in it, those of the run before stay until this one is over.
    make_view: called with words for the broker, gives a Screen or Lines. ConnectionError when no broker answers;
    ChildEnded when a process did not last.
    """
    folder, kept = out / "live", out / BEFORE
    drawn = access.draw()
    scenarios = [lead_in.shortened(scenario, settle_s) for scenario in cases]
    _cancel_by_signal()
    with start_broker(broker_url, drawn, own_broker) as broker:
        await _knock(broker)
        _set_aside(folder, kept)
        with make_view(_words(broker)) as view:
            async with Children(folder / "logs") as children:
                if broker.kind == "mosquitto":
                    children.watch(broker.pid)
                found = await _play_all(scenarios, children, folder, access.of_broker(broker, drawn), view)
    shutil.rmtree(kept, ignore_errors=True)
    return found


def _set_aside(folder, kept):
    """Empties the way for this run: a store of an earlier one would make the gateways go on where those stopped.

    The last run that came to its end is kept until this one has; what stands beside it is of one that failed.
    """
    if folder.exists() and kept.exists():
        shutil.rmtree(folder)
    elif folder.exists():
        folder.rename(kept)


async def _play_all(scenarios, children, folder, told, view):
    virtual = await children.start("virtual-part", "host_sim.live.virtual_part")
    recordings = {}
    for number, scenario in enumerate(scenarios, 1):
        case = LiveCase(scenario, children, folder / scenario.name, told)
        await _play(case, view, number, len(scenarios))
        recordings[scenario.name] = case.recording
        view.finished(case, paper_rows.evaluate({scenario.name: case.recording}))
    view.note("stability margins and charging times, on the virtual clock")
    rows = await virtual.heard()
    if rows is None:
        raise ChildEnded("the virtual part ended: " + virtual.log_tail())
    return recordings, virtual_part.merged(paper_rows.evaluate(recordings), rows)


async def _play(case, view, number, total):
    """One case from its first process to its last, shown all the while."""
    shower = asyncio.get_running_loop().create_task(_show(case, view, number, total))
    try:
        await case.start()
        await case.window()
    finally:
        await case.end()
        shower.cancel()
        await asyncio.gather(shower, return_exceptions=True)


async def _show(case, view, number, total):
    while True:
        view.show(case, number, total)
        await asyncio.sleep(SHOW_EVERY_S)


async def _knock(broker):
    """ConnectionError when the broker cannot be reached; better now than six times later."""
    try:
        _, writer = await asyncio.open_connection(broker.host, broker.port)
    except OSError as error:
        what = error.strerror if isinstance(error, socket.gaierror) else os.strerror(error.errno)
        raise ConnectionError("%s:%d: %s" % (broker.host, broker.port, what)) from error
    writer.close()


def _words(broker):
    return "%s, %s:%d" % (KIND_WORDS[broker.kind], broker.host, broker.port)


def _cancel_by_signal():
    """SIGTERM and a closed terminal end the run as Ctrl-C does: in order."""
    task = asyncio.current_task()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, task.cancel)
