"""Configurations of a backup: what is refused, with path, value, what is allowed and why.

Source: edge/config_rules_backup.py, edge/backup/earthing.py.
"""

from edge import config_loader
from edge.backup import earthing
from edge.drivers.profile_loader import load_profile
from tests.portable.backup_bench import CHARGER, document


def errors_of(profile_of=load_profile, **sections):
    """Errors of a house with these changes."""
    return config_loader.load(document(**sections), profile_of)[1]


def assert_refused(path, got, words, profile_of=load_profile, **sections):
    """Exactly one error, of that path and value, that says the words."""
    found = errors_of(profile_of, **sections)
    assert len(found) == 1, found
    assert found[0][:2] == (path, got) and words in found[0][2] + "; " + found[0][3], found


def without(*points):
    """Profiles as they are, but the switch lacks points."""
    def profile_of(name):
        profile = load_profile(name)
        if profile["kind"] != "transfer_switch":
            return profile
        changed = dict(profile)
        changed["points"] = tuple([row for row in profile["points"] if row[0] not in points])
        return changed
    return profile_of


def test_the_house_of_the_bench_is_fine():
    assert errors_of() == []
    assert errors_of(backup={"mode": "autonomous"}, evse=[dict(CHARGER, profile="sim-v2h-auto")]) == []


def test_earthing_switched_neutral_and_bond_fit_or_are_refused():
    for system in ("TN-S", "TN-C-S", "TT", "MEN", "US-service"):
        for switched in (True, False):
            for bond in (True, False):
                found = errors_of(backup={"earthing": system, "neutral_switched": switched, "bond": bond})
                if earthing.fits(system, switched, bond):
                    assert found == [], (system, switched, bond, found)
                else:
                    assert [row[0] for row in found] == ["backup.earthing"], (system, switched, bond, found)
    assert_refused("backup.earthing", "MEN", "MEN: neutral_switched = false with bond = false; the MEN link of the house stays",
                   backup={"earthing": "MEN", "neutral_switched": True, "bond": True})


def test_a_floating_neutral_and_two_bonds_fit_nowhere():
    for row in earthing.FITTING:
        assert row[earthing.NEUTRAL_SWITCHED] == row[earthing.BOND], row


def test_commanded_needs_a_declared_interlock_and_a_signed_checklist():
    assert_refused("backup.interlock_certified", False, "true: a certified hardware interlock", backup={"interlock_certified": False})
    assert_refused("backup.checklist", None, "the number of the signed commissioning checklist", backup={"checklist": None})
    assert_refused("backup.planned_lead_s", 60, "left out with backup.mode autonomous", evse=[dict(CHARGER, profile="sim-v2h-auto")],
                   backup={"mode": "autonomous", "planned_lead_s": 60})
    assert errors_of(backup={"mode": "autonomous", "checklist": None, "interlock_certified": False},
                     evse=[dict(CHARGER, profile="sim-v2h-auto")]) == []


def test_commanded_needs_a_switch_and_a_charger_that_can():
    site = document(circuits=())
    del site["switch"]
    found = config_loader.load(site, load_profile)[1]
    assert [row[0] for row in found] == ["switch"], found
    found = errors_of(evse=[dict(CHARGER, profile="sim-v2h-auto")])
    assert [row[0] for row in found] == ["backup.mode"], found
    assert [row[0] for row in errors_of(backup={"evse": "other"})] == ["backup.evse"]


def test_the_switch_must_be_able_to_prove_what_is_asked():
    assert_refused("switch.profile", "sim-transfer-switch", "mirror contacts and voltmeters on both sides", without("load_v"))
    assert_refused("switch.profile", "sim-transfer-switch", "mirror contacts", without("open_a"))
    assert_refused("backup.neutral_switched", True, "a voltmeter says nothing of the neutral", without("series_open"))
    assert_refused("backup.bond", True, "its bond has no feedback", without("bond_closed"))
    fine = {"earthing": "MEN", "neutral_switched": False, "bond": False}
    assert errors_of(without("series_open", "open_n", "bond_closed"), backup=fine) == []


def test_circuits_are_unique_known_and_small_enough():
    rows = [{"name": "lights", "relay": 1, "priority": 1, "p_w": 500}, {"name": "kitchen", "relay": 2, "priority": 2, "p_w": 900}]
    assert errors_of(circuits=rows) == []
    assert_refused("circuit[1].name", "lights", "one of its own", circuits=[rows[0], dict(rows[1], name="lights")])
    assert_refused("circuit[1].relay", 1, "one of its own", circuits=[rows[0], dict(rows[1], relay=1)])
    assert_refused("circuit[1].p_w", 8000, "at most 7400 W: so much the vehicle supplies", circuits=[rows[0], dict(rows[1], p_w=8000)])
    assert_refused("circuit[1].p_w", 900, "at most 600 W", circuits=rows, backup={"p_max_w": 600})
    assert_refused("circuit", 2, "it switches no circuits", without("circuits_cmd"), circuits=rows)
    assert_refused("backup.pv", "open", "no circuit has pv = true", circuits=rows, backup={"pv": "open"})
    assert_refused("circuit[1].pv", True, "frequency", circuits=[rows[0], dict(rows[1], pv=True)])


def test_floors_and_windows_are_in_order():
    assert_refused("backup.driving_reserve_pct", 30, "below backup.reserve_pct (30)", backup={"driving_reserve_pct": 30})
    assert_refused("backup.reserve_pct", 10, "above backup.driving_reserve_pct (20)", backup={"reserve_pct": 10})
    assert_refused("backup.driving_reserve_pct", 35, "below backup.reserve_pct (25)",
                   backup={"driving_reserve_pct": 35, "reserve_pct": 25})
    assert_refused("backup.reserve_pct", 90, "below soc_max_pct of the charger (80)", backup={"reserve_pct": 90},
                   evse=[dict(CHARGER, soc_max_pct=80)])
    assert_refused("backup.f_low_hz", 50.2, "either side of grid.f_nom_hz (50)", backup={"f_low_hz": 50.2})
    assert_refused("backup.f_low_hz", 49.5, "either side of grid.f_nom_hz (60)", grid={"f_nom_hz": 60})
