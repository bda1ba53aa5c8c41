"""What no message may change, swept over every row: whoever signs, nothing that protects is laid, lifted or read from afar.

Not its job: who signs what (sim/test_config_world). Source: edge/config_access.py.
"""

from edge import config, config_access, config_change, param_values, params
from edge.config_access import ALLOWED, ANY, AWAY, OFF, ON

SECRETS = (params.KEY, params.SECRET)


def other(row, value):
    """Some allowed value of a row that is not `value`."""
    kind = row[1]
    if kind == params.BOOL:
        return not value
    if kind == params.CHOICE:
        return [word for word in row[4] if word != value][0]
    if kind in (params.INT, params.FLOAT):
        return row[4] if value != row[4] else row[5]
    low = max(row[4], 1)
    found = ("a" if kind != params.TEXT and kind != params.SECRET else "x") * (low + low % 2)
    return found if found != value else "b" * len(found)


def judged(section, key, was, now):
    """The errors of one row that goes from `was` to `now`, None: its default."""
    table = {"name": "a"} if params.section_row(section)[1] == params.MANY else {}
    before, after = dict(table), dict(table)
    for place, value in ((before, was), (after, now)):
        if value is not None:
            place[key] = value
    if table:
        before, after = [before], [after]
    return config_access.refused({section: before}, {section: after})


def test_every_row_of_the_table_is_a_row_or_a_section_and_has_its_reason():
    names = [row[0] for row in params.all_rows()]
    sections = [row[0] for row in params.SECTIONS]
    for path, kept, why in config_access.ROWS:
        assert path in names or (path.endswith(".*") and path[:-2] in sections), path
        assert kept in (ANY, OFF, ON, AWAY) and 5 < len(why) <= 80, path
        rows = [row for row in params.all_rows() if row[0] == path]
        if rows:
            assert rows[0][7] == params.INSTALLER, path
            assert kept not in (OFF, ON) or rows[0][1] == params.BOOL, path


def test_every_secret_of_every_section_is_laid_on_site():
    count = 0
    for section, _, _, _, _ in params.SECTIONS:
        for key, row in params.rows_of(section):
            if row[1] in SECRETS:
                count += 1
                value = other(row, None)
                assert judged(section, key, None, value)[0][1:3] == ("(secret)", ALLOWED), (section, key)
                assert judged(section, key, value, None), (section, key)
    assert count >= 6


def test_what_is_kept_is_refused_in_its_direction_only_for_every_row():
    for section, _, _, _, _ in params.SECTIONS:
        for key, row in params.rows_of(section):
            rule = config_access.rule_of(section, key, row)
            if key == "name" or row[0] == "gateway.id":
                continue
            default = None if row[6] == params.REQUIRED else row[6]
            value = other(row, default)
            if rule is None:
                assert judged(section, key, None, value) == [] and judged(section, key, value, None) == [], row[0]
            elif rule[0] == ANY:
                assert judged(section, key, None, value) and judged(section, key, value, None), row[0]
            elif rule[0] == AWAY:
                assert judged(section, key, None, value) == [] and judged(section, key, value, other(row, value)) == [], row[0]
                assert judged(section, key, value, None)[0][3] == rule[1], row[0]
            else:
                forbidden = rule[0] == ON
                assert judged(section, key, not forbidden, forbidden)[0][2] == ALLOWED, row[0]
                assert judged(section, key, forbidden, not forbidden) == [], row[0]


def test_no_operator_changes_an_installer_row():
    for section, how_often, _, _, _ in params.SECTIONS:
        for key, row in params.rows_of(section):
            if row[7] != params.INSTALLER or key == "name":
                continue
            many = how_often == params.MANY
            document = {section: [{"name": "a"}] if many else {}}
            change = {key: other(row, None if row[6] == params.REQUIRED else row[6])}
            merged, errors = config_change.merge(document, {section: {"a": change} if many else change}, "operator")
            assert merged is None and [error for error in errors if error[2] == config_change.INSTALLER_ONLY], (section, key)


def test_a_list_that_is_replaced_and_a_section_that_comes_or_goes_hide_nothing():
    charger = {"name": "a", "profile": "p", "bus": "b", "p_charge_max_w": 1000}
    consented = dict(charger, v2g_consent=True)
    assert config_access.refused({"evse": [charger]}, {"evse": [consented]})[0][0] == "evse.a.v2g_consent"
    assert config_access.refused({"evse": []}, {"evse": [consented]})[0][0] == "evse.a.v2g_consent"
    assert config_access.refused({"evse": [consented]}, {"evse": [charger]}) == []
    for section in ("bounds", "page"):
        for before, after in (({}, {section: {}}), ({section: {}}, {})):
            assert config_access.refused(before, after)[0][0] == section
    assert config_access.refused({"site_link": {"host": "h", "password": "x"}}, {})[0][0] == "site_link.password"


def test_what_is_refused_names_what_is_allowed_and_a_value_that_is_kept_stays_valid():
    for row in params.all_rows():
        if row[6] not in (None, params.REQUIRED):
            assert param_values.check(row, row[6])[1] is None, row[0]
        assert param_values.check(row, other(row, row[6]))[1] is None, row[0]
    assert config.normalise({"gateway": {"id": "gw"}})[0] == {"gateway": {"id": "gw"}}
