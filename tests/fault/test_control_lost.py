"""A device that no longer does what we say, or does what somebody else says: taken anew, left alone, given back.

Not its job: wires that fail (test_faults_modbus.py). Source: what the gateway promises: no fight, nothing left behind.
"""

import pytest

from tests.fault import invariants
from tests.fault.bench import FaultSite
from tests.portable import fake_site

REFUSED = 4
TAKE = 120          # owner register of sim-four-quadrant
QUASAR = {"name": "q", "profile": "wallbox-quasar-1", "bus": "lan", "p_charge_max_w": 7000, "p_discharge_max_w": 7000,
          "phases": 1, "v2g_consent": True}
ACTION, P_SET = 257, 260


def charging(**sections):
    site = FaultSite(fake_site.document(**sections), {"bus:lan": {1: "sim-four-quadrant"}})
    site.checks = list(invariants.ALL)
    site.run(15000)
    assert site.setpoints()[-1][1] == [(-6000) & 0xFFFF, 0]
    return site


def quasar(**control):
    """A Quasar behind a metered fuse, in control for a minute."""
    document = fake_site.document(
        evse=[QUASAR], bus=[{"name": "lan", "host": "a"}, {"name": "meter", "host": "b"}], site={"i_fuse_a": 63},
        meter={"profile": "eastron-sdm630", "bus": "meter"}, control=dict({"ramp_w_s": 50000}, **control))
    site = FaultSite(document, {"bus:lan": {1: "wallbox-quasar-1"}, "bus:meter": {1: "eastron-sdm630"}})
    site.run(60000)
    return site


def ask(site, request):
    site._do(site.gateway.on_query(site.now_ms, 1, request))


def written(site, address, since_ms):
    """[(ms after since_ms, first register)] of the writes to an address."""
    return [(at_ms - since_ms, values[0]) for at_ms, _, at, values in site.device().written
            if at == address and at_ms >= since_ms]


def refuse(site, is_refused):
    """The device refuses the writes for which is_refused(address, values) holds."""
    bank = site.device().bank
    write = bank.write
    bank.write = lambda function, address, values: (
        REFUSED if is_refused(address, values) else write(function, address, values))
    return lambda: setattr(bank, "write", write)


def lose_owner(site):
    site.device().plant.bank.set("owner", 0)


# -- the safe interval (guards) ---------------------------------------------------------------------------

@pytest.mark.parametrize("wait_ms", [0, 3000, 9000])
def test_a_guard_does_not_hold_power_above_what_the_fuse_leaves(wait_ms):
    site = quasar()
    site.load_w = 3 * 8300.0
    site.run(3000 + wait_ms)
    site.load_w = 3 * 13000.0
    jump_ms = site.now_ms
    site.run(15000)
    late_w = [power for at_ms, power in written(site, P_SET, jump_ms) if at_ms > 500]
    # The charger tells its power once a second: while it ramps, the house is known to one percent of the fuse.
    assert late_w and max(late_w) <= 1490 + 0.0105 * 63 * 230, "the fuse leaves 1490 W"


# -- control lost on a live link --------------------------------------------------------------------------

def test_a_device_without_an_owner_is_taken_again():
    site = charging()
    lose_owner(site)
    site.run(10000)
    assert site.actuator().session.state == "controlling"
    assert site.device().plant.bank.get("owner") == 1 and site.device().plant.p_w == pytest.approx(-6000, abs=20)


def test_an_owner_that_only_reads_wrong_is_noticed_though_no_write_is_refused():
    site = quasar(p_default_w=-3000)
    assert site.actuator().session.state == "controlling"
    lose_owner(site)        # a Quasar takes and ignores what it is told then
    began_ms = site.now_ms
    site.run(10000)
    assert written(site, 81, began_ms)[0][1] == 1, "taken again"
    assert site.device().plant.bank.get("owner") == 1


@pytest.mark.parametrize("what, is_refused", [
    ("take and set", lambda address, values: True),
    ("set alone", lambda address, values: address == 122),
])
def test_a_device_that_refuses_is_tried_less_and_less_often(what, is_refused):
    site = charging()
    heal = refuse(site, is_refused)
    lose_owner(site)
    began_ms = site.now_ms
    site.run(600000)
    takes_ms = [at_ms for at_ms, _ in written(site, TAKE, began_ms)]
    gaps_ms = [later - sooner for sooner, later in zip(takes_ms, takes_ms[1:])]
    assert gaps_ms[0] < 3000 and 60000 <= max(gaps_ms) < 62000
    assert all(later >= 0.9 * sooner for sooner, later in zip(gaps_ms, gaps_ms[1:]))
    assert len([row for row in site.device().written if row[0] >= began_ms]) < 80, "registers may be flash"
    heal()
    site.run(62000 + 15000)
    assert site.actuator().session.state == "controlling" and site.device().plant.p_w == pytest.approx(-6000, abs=20)
    lose_owner(site)
    site.run(100000)
    lose_owner(site)
    site.run(10000)
    assert site.device().plant.bank.get("owner") == 1, "after a quiet minute the first retry is soon again"


# -- stopped, and started by somebody else ----------------------------------------------------------------

def stopped_quasar():
    site = quasar()
    ask(site, {"wish": "idle", "minutes": 600})
    site.run(30000)
    assert site.device().plant.bank.get("action") == 2
    return site


def test_a_stopped_charger_that_somebody_starts_is_stopped_once_more_then_left_alone():
    site = stopped_quasar()
    site.device().shown.update({526: 7000, 519: 30, 537: 1, ACTION: 1, P_SET: 7000})
    began_ms = site.now_ms
    site.run(30000)
    assert [value for _, value in written(site, ACTION, began_ms)] == [2]
    assert site.actuator().is_contended and site.actuator().session.state == "backed_off"


def test_a_stopped_charger_that_carries_power_is_stopped_again_whatever_its_setpoint_says():
    site = stopped_quasar()
    site.device().shown.update({526: 7000, 519: 30, 537: 1})
    began_ms = site.now_ms
    site.run(20000)
    assert [value for _, value in written(site, ACTION, began_ms)] == [2] and not site.actuator().is_contended
    site.run(15000)
    assert site.actuator().is_contended


def test_a_stopped_charger_that_obeys_the_second_stop_is_no_fight():
    site = stopped_quasar()
    site.device().shown.update({P_SET: 7000})
    site.run(3500)
    site.device().shown.clear()
    site.run(60000)
    assert not site.actuator().is_contended and site.actuator().session.state == "controlling"


# -- given back -------------------------------------------------------------------------------------------

def test_observe_wished_while_the_link_is_down_gives_back_when_it_returns():
    site = charging()
    site.close("bus:lan")
    ask(site, {"observe": True})
    site.run(20000)
    assert site.actuator().session.state == "observing" and site.device().plant.bank.get("owner") == 0
    before = len(site.device().written)
    site.run(5000)
    assert len(site.device().written) == before


def test_what_another_master_took_while_we_observe_is_not_given_back():
    site = charging()
    ask(site, {"observe": True})
    site.run(5000)
    site.device().plant.bank.set("owner", 1)
    site.close("bus:lan")
    before = len(site.device().written)
    site.run(20000)
    assert len(site.device().written) == before and site.device().plant.bank.get("owner") == 1


def test_a_restart_in_mode_observe_writes_nothing_to_a_device_that_is_still_owned():
    site = FaultSite(fake_site.document("observe"), {"bus:lan": {1: "sim-four-quadrant"}})
    site.run(5000)
    assert not site.actuator().is_left_behind()
    site.device().plant.bank.set("owner", 1)
    site.run(20000)
    assert site.device().written == [] and site.actuator().is_left_behind(), "told, not touched"


@pytest.mark.parametrize("refusals", [1, 3])
def test_a_clean_stop_gives_back_though_the_device_refuses_at_first(refusals):
    site = charging()
    left = [refusals]

    def is_refused(address, values):
        if address == TAKE and values == [0] and left[0]:
            left[0] -= 1
            return True
        return False

    refuse(site, is_refused)
    site.stop()
    site.run(12000)
    assert site.exit_code == 0 and site.device().plant.bank.get("owner") == 0


def test_a_clean_stop_ends_though_the_device_refuses_for_ever():
    site = charging()
    refuse(site, lambda address, values: True)
    before = len(site.device().written)
    site.stop()
    site.run(20000)
    assert site.exit_code == 1, "told by its exit code"
    assert len(site.device().written) - before < 20


def test_a_clean_stop_gives_back_though_nothing_may_be_refreshed():
    site = charging()
    site.device().bank.read = lambda function, address, count: None     # silent on reads: the failsafe stops refreshing
    site.run(6000)
    assert site.actuator().session.state == "controlling"
    site.stop()
    site.run(12000)
    assert site.device().plant.bank.get("owner") == 0


# -- read-back --------------------------------------------------------------------------------------------

def test_a_register_of_ten_watts_is_not_taken_for_another_master():
    from edge.drivers.profile_loader import load_profile
    from edge.drivers.register_map import RegisterMap

    profile = dict(load_profile("sim-four-quadrant"))
    profile["points"] = tuple([row[:4] + (10,) + row[5:] if row[0] == "p_set_w" else row for row in profile["points"]])
    assert RegisterMap(profile).held("p_w", -5996) == (-5990, 10)
    assert RegisterMap(profile).held("p_w", -400000) == (-327680, 10), "clamped to what the register holds"
    assert RegisterMap(load_profile("wallbox-quasar-1")).held("q_var", 5) == (5, 1)
