"""One gateway that sells a reserve, a broker that goes away, power cuts on a disk that forgets, and a host that drops doubles.

Not its job: what is checked (test_store_and_forward.py), the disk (cut_files.py).
Source: ours; the gateway, its store and the MQTT session are the firmware's own. What the gateway made is noted where it
leaves for the link, what the host got where it was new.
"""

import random

from edge import hal
from host_sim.broker.core import Broker
from host_sim.plant.devices import make_device
from host_sim.supervisor.history import History
from host_sim.supervisor.scorebook import Scorebook
from host_sim.world_heap import EventHeap
from host_sim.world_nodes import GatewayNode
from host_sim.world_ports import VirtualPorts
from host_sim.world_service import reserve_lease
from host_sim.world_wires import BrokerHub, BrokerWire, ModbusWire
from protocols import messages, topics
from protocols.mqtt import session as mqtt
from tests.fault.cut_files import CutFiles

GATEWAY, DEVICE = "gw-away", "ev"
PROFILE = "sim-four-quadrant"
START_UNIX_MS = 1_793_000_000_000
PLANT_MS = 500
RENEW_MS = 300000       # a reserve is a lease of 900 s
SETTLE_MS = 20000
F_HZ = (50.0, 49.9, 49.95, 50.05, 50.1, 50.0, 50.02)


class CutStore(hal.FileStore):
    """The firmware's store on a disk that forgets."""

    def __init__(self, seed, **limits):
        self.files = CutFiles(**limits)
        self._chance = random.Random(seed)
        super().__init__("/store", self.files, self.files.open_file)

    def crash(self):
        """What was not safe may be gone."""
        self.files = self.files.after_cut(self._chance)
        self._os, self._open = self.files, self.files.open_file


class VppWire(BrokerWire):
    """Becomes mute on demand: nothing arrives any more, and nobody is told, as with a lost route. Or slow: bytes_per_s."""

    is_mute = False
    bytes_per_s = None
    _free_ms = 0        # when a slow wire has carried everything

    def far_bytes(self, data):
        """To the broker."""
        if self.is_mute:
            return
        if self.bytes_per_s is None:
            super().far_bytes(data)
            return
        self._free_ms = max(self._free_ms, self.heap.now_ms) + len(data) * 1000 // self.bytes_per_s
        self.heap.at(self._free_ms, self._carried, self.number, data)

    def _carried(self, number, data):
        if number == self.number and self.is_open:
            super().far_bytes(data)

    def back(self, number, data, delay_ms=0):
        """From the broker."""
        if not self.is_mute:
            super().back(number, data, delay_ms)


class Host:
    """A subscriber that never goes away. arrived: {(boot, stream, number): (ms, name, content)} of what was new."""

    def __init__(self, heap, hub):
        self.history = History()
        self.scorebook = Scorebook()
        self.arrived = {}
        self.batches = 0
        self._heap = heap
        self._session = mqtt.MqttSession("host")
        for topic_filter, qos in topics.host_filters([GATEWAY]):
            self._session.subscribe(topic_filter, qos)
        self._wire = BrokerWire(heap, 1, "vpp", label="host", trace=lambda *_: None, hub=hub)
        self._wire.near = self
        self._wire.connect()

    def on_open(self, link):
        """MQTT begins."""
        self._wire.send(self._session.connect(self._heap.now_ms))
        self._heap.at(self._heap.now_ms + 5000, self._tick)

    def on_bytes(self, link, data):
        """Messages."""
        for event in self._session.receive(self._heap.now_ms, data):
            if event[0] == mqtt.MESSAGE:
                self._take(event[1], bytes(event[2]))
        self._flush()

    def _take(self, topic, payload):
        name, gateway, device = topics.parse(topic)
        content, error = messages.decode(name, payload)
        assert error is None, (topic, error, payload)
        self.batches += name == "hist"
        for kind, source, record in self.history.take(gateway, name, device, content):
            key = key_of(kind, source, record)
            assert key not in self.arrived
            self.arrived[key] = (self._heap.now_ms, name, record)
            if kind == "perf":
                self.scorebook.take(gateway, source, record)

    def _tick(self):
        self._session.on_time(self._heap.now_ms)
        self._flush()
        self._heap.at(self._heap.now_ms + 5000, self._tick)

    def _flush(self):
        data = self._session.outgoing(self._heap.now_ms)
        if data:
            self._wire.send(data)


class Bench:
    """made: {(boot, stream, number): (ms, content)} of every record the gateway made."""

    def __init__(self, seed=1, *, history=None, has_service=True, telemetry_s=1, **limits):
        self.heap = EventHeap()
        self.made = {}
        self.crashes_ms = []
        hub = BrokerHub(self.heap, Broker())
        self.host = Host(self.heap, hub)
        self._device = make_device(PROFILE)
        units = {1: self._device.bank}
        names = {"label": "gateway", "trace": lambda *_: None}
        self.wire = VppWire(self.heap, 1, "vpp", hub=hub, **names)
        bus = ModbusWire(self.heap, 1, "bus:lan", units=units, **names)
        ports = VirtualPorts(self.heap, START_UNIX_MS, "%d" % seed)
        ports.store = CutStore(seed, **limits)
        self.has_service = has_service
        self.node = GatewayNode(self.heap, ports, _document(history, telemetry_s, has_service),
                                {"bus:lan": bus, "vpp": self.wire}, lambda node: None)
        self.store = ports.store
        self._plant_step = 0
        self._step()
        self.start()

    def start(self):
        """Power on; the contract is given once the charger is in control."""
        self.node.start()
        publish = self.node.gateway.vpp.publish

        def noted(name, content, device=None):
            if name in ("tele", "perf", "event"):
                self.made[key_of(name, device, content)] = (self.heap.now_ms, content)
            publish(name, content, device)

        self.node.gateway.vpp.publish = noted
        self._renew_ms = 0
        self._contract(self.node.starts)

    def crash(self, off_ms=3000):
        """Power off, and on again a little later."""
        self.crashes_ms.append(self.heap.now_ms)
        self.node.crash()
        self.heap.at(self.heap.now_ms + off_ms, self.start)

    def restart(self):
        """The clean stop, and a start once it is over."""
        self.node.stop()
        self._start_when_over()

    def run(self, duration_s):
        """Let time pass."""
        self.heap.run_until(self.heap.now_ms + round(duration_s * 1000))

    def is_delivered(self):
        """Whether nothing is kept any more."""
        vpp = self.node.gateway.vpp
        return vpp.is_up and vpp.archive is None

    def missing(self, *, young_ms=0):
        """Keys of what was made and has not arrived; without what was younger than young_ms at a power cut."""
        return [key for key, (made_ms, _) in self.made.items() if key not in self.host.arrived and not [
            cut_ms for cut_ms in self.crashes_ms if cut_ms - young_ms < made_ms <= cut_ms]]

    def _start_when_over(self):
        if self.node.gateway is None:
            self.start()
        else:
            self.heap.at(self.heap.now_ms + 500, self._start_when_over)

    def _contract(self, start):
        gateway = self.node.gateway
        if not self.has_service or gateway is None or self.node.starts != start:
            return
        now_ms = self.node.clock.now_ms()
        # A reserve would end 900 s after the last sign of the supervisor at the latest. The full load of an hour needs one
        # that is heard while the broker is away.
        gateway.vpp.lost_ms = None
        if now_ms >= SETTLE_MS and now_ms >= self._renew_ms:
            self._renew_ms = now_ms + RENEW_MS
            gateway._commands.append(reserve_lease("gb-dr", (3000, 3000), 0, now_ms))
        self.heap.at(self.heap.now_ms + 1000, self._contract, start)

    def _step(self):
        self._plant_step += 1
        f_hz = F_HZ[self._plant_step // 60 % len(F_HZ)]
        self._device.step(self.heap.now_ms + PLANT_MS, PLANT_MS, (230.0,) * 3, f_hz)
        self.heap.at(self.heap.now_ms + PLANT_MS, self._step)


def key_of(name, device, content):
    """(boot, stream, number) of a record."""
    stream = name if name == "event" else "%s/%s" % (name, device)
    return content["boot"], stream, content["batch" if name == "perf" else "seq"]


def _document(history, telemetry_s, has_service):
    document = {
        "gateway": {"id": GATEWAY, "mode": "control"},
        "control": {"ramp_w_s": 50000, "ramp_var_s": 50000, "p_default_w": 0},
        "vpp": {"enabled": True, "host": "broker", "tls": False, "telemetry_s": telemetry_s,
                "key": "000102030405060708090a0b0c0d0e0f"},
        "bus": [{"name": "lan", "host": "charger", "port": 502}],
        "evse": [{"name": DEVICE, "profile": PROFILE, "bus": "lan", "p_charge_max_w": 6000, "p_discharge_max_w": 6000,
                  "s_max_va": 7360, "phases": 3, "v2g_consent": True}],
    }
    if has_service:
        document["service"] = {"enabled": True}
    if history:
        document["history"] = history
    return document
