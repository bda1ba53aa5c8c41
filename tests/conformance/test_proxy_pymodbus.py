"""A charger that takes one client, the gateway that is it, and pymodbus reading along at the gateway's proxy.

Not its job: the proxy's rules (tests/portable/test_proxy.py).
"""

import asyncio
import socket

import pytest
from pymodbus.client import AsyncModbusTcpClient

from edge import config_loader, field_reasons, hal
from edge.clock import MonotonicClock
from edge.drivers.profile_loader import load_profile
from edge.gateway import Gateway
from edge.runtime import Runtime
from host_sim.modbus_server import ModbusPort
from host_sim.plant.devices import make_device
from tests.conformance.test_serial_line import Files, until
from tests.portable import fake_site


def free_port():
    """A port nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


async def beside(script):
    """Run `script(gateway, proxy port, charger)` beside a gateway on a charger with one client's place."""
    charger = make_device("sim-four-quadrant")
    charger.step(50, 50, (230.0, 231.0, 232.0), 50.0)
    port = ModbusPort({1: charger.bank}, client_slots=1)
    number, proxy_port = await port.start(), free_port()
    document = fake_site.document(bus=[{"name": "lan", "host": "127.0.0.1", "port": number, "proxy_port": proxy_port}])
    config, errors = config_loader.load(document, load_profile)
    assert errors == []
    gateway = Gateway(config, fake_site.Ports())
    runtime = Runtime(gateway, MonotonicClock(hal.ticks_ms), Files())
    task = asyncio.create_task(runtime.run())
    try:
        await until(lambda: gateway.fleet.readers[0].identity == 1)
        await asyncio.wait_for(script(gateway, proxy_port, charger), 20)
    finally:
        runtime.terminate()
        await asyncio.wait_for(task, 20)
        await port.stop()


async def connected(port):
    """A pymodbus client."""
    client = AsyncModbusTcpClient("127.0.0.1", port=port, timeout=3)
    assert await client.connect()
    return client


def test_others_read_what_the_gateway_reads_and_what_it_does_not():
    async def script(gateway, port, charger):
        client = await connected(port)
        live = await client.read_holding_registers(101, count=3, device_id=1)
        assert live.registers == [23000, 23100, 23200]
        # Across two blocks of the profile, as the gateway itself never asks.
        ident = await client.read_holding_registers(1, count=4, device_id=1)
        assert ident.registers == charger.bank.read(3, 1, 4)
        none = await client.read_holding_registers(900, count=2, device_id=1)
        assert none.isError() and none.exception_code == 2, "as the charger says"
        proxy = gateway.fleet.buses[0].proxy
        assert proxy.cached >= 1 and proxy.reads >= 1
        client.close()

    asyncio.run(beside(script))


def test_nobody_writes_and_nobody_reaches_other_units():
    async def script(gateway, port, charger):
        events = []
        event = gateway.event
        gateway.event = lambda now_ms, *rest: (events.append(rest), event(now_ms, *rest))
        client = await connected(port)
        before = charger.bank.read(3, 120, 4)
        for answer in (await client.write_register(122, 5, device_id=1), await client.write_registers(122, [5, 6], device_id=1)):
            assert answer.isError() and answer.exception_code == 1
        assert charger.bank.read(3, 120, 2) == before[:2]
        stranger = await client.read_holding_registers(0, count=1, device_id=9)
        assert stranger.exception_code == 0x0A
        await until(lambda: events)
        assert [row for row in events if row[0] == field_reasons.PROXY_WRITE_REFUSED] == [
            (field_reasons.PROXY_WRITE_REFUSED, "bus:lan", ["127.0.0.1", 1, 6])]
        client.close()

    asyncio.run(beside(script))


def test_several_clients_at_once_and_one_too_many():
    async def script(gateway, port, _charger):
        clients = [await connected(port) for _ in range(4)]
        answers = await asyncio.gather(*[client.read_holding_registers(0, count=6, device_id=1) for client in clients])
        assert [answer.registers[0] for answer in answers] == [0x4651] * 4
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        assert await asyncio.wait_for(reader.read(1), 5) == b"", "the fifth is shown out"
        writer.close()
        for client in clients:
            client.close()
        await until(lambda: not gateway.fleet.buses[0].proxy._framings)
        assert (await connected(port)).connected

    asyncio.run(beside(script))


def test_connections_that_were_lost_in_silence_make_room(monkeypatch):
    monkeypatch.setattr("edge.proxy.IDLE_MS", 0)

    async def script(gateway, port, _charger):
        lost = [await asyncio.open_connection("127.0.0.1", port) for _ in range(4)]
        await until(lambda: len(gateway.fleet.buses[0].proxy._framings) == 4)
        client = await connected(port)
        assert not (await client.read_holding_registers(0, count=6, device_id=1)).isError()
        assert await asyncio.wait_for(lost[0][0].read(1), 5) == b"", "the first is shown out"
        client.close()
        for _, writer in lost:
            writer.close()

    asyncio.run(beside(script))


@pytest.mark.parametrize("noise", (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", bytes(600), b"\xff" * 3000))
def test_garbage_harms_nobody(noise):
    async def script(gateway, port, _charger):
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(noise)
        client = await connected(port)
        assert not (await client.read_holding_registers(0, count=6, device_id=1)).isError()
        ticks = gateway.ticks
        await until(lambda: gateway.ticks > ticks + 5)
        writer.close()
        client.close()

    asyncio.run(beside(script))
