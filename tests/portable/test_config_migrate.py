"""Configurations of earlier releases: what was renamed, moved, given another unit or default, or taken away.

Not its job: whole files of releases (unit/test_released). Source: edge/config_migrate.py.
"""

from edge import config, config_migrate, config_store
from edge.config_migrate import DEFAULT, GONE, MOVED
from edge.version import CONFIG_SCHEMA
from tests.portable import fake_site

# As later releases may have them.
STEPS = (
    (2, GONE, "control.deadband_w", None, None, "nobody read it"),
    (2, MOVED, "wape.v0_v", "wape.v0_pu", 0.0025, "in pu now"),
    (3, MOVED, "site.wape_gain", "wape.loop_gain", None, "it is WAPE's"),
    (3, MOVED, "evse.can_wape", "evse.wape", None, "shorter"),
    (3, DEFAULT, "vpp.telemetry_s", None, 10, "twice as often from now on"),
    (3, MOVED, "charge", "mobility", None, "a section of its own name"),
)


def moved(document, schema=None):
    return config_migrate.migrated(document, schema, STEPS, 3)


def test_an_old_document_goes_through_every_step_and_says_so():
    old = {"control": {"deadband_w": 5, "ramp_w_s": 100}, "wape": {"v0_v": 400}, "site": {"wape_gain": 3},
           "vpp": {"host": "h"}, "charge": {"margin_s": 60}, "evse": [{"name": "a", "can_wape": False}, {"name": "b"}]}
    new, notes, errors = moved(old)
    assert errors == []
    assert new == {"control": {"ramp_w_s": 100}, "wape": {"v0_pu": 1.0, "loop_gain": 3}, "site": {}, "mobility": {"margin_s": 60},
                   "vpp": {"host": "h", "telemetry_s": 10}, "evse": [{"name": "a", "wape": False}, {"name": "b"}]}
    assert old["wape"] == {"v0_v": 400} and len(old["evse"][0]) == 2, "what was handed over stays as it is"
    assert [path for path, _ in notes] == [
        "control.deadband_w", "wape.v0_v", "site.wape_gain", "evse.can_wape", "vpp.telemetry_s", "charge"]
    assert notes[1][1] == "is called wape.v0_pu now, times 0.0025: in pu now"


def test_only_steps_after_its_own_number_are_taken():
    document = {"schema": 2, "wape": {"v0_v": 400}, "site": {"wape_gain": 3}}
    assert moved(document)[0] == {"wape": {"v0_v": 400, "loop_gain": 3}, "site": {}}
    assert moved({"wape": {"v0_v": 400}}, 3) == ({"wape": {"v0_v": 400}}, [], [])


def test_what_stands_at_the_new_place_already_wins():
    new, notes, _ = moved({"wape": {"v0_v": 400, "v0_pu": 0.9}})
    assert new == {"wape": {"v0_pu": 0.9}} and "holds" in notes[0][1]


def test_a_newer_document_is_refused_and_names_the_way_out():
    for number in (4, 99):
        errors = moved({"schema": number})[2]
        assert errors == [("schema", number, "1–3", "a newer release wrote it: update the gateway first")]
    for number in (0, True, "2", 1.5):
        assert moved({"schema": number})[2][0][:2] == ("schema", number)


def test_changes_in_the_words_of_an_earlier_release_are_understood():
    changes = {"evse": {"a": {"can_wape": True}}, "wape": {"v0_v": 400}, "vpp": {"host": "x"}}
    new, _, errors = config_migrate.migrated_changes(changes, 1, STEPS, 3)
    assert errors == []
    assert new == {"evse": {"a": {"wape": True}}, "wape": {"v0_pu": 1.0}, "vpp": {"host": "x"}}
    assert config_migrate.migrated_changes(changes, None, STEPS, 3)[0] == changes
    assert config_migrate.migrated_changes(changes, 4, STEPS, 3)[2][0][0] == "schema"


def test_the_real_steps_name_rows_that_are_gone_and_places_that_are_there():
    from edge import params

    names = [row[0] for row in params.all_rows()]
    for schema, what, old, new, _, why in config_migrate.STEPS:
        assert 1 < schema <= CONFIG_SCHEMA and why and what in (GONE, MOVED, DEFAULT)
        assert (old in names) == (what == DEFAULT), old
        assert new is None or new in names, new


def test_a_row_nobody_read_is_dropped_with_a_note_and_everything_else_holds():
    document = fake_site.document(control={"ramp_w_s": 50000, "setpoint_deadband_w": 20})
    loaded, errors = config.load(document)
    assert errors == [] and loaded.document["control"] == {"ramp_w_s": 50000}
    assert loaded.notes[0][0] == "control.setpoint_deadband_w"
    document["schema"] = CONFIG_SCHEMA
    assert config.load(document)[1][0][:1] == ("control.setpoint_deadband_w",), "who says it is current is judged as such"


def test_a_record_of_a_newer_release_is_none_of_ours():
    canonical = config.normalise(fake_site.document())[0]
    store = config_store.ConfigStore(canonical, 3)
    record = store.record()
    assert config_store.restore(record, 0).version == 3
    newer = record.replace(b'"schema":%d' % CONFIG_SCHEMA, b'"schema":%d' % (CONFIG_SCHEMA + 1))
    assert newer != record and config_store.restore(newer, 0) is None
