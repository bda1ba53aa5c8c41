"""The supervisor as a process: paho carries its messages, its standard output says what it does as JSON lines.

Not its job: any decision (supervisor.py), the broker.
Source: ours. One thread: paho's own loop is called with the time until the supervisor's next wake-up.
"""

import argparse
import json
import os
import secrets
import signal
import socket
import sys
import threading
import time

import paho.mqtt.client as paho

from host_sim.feeder.ieee13_415 import ieee13_415
from host_sim.scenarios.parameters import BUSES, supervisor_plan
from host_sim.scenarios.paper_cases import SCENARIOS
from host_sim.supervisor.stability import StabilityModel
from host_sim.supervisor.supervisor import Supervisor
from host_sim.supervisor.words import Narrator
from protocols import auth, key_tree, messages, refusals, topics

CLIENT_ID = "supervisor"
LOOP_MAX_S = 0.1
RECONNECT_S = 0.5
CLOSE_S = 1


def clocks():
    """(monotonic ms, Unix ms), integers."""
    return time.monotonic_ns() // 1_000_000, time.time_ns() // 1_000_000


class LiveSupervisor:
    """Runs one Supervisor on a broker until `stop`."""

    def __init__(self, supervisor, access, narrator, say):
        """access: dict host, port, user, password, tls. narrator: Narrator. say: called with each JSON-able line."""
        self.supervisor = supervisor
        self._access = access
        self._narrator = narrator
        self._say = say
        self._stopping = False
        self._margin = None
        self._client = client = paho.Client(paho.CallbackAPIVersion.VERSION2, CLIENT_ID)
        client.username_pw_set(access["user"], access["password"])
        if access["tls"]:
            client.tls_set()
        client.will_set(*supervisor.will())
        # Without it a command waits up to 90 ms for the answer to the packet before.
        client.on_socket_open = lambda _client, _data, sock: sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        client.on_connect = self._connected
        client.on_message = self._message

    def stop(self, *_):
        """Ends `run`; may be called by a signal."""
        self._stopping = True

    def run(self):
        """Until stopped; a lost broker is called again and again, and told of once."""
        is_told = False
        while not self._stopping:
            try:
                self._client.connect(self._access["host"], self._access["port"])
                is_told = False
                self._serve()
            except OSError as error:
                if not is_told:
                    self._say({"said": "no broker: %s" % error})
                is_told = True
                time.sleep(RECONNECT_S)
        self._say_good_bye()

    def _serve(self):
        while not self._stopping:
            now_ms, unix_ms = clocks()
            self._publish(self.supervisor.on_time(now_ms, unix_ms))
            self._tell_margin()
            wake_ms = self.supervisor.next_wake_ms
            left_s = LOOP_MAX_S if wake_ms is None else (wake_ms - now_ms) / 1000
            if self._client.loop(min(max(left_s, 0.001), LOOP_MAX_S)) != paho.MQTT_ERR_SUCCESS:
                return

    def _say_good_bye(self):
        self._publish(self.supervisor.stop(*clocks()))
        deadline_s = time.monotonic() + CLOSE_S
        while self._client.want_write() and time.monotonic() < deadline_s:
            self._client.loop(0.01)
        self._client.disconnect()

    def _connected(self, client, _data, _flags, code, _properties):
        if code.is_failure:
            self._say({"said": "the broker refuses: %s" % code})
            return
        client.subscribe(self.supervisor.filters())
        self._publish(self.supervisor.on_connect(*clocks()))

    def _message(self, _client, _data, message):
        now_ms, unix_ms = clocks()
        place = topics.parse(message.topic)
        if place and place[0] == "ack":
            self._tell_answer(place[1], message.payload)
        self._publish(self.supervisor.on_message(now_ms, unix_ms, message.topic, message.payload))

    def _publish(self, out):
        for topic, payload, qos, retain in out:
            self._client.publish(topic, payload, qos, retain)
            place = topics.parse(topic)
            if place and place[0] == "cmd":
                self._say({"said": self._narrator.command(place[1], json.loads(auth.split(payload)[0]))})
            elif place and place[0] in ("announce", "prices"):
                self._say({"said": self._narrator.notice(place[1], place[0], json.loads(auth.split(payload)[0])).rstrip()})

    def _tell_answer(self, gateway, payload):
        content, error = messages.decode("ack", payload)
        text = None if error else self._narrator.answer(gateway, content, refusals.name_of(content["reason"]))
        if text:
            self._say({"said": text})

    def _tell_margin(self):
        if self.supervisor.margin != self._margin:
            self._margin = self.supervisor.margin
            self._say({"margin": self._margin})


def build(scenario, begin_unix_ms, fleet_key):
    """The supervisor of a scenario. fleet_key: bytes that every gateway's key is made from."""
    plan = supervisor_plan(scenario, begin_unix_ms)
    stations = tuple(
        station._replace(key=key_tree.device_key(fleet_key, station.gateway, station.kid)) for station in plan.stations)
    model = StabilityModel(ieee13_415(1.0), BUSES)
    return Supervisor(plan._replace(stations=stations), secrets.token_hex(3), model)


def main():
    """`python -m host_sim.supervisor.live --scenario case_1 --begin UNIX_MS`; the first line of standard input is
    the access as JSON, so that no password stands in the process list. The end of standard input ends it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--scenario", required=True, choices=[scenario.name for scenario in SCENARIOS])
    parser.add_argument("--begin", type=int, required=True, metavar="UNIX_MS")
    args = parser.parse_args()
    access = json.loads(sys.stdin.readline())
    scenario = next(scenario for scenario in SCENARIOS if scenario.name == args.scenario)
    supervisor = build(scenario, args.begin, bytes.fromhex(access["fleet_key"]))

    buses = {station.gateway: station.bus for station in supervisor.plan.stations}
    live = LiveSupervisor(supervisor, access, Narrator(buses, args.begin), _say)
    signal.signal(signal.SIGTERM, live.stop)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_until_end, args=(live,), daemon=True).start()
    live.run()
    return 0


def _say(content):
    print(json.dumps(content), flush=True)


def _until_end(live):
    """Watches the pipe from the starter: its end is the starter's end."""
    while os.read(sys.stdin.fileno(), 4096):
        pass
    live.stop()


if __name__ == "__main__":
    sys.exit(main())
