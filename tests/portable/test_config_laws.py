"""Rules about the functions of a grid code: refused with path, value, what is allowed and what to do instead.

Source: edge/config_rules_laws.py, edge/config_rules_grid.py; IEEE 1547-2018 tables 8 to 10 for gaps and order.
"""

from edge import config_loader
from edge.drivers.profile_loader import load_profile
from tests.portable import fake_site

QUASAR = {
    "name": "evse1", "profile": "wallbox-quasar-1", "bus": "lan", "phases": 1, "p_charge_max_w": 6000,
    "p_discharge_max_w": 6000, "v2g_consent": True,
}
QUASAR_SAFE = {"device_reversion_s": 30}


def errors_of(**sections):
    """Errors of a site with these sections, as (path, got, allowed and hint)."""
    _, errors = config_loader.load(fake_site.document(**sections), load_profile)
    return [(path, got, allowed + "; " + hint) for path, got, allowed, hint in errors]


def assert_refused(wanted_path, wanted_got, words, **sections):
    """Exactly one error, of that path and value, that says the words."""
    found = errors_of(**sections)
    assert len(found) == 1, found
    path, got, text = found[0]
    assert (path, got) == (wanted_path, wanted_got) and words in text, found


def test_every_function_alone_is_accepted():
    for q_mode in ("volt_var", "watt_var", "cpf", "crp"):
        assert errors_of(**{"grid": {"q_mode": q_mode}, q_mode: {"olrt_s": 1}}) == []
    assert errors_of(volt_watt={"enabled": True, "charge_enabled": True, "p2_pu": -1}, p_limit={"enabled": True},
                     droop={"of_enabled": True, "of_end_hz": 2, "of_return_hz": 0.02, "stop_charge_hz": 0.5}) == []


def test_one_owner_of_q():
    assert_refused("crp", "", 'left out with grid.q_mode volt_var: one function owns reactive power; grid.q_mode = "crp"',
                   grid={"q_mode": "volt_var"}, crp={"q_pu": 0.2})
    assert_refused("volt_var", "", "left out with grid.q_mode unity", volt_var={"q1_pu": 0.3})


def test_settings_that_something_else_replaces():
    assert_refused("undervoltage", "", "left out with volt_watt.charge_enabled",
                   volt_watt={"charge_enabled": True}, undervoltage={"v_full_pu": 0.95})
    assert_refused("droop.k_of_pu", "", "left out with droop.of_end_hz", droop={"of_end_hz": 2, "k_of_pu": 0.04})
    assert_refused("droop.k_uf_pu", "", "left out with droop.uf_end_hz", droop={"uf_end_hz": 2, "k_uf_pu": 0.04})
    assert errors_of(droop={"of_end_hz": 2, "k_uf_pu": 0.04}) == []


def test_curves_rise_and_fall_as_they_must():
    volt_var = {"q_mode": "volt_var"}
    assert_refused("volt_var.v2_pu", 0.95, "above volt_var.v1_pu (0.95)", grid=volt_var, volt_var={"v1_pu": 0.95, "v2_pu": 0.95})
    assert_refused("volt_var.q1_pu", -0.1, "at least volt_var.q2_pu (0)", grid=volt_var, volt_var={"q1_pu": -0.1})
    assert_refused("watt_var.p3_pu", 0.4, "above watt_var.p2_pu (0.5)", grid={"q_mode": "watt_var"}, watt_var={"p3_pu": 0.4})
    assert_refused("volt_watt.v2_pu", 1.05, "above volt_watt.v1_pu (1.06)", volt_watt={"enabled": True, "v2_pu": 1.05})
    assert_refused("volt_watt.p1_pu", 0.1, "at least volt_watt.p2_pu (0.2)", volt_watt={"enabled": True, "p1_pu": 0.1})
    assert_refused("droop.of_end_hz", 0.2, "above droop.of_hz (0.3)", droop={"of_hz": 0.3, "of_end_hz": 0.2})
    assert_refused("droop.of_hz", 0.2, "at least droop.of_return_hz (0.3)", droop={"of_hz": 0.2, "of_return_hz": 0.3})


def test_gaps_of_the_grid_code():
    grid = {"code": "ieee1547-b-iii", "q_mode": "volt_var"}
    assert errors_of(grid=grid, volt_var={"v1_pu": 0.96}) == [], "0.02 exactly"
    assert_refused("volt_var.v2_pu", 0.98, "at least 0.02 above volt_var.v1_pu (0.97) by the grid code",
                   grid=grid, volt_var={"v1_pu": 0.97})
    assert errors_of(grid={"q_mode": "volt_var"}, volt_var={"v1_pu": 0.97}) == [], "without a code there is no gap"


def test_a_device_too_slow_or_too_far_away_has_to_do_it_by_itself():
    assert_refused("droop.olrt_s", 0.5, "at least 1 s", droop={"of_enabled": True, "olrt_s": 0.5})
    assert errors_of(droop={"olrt_s": 0.5}) == [], "it does not run"
    found = errors_of(evse=[QUASAR], failsafe=QUASAR_SAFE, droop={"of_enabled": True})
    rows = [row for row in found if row[0] == "droop.olrt_s"]
    assert len(rows) == 1 and rows[0][1] == 5 and "the device must do it by itself" in rows[0][2], found
    assert errors_of(evse=[dict(QUASAR, p_discharge_max_w=0)], failsafe=QUASAR_SAFE, droop={"of_enabled": True}) == \
        errors_of(evse=[dict(QUASAR, p_discharge_max_w=0)], failsafe=QUASAR_SAFE), "a load has no duty"


def test_volt_var_that_would_oscillate():
    # Three-phase, 7.36 kVA, a loop of 0.22 s, category B: G = 0.44 / 0.06 * 0.14 = 1.03, so 0.22 * (1 + 3.22 * 1.03).
    volt_var = {"q_mode": "volt_var"}
    assert errors_of(grid=volt_var, volt_var={"olrt_s": 1}) == [], "0.95 s would do"
    steep = {"v1_pu": 0.965, "olrt_s": 2}
    assert_refused("volt_var.olrt_s", 2, "at least 3.13 s: (1 + 3.22 × loop gain 4.11) × delay 0.22 s of evse[0]",
                   grid=volt_var, volt_var=steep)
    assert errors_of(grid=volt_var, volt_var=dict(steep, olrt_s=3.2)) == []
    assert errors_of(grid=volt_var, volt_var=dict(steep, sensitivity_pu=0.05)) == [], "a study of the feeder says so"
    assert_refused("volt_var.olrt_s", 5, "loop gain 14.7", grid=volt_var, volt_var={"sensitivity_pu": 2})
    assert_refused("volt_var.olrt_s", 90, "loop gain inf", grid=volt_var,
                   volt_var={"v2_pu": 1, "v3_pu": 1, "q2_pu": 0.1, "q3_pu": -0.1, "olrt_s": 90})
    assert errors_of(grid=volt_var, volt_var={"q1_pu": 0, "q4_pu": 0, "olrt_s": 1, "v1_pu": 0.979}) == [], "flat"


def test_vars_from_a_device_that_takes_none():
    def found(q_mode, **rows):
        row_lists = errors_of(evse=[QUASAR], failsafe=QUASAR_SAFE, grid={"q_mode": q_mode}, **{q_mode: dict(rows, olrt_s=60)})
        return [row for row in row_lists if row[0] == "grid.q_mode"]

    rows = found("volt_var")
    assert len(rows) == 1 and rows[0][1] == "volt_var" and "unity with evse[0]" in rows[0][2], rows
    assert found("cpf", pf=0.95) and found("crp", q_pu=0.1)
    assert not found("cpf", pf=1) and not found("crp", q_pu=0), "asks for none"


def test_the_old_configuration_stays_when_a_change_breaks_a_rule():
    document = fake_site.document(droop={"of_enabled": True})
    config, errors = config_loader.change(document, {"droop": {"olrt_s": 0.5}}, "installer", load_profile)
    assert config is None and errors and document == fake_site.document(droop={"of_enabled": True})


def test_a_window_or_a_trip_that_the_nominal_frequency_is_outside_of():
    assert_refused("enter_service.f_lo_hz", 59.5, "below grid.f_nom_hz (50)", enter_service={})
    assert_refused("trip.of1_hz", 59, "above grid.f_nom_hz (60)", grid={"f_nom_hz": 60}, trip={"of1_hz": 59})
    assert errors_of(grid={"f_nom_hz": 60}, enter_service={}, trip={}) == []


def test_vars_of_a_load_may_not_oscillate_either():
    load = dict(fake_site.CHARGER)
    load.update({"p_discharge_max_w": 0, "v2g_consent": False})
    assert_refused("volt_var.olrt_s", 0.5, "a faster one oscillates", evse=[load], grid={"q_mode": "volt_var"},
                   volt_var={"olrt_s": 0.5})
    for charge_w, discharge_w, rated_w in ((7400, 5000, 5000), (7400, 0, 7400)):
        load.update({"p_charge_max_w": charge_w, "p_discharge_max_w": discharge_w})
        config, _ = config_loader.load(fake_site.document(evse=[load]), load_profile)
        assert config.ders[0].p_rated_w == rated_w, "the base of IEEE 1547 is injection"
    load.update({"p_charge_max_w": 0, "p_discharge_max_w": 0})
    config, _ = config_loader.load(fake_site.document(evse=[load]), load_profile)
    assert config.ders[0].p_rated_w > 0, "pu of nothing is no number"
