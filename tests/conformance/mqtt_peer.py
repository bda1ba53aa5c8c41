"""A paho client for tests: an independent MQTT peer that writes down what happens to it.

Source: paho-mqtt 2, callback API version 2.
"""

import socket
import threading
import time

import paho.mqtt.client as paho

PATIENCE_S = 15
SETTLE_S = 0.15  # only for what must NOT arrive


class Peer:
    """A paho client that writes down what happens to it."""

    def __init__(self, broker, client_id, *, user=None, password=None, clean=True, will=None, manual_ack=False):
        self.log = []
        self.news = threading.Condition()
        self.client = paho.Client(paho.CallbackAPIVersion.VERSION2, client_id, clean_session=clean,
                                  reconnect_on_failure=False, manual_ack=manual_ack)
        self.client.username_pw_set(user, password)
        if will:
            self.client.will_set(*will)
        self.client.on_connect = lambda c, u, flags, code, p: self.note("connected", flags.session_present, str(code))
        self.client.on_disconnect = lambda c, u, flags, code, p: self.note("disconnected")
        self.client.on_subscribe = lambda c, u, mid, codes, p: self.note("subscribed", [code.value for code in codes])
        self.client.on_publish = lambda c, u, mid, code, p: self.note("published", mid)
        self.client.on_message = lambda c, u, m: self.note("message", m.topic, m.payload.decode(), m.qos, m.retain, m.dup)
        self.client.connect(broker.host, broker.port)
        self.client.socket().setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.client.loop_start()
        self.wait("connected")

    def note(self, *entry):
        with self.news:
            self.log.append(entry)
            self.news.notify_all()

    def wait(self, kind, count=1):
        deadline_s = time.monotonic() + PATIENCE_S
        with self.news:
            while sum(entry[0] == kind for entry in self.log) < count:
                left_s = deadline_s - time.monotonic()
                assert left_s > 0, (kind, count, self.log)
                self.news.wait(left_s)

    def subscribe(self, *filters):
        answered = sum(entry[0] == "subscribed" for entry in self.log)
        self.client.subscribe(list(filters))
        self.wait("subscribed", answered + 1)
        return self

    def publish(self, topic, payload="", qos=1, retain=False):
        mid = self.client.publish(topic, payload, qos, retain).mid
        deadline_s = time.monotonic() + PATIENCE_S
        with self.news:
            while ("published", mid) not in self.log:
                assert self.news.wait(deadline_s - time.monotonic()), (topic, self.log)

    def messages(self, count):
        """The messages so far, at least `count`, and a moment for those that should not come."""
        self.wait("message", count)
        time.sleep(SETTLE_S)
        with self.news:
            return [entry[1:] for entry in self.log if entry[0] == "message"]

    def cut(self):
        """Loses the connection without DISCONNECT."""
        self.client.socket().shutdown(socket.SHUT_RDWR)
        self.wait("disconnected")
        self.client.loop_stop()

    def bye(self):
        self.client.disconnect()
        self.wait("disconnected")
        self.client.loop_stop()
