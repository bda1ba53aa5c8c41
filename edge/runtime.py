"""Moves bytes between sockets and the gateway, and wakes it in time. The only concurrency there is.

Not its job: any decision, people who ask (local_runtime.py). One reader task per stream: on MicroPython a time-out around
a read loses bytes, so no read is ever timed; deadlines belong to the gateway's state machines.
Source: ours; races of wait_for and read on MicroPython (issue 17351 of micropython/micropython), its asyncio/stream.py.
"""
import asyncio

from edge import hal

READ_BYTES = 2048
# What was sent last, the goodbye to the broker, gets this long to leave a board.
FLUSH_S = 0.5
# A full disk stays full for a while, and every write fails anew.
STORE_REPEAT_MS = 600000


class Runtime:
    """Runs one gateway until it asks to exit."""

    def __init__(self, gateway, clock, store, keeper=None):
        """gateway: Gateway; clock: MonotonicClock; store: FileStore; keeper: Keeper where one looks after it."""
        self.is_terminated = False      # asked to end from outside
        self.is_given_up = False        # by its keeper: a release that did not prove itself
        self._keeper = keeper
        self._gateway = gateway
        self._clock = clock
        self._store = store
        self._outlets = {}
        self._local = None      # LocalRuntime where somebody may ask
        self._wake = asyncio.Event()
        self._wake_at_ms = 0
        self._pumps = {}        # link -> its task; an event loop itself holds tasks only weakly
        self._store_told_ms = None
        self._exit_code = None
        self._fault = None
        self._is_over = False
        self._links = {}
        for link in gateway.links():
            self._links[link[0]] = link

    async def run(self):
        """Run; returns the exit code."""
        hal.on_terminate(self.terminate)
        await self._listen()
        try:
            while self._exit_code is None and self._fault is None:
                await self._turn()
        finally:
            await self._tear_down()
        if self._fault is not None:
            raise self._fault
        return self._exit_code

    def terminate(self):
        """Begin the clean stop."""
        self.is_terminated = True
        if self._keeper is not None:
            self._keeper.stopping()
        self._perform(self._gateway.stop(self._clock.now_ms()))
        self._wake.set()

    async def _turn(self):
        """Let the gateway work, then sleep until it is due or something happened."""
        if self._local is not None:
            self._local.on_time(self._clock.now_ms())
        self._perform(self._gateway.on_time(self._clock.now_ms()))
        if self._keeper is not None and self._keeper.on_turn(self._clock.now_ms()):
            self.is_given_up = True
            self._perform(self._gateway.stop(self._clock.now_ms()))
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

    async def _listen(self):
        """Open the ports of command line and page, where there are any."""
        config = self._gateway.config
        if config.local.query_port or config.page is not None or [bus for bus in config.buses if bus.proxy_port]:
            from edge.local_runtime import LocalRuntime

            self._local = LocalRuntime(self._gateway, self._clock, self._perform)
            await self._local.listen()

    async def _tear_down(self):
        """End every task: on MicroPython they would live on in the loop of the next gateway."""
        self._is_over = True
        for outlet in self._outlets.values():
            await outlet.flush()
        tasks = list(self._pumps.values()) + ([] if self._local is None else self._local.close())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*[task for task in tasks if not task.done()], return_exceptions=True)
        if self._local is not None:
            await self._local.wait_closed()

    # -- actions -----------------------------------------------------------------------------------------

    def _perform(self, actions):
        for action in actions:
            getattr(self, "_do_" + action[0])(*action[1:])

    def _do_connect(self, link):
        self._pumps[link] = asyncio.create_task(self._pump(link))

    def _do_send(self, link, data):
        outlet = self._outlets.get(link)
        if outlet is not None:
            outlet.send(data)

    def _do_close(self, link):
        pump = self._pumps[link]
        if pump is not asyncio.current_task():
            pump.cancel()
        elif link in self._outlets:
            self._outlets[link].is_given_up = True      # a task can't cancel itself on MicroPython

    def _do_store(self, name, data):
        try:
            self._store.write_atomic(name, data)
        except OSError as error:
            self._store_failed(name, error)

    def _do_append(self, name, data, is_synced):
        try:
            self._store.append(name, data, is_synced)
        except OSError as error:
            self._store_failed(name, error)

    def _store_failed(self, name, error):
        now_ms = self._clock.now_ms()
        is_news = self._store_told_ms is None or now_ms - self._store_told_ms >= STORE_REPEAT_MS
        if is_news:
            self._store_told_ms = now_ms
        self._gateway.on_store_failed(now_ms, name, str(error), is_news)

    def _do_reply(self, query_id, answer):
        self._local.reply(query_id, answer)

    def _do_exit(self, code):
        self._exit_code = code
        self._wake.set()

    # -- links -------------------------------------------------------------------------------------------

    async def _pump(self, link):
        """Keep one link until it is lost; however that happens, the gateway hears of it."""
        try:
            try:
                reason = await self._feed(link)
            except asyncio.CancelledError:
                reason = "given up" if link in self._outlets else "no connection in time"
            outlet = self._outlets.pop(link, None)
            if outlet is not None:
                outlet.close()
            if not self._is_over:
                self._react(self._gateway.on_closed(self._clock.now_ms(), link, reason))
        except Exception as error:
            # A broken invariant: the process ends loudly, the device reverts by itself, the service manager restarts.
            self._fault = error
            self._wake.set()

    async def _feed(self, link):
        """Open one link and hand its bytes to the gateway; returns why that ended."""
        _, kind, host, port, tls = self._links[link]
        try:
            reader, writer = _open_serial(host, port) if kind == "serial" else await self._open(host, port, tls)
        except (OSError, ValueError) as error:
            return str(error) or "connection failed"
        outlet = self._outlets[link] = Outlet(writer)
        self._react(self._gateway.on_open(self._clock.now_ms(), link))
        while not outlet.is_given_up:
            data = await _read(reader)
            if not data:
                return getattr(reader, "why", "closed by peer")
            self._react(self._gateway.on_bytes(self._clock.now_ms(), link, data))
            if len(data) == READ_BYTES:
                await asyncio.sleep(0)      # more waits, and to read it takes no turn: a flood would keep the tick waiting
        return "given up"

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


class Outlet:
    """The write side of one stream; sends in order.

    CPython's write() has sent already. MicroPython's only queues until drained, and what is written during a drain is
    lost at its end: there, one task at a time writes and drains what waits here.
    """

    def __init__(self, writer):
        """writer: of asyncio, either runtime's."""
        self.is_given_up = False
        self._writer = writer
        self._is_direct = hasattr(writer, "transport")
        self._waiting = []
        self._drain = None

    def send(self, data):
        """Send bytes after all that was sent before; a lost connection is for the reader to notice."""
        if self._is_direct:
            self._writer.write(data)
            return
        self._waiting.append(data)
        if self._drain is None:
            self._drain = asyncio.create_task(self._write())

    async def flush(self):
        """Wait until everything has left, FLUSH_S at most."""
        if self._drain is not None:
            try:
                await asyncio.wait_for(self._drain, FLUSH_S)
            except (asyncio.TimeoutError, asyncio.CancelledError):
                pass    # a peer that takes nothing; that it was given up meanwhile

    def close(self):
        """Close the stream; what still waits is dropped."""
        if self._drain is not None:
            self._drain.cancel()    # first: a closed socket must not be waited for
        hal.close(self._writer)

    async def _write(self):
        try:
            while self._waiting:
                self._writer.write(self._waiting.pop(0))
                await self._writer.drain()
        except OSError:
            self._waiting = []      # the reader task sees the loss and reports it
        self._drain = None


def _open_serial(device, settings):
    """(read side, write side) of a port of this machine; see hal_serial.open_line."""
    if hal.IS_BOARD:
        from edge import hal_uart as machine    # most sites have none
    else:
        from edge import hal_serial as machine
    line = machine.open_line(device, settings)
    return line, line


async def _read(reader):
    """The next bytes, b"" when the link is lost in whatever way."""
    try:
        return await reader.read(READ_BYTES)
    except OSError as error:
        reader.why = str(error) or "connection lost"    # what a broker has against a certificate comes only now
        return b""
