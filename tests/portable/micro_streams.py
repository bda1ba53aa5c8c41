"""Streams in memory that behave as MicroPython's do, and a loop for both runtimes: the runtime's bench.

Not its job: devices (fake_site.py), a virtual clock; tests here take milliseconds of real time.
Source: asyncio/stream.py and the asyncio of the WebAssembly port, MicroPython 1.29: close() does nothing, wait_closed()
closes; drain() forgets what was written meanwhile; get_extra_info() of an unknown name is a KeyError.
"""

import asyncio


class Socket:
    """What lies under a stream. incoming: bytes to be read, None once the peer has closed."""

    def __init__(self):
        self.sent = b""
        self.incoming = b""
        self.is_closed = False
        self.is_full = False

    def write(self, data):
        """Takes 16 bytes at a time, none while full; OSError when closed."""
        if self.is_closed:
            raise OSError(9)
        if self.is_full:
            return None
        self.sent += bytes(data[:16])
        return len(data[:16])

    def close(self):
        """Close it."""
        self.is_closed = True


class Stream:
    """Reader and writer in one."""

    def __init__(self, socket):
        self.s = socket
        self.e = {}
        self.out_buf = b""

    def get_extra_info(self, name):
        """KeyError, as there."""
        return self.e[name]

    def close(self):
        """Does nothing, as there."""

    async def read(self, count):
        """Up to count bytes, b"" at the end."""
        while self.s.incoming == b"":
            await asyncio.sleep(0)
        if self.s.incoming is None:
            return b""
        data, self.s.incoming = self.s.incoming[:count], self.s.incoming[count:]
        return data

    def write(self, data):
        """Sends what goes, keeps the rest."""
        if not self.out_buf:
            data = data[self.s.write(data) or 0:]
        self.out_buf += data

    async def drain(self):
        """Sends what was kept when it began; what came since is lost."""
        waiting = self.out_buf
        if not waiting:
            await asyncio.sleep(0)
        while waiting:
            await asyncio.sleep(0)
            waiting = waiting[self.s.write(waiting) or 0:]
        self.out_buf = b""


class Network:
    """asyncio.open_connection for the time of a test."""

    def __init__(self):
        self.sockets = []
        self.is_silent = False

    async def open(self, host, port):
        """A new stream; never while silent."""
        while self.is_silent:
            await asyncio.sleep(0)
        self.sockets.append(Socket())
        stream = Stream(self.sockets[-1])
        return stream, stream


def run(make):
    """Runs the coroutine of make(network) to its end on either runtime."""
    network = Network()
    genuine = getattr(asyncio, "open_connection", None)
    asyncio.open_connection = network.open
    try:
        if hasattr(asyncio, "run"):
            asyncio.run(make(network))
        else:
            _turn_by_hand(make(network))
    finally:
        asyncio.open_connection = genuine


def _turn_by_hand(coroutine):
    """The WebAssembly build leaves the loop to JavaScript, which can't run while a test does."""
    failures = []

    async def guarded():
        try:
            await coroutine
        except Exception as error:
            failures.append(error)

    task = asyncio.create_task(guarded())
    while not task.done():
        asyncio.core._run_iter()
    # Its timer would wake this interpreter when a newer one has taken its place.
    if asyncio.core.asyncio_timer is not None:
        asyncio.core.js.clearTimeout(asyncio.core.asyncio_timer)
    if failures:
        raise failures[0]


def until(condition):
    """Awaitable: something that is sure to happen; AssertionError after 20 s."""
    async def wait():
        for _ in range(2000):
            if condition():
                return
            await asyncio.sleep(0.01)
        raise AssertionError("it did not happen")

    return wait()
