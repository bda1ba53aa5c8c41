"""The live chain with one station: plant, gateway, supervisor and broker as processes; and what people are shown.

Source: the scenario's own promise, that a vehicle arriving at 634 supports the voltage under the supervisor's lease.
"""

import asyncio
import os
import signal
import sys

import pytest

from host_sim.broker import mosquitto, start_broker
from host_sim.live import access, lead_in, lines, picture
from host_sim.live.children import PYTHON, ChildEnded, Children
from host_sim.live.live_case import LiveCase
from host_sim.scenarios.paper_cases import CASE_4

PATIENCE_S = 60
BUS = "634"


async def until(holds, case):
    """Waits for a condition; fails with what the station shows."""
    for _ in range(PATIENCE_S * 20):
        if holds():
            return
        await asyncio.sleep(0.05)
    raise AssertionError((case.newest, case.answers))


async def support(folder, broker, drawn):
    """Case 4 with its one station, until the vehicle supports the voltage; returns (case, lines shown)."""
    shown = []
    view = lines.Lines(shown.append, broker.kind)
    async with Children(folder / "logs") as children:
        case = LiveCase(lead_in.shortened(CASE_4, 2), children, folder, access.of_broker(broker, drawn), buses=(BUS,))
        await case.start()
        try:
            await until(lambda: case.answers[BUS] and (case.answers[BUS]["ders"][0]["p_ac_w"] or 0) > 5990, case)
            await until(lambda: any("in force" in text for _, text in case.said), case)
            view.show(case, 1, 1)
            rows = picture.rows(case)
        finally:
            await case.end()
    return case, shown, rows


@pytest.mark.parametrize("kind", ("own", "mosquitto", "external"))
def test_a_vehicle_supports_the_voltage_under_the_supervisors_lease(kind, tmp_path):
    if kind == "mosquitto" and not mosquitto.find():
        pytest.skip("mosquitto is not installed")
    drawn = access.draw()
    with start_broker(access=None if kind == "external" else drawn, own=kind != "mosquitto") as broker:
        if kind == "external":
            broker = start_broker("mqtt://127.0.0.1:%d" % broker.port)
        case, shown, rows = asyncio.run(support(tmp_path, broker, drawn))
    assert set(case.exit_codes.values()) == {0}, case.exit_codes
    said = [text for _, text in case.said]
    assert any(text.startswith("634: gives the V2G support lease for") for text in said), said
    assert rows[0].power == "discharging 6.0 kW" and rows[0].session == "in control"
    assert rows[0].why == "discharging 6.0 kW: voltage support"
    assert any("voltage support" in line for line in shown), shown
    assert (tmp_path / "gw-634" / "journal-0").stat().st_size > 0


def test_a_process_that_ends_early_ends_the_case_with_its_log(tmp_path):
    async def play(broker, drawn):
        async with Children(tmp_path / "logs") as children:
            case = LiveCase(lead_in.shortened(CASE_4, 2), children, tmp_path, access.of_broker(broker, drawn), buses=(BUS,))
            await case.start()
            case.gateways[BUS].signal(signal.SIGKILL)
            try:
                await asyncio.wait_for(case.window(), PATIENCE_S)
            finally:
                await case.end()

    drawn = access.draw()
    with start_broker(access=drawn, own=True) as broker, pytest.raises(ChildEnded, match="gw-634 ended with code -9"):
        asyncio.run(play(broker, drawn))


STARTER = """
import asyncio, pathlib, sys
from host_sim.live.children import Children
async def run():
    async with Children(pathlib.Path(sys.argv[1])) as children:
        child = await children.start("sleeper", "timeit", "-n", "1", "-s", "import time", "time.sleep(600)")
        print(child.pid, flush=True)
        await asyncio.sleep(600)
asyncio.run(run())
"""


def test_children_end_when_their_starter_is_killed(tmp_path):
    async def starve():
        starter = await asyncio.create_subprocess_exec(
            PYTHON[0], "-c", STARTER, str(tmp_path), stdout=asyncio.subprocess.PIPE, env={**os.environ, "PYTHONPATH": "."})
        pid = int(await starter.stdout.readline())
        os.kill(pid, 0)
        starter.kill()
        await starter.wait()
        for _ in range(PATIENCE_S * 20):
            if not _lives(pid):
                return True
            await asyncio.sleep(0.05)
        os.kill(pid, signal.SIGKILL)
        return False

    assert asyncio.run(starve()), "the child outlived its starter"


def _lives(pid):
    """Whether a process runs; one that waits to be collected by init does not."""
    if sys.platform == "linux":
        try:
            with open("/proc/%d/stat" % pid, encoding="utf-8") as file:
                return file.read().rpartition(")")[2].split()[0] != "Z"
        except OSError:
            return False
    try:
        os.kill(pid, 0)
        return True
    except OSError:
        return False
