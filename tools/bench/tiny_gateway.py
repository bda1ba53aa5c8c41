"""The gateway at work, for measuring its time and heap: `setup` builds it, CALLS of `step` let it run 1,000 ticks.

Not its job: measuring (tick.py, tests/runtime). It also runs on MicroPython, so it keeps to what that has. What stands
in for charger, broker and machine is weighed too, so it is as small as can be: a charger that obeys at once and a
broker that takes everything.
Source: register numbers of protocols/profiles/sim_four_quadrant.py.
"""

import struct

from edge.drivers.profile_loader import load_profile
from edge.gateway import Gateway
from protocols.mqtt import packet

ROUNDS = 11     # one to settle, then 10,000 ticks
CALLS = 50      # of step() in a round
TICKS = 1000    # of a round
SETTLE_MS = 15000
HEARTBEAT, POWER, SETPOINT = 2 * 116, 2 * 108, 2 * 122    # bytes of the bank
BANK = ((0, 0x4651), (1, 1), (2, 7360), (3, 7360), (100, 1), (101, 23000), (102, 23000), (103, 23000), (107, 50000),
        (110, 500), (113, 7360), (114, 7360), (205, 40000))

running = []


def site():
    """Its document; made when needed, so that it is not weighed."""
    return {
        "gateway": {"id": "gw-1", "mode": "control"},
        "grid": {"q_mode": "wape"},
        "wape": {"enabled": True},
        "vpp": {"enabled": True, "host": "broker", "tls": False, "key": "000102030405060708090a0b0c0d0e0f"},
        "bus": [{"name": "lan", "host": "charger", "port": 502}],
        "evse": [{"name": "evse1", "profile": "sim-four-quadrant", "bus": "lan", "p_charge_max_w": 6000,
                  "p_discharge_max_w": 6000, "s_max_va": 7360, "v2g_consent": True}],
    }


class Machine:
    """Every port of one gateway, the charger and the broker behind its links. Files go nowhere."""

    def __init__(self, document):
        self.clock = self.chance = self.store = self
        self.now_ms = 0
        self.writes = 0     # of the journal
        self._bank = bytearray(2 * 210)
        for address, value in BANK:
            self.set_register(address, value)
        self._splitter = packet.Splitter(4096)
        from edge import config_loader      # once: a board forgets it

        config, errors = config_loader.load(document, load_profile)
        require(not errors)
        self.gateway = Gateway(config, self)

    def set_register(self, address, value):
        """What the charger shows from now on."""
        struct.pack_into(">H", self._bank, 2 * address, value)

    def unix_ms(self):
        """Wall clock."""
        return 1790000000000 + self.now_ms

    def uniform(self, low, high):
        """Always the middle."""
        return (low + high) / 2

    def read(self, name):
        """No file was ever written."""
        return None

    def names(self, beginning):
        """Nor is there any."""
        return ()

    def entropy(self, count):
        """Not random at all."""
        return bytes(count)

    def log(self, text):
        """Nobody reads it."""

    def run(self, duration_ms):
        """Let time pass."""
        end_ms = self.now_ms + duration_ms
        while self.now_ms < end_ms:
            self._do(self.gateway.on_time(self.now_ms))
            self.now_ms = min(max(self.gateway.next_wake_ms, self.now_ms + 1), end_ms)

    def _do(self, actions):
        for action in actions:
            if action[0] == "connect":
                self._do(self.gateway.on_open(self.now_ms, action[1]))
            elif action[0] == "send":
                answer = self.broker(action[2]) if action[1] == "vpp" else self.charger(action[2])
                if answer:
                    self._do(self.gateway.on_bytes(self.now_ms, action[1], answer))
            elif action[0] == "append":
                self.writes += 1

    def charger(self, frame):
        """The answer to one Modbus TCP frame; functions 3, 6 and 16."""
        function, address, count = struct.unpack_from(">BHH", frame, 7)
        bank, start = self._bank, 2 * address
        if function != 3:
            values = frame[10:] if function == 6 else frame[13:]
            bank[start:start + len(values)] = values
            bank[POWER:POWER + 4] = bank[SETPOINT:SETPOINT + 4]
            return frame if function == 6 else frame[:4] + b"\x00\x06" + frame[6:12]
        bank[HEARTBEAT + 1] = (bank[HEARTBEAT + 1] + 1) & 0xFF
        size = 2 * count
        return frame[:4] + struct.pack(">HBBB", 3 + size, frame[6], 3, size) + bank[start:start + size]

    def broker(self, data):
        """Accepts the session and acknowledges what has to be."""
        answer = b""
        for first, body in self._splitter.feed(data):
            kind = first >> 4
            if kind == packet.CONNECT:
                answer += b"\x20\x02\x00\x00"
            elif kind == packet.SUBSCRIBE:
                answer += b"\x90\x03" + bytes(body[:2]) + b"\x01"
            elif kind == packet.PUBLISH and first & 0x06:
                answer += packet.ack(packet.PUBACK, packet.parse_publish(first, body)[5])
            elif kind == packet.PINGREQ:
                answer += b"\xd0\x00"
        return answer


def setup():
    """Build a gateway with Modbus, MQTT, WAPE and journal, and let it take control."""
    begin(site())


def begin(document):
    """Build the gateway of a site and let it take control."""
    running.append(Machine(document))
    running[0].run(SETTLE_MS)
    actuator = running[0].gateway.fleet.actuators[0]
    require(actuator.is_in_control() and actuator.setpoint[0] == -6000)


def step():
    """20 ticks."""
    machine = running[0]
    before = machine.gateway.ticks
    machine.run(100 * TICKS // CALLS)
    require(machine.gateway.ticks - before == TICKS // CALLS)


def finish():
    """On until the journal has just been written: what waits for that would hide a slow growth."""
    machine = running[0]
    writes = machine.writes
    while machine.writes == writes:
        machine.run(100)
    require(machine.gateway.fleet.actuators[0].is_in_control() and machine.gateway.vpp.is_up)


def require(condition):
    """An assertion that stays when modules are compiled without them."""
    if not condition:
        raise ValueError("the gateway does not do what is to be measured")
