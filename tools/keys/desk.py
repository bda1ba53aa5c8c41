"""Answers gateways that ask for a certificate, on the broker of the fleet, with the register of the key folder.

Not its job: who may have one (host_sim/supervisor/enrol_desk.py), certificates (authority.py).
Source: paho-mqtt. It has a certificate and rules of its own: it hears requests and who is in service, and says certificates.
"""

import secrets
import signal
import sys
import time

import paho.mqtt.client as paho

from host_sim.supervisor.enrol_desk import EnrolDesk
from protocols import key_tree, messages, topics
from tools.keys import authority, broker_files
from tools.keys.names import DESK

ANSWERS_KEPT = 3
RECONNECT_S = 2


class FolderRegister:
    """The register of a key folder, as EnrolDesk asks for it."""

    def __init__(self, fleet):
        """fleet: Fleet."""
        self._fleet = fleet
        self._register = fleet.folder.register()

    def names(self):
        """All gateways that may enrol or renew."""
        return [name for name, row in self._register["gateways"].items() if not row.get("is_revoked")]

    def refresh(self):
        """Take up what `v2g keys` has changed meanwhile."""
        self._register = self._fleet.folder.register()

    def _row(self, gateway):
        row = self._register["gateways"].get(gateway)
        return None if row is None or row.get("is_revoked") else row

    def claim_of(self, gateway):
        """Key of the gateway's token, bytes, or None."""
        row = self._row(gateway)
        return bytes.fromhex(row["claim"]["key"]) if row and row["claim"] else None

    def is_unused(self, gateway):
        """Whether the token is good for a certificate."""
        return not self._row(gateway)["claim"]["is_used"]

    def keys_of(self, gateway):
        """{kid: key} of the gateway in service."""
        row = self._row(gateway)
        if row is None or not row["serials"]:
            return {}
        root = self._fleet.root(gateway, row)
        return {kid: key_tree.kid_key(root, kid) for kid in (row["kid"], row.get("previous")) if kid}

    def answer_of(self, gateway, mark):
        """PEM issued for a request, or None."""
        return self._row(gateway)["answers"].get(mark)

    def issued(self, gateway, kind, mark, certificate):
        """Notes a certificate, and that its token is used."""
        self.refresh()
        row = self._row(gateway)
        row["serials"].append(str(authority.serial_of(certificate)))
        row["answers"] = dict([*row["answers"].items(), (mark, certificate)][-ANSWERS_KEPT:])
        if kind == "claim":
            row["claim"]["is_used"] = True
        self._fleet.folder.write_register(self._register)

    def seen(self, gateway):
        """The gateway came with its certificate: its claim is over. Whether the broker's files have changed by that."""
        row = self._row(gateway)
        if row is None or not (row["claim"] and row["claim"]["is_used"]):
            return False
        self.refresh()
        self._row(gateway)["claim"] = None
        self._fleet.folder.write_register(self._register)
        return True


class Desk:
    """EnrolDesk on a paho client. Attribute: desk, with its counts."""

    def __init__(self, fleet, say):
        """fleet: Fleet; say: function (text) for what happened."""
        self.register = FolderRegister(fleet)
        self.desk = EnrolDesk(fleet.authority(), self.register, lambda: secrets.token_hex(8))
        self._fleet, self._say = fleet, say
        self._client = client = paho.Client(paho.CallbackAPIVersion.VERSION2, DESK)
        path = fleet.folder.path
        client.tls_set(str(path / "ca.crt"), str(path / (DESK + ".crt")), str(path / (DESK + ".key")))
        client.on_connect, client.on_message = self._connected, self._message
        self.is_stopped = False

    def stop(self, *_):
        """Ends `run`."""
        self.is_stopped = True

    def run(self, host, port):
        """Until stopped; a lost broker is called again."""
        while not self.is_stopped:
            try:
                self._client.connect(host, port)
                while not self.is_stopped and self._client.loop(0.2) == paho.MQTT_ERR_SUCCESS:
                    pass
            except OSError as error:
                self._say("no broker at %s:%d: %s" % (host, port, error))
                time.sleep(RECONNECT_S)
        self._client.disconnect()

    def _connected(self, client, _data, _flags, code, _properties):
        if code.is_failure:
            self._say("the broker refuses: %s" % code)
            return
        # By a pattern: gateways that `v2g keys` admits later come too; the broker's rules decide what arrives.
        client.subscribe([(topics.ROOT + "+/up/enrol", 1), (topics.ROOT + "+/up/state", 1)])
        self._say("the desk is open for %d gateways" % len(self.register.names()))

    def _message(self, client, _data, message):
        place = topics.parse(message.topic)
        if place is None:
            return
        if place[0] == "state":
            content, error = messages.decode("state", message.payload)
            if error is None and content["state"] != "offline" and self.register.seen(place[1]):
                broker_files.write(self._fleet)
                self._say("%s is in service; its claim is over" % place[1])
            return
        self.register.refresh()
        before = self.desk.issued
        for topic, payload in self.desk.on_message(time.monotonic_ns() // 1_000_000, time.time_ns() // 1_000_000,
                                                   message.topic, message.payload):
            client.publish(topic, payload, 1)
        if self.desk.issued > before:
            self._say("%s: certificate issued" % place[1])


def serve(fleet, host=None, port=None):
    """(lines, result) at the end of a run until Ctrl-C or SIGTERM; host, port: of the broker, None as set up."""
    settings = fleet.folder.register()["settings"]
    desk = Desk(fleet, lambda text: print(text, file=sys.stderr, flush=True))
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, desk.stop)
    desk.run(host or settings["host"], port or settings["port"])
    counts = {name: getattr(desk.desk, name) for name in ("issued", "repeated", "refused", "dropped")}
    return ["%d issued, %d repeated, %d refused, %d dropped" % tuple(counts.values())], counts
