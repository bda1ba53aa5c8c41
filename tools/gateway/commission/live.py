"""A Bench on the real site: the gateway runs on an event loop of its own, and time passes only while a test waits.

Not its job: tests (steps.py), the gateway's own way of moving bytes (edge/runtime.py, used as it is).
Source: ours. The gateway's store is memory: nothing of the commissioning's wishes outlives it.
"""

import asyncio
import contextlib
import signal

from edge import hal
from edge.clock import MonotonicClock
from edge.gateway import Gateway
from edge.main import Ports
from edge.runtime import Runtime
from tools.gateway.commission.bench import Aborted, Bench

SLICE_S = 0.1
FINISH_PATIENCE_S = 15      # the gateway's own clean stop takes ten seconds at most


class MemoryStore:
    """A store port, as edge/hal.py has it, that forgets everything at the end."""

    def __init__(self):
        self._files = {}

    def read(self, name, start=0, count=-1):
        """The content or a part of it, None where there is none."""
        data = self._files.get(name)
        return data if data is None else data[start:] if count < 0 else data[start:start + count]

    def names(self, beginning):
        """Of the files whose name begins so."""
        return [name for name in self._files if name.startswith(beginning)]

    def write_atomic(self, name, data):
        """Replace the content."""
        self._files[name] = bytes(data)

    def append(self, name, data, is_synced=False):
        """The journal of a commissioning is kept by nobody."""

    def remove(self, name):
        """Forget a file."""
        self._files.pop(name, None)

    def free_bytes(self):
        """Nobody knows."""
        return None


class LiveBench(Bench):
    """The gateway of a prepared document (document.py) on this machine's sockets."""

    def __init__(self, config, folder):
        """config: Config of the prepared document; folder: for the ports' file store, which is not written."""
        super().__init__(config)
        self.lines = []             # of the gateway's log
        ports = Ports(folder)
        ports.store, ports.log = MemoryStore(), self.lines.append
        self._ports = ports
        self.gateway = Gateway(config, ports)
        self._clock = MonotonicClock(hal.ticks_ms)
        self._runtime = Runtime(self.gateway, self._clock, ports.store)
        self._loop = asyncio.new_event_loop()
        self._task = None
        self._is_interrupted = False

    def start(self):
        """Connect to the devices."""
        asyncio.set_event_loop(self._loop)
        self._task = self._loop.create_task(self._runtime.run())
        self._loop.run_until_complete(asyncio.sleep(SLICE_S))
        # Instead of the runtime's own: a test that is broken off first says so and rests.
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):      # the last one: the installer's ssh broke
            self._loop.add_signal_handler(number, self._interrupt)

    def now_ms(self):
        """Monotonic time of the gateway."""
        return self._clock.now_ms()

    def unix_ms(self):
        """Wall time."""
        return self._ports.clock.unix_ms()

    def wait(self, duration_s):
        """Let the gateway work; Aborted when somebody pressed Ctrl-C or the gateway ended."""
        end_s = self._loop.time() + duration_s
        while True:
            left_s = end_s - self._loop.time()
            self._loop.run_until_complete(asyncio.sleep(max(min(left_s, SLICE_S), 0)))
            if self._is_interrupted:
                raise Aborted("by hand")
            if self._task.done():
                raise Aborted("the gateway ended: %s" % (self._task.exception() or "exit"))
            if left_s <= SLICE_S:
                return

    def request(self, request):
        """Answer of the gateway to a wish or a question."""
        answers = []
        actions = self.gateway.on_query(self.now_ms(), "commission", request)
        for action in actions:
            if action[0] == "reply":
                answers.append(action[2])
        self._runtime._perform([action for action in actions if action[0] != "reply"])
        return answers[0] if answers else {"error": "no answer"}

    def finish(self):
        """The clean stop: ramp down, give every charger back, close; then the loop."""
        if self._task is None:
            return
        if not self._task.done():
            self._runtime.terminate()
        self._loop.run_until_complete(asyncio.wait([self._task], timeout=FINISH_PATIENCE_S))
        if not self._task.done():
            self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError, Exception):
            self._loop.run_until_complete(self._task)
        self._task = None
        self._loop.close()
        asyncio.set_event_loop(None)

    def _interrupt(self):
        self._is_interrupted = True
