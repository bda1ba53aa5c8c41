"""The runtime moves bytes, keeps time and survives links; on a virtual loop with streams in memory.

Not its job: the gateway's decisions (portable/test_gateway), real sockets (tests/sim/test_live_*).
Source: ours.
"""

import asyncio

import pytest

from edge import config_loader
from edge.clock import TICKS_PERIOD_MS, MonotonicClock
from edge.drivers.profile_loader import load_profile
from edge.gateway import Gateway
from edge.runtime import Runtime
from protocols.modbus.server import ModbusServer
from protocols.modbus.tcp import TcpFraming
from tests.portable import fake_site
from tests.unit import virtual_loop


class Writer:
    """Write side of a stream in memory: the fake device answers on the reader."""

    transport = "memory"

    def __init__(self, reader, server):
        self.reader = reader
        self.server = server

    def write(self, data):
        answer = self.server.receive(0, data)
        if answer:
            # Two pieces, as a network may deliver them.
            self.reader.feed_data(answer[:5])
            self.reader.feed_data(answer[5:])

    def close(self):
        self.reader.feed_eof()

    def get_extra_info(self, _name):
        return None


class Network:
    """open_connection() for the runtime: refuses, swallows, or leads to the charger."""

    def __init__(self, bank):
        self.bank = bank
        self.behaviour = "answer"
        self.attempts_s = []

    async def open_connection(self, host, port):
        self.attempts_s.append(asyncio.get_running_loop().time())
        if self.behaviour == "refuse":
            raise ConnectionRefusedError(111, "refused")
        if self.behaviour == "swallow":
            await asyncio.sleep(1e6)
        reader = asyncio.StreamReader()
        self.writer = Writer(reader, ModbusServer(TcpFraming(), {1: self.bank}))
        return reader, self.writer


def run(script, monkeypatch, behaviour="answer"):
    """Run a gateway beside `script(runtime, network)`, which must end in a termination; (exit code, bank, network)."""
    bank = fake_site.charger_bank()
    network = Network(bank)
    network.behaviour = behaviour
    monkeypatch.setattr(asyncio, "open_connection", network.open_connection)

    async def main():
        loop = asyncio.get_running_loop()
        config, errors = config_loader.load(fake_site.document(), load_profile)
        assert not errors
        ports = fake_site.Ports()
        # Ticks begin just before the wrap of a 32-bit board.
        clock = MonotonicClock(lambda: (int(loop.time() * 1000) - 3000) % TICKS_PERIOD_MS)
        runtime = Runtime(Gateway(config, ports), clock, Files())
        task = asyncio.create_task(script(runtime, network))
        code = await runtime.run()
        await task
        return code

    return virtual_loop.run(main()), bank, network


class Files:
    """A store that takes everything."""

    def write_atomic(self, name, data):
        """Taken."""

    def append(self, name, data, is_synced=False):
        """Taken."""


def test_a_charger_is_controlled_across_the_wrap_of_the_ticks_and_given_back(monkeypatch):
    async def script(runtime, network):
        await asyncio.sleep(15)
        assert network.bank.registers[122] == 0x10000 - 6000
        runtime.terminate()

    code, bank, _ = run(script, monkeypatch)
    assert code == 0
    assert bank.registers[120] == 0 and bank.registers[122] == 0


def test_a_refused_charger_is_tried_again_with_growing_jittered_pauses(monkeypatch):
    async def script(runtime, network):
        await asyncio.sleep(60)
        network.behaviour = "answer"
        await asyncio.sleep(60)
        assert network.bank.registers[120] == 1
        runtime.terminate()

    _, _, network = run(script, monkeypatch, "refuse")
    pauses_s = [later - earlier for earlier, later in zip(network.attempts_s, network.attempts_s[1:])]
    assert pauses_s[0] < 1 and max(pauses_s) <= 31
    assert len(network.attempts_s) < 15, "no storm"


def test_an_address_that_swallows_packets_is_given_up_and_tried_again(monkeypatch):
    async def script(runtime, network):
        await asyncio.sleep(20)
        network.behaviour = "answer"
        await asyncio.sleep(40)
        assert network.bank.registers[120] == 1
        runtime.terminate()

    _, _, network = run(script, monkeypatch, "swallow")
    assert 5 <= network.attempts_s[1] - network.attempts_s[0] <= 7


def test_a_charger_that_vanishes_and_returns_is_taken_again(monkeypatch):
    async def script(runtime, network):
        await asyncio.sleep(15)
        network.behaviour = "refuse"
        network.writer.close()
        await asyncio.sleep(10)
        network.bank.registers[120] = 0
        network.behaviour = "answer"
        await asyncio.sleep(40)
        assert network.bank.registers[120] == 1
        runtime.terminate()

    assert run(script, monkeypatch)[0] == 0


def test_a_broken_invariant_ends_the_process_loudly(monkeypatch):
    async def script(runtime, network):
        await asyncio.sleep(2)
        runtime._gateway.fleet.readers[0].on_answer = None      # what no input may cause
        await asyncio.sleep(5)

    with pytest.raises(TypeError):
        run(script, monkeypatch)
