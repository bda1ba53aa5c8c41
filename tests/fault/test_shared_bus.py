"""Several devices behind one link: everyone gets a turn, a dead unit harms nobody else, a busy bus starves nothing.

Not its job: one device on one link (test_faults_modbus.py), the planned length of a round (tests/portable/test_config.py).
Source: a line's time is 10 bits a character and a turnaround; gaps from the profiles.
"""

from edge import config_loader, failsafe
from edge.drivers.profile_loader import load_profile
from protocols.modbus.rtu import RtuFraming
from protocols.modbus.server import ModbusServer
from protocols.modbus.tcp import TcpFraming
from tests.fault.bench import FaultSite, Recorder
from tests.portable import fake_site

LINK = "bus:lan"
METER_UNIT = 100
CONTROL_AGE_MS = 500        # of sim-four-quadrant
TURNAROUND_MS = 3           # of a device on a line, beside the time of the characters
FULL_W = -6000
TICK_MS = 100


def sections(count, transport="tcp", baud=19200, has_meter=False, **more):
    """A site whose chargers 1..count, and the meter, share one link."""
    more["evse"] = [dict(fake_site.CHARGER, name="e%d" % unit, unit=unit) for unit in range(1, count + 1)]
    more["bus"] = [{"name": "lan", "host": "127.0.0.1", "transport": transport, "baud": baud}]
    if has_meter:
        more["meter"] = {"profile": "eastron-sdm630", "bus": "lan", "unit": METER_UNIT}
    return fake_site.document(**more)


class SharedSite(FaultSite):
    """Every answer takes the time of its line; units in `dead` are silent; ages of all control values are kept."""

    def __init__(self, document, profiles):
        super().__init__(document, {LINK: profiles})
        self.dead = set()
        self.late_ms = 0
        self.exchanges = []     # (now_ms, unit, function)
        self.oldest_ms = {}     # device -> greatest age of its control values at a tick
        self.is_line = document["bus"][0]["transport"] != "tcp"
        self.baud = document["bus"][0]["baud"]
        self._servers[LINK] = self._fresh_server(LINK)
        self.checks.append(SharedSite._note_ages)

    def _fresh_server(self, link):
        banks = {unit: Recorder(device, self) for unit, device in self.devices[link].items()}
        return ModbusServer(RtuFraming() if self.is_line else TcpFraming(), banks)

    def _answer(self, link, data):
        unit, function = (data[0], data[1]) if self.is_line else (data[6], data[7])
        self.exchanges.append((self.now_ms, unit, function))
        if unit in self.dead:
            return
        answer = self._servers[link].receive(self.now_ms, data)
        delay_ms = self.late_ms
        if self.is_line:
            delay_ms += TURNAROUND_MS + (len(data) + len(answer)) * 10 * 1000 // self.baud
        self._later(delay_ms, link, self.gateway.on_bytes, answer)

    def _note_ages(self):
        for reader in self.gateway.fleet.readers:
            for block in reader.control_blocks:
                taken_ms = reader.taken_ms[block]
                if taken_ms is not None:
                    self.oldest_ms[reader.name] = max(self.oldest_ms.get(reader.name, 0), self.now_ms - taken_ms)

    def states(self):
        return [actuator.session.state for actuator in self.gateway.fleet.actuators]

    def powers_w(self):
        return [round(self.devices[LINK][unit].plant.p_w) for unit in sorted(self.devices[LINK]) if unit != METER_UNIT]

    def settle(self, duration_ms):
        """Run, then begin to count ages anew."""
        self.run(duration_ms)
        self.oldest_ms = {}
        del self.exchanges[:]


def serial_site(chargers, baud=19200):
    profiles = {unit: "sim-four-quadrant" for unit in range(1, chargers + 1)}
    profiles[METER_UNIT] = "eastron-sdm630"
    return SharedSite(sections(chargers, "rtu_over_tcp", baud, True), profiles)


def tcp_site(chargers, late_ms=4, **more):
    site = SharedSite(sections(chargers, **more), {unit: "sim-four-quadrant" for unit in range(1, chargers + 1)})
    site.late_ms = late_ms
    return site


def test_one_charger_beside_a_meter_with_long_gaps_keeps_its_values_fresh():
    site = serial_site(1)
    site.settle(30000)
    site.run(30000)
    assert site.states() == ["controlling"] and abs(site.powers_w()[0] - FULL_W) < 20
    assert site.oldest_ms["e1"] <= CONTROL_AGE_MS and site.oldest_ms["meter"] <= 2000


def test_three_chargers_and_a_meter_on_one_line_are_all_served():
    site = serial_site(3)
    site.settle(40000)
    site.run(60000)
    assert site.states() == ["controlling"] * 3
    meter = site.gateway.fleet.readers[3]
    assert meter.identity == 1 and site.oldest_ms["meter"] <= 2000
    for reader in site.gateway.fleet.readers:
        for number, block in enumerate(reader.map.blocks):
            assert block[4] == "once" or site.now_ms - reader.taken_ms[number] <= 10000, (reader.name, block[0])
    assert max(site.oldest_ms[name] for name in ("e1", "e2", "e3")) <= CONTROL_AGE_MS
    assert max(abs(power_w - FULL_W) for power_w in site.powers_w()) < 20


def test_the_meters_gap_is_kept_and_costs_the_others_nothing():
    site = serial_site(2)
    site.settle(20000)
    site.run(10000)
    quickest = {}
    for (before_ms, before, _), (at_ms, unit, function) in zip(site.exchanges, site.exchanges[1:]):
        if before != METER_UNIT:
            is_meter = unit == METER_UNIT
            quickest[is_meter] = min(quickest.get(is_meter, 10000), at_ms - before_ms)
    exchange_ms = TURNAROUND_MS + 21 * 10 * 1000 // 19200
    assert quickest[True] >= 100 + exchange_ms and quickest[False] < 60


def test_eight_chargers_on_one_lan_link():
    site = tcp_site(8, late_ms=15)
    site.settle(40000)
    site.run(20000)
    assert site.states() == ["controlling"] * 8
    assert max(site.oldest_ms.values()) <= CONTROL_AGE_MS
    assert max(abs(power_w - FULL_W) for power_w in site.powers_w()) < 20


def test_one_quick_charger_is_read_every_tick_and_waits_for_no_slow_block():
    site = tcp_site(1)
    site.settle(15000)
    site.run(10000)
    reads = [at_ms for at_ms, _, function in site.exchanges if function == 3]
    assert 100 + 9 <= len(reads) <= 100 + 13, "a control read a tick, a slow block a second"
    assert site.oldest_ms["e1"] == 0


def test_a_unit_that_is_dead_from_the_start_keeps_nobody_else_waiting():
    for dead in (1, 2, 3):
        site = tcp_site(3)
        site.dead = {dead}
        site.run(20000)
        opened = len(site.attempts)
        site.settle(20000)
        site.run(60000)
        expected = ["identifying" if unit == dead else "controlling" for unit in (1, 2, 3)]
        assert site.states() == expected
        assert len(site.attempts) == opened == 1, "the link works: another unit answers"
        # a probe costs a quarter of the time-out, now and then all of it
        assert len([row for row in site.exchanges if row[1] == dead]) <= 4
        for unit in {1, 2, 3} - {dead}:
            assert abs(site.powers_w()[unit - 1] - FULL_W) < 20


def test_a_unit_that_dies_costs_its_neighbour_one_time_out_and_comes_back_as_new():
    site = tcp_site(2)
    site.run(20000)
    site.dead = {2}
    site.settle(15000)
    assert site.states() == ["controlling", "identifying"]
    assert site.der(1).view.failsafe_action == failsafe.STOP_REFRESHING
    site.run(10000)
    assert site.oldest_ms["e1"] <= CONTROL_AGE_MS and abs(site.powers_w()[0] - FULL_W) < 20
    before = len(site.device(LINK, 2).written)
    site.dead = set()
    site.run(45000)
    assert site.states() == ["controlling"] * 2
    assert abs(site.powers_w()[1] - FULL_W) < 20
    taken = [values for _, _, address, values in site.device(LINK, 2).written[before:] if address == 120]
    assert taken, "control is taken anew: it may have been without power"
    assert len(site.attempts) == 1


def test_a_link_on_which_nobody_answers_is_opened_anew():
    site = tcp_site(3)
    site.run(20000)
    site.dead = {1, 2, 3}
    site.run(10000)
    assert len(site.attempts) >= 2
    site.dead = set()
    site.run(60000)
    assert site.states() == ["controlling"] * 3


def test_answers_of_the_last_round_do_not_close_this_one():
    site = tcp_site(3, late_ms=45)      # three reads take more than a tick
    opened = []
    bus = site.gateway.fleet.buses[0]
    site.run(20000)
    begin = bus.begin_round

    def counted(now_ms):
        waiting = sum(len([1 for block in reader.control_blocks if reader._waiting[block]]) for reader in bus.readers)
        begin(now_ms)
        opened.append((waiting, bus.round_open, len(bus.client._queue)))

    bus.begin_round = counted
    site.checks.append(lambda site: opened.append(bus.round_open) if bus.round_open < 0 else None)
    site.run(5000)
    rows = [row for row in opened if isinstance(row, tuple)]
    assert len(rows) == len(opened), "never below nought"
    assert any(waiting for waiting, _, _ in rows) and all(waiting + asked <= 3 for waiting, asked, _ in rows)


def test_a_read_that_finds_the_queue_full_is_asked_again():
    site = tcp_site(1)
    site.run(15000)
    client = site.gateway.fleet.buses[0].client
    client.queue_max = 0
    site.run(300)
    client.queue_max = 32
    site.settle(300)
    site.run(1000)
    assert site.oldest_ms["e1"] == 0


def test_the_configuration_of_these_sites_is_refused_where_the_line_is_too_slow():
    loaded, errors = config_loader.load(sections(3, "rtu_over_tcp", 9600, True), load_profile)
    assert loaded is None and {error[0] for error in errors} >= {"evse[0].bus", "evse[1].bus", "evse[2].bus"}
    assert config_loader.load(sections(3, "rtu_over_tcp", 19200, True), load_profile)[1] == []
