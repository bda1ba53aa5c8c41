"""Builds the bus of a serial line, or of any transport whose devices others may read along.

Not its job: plain TCP buses, devices (fleet_builder.py). A board forgets it once it is done.
Source: ours.
"""
from edge import bus_plan
from edge.drivers.line_bus import LineBus
from protocols.modbus.client import ModbusClient
from protocols.modbus.line_client import LineClient
from protocols.modbus.line_times import silence_ms
from protocols.modbus.rtu import RtuFraming


def line_bus(row, devices, chance):
    """A LineBus. row: its section; devices: [(unit, profile)] of those on it; chance: port."""
    timeout_ms = max([profile["transport"]["timeout_ms"] for _, profile in devices] + [1])
    bus = LineBus("bus:" + row.name, _client(row, timeout_ms), chance, "serial" if row.transport == "serial" else "modbus")
    for unit, profile in devices:
        transport = profile["transport"]
        if transport["gap_ms"]:
            bus.client.gaps_ms[unit] = transport["gap_ms"]
            bus.longest_reads[unit] = transport["max_registers"]
        if row.transport != "tcp":
            bus.client.timeouts_ms[unit] = transport["timeout_ms"]
    if row.transport != "tcp":
        bus.line = [row.device or row.host, row.baud, row.parity, row.stop_bits]
    if row.proxy_port:
        from edge.proxy import Proxy    # most buses have none

        profiles = [profile for _, profile in devices]
        bus.proxy = Proxy(row, {unit: bus_plan.proxied_registers(row, profiles, profile) for unit, profile in devices})
    return bus


def _client(row, timeout_ms):
    if row.transport == "tcp":
        from protocols.modbus.tcp import TcpFraming     # a line has no use for it

        return ModbusClient(TcpFraming(), timeout_ms)
    bits = bus_plan.character_bits(row)
    gap_ms = silence_ms(row.baud, bits) if row.transport == "serial" else 0     # a converter keeps the silence itself
    return LineClient(RtuFraming(), timeout_ms, character_ms=1000 * bits / row.baud, gap_ms=gap_ms)
