"""A run whose state is written down and read back after every tick decides the same as one that is left alone.

Not its job: the journal (test_replay*.py), which has a keyframe only once a minute. Source: edge/keyframe.py.
"""

import json

import pytest

from edge import controller, gateway, keyframe
from tests.fault.bench import FaultSite
from tests.portable import fake_site

METER = {"profile": "eastron-sdm630", "bus": "lan", "unit": 3}


class NoReaders:
    """Pictures are the fleet's, which stays as it is."""

    readers = []


class Reloading:
    """Stands where gateway.py has its controller; setpoints: of every tick."""

    initial_state = staticmethod(controller.initial_state)

    def __init__(self, is_reloading):
        self._is_reloading = is_reloading
        self.site = None
        self.setpoints = []

    def step(self, state, now_ms, snapshot, commands):
        state, setpoints, events = controller.step(state, now_ms, snapshot, commands)
        self.setpoints.append([(der.p_set_w, der.q_set_var, der.reason()) for der in state.ders])
        if self._is_reloading and self.site is not None:
            content = json.loads(json.dumps(keyframe.dump(state, NoReaders)))
            state = controller.initial_state(state.config, self.site.gateway.fleet.profiles())
            keyframe.load(state, NoReaders, content)
        return state, setpoints, events


def chargers(**more):
    return [dict(fake_site.CHARGER, name="evse%d" % unit, unit=unit, p_charge_max_w=7000, e_capacity_wh=40000, profile="sim-v2h",
                 phases=1, **more) for unit in (1, 2)]


def ask(site, **request):
    site._do(site.gateway.on_query(site.now_ms, 1, request))


def scarce_fuse(site):
    """Promises behind a fuse that binds."""
    site.load_w = 5000.0
    site.run(15000)
    ask(site, departure_min=60, e_needed_wh=1500, evse="evse1")
    ask(site, departure_min=100, e_needed_wh=2500, evse="evse2")
    for load_w in (5000.0, 9000.0, 7000.0, 3000.0):
        site.load_w = load_w
        site.run(20000)


def modes(site):
    """Modes, consents that end, wishes."""
    site.load_w = 900.0
    site.run(15000)
    ask(site, departure_min=40, e_needed_wh=3000, evse="evse1")
    ask(site, consent=True, evse="evse1", minutes=1, e_max_wh=50)
    for mode, load_w in (("all", 3500.0), ("tariff", 2000.0), ("pv", -2500.0), ("v2h", 1500.0)):
        site.load_w = load_w
        ask(site, energy_mode=mode)
        site.run(20000)
    ask(site, wish="discharge_now", evse="evse2", minutes=1)
    site.run(20000)


def turns(site):
    """Two chargers on one cable, behind a fuse that binds."""
    site.load_w = 8000.0
    for name, wish in (("evse2", "charge_now"), ("evse1", "charge_now"), ("evse2", "idle"), ("evse1", "discharge_now")):
        ask(site, wish=wish, evse=name)
        site.run(25000)


HOME = {"mode": "v2h", "hold_s": 5, "export_allowed": True}


@pytest.mark.parametrize("script, sections", [
    (scarce_fuse, {"site": {"i_fuse_a": 20, "share": "laxity"}, "home": HOME, "meter": METER, "evse": chargers()}),
    (modes, {"home": HOME, "meter": METER, "evse": chargers()}),
    (turns, {"site": {"i_fuse_a": 40, "share": "laxity"}, "home": HOME, "meter": METER, "evse": chargers(exclusive="cable")}),
])
def test_nothing_that_decides_is_left_out(monkeypatch, script, sections):
    found = []
    for is_reloading in (False, True):
        stand_in = Reloading(is_reloading)
        monkeypatch.setattr(gateway, "controller", stand_in)
        site = stand_in.site = FaultSite(fake_site.document(**sections), {"bus:lan": {1: "sim-v2h", 2: "sim-v2h", 3: "eastron-sdm630"}})
        script(site)
        found.append(stand_in.setpoints)
    plain, reloaded = found
    assert len(plain) == len(reloaded) > 800
    different = [tick for tick, pair in enumerate(zip(plain, reloaded)) if pair[0] != pair[1]]
    assert not different, (different[0], plain[different[0]], reloaded[different[0]])
    assert len({str(tick) for tick in plain}) > 20, "it has something to decide"
