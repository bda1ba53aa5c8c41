"""The recovery ladder on both runtimes: rungs in order, gaps, caps, what is left alone. Not its job: real hangs (sim/test_recovery.py).

Source: gaps and caps of the profile generic-charger-w.
"""

import json

from edge import failsafe, reasons
from edge.drivers.fleet import trouble_of
from edge.drivers.reader import RIGHT_DEVICE
from edge.drivers.recovery import Recovery, supply
from tests.portable import fake_site

RELAY = "17"


class Thing:
    """Anything with attributes."""

    def __init__(self, **values):
        for name in values:
            setattr(self, name, values[name])


class Actuator:
    """Takes rungs."""

    is_held = False

    def __init__(self):
        self.reader = Thing(identity=RIGHT_DEVICE)
        self.rungs = []

    def has_neighbours_that_answer(self):
        return False

    def recover(self, now_ms, rung):
        self.rungs.append(rung)


class Bench:
    """One charger that hangs by word."""

    def __init__(self, hook=True, files=None):
        row = Thing(evse="evse1", hook=hook, power_relay=RELAY, relay_off=1, off_s=10)
        self.config = Thing(recoveries=[row])
        self.ports = fake_site.Ports()
        self.ports.store.files.update(files or {})
        self.actuator = Actuator()
        view = Thing(island=0, observe=False, state="charging", p_ac_w=0)
        self.der = Thing(device=Thing(name="evse1", profile="generic-charger-w"), view=view, failsafe_memory=None, p_set_w=0)
        self.recovery = Recovery(self.config, self.ports, Thing(actuators=[self.actuator]))
        self.now_ms = 0
        self.events = []

    def hang(self, reason):
        memory = [0] * (2 * len(failsafe.FAILSAFE))
        for number, row in enumerate(failsafe.FAILSAFE):
            if row[failsafe.REASON] == reason:
                memory[2 * number + 1] = 1
        self.der.failsafe_memory = memory
        return self

    def run(self, duration_s):
        for _ in range(duration_s):
            self.now_ms += 1000
            for action in self.recovery.update(self.now_ms, Thing(ders=[self.der]), self.events):
                assert action[0] == "store"
                self.ports.store.files[action[1]] = action[2]
        return self

    def codes(self):
        return [row[0] for row in self.events]


def test_the_rungs_come_in_order_and_after_their_gaps():
    bench = Bench().hang(reasons.WRITES_FAIL).run(30)
    assert bench.actuator.rungs == []
    bench.run(1)
    assert bench.actuator.rungs == ["reconnect"]
    bench.run(30)
    assert bench.actuator.rungs == ["reconnect", "restart"] and "recover-evse1" not in bench.ports.store.files
    bench.run(60)
    assert json.loads(bench.ports.store.files["recover-evse1"])["evse"] == "evse1"
    bench.run(300)
    assert bench.ports.contacts.written == [(RELAY, 1)]
    bench.run(11)
    assert bench.ports.contacts.written == [(RELAY, 1), (RELAY, 0)]
    assert [row[2][0] for row in bench.events] == ["reconnect", "restart", "hook", "power_cycle"]


def test_it_is_over_after_a_minute_of_calm():
    bench = Bench().hang(reasons.WRITES_FAIL).run(31)
    bench.der.failsafe_memory = None
    bench.run(60)
    assert not bench.recovery.is_idle()
    bench.run(2)
    assert bench.recovery.is_idle() and bench.events[-1][0] == 461


def test_caps_are_kept_on_disk_by_day():
    bench = Bench().hang(reasons.CHARGER_LOST).run(2000)
    assert bench.codes().count(460) == 5 and bench.events[-1][0] == 462
    saved = bench.ports.store.files["recovery"]
    again = Bench(files={"recovery": saved}).hang(reasons.CHARGER_LOST)
    again.run(2000)
    assert [row[2][0] for row in again.events if row[0] == 460] == ["reconnect", "hook"]
    assert again.events[-1][0] == 462


def test_caps_are_new_a_day_later_by_the_time_that_passed_not_by_the_clock():
    bench = Bench().hang(reasons.CHARGER_LOST).run(2000)
    used = bench.codes().count(460)
    for unix_ms in (0, 4000000000000, 1790000000000):
        bench.ports.clock.ms = unix_ms
        bench.run(100)
    assert bench.codes().count(460) == used
    bench.now_ms += 86400000
    bench.run(100)
    assert bench.events[-1][2][:2] == ["power_cycle", 1]


def test_a_gateway_whose_clock_is_not_set_renews_no_cap_by_starting_anew():
    for began_ms, unix_ms in ((1790000000000, 0), (0, 1790000000000), (0, 0), (4000000000000, 1790000000000)):
        bench = Bench()
        bench.ports.clock.ms = began_ms
        bench.hang(reasons.CHARGER_LOST).run(2000)
        again = Bench(files={"recovery": bench.ports.store.files["recovery"]})
        again.ports.clock.ms = unix_ms
        again.hang(reasons.CHARGER_LOST).run(2000)
        assert [row[2][0] for row in again.events if row[0] == 460] == ["reconnect", "hook"], (began_ms, unix_ms)


def test_the_next_day_a_start_has_new_caps():
    bench = Bench().hang(reasons.CHARGER_LOST).run(2000)
    again = Bench(files={"recovery": bench.ports.store.files["recovery"]})
    again.ports.clock.ms += 86400000
    again.hang(reasons.CHARGER_LOST).run(2000)
    assert again.codes().count(460) == 5


def test_a_relay_that_does_not_come_back_is_told_once_and_tried_until_it_does():
    bench = Bench().hang(reasons.CHARGER_LOST)
    while not bench.ports.contacts.written:
        bench.run(1)
    work = bench.ports.contacts.write
    bench.ports.contacts.write = lambda name, level: False
    bench.run(60)
    assert bench.codes().count(464) == 1
    bench.ports.contacts.write = work
    bench.run(1)
    assert bench.ports.contacts.written[-1] == (RELAY, 0)


def test_an_island_a_fault_and_an_observer_are_left_alone():
    for attribute, value in (("island", 350), ("observe", True), ("state", "fault")):
        bench = Bench().hang(reasons.WRITES_FAIL)
        setattr(bench.der.view, attribute, value)
        bench.run(500)
        assert bench.actuator.rungs == [] and bench.ports.contacts.written == [], attribute
        assert [code for code in bench.codes() if code != 463] == []


def test_only_more_power_than_was_told_is_a_setpoint_without_effect():
    bench = Bench().hang(reasons.NO_EFFECT)
    for p_set_w, p_ac_w, is_trouble in ((-6000, -1000, False), (-6000, 0, False), (-6000, -6400, True), (-6000, 500, True),
                                        (0, -2000, True), (0, 200, False), (3000, 1000, False), (3000, -400, True),
                                        (-6000, None, False)):
        bench.der.p_set_w, bench.der.view.p_ac_w = p_set_w, p_ac_w
        assert (trouble_of(bench.der) is not None) == is_trouble, (p_set_w, p_ac_w)


def test_a_start_supplies_every_charger():
    bench = Bench()
    supply(bench.config, bench.ports)
    assert bench.ports.contacts.written == [(RELAY, 0)]
