"""A gateway with simulated devices behind wires that can fail: on the virtual clock, event by event.

Not its job: what must hold (the tests), the feeder and the supervisor (host_sim/world.py).
Source: faults of host_sim/faults.py; the site and its broker of tests/portable/fake_site.py.
"""

import heapq

from host_sim.faults import FaultyBank, LinkFaults
from host_sim.plant.devices import make_device
from protocols.modbus.server import ModbusServer
from protocols.modbus.tcp import TcpFraming
from tests.portable import fake_site

PLANT_MS = 20
LATENCY_MS = 4      # of an answer, well inside the read deadline
VPP = {"enabled": True, "host": "broker", "tls": False, "key": fake_site.KEY_HEX, "group": "f1", "telemetry_s": 1}

OPEN, REFUSED, HANGING = "open", "refused", "hanging"     # what a connection attempt meets
FINE, LOGIN_REFUSED, GARBAGE, MUTE = "fine", "login refused", "garbage", "mute"     # what the broker does


class Device:
    """A simulated device behind its faulty bank, and what was written to it."""

    def __init__(self, profile):
        self.plant = make_device(profile)
        self.bank = FaultyBank(self.plant.bank)
        self.written = []       # (now_ms, function, address, values)
        self.shown = {}         # address -> register a read shows instead of the plant's


class Recorder:
    """Stands before a device's bank and notes every write with its time."""

    def __init__(self, device, site):
        self._device, self._site = device, site

    def read(self, function, address, count):
        registers = self._device.bank.read(function, address, count)
        if registers is None or not self._device.shown:
            return registers
        return [self._device.shown.get(address + offset, value) for offset, value in enumerate(registers)]

    def write(self, function, address, values):
        self._device.written.append((self._site.now_ms, function, address, list(values)))
        return self._device.bank.write(function, address, values)


class FaultSite(fake_site.FakeSite):
    """One gateway; `devices`: {link: {unit: Device}}; `checks`: functions (site), called after every tick."""

    def __init__(self, document, profiles, files=None):
        """profiles: {link: {unit: profile name}}; files: what an earlier run left in the store."""
        self.devices = {link: {unit: Device(name) for unit, name in units.items()} for link, units in profiles.items()}
        banks = {link: {unit: Recorder(device, self) for unit, device in units.items()}
                 for link, units in self.devices.items()}
        super().__init__(document, banks, files)
        self.faults = {link: LinkFaults() for link in profiles}
        self.door = {link: OPEN for link in list(profiles) + list(fake_site.BROKERS)}
        self.broker_mode = FINE
        self.v_ln_v = [230.0, 230.0, 230.0]
        self.load_w = 0.0
        self.checks = []
        self.attempts = []      # (now_ms, link) of every connection asked for
        self._events = []       # (due_ms, order, generation of the link, function, arguments)
        self._order = 0
        self._generation = {}
        self._plant_ms = 0
        self._ticks_seen = 0

    # -- time --------------------------------------------------------------------------------------------

    def run(self, duration_ms, is_awake=True):
        """Let time pass; is_awake False: the gateway's loop is stuck, bytes wait in the sockets."""
        end_ms = self.now_ms + duration_ms
        while True:
            is_awake = is_awake and self.exit_code is None
            self._plant()
            if is_awake:
                self._deliver()
                if self.now_ms >= self.gateway.next_wake_ms:
                    self._do(self.gateway.on_time(self.now_ms))
                self._check()
            if self.now_ms >= end_ms:
                return
            due_ms = [end_ms, self._plant_ms + PLANT_MS]
            if is_awake:
                due_ms += [event[0] for event in self._events[:1]] + [self.gateway.next_wake_ms]
            self._move(max(min(due_ms), self.now_ms + 1))

    def _plant(self):
        while self._plant_ms + PLANT_MS <= self.now_ms:
            self._plant_ms += PLANT_MS
            devices = [device.plant for units in self.devices.values() for device in units.values()]
            meters = [device for device in devices if hasattr(device, "observe")]
            ders = [device for device in devices if device not in meters]
            for device in ders:
                device.step(self._plant_ms, PLANT_MS, tuple(self.v_ln_v), 50.0)
            for meter in meters:
                flows_w = [sum(der.p_inj_w[phase] for der in ders) - self.load_w / 3 for phase in range(3)]
                meter.observe(flows_w, [0.0, 0.0, 0.0])
                meter.step(self._plant_ms, PLANT_MS, tuple(self.v_ln_v), 50.0)

    def _check(self):
        if self.gateway.ticks != self._ticks_seen:
            self._ticks_seen = self.gateway.ticks
            for check in self.checks:
                check(self)

    # -- wires -------------------------------------------------------------------------------------------

    def _later(self, delay_ms, link, function, *arguments):
        self._order += 1
        heapq.heappush(self._events, (self.now_ms + delay_ms, self._order, self._generation.get(link), link, function, arguments))

    def _deliver(self):
        while self._events and self._events[0][0] <= self.now_ms:
            _, _, generation, link, function, arguments = heapq.heappop(self._events)
            if generation == self._generation.get(link):
                self._do(function(self.now_ms, link, *arguments))

    def _do(self, actions):
        for action in actions:
            if action[0] == "connect":
                self._connect(action[1])
            elif action[0] == "close":
                self._hang_up(action[1], "closed")
            else:
                super()._do([action])

    def _connect(self, link):
        self.attempts.append((self.now_ms, link))
        self._generation[link] = self._generation.get(link, 0) + 1
        if self.door[link] == OPEN:
            self._later(1, link, self.gateway.on_open)
        elif self.door[link] == REFUSED:
            self._later(1, link, self.gateway.on_closed, "refused")

    def _hang_up(self, link, reason):
        self._generation[link] = self._generation.get(link, 0) + 1
        if link in self._servers:
            self._servers[link] = self._fresh_server(link)
        self._do(self.gateway.on_closed(self.now_ms, link, reason))

    def _fresh_server(self, link):
        banks = {unit: Recorder(device, self) for unit, device in self.devices[link].items()}
        return ModbusServer(TcpFraming(), banks)

    def close(self, link):
        """The peer hangs up; whether the next attempt gets through is `door`."""
        self._hang_up(link, "cut")

    def replace(self, link, unit, profile):
        """Another device answers at this address from the next connection on."""
        self.devices[link][unit] = Device(profile)

    def _answer(self, link, data):
        if link == "vpp":
            self._talk_to_broker(data)
            return
        if link in fake_site.BROKERS:
            self._broker(data, link)
            return
        answer = self._servers[link].receive(self.now_ms, data)
        arrival = self.faults[link].apply(answer) if answer else None
        if arrival is not None:
            self._later(LATENCY_MS + arrival[0], link, self.gateway.on_bytes, arrival[1])

    def _talk_to_broker(self, data):
        if self.broker_mode == FINE:
            self._broker(data)
        elif self.broker_mode == LOGIN_REFUSED:
            self._later(LATENCY_MS, "vpp", self.gateway.on_bytes, b"\x20\x02\x00\x05")
        elif self.broker_mode == GARBAGE:
            self._later(LATENCY_MS, "vpp", self.gateway.on_bytes, b"HTTP/1.1 400 Bad Request\r\n\r\n")

    def bytes_from_broker(self, data, link="vpp"):
        """Bytes of the broker, on their way."""
        self._later(LATENCY_MS, link, self.gateway.on_bytes, data)

    # -- what tests look at ------------------------------------------------------------------------------

    def device(self, link="bus:lan", unit=1):
        """A Device."""
        return self.devices[link][unit]

    def der(self, number=0):
        """Controller state of one DER."""
        return self.gateway.state.ders[number]

    def actuator(self, number=0):
        """Write side of one DER."""
        return self.gateway.fleet.actuators[number]

    def setpoint_address(self, number=0):
        """Address at which the setpoint of a DER is written."""
        return self.gateway.fleet.actuators[number].reader.map.sequences["set"][0][1]

    def setpoints(self, since_ms=0, number=0):
        """[(now_ms, registers)] of the setpoint writes that reached a DER's device."""
        row = self.gateway.config.ders[number]
        written = self.devices["bus:" + row.bus][row.unit].written
        return [(at_ms, values) for at_ms, _, address, values in written
                if at_ms >= since_ms and address == self.setpoint_address(number)]
