"""Rules across the rows of the home section: each broken one is refused with its path.

Source: edge/config_rules_home.py.
"""
from edge import config_loader
from edge.drivers.profile_loader import load_profile
from tests.portable import fake_site

METER = {"profile": "eastron-sdm630", "bus": "lan", "unit": 2}
ONE_WAY = dict(fake_site.CHARGER, p_discharge_max_w=0)
LINK = {"host": "127.0.0.1"}


def broken(**sections):
    """Paths of the errors of a site with those sections."""
    _, errors = config_loader.load(fake_site.document(**sections), load_profile)
    return [error[0] for error in errors]


def listens(quantity):
    return [{"quantity": quantity, "topic": "home/" + quantity}]


def test_modes_that_follow_the_house_have_to_see_it():
    for mode in ("charge", "timed", "tariff", "grid"):
        assert broken(home={"mode": mode, "end_min": 300}) == [], mode
    for mode in ("pv", "v2h"):
        assert broken(home={"mode": mode}) == ["home.mode"], mode
        assert broken(home={"mode": mode}, meter=METER) == [], mode
        assert broken(home={"mode": mode}, site_link=LINK, input=listens("p_pcc_w")) == [], mode
    assert broken(home={"mode": "pv"}, site_link=LINK, input=listens("load_w")) == ["home.mode"], "and no roof"
    assert broken(home={"mode": "v2h"}, site_link=LINK, input=listens("load_w")) == []


def test_discharging_modes_need_a_charger_that_can_and_feeding_the_permission():
    assert broken(home={"mode": "v2h"}, meter=METER, evse=[ONE_WAY]) == ["home.mode"]
    assert broken(home={"mode": "all"}, meter=METER) == ["home.mode"]
    assert broken(home={"mode": "all", "export_allowed": True}, meter=METER) == []
    assert broken(home={"mode": "tariff"}, evse=[ONE_WAY]) == []


def test_timed_hours_differ():
    for start_min, end_min, expected in ((60, 60, ["home.end_min"]), (0, 1440, ["home.end_min"]), (1380, 360, [])):
        assert broken(home={"mode": "timed", "start_min": start_min, "end_min": end_min}) == expected
    assert broken(home={"mode": "tariff", "start_min": 60, "end_min": 60}) == [], "nobody asks for them"


def test_the_usual_departure_fits_into_the_window():
    charger = dict(fake_site.CHARGER, soc_min_pct=30, soc_max_pct=90)
    for soc_pct, expected in ((30, []), (90, []), (95, ["home.departure_soc_pct"]), (20, ["home.departure_soc_pct"])):
        assert broken(home={"departure_min": 450, "departure_soc_pct": soc_pct}, evse=[charger]) == expected, soc_pct
    assert broken(home={"departure_soc_pct": 95}, evse=[charger]) == [], "without a usual departure nobody asks"


def test_another_battery_has_to_be_seen():
    site = {"other_battery": "ev_first"}
    battery = {"profile": "sim-home-battery", "bus": "lan", "unit": 4}
    assert broken(site=site) == ["site.other_battery"]
    assert broken(site=site, battery=battery) == []
    assert broken(site=site, site_link=LINK, input=listens("battery_w")) == []
