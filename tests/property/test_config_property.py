"""Configurations for all inputs: nothing crashes, nothing bad gets in, the canonical form is stable.

Not its job: examples (tests/portable/test_config.py). Source: edge/params.py.
"""

import json

from hypothesis import given, settings, strategies as st

from edge import config, config_change, config_rules, param_values, params
from tools.gateway import toml_compiler

VALUE = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6)
ANYTHING = st.recursive(VALUE, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3))
SECTIONS = [section[0] for section in params.SECTIONS]
ROWS = {row[0]: row for row in params.all_rows()}


@st.composite
def likely(draw):
    """Documents whose sections and keys exist, with values of all kinds."""
    document = {}
    for section in draw(st.lists(st.sampled_from(SECTIONS), unique=True, max_size=6)):
        keys = [key for key, _ in params.rows_of(section)]
        table = st.dictionaries(st.sampled_from(keys), VALUE | st.sampled_from([1, 3, 100, "a", "tcp", "wape"]), max_size=8)
        many = params.section_row(section)[1] == params.MANY
        document[section] = draw((st.lists(table, max_size=3) if many else table) | ANYTHING)
    return document


@given(ANYTHING | likely())
@settings(max_examples=300)
def test_no_document_crashes_the_loader(document):
    loaded, errors = config.load(document, toml_compiler.profile_of)
    assert (loaded is None) == bool(errors)
    for error in errors:
        assert len(error) == 4 and isinstance(error[0], str) and error[2]


@given(likely(), st.sampled_from((params.OPERATOR, params.INSTALLER)))
@settings(max_examples=200)
def test_no_change_crashes_and_an_operator_never_changes_installer_rows(changes, access):
    before = {"gateway": {"id": "gw-1"}, "bus": [{"name": "a", "host": "h"}],
              "evse": [{"name": "e", "profile": "p", "bus": "a", "p_charge_max_w": 7400}]}
    text = json.dumps(before)
    merged, errors = config_change.merge(before, changes, access)
    assert json.dumps(before) == text and (merged is None) == bool(errors)
    if merged is None or access == params.INSTALLER:
        return
    for section in SECTIONS:
        for key, row in params.rows_of(section):
            if row[7] == params.INSTALLER and isinstance(before.get(section, {}), dict):
                assert merged.get(section, {}).get(key) == before.get(section, {}).get(key)
    assert merged["evse"][0].get("p_charge_max_w") == 7400 and len(merged["evse"]) == 1


@given(st.sampled_from(sorted(ROWS)), VALUE)
@settings(max_examples=300)
def test_a_value_that_is_taken_is_in_range_and_taken_again(name, value):
    row = ROWS[name]
    taken, problem = param_values.check(row, value)
    if problem:
        assert problem[0]
    else:
        assert param_values.check(row, taken) == (taken, None)
        if row[1] in (params.INT, params.FLOAT):
            assert row[4] <= taken <= row[5]


@given(st.floats(0.5, 20), st.floats(0.5, 20), st.floats(1, 30), st.integers(50, 1000))
def test_whatever_loads_keeps_the_order_of_the_dead_man_chain(charger_s, meter_s, reversion_s, tick_ms):
    document = {
        "gateway": {"id": "gw-1", "tick_ms": tick_ms}, "bus": [{"name": "a", "host": "h"}],
        "evse": [{"name": "e", "profile": "sim-four-quadrant", "bus": "a", "p_charge_max_w": 7400}],
        "failsafe": {"charger_lost_s": charger_s, "meter_lost_s": meter_s, "device_reversion_s": reversion_s},
    }
    loaded, _ = config.load(document, toml_compiler.profile_of)
    if loaded:
        assert tick_ms / 1000 < min(charger_s, meter_s) and max(charger_s, meter_s) < reversion_s
        assert reversion_s >= 5 * (0.5 + config_rules.bus_time_ms(loaded, "a", toml_compiler.profile_of) / 1000)
        assert charger_s + 0.5 < reversion_s, "given up before it reverts, 0.5 s after its last value"
