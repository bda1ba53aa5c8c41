"""The machines of the virtual world: one per gateway, one for the supervisor; they come up, work, crash, come back.

Not its job: wires (world_wires.py), what is checked (world_checks.py).
Source: ours; a node does what edge/runtime.py does on a real machine.
"""

from edge.clock import MonotonicClock
from edge.config_loader import load
from edge.drivers.profile_loader import load_profile
from edge.gateway import Gateway
from edge.runtime import STORE_REPEAT_MS
from protocols.mqtt import session as mqtt

RECONNECT_MS = 1000


class Sleeper:
    """Wakes a node at the time it last asked for."""

    def __init__(self, heap, wake):
        self._heap = heap
        self._wake = wake
        self._at_ms = None

    def set(self, at_ms):
        """Wake at at_ms instead of any earlier wish; None: not at all."""
        if at_ms != self._at_ms:
            self._at_ms = at_ms
            if at_ms is not None:
                self._heap.at(at_ms, self._ring, at_ms)

    def _ring(self, at_ms):
        if at_ms == self._at_ms:
            self._at_ms = None
            self._wake()


class GatewayNode:
    """A machine with one gateway. wires: {link: Wire}. on_tick: called with this node after every control tick."""

    def __init__(self, heap, ports, document, wires, on_tick):
        self.ports = ports
        self.wires = wires
        self.config, errors = load(document, load_profile)
        if errors:
            raise ValueError("site configuration: %s" % (errors,))
        self.gateway = None
        self.clock = None
        self.starts = 0
        self.exit_code = None
        self.answers = {}
        self._heap = heap
        self._on_tick = on_tick
        self._ticks = 0
        self._sleeper = Sleeper(heap, self._wake)
        for wire in wires.values():
            wire.near = self

    def start(self):
        """Power on."""
        self.starts += 1
        self.exit_code = None
        self._ticks = 0
        self._store_told_ms = None
        self.clock = MonotonicClock(self.ports.clock.ticks_ms)
        self.gateway = Gateway(self.config, self.ports)
        self._perform(self.gateway.on_time(self.clock.now_ms()))

    def crash(self):
        """Power off, between two events: the gateway and what it had not made safe are gone."""
        self.gateway = None
        self._sleeper.set(None)
        self.ports.store.crash()
        for wire in self.wires.values():
            wire.vanish()

    def stop(self):
        """The clean stop, as after SIGTERM."""
        self._perform(self.gateway.stop(self.clock.now_ms()))

    def ask(self, request):
        """The answer of the local query port."""
        self._perform(self.gateway.on_query(self.clock.now_ms(), "q", request))
        return self.answers.pop("q")

    def on_open(self, link):
        """A wire is connected."""
        if self.gateway is not None:
            self._perform(self.gateway.on_open(self.clock.now_ms(), link))

    def on_bytes(self, link, data):
        """Bytes on a wire."""
        if self.gateway is not None:
            self._perform(self.gateway.on_bytes(self.clock.now_ms(), link, data))

    def on_closed(self, link, reason):
        """A wire was lost."""
        if self.gateway is not None:
            self._perform(self.gateway.on_closed(self.clock.now_ms(), link, reason))

    def _wake(self):
        if self.gateway is not None:
            self._perform(self.gateway.on_time(self.clock.now_ms()))

    def _perform(self, actions):
        for action in actions:
            getattr(self, "_do_" + action[0])(*action[1:])
        gateway = self.gateway
        if gateway is None:
            return
        if gateway.ticks != self._ticks:
            self._ticks = gateway.ticks
            self._on_tick(self)
        # Gateway time counts from its own start.
        self._sleeper.set(self._heap.now_ms + gateway.next_wake_ms - self.clock.now_ms())

    def _do_connect(self, link):
        self.wires[link].connect()

    def _do_send(self, link, data):
        self.wires[link].send(bytes(data))

    def _do_close(self, link):
        self.wires[link].close()

    def _do_store(self, name, data):
        self._store(self.ports.store.write_atomic, name, data)

    def _do_append(self, name, data, is_synced):
        self._store(self.ports.store.append, name, data, is_synced)

    def _store(self, write, name, *data):
        try:
            write(name, *data)
        except OSError as error:
            now_ms = self.clock.now_ms()
            is_news = self._store_told_ms is None or now_ms - self._store_told_ms >= STORE_REPEAT_MS
            self._store_told_ms = now_ms if is_news else self._store_told_ms
            self.gateway.on_store_failed(now_ms, name, str(error), is_news)

    def _do_reply(self, query_id, answer):
        self.answers[query_id] = answer

    def _do_exit(self, code):
        self.exit_code = code
        self.gateway = None
        self._sleeper.set(None)
        for wire in self.wires.values():
            wire.vanish()


class SupervisorNode:
    """The machine of the supervisor: its state machine on an MQTT session of ours."""

    def __init__(self, heap, clock, supervisor, wire):
        self.supervisor = supervisor
        self.wire = wire
        wire.near = self
        self._heap = heap
        self._clock = clock
        self._session = mqtt.MqttSession("supervisor", 30, "supervisor", None, supervisor.will(), queue_max=2000,
                                         queue_max_bytes=1 << 20)
        for topic_filter, qos in supervisor.filters():
            self._session.subscribe(topic_filter, qos)
        self._sleeper = Sleeper(heap, self._wake)

    def start(self):
        """Connects."""
        self.wire.connect()

    def on_open(self, link):
        """The wire is connected: MQTT begins."""
        self.wire.send(self._session.connect(self._heap.now_ms))

    def on_bytes(self, link, data):
        """Bytes of the broker."""
        self._handle(self._session.receive(self._heap.now_ms, data))

    def on_closed(self, link, reason):
        """The wire was lost: try again a second later."""
        self._session.closed(self._heap.now_ms)
        self._heap.at(self._heap.now_ms + RECONNECT_MS, self.wire.connect)

    def _wake(self):
        now_ms = self._heap.now_ms
        out = []
        wake_ms = self.supervisor.next_wake_ms
        if wake_ms is not None and now_ms >= wake_ms and self._session.connected:
            out = self.supervisor.on_time(now_ms, self._clock.unix_ms())
        self._handle(self._session.on_time(now_ms), out)

    def _handle(self, events, out=()):
        now_ms, unix_ms = self._heap.now_ms, self._clock.unix_ms()
        out = list(out)
        for event in events:
            if event[0] == mqtt.CONNECTED:
                out += self.supervisor.on_connect(now_ms, unix_ms)
            elif event[0] == mqtt.MESSAGE:
                out += self.supervisor.on_message(now_ms, unix_ms, event[1], bytes(event[2]))
            elif event[0] in (mqtt.REFUSED, mqtt.PROTOCOL_ERROR):
                self.wire.close()
        for message in out:
            self._session.publish(*message)
        data = self._session.outgoing(now_ms)
        if data:
            self.wire.send(data)
        wakes_ms = [self._session.next_wake_ms]
        if self._session.connected:
            wakes_ms.append(self.supervisor.next_wake_ms)
        wakes_ms = [wake_ms for wake_ms in wakes_ms if wake_ms is not None]
        # One millisecond on at least: a wish that cannot be met now must not stop the world.
        self._sleeper.set(max(min(wakes_ms), now_ms + 1) if wakes_ms else None)
