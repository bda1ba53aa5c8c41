"""A charger that hangs in every way comes back by the rung that cures it; one that never does is left alone, with an alarm.

Not its job: noticing (tests of checks and failsafe), the relay itself.
Source: gaps and caps of the profile generic-charger-w; ours.
"""

import json

import pytest

from edge import field_reasons
from host_sim.plant.devices import make_device
from tests.portable import fake_site

STEP_MS = 100
V_LN_V = (230.0, 230.0, 230.0)
RESTART_ADDRESS = 22
RELAY = "/sys/class/gpio/gpio17/value"
DAY_MS = 86400000
TOLD = {field_reasons.RECOVERY_STEP: "step", field_reasons.RECOVERED: "recovered",
        field_reasons.RECOVERY_USED_UP: "used_up", field_reasons.RECOVERY_WAITS: "waits",
        field_reasons.RELAY_FAILED: "relay_failed"}


class HungBank:
    """The registers of a charger that hangs until one rung is used on it."""

    def __init__(self, device):
        self.device = device
        self.mode = self.cure = None
        self._frozen = {}
        self._obey = device.bank.on_write

    def hang(self, mode, cure):
        """mode: silent, frozen, deaf or stuck. cure: name of a rung, or None."""
        self.mode, self.cure = mode, cure
        self._frozen = {}
        if mode in ("frozen", "stuck"):
            self.device.bank.on_write = lambda point, value: 0
        if mode == "stuck":
            self.device.inverter.set_reversion_ms(self.device.now_ms, 0)

    def tried(self, rung):
        if rung == self.cure:
            self.mode = self.cure = None
            self.device.bank.on_write = self._obey

    def read(self, function, address, count):
        if self.mode != "frozen":
            return self.device.bank.read(function, address, count)
        return self._frozen.setdefault((address, count), self.device.bank.read(function, address, count))

    def write(self, function, address, values):
        if address == RESTART_ADDRESS:
            self.tried("restart")
        return 4 if self.mode == "deaf" else self.device.bank.write(function, address, values)


class Site(fake_site.FakeSite):
    """A FakeSite whose charger may be silent, and that sees what is done to it."""

    hung = None

    def _do(self, actions):
        for action in actions:
            if action == ("connect", "bus:lan") and self.hung:
                self.hung.tried("reconnect")
        super()._do(actions)

    def _answer(self, link, data):
        if self.hung is None or self.hung.mode != "silent" or link != "bus:lan":
            super()._answer(link, data)


class Bench:
    """One charger on one gateway with a hook and a relay."""

    def __init__(self, files=None, profile="generic-charger-w", **sections):
        self.device = make_device(profile)
        self.hung = HungBank(self.device)
        evse = {"name": "der1", "profile": profile, "bus": "lan", "p_charge_max_w": 11000}
        sections.setdefault("recovery", [{"evse": "der1", "hook": True, "power_relay": RELAY, "off_s": 10}])
        document = fake_site.document(evse=[evse], control={"p_default_w": -2500, "ramp_w_s": 50000}, **sections)
        self.site = Site(document, {"bus:lan": {1: self.hung}}, files)
        self.site.hung = self.hung
        self.events = []
        gateway = self.site.gateway
        pass_on = gateway.event

        def event(now_ms, code, subject, values):
            if code in TOLD:
                self.events.append((TOLD[code], *values))
            pass_on(now_ms, code, subject, values)
        gateway.event = event
        self.power_cuts = 0
        self._is_off = False

    def run(self, duration_s):
        """Plant and gateway together; hook and relay work at once."""
        for _ in range(duration_s * 1000 // STEP_MS):
            self.device.step(self.site.now_ms, STEP_MS, V_LN_V, 50.0)
            self.site.run(STEP_MS)
            if self.site.ports.store.files.pop("recover-der1", None):
                self.hung.tried("hook")
            is_off = self.site.ports.contacts.levels.get(RELAY) == 1
            if self._is_off and not is_off:
                self.power_cuts += 1
                self.hung.tried("power_cycle")
            self._is_off = is_off
        return self

    def steps(self):
        """Names of the rungs used, in order."""
        return [event[1] for event in self.events if event[0] == "step"]

    def charges_w(self):
        return -sum(self.device.p_inj_w)


# How it hangs, what cures it, the rungs up to that one. A silent charger has no restart register; bus and session try to
# connect anew by themselves, so "reconnect" cures silence ahead of the ladder.
CURES = (
    ("silent", "hook", ["reconnect", "hook"]),
    ("silent", "power_cycle", ["reconnect", "hook", "power_cycle"]),
    ("frozen", "reconnect", ["reconnect"]),
    ("frozen", "restart", ["reconnect", "restart"]),
    ("frozen", "power_cycle", ["reconnect", "restart", "hook", "power_cycle"]),
    ("deaf", "restart", ["reconnect", "restart"]),
    ("deaf", "hook", ["reconnect", "restart", "hook"]),
    ("stuck", "restart", ["reconnect", "restart"]),
    ("stuck", "power_cycle", ["reconnect", "restart", "hook", "power_cycle"]),
)


@pytest.mark.parametrize("mode, cure, rungs", CURES)
def test_a_charger_that_hangs_comes_back_by_the_rung_that_cures_it(mode, cure, rungs):
    bench = Bench().run(15)
    assert bench.charges_w() == pytest.approx(2500, abs=20)
    bench.hung.hang(mode, cure)
    if mode == "stuck":     # it goes on charging whatever it is told
        bench.site.gateway.state.commitments.standing[0].p_default_w = 0
    bench.run(520)
    assert bench.hung.mode is None, bench.events
    assert bench.steps() == rungs
    assert bench.power_cuts == (1 if "power_cycle" in rungs else 0)
    bench.site.gateway.state.commitments.standing[0].p_default_w = -2500
    bench.run(90)
    assert [event[:2] for event in bench.events if event[0] == "recovered"] == [("recovered", rungs[-1])]
    assert bench.charges_w() == pytest.approx(2500, abs=20)


def test_one_that_never_comes_back_is_left_alone_after_the_cap_with_an_alarm():
    bench = Bench().run(15)
    bench.hung.hang("silent", None)
    bench.run(1900)
    assert bench.steps() == ["reconnect", "hook", "power_cycle", "power_cycle", "power_cycle"]
    assert bench.events[-1][0] == "used_up" and len(bench.events) == 6
    assert bench.power_cuts == 3
    bench.run(1200)
    assert len(bench.events) == 6, "left alone, told once"
    for jump_ms in (DAY_MS, -2 * DAY_MS, 40 * DAY_MS):
        bench.site.ports.clock.ms += jump_ms
        bench.run(10)
    assert len(bench.events) == 6, "a clock that jumps renews no cap"


def test_caps_outlive_a_restart_and_a_relay_is_never_left_off():
    bench = Bench().run(15)
    bench.hung.hang("silent", None)
    bench.run(440)
    files = dict(bench.site.ports.store.files)
    assert json.loads(files["recovery"])["der1"]["power_cycle"][1] == 1
    again = Bench(files)
    again.site.ports.clock.ms = bench.site.ports.clock.ms
    again.run(15)
    assert again.site.ports.contacts.written[0] == (RELAY, 0), "supplied, however the run before ended"
    again.hung.hang("silent", None)
    again.run(1500)
    assert again.steps().count("power_cycle") == 2, "the third of the day"
    assert again.events[-1][0] == "used_up"


@pytest.mark.parametrize("saved", (b"", b"{", b"[1]", b'{"der1": 3}', b'{"der1": {"hook": ["x", 1]}}', b'{"der1": {"hook": [1]}}'))
def test_a_file_of_counts_that_cant_be_read_counts_as_none(saved):
    bench = Bench({"recovery": saved}).run(15)
    bench.hung.hang("silent", "hook")
    bench.run(120)
    assert bench.steps() == ["reconnect", "hook"]


def test_without_a_section_only_software_is_tried():
    bench = Bench(recovery=[]).run(15)
    bench.hung.hang("frozen", None)
    bench.run(300)
    assert set(bench.steps()) == {"reconnect", "restart"}
    assert not bench.site.ports.contacts.written


def test_nothing_is_done_while_the_house_is_an_island():
    bench = Bench().run(15)
    bench.site.gateway.state.ders[0].view.island = 350
    bench.hung.hang("silent", "hook")
    bench.run(300)
    assert bench.events == [("waits",)]
    bench.site.gateway.state.ders[0].view.island = 0
    bench.run(120)
    assert bench.steps() == ["reconnect", "hook"], "every gap begins anew"


def test_a_charger_that_only_tells_a_fault_is_left_alone():
    bench = Bench().run(15)
    bench.device.fault_bits |= 4
    bench.run(300)
    assert bench.site.gateway.state.ders[0].view.state == "fault"
    assert bench.events == []
    bench.hung.hang("deaf", None)       # also when it refuses setpoints meanwhile
    bench.run(300)
    assert bench.events == []


def test_a_vehicle_that_takes_less_is_no_reason():
    bench = Bench().run(15)
    bench.device.battery = None
    bench.device.bank.on_write = lambda point, value: 0
    bench.run(300)
    assert bench.events == []


def test_an_observing_gateway_touches_nothing():
    bench = Bench(gateway={"id": "gw-test", "mode": "observe"}).run(15)
    bench.hung.hang("frozen", None)
    bench.run(300)
    assert bench.events == []


def test_a_gateway_that_stops_leaves_the_charger_supplied_and_resets_nothing():
    bench = Bench().run(15)
    bench.hung.hang("silent", None)
    bench.run(400)
    assert bench.site.ports.contacts.levels[RELAY] == 1, "in the middle of a power cut"
    bench.site.stop()
    assert bench.site.ports.contacts.levels[RELAY] == 0
    steps = bench.steps()
    bench.run(30)
    assert bench.steps() == steps


def test_a_relay_that_cant_be_switched_is_told():
    bench = Bench().run(15)
    bench.site.ports.contacts.write = lambda name, level: False
    bench.hung.hang("silent", None)
    bench.run(440)
    assert ("relay_failed", RELAY) in bench.events and bench.power_cuts == 0
