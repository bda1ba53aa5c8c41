"""The plant as a process: the feeder of one scenario in real time, its devices on Modbus ports, samples as JSON lines.

Not its job: the models (feeder_plant.py), serving a bank (modbus_server.py), who talks to the ports.
Source: ours. It steps every 20 ms; a late turn of the loop makes a longer step, so that simulated time never falls
behind the clock. It ends at SIGTERM or when its standard input ends, which is when its starter has gone.
"""

import argparse
import asyncio
import json
import signal
import sys
import time

from host_sim.feeder_plant import FeederPlant
from host_sim.live.lead_in import shortened
from host_sim.modbus_server import ModbusPort, start_all
from host_sim.scenarios.paper_cases import SCENARIOS
from host_sim.scenarios.parameters import PLANT_STEP_MS

MARGIN_EVERY_MS = 100
DIGITS = 3


class PlantProcess:
    """One scenario in real time; t = 0 of its window is settle_s after the ports listen."""

    def __init__(self, scenario, say):
        """say: called with each JSON-able line."""
        self.plant = FeederPlant(scenario)
        self._say = say
        self._settle_ms = round(scenario.settle_s * 1000)
        self._margin_due_ms = 0
        self._margins = None
        self._stop = asyncio.Event()

    def stop(self):
        """Ends `run`."""
        self._stop.set()

    async def run(self):
        """Serves the devices and steps the plant until `stop`."""
        rows = [(bus, link, units) for bus, station in self.plant.stations.items()
                for link, units in by_link(station.banks()).items()]
        ports = [ModbusPort(units) for _, _, units in rows]
        numbers = await start_all([(port, 0) for port in ports])
        placed = {}
        for (bus, link, _), number in zip(rows, numbers):
            placed.setdefault(bus, {})[link] = number
        begin_unix_ms = time.time_ns() // 1_000_000 + self._settle_ms
        self._say({"ports": placed, "begin_unix_ms": begin_unix_ms})
        try:
            await self._step_in_real_time()
        finally:
            for port in ports:
                await port.stop()

    async def _step_in_real_time(self):
        loop = asyncio.get_running_loop()
        start_s = loop.time()
        while not self._stop.is_set():
            # A grid of fixed times: the rest of this step, not a step after this one's work.
            now_ms = int((loop.time() - start_s) * 1000)
            await asyncio.sleep((PLANT_STEP_MS - now_ms % PLANT_STEP_MS) / 1000)
            dt_ms = int((loop.time() - start_s) * 1000) - self.plant.now_ms
            if dt_ms > 0:
                self.plant.step(dt_ms)
                self._sample()

    def _sample(self):
        plant = self.plant
        if plant.now_ms >= self._margin_due_ms:
            self._margin_due_ms = plant.now_ms + MARGIN_EVERY_MS
            self._margins = plant.margins()
        sample = {bus: [round(value, DIGITS) for value in values] for bus, values in plant.sample().items()}
        self._say({"t_s": (plant.now_ms - self._settle_ms) / 1000, "sample": sample, "level": plant.level,
                   "margins": self._margins})


def by_link(banks):
    """{link: {unit: bank}} of {(link, unit): bank}."""
    links = {}
    for (link, unit), bank in banks.items():
        links.setdefault(link, {})[unit] = bank
    return links


def say(content):
    """One JSON line on standard output."""
    print(json.dumps(content), flush=True)


async def _serve(process):
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, process.stop)
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    watch = loop.create_task(reader.read())     # nothing is sent; the end of the pipe is the message
    watch.add_done_callback(lambda _: process.stop())
    await process.run()
    watch.cancel()


def main(argv=None):
    """`python -m host_sim.live.plant_process --scenario case_1 --settle 8`"""
    parser = argparse.ArgumentParser()
    parser.add_argument("--scenario", required=True, choices=[scenario.name for scenario in SCENARIOS])
    parser.add_argument("--settle", type=float, required=True, metavar="S")
    args = parser.parse_args(argv)
    scenario = next(scenario for scenario in SCENARIOS if scenario.name == args.scenario)
    asyncio.run(_serve(PlantProcess(shortened(scenario, args.settle), say)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
