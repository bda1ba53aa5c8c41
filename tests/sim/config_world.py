"""A gateway, its charger, a broker core and an operator on one event heap, for changes of the configuration.

Not its job: judging. The machine may take its time for a tick (`cost_ms`), and reaches only the addresses there are.
Source: host_sim/world_nodes.py; the operator is nothing but an MQTT client.
"""

from cryptography.hazmat.primitives.asymmetric import rsa

from edge import main
from edge.gateway import EXIT_RESTART
from host_sim.broker.core import Broker
from host_sim.world_heap import EventHeap
from host_sim.world_nodes import GatewayNode
from host_sim.world_ports import VirtualPorts
from host_sim.world_wires import BrokerHub, BrokerWire, ModbusWire
from protocols import messages, topics
from protocols.mqtt import session as mqtt
from tests.portable import fake_site
from tools.keys import signing

START_UNIX_MS = 1_793_000_000_000
ENDPOINTS = {"vpp": ("broker", 1883, None), "bus:lan": ("127.0.0.1", 502, None)}
RESTART_MS = 2000


def new_key():
    """An RSA key and its modulus in hex."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=3072)
    return key, "%0768x" % key.public_key().public_numbers().n


class Machine(GatewayNode):
    """Runs a gateway as edge/main.py does: with what came over MQTT, and again after a restart."""

    _busy_until_ms = 0

    def __init__(self, *parts):
        super().__init__(*parts)
        self.cost_ms = {}       # of one tick, by the period

    def start(self):
        """Power on."""
        self.starts += 1
        self.exit_code, self._ticks, self._store_told_ms = None, 0, None
        self.clock = main.MonotonicClock(self.ports.clock.ticks_ms)
        self.gateway = main.make_gateway(self.config, self.ports)
        self._perform(self.gateway.on_time(self.clock.now_ms()))

    def on_bytes(self, link, data):
        """Bytes on a wire wait until the machine has time."""
        if self._heap.now_ms < self._busy_until_ms:
            self._heap.at(self._busy_until_ms, self.on_bytes, link, data)
        else:
            super().on_bytes(link, data)

    def _perform(self, actions):
        before = self._ticks
        super()._perform(actions)
        if self.gateway is None:
            return
        cost_ms = self.cost_ms.get(self.gateway.config.gateway.tick_ms)
        if self._ticks != before and cost_ms:
            self._busy_until_ms = self._heap.now_ms + cost_ms
            self._sleeper.set(max(self._busy_until_ms, self._heap.now_ms + self.gateway.next_wake_ms - self.clock.now_ms()))

    def _do_connect(self, link):
        rows = {row[0]: row[2:] for row in self.gateway.links()}
        if rows[link] == ENDPOINTS[link]:
            super()._do_connect(link)
        else:
            self._heap.at(self._heap.now_ms + 5, self.on_closed, link, "no such address, or no TLS there")

    def _do_exit(self, code):
        self.exit_code = code
        self.crash()
        if code == EXIT_RESTART:
            self._heap.at(self._heap.now_ms + RESTART_MS, self.start)


class Operator:
    """The supervisor's side: tells that it lives, sends changes, keeps what was reported."""

    def __init__(self, heap, hub, keys):
        """keys: {"operator" or "installer": RSA key}."""
        self.reported, self.sections, self.infos, self.events = [], [], [], []
        self._heap, self._keys, self._sent = heap, keys, 0
        self._wire = BrokerWire(heap, 1, "host", label="operator", trace=lambda *_: None, hub=hub)
        self._wire.near = self
        self._session = mqtt.MqttSession("operator")
        for topic_filter, qos in topics.host_filters(["gw-test"]):
            self._session.subscribe(topic_filter, qos)
        self._wire.connect()
        heap.at(1000, self._tick)

    def say_every(self, period_ms):
        """The supervisor lives and says so again and again, as a heartbeat."""
        self.say("online")
        self._heap.at(self._heap.now_ms + period_ms, self.say_every, period_ms)

    def say(self, state):
        """The supervisor comes or goes."""
        self._send(topics.HOST_STATE, messages.encode("host_state", {"state": state, "session": "s1"}), True)

    def desire(self, changes, role="operator", **fields):
        """Send a change; returns its version."""
        last = self.reported[-1]
        self._sent += 1
        content = {"id": "d%d" % self._sent, "iat_ms": START_UNIX_MS, "version": max(last["version"], last["refused_version"] or 0) + 1,
                   "base_version": last["version"], "access": role, "deadline_s": 60, "set": changes}
        content.update(fields)
        topic, payload = signing.signed("config_desired", "gw-test", content, role, self._keys[role])
        self._send(topic, payload, True)
        return content["version"]

    def send(self, topic, payload):
        """Anything else."""
        self._send(topic, payload, False)

    def on_open(self, _link):
        """Connected."""
        self._wire.send(self._session.connect(self._heap.now_ms))

    def on_bytes(self, _link, data):
        """From the broker."""
        for event in self._session.receive(self._heap.now_ms, data):
            if event[0] == mqtt.MESSAGE:
                self._take(event[1], event[2])
        self._flush()

    def on_closed(self, _link, _reason):
        """Never here."""

    def _take(self, topic, payload):
        name = topics.parse(topic)[0]
        kept = {"config_reported": self.reported, "config_section": self.sections, "info": self.infos,
                "event": self.events}.get(name)
        if kept is not None:
            content, error = messages.decode(name, bytes(payload))
            assert error is None, error
            kept.append(content)
        elif name == "hist":        # of an outage
            self.events += messages.decode(name, bytes(payload))[0]["event"] or []

    def _send(self, topic, payload, retain):
        self._session.publish(topic, payload, 1, retain)
        self._flush()

    def _tick(self):
        self._flush()
        self._heap.at(self._heap.now_ms + 1000, self._tick)

    def _flush(self):
        self._session.on_time(self._heap.now_ms)
        data = self._session.outgoing(self._heap.now_ms)
        if data:
            self._wire.send(data)


class ConfigWorld:
    """One of each."""

    def __init__(self, keys, **sections):
        """keys: {"operator": (key, modulus), "installer": …}; sections: of the site file."""
        self.heap = EventHeap()
        hub = BrokerHub(self.heap, Broker())
        vpp = {"enabled": True, "host": "broker", "port": 1883, "tls": False, "key": fake_site.KEY_HEX,
               "config_key": keys["operator"][1], "installer_key": keys["installer"][1]}
        document = fake_site.document(vpp=vpp, **sections)
        self.bank = fake_site.charger_bank()
        wires = {
            "vpp": BrokerWire(self.heap, 1, "vpp", label="gateway", trace=lambda *_: None, hub=hub),
            "bus:lan": ModbusWire(self.heap, 1, "bus:lan", label="lan", trace=lambda *_: None, units={1: self.bank}),
        }
        self.ports = VirtualPorts(self.heap, START_UNIX_MS, "config")
        self.machine = Machine(self.heap, self.ports, document, wires, lambda node: None)
        self.operator = Operator(self.heap, hub, {role: key for role, (key, _) in keys.items()})
        self.heap.at(200, self.machine.start)
        self.run_s(2)
        self.operator.say("online")
        self.run_s(3)

    def run_s(self, duration_s):
        """Let time pass."""
        self.heap.run_until(self.heap.now_ms + round(duration_s * 1000))

    @property
    def config(self):
        """In force."""
        return self.machine.gateway.config
