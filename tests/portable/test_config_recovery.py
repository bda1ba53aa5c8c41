"""Rules of [[recovery]], of chargers that only charge, and of those whose protection is declared.

Not its job: the ladder (test_recovery_ladder.py). Source: ours; VDE-AR-N 4105 8.3 asks for grid protection of whatever feeds in.
"""

from edge import config_loader
from edge.drivers.profile_loader import load_profile
from tests.portable import fake_site


def load(*recoveries, **charger):
    """(Config or None, {path: allowed}) of a site with one charger."""
    row = {"name": "evse1", "profile": "generic-charger-w", "bus": "lan", "p_charge_max_w": 7000}
    row.update(charger)
    document = fake_site.document(evse=[row])
    if recoveries:
        document["recovery"] = list(recoveries)
    config, errors = config_loader.load(document, load_profile)
    return config, dict([(path, allowed) for path, _, allowed, _ in errors])


def test_a_hook_and_a_relay_belong_to_one_charger():
    config, errors = load({"evse": "evse1", "hook": True, "power_relay": "17"})
    assert errors == {}
    row = config.recoveries[0]
    assert row.hook is True and row.power_relay == "17" and row.relay_off == 1 and row.off_s == 15


def test_without_the_section_there_is_none():
    assert load()[0].recoveries == []


def test_an_unknown_charger_and_one_named_twice_are_told():
    assert "one of: evse1" in load({"evse": "wall"})[1]["recovery[0].evse"]
    assert "each once" in load({"evse": "evse1"}, {"evse": "evse1"})[1]["recovery[1].evse"]


def test_a_profile_without_gap_and_cap_takes_neither():
    errors = load({"evse": "evse1", "hook": True, "power_relay": "17"}, profile="sim-four-quadrant")[1]
    assert "no gap and cap" in errors["recovery[0].hook"] and "no gap and cap" in errors["recovery[0].power_relay"]


def test_a_charger_that_only_charges_is_never_asked_to_discharge():
    errors = load(p_discharge_max_w=3000, trip_declared=True)[1]
    assert errors["evse[0].p_discharge_max_w"] == "0 W: generic-charger-w only charges"


def test_discharging_needs_protection_that_profile_or_installer_names():
    charger = {"profile": "evtec-bidipro-10", "p_discharge_max_w": 3000}
    assert "does not say that it trips" in load(**charger)[1]["evse[0].p_discharge_max_w"]
    assert load(trip_declared=True, **charger)[1] == {}
    assert load(profile="evtec-bidipro-10")[1] == {}, "charging needs none"
