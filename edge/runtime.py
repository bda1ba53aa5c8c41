"""Moves bytes between sockets and the gateway, and wakes it in time. The only concurrency there is.

Not its job: any decision. One reader task per stream: on MicroPython a time-out around a read loses bytes, so
no read is ever timed; deadlines belong to the gateway's state machines.
Source: ours; races of wait_for and read on MicroPython (issue 17351 of micropython/micropython).
"""
import asyncio
import json

from edge import hal

READ_BYTES = 2048
QUERY_BYTES_MAX = 4096


class Runtime:
    """Runs one gateway until it asks to exit."""

    def __init__(self, gateway, clock, store):
        """gateway: Gateway; clock: MonotonicClock; store: FileStore."""
        self._gateway = gateway
        self._clock = clock
        self._store = store
        self._writers = {}
        self._queries = {}
        self._wake = asyncio.Event()
        self._wake_at_ms = 0
        self._pumps = {}        # link -> its task; an event loop itself holds tasks only weakly
        self._drains = []
        self._exit_code = None
        self._fault = None
        self._links = {}
        for link in gateway.links():
            self._links[link[0]] = link

    async def run(self):
        """Run; returns the exit code."""
        hal.on_terminate(self.terminate)
        server = None
        query_port = self._gateway.config.local.query_port
        if query_port:
            server = await asyncio.start_server(self._serve_query, "127.0.0.1", query_port)
        while self._exit_code is None and self._fault is None:
            now_ms = self._clock.now_ms()
            self._perform(self._gateway.on_time(now_ms))
            self._wake_at_ms = self._gateway.next_wake_ms
            wait_ms = self._wake_at_ms - self._clock.now_ms()
            self._wake.clear()
            if wait_ms > 0 and self._exit_code is None:
                try:
                    await asyncio.wait_for(self._wake.wait(), wait_ms / 1000)
                except asyncio.TimeoutError:
                    pass    # the usual case: it is time
            else:
                await asyncio.sleep(0)
        if server is not None:
            server.close()
        for writer in self._writers.values():
            writer.close()
        if self._fault is not None:
            raise self._fault
        return self._exit_code

    def terminate(self):
        """Begin the clean stop."""
        self._perform(self._gateway.stop(self._clock.now_ms()))
        self._wake.set()

    def _perform(self, actions):
        for action in actions:
            getattr(self, "_do_" + action[0])(*action[1:])

    def _do_connect(self, link):
        self._pumps[link] = asyncio.create_task(self._pump(link))

    def _do_send(self, link, data):
        writer = self._writers.get(link)
        if writer is not None:
            writer.write(data)
            # CPython's write has sent already; MicroPython's only queues until drained.
            if not hasattr(writer, "transport"):
                self._drains = [task for task in self._drains if not task.done()]
                self._drains.append(asyncio.create_task(self._drain(writer)))

    def _do_close(self, link):
        writer = self._writers.get(link)
        if writer is not None:
            writer.close()
        else:
            self._pumps[link].cancel()      # still connecting

    def _do_store(self, name, data):
        self._store.write_atomic(name, data)

    def _do_append(self, name, data):
        self._store.append(name, data)

    def _do_reply(self, query_id, answer):
        self._queries[query_id] = answer

    def _do_exit(self, code):
        self._exit_code = code
        self._wake.set()

    async def _drain(self, writer):
        try:
            await writer.drain()
        except OSError:
            pass    # the reader task sees the loss and reports it

    async def _pump(self, link):
        try:
            await self._feed(link)
        except asyncio.CancelledError:
            if self._exit_code is None:     # else the whole loop is being torn down
                self._react(self._gateway.on_closed(self._clock.now_ms(), link, "no connection in time"))
        except Exception as error:
            # A broken invariant: the process ends loudly, the device reverts by itself, the service manager restarts.
            self._fault = error
            self._wake.set()

    async def _feed(self, link):
        """Open one link and hand its bytes to the gateway until it is lost."""
        _, _, host, port, tls = self._links[link]
        reason = "closed by peer"
        writer = None
        try:
            reader, writer = await self._open(host, port, tls)
        except (OSError, ValueError) as error:
            reason = str(error) or "connection failed"
        if writer is not None:
            self._writers[link] = writer
            self._react(self._gateway.on_open(self._clock.now_ms(), link))
            while True:
                data = await _read(reader)
                if not data:
                    break
                self._react(self._gateway.on_bytes(self._clock.now_ms(), link, data))
            self._writers.pop(link).close()
        self._react(self._gateway.on_closed(self._clock.now_ms(), link, reason))

    async def _open(self, host, port, tls):
        if tls:
            reader, writer = await asyncio.open_connection(host, port, ssl=hal.tls_context(*tls), server_hostname=host)
        else:
            reader, writer = await asyncio.open_connection(host, port)
        hal.no_delay(writer)
        return reader, writer

    def _react(self, actions):
        self._perform(actions)
        if self._gateway.next_wake_ms < self._wake_at_ms:
            self._wake.set()

    async def _serve_query(self, reader, writer):
        """One JSON line in, one JSON line out."""
        try:
            line = await reader.readline()
            request = json.loads(line[:QUERY_BYTES_MAX])
            query_id = id(writer)
            self._perform(self._gateway.on_query(self._clock.now_ms(), query_id, request))
            answer = self._queries.pop(query_id, {"error": "no answer"})
        except (OSError, ValueError) as error:
            answer = {"error": "bad query: %s" % error}
        try:
            writer.write(json.dumps(answer).encode() + b"\n")
            await writer.drain()
        except OSError:
            pass    # the asker has gone
        writer.close()


async def _read(reader):
    """The next bytes, b"" when the link is lost in whatever way."""
    try:
        return await reader.read(READ_BYTES)
    except OSError:
        return b""
