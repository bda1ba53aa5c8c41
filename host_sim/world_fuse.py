"""Virtual world of one house and its gateways: chargers behind one main fuse, a local broker between the gateways.

Not its job: feeders and supervisors (world.py), what must hold (tests).
Source: ours; the gateways are the real firmware, as everywhere in the virtual world. Same arguments and seed, same run.
"""

from host_sim.broker.core import Broker
from host_sim.plant.house_fuse import FusedHouse
from host_sim.world_heap import EventHeap
from host_sim.world_nodes import GatewayNode
from host_sim.world_ports import VirtualPorts
from host_sim.world_wires import BrokerHub, BrokerWire, ModbusWire, WatchedBank

START_UNIX_MS = 1_793_000_000_000
STEP_MS = 20
LATENCY_MS = 2
OVER_PU = 0.005         # of the rating: half of what a class 1 meter may be wrong by
SITE_LINK = "site"


class FuseWorld:
    """gateways: rows (id, {charger name: (profile, phase 0..2)}, has a meter, further sections of the site file)."""

    def __init__(self, i_fuse_a, gateways, *, seed=1, load_w=(0, 0, 0), p_charge_max_w=7360, latency_ms=LATENCY_MS,
                 exclusive=None):
        """exclusive: {charger name: word} of those that exclude each other."""
        self.heap = EventHeap()
        self.i_fuse_a = i_fuse_a
        chargers = {name: row for _, own, _, _ in gateways for name, row in own.items()}
        self.house = FusedHouse(i_fuse_a, chargers, [gateway for gateway, _, has_meter, _ in gateways if has_meter])
        self.house.load_w = list(load_w)
        self.nodes = {}
        self.wires = {}         # (gateway, link) -> Wire
        self.banks = {}         # charger name or gateway of a meter -> WatchedBank
        self.over_ms = []       # [from, to] of every time the fuse carried more than it is for
        self.on_step = []       # functions (world), called after every step of the house
        self._hub = BrokerHub(self.heap, Broker())
        self._latency_ms = latency_ms
        self._exclusive = exclusive or {}
        for number, row in enumerate(gateways):
            self._add(number, row, seed, p_charge_max_w)
        self.heap.at(STEP_MS, self._step)

    def run_s(self, duration_s):
        """Let time pass."""
        self.heap.run_until(self.heap.now_ms + round(duration_s * 1000))

    def over_since(self, from_ms):
        """For how long after from_ms the current was above the fuse's rating for the last time, ms; 0: never."""
        return max([end_ms - from_ms for _, end_ms in self.over_ms if end_ms > from_ms], default=0)

    def fuse_worst(self):
        """The warmest a fuse-link has ever been, pu of melting."""
        return self.house.fuse.worst_pu

    def _add(self, number, row, seed, p_charge_max_w):
        gateway, chargers, has_meter, sections = row
        units = {}
        for unit, name in enumerate(chargers, 1):
            self.banks[name] = units[unit] = WatchedBank(self.house.chargers[name].bank, self.heap)
        wires = {"bus:cabinet": self._modbus(gateway, "cabinet", units)}
        if has_meter:
            self.banks[gateway] = WatchedBank(self.house.meters[gateway].bank, self.heap)
            wires["bus:meter"] = self._modbus(gateway, "meter", {1: self.banks[gateway]})
        if "site_link" in sections:
            wires[SITE_LINK] = BrokerWire(self.heap, self._latency_ms, SITE_LINK, label=gateway + " site", trace=_ignore,
                                          hub=self._hub)
        for link, wire in wires.items():
            self.wires[gateway, link] = wire
        document = site_document(gateway, chargers, has_meter, self.i_fuse_a, p_charge_max_w)
        for evse in document["evse"]:
            if evse["name"] in self._exclusive:
                evse["exclusive"] = self._exclusive[evse["name"]]
        for name, section in sections.items():
            document[name] = {**document[name], **section} if isinstance(document.get(name), dict) else section
        ports = VirtualPorts(self.heap, START_UNIX_MS, "%d %s" % (seed, gateway))
        self.nodes[gateway] = GatewayNode(self.heap, ports, document, wires, lambda node: None)
        self.heap.at(200 + 37 * number, self.nodes[gateway].start)

    def _modbus(self, gateway, link, units):
        return ModbusWire(self.heap, self._latency_ms, "bus:" + link, label=gateway + " " + link, trace=_ignore, units=units)

    def _step(self):
        now_ms = self.heap.now_ms
        self.house.step(now_ms, STEP_MS)
        if max(self.house.i_a) > self.i_fuse_a * (1 + OVER_PU):
            if self.over_ms and self.over_ms[-1][1] == now_ms - STEP_MS:
                self.over_ms[-1][1] = now_ms
            else:
                self.over_ms.append([now_ms, now_ms])
        for function in self.on_step:
            function(self)
        self.heap.at(now_ms + STEP_MS, self._step)


def site_document(gateway, chargers, has_meter, i_fuse_a, p_charge_max_w):
    """Site file of one gateway; chargers: {name: (profile, phase)}. Only a gateway with a meter knows the fuse."""
    document = {
        "gateway": {"id": gateway, "mode": "control"},
        "control": {"ramp_w_s": 50000},
        "bus": [{"name": "cabinet", "host": "cabinet", "port": 502}],
        "evse": [{"name": name, "profile": profile, "bus": "cabinet", "unit": unit, "phases": 3 if "quadrant" in profile else 1,
                  "phase": "abc"[phase], "p_charge_max_w": p_charge_max_w, "p_discharge_max_w": p_charge_max_w,
                  "s_max_va": 7400} for unit, (name, (profile, phase)) in enumerate(chargers.items(), 1)],
    }
    if has_meter:
        document["bus"].append({"name": "meter", "host": "meter", "port": 502})
        document["meter"] = {"profile": "eastron-sdm630", "bus": "meter", "unit": 1}
        document["site"] = {"i_fuse_a": i_fuse_a}
    return document


def _ignore(*_):
    """Nobody looks at the bytes."""
