"""A gateway's controller straight on the plant's registers, without bus and MQTT: for studies of hours and days.

Not its job: wires, sessions, time-outs (the whole Gateway runs in world.py).
Source: ours. The control step, driver maps and laws are the firmware's own; only transport is left out.
"""

import random
import struct

from edge import controller, modes
from edge.config_loader import load
from edge.drivers.fleet import Fleet
from edge.drivers.profile_loader import load_profile
from edge.site_inputs import Inputs
from edge.snapshot import Snapshot
from protocols.modbus import pdu

# Device profile, driver and session go the usual way up to "under control".
TAKEN = (modes.LINK_UP, modes.IDENTIFIED, modes.CONTROL_WANTED, modes.STEP_DONE)


class DirectGateway:
    """One gateway. banks: {(link, unit): RegisterBank} as StationPlant.banks() gives them."""

    def __init__(self, document, banks, seed=1, *, period_ms=None):
        """document: site configuration; period_ms: longest step of the study, which is then no stalled loop; left out:
        gateway.tick_ms. ValueError when the document is wrong."""
        config, errors = load(document, load_profile)
        if errors:
            raise ValueError("site configuration: %s" % (errors,))
        self.config = config
        self.fleet = Fleet(config, random.Random(seed), lambda *_: None)
        self.state = controller.initial_state(config, self.fleet.profiles())
        for der in self.state.ders if period_ms else ():
            der.health.tick_ms = period_ms
        self._chance = random.Random(seed)
        self._places = [(row.bus, row.unit) for row in config.ders]
        self._banks = banks
        self.events = []        # of the step made last, as controller.step gives them
        devices = config.ders + ([config.meter] if config.meter else []) + config.pvs + _further(config)
        self._has_inputs = config.has_inputs
        self._readers = [(reader, banks[row.bus, row.unit]) for reader, row in zip(self.fleet.readers, devices)]
        for actuator, place in zip(self.fleet.actuators, self._places):
            for event in TAKEN:
                actuator.session.fire(event)
            # No reversion time: it would end between two steps of a study.
            self._write(actuator, banks[place], "take", {"watchdog_s": 0})

    def step(self, now_ms, commands=(), *, unix_shift_s=None, values=None, contact=None):
        """Reads all devices, decides, writes the setpoints. commands: as the controller takes them; the rest: what
        site_inputs.Inputs says, for a site that has inputs."""
        for reader, bank in self._readers:
            for number, block in enumerate(reader.map.blocks):
                registers = bank.read(block[1], block[2], block[3])
                reader.on_answer(now_ms, number, pdu.OK, struct.pack(">%dH" % len(registers), *registers))
        inputs = Inputs((contact, unix_shift_s, values or {}), self.fleet) if self._has_inputs else None
        snapshot = Snapshot(self.fleet.der_pictures(), self.fleet.meter_picture(), self.fleet.pv_pictures(),
                            conditions=self.fleet.conditions(now_ms), vpp_lost_ms=None, chance=self._chance.random(),
                            inputs=inputs)
        self.state, setpoints, self.events = controller.step(self.state, now_ms, snapshot, list(commands))
        for actuator, place, (p_w, q_var, _, may_refresh, *_) in zip(self.fleet.actuators, self._places, setpoints):
            if may_refresh:
                self._write(actuator, self._banks[place], "set", {"p_w": p_w, "q_var": q_var})

    def _write(self, actuator, bank, sequence, variables):
        register_map = actuator.reader.map
        for step in register_map.sequences[sequence]:
            refused = bank.write(*register_map.encode(step, variables))
            if refused:
                raise ValueError("%s: refused with %d" % (sequence, refused))


def _further(config):
    """Rows of control box, transfer switch and home battery that are there, in the order of the fleet's readers."""
    has_box = config.dso is not None and config.dso.enabled and config.dso.input == "modbus"
    return [row for row in (config.dso if has_box else None, config.switch, config.battery) if row is not None]
