"""Builds buses, readers and actuators from the site configuration; a board forgets how, once it is done.

Not its job: what they do (bus.py, reader.py, actuator.py), one tick of all of them (fleet.py).
Source: ours.
"""
from edge.drivers.actuator import Actuator
from edge.drivers.bus import Bus
from edge.drivers.profile_loader import load_profile
from edge.drivers.reader import DeviceReader
from edge.drivers.register_map import RegisterMap
from protocols.forgetting import forget
from protocols.modbus.client import ModbusClient


def build(config, chance):
    """(buses, actuators, meter's reader or None, PV readers, further readers), each in the order of the configuration.

    Further readers: of the network operator's control box, the transfer switch, the home battery; None where there is none.
    """
    buses = [_bus(config, row, chance) for row in config.buses]
    by_name = {row.name: bus for row, bus in zip(config.buses, buses)}
    actuators = [_actuator(config, device, by_name[device.bus]) for device in config.ders]
    meter = None if config.meter is None else _reader(config, config.meter, by_name[config.meter.bus])
    pvs = [_reader(config, device, by_name[device.bus]) for device in config.pvs]
    further = [None if device is None else _reader(config, device, by_name[device.bus]) for device in _further(config)]
    return buses, actuators, meter, pvs, further


def _further(config):
    has_box = config.dso is not None and config.dso.enabled and config.dso.input == "modbus"
    return config.dso if has_box else None, config.switch, config.battery


def _bus(config, row, chance):
    """The link of one bus, as patient as its slowest device needs; each unit with its own gap."""
    devices = config.ders + ([config.meter] if config.meter is not None else []) + config.pvs
    devices += [device for device in _further(config) if device is not None]
    there = [(device.unit, device.profile) for device in devices if device.bus == row.name]
    if row.transport != "tcp" or row.proxy_port:
        from edge.drivers import line_builder       # most sites have neither a line nor a proxy

        bus = line_builder.line_bus(row, [(unit, load_profile(name)) for unit, name in there], chance)
        forget("edge.drivers.line_builder", "edge.bus_plan")
        return bus
    from protocols.modbus.tcp import TcpFraming     # a line has no use for it

    transports = [(unit, load_profile(name)["transport"]) for unit, name in there]
    client = ModbusClient(TcpFraming(), max([transport["timeout_ms"] for _, transport in transports] + [1]))
    for unit, transport in transports:
        if transport["gap_ms"]:
            client.gaps_ms[unit] = transport["gap_ms"]
    return Bus("bus:" + row.name, client, chance)


def _reader(config, device, bus):
    profile = load_profile(device.profile)
    if "sunspec" in profile:
        from edge.drivers import sunspec_builder    # most sites have none

        reader = sunspec_builder.reader(config, device, profile)
        forget("edge.drivers.sunspec_builder")
    else:
        instance = getattr(device, "instance", 1)   # meters and PV inverters have one
        reader = DeviceReader(device.name, map_of(profile, instance), device.unit)
        if hasattr(reader.map, "reader"):
            reader.map.reader = reader
    reader.profile_name = device.profile
    bus.readers.append(reader)
    return reader


def map_of(profile, instance):
    """The RegisterMap of a profile at one instance's addresses; a SpecialMap still needs its reader."""
    control = profile["control"]
    if "gates" in profile or control and ("window" in control or control.get("p_form", "signed_power") != "signed_power"):
        from edge.drivers.special_map import SpecialMap     # most sites have none

        return SpecialMap(profile, instance)
    return RegisterMap(profile, instance)


def _actuator(config, device, bus):
    watchdog = load_profile(device.profile)["watchdog"]
    longest_s = watchdog["max_s"] if watchdog else 0
    actuator = Actuator(_reader(config, device, bus), bus, min(config.failsafe.device_reversion_s, longest_s))
    bus.actuators.append(actuator)
    return actuator
