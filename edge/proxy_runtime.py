"""Moves bytes between clients of a bus's proxy and the proxy.

Not its job: what they may read (proxy.py), people who ask (local_runtime.py, which opens this port beside its own).
Source: ours.
"""
import asyncio

from edge import hal

READ_BYTES = 256
# After each request of one client, so that a flood waits in the network and not in the control loop's time.
PACE_S = 0.002
# Who takes no answers is cut off before they fill the memory.
UNREAD_MAX_BYTES = 16384


class ProxyServer:
    """The port of one Proxy. `askers`: LocalRuntime's tasks, which end with the gateway."""

    def __init__(self, proxy, clock, askers):
        """proxy: Proxy; clock: MonotonicClock; askers: {name: task}."""
        self._proxy = proxy
        self._clock = clock
        self._askers = askers
        self._writers = {}
        proxy.send = self._send

    async def serve(self, reader, writer):
        """One client, until it goes."""
        name = id(writer)
        peer = writer.get_extra_info("peername")
        address = peer[0] if isinstance(peer, tuple) and isinstance(peer[0], str) else ""
        now_ms = self._clock.now_ms()
        left = self._proxy.left_for_good(now_ms)
        if left is not None:
            self._askers[left].cancel()
            self._proxy.closed(left)
        if not self._proxy.opened(now_ms, name, address):
            hal.close(writer)
            return
        self._askers[name] = asyncio.current_task()
        self._writers[name] = writer
        hal.no_delay(writer)
        try:
            while True:
                data = await reader.read(READ_BYTES)
                if not data or name not in self._writers:
                    return
                count = self._proxy.received(self._clock.now_ms(), name, data)
                if name in self._writers:
                    await writer.drain()
                await asyncio.sleep(max(count, 1) * PACE_S)
        except (OSError, asyncio.CancelledError):
            pass    # the client has gone, or the gateway ends
        finally:
            self._askers.pop(name, None)
            self._writers.pop(name, None)
            self._proxy.closed(name)
            hal.close(writer)

    def _send(self, name, data):
        writer = self._writers.get(name)
        if writer is None:
            return
        transport = getattr(writer, "transport", None)
        if transport is not None and (transport.is_closing() or transport.get_write_buffer_size() > UNREAD_MAX_BYTES):
            self._writers.pop(name)
            transport.abort()
            return
        writer.write(data)
