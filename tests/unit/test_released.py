"""What 0.1.0 wrote is read: its compiled site file, its stored record with a change on trial, its journal's first record.

Not its job: the steps themselves (portable/test_config_migrate). The files of `released/` were written by that release.
Source: ours.
"""

import json
import pathlib

from edge import config_loader, journal, journal_head, main
from edge.drivers.profile_loader import load_profile
from edge.link import config_link
from edge.version import CONFIG_SCHEMA
from tests.portable import fake_site
from tools.gateway import toml_compiler

RELEASED = pathlib.Path(__file__).with_name("released")
SITE = json.loads((RELEASED / "site-0.1.0.json").read_text())
RECORD = (RELEASED / "config-record-0.1.0").read_bytes()


def loaded(document):
    config, errors = config_loader.load(document, load_profile)
    assert errors == []
    return config


def test_a_compiled_site_file_is_what_it_was():
    config = loaded(SITE)
    assert config.wape.tau_s == 6 and config.control.ramp_w_s == 50000 and config.notes == ()


def test_a_trial_goes_on_under_the_new_release_and_the_old_record_is_kept():
    ports = fake_site.Ports()
    ports.store.files["config"] = RECORD
    store = config_link.stored(ports, loaded(SITE))
    assert store.version == 7 and store.pending and store.document["wape"]["tau_s"] == 8
    assert ports.store.files["config-before"] == RECORD
    assert b'"schema":%d' % CONFIG_SCHEMA in ports.store.files["config"]
    assert store.roll_back("test").wape.tau_s == 6


def test_after_a_step_back_to_this_release_the_record_it_knows_is_taken():
    """A newer release has been here, wrote its own form and kept ours beside it."""
    ports = fake_site.Ports()
    newer = RECORD.replace(b'"document"', b'"schema":99,"document"', 1)
    ports.store.files.update({"config": newer, "config-before": RECORD})
    store = config_link.stored(ports, loaded(SITE))
    assert store.version == 7
    ports.store.files = {"config": newer}
    assert config_link.stored(ports, loaded(SITE)).version == 0, "the site file"


def test_a_site_file_edited_on_site_wins_once_and_for_good():
    ports = fake_site.Ports()
    ports.store.files["config"] = RECORD
    edited = dict(SITE, wape={"enabled": True, "tau_s": 7})
    for _ in range(2):
        store = config_link.stored(ports, loaded(edited))
        assert store.document["wape"]["tau_s"] == 7 and store.version == 7 and not store.pending
    assert [row[2:] for row in store.history.rows] == [["site", "", "site file edited, in force"]]
    # What the broker still keeps for version 7 is older than the edit.
    assert store.propose(0, {"version": 7, "base_version": 0, "access": "operator", "set": {}}) == ("same", None)


def test_a_journal_carries_the_number_and_an_old_one_is_the_first(tmp_path):
    content = journal_head.content("0.1.0", 1, 1, loaded(SITE).document)
    assert content[5]["schema"] == CONFIG_SCHEMA and "schema" not in loaded(SITE).document
    old = dict(content[5])
    del old["schema"]
    old["control"] = dict(old["control"], setpoint_deadband_w=5)
    for document in (content[5], old):
        assert loaded(document).document["wape"] == {"enabled": True, "tau_s": 6}
    assert journal.BEGIN == 66


def test_a_newer_site_file_is_refused_with_the_way_out(tmp_path):
    _, _, errors = main.build(dict(SITE, schema=CONFIG_SCHEMA + 1), str(tmp_path))
    assert errors == [("schema", CONFIG_SCHEMA + 1, "1–%d" % CONFIG_SCHEMA, "a newer release wrote it: update the gateway first")]
    text = 'schema = %d\n[gateway]\nid = "gw"\n' % (CONFIG_SCHEMA + 1)
    problems = toml_compiler.check_text(text)[1]
    assert [problem["line_text"] for problem in problems] == [
        "site.toml:1 schema = %d: allowed 1–%d; a newer release wrote it: update the gateway first" % (CONFIG_SCHEMA + 1, CONFIG_SCHEMA)]
