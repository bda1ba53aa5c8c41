"""MQTT QoS 1 messages per second: our session beside paho at its best window, on one broker.

Not its job: printing, and the other figures of `v2g bench`.
Source: paho-mqtt 2 as the peer to compare with; Mosquitto when it is installed.

A message counts when its PUBACK has come. Both clients run in the thread that publishes, each on a connection of its
own with TCP_NODELAY: paho's `loop()`, which was as fast as or faster than its background thread at every window, and
our session on a plain socket. Many short rounds are interleaved and medians taken: a slow second of the machine hits
all alike. Without Mosquitto our own broker runs in a thread beside the clients, which slows both.
"""

import socket
import statistics
import time

import paho.mqtt.client as paho

from host_sim.broker import start_broker
from protocols.mqtt import session as ms

TOPIC = "bench/telemetry"
PAYLOAD = b"x" * 200
WINDOW = 20  # ours: the session's default
PAHO_WINDOWS = (10, 20, 50, 100)
ROUNDS_COUNT = 9
PATIENCE_S = 10


def measure(duration_s=5.0):
    """{"mqtt_pub_s", "paho_pub_s": medians, messages per second, "broker": "mosquitto" or "own"}.

    duration_s: all rounds together. Raises RuntimeError or OSError when a message is never acknowledged.
    """
    slice_s = duration_s / ROUNDS_COUNT / (1 + len(PAHO_WINDOWS))
    ours = []
    theirs = {window: [] for window in PAHO_WINDOWS}
    with start_broker() as broker:
        for _ in range(ROUNDS_COUNT):
            ours.append(_ours(broker, slice_s))
            for window, rates in theirs.items():
                rates.append(_paho(broker, window, slice_s))
        return {
            "mqtt_pub_s": round(statistics.median(ours)),
            "paho_pub_s": round(max(statistics.median(rates) for rates in theirs.values())),
            "broker": broker.kind,
        }


def _now_ms():
    return time.monotonic_ns() // 1000000


def _ours(broker, slice_s):
    session = ms.MqttSession("ours", window=WINDOW)
    with socket.create_connection((broker.host, broker.port), PATIENCE_S) as wire:
        wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        wire.sendall(session.connect(_now_ms()))
        while not session.connected:
            session.receive(_now_ms(), _received(wire))
        sent = acknowledged = 0
        start_s = now_s = time.perf_counter()
        while now_s - start_s < slice_s or acknowledged < sent:
            while session.queued < WINDOW and now_s - start_s < slice_s:
                session.publish(TOPIC, PAYLOAD, qos=1)
                sent += 1
            wire.sendall(session.outgoing(_now_ms()))
            for event in session.receive(_now_ms(), _received(wire)):
                acknowledged += event[0] == ms.PUBLISHED
            now_s = time.perf_counter()
        wire.sendall(session.disconnect())
    return sent / (now_s - start_s)


def _received(wire):
    data = wire.recv(65536)
    if not data:
        raise RuntimeError("the broker closed the connection")
    return data


def _paho(broker, window, slice_s):
    acknowledged = []  # a list: the callback only appends, which costs paho least
    connected = []
    client = paho.Client(paho.CallbackAPIVersion.VERSION2, "paho")
    client.max_inflight_messages_set(window)
    client.on_connect = lambda *_: connected.append(True)
    client.on_publish = lambda c, userdata, mid, code, properties: acknowledged.append(mid)
    client.connect(broker.host, broker.port)
    client.socket().setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    while not connected:
        _check(client.loop(PATIENCE_S))
    sent = 0
    start_s = now_s = time.perf_counter()
    while now_s - start_s < slice_s or len(acknowledged) < sent:
        while sent - len(acknowledged) < window and now_s - start_s < slice_s:
            client.publish(TOPIC, PAYLOAD, qos=1)
            sent += 1
        _check(client.loop(PATIENCE_S))
        now_s = time.perf_counter()
    client.disconnect()
    return sent / (now_s - start_s)


def _check(code):
    if code != paho.MQTT_ERR_SUCCESS:
        raise RuntimeError("paho: %s" % paho.error_string(code))
