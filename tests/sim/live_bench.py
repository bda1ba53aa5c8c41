"""A gateway process, a charger process and a broker on loopback, for tests that end, kill and restart them.

Not its job: several stations on a feeder (host_sim/live does that). Waits are generous: they end when what is waited
for is there, so that a busy machine makes a test slower, never wrong.
"""

import json
import signal
import socket
import subprocess
import sys
import time

from host_sim.live.site_files import free_port, toml
from tests.conformance.mqtt_peer import Peer

PATIENCE_S = 60
POLL_S = 0.05
GATEWAY = "gw-1"
KEY = "00" * 16
OWNER, P_SET = 120, 122     # registers of sim-four-quadrant


class LiveBench:
    """`with LiveBench(folder, broker) as bench`; nothing runs before it is started."""

    def __init__(self, folder, broker):
        self.folder = folder
        self.charger_port, self.query_port = free_port(), free_port()
        self.site = folder / "site.toml"
        self.site.write_text(toml(self._document(broker)), encoding="utf-8")
        self.peer = Peer(broker, "watcher").subscribe(("v2g/1/#", 1))
        self.charger = self.gateway = None
        self._processes = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in self._processes:
            if process.poll() is None:
                process.kill()
            process.wait()
        self.peer.bye()

    def _document(self, broker):
        return {
            "gateway": {"id": GATEWAY, "mode": "control"},
            "vpp": {"enabled": True, "host": broker.host, "port": broker.port, "tls": False, "key": KEY},
            "local": {"query_port": self.query_port},
            "bus": [{"name": "cabinet", "host": "127.0.0.1", "port": self.charger_port}],
            "evse": [{"name": "ev", "profile": "sim-four-quadrant", "bus": "cabinet", "p_charge_max_w": 3000}],
        }

    def start_charger(self):
        """The emulated charger, listening when this returns."""
        self.charger = self._start("emulate", "sim-four-quadrant", "--port", self.charger_port, stdout=subprocess.PIPE)
        assert self.charger.stdout.readline() == b"ready\n"

    def start_gateway(self):
        """The gateway; it takes its time."""
        self.gateway = self._start("run", self.site, "--store", self.folder / "store")

    def _start(self, *arguments, stdout=None):
        process = subprocess.Popen([sys.executable, "-m", "tools.cli", *map(str, arguments)], stdout=stdout,
                                   start_new_session=True)
        self._processes.append(process)
        return process

    def end(self, process, number=signal.SIGTERM):
        """Sends a signal; returns the exit code."""
        process.send_signal(number)
        return process.wait(PATIENCE_S)

    def status(self):
        """Answer of the gateway's query port, None while there is none."""
        try:
            with socket.create_connection(("127.0.0.1", self.query_port), 5) as link:
                link.sendall(b'{"ask": "status"}\n')
                return json.loads(link.makefile("rb").readline())
        except (OSError, ValueError):
            return None

    def wait_status(self, holds):
        """The first status for which holds(status) is true."""
        return self.wait(lambda: (lambda answer: answer if answer and holds(answer) else None)(self.status()))

    def wait_session(self, session):
        """Waits until the charger's session is in that state."""
        return self.wait_status(lambda answer: answer["ders"][0]["session"] == session)

    def registers(self, address, count):
        """Holding registers of the charger, signed, read by a client of our own making."""
        request = bytes([0, 1, 0, 0, 0, 6, 1, 3, 0, address, 0, count])
        with socket.create_connection(("127.0.0.1", self.charger_port), PATIENCE_S) as link:
            link.sendall(request)
            answer = link.makefile("rb").read(9 + 2 * count)
        words = [int.from_bytes(answer[at:at + 2], "big") for at in range(9, len(answer), 2)]
        return [word - 65536 if word > 32767 else word for word in words]

    def told(self, name):
        """Contents of a kind of message of the gateway so far, oldest first."""
        with self.peer.news:
            log = list(self.peer.log)
        suffix = "/up/" + name
        return [json.loads(entry[2]) for entry in log if entry[0] == "message" and entry[1].endswith(suffix)]

    def wait_told(self, name, holds):
        """Waits for a message of that kind for which holds(content) is true; returns it."""
        return self.wait(lambda: next((content for content in self.told(name) if holds(content)), None))

    def wait(self, attempt):
        """The first result of attempt() that is not None."""
        deadline_s = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline_s:
            result = attempt()
            if result is not None:
                return result
            time.sleep(POLL_S)
        raise AssertionError("waited %d s; last status: %s" % (PATIENCE_S, self.status()))
