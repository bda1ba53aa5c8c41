"""Whole configurations: defaults, every error at once, rules across rows, changes from afar, trial and roll-back.

Not its job: single values (test_params.py), TOML (tests/unit/test_toml_compiler.py). Source: edge/config.py.
"""

from edge import config, config_change, config_loader, config_store
from edge.laws import wape_stability

CONTROL = {"refresh_ms": 500, "min_write_ms": 0, "guards": {"after_change_ms": ((None, 0),)},
           "set": ((16, "p_set_w", ("p_w", "q_var")),)}


def profile(kind, control, registers, gap_ms, age_ms, kinds=("tcp", "rtu_over_tcp"), **more):
    """As much of a device profile as configuration rules read."""
    parts = {
        "kind": kind, "phases": 3, "watchdog": None, "control": control, "instances": (1, 1, 0, 0),
        "transport": {"kinds": kinds, "gap_ms": gap_ms},
        "blocks": (("ident", 3, 0, 6, "once"), ("live", 3, 100, registers, "control")),
        "points": (("p_ac_w", "live", 100, "int16", 1, "W", 1, age_ms), ("p_set_w", "live", 101, "int16", 1, "W", 1, 2 * age_ms)),
        "dynamics": {"meter_window_ms": 20, "response_ms": 60},
    }
    parts.update(more)
    return parts


PROFILES = {
    "fast": profile("charger", CONTROL, 25, 0, 500, watchdog={"max_s": 60}),
    "laggard": profile("charger", CONTROL, 25, 0, 500, dynamics={"meter_window_ms": 1000, "response_ms": 500}),
    "meter": profile("meter", None, 62, 100, 2000),
    "lan-only": profile("charger", CONTROL, 25, 0, 2000, ("tcp",), watchdog={"max_s": 60}),
    "two-steps": profile("charger", dict(CONTROL, refresh_ms=800, set=((6, "p_set_w", ("p_w",)), (6, "p_set_w", (1,)))),
                         30, 0, 2000, watchdog={"max_s": 30}),
}


def site(**sections):
    """The smallest valid document, with sections added or replaced."""
    document = {
        "gateway": {"id": "gw-1"},
        "bus": [{"name": "lan", "host": "192.0.2.1"}],
        "evse": [{"name": "left", "profile": "fast", "bus": "lan", "p_charge_max_w": 7400}],
    }
    document.update(sections)
    return document


def charger(**changes):
    """One [[evse]] table."""
    table = {"name": "left", "profile": "fast", "bus": "lan", "p_charge_max_w": 7400}
    table.update(changes)
    return table


def paths(document, profile_of=None):
    """Paths of all errors."""
    loaded, errors = config.load(document, profile_of)
    assert (loaded is None) == bool(errors)
    return sorted([error[0] for error in errors])


def test_defaults_are_filled_and_what_follows_from_others_is_derived():
    loaded, errors = config.load(site())
    assert errors == []
    assert (loaded.gateway.mode, loaded.gateway.tick_ms, loaded.meter, loaded.pvs) == ("observe", 100, None, [])
    assert (loaded.wape.tau_s, loaded.wape.loop_gain) == (4, 8)
    der = loaded.ders[0]
    assert (der.kind, der.name, der.s_max_va, der.i_max_a, der.v2g_consent) == ("evse", "left", 7400, 32, False)
    assert (loaded.vpp.user, loaded.buses[0].port) == ("gw-1", 502)


def test_chargers_come_before_batteries():
    loaded, _ = config.load(site(bes=[charger(name="store", unit=2)], evse=[charger(), charger(name="right", unit=3)]))
    assert [(der.kind, der.name) for der in loaded.ders] == [("evse", "left"), ("evse", "right"), ("bes", "store")]


def test_the_slowest_kind_of_site_gives_the_filter():
    cases = (("tcp", 3, 4, 8), ("rtu_over_tcp", 3, 7, 8), ("tcp", 1, 10, 20), ("rtu_over_tcp", 1, 10, 20))
    for transport, phases, tau_s, gain in cases:
        loaded, _ = config.load(site(bus=[{"name": "lan", "host": "h", "transport": transport}], evse=[charger(phases=phases)]))
        assert (loaded.wape.tau_s, loaded.wape.loop_gain) == (tau_s, gain), (transport, phases)


def test_every_error_is_found_at_once():
    document = site(
        gateway={"id": "Host!", "mode": "watch"}, wape={"v_0pu": 1, "tau_s": "4"}, gatway={},
        evse=[charger(p_charge_max_w=74000), {"name": "right"}], bus=[{"host": "h"}], meter=3, pv={},
    )
    assert paths(document) == [
        "bus[0].name", "evse[0].p_charge_max_w", "evse[1].bus", "evse[1].p_charge_max_w", "evse[1].profile",
        "gateway.id", "gateway.mode", "gatway", "meter", "pv", "wape.tau_s", "wape.v_0pu"]


def test_errors_say_what_is_allowed_and_what_was_meant():
    _, errors = config.load(site(evse=[charger(p_charge_max_w=74000)]))
    assert errors == [("evse[0].p_charge_max_w", 74000, "0–22000 W", "did you mean 7400?")]


def test_what_is_no_document_is_refused():
    for document in (None, [], 3, "x", {}, {"gateway": None}, {"gateway": []}, {"evse": {}}, {"evse": [None]}):
        assert paths(document), document


def test_rules_across_rows():
    vpp = {"enabled": True, "host": "h", "key": "00" * 16}
    cases = (
        ({"evse": []}, "evse"),
        ({"evse": [charger(name="e%d" % i, unit=i) for i in range(8)], "bes": [charger(name="b", unit=9)]}, "evse"),
        ({"evse": [charger(), charger(unit=2)]}, "evse[1].name"),
        ({"evse": [charger(name="site")]}, "evse[0].name"),
        ({"evse": [charger(), charger(name="right")]}, "evse[1].unit"),
        ({"evse": [charger(bus="wan")]}, "evse[0].bus"),
        ({"evse": [charger(soc_min_pct=90, soc_max_pct=80)]}, "evse[0].soc_min_pct"),
        ({"bus": [{"name": "lan", "host": "a"}, {"name": "lan", "host": "b"}]}, "bus[1].name"),
        ({"bus": [{"name": "lan", "host": "a"}, {"name": "wan", "host": "a"}]}, "bus[1].host"),
        ({"bus": [{"name": "lan"}]}, "bus[0].host"),
        ({"bus": [{"name": "lan", "transport": "serial"}]}, "bus[0].device"),
        ({"bus": [{"name": "lan", "transport": "serial", "device": "/dev/ttyUSB0", "host": "h"}]}, "bus[0].host"),
        ({"bus": [{"name": "lan", "host": "h", "device": "/dev/ttyUSB0"}]}, "bus[0].device"),
        ({"bus": [{"name": "lan", "transport": "serial", "device": "/dev/a"},
                  {"name": "wan", "transport": "serial", "device": "/dev/a"}]}, "bus[1].device"),
        ({"bus": [{"name": "lan", "transport": "serial", "device": "/dev/a", "baud": 12345}]}, "bus[0].baud"),
        ({"bus": [{"name": "lan", "host": "h", "proxy_port": 1502}], "local": {"query_port": 1502}}, "bus[0].proxy_port"),
        ({"bus": [{"name": "lan", "host": "a", "proxy_port": 1502}, {"name": "wan", "host": "b", "proxy_port": 1502}]},
         "bus[1].proxy_port"),
        ({"gateway": {"id": "host"}}, "gateway.id"),
        ({"gateway": {"id": "gw", "read_deadline_ms": 200}}, "gateway.read_deadline_ms"),
        ({"vpp": {"enabled": True}}, "vpp.host"),
        ({"vpp": {"enabled": True, "host": "h"}}, "vpp.key"),
        ({"vpp": dict(vpp, telemetry_s=1, telemetry_service_s=2)}, "vpp.telemetry_service_s"),
        ({"wape": {"v0_pu": 1.0}}, "wape.v0_pu"),
        ({"wape": {"guard_low_pu": 0.98}}, "wape.guard_low_pu"),
        ({"undervoltage": {"v_zero_pu": 0.95}}, "undervoltage.v_zero_pu"),
        ({"support": {"disarm_min_s": 100}}, "support.disarm_min_s"),
        ({"grid": {"q_mode": "wape"}}, "grid.q_mode"),
        ({"failsafe": {"charger_lost_s": 5}}, "failsafe.charger_lost_s"),
        ({"failsafe": {"charger_lost_s": 0.5}, "gateway": {"id": "gw", "tick_ms": 500}}, "failsafe.charger_lost_s"),
        ({"failsafe": {"device_reversion_s": 2.5}}, "failsafe.meter_lost_s"),
    )
    for sections, path in cases:
        assert path in paths(site(**sections)), (sections, path)
    assert paths(site(vpp=vpp)) == []


def test_profiles_say_what_their_device_needs():
    profile_of = PROFILES.get
    assert paths(site(), profile_of) == []
    cases = (
        ({"evse": [charger(profile="none")]}, "evse[0].profile"),
        ({"evse": [charger(profile="meter")]}, "evse[0].profile"),
        ({"evse": [charger(phases=1)]}, "evse[0].phases"),
        ({"meter": {"profile": "fast", "bus": "lan", "unit": 9}}, "meter.profile"),
        ({"failsafe": {"device_reversion_s": 2.6, "charger_lost_s": 1, "meter_lost_s": 1}}, "failsafe.device_reversion_s"),
        ({"evse": [charger(profile="laggard")], "wape": {"enabled": True}}, "wape.tau_s"),
        ({"wape": {"enabled": True, "tau_s": 2.4}}, "wape.tau_s"),
    )
    for sections, path in cases:
        assert paths(site(**sections), profile_of) == [path], (sections, path)
    # 1.4 x 8 x (20 + 100 + 40 + 60) ms = 2.464 s
    assert paths(site(wape={"enabled": True, "tau_s": 2.47}), profile_of) == []
    assert paths(site(evse=[charger(profile="laggard", wape=False)], wape={"enabled": True}), profile_of) == []


def test_the_stability_rule_holds_for_its_own_defaults():
    for phases, slow_bus, delay_s in ((3, False, 0.35), (1, False, 0.35), (3, True, 0.6)):
        gain = wape_stability.default_loop_gain(phases)
        assert wape_stability.default_tau_s(phases, slow_bus) >= wape_stability.wape_tau_min_s(gain, delay_s)


def test_the_canonical_document_and_its_hash_do_not_depend_on_spelling():
    plain, _ = config.load(site())
    spelled = site(gateway={"id": "gw-1", "mode": "observe", "tick_ms": 100.0}, wape={"tau_s": None}, grid={}, pv=[])
    spelled["evse"][0].update({"unit": 1, "p_charge_max_w": 7400.0})
    same, errors = config.load(spelled)
    assert errors == [] and same.hash == plain.hash and same.document == plain.document
    assert plain.document == site() and len(plain.hash) == 32
    assert config.load(site(wape={"tau_s": 5}))[0].hash != plain.hash
    assert config.load(plain.document)[0].document == plain.document


def test_the_hash_is_the_same_on_every_runtime():
    assert config.config_hash({"b": {"x": 0.9639, "y": True}, "a": [{"z": 4.0}]}) == "3719dffa2a602fde8728c331b77d1452"


def test_secrets_are_not_reported():
    vpp = {"enabled": True, "host": "h", "key": "00" * 16, "password": "correct horse battery"}
    loaded, _ = config.load(site(vpp=vpp))
    assert loaded.document["vpp"]["key"]
    assert config.non_default(loaded.document)["vpp"] == {"enabled": True, "host": "h"}
    assert config_loader.non_default(loaded.document, "vpp") == {"vpp": {"enabled": True, "host": "h"}}


def test_an_operator_changes_operator_rows_by_name():
    before = site()
    merged, errors = config_change.merge(before, {"wape": {"tau_s": 5}, "evse": {"left": {"wape": False}}}, "operator")
    assert errors == []
    assert merged["wape"] == {"tau_s": 5} and merged["evse"][0]["wape"] is False
    assert before == site()
    back, _ = config_change.merge(merged, {"wape": {"tau_s": None}, "evse": {"left": {"wape": True}}}, "operator")
    assert back == before


def test_a_change_is_all_or_nothing_and_every_error_is_named():
    cases = (
        ({"wape": {"tau_s": 5, "loop_gain": 3}}, ["wape.loop_gain"]),
        ({"wape": {"tau_s": 5000, "taus": 1}, "x": {}}, ["wape.tau_s", "wape.taus", "x"]),
        ({"evse": {"right": {"wape": False}}}, ["evse.right"]),
        ({"evse": {"left": {"p_charge_max_w": 9000}}}, ["evse.left.p_charge_max_w"]),
        ({"evse": [charger()]}, ["evse"]), ({"evse": 3}, ["evse"]), ({"wape": 3}, ["wape"]), ({"wape": None}, ["wape"]),
        ({"meter": {"profile": "m", "bus": "lan"}}, ["meter"]), ({"evse": {"left": 1}}, ["evse.left"]),
    )
    for changes, expected in cases:
        merged, errors = config_change.merge(site(), changes, "operator")
        assert merged is None and sorted([error[0] for error in errors]) == expected, (changes, errors)


def test_the_installer_may_more_but_nobody_lowers_security_from_afar():
    vpp = {"enabled": True, "host": "h", "key": "00" * 16, "config_key": "0f" * 384}
    document = site(vpp=vpp)
    merged, errors = config_change.merge(document, {
        "evse": [charger(name="new")], "site": {"i_fuse_a": 25}, "meter": {"profile": "m", "bus": "lan", "unit": 9}}, "installer")
    assert errors == [] and merged["evse"][0]["name"] == "new" and merged["meter"]["unit"] == 9
    assert "meter" not in config_change.merge(merged, {"meter": None}, "installer")[0]
    for change in ({"tls": False}, {"key": None}, {"config_key": None}):
        for access in ("operator", "installer"):
            assert config_change.merge(document, {"vpp": change}, access)[0] is None, change
    # A key in a message could be read at the broker; the operator's may be replaced, a modulus is no secret.
    assert config_change.merge(document, {"vpp": {"key": "11" * 16}}, "installer")[1][0][1:3] == (
        "(secret)", "only on the gateway itself")
    assert config_change.merge(document, {"vpp": {"config_key": "1f" * 384}}, "installer")[1] == []


def test_a_refused_secret_is_not_echoed():
    _, errors = config_change.merge(site(), {"vpp": {"key": "my secret"}}, "installer")
    assert errors[0][:2] == ("vpp.key", "(secret)")


def desired(version, base, deadline_s=120, **changes):
    """A decoded config_desired."""
    return {"version": version, "base_version": base, "access": "operator", "deadline_s": deadline_s, "set": changes}


def test_a_change_is_kept_once_the_host_is_heard():
    store = config_store.ConfigStore(site())
    answer, loaded = store.propose(1000, desired(5, 0, wape={"tau_s": 6}))
    assert answer == "applied" and loaded.wape.tau_s == 6 and store.pending and store.version == 5
    assert store.next_wake_ms() == 121000
    assert store.host_heard() and not store.pending and store.next_wake_ms() is None
    assert store.on_time(10 ** 9) is None and store.version == 5


def test_a_change_that_cuts_the_gateway_off_is_rolled_back():
    store = config_store.ConfigStore(site())
    store.propose(1000, desired(5, 0, 30, wape={"tau_s": 6}))
    assert store.on_time(30999) is None
    back = store.on_time(31000)
    assert back.wape.tau_s == 4 and back.document == site()
    assert (store.version, store.refused_version, store.pending) == (0, 5, False) and store.errors
    # the retained message comes again after the reconnect: not tried a second time
    assert store.propose(32000, desired(5, 0, wape={"tau_s": 6})) == ("same", None)


def test_what_does_not_fit_is_refused_and_nothing_changes():
    for proposal, path in (
        (desired(5, 3, wape={"tau_s": 6}), "base_version"),
        (desired(5, 0, wape={"tau_s": 6000}), "wape.tau_s"),
        (desired(5, 0, wape={"v0_pu": 1.05}), "wape.v0_pu"),
        (desired(5, 0, gateway={"mode": "control"}), "gateway.mode"),
    ):
        store = config_store.ConfigStore(site())
        assert store.propose(0, proposal) == ("refused", None)
        assert store.document == site() and store.version == 0 and store.refused_version == 5
        assert store.errors[0][0] == path, store.errors
        assert store.propose(0, proposal) == ("same", None)


def test_a_restart_in_the_middle_of_a_trial_goes_on_with_it():
    store = config_store.ConfigStore(site())
    store.propose(0, desired(5, 0, wape={"tau_s": 6}))
    again = config_store.restore(store.record(), 50)
    assert again.pending and again.version == 5 and again.document["wape"] == {"tau_s": 6}
    assert again.on_time(119000) is None and again.on_time(121000).wape.tau_s == 4


def test_a_record_that_cannot_be_used_gives_the_last_good_one_or_nothing():
    good = '{"document":%s,"good":{"document":{"bus":[{"host":"h","name":"b"}],"evse":[{"bus":"b","name":"e",' \
           '"p_charge_max_w":1,"profile":"p"}],"gateway":{"id":"old"}},"version":3},"version":4}'
    store = config_store.restore((good % '{"gateway":{"id":"BAD ID"}}').encode(), 0)
    assert store.version == 3 and store.document["gateway"]["id"] == "old" and not store.pending
    for record in (b"", b"{}", b"[]", b"\xff", b'{"document":{},"version":1}', b'{"document":null,"version":"x","good":3}'):
        assert config_store.restore(record, 0) is None, record


def test_an_operator_adds_no_section_that_acts_by_being_there():
    for name in ("trip", "enter_service", "ride_through", "dso"):
        assert name not in config_change.merge(site(), {name: {}}, "operator")[0]
        assert name in config_change.merge(site(), {name: {}}, "installer")[0]
    assert config_change.merge(site(), {"p_limit": {"enabled": True}}, "operator")[0]["p_limit"] == {"enabled": True}


def test_an_enrolment_that_contradicts_its_link_is_refused():
    vpp = {"enabled": True, "host": "broker.example", "key": "00" * 32}
    enrol = {"port": 8884}
    assert config.load(site(vpp=vpp, enrol=enrol))[1] == []
    for changed, path in (({"enabled": False}, "enrol"), ({"password": "x"}, "vpp.password"), ({"port": 8884}, "enrol.port"),
                          ({"tls": False}, "vpp.tls")):
        errors = config.load(site(vpp=dict(vpp, **changed), enrol=enrol))[1]
        assert path in [error[0] for error in errors], (path, errors)
