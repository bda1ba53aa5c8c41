"""Buyer of a frequency reserve in the virtual world: contracts one service by signed commands and keeps them alive.

Not its job: the response (the gateway), scores, any other duty of a supervisor (supervisor/).
Source: ours. Nothing but an MQTT client on a broker of its own; the gateway sees what it would see from a supervisor.
"""

import binascii

from host_sim.broker.core import Broker
from host_sim.world_wires import BrokerHub, BrokerWire
from protocols import auth, messages, topics
from protocols.mqtt.session import MqttSession

KEY = b"bench of reserve services, no secret"[:32]
RENEW_MS = 20000
LEASE_MS = 300000
PRIORITY = 20


class Buyer:
    """wire: the gateway's link to the broker. contract: (service, p_up_w, p_down_w, p_base_w)."""

    def __init__(self, heap, clock, gateway, contract, latency_ms):
        self._heap = heap
        self._clock = clock
        self._gateway = gateway
        self._contract = contract
        self._sent = 0
        hub = BrokerHub(heap, Broker())
        names = {"trace": lambda *_: None, "hub": hub}
        self.wire = BrokerWire(heap, latency_ms, "vpp", label="gateway", **names)
        self._own = BrokerWire(heap, latency_ms, "vpp", label="buyer", **names)
        self._own.near = self
        self._session = MqttSession("buyer")
        self._own.connect()
        heap.at(RENEW_MS // 2, self._renew)

    @staticmethod
    def settings():
        """Section `vpp` of a gateway that this buyer reaches."""
        return {"enabled": True, "host": "broker", "tls": False, "key": binascii.hexlify(KEY).decode()}

    def on_open(self, link):
        """The wire is connected: MQTT begins."""
        self._own.send(self._session.connect(self._heap.now_ms))

    def on_bytes(self, link, data):
        """Answers of the broker."""
        self._session.receive(self._heap.now_ms, data)
        self._flush()

    def on_closed(self, link, reason):
        """Never in this world: the broker is there as long as it."""
        self._session.closed(self._heap.now_ms)

    def _renew(self):
        self._sent += 1
        unix_ms = self._clock.unix_ms()
        service, p_up_w, p_down_w, p_base_w = self._contract
        content = {"id": "r%d" % self._sent, "seq": self._sent, "iat_ms": unix_ms, "exp_ms": unix_ms + LEASE_MS,
                   "priority": PRIORITY, "kind": "reserve", "service": service, "p_up_w": p_up_w, "p_down_w": p_down_w,
                   "p_base_w": p_base_w}
        topic = topics.topic("cmd", self._gateway)
        self._session.publish(topic, auth.sign(topic, messages.encode("cmd", content), "k1", KEY), 1, False)
        self._flush()
        self._heap.at(self._heap.now_ms + RENEW_MS, self._renew)

    def _flush(self):
        self._session.on_time(self._heap.now_ms)
        data = self._session.outgoing(self._heap.now_ms)
        if data:
            self._own.send(data)
