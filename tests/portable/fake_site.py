"""A site in memory for portable tests: one gateway, its devices as plain register banks, a broker that only listens.

Not its job: physics (host_sim), being fast. Shared by tests of both runtimes and by the heap measurement.
Source: ours; register numbers from the profiles.
"""

from edge import config_loader
from edge.drivers.profile_loader import load_profile
from edge.gateway import Gateway
from protocols.modbus.server import ModbusServer
from protocols.modbus.tcp import TcpFraming
from protocols.mqtt import packet

KEY_HEX = "000102030405060708090a0b0c0d0e0f"
UNIX_MS = 1790000000000

CHARGER = {
    "name": "evse1", "profile": "sim-four-quadrant", "bus": "lan", "p_charge_max_w": 6000, "p_discharge_max_w": 6000,
    "s_max_va": 7360, "v2g_consent": True,
}


def document(mode="control", **sections):
    """A site with one charger; sections replace or add whole sections."""
    site = {
        "gateway": {"id": "gw-test", "mode": mode},
        "bus": [{"name": "lan", "host": "127.0.0.1", "port": 502}],
        "evse": [CHARGER],
        "control": {"ramp_w_s": 50000, "ramp_var_s": 50000},
    }
    for name in sections:
        site[name] = sections[name]
    return site


HEARTBEAT = 116     # of sim-four-quadrant


class Bank:
    """Registers 0..999 of one device, holding and input registers alike."""

    def __init__(self):
        self.registers = [0] * 1000
        self.written = []       # (address, values) in order
        self.is_frozen = False  # the heartbeat stands still

    def read(self, function, address, count):
        """Values, or None outside the bank."""
        if not self.is_frozen:
            self.registers[HEARTBEAT] = (self.registers[HEARTBEAT] + 1) & 0xFFFF
        return self.registers[address:address + count] if address + count <= 1000 else None

    def write(self, function, address, values):
        """Take the values; 0 = no exception."""
        self.registers[address:address + len(values)] = list(values)
        self.written.append((address, list(values)))
        return 0


def charger_bank(volts=230.0, soc_pct=50, state=1):
    """A sim-four-quadrant at rest."""
    bank = Bank()
    set_registers = ((0, 0x4651), (1, 1), (2, 7360), (3, 7360), (100, state), (107, 50000), (110, soc_pct * 10),
                     (113, 7360), (114, 7360), (205, 40000))
    for address, value in set_registers:
        bank.registers[address] = value
    set_volts(bank, volts)
    return bank


def set_volts(bank, volts):
    """All three phases, V."""
    for address in (101, 102, 103):
        bank.registers[address] = int(volts * 100)


class Clock:
    """Wall clock of the test."""

    def __init__(self):
        self.ms = UNIX_MS

    def unix_ms(self):
        """Unix time, ms."""
        return self.ms


class Chance:
    """Always the middle."""

    def uniform(self, low, high):
        """The middle of the range."""
        return (low + high) / 2


class Contacts:
    """Digital inputs, by name."""

    def __init__(self):
        self.levels = {}
        self.written = []

    def read(self, name):
        """0, 1, or None: nothing is connected."""
        return self.levels.get(name)

    def write(self, name, level):
        """Remembered, and kept in order."""
        self.levels[name] = level
        self.written.append((name, level))
        return True


class Store:
    """Files in memory."""

    def __init__(self):
        self.files = {}

    def read(self, name, start=0, count=-1):
        """Content, or a part of it; None without."""
        data = self.files.get(name)
        return data if data is None else data[start:] if count < 0 else data[start:start + count]

    def names(self, beginning):
        """Of all that begin so."""
        return [name for name in self.files if name.startswith(beginning)]

    def write_atomic(self, name, data):
        """Replace the content."""
        self.files[name] = data

    def append(self, name, data, is_synced=False):
        """Add to the end."""
        self.files[name] = self.files.get(name, b"") + data

    def remove(self, name):
        """Remove a file, where there is one."""
        self.files.pop(name, None)

    def free_bytes(self):
        """Nobody knows."""
        return None

    def append(self, name, data, is_synced=False):
        """Add to the end."""
        self.files[name] = self.files.get(name, b"") + data


class Ports:
    """What the machine lends a gateway."""

    def __init__(self):
        self.clock = Clock()
        self.chance = Chance()
        self.store = Store()
        self.contacts = Contacts()
        self.releases = None
        self.lines = []

    def log(self, text):
        """Kept, so that a test can read what people would."""
        self.lines.append(text)

    def entropy(self, count):
        """Not random at all."""
        return bytes(range(count))


BROKERS = ("vpp", "site", "claim")      # links to one: the power plant's, the household's, the door for those who enrol


class FakeSite:
    """Runs one gateway against banks; time moves only in `run`."""

    def __init__(self, site_document, banks, files=None, ports=None):
        """banks: {link: {unit: bank}}; files: what an earlier run left in the store; ports: others than Ports()."""
        config, errors = config_loader.load(site_document, load_profile)
        assert not errors, errors
        self.ports = ports or Ports()
        if files:
            self.ports.store.files.update(files)
        self.gateway = Gateway(config, self.ports)
        self.now_ms = 0
        self.exit_code = None
        self.is_silent = False
        self.unwritable = None      # name of a file the store refuses
        self.is_store_told = False  # that it refuses what it is given
        self.published = []         # (topic, payload) the gateway sent
        self._servers = {}
        for link in banks:
            self._servers[link] = ModbusServer(TcpFraming(), banks[link])
        self._splitters = {link: packet.Splitter(16384) for link in BROKERS}

    def run(self, duration_ms):
        """Let time pass."""
        end_ms = self.now_ms + duration_ms
        while self.now_ms < end_ms and self.exit_code is None:
            self._do(self.gateway.on_time(self.now_ms))
            self._move(min(max(self.gateway.next_wake_ms, self.now_ms + 1), end_ms))

    def bytes_from_broker(self, data, link="vpp"):
        """Hand the gateway bytes of the broker; link: of which of the two."""
        self._do(self.gateway.on_bytes(self.now_ms, link, data))

    def close(self, link):
        """Cut a link."""
        self._do(self.gateway.on_closed(self.now_ms, link, "cut"))

    def stop(self):
        """SIGTERM."""
        self._do(self.gateway.stop(self.now_ms))

    def messages(self, suffix):
        """Payloads published on a topic that ends so."""
        return [payload for topic, payload in self.published if topic.endswith(suffix)]

    def _move(self, to_ms):
        self.ports.clock.ms += to_ms - self.now_ms
        self.now_ms = to_ms

    def _do(self, actions):
        for action in actions:
            kind = action[0]
            if kind == "connect":
                self._do(self.gateway.on_open(self.now_ms, action[1]))
            elif kind == "send":
                self._answer(action[1], action[2])
            elif kind == "close":
                self._do(self.gateway.on_closed(self.now_ms, action[1], "closed"))
            elif kind in ("store", "append") and action[1] == self.unwritable:
                self.gateway.on_store_failed(self.now_ms, action[1], "no space left", True)
            elif kind == "store":
                self._write(self.ports.store.write_atomic, *action[1:])
            elif kind == "append":
                self._write(self.ports.store.append, *action[1:])
            elif kind == "exit":
                self.exit_code = action[1]

    def _write(self, write, name, *data):
        try:
            write(name, *data)
        except OSError as error:
            is_news, self.is_store_told = not self.is_store_told, True
            self.gateway.on_store_failed(self.now_ms, name, str(error), is_news)

    def _answer(self, link, data):
        if link in BROKERS:
            self._broker(data, link)
        elif not self.is_silent:
            answer = self._servers[link].receive(self.now_ms, data)
            if answer:
                self._do(self.gateway.on_bytes(self.now_ms, link, answer))

    def _broker(self, data, link="vpp"):
        """Accept the session, acknowledge what has to be, keep what was published."""
        answer = b""
        for first, body in self._splitters[link].feed(data):
            kind = first >> 4
            if kind == packet.CONNECT:
                answer += b"\x20\x02\x00\x00"
            elif kind == packet.SUBSCRIBE:
                answer += b"\x90\x03" + bytes(body[:2]) + b"\x01"
            elif kind == packet.PUBLISH:
                topic, payload, qos, _, _, packet_id = packet.parse_publish(first, body)
                self.published.append((topic, bytes(payload)))
                if qos:
                    answer += packet.ack(packet.PUBACK, packet_id)
        if answer:
            self.bytes_from_broker(answer, link)
