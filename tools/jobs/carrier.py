"""Carries a JobDesk over a broker with paho until it is over.

Not its job: any decision (host_sim/supervisor/job_desk.py), words.
Source: paho-mqtt 2, callback API version 2.
"""

import secrets
import socket
import time

import paho.mqtt.client as paho

LOOP_S = 0.1
CONNECT_S = 10


class Refused(Exception):
    """The broker does not let us in; the text says why."""


def client(access, prefix):
    """A paho client that is not connected yet; access: as Carrier has it; prefix: of its client id."""
    made = paho.Client(paho.CallbackAPIVersion.VERSION2, prefix + secrets.token_hex(4))
    if access["user"]:
        made.username_pw_set(access["user"], access["password"])
    if access["tls"]:
        made.tls_set(access["ca"], access["cert"], access["key"])
    # Without it a piece of a bundle waits up to 90 ms for the answer to the one before.
    made.on_socket_open = lambda _client, _data, sock: sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return made


class Carrier:
    """One connection."""

    def __init__(self, desk, access, on_change):
        """desk: JobDesk. access: dict host, port, tls, user, password, ca, cert, key (None where there is none).
        on_change: called with every row that changed."""
        self._desk = desk
        self._access = access
        self._on_change = on_change
        self._refused = None
        self._is_up = False
        self._client = client(access, "jobs-")
        self._client.on_connect = self._connected
        self._client.on_message = self._message

    def run(self, patience_s):
        """Until every gateway has ended or patience_s has passed; whether all ended. OSError, Refused without a broker."""
        self._client.connect(self._access["host"], self._access["port"])
        deadline_s = time.monotonic() + patience_s
        up_s = time.monotonic() + CONNECT_S
        while not self._desk.is_over() and time.monotonic() < deadline_s:
            if self._refused:
                raise Refused(self._refused)
            if self._client.loop(LOOP_S) != paho.MQTT_ERR_SUCCESS:
                if not self._is_up and time.monotonic() > up_s:
                    raise Refused("no answer to the log-in")
                time.sleep(1)
                self._client.reconnect()
            if self._is_up:
                self._send(self._desk.on_time(time.time_ns() // 1_000_000))
        while self._client.want_write():
            self._client.loop(LOOP_S)
        self._client.disconnect()
        return self._desk.is_over()

    def _connected(self, client, _data, _flags, code, _properties):
        if code.is_failure:
            self._refused = str(code)
            return
        client.subscribe(self._desk.filters())
        self._is_up = True

    def _message(self, _client, _data, message):
        before = {row.gateway: row.content for row in self._desk.rows.values()}
        self._send(self._desk.on_message(message.topic, message.payload))
        for row in self._desk.rows.values():
            if row.content is not before[row.gateway]:
                self._on_change(row)

    def _send(self, out):
        for topic, payload, qos, retain in out:
            self._client.publish(topic, payload, qos, retain)
