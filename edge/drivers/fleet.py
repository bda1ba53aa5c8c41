"""All devices of one gateway on their buses, built from the site configuration.

Not its job: what a device says (reader.py) or is told (actuator.py), the order of a tick (gateway.py).
Source: ours.
"""
from edge.drivers.actuator import Actuator
from edge.drivers.bus import Bus
from edge.drivers.reader import DeviceReader
from edge.drivers.register_map import RegisterMap
from protocols.forgetting import forget
from protocols.modbus.client import ModbusClient


def load_profile(name):
    """The PROFILE literal of a profile by its name with hyphens; ImportError when there is none.

    A board reads it anew each time: what serves every tick is taken out of it once (register_map.py), the rest goes.
    """
    module_name = "protocols.profiles." + name.replace("-", "_")
    profile = __import__(module_name, None, None, ["PROFILE"]).PROFILE
    forget(module_name)
    return profile


def _framing(transport):
    # Imported where one is used: hardly any site has both kinds.
    if transport == "tcp":
        from protocols.modbus.tcp import TcpFraming
        return TcpFraming()
    from protocols.modbus.rtu import RtuFraming
    return RtuFraming()


class Fleet:
    """Readers for every device, actuators for the DERs."""

    def __init__(self, config, chance, on_block):
        """on_block: called with (device number, block, taken_ms, register bytes) for every answer."""
        self._config = config
        self._on_block = on_block
        self.buses = []
        self._rows = []
        self.readers = []
        self.actuators = []
        for row in config.buses:
            slowest = [device for device in _devices(config) if device.bus == row.name]
            transports = [load_profile(device.profile)["transport"] for device in slowest]
            client = ModbusClient(_framing(row.transport), max([t["timeout_ms"] for t in transports]),
                                  max([t["gap_ms"] for t in transports]))
            self.buses.append(Bus("bus:" + row.name, client, chance))
            self._rows.append(row)
        for device in config.ders:
            profile = load_profile(device.profile)
            reader, bus = self._add(device, profile)
            watchdog = profile["watchdog"]
            longest_s = watchdog["max_s"] if watchdog else 0
            actuator = Actuator(reader, bus, min(config.failsafe.device_reversion_s, longest_s))
            bus.actuators.append(actuator)
            self.actuators.append(actuator)
        self._meter = None
        if config.meter is not None:
            self._meter = self._add(config.meter, load_profile(config.meter.profile))[0]
        self._pvs = [self._add(device, load_profile(device.profile))[0] for device in config.pvs]

    def _add(self, device, profile):
        bus = self.buses[[row.name for row in self._rows].index(device.bus)]
        instance = getattr(device, "instance", 1)   # meters and PV inverters have one
        reader = DeviceReader(device.name, RegisterMap(profile, instance), device.unit)
        reader.number = len(self.readers)
        reader.on_block = self._block
        bus.readers.append(reader)
        self.readers.append(reader)
        return reader, bus

    def _block(self, reader, block, payload):
        self._on_block(reader.number, block, reader.taken_ms[block], payload)

    def endpoint(self, bus):
        """(host, port) of a bus."""
        row = self._rows[self.buses.index(bus)]
        return row.host, row.port

    def profiles(self):
        """Profile of each DER, in order; read anew."""
        return [load_profile(device.profile) for device in self._config.ders]

    # -- one tick ----------------------------------------------------------------------------------------

    def begin_round(self, now_ms):
        """Ask for everything control needs."""
        for bus in self.buses:
            bus.begin_round(now_ms)

    def is_round_open(self):
        """Whether answers of this round are still missing."""
        for bus in self.buses:
            if bus.round_open:
                return True
        return False

    def actuate(self, now_ms, setpoints):
        """Hand each DER its setpoint: (p_w, q_var, is_wanted, may_refresh)."""
        for actuator, (p_w, q_var, is_wanted, may_refresh) in zip(self.actuators, setpoints):
            actuator.update(now_ms, (p_w, q_var), is_wanted, may_refresh)

    def setpoint_registers(self):
        """What each DER's decided setpoint is in its registers."""
        return [actuator.encode(*actuator.setpoint) for actuator in self.actuators]

    # -- pictures ----------------------------------------------------------------------------------------

    def der_pictures(self):
        """A frozen picture per DER."""
        return [actuator.reader.picture() for actuator in self.actuators]

    def meter_picture(self):
        """The meter's picture, or None when there is no meter."""
        return self._meter.picture() if self._meter is not None else None

    def pv_pictures(self):
        """A frozen picture per PV inverter."""
        return [reader.picture() for reader in self._pvs]

    def conditions(self, now_ms):
        """Per DER what no register says; see Actuator.condition."""
        return [actuator.condition(now_ms) for actuator in self.actuators]

    def is_released(self):
        """Whether no DER is under our control any more."""
        for actuator in self.actuators:
            if actuator.is_in_control():
                return False
        return True

    # -- keyframes ---------------------------------------------------------------------------------------

    def dump(self):
        """Every reader's values and times, JSON-able."""
        return [reader.dump() for reader in self.readers]

    def load(self, rows):
        """Put dumped values back, as replay does."""
        for reader, row in zip(self.readers, rows):
            reader.load(row)


def _devices(config):
    return config.ders + ([config.meter] if config.meter is not None else []) + config.pvs
