"""One attacker of the flood bench, a process of its own that works until it is ended: `python -m tools.bench.flood_attackers`.

Not its job: measuring what it does to the gateway (flood.py). It prints how much it did each second, and gives way to everybody:
what is measured is the gateway, not the scheduler.
Source: paho-mqtt for the broker; plain sockets for page and proxy.
"""

import os
import socket
import sys
import time

from protocols import auth, messages, topics

NICE = 19
MESSAGES_S = 10000
BURSTS_S = 100      # they come in bursts, as a broker hands them on
PATIENCE_S = 1


def main(arguments):
    """KIND HOST PORT [GATEWAY [CA file]]; KIND: broker, page or proxy."""
    os.nice(NICE)
    kind, host, port = arguments[0], arguments[1], int(arguments[2])
    work = {"broker": _broker, "page": _page, "proxy": _proxy}[kind](host, port, *arguments[3:])
    done, told_s = 0, time.monotonic()
    for count in work:
        done += count
        if time.monotonic() - told_s >= 1:
            print(round(done / (time.monotonic() - told_s)), flush=True)
            done, told_s = 0, time.monotonic()


def hostile(gateway):
    """[(topic, payload)] of everything that takes a signature and has a wrong one."""
    now_ms = int(time.time() * 1000)
    contents = (
        ("cmd", {"id": "a", "seq": 1, "iat_ms": now_ms, "exp_ms": now_ms + 60000, "priority": 0, "kind": "setpoint", "p_w": 6000.0}),
        ("plan", {"id": "a", "seq": 1, "iat_ms": now_ms, "p_default_w": 6000.0}),
        ("config_desired", {"id": "a", "iat_ms": now_ms, "version": 1, "base_version": 0, "access": "operator", "set": {}}),
        ("job", {"id": "a", "iat_ms": now_ms, "exp_ms": now_ms + 60000, "kind": "restart"}),
        ("revocation", {"id": "a", "iat_ms": now_ms, "kids": ["k1"], "kid": "k2"}),
    )
    kids = {"cmd": "k1", "plan": "k1", "config_desired": "operator", "job": "update", "revocation": "installer"}
    found = []
    for name, content in contents:
        size = 32 if kids[name] == "k1" else 384
        found.append((topics.topic(name, gateway), auth.attach(messages.encode(name, content), kids[name], b"\x5a" * size)))
    return found


def _broker(host, port, gateway, ca_file=None):
    import paho.mqtt.client as paho

    client = paho.Client(paho.CallbackAPIVersion.VERSION2, "flood")
    if ca_file:
        client.tls_set(ca_file)
    client.connect(host, port)
    client.loop_start()
    garbage = hostile(gateway)
    sent, began_s = 0, time.monotonic()
    while True:
        for _ in range(MESSAGES_S // BURSTS_S):
            client.publish(*garbage[sent % len(garbage)])
            sent += 1
        yield MESSAGES_S // BURSTS_S
        time.sleep(max(0, began_s + sent / MESSAGES_S - time.monotonic()))


def _page(host, port, *_):
    request = b"GET / HTTP/1.1\r\nHost: %s:%d\r\n\r\n" % (host.encode(), port)
    while True:
        try:
            with socket.create_connection((host, port), PATIENCE_S) as link:
                link.sendall(request)
                while link.recv(4096):
                    pass
        except OSError:
            pass    # turned away: that counts too
        yield 1


def _proxy(host, port, *_):
    write = b"\x00\x01\x00\x00\x00\x06\x01\x06\x00\x7a\x17\x70"
    read = b"\x00\x02\x00\x00\x00\x06\x01\x03\x00\xc8\x00\x05"
    while True:
        try:
            with socket.create_connection((host, port), PATIENCE_S) as link:
                for _ in range(1000):
                    link.sendall(write + read)
                    link.recv(4096)
                    yield 2
        except OSError:
            yield 1


if __name__ == "__main__":
    main(sys.argv[1:])
