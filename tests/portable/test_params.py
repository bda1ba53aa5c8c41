"""The parameter table: every row is documented, its default fits, its name tells its unit.

Not its job: whole configurations (test_config.py). Source: edge/params.py.
"""

from edge import dead_man, limits, param_values, params

ENDINGS = {
    "W": "_w", "var": "_var", "VA": "_va", "V": "_v", "A": "_a", "Hz": "_hz", "Hz/s": "_hz_s", "pu": "_pu", "%": "_pct", "s": "_s",
    "ms": "_ms", "min": "_min", "Wh": "_wh", "W/s": "_w_s", "var/s": "_var_s", "var/V": "_var_per_v", "B": "_bytes", "B/s": "_bytes_s",
    "1/kWh": "_per_kwh", "km/kWh": "_per_kwh",
}


def test_every_row_is_whole():
    names = []
    for row in params.all_rows():
        assert len(row) == 10, row
        name, kind, _, _, low, high, default, access, source, text = row
        names.append(name)
        assert kind in ("int", "float", "bool", "choice", "text", "name", "hex", "key", "secret"), name
        assert access in (params.OPERATOR, params.INSTALLER) and source, name
        assert text.endswith(".") and len(text) <= 70, name
        if kind == params.CHOICE:
            assert len(low) >= 2 and high is None, name
        elif kind != params.BOOL:
            assert low <= high, name
        if default not in (None, params.REQUIRED):
            assert param_values.check(row, default) == (default, None), name
    assert len(set(names)) == len(names)


def test_every_unit_is_at_the_end_of_the_name():
    for row in params.all_rows():
        if row[2] in ENDINGS:
            assert row[0].endswith(ENDINGS[row[2]]), row[0]
        else:
            assert row[2] in (None, "1"), row[0]
        if row[2] in ("pu", "%"):
            assert row[3], row[0] + " names no base"
        assert (row[2] is None) == (row[1] not in (params.INT, params.FLOAT)), row[0]


def test_every_row_is_in_a_section_and_every_section_has_rows():
    prefixes = [section[3] for section in params.SECTIONS]
    for row in params.all_rows():
        assert row[0].split(".")[0] in prefixes, row[0]
    for section in params.SECTIONS:
        assert params.rows_of(section[0]), section
    assert params.rows_of("none") == [] and params.section_row("none") is None


def test_batteries_have_the_rows_of_chargers():
    assert [key for key, _ in params.rows_of("bes")] == [key for key, _ in params.rows_of("evse")]
    assert [key for key, _ in params.rows_of("bus")][0] == "name"


def test_what_protects_people_and_grid_is_for_the_installer():
    installer = [row[0] for row in params.all_rows() if row[7] == params.INSTALLER]
    for name in ("site.i_fuse_a", "vpp.tls", "vpp.key", "vpp.config_key", "grid.q_mode", "evse.p_charge_max_w",
                 "evse.v2g_consent", "failsafe.device_reversion_s", "failsafe.p_static_safe_w", "undervoltage.v_zero_pu",
                 "gateway.mode", "wape.loop_gain"):
        assert name in installer, name


def test_it_only_observes_and_connects_to_nobody_by_default():
    assert params.defaults("gateway")["mode"] == "observe"
    assert params.defaults("vpp")["enabled"] is False and params.defaults("vpp")["tls"] is True
    assert params.defaults("evse")["v2g_consent"] is False and params.defaults("evse")["p_discharge_max_w"] == 0
    assert params.defaults("failsafe")["p_static_safe_w"] == 0


def test_values_against_rows():
    rows = {row[0]: row for row in params.all_rows()}
    cases = (
        ("evse.p_charge_max_w", 0, True), ("evse.p_charge_max_w", 22000, True), ("evse.p_charge_max_w", 22000.1, False),
        ("evse.p_charge_max_w", -1, False), ("evse.p_charge_max_w", True, False), ("evse.p_charge_max_w", "7400", False),
        ("evse.p_charge_max_w", float("nan"), False), ("evse.p_charge_max_w", float("inf"), False),
        ("evse.p_charge_max_w", None, False), ("evse.p_charge_max_w", [], False), ("evse.p_charge_max_w", {}, False),
        ("gateway.tick_ms", 100.0, True), ("gateway.tick_ms", 100.5, False),
        ("evse.phases", 3, True), ("evse.phases", 2, False), ("evse.phases", True, False), ("evse.phases", "3", False),
        ("wape.enabled", True, True), ("wape.enabled", 1, False), ("wape.enabled", "true", False),
        ("gateway.id", "gw-1", True), ("gateway.id", "GW-1", False), ("gateway.id", "", False), ("gateway.id", "a/b", False),
        ("gateway.id", "-a", False), ("gateway.id", "x" * 33, False), ("gateway.id", 5, False),
        ("vpp.key", "0f" * 16, True), ("vpp.key", "0f" * 15, False), ("vpp.key", "0g" * 16, False), ("vpp.key", "0f" * 16 + "0", False),
        ("vpp.host", "broker.local", True), ("vpp.host", "a\nb", False),
    )
    for name, value, fits in cases:
        _, problem = param_values.check(rows[name], value)
        assert (problem is None) == fits, (name, value, problem)


def test_hints_say_what_was_probably_meant():
    rows = {row[0]: row for row in params.all_rows()}
    cases = (
        ("evse.p_charge_max_w", 74000, "did you mean 7400?"), ("evse.p_charge_max_w", 740000, "did you mean 7400?"),
        ("wape.v0_pu", 96.39, "did you mean 0.9639?"), ("gateway.tick_ms", 5, ""),
        ("gateway.tick_ms", "100", "write the number without quotes"), ("gateway.mode", "controll", "did you mean control?"),
        ("gateway.id", "GW-1", "use lower case"), ("gateway.id", 5, "write it in quotes"),
        ("home.utc_offset_min", 5000, ""), ("backup.earthing", "IT", ""), ("backup.mode", "commandd", ""),
        ("wape.enabled", "yes", ""), ("evse.p_charge_max_w", 1e12, ""),
    )
    for name, value, hint in cases:
        assert param_values.check(rows[name], value)[1][1] == hint, (name, value, param_values.check(rows[name], value))


def test_allowed_is_said_for_people():
    rows = {row[0]: row for row in params.all_rows()}
    for name, text in (
        ("evse.p_charge_max_w", "0–22000 W"), ("gateway.mode", "observe or control"), ("wape.enabled", "true or false"),
        ("control.p_default_w", "-22000 to 22000 W"), ("gateway.tick_ms", "whole number 50–1000 ms"),
        ("vpp.config_key", "768 characters of 0-9 a-f"), ("wape.v0_pu", "0.85–1.1 pu"),
    ):
        assert param_values.allowed_text(rows[name]) == text, param_values.allowed_text(rows[name])
    fixed = list(rows["wape.v0_pu"])
    fixed[4] = fixed[5] = 1.2
    assert param_values.allowed_text(fixed) == "only 1.2 pu"


def test_nearest_word():
    keys = [key for key, _ in params.rows_of("wape")]
    for word, hint in (("v_0pu", "did you mean v0_pu?"), ("taus", "did you mean tau_s?"), ("v0", "did you mean v0_pu?"), ("something_else", "")):
        assert param_values.did_you_mean(word, keys) == hint, word
    assert param_values.distance("kitten", "sitting") == 3 and param_values.distance("", "abc") == 3


def test_the_times_of_the_dead_man_chain():
    assert dead_man.broken_relations(100, [("a", 2)], 5) == []
    assert [row[0] for row in dead_man.broken_relations(1000, [("a", 1), ("b", 5), ("c", 4.9)], 5)] == ["a", "b"]
    assert dead_man.reversion_needed_s(500, 40) == 2.7
    failsafe = params.defaults("failsafe")
    delays = [(key, failsafe[key]) for key in ("charger_lost_s", "meter_lost_s")]
    assert dead_man.broken_relations(params.defaults("gateway")["tick_ms"], delays, failsafe["device_reversion_s"]) == []
