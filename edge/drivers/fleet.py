"""All devices of one gateway on their buses.

Not its job: building them (fleet_builder.py), what a device says (reader.py) or is told (actuator.py), the order of a
tick (gateway.py).
Source: ours.
"""
from edge import failsafe, reasons
from edge.drivers.profile_loader import load_profile
from protocols.forgetting import forget


# Reasons to get a charger going again (recovery.py), the worst first: silent, frozen, writes fail, no effect.
TROUBLES = (reasons.CHARGER_LOST, reasons.VALUES_FROZEN, reasons.WRITES_FAIL, reasons.NO_EFFECT)
EXCESS_W = 300      # a vehicle may take less than offered, never so much more


def trouble_of(der):
    """The reason why a charger or battery hangs, None for one that does what it should. der: DerState."""
    if der.failsafe_memory is None:
        return None
    in_force = failsafe.in_force(der.failsafe_memory)
    for reason in TROUBLES:
        if reason in in_force and (reason != reasons.NO_EFFECT or _is_excess(der.view.p_ac_w, der.p_set_w)):
            return reason
    return None


def _is_excess(p_w, p_set_w):
    return p_w is not None and not min(p_set_w, 0) - EXCESS_W <= p_w <= max(p_set_w, 0) + EXCESS_W


class Fleet:
    """Readers for every device, actuators for the DERs."""

    def __init__(self, config, chance, on_block):
        """on_block: called with (device number, block, taken_ms, register bytes) for every answer."""
        from edge.drivers import fleet_builder  # once

        self._config = config
        self._on_block = on_block
        self.buses, self.actuators, self._meter, self._pvs, self.further = fleet_builder.build(config, chance)
        forget("edge.drivers.fleet_builder")
        self.readers = [actuator.reader for actuator in self.actuators]
        self.readers += ([self._meter] if self._meter is not None else []) + self._pvs
        self.readers += [reader for reader in self.further if reader is not None]
        for number, reader in enumerate(self.readers):
            reader.number = number
            reader.on_block = self._block
        self.island = self._recovery = None
        if config.backup is not None:
            from edge.drivers.island_driver import IslandDriver     # most sites have none

            self.island = IslandDriver(config, self)
        # SunSpec devices, with the numbers of their setpoints if they have one
        self._native = [(reader, reader.number) for reader in self.readers if hasattr(reader, "allow")]
        self._lines = [bus for bus in self.buses if hasattr(bus, "take_events")]

    def _block(self, reader, block, payload):
        self._on_block(reader.number, block, reader.taken_ms[block], payload)

    def endpoint(self, bus):
        """(host, port) of a bus; of a serial line (device, its section)."""
        row = self._config.buses[self.buses.index(bus)]
        return (row.device, row) if row.transport == "serial" else (row.host, row.port)

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

    def actuate(self, now_ms, setpoints, backup):
        """Hand each DER its setpoint, a row as controller.step gives it, and switch and charger of the backup their orders."""
        if backup is not None:
            self.island.update(now_ms, backup.orders)
        for actuator, setpoint in zip(self.actuators, setpoints):
            actuator.update(now_ms, setpoint)
        for reader, number in self._native:
            if number < len(setpoints):
                reader.allow(setpoints[number][2] and setpoints[number][3])

    def recover(self, now_ms, state, ports, events):
        """Get chargers that hang going again: actions to do; events: gets what is worth telling (recovery.py)."""
        if self._recovery is False:
            return ()
        if self._recovery is None:
            for der in state.ders:
                if trouble_of(der) is not None:
                    break
            else:
                return ()
            from edge.drivers.recovery import Recovery      # when one hangs

            self._recovery = Recovery(self._config, ports, self)
        actions = self._recovery.update(now_ms, state, events)
        if self._recovery.is_idle():
            self._recovery = None
            forget("edge.drivers.recovery")
        return actions

    def end_recovery(self):
        """The gateway stops: no rung any more, and no charger left without supply."""
        if self._recovery:
            self._recovery.supply_all()
        self._recovery = False

    def permit(self, is_permitted):
        """Permission to serve, for devices that enter service by themselves."""
        for reader, _ in self._native:
            reader.permit(is_permitted)

    def take_events(self):
        """Events of native functions, lines and the backup's orders since the last call: (reason, subject, values)."""
        events = [] if self.island is None else self.island.take_events()
        for reader, _ in self._native:
            for reason, values in reader.take_events():
                events.append((reason, reader.name, values))
        for bus in self._lines:
            events.extend(bus.take_events())
        return events

    def setpoint_registers(self):
        """What each DER's decided setpoint is in its registers, and the orders of the backup."""
        rows = [actuator.encode(*actuator.setpoint) for actuator in self.actuators]
        return rows if self.island is None else rows + [self.island.registers()]

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

    def further_pictures(self):
        """Pictures of the network operator's control box, the transfer switch and the home battery, None where there is none."""
        return [None if reader is None else reader.picture() for reader in self.further]

    def conditions(self, now_ms):
        """Per DER what no register says; see Actuator.condition. Of a backup one more, see IslandDriver.condition."""
        rows = [actuator.condition(now_ms) for actuator in self.actuators]
        return rows if self.island is None else rows + [self.island.condition()]

    def is_released(self):
        """Whether no DER is under our control any more."""
        for actuator in self.actuators:
            if actuator.is_in_control():
                return False
        return self.island is None or self.island.is_released()
