"""How old control-critical values get on a serial line whose characters take their time, and whether the plan knew it.

Not its job: one bus with faults (test_shared_bus.py), the port itself (tests/conformance/test_serial_line.py).
Source: 10 bits a character (8N1) of requests and answers, a turnaround of each device, 100 ms of silence before the meter.
Setpoints change in every tick: the voltage is noise and WAPE follows it.
"""

import random

import pytest

from edge import bus_plan, config_rules
from edge.drivers.profile_loader import load_profile
from protocols.modbus import pdu
from protocols.modbus.tcp import TcpFraming
from tests.fault.test_shared_bus import CONTROL_AGE_MS, LINK, METER_UNIT, SharedSite, sections

SETTLE_MS = 25000
RUN_MS = 40000
TICK_MS = 100


class Line(SharedSite):
    """A site on a port of the gateway; `ages_ms`: {device: ages its control-critical values reached}."""

    def __init__(self, document, profiles, turnaround_ms=bus_plan.TURNAROUND_MS):
        super().__init__(document, profiles)
        self.turnaround_ms = turnaround_ms
        self.bus = self.gateway.fleet.buses[0]
        self.free_ms = 0        # when the last character has passed
        self.silences_ms = []   # before each request to the meter
        self.ages_ms = {}
        self._random = random.Random(2)
        for reader in self.gateway.fleet.readers:
            self._watch(reader)
        self.checks.append(Line._shake)

    def _shake(self):
        self.v_ln_v = [self._random.uniform(222, 232)] * 3

    def _watch(self, reader):
        take = reader.on_answer

        def on_answer(now_ms, block, kind, payload):
            if kind == pdu.OK and block in reader.control_blocks and now_ms > SETTLE_MS:
                self.ages_ms.setdefault(reader.name, []).append(now_ms - reader.taken_ms[block])
            return take(now_ms, block, kind, payload)

        reader.on_answer = on_answer

    def _answer(self, link, data):
        assert self.now_ms >= self.free_ms, "two frames at once"
        if data[0] == METER_UNIT:
            self.silences_ms.append(self.now_ms - self.free_ms)
        character_ms = 10 * 1000 / self.baud
        self.free_ms = self.now_ms + int(len(data) * character_ms) + 1
        self.exchanges.append((self.now_ms, data[0], data[1]))
        if data[0] in self.dead:
            return
        answer = self._servers[link].receive(self.now_ms, data)
        delay_ms = int((len(data) + len(answer)) * character_ms + 0.999) + self.turnaround_ms
        self.free_ms = self.now_ms + delay_ms
        self._later(delay_ms, link, self.gateway.on_bytes, answer)

    def worst_ms(self):
        return max(max(ages_ms) for ages_ms in self.ages_ms.values())

    def planned_ms(self):
        profiles = [load_profile(device.profile) for _, device, _ in config_rules.paths(self.gateway.config)]
        return max(bus_plan.longest_age_ms(self.gateway.config.buses[0], profiles), TICK_MS)


def line_site(baud, chargers=1, has_meter=True, **more):
    """A settled Line with chargers of 500 ms and a meter that wants 100 ms of silence."""
    options = {name: more.pop(name) for name in ("turnaround_ms",) if name in more}
    document = sections(chargers, "serial", baud, has_meter, wape={"enabled": True, "tau_s": 10}, grid={"q_mode": "wape"},
                        failsafe={"device_reversion_s": 10})
    document["bus"] = [dict({"name": "lan", "transport": "serial", "device": "/dev/ttyUSB0", "baud": baud}, **more)]
    profiles = {unit: "sim-four-quadrant" for unit in range(1, chargers + 1)}
    if has_meter:
        profiles[METER_UNIT] = "eastron-sdm630"
    site = Line(document, profiles, **options)
    site.run(SETTLE_MS)
    del site.silences_ms[:]
    return site


@pytest.mark.parametrize("baud, most_ms", ((9600, 450), (38400, 260)))
def test_one_charger_and_one_meter_with_gaps_of_100_ms(baud, most_ms):
    site = line_site(baud)
    site.run(RUN_MS)
    assert site.states() == ["controlling"] and site.bus.client.timeouts == 0
    assert site.worst_ms() <= most_ms, site.ages_ms
    assert min(site.silences_ms) >= 100
    assert site.bus.oldest_ms() == site.worst_ms(), "what status and doctor show"
    totals = site.gateway.fleet.readers[1].taken_ms[1]
    assert site.now_ms - totals <= 2500, "the meter's energy is read too"
    writes = len([row for row in site.exchanges if row[2] == 16])
    assert writes * 1000 / (RUN_MS + SETTLE_MS) >= 3, "setpoints get through"


@pytest.mark.parametrize("chargers, has_meter, baud", (
    (1, True, 9600), (1, True, 19200), (1, True, 38400), (1, True, 115200), (2, True, 19200), (3, True, 19200),
    (1, False, 9600), (2, False, 9600), (3, False, 19200), (3, False, 38400)))
def test_the_plan_predicts_ages_within_a_tenth(chargers, has_meter, baud):
    site = line_site(baud, chargers, has_meter)
    site.run(RUN_MS)
    planned_ms, measured_ms = site.planned_ms(), site.worst_ms()
    assert abs(planned_ms - measured_ms) <= 0.1 * measured_ms, (planned_ms, measured_ms)


def test_a_silent_meter_does_not_age_the_charger():
    site = line_site(19200)
    site.dead = {METER_UNIT}
    site.run(10000)
    site.ages_ms = {}
    site.run(RUN_MS)
    ages_ms = sorted(site.ages_ms["e1"])
    assert site.states() == ["controlling"] and "meter" not in site.ages_ms
    # Now and then the meter is asked: a quarter of its second, and the pause after it.
    assert ages_ms[-1] <= 700 and ages_ms[len(ages_ms) * 95 // 100] <= 150


def test_devices_slower_than_planned_are_seen_in_the_figures():
    site = line_site(19200, turnaround_ms=40)
    site.run(RUN_MS)
    assert site.bus.oldest_ms() > 1.1 * site.planned_ms()


def test_the_proxy_costs_no_more_than_the_plan_says():
    site = line_site(9600, proxy_port=1502)
    proxy, framing = site.bus.proxy, TcpFraming()
    got = []
    proxy.send = lambda client, data: got.append(data)
    assert proxy.opened(0, "c", "10.0.0.9")
    asked = 0

    def greedy(site):
        nonlocal asked
        if len(proxy._waiting) < 4:
            asked += 1
            # A block the gateway does not read by itself in this form, as large as the line bears.
            proxy.received(site.now_ms, "c", framing.wrap(asked & 0xFFFF, 1, pdu.read_request(3, 200, 5)))

    proxy._remembered = lambda *_: None
    site.checks.append(greedy)
    site.run(RUN_MS)
    assert site.worst_ms() <= CONTROL_AGE_MS and site.states() == ["controlling"]
    assert proxy.reads > 20 and len(got) >= proxy.reads
    assert abs(site.planned_ms() - site.worst_ms()) <= 0.1 * site.worst_ms()
    assert site.now_ms - site.gateway.fleet.readers[1].taken_ms[1] <= 5000, "slow blocks still get their turn"


def test_reads_of_a_silent_device_cost_the_others_nothing():
    site = line_site(19200, proxy_port=1502)
    proxy, framing, got = site.bus.proxy, TcpFraming(), []
    proxy.send = lambda client, data: got.append(data)
    proxy.opened(0, "c", "10.0.0.9")
    site.dead = {METER_UNIT}
    site.run(10000)
    site.ages_ms = {}

    def greedy(site):
        if not proxy._waiting:
            proxy.received(site.now_ms, "c", framing.wrap(1, METER_UNIT, pdu.read_request(4, 200, 2)))

    site.checks.append(greedy)
    site.run(RUN_MS)
    ages_ms = sorted(site.ages_ms["e1"])
    assert ages_ms[len(ages_ms) * 95 // 100] <= 150 and ages_ms[-1] <= 700
    assert len(got) > 50 and all(data[-2:] == b"\x84\x0b" for data in got)


def test_devices_of_different_pace_share_a_line():
    document = sections(1, "serial", 19200, True, failsafe={"device_reversion_s": 10})
    document["bus"] = [{"name": "lan", "transport": "serial", "device": "/dev/ttyUSB0", "baud": 19200}]
    document["pv"] = [{"name": "roof", "profile": "sim-pv", "bus": "lan", "unit": 7}]
    site = Line(document, {1: "sim-four-quadrant", METER_UNIT: "eastron-sdm630", 7: "sim-pv"})
    site.run(SETTLE_MS)
    del site.silences_ms[:]
    site.run(RUN_MS)
    assert site.bus.client.timeouts_ms == {1: 500, METER_UNIT: 1000, 7: 500} and site.bus.client.gaps_ms == {METER_UNIT: 100}
    assert set(site.ages_ms) == {"e1", "meter", "roof"} and site.worst_ms() <= CONTROL_AGE_MS
    assert min(site.silences_ms) >= 100 and abs(site.planned_ms() - site.worst_ms()) <= 0.15 * site.worst_ms()
    site.dead = {7}
    site.run(5000)
    site.ages_ms = {}
    site.run(RUN_MS)
    for name in ("e1", "meter"):
        ages_ms = sorted(site.ages_ms[name])
        assert ages_ms[len(ages_ms) * 95 // 100] <= CONTROL_AGE_MS, (name, ages_ms[-20:])


def test_a_read_too_long_for_the_line_is_refused_as_busy():
    site = line_site(9600, proxy_port=1502)
    got = []
    site.bus.proxy.send = lambda client, data: got.append(data)
    site.bus.proxy.opened(0, "c", "10.0.0.9")
    site.bus.proxy.received(site.now_ms, "c", TcpFraming().wrap(7, 1, pdu.read_request(3, 0, 120)))
    assert got == [bytes((0, 7, 0, 0, 0, 3, 1, 0x83, 6))]
    site.bus.proxy.received(site.now_ms, "c", TcpFraming().wrap(8, METER_UNIT, pdu.read_request(4, 0, 2)))
    assert got[1][7] == 4 and len(got[1]) == 13, "answered from what the gateway has just read"
    assert LINK == site.bus.name
