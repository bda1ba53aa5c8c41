"""One scenario live: its plant, its gateways and its supervisor as processes, until its window has passed.

Not its job: the broker (host_sim/broker), showing what happens (screen.py, log.py), judging it (scenarios).
Source: ours. Every scenario gets fresh processes: a gateway's guards, rests and leases last up to 60 s and would
reach from one 10 s window into the next.
"""

import asyncio
import json

from host_sim.live import site_files
from host_sim.live.children import ChildEnded
from host_sim.recording import Recording
from host_sim.scenarios.parameters import BUSES, gateway_id

ASK_EVERY_S = 0.25
ASK_TIMEOUT_S = 2
RECORDED_BEFORE_S = 2     # settling time worth showing


class LiveCase:
    """One run. Attributes others read: recording, newest (the last sample line), answers ({bus: status or None}),
    said ([(t_s, text)]), exit_codes ({name: code} after `end`)."""

    def __init__(self, scenario, children, folder, access, *, buses=BUSES):
        """scenario: Scenario with the settling time wanted. folder: Path for site files and stores.
        access: from access.of_broker. buses: stations that get a gateway."""
        self.scenario = scenario
        self.recording = Recording(scenario)
        self.newest = None
        self.answers = dict.fromkeys(buses)
        self.said = []
        self.exit_codes = {}
        self.gateways = {}         # bus -> Child
        self.plant = None
        self.supervisor = None
        self._children = children
        self._folder = folder
        self._access = access
        self._buses = buses
        self._tasks = []
        self._window_over = asyncio.Event()
        self._failure = None

    @property
    def t_s(self):
        """Time in the window, s, negative while settling; None before the plant has started."""
        return self.newest["t_s"] if self.newest else None

    async def start(self):
        """Starts all processes; returns when they run."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self.plant = await self._children.start(
            self.scenario.name + "-plant", "host_sim.live.plant_process",
            "--scenario", self.scenario.name, "--settle", self.scenario.settle_s)
        placed = await self.plant.heard()
        if placed is None:
            raise ChildEnded("the plant did not start: " + self.plant.log_tail())
        self._watch(self._follow_plant())
        for bus in self._buses:
            await self._start_gateway(bus, placed["ports"][bus])
        if self.scenario.supervised:
            self.supervisor = await self._children.start(
                self.scenario.name + "-supervisor", "host_sim.supervisor.live",
                "--scenario", self.scenario.name, "--begin", placed["begin_unix_ms"])
            self.supervisor.tell({key: value for key, value in self._access.items() if key != "gateways"})
            self._watch(self._follow_supervisor())

    async def _start_gateway(self, bus, ports):
        path, query_port = site_files.write(self._folder, bus, self.scenario, ports=ports, access=self._access)
        gateway = gateway_id(bus)
        child = await self._children.start(
            "%s-%s" % (self.scenario.name, gateway), "tools.cli", "run", path, "--store", self._folder / gateway)
        self.gateways[bus] = child
        self._watch(self._follow_gateway(bus, query_port))

    async def window(self):
        """Waits until the scenario's window has passed; ChildEnded when a process it needs has not lasted so long."""
        await self._window_over.wait()
        if self._failure:
            raise self._failure

    async def end(self):
        """Ends gateways cleanly while the chargers still answer, then the rest."""
        for gateways in (self.gateways.values(), filter(None, (self.supervisor, self.plant))):
            children = list(gateways)
            codes = await self._children.end(children)
            self.exit_codes.update(zip((child.name for child in children), codes))
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    # --- following ----------------------------------------------------------------------------------------------

    def _watch(self, coroutine):
        task = asyncio.get_running_loop().create_task(coroutine)
        task.add_done_callback(self._done)
        self._tasks.append(task)

    def _done(self, task):
        """A follower has ended: with an error, the run fails by that error."""
        if not task.cancelled() and task.exception():
            self._fail(task.exception())

    def _fail(self, error):
        self._failure = self._failure or error
        self._window_over.set()

    async def _follow_plant(self):
        while (line := await self.plant.heard()) is not None:
            self.newest = line
            if -RECORDED_BEFORE_S <= line["t_s"] <= self.scenario.duration_s:
                self.recording.add(line["t_s"], line["sample"], line["level"], line["margins"])
            if line["t_s"] > self.scenario.duration_s:
                self._window_over.set()
        self._fail(ChildEnded("the plant ended: " + self.plant.log_tail()))

    async def _follow_supervisor(self):
        while (line := await self.supervisor.heard()) is not None:
            if "said" in line:
                self.said.append((self.t_s, line["said"]))
        self._fail(ChildEnded("the supervisor ended: " + self.supervisor.log_tail()))

    async def _follow_gateway(self, bus, query_port):
        """Asks a gateway for its status again and again over its local port, as `v2g status` does."""
        child = self.gateways[bus]
        while child.code is None:
            try:
                self.answers[bus] = await asyncio.wait_for(ask(query_port, {"ask": "status"}), ASK_TIMEOUT_S)
            except (OSError, ValueError, asyncio.TimeoutError):
                self.answers[bus] = None     # not up yet, or just gone
            await asyncio.sleep(ASK_EVERY_S)
        self._fail(ChildEnded("%s ended with code %d: %s" % (child.name, child.code, child.log_tail())))


async def ask(port, request):
    """The answer of a gateway's local query port; OSError or ValueError when there is none."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(json.dumps(request).encode() + b"\n")
        return json.loads(await reader.readline())
    finally:
        writer.close()
