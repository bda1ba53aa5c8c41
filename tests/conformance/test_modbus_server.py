"""The device server under pymodbus' client: functions, silence, faults, framing and socket options.

Not its job: what the devices do (test_emulate_profiles, unit/test_plant_devices).
Source: Modbus application protocol 1.1b3; pymodbus' client is the independent peer.
"""

import asyncio
import socket
import subprocess
import sys

import pytest
from pymodbus.client import AsyncModbusTcpClient
from pymodbus.exceptions import ModbusIOException
from pymodbus.framer import FramerType

from host_sim.faults import GARBLED, LATE, PARTIAL, SILENT, FaultyBank, LinkFaults
from host_sim.modbus_server import ModbusPort, start_all
from host_sim.plant.devices import make_device

UNIT = 1


def charger_bank():
    device = make_device("sim-four-quadrant")
    device.step(20, 20, (230.0, 230.0, 230.0), 50.0)
    return device.bank


def served(test, units, *, client=None, **options):
    """Runs `await test(client, port)` against a port that serves `units`."""
    async def run():
        port = ModbusPort(units, **options)
        number = await port.start()
        framer = {"tcp": FramerType.SOCKET, "rtu_over_tcp": FramerType.RTU}[options.get("framing", "tcp")]
        # Short only where silence is what the test waits for.
        peer = AsyncModbusTcpClient("127.0.0.1", port=number, framer=framer, retries=0, **(client or {"timeout": 20}))
        try:
            assert await peer.connect()
            return await test(peer, port)
        finally:
            peer.close()
            await port.stop()
    return asyncio.run(run())


@pytest.mark.parametrize("framing", ("tcp", "rtu_over_tcp"))
def test_every_function_a_device_offers(framing):
    async def test(peer, _):
        live = await peer.read_holding_registers(100, count=25, device_id=UNIT)
        assert live.registers[1:4] == [23000] * 3
        assert not (await peer.write_registers(120, [1, 5], device_id=UNIT)).isError()
        one = await peer.write_register(122, 1500, device_id=UNIT)
        assert one.registers == [1500]
        both = await peer.readwrite_registers(read_address=120, read_count=4, write_address=122, values=[700, 80],
                                              device_id=UNIT)
        assert both.registers == [1, 5, 700, 80]
        assert bank.get("p_set_w") == 700 and bank.get("q_set_var") == 80
    bank = charger_bank()
    served(test, {UNIT: bank}, framing=framing)


def test_refusals_carry_the_right_exception_code():
    async def test(peer, _):
        for request, code in (
            (peer.read_coils(100, count=1, device_id=UNIT), 1),
            (peer.mask_write_register(address=122, device_id=UNIT), 1),
            (peer.read_holding_registers(50, count=1, device_id=UNIT), 2),
            (peer.read_holding_registers(60000, count=1, device_id=UNIT), 2),
            (peer.read_input_registers(100, count=1, device_id=UNIT), 2),
            (peer.write_register(100, 1, device_id=UNIT), 2),
            (peer.write_register(120, 7, device_id=UNIT), 3),
            (peer.write_register(122, 1000, device_id=UNIT), 4),
        ):
            answer = await request
            assert answer.isError() and answer.exception_code == code
    served(test, {UNIT: charger_bank()})


@pytest.mark.parametrize("framing", ("tcp", "rtu_over_tcp"))
def test_several_units_share_a_port_and_a_foreign_unit_stays_silent(framing):
    async def test(peer, _):
        assert (await peer.read_input_registers(0, count=1, device_id=7)).registers == [0x5056]
        with pytest.raises(ModbusIOException):
            await peer.read_input_registers(0, count=1, device_id=9)
        assert (await peer.read_holding_registers(0, count=1, device_id=UNIT)).registers == [0x4651]
    units = {UNIT: charger_bank(), 7: make_device("sim-pv").bank}
    served(test, units, framing=framing, client={"timeout": 2})


def test_accepted_sockets_do_not_wait_for_acknowledgements():
    async def test(peer, port):
        await peer.read_holding_registers(0, count=1, device_id=UNIT)
        (connection,) = port.connections
        taken = connection.transport.get_extra_info("socket")
        assert taken.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) == 1
    served(test, {UNIT: charger_bank()})


def test_a_client_beyond_the_slots_is_turned_away_and_a_free_slot_is_taken_again():
    async def test(peer, port):
        await peer.read_holding_registers(0, count=1, device_id=UNIT)
        reader, writer = await asyncio.open_connection("127.0.0.1", port.number)
        assert await reader.read() == b""
        writer.close()
        assert (await peer.read_holding_registers(0, count=1, device_id=UNIT)).registers == [0x4651]
    served(test, {UNIT: charger_bank()}, client_slots=1)


def test_link_faults_reach_the_wire_and_end():
    async def test(peer, _):
        for kind in (SILENT, PARTIAL):
            faults.set(kind)
            with pytest.raises(ModbusIOException):
                await peer.read_holding_registers(100, count=25, device_id=UNIT)
        faults.set(LATE, late_ms=300)
        began_s = asyncio.get_running_loop().time()
        await peer.read_holding_registers(100, count=25, device_id=UNIT)
        assert asyncio.get_running_loop().time() - began_s >= 0.29
        faults.set(None)
        assert not (await peer.read_holding_registers(100, count=25, device_id=UNIT)).isError()
    faults = LinkFaults()
    served(test, {UNIT: charger_bank()}, link_faults=faults, client={"timeout": 2})


def test_a_garbled_rtu_frame_fails_its_checksum():
    async def test(peer, _):
        faults.set(GARBLED)
        with pytest.raises(ModbusIOException):
            await peer.read_holding_registers(100, count=25, device_id=UNIT)
    faults = LinkFaults()
    served(test, {UNIT: charger_bank()}, framing="rtu_over_tcp", link_faults=faults, client={"timeout": 1})


def test_a_frozen_bank_is_served_frozen():
    async def test(peer, _):
        faulty.set("frozen")
        before = await peer.read_holding_registers(116, count=1, device_id=UNIT)
        bank.set("heartbeat", 999)
        after = await peer.read_holding_registers(116, count=1, device_id=UNIT)
        assert before.registers == after.registers
    bank = charger_bank()
    faulty = FaultyBank(bank)
    served(test, {UNIT: faulty})


def test_a_taken_port_is_an_error_and_leaves_nothing_open():
    async def run():
        first, second, third = (ModbusPort({UNIT: charger_bank()}) for _ in range(3))
        (number,) = await start_all([(first, 0)])
        with pytest.raises(OSError, match=str(number)):
            await start_all([(second, 0), (third, number)])
        assert second.number is None
        await first.stop()
    asyncio.run(run())


def test_the_verb_ends_with_1_when_its_port_is_taken():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        number = taken.getsockname()[1]
        done = subprocess.run([sys.executable, "-m", "tools.cli", "emulate", "sim-four-quadrant", "--port", str(number)],
                              capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 1 and "cannot listen on 127.0.0.1:%d" % number in done.stderr and done.stdout == ""
