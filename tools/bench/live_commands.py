"""The supervisor of the live bench: publishes signed commands with paho and times their acknowledgements.

Not its job: what commands are for (host_sim/supervisor).
Source: paho-mqtt as an independent peer; the payload from protocols/messages.py, signed as protocols/auth.py says.
"""

import asyncio
import json
import socket
import time

import paho.mqtt.client as paho

from protocols import auth, messages, refusals, topics

KID = "k1"
LIMIT_W = 20000     # above every rating: in force at once, and the setpoint stays as it is
LEASE_MS = 30000
CONTRACT_MS = 300000


class Commands:
    """One signed-in client; `await ack_ms()` per command."""

    def __init__(self, broker, ca_file, gateway, key):
        """broker: host and port; ca_file: of a TLS broker, else None; gateway: its id; key: bytes."""
        self._gateway, self._key = gateway, key
        self._loop = asyncio.get_running_loop()
        self._seq = 0
        self._wanted = {}       # command id -> future of the time its acknowledgement came
        self._client = paho.Client(paho.CallbackAPIVersion.VERSION2, "bench")
        if ca_file:
            self._client.tls_set(ca_file)
        self._client.on_connect = lambda client, *_: client.subscribe(topics.topic("ack", gateway), 1)
        self._client.on_message = self._on_message
        self._client.connect(broker.host, broker.port)
        self._client.socket().setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._client.loop_start()

    def close(self):
        """Leaves the broker."""
        self._client.disconnect()
        self._client.loop_stop()

    def _on_message(self, _client, _userdata, message):
        came_s = time.perf_counter()
        content = json.loads(message.payload)
        if content["stage"] in ("applied", "refused"):
            self._loop.call_soon_threadsafe(self._settle, content, came_s)

    def _settle(self, content, came_s):
        future = self._wanted.pop(content["ref"], None)
        if future is None or future.done():
            return
        if content["stage"] == "applied":
            future.set_result(came_s)
        else:
            future.set_exception(RuntimeError("command refused: %s" % refusals.name_of(content["reason"])))

    async def ack_ms(self, patience_s):
        """Publishes one command; ms until it is acknowledged as applied. TimeoutError, RuntimeError when it is not."""
        return await self._apply(LEASE_MS, patience_s, kind="limits", p_charge_max_w=LIMIT_W, p_discharge_max_w=LIMIT_W)

    async def contract(self, service, p_w, patience_s):
        """Contracts a reserve service, W both ways about 0 W; returns when it is in force. Raises as ack_ms does."""
        await self._apply(CONTRACT_MS, patience_s, kind="reserve", service=service, p_up_w=p_w, p_down_w=p_w, p_base_w=0)

    async def _apply(self, lease_ms, patience_s, **fields):
        """Publishes one command; ms until it is acknowledged as applied."""
        self._seq += 1
        now_ms = int(time.time() * 1000)
        command = {
            "id": "bench-%d" % self._seq, "seq": self._seq, "iat_ms": now_ms, "exp_ms": now_ms + lease_ms,
            "priority": 20, "device": None, **fields,
        }
        topic = topics.topic("cmd", self._gateway)
        payload = auth.sign(topic, messages.encode("cmd", command), KID, self._key)
        future = self._wanted[command["id"]] = self._loop.create_future()
        sent_s = time.perf_counter()
        self._client.publish(topic, payload, 1)
        return (await asyncio.wait_for(future, patience_s) - sent_s) * 1000
