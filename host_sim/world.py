"""The virtual world: feeder, devices, six real gateways, broker and supervisor on one event heap, faster than life.

Not its job: devices (feeder_plant.py), wires (world_wires.py), machines (world_nodes.py), scenarios.
Source: deterministic simulation. Same scenario and seed, same bytes on every wire: `trace` is their hash.
"""

import hashlib

from host_sim.broker.core import Broker
from host_sim.feeder.ieee13_415 import ieee13_415
from host_sim.feeder_plant import FeederPlant
from host_sim.recording import Recording
from host_sim.scenarios import parameters
from host_sim.scenarios.model import GATEWAYS
from host_sim.supervisor.stability import StabilityModel
from host_sim.supervisor.supervisor import Supervisor
from host_sim.world_checks import CHECKS
from host_sim.world_heap import EventHeap
from host_sim.world_nodes import GatewayNode, SupervisorNode
from host_sim.world_ports import VirtualClock, VirtualPorts
from host_sim.world_wires import BrokerHub, BrokerWire, ModbusWire, WatchedBank

START_UNIX_MS = 1_793_000_000_000    # 26 October 2026; any date after the firmware's own does
LATENCY_MS = 1
FIRST_START_MS = 200
RECORDED_BEFORE_S = 2                # settling time worth showing
MARGIN_EVERY_MS = 100
VIOLATIONS_KEPT = 100


class World:
    """One scenario, one seed. Faults: `nodes[bus].crash()`, `wires[bus, link].cut(True)` and `.faults`,
    `banks[bus, place].set(…)`."""

    def __init__(self, scenario, seed=1, *, latency_ms=LATENCY_MS, step_ms=parameters.PLANT_STEP_MS,
                 change_document=None, buses=parameters.BUSES):
        """change_document: function (bus, site document) that changes it in place, for tests."""
        self.scenario = scenario
        self.heap = EventHeap()
        self.plant = FeederPlant(scenario, buses)
        self.recording = Recording(scenario)
        self.violations = []      # (now_ms, gateway, device, what)
        self.nodes = {}           # bus -> GatewayNode
        self.wires = {}           # (bus, link) -> Wire
        self.banks = {}           # (bus, (link, unit)) -> WatchedBank
        self.supervisor = None
        self._latency_ms = latency_ms
        self._step_ms = step_ms
        self._seed = seed
        self._change_document = change_document
        self._trace = hashlib.sha256()
        self._settle_ms = round(scenario.settle_s * 1000)
        self._hub = BrokerHub(self.heap, Broker())
        self.heap.at(step_ms, self._step_plant)
        if scenario.supervised:
            self._add_supervisor()
        if scenario.control == GATEWAYS:
            for bus in buses:
                self._add_gateway(bus)

    @property
    def trace(self):
        """SHA-256 over everything that went over a wire so far, hex."""
        return self._trace.hexdigest()

    @property
    def t_s(self):
        """Time in the scenario's window, s; negative while settling."""
        return (self.heap.now_ms - self._settle_ms) / 1000

    def run(self):
        """The whole scenario; returns its Recording."""
        self.run_until_s(self.scenario.duration_s)
        return self.recording

    def run_until_s(self, t_s):
        """Up to a time of the scenario's window."""
        self.heap.run_until(self._settle_ms + round(t_s * 1000))

    def bank_of(self, node, number):
        """WatchedBank of a gateway's DER by its number."""
        row = node.config.ders[number]
        return self.banks[self._bus_of(node), (row.bus, row.unit)]

    def _bus_of(self, node):
        return next(bus for bus, other in self.nodes.items() if other is node)

    # --- building -----------------------------------------------------------------------------------------------

    def _note(self, label, direction, data):
        self._trace.update(b"%d %s %s " % (self.heap.now_ms, label.encode(), direction.encode()))
        self._trace.update(data)

    def _add_supervisor(self):
        settle_ms = self._settle_ms
        plan = parameters.supervisor_plan(self.scenario, START_UNIX_MS + settle_ms)
        model = StabilityModel(ieee13_415(1.0), tuple(self.plant.stations))
        clock = VirtualClock(self.heap, START_UNIX_MS)
        wire = BrokerWire(self.heap, self._latency_ms, "vpp", label="supervisor", trace=self._note, hub=self._hub)
        self.supervisor = SupervisorNode(self.heap, clock, Supervisor(plan, "s%d" % self._seed, model), wire)
        self.heap.at(0, self.supervisor.start)

    def _add_gateway(self, bus):
        station = self.plant.stations[bus]
        units = {link: {} for link in parameters.LINKS}
        for (link, unit), bank in station.banks().items():
            watched = WatchedBank(bank, self.heap)
            self.banks[bus, (link, unit)] = watched
            units[link][unit] = watched
        wires = {}
        for link in parameters.LINKS:
            wires["bus:" + link] = ModbusWire(self.heap, self._latency_ms, "bus:" + link, label=bus + " " + link,
                                              trace=self._note, units=units[link])
        wires["vpp"] = BrokerWire(self.heap, self._latency_ms, "vpp", label=bus + " vpp", trace=self._note, hub=self._hub)
        for link, wire in wires.items():
            self.wires[bus, link] = wire
        # Every address is a name here; ports only have to differ.
        numbers = {link: 1 + place for place, link in enumerate(parameters.LINKS)}
        document = parameters.site_document(bus, self.scenario, ports=numbers, broker=("broker", 1883))
        if self._change_document:
            self._change_document(bus, document)
        ports = VirtualPorts(self.heap, START_UNIX_MS, "%d %s" % (self._seed, bus))
        self.nodes[bus] = GatewayNode(self.heap, ports, document, wires, self._check)
        # Machines never start in step, and find a living grid.
        self.heap.at(FIRST_START_MS + 7 * len(self.nodes), self.nodes[bus].start)

    # --- running ------------------------------------------------------------------------------------------------

    def _step_plant(self):
        self.plant.step(self._step_ms)
        now_ms = self.heap.now_ms
        if self.t_s >= -RECORDED_BEFORE_S:
            margins = self.plant.margins() if now_ms % MARGIN_EVERY_MS == 0 else None
            self.recording.add(self.t_s, self.plant.sample(), self.plant.level, margins)
        self.heap.at(now_ms + self._step_ms, self._step_plant)

    def _check(self, node):
        station = self.plant.stations[self._bus_of(node)]
        for number, row in enumerate(node.config.ders):
            device = station.charger if row.kind == "evse" else station.bes
            for check in CHECKS:
                wrong = check(self, node, number, device)
                if wrong and len(self.violations) < VIOLATIONS_KEPT:
                    self.violations.append((self.heap.now_ms, node.config.gateway.id, row.name, wrong))
