"""A site in the virtual world to be commissioned: one house, its meter and chargers, with faults of wiring seeded one by one.

Not its job: what has to be found (test_commission.py).
Source: ours. The gateway is the real one; the house's load walks, jumps and cycles as houses do.
"""

import random

from edge.config_loader import load
from edge.drivers.profile_loader import load_profile
from host_sim.plant.house_fuse import FusedHouse
from host_sim.world_heap import EventHeap
from host_sim.world_nodes import GatewayNode
from host_sim.world_ports import VirtualPorts
from host_sim.world_wires import ModbusWire, WatchedBank
from tools.gateway.commission import document
from tools.gateway.commission.bench import Aborted, Bench
from tools.gateway.commission.people import Nobody
from tools.gateway.commission.steps import Run

START_UNIX_MS = 1_795_000_000_000
STEP_MS = 20
LATENCY_MS = 2
CHARGER, NEIGHBOUR, METER = "ev", "ev-2", "meter"
# A kettle, an oven that cycles, a heat pump: (W, phase, on for s, off for s)
LOADS = ((2000, 0, 150, 700), (1800, 1, 25, 60), (1400, 2, 400, 900), (300, 0, 20, 40))


class VirtualBench(Bench):
    """Bench of a GatewayNode on the event heap."""

    def __init__(self, heap, node):
        super().__init__(node.config)
        self._heap, self._node = heap, node

    @property
    def gateway(self):
        """The running gateway."""
        return self._node.gateway

    def now_ms(self):
        """Gateway time."""
        return self._node.clock.now_ms()

    def unix_ms(self):
        """Wall time."""
        return self._node.ports.clock.unix_ms()

    def wait(self, duration_s):
        """Let the world go on."""
        self._heap.run_until(self._heap.now_ms + max(round(duration_s * 1000), 1))
        if self._node.gateway is None:
            raise Aborted("the gateway ended")

    def request(self, request):
        """As the query port."""
        return self._node.ask(request)

    def finish(self):
        """The clean stop."""
        self._node.stop()
        self._heap.run_until(self._heap.now_ms + 12000)


class House:
    """site: changes of the site document by section. phase: where the charger really hangs; profile: of the charger."""

    def __init__(self, *, profile="sim-four-quadrant", phase=0, site=None, seed=1, is_noisy=True, i_fuse_a=40, change=None,
                 neighbour=None):
        """change: function (House) before the first step: seeds a fault. neighbour: (profile, phase) of a second charger."""
        self.heap = EventHeap()
        chargers = {CHARGER: (profile, phase)} if neighbour is None else {CHARGER: (profile, phase), NEIGHBOUR: neighbour}
        self.plant = FusedHouse(i_fuse_a, chargers, [METER])
        self.charger, self.meter = self.plant.chargers[CHARGER], self.plant.meters[METER]
        self.seen_w = lambda p_w: p_w           # what of the house's power the meter gets to see
        self.seen_i = lambda i_a: i_a
        self.bank = self.charger.bank
        self._random = random.Random(seed)
        self._is_noisy = is_noisy
        self._walk_w = [200.0, 150.0, 180.0]
        self._offset_s = [self._random.uniform(0, on_s + off_s) for _, _, on_s, off_s in LOADS]
        self.document = {
            "gateway": {"id": "gw-1", "mode": "observe"},
            "bus": [{"name": "cabinet", "host": "cabinet"}, {"name": "meter", "host": "meter"}],
            "evse": [_evse(unit, name, *row) for unit, (name, row) in enumerate(chargers.items(), 1)],
            "meter": {"profile": "eastron-sdm630", "bus": "meter"},
            "site": {"i_fuse_a": i_fuse_a},
        }
        for section, changed in (site or {}).items():
            found = self.document.get(section)
            if section == "evse":
                found[0].update(changed)
            else:
                self.document[section] = {**(found or {}), **changed}
        self.units = {"cabinet": {1: None}, "meter": {1: None}}     # None: the device named so
        if neighbour is not None:
            self.units["cabinet"][2] = WatchedBank(self.plant.chargers[NEIGHBOUR].bank, self.heap)
        if change is not None:
            change(self)
        self._watch_meter()
        self.node = self._node(seed)
        self.heap.at(STEP_MS, self._step)
        self.heap.at(300, self.node.start)

    def _node(self, seed):
        self.banks = {"cabinet": WatchedBank(self.bank, self.heap), "meter": WatchedBank(self.meter.bank, self.heap)}
        wires = {}
        for link, units in self.units.items():
            served = {unit: bank or self.banks[link] for unit, bank in units.items()}
            wires["bus:" + link] = ModbusWire(self.heap, LATENCY_MS, "bus:" + link, label=link, trace=lambda *_: None, units=served)
        self.wires = wires
        ports = VirtualPorts(self.heap, START_UNIX_MS, "commission %d" % seed)
        return GatewayNode(self.heap, ports, document.prepared(self.document), wires, lambda node: None)

    def _watch_meter(self):
        observe = self.meter.observe
        self.meter.observe = lambda p_w, q_var: observe(tuple(self.seen_w(list(p_w))), q_var)

    def _step(self):
        now_ms = self.heap.now_ms
        self.plant.load_w = self._load_w(now_ms / 1000)
        self.plant.step(now_ms, STEP_MS)
        self.heap.at(now_ms + STEP_MS, self._step)

    def _load_w(self, now_s):
        if not self._is_noisy:
            return [200.0, 150.0, 180.0]
        for k in range(3):
            self._walk_w[k] = min(max(self._walk_w[k] + self._random.gauss(0, 3), 60), 600)
        load_w = [base_w + self._random.gauss(0, 15) for base_w in self._walk_w]
        for (p_w, phase, on_s, off_s), offset_s in zip(LOADS, self._offset_s):
            if (now_s + offset_s) % (on_s + off_s) < on_s:
                load_w[phase] += p_w
        return load_w

    def run(self, people=None, say=lambda text: None, **options):
        """A steps.Run whose gateway has started."""
        self.heap.run_until(2000)
        config, errors = load(self.document, load_profile)
        assert not errors, errors
        return Run(VirtualBench(self.heap, self.node), config, people or Nobody(), seed=1, say=say, **options)


def _evse(unit, name, profile, phase):
    """Section of a charger."""
    return {"name": name, "profile": profile, "bus": "cabinet", "unit": unit, "phases": load_profile(profile)["phases"],
            "phase": "abc"[phase], "p_charge_max_w": 7360, "p_discharge_max_w": 7360, "s_max_va": 7400}
