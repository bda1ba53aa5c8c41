"""One real gateway process loses its way to a real broker, is killed meanwhile, and hands over afterwards what it had stored.

Not its job: power cuts of the disk, hours, ring and rates (fault/test_store_and_forward.py). Source: edge/archive; paho watches.
"""

import signal
import socket
import threading
import time

import pytest

from host_sim.broker import mosquitto, start_broker
from host_sim.supervisor.history import History
from protocols import messages, topics
from tests.sim.live_bench import GATEWAY, LiveBench

AWAY_S = 4


class Relay:
    """A way to the broker that can be blocked; host and port as a broker's."""

    def __init__(self, broker):
        self.host, self.is_blocked = "127.0.0.1", False
        self._broker, self._sockets = broker, []
        self._listener = socket.create_server((self.host, 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def block(self):
        """Every connection is lost, new ones end at once."""
        self.is_blocked = True
        for end in self._sockets:
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass    # already gone
        self._sockets = []

    def close(self):
        """For good."""
        self.block()
        self._listener.close()

    def _accept(self):
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            if self.is_blocked:
                near.close()
                continue
            far = socket.create_connection((self._broker.host, self._broker.port))
            self._sockets += [near, far]
            for source, sink in ((near, far), (far, near)):
                source.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                threading.Thread(target=_pump, args=(source, sink), daemon=True).start()


def _pump(source, sink):
    try:
        while data := source.recv(4096):
            sink.sendall(data)
    except OSError:
        pass    # blocked
    for end in (source, sink):
        end.close()


class Bench(LiveBench):
    """A LiveBench whose gateway goes through a relay."""

    def __init__(self, folder, broker):
        self.relay = Relay(broker)
        super().__init__(folder, broker)

    def __exit__(self, *nothing):
        super().__exit__(*nothing)
        self.relay.close()

    def _document(self, broker):
        document = super()._document(self.relay)
        document["vpp"]["telemetry_s"] = 1
        return {**document, "history": {"flush_s": 1}}

    def history(self):
        """(History, {boot: highest seq of the charger's telemetry, …}, number of `hist` messages) so far."""
        with self.peer.news:
            log = [entry for entry in self.peer.log if entry[0] == "message"]
        history, highest, batches = History(), {}, 0
        for _, topic, payload, *_ in log:
            name, gateway, device = topics.parse(topic)
            content, error = messages.decode(name, payload.encode())
            assert error is None, (topic, error)
            batches += name == "hist"
            for kind, source, record in history.take(gateway, name, device, content):
                if (kind, source) == ("tele", "ev"):
                    highest[record["boot"]] = max(record["seq"], highest.get(record["boot"], 0))
        return history, highest, batches


def test_what_happened_meanwhile_follows(tmp_path):
    if not mosquitto.find():
        pytest.skip("mosquitto is not installed")
    with start_broker(own=False) as broker, Bench(tmp_path, broker) as bench:
        bench.start_charger()
        bench.start_gateway()
        bench.wait(lambda: max(bench.history()[1].values(), default=0) >= 2 or None)
        before = bench.history()[1]
        bench.relay.block()
        time.sleep(AWAY_S)
        bench.end(bench.gateway, signal.SIGKILL)
        bench.start_gateway()
        bench.wait(lambda: bench.status())
        time.sleep(AWAY_S)
        assert list((tmp_path / "store").glob("hist-*"))
        bench.relay.is_blocked = False
        bench.wait(lambda: len(bench.history()[1]) == 2 and not list((tmp_path / "store").glob("hist-*")) or None)
        history, highest, batches = bench.history()
    boot = next(iter(before))
    assert batches >= 2
    assert highest[boot] >= before[boot] + AWAY_S - 2       # of its last second nothing was promised
    assert history.gaps(GATEWAY) == {}
