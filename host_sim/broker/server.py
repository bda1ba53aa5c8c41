"""Our broker on TCP: an asyncio server in a thread of its own, so that callers need no event loop.

Not its job: the protocol (core.py), choosing a broker (start.py).
Source: none; TCP_NODELAY is set by asyncio on every stream socket (CPython, selector_events.py).
"""

import asyncio
import threading
import time

from host_sim.broker.core import Broker

TIMER_S = 0.25
START_TIMEOUT_S = 10
# A receiver that stops reading must not make the broker hold its messages for ever.
UNSENT_MAX_BYTES = 4 * 1024 * 1024


def _now_ms():
    return time.monotonic_ns() // 1000000


class OwnBroker:
    """Listens from construction to stop(). Attributes: kind, host, port, core."""

    kind = "own"

    def __init__(self, access=None, host="127.0.0.1", port=0):
        """port: 0 takes a free one. Raises OSError when the port is taken."""
        self.core = Broker(access)
        self.host = host
        self.port = port
        self._error = None
        self._ready = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="mqtt-broker", daemon=True)
        self._thread.start()
        if not self._ready.wait(START_TIMEOUT_S):
            raise OSError("broker did not start within %d s" % START_TIMEOUT_S)
        if self._error is not None:
            raise self._error

    def stop(self):
        """Closes every connection and waits for the thread."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def _run(self):
        loop = self._loop
        links = set()
        try:
            server = loop.run_until_complete(
                loop.create_server(lambda: _Link(self.core, links), self.host, self.port))
        except OSError as error:
            self._error = error
            self._ready.set()
            loop.close()
            return
        self.port = server.sockets[0].getsockname()[1]
        self._tick()
        self._ready.set()
        loop.run_forever()
        server.close()
        for link in list(links):
            link.transport.abort()
        loop.run_until_complete(asyncio.sleep(0))  # lets the transports close their sockets
        loop.close()

    def _tick(self):
        _perform(self.core.on_time(_now_ms()))
        self._loop.call_later(TIMER_S, self._tick)


class _Link(asyncio.Protocol):
    """One client's connection; the object itself is the link the core knows."""

    def __init__(self, core, links):
        self._core = core
        self._links = links
        self.transport = None

    def connection_made(self, transport):
        self.transport = transport
        self._links.add(self)
        _perform(self._core.on_open(_now_ms(), self))

    def data_received(self, data):
        _perform(self._core.on_bytes(_now_ms(), self, data))

    def connection_lost(self, exc):
        self._links.discard(self)
        _perform(self._core.on_closed(_now_ms(), self))


def _perform(actions):
    for link, data in actions:
        if data is None:
            link.transport.close()
        elif link.transport.get_write_buffer_size() > UNSENT_MAX_BYTES:
            link.transport.abort()
        else:
            link.transport.write(data)
