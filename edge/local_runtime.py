"""Moves bytes between people on this machine or site and the gateway: the line of the command `v2g`, and the page.

Not its job: links of the gateway (runtime.py), answers (queries.py), HTTP and its bounds (web). The runtime imports it
where a port is configured.
Source: ours.
"""
import asyncio
import json

from edge import hal, local_watch
from protocols import strict_json

READ_BYTES = 2048
QUERY_BYTES_MAX = 4096
QUERIES_MAX = 8
QUERY_MS = 5000     # for a whole line
CLOSE_S = 0.5


class LocalRuntime:
    """The servers of one gateway, and everybody who asks."""

    def __init__(self, gateway, clock, perform):
        """gateway: Gateway; clock: MonotonicClock; perform: takes the actions the gateway answers with."""
        self.askers = {}    # name -> its task; an event loop itself holds tasks only weakly
        self._gateway = gateway
        self._clock = clock
        self._perform = perform
        self._replies = {}
        self._servers = []
        self._page = None
        self._queries = {}  # name -> until when its line has to be there, ms
        self._watch = local_watch.LocalWatch(gateway)

    async def listen(self):
        """Open what is configured; a taken port must not keep a charger uncontrolled."""
        config = self._gateway.config
        wanted = [("local.query_port", "127.0.0.1", config.local.query_port, self.serve_query)]
        page = config.page
        if page is not None and page.enabled:
            from edge.web.server import PageServer      # most sites have none

            self._page = PageServer(config, hal.entropy)
            wanted.append(("page.port", page.address, page.port, self._serve_page))
        wanted += self._proxies()
        for name, address, port, serve in wanted:
            try:
                if port:
                    self._servers.append(await asyncio.start_server(serve, address, port))
            except OSError as error:
                hal.log("%s %d can't be used, nobody can ask this gateway there: %s" % (name, port, error))

    def _proxies(self):
        found = []
        for bus in self._gateway.fleet.buses:
            proxy = getattr(bus, "proxy", None)
            if proxy is not None:
                from edge.proxy_runtime import ProxyServer      # most sites have none

                server = ProxyServer(proxy, self._clock, self.askers)
                found.append(("bus.proxy_port", proxy.address, proxy.port, server.serve))
        return found

    def on_time(self, now_ms):
        """End the connections whose time is over."""
        late = [name for name, until_ms in self._queries.items() if now_ms >= until_ms]
        for name in late + (self._page.late(now_ms) if self._page is not None else []):
            self.askers[name].cancel()
        self._tell(now_ms)

    def _tell(self, now_ms):
        if self._page is not None:
            notes, self._page.notes = self._page.notes, []
            for note in notes:
                self._watch.note(now_ms, *note)

    def reply(self, name, answer):
        """An answer of the gateway."""
        self._replies[name] = answer

    def close(self):
        """Take nobody any more; returns the tasks of those who are there."""
        for server in self._servers:
            server.close()
        return list(self.askers.values())

    async def wait_closed(self):
        """Wait until the servers have gone, CLOSE_S at most."""
        for server in self._servers:
            try:
                await asyncio.wait_for(server.wait_closed(), CLOSE_S)
            except asyncio.TimeoutError:
                pass    # an asker that does not go

    def _ask(self, name, request):
        self._perform(self._gateway.on_query(self._clock.now_ms(), name, request))
        return self._replies.pop(name, {"error": "no answer"})

    # -- command line ------------------------------------------------------------------------------------

    async def serve_query(self, reader, writer):
        """One JSON line in, one JSON line out."""
        name, now_ms = id(writer), self._clock.now_ms()
        if len(self._queries) >= QUERIES_MAX:
            self._watch.note(now_ms, local_watch.REFUSED, "local", "query port: too many connections")
            hal.close(writer)
            return
        self.askers[name] = asyncio.current_task()
        self._queries[name] = now_ms + QUERY_MS
        try:
            answer = self._answer(name, await _read_line(reader))
            writer.write(json.dumps(answer).encode() + b"\n")
            await writer.drain()
        except (OSError, asyncio.CancelledError):
            pass    # the asker has gone, or had its time
        finally:
            self.askers.pop(name)
            self._queries.pop(name)
            hal.close(writer)

    def _answer(self, name, line):
        # Strict, as from anywhere else: half a surrogate pair in a wish would break every picture that shows it.
        request, error = strict_json.decode(line)
        if error is not None:
            # A browser that was sent here by a website says POST, which is no JSON: nothing of it is taken.
            self._watch.note(self._clock.now_ms(), local_watch.REFUSED, "local", "query port: no JSON")
            return {"error": "bad query: %s at %s" % (error[0], error[2])}
        return self._ask(name, request)

    # -- page --------------------------------------------------------------------------------------------

    async def _serve_page(self, reader, writer):
        """One request in, one response out; who takes too long is cancelled by on_time."""
        name = id(writer)
        peer = writer.get_extra_info("peername")
        # A board's ports may know nothing of it: then all are one.
        address = peer[0] if isinstance(peer, tuple) and isinstance(peer[0], str) else ""
        if not self._page.opened(self._clock.now_ms(), name, address):
            self._tell(self._clock.now_ms())
            hal.close(writer)
            return
        self.askers[name] = asyncio.current_task()
        try:
            answer = None
            while answer is None:
                data = await reader.read(READ_BYTES)
                if not data:
                    return
                answer, wait_ms = self._page.received(self._clock.now_ms(), name, data, lambda request: self._ask(name, request))
            await asyncio.sleep(wait_ms / 1000)
            writer.write(answer)
            await writer.drain()
        except (OSError, asyncio.CancelledError):
            pass    # the asker has gone, or had its time
        finally:
            self.askers.pop(name)
            self._page.closed(name)
            self._tell(self._clock.now_ms())
            hal.close(writer)


async def _read_line(reader):
    """The first line that comes, cut to QUERY_BYTES_MAX; readline() has no bound on MicroPython."""
    line = b""
    while b"\n" not in line and len(line) < QUERY_BYTES_MAX:
        piece = await reader.read(QUERY_BYTES_MAX - len(line))
        if not piece:
            break
        line += piece
    return line.split(b"\n")[0]
