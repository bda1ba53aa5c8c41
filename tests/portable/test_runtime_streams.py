"""The runtime on streams that behave as MicroPython's: what is sent arrives, what is closed is closed, nothing lives on.

Not its job: the gateway (test_gateway), CPython's streams (unit/test_runtime), real sockets.
Source: ours.
"""

import asyncio
import json

from edge import hal
from edge.clock import MonotonicClock
from edge.field_reasons import LOCAL_REFUSED
from edge.local_runtime import LocalRuntime
from edge.runtime import STORE_REPEAT_MS, Runtime
from tests.portable import fake_site, micro_streams


class Local:
    """Section local of a configuration."""

    query_port = None


class Config:
    """What the runtime reads of a configuration."""

    local = Local
    page = None
    buses = ()


class Scripted:
    """A gateway that does what the test says; told: what it heard, in order."""

    config = Config

    def __init__(self):
        self.next_wake_ms = 0
        self.to_do = [("connect", "lan")]
        self.on_bytes_do = []
        self.told = []
        self.now_ms = 0
        self.ports = fake_site.Ports()

    def event(self, now_ms, code, subject, values):
        self.told.append((code, values))

    def links(self):
        return [("lan", "modbus", "a", 502, None)]

    def on_time(self, now_ms):
        self.now_ms, self.next_wake_ms = now_ms, now_ms + 5
        actions, self.to_do = self.to_do, []
        return actions

    def on_open(self, now_ms, link):
        self.told.append("open")
        return []

    def on_bytes(self, now_ms, link, data):
        self.told.append(bytes(data))
        return self.on_bytes_do

    def on_closed(self, now_ms, link, reason):
        self.told.append(reason)
        return []

    def on_query(self, now_ms, query_id, request):
        return [("reply", query_id, {"asked": request})]

    def on_store_failed(self, now_ms, name, why, is_news):
        self.told.append((name, is_news))

    def stop(self, now_ms):
        return [("exit", 0)]


class FullDisk:
    """A store that takes nothing."""

    def write_atomic(self, name, data):
        raise OSError(28)

    def append(self, name, data, is_synced=False):
        raise OSError(28)


def start():
    """(gateway, runtime)."""
    gateway = Scripted()
    return gateway, Runtime(gateway, MonotonicClock(hal.ticks_ms), FullDisk())


def play(script):
    """script(gateway, runtime, network) beside a running gateway that is up; then the gateway ends."""
    async def main(network):
        gateway, runtime = start()
        task = asyncio.create_task(runtime.run())
        await micro_streams.until(lambda: gateway.told == ["open"])
        await script(gateway, runtime, network)
        runtime.terminate()
        assert await task == 0

    micro_streams.run(main)


def test_what_is_sent_while_a_drain_is_under_way_arrives_whole_and_in_order():
    async def script(gateway, runtime, network):
        socket = network.sockets[0]
        socket.is_full = True
        gateway.to_do = [("send", "lan", b"a" * 100), ("send", "lan", b"b" * 40)]
        await micro_streams.until(lambda: not gateway.to_do)
        gateway.to_do = [("send", "lan", b"c" * 30)]
        await micro_streams.until(lambda: not gateway.to_do)
        socket.is_full = False
        await micro_streams.until(lambda: len(socket.sent) == 170)
        assert socket.sent == b"a" * 100 + b"b" * 40 + b"c" * 30
        gateway.to_do = [("send", "lan", b"d")]
        await micro_streams.until(lambda: socket.sent.endswith(b"d"))

    play(script)


def test_a_link_given_up_is_closed_at_the_socket_and_told_once():
    async def script(gateway, runtime, network):
        network.sockets[0].is_full = True
        gateway.to_do = [("send", "lan", b"never taken"), ("close", "lan")]
        await micro_streams.until(lambda: len(gateway.told) > 1)
        assert network.sockets[0].is_closed and gateway.told == ["open", "given up"]
        gateway.to_do = [("send", "lan", b"late"), ("connect", "lan")]
        await micro_streams.until(lambda: gateway.told[-1] == "open")
        assert not network.sockets[1].is_closed and network.sockets[0].sent == b""

    play(script)


def test_a_link_can_be_given_up_on_what_it_says():
    async def script(gateway, runtime, network):
        gateway.on_bytes_do = [("close", "lan")]
        network.sockets[0].incoming = b"nonsense"
        await micro_streams.until(lambda: len(gateway.told) > 2)
        assert network.sockets[0].is_closed and gateway.told == ["open", b"nonsense", "given up"]

    play(script)


def test_a_peer_that_closes_is_told_and_its_socket_closed():
    async def script(gateway, runtime, network):
        network.sockets[0].incoming = None
        await micro_streams.until(lambda: gateway.told[-1] == "closed by peer")
        assert network.sockets[0].is_closed

    play(script)


def test_an_attempt_that_takes_too_long_is_given_up():
    async def main(network):
        network.is_silent = True
        gateway, runtime = start()
        task = asyncio.create_task(runtime.run())
        await micro_streams.until(lambda: not gateway.to_do)
        gateway.to_do = [("close", "lan")]
        await micro_streams.until(lambda: gateway.told)
        assert gateway.told == ["no connection in time"] and network.sockets == []
        runtime.terminate()
        await task

    micro_streams.run(main)


def test_the_last_words_leave_and_nothing_lives_on_in_the_loop():
    async def main(network):
        gateway, runtime = start()
        task = asyncio.create_task(runtime.run())
        await micro_streams.until(lambda: gateway.told == ["open"])
        gateway.to_do = [("send", "lan", b"goodbye, and more than one write takes"), ("exit", 75)]
        assert await task == 75 and not runtime.is_terminated
        assert network.sockets[0].sent == b"goodbye, and more than one write takes"
        assert network.sockets[0].is_closed
        # The next gateway starts in the same loop; the old one hears nothing any more.
        network.sockets[0].incoming = b"late"
        following, again = start()
        task = asyncio.create_task(again.run())
        await micro_streams.until(lambda: following.told == ["open"])
        assert gateway.told == ["open"]
        again.terminate()
        await task

    micro_streams.run(main)


def test_a_full_disk_is_told_and_control_goes_on():
    async def script(gateway, runtime, network):
        gateway.to_do = [("store", "config", b"1"), ("append", "journal-0", b"2", False)]
        await micro_streams.until(lambda: len(gateway.told) > 2)
        assert gateway.told[1:] == [("config", True), ("journal-0", False)]
        runtime._store_told_ms -= STORE_REPEAT_MS
        gateway.to_do = [("append", "journal-0", b"2", False)]
        await micro_streams.until(lambda: len(gateway.told) > 3)
        assert gateway.told[3] == ("journal-0", True)

    play(script)


def test_a_question_is_answered_and_nonsense_too():
    async def script(gateway, runtime, network):
        local = runtime._local = LocalRuntime(gateway, runtime._clock, runtime._perform)
        for line, key in ((b'{"ask":"why"}\nrest', "asked"), (b"[" * 4000 + b"\n", "error"), (b"[" * 9000, "error"),
                          (b"nonsense\n", "error"), (b"\xff\n", "error")):
            socket = micro_streams.Socket()
            socket.incoming = line
            stream = micro_streams.Stream(socket)
            await local.serve_query(stream, stream)
            assert key in json.loads(socket.sent), line[:20]
            assert socket.is_closed
        told = [told for told in gateway.told if isinstance(told, tuple)]
        assert told == [(LOCAL_REFUSED, [1, "local", "query port: no JSON"])], "one for all"
        silent = micro_streams.Stream(micro_streams.Socket())
        asyncio.create_task(local.serve_query(silent, silent))
        await micro_streams.until(lambda: local.askers)

    play(script)
