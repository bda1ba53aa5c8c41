"""`v2g config` on the gateway: values with where they come from, changes that leave a file's comments alone, diff, history.

Not its job: the same over MQTT (sim/test_config_remote), rules (portable/test_config).
Source: ours.
"""

import json

import pytest

from edge.config_store import ConfigStore
from edge.link.config_link import RECORD_FILE, kept
from tools import cli
from tools.gateway import config as verb
from tools.gateway import config_values, site_edit, toml_compiler

SITE = """# a house
[gateway]
id = "gw-1"             # on the label
mode = "control"

[grid]
code = "g99"

[vpp]
enabled = true
host = "broker"
key = "000102030405060708090a0b0c0d0e0f"
config_key = "%s"

[[bus]]
name = "lan"
host = "10.0.0.2"

[[evse]]
name = "left"
profile = "sim-four-quadrant"
bus = "lan"
p_charge_max_w = 7400   # nameplate

[[evse]]
name = "right"
profile = "sim-four-quadrant"
bus = "lan"
unit = 2
p_charge_max_w = 7400
""" % ("cd" * 384)


@pytest.fixture
def site(tmp_path):
    path = tmp_path / "site.toml"
    path.write_text(SITE, encoding="utf-8")
    return path


def stored(site):
    """What the gateway keeps after two changes from afar, one on trial."""
    config, problems = toml_compiler.check_text(SITE)
    assert not problems
    store = ConfigStore(config.document)
    changes = ({"evse": {"left": {"wape": False}}}, {"vpp": {"telemetry_s": 5}})
    for version, change in enumerate(changes, 1):
        desired = {"version": version, "base_version": version - 1, "access": "operator", "set": change}
        assert store.propose(0, desired, who="operator", unix_ms=1_793_000_000_000)[0] == "applied"
        if version == 1:
            store.host_heard()
    folder = site.parent / "v2g-store"
    folder.mkdir()
    (folder / RECORD_FILE).write_bytes(kept(store, config.origin))


def run(capsys, *words):
    code = cli.main(["config", *map(str, words)])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_every_value_says_where_it_comes_from(site, capsys):
    stored(site)
    code, out, _ = run(capsys, "get", site, "--json")
    rows = {row["path"]: (row["value"], row["from"]) for row in json.loads(out)}
    assert code == 0
    assert rows["gateway.id"] == ("gw-1", "site.toml:3")
    assert rows["gateway.tick_ms"] == (100, "default")
    assert rows["evse.left.wape"] == (False, "over MQTT, version 1")
    assert rows["evse.right.wape"] == (True, "default")
    assert rows["vpp.telemetry_s"] == (5, "over MQTT, version 2")
    assert rows["evse.right.p_charge_max_w"] == (7400, "site.toml:30")
    assert rows["evse.left.s_max_va"] == (7400, "follows from others")
    assert [path for path in rows if rows[path][1] == "g99"], "figures of the grid code"
    assert rows["vpp.key"] == ("(secret)", "site.toml:12")


def test_paths_choose_and_a_slip_is_named(site, capsys):
    code, out, _ = run(capsys, "get", site, "evse.left.p_charge_max_w", "gateway.id")
    assert code == 0 and out.splitlines() == [
        "evse.left.p_charge_max_w = 7400  site.toml:23", 'gateway.id = "gw-1"              site.toml:3']
    code, _, err = run(capsys, "get", site, "evse.left.p_charge_max")
    assert code == 1 and "evse.left.p_charge_max: no such value" in err and "p_charge_max_w" in err


def test_set_changes_the_values_and_nothing_else(site, capsys):
    code, out, err = run(capsys, "set", site, "evse.right.p_charge_max_w=3600", "gateway.mode=observe", "evse.left.wape=false",
                         "wape.enabled=true", "wape.tau_s=12.5")
    assert code == 0 and "is written" in err
    text = site.read_text(encoding="utf-8")
    assert 'id = "gw-1"             # on the label' in text and "p_charge_max_w = 7400   # nameplate" in text
    assert 'mode = "observe"' in text and "unit = 2\np_charge_max_w = 3600\n" in text and "[wape]\n" in text
    assert "wape.tau_s: default → 12.5" in out and "evse.right.p_charge_max_w: 7400 → 3600" in out
    config, problems = toml_compiler.check_text(text)
    assert not problems and config.ders[0].wape is False and config.ders[1].wape is True and config.wape.tau_s == 12.5
    assert run(capsys, "set", site, "wape.tau_s=")[0] == 0 and "tau_s" not in site.read_text(encoding="utf-8")


def test_set_writes_nothing_that_is_wrong_and_nothing_in_a_dry_run(site, capsys):
    for words, code, said in (
        (["evse.left.p_charge_max_w=74000"], 1, "did you mean 7400?"), (["evse.middle.wape=true"], 1, "left, right"),
        (["wape=true"], 2, "section.key=value"), ([], 2, "path=value"), (["wape.taus=4"], 1, "did you mean tau_s"),
    ):
        found = run(capsys, "set", site, *words)
        assert found[0] == code and said in found[2], found
    code, out, _ = run(capsys, "set", site, "wape.enabled=true", "--dry-run")
    assert code == 0 and out == "wape.enabled: default → true\n"
    assert site.read_text(encoding="utf-8") == SITE


def test_diff_shows_what_is_in_force_beside_the_file_and_two_files(site, capsys):
    assert run(capsys, "diff", site)[:2] == (0, "nothing came over MQTT: the file is what is in force\n")
    stored(site)
    assert run(capsys, "diff", site)[1].splitlines() == ["evse.left.wape: default → false", "vpp.telemetry_s: default → 5"]
    other = site.with_name("other.toml")
    other.write_text(SITE.replace("000102", "ff0102").replace('"right"', '"east"'), encoding="utf-8")
    code, out, _ = run(capsys, "diff", site, other, "--json")
    rows = {row["path"]: (row["old"], row["new"]) for row in json.loads(out)}
    assert code == 0 and rows["vpp.key"] == ("(secret)", "(secret)")
    assert rows["evse.right.name"] == ("right", None) and rows["evse.east.name"] == (None, "east")
    assert "ff0102" not in out


def test_history_says_who_when_what_and_what_became_of_it(site, capsys):
    assert run(capsys, "history", site)[0] == 3
    stored(site)
    assert run(capsys, "history", site)[1].splitlines() == [
        "version 1  2026-10-26 07:33:20Z  operator: evse.left.wape  (in force)",
        "version 2  2026-10-26 07:33:20Z  operator: vpp.telemetry_s  (on trial)"]


def test_an_edited_file_is_not_what_the_gateway_runs_with_until_its_restart(site, capsys):
    stored(site)
    site.write_text(SITE.replace('mode = "control"', 'mode = "observe"').replace("p_charge_max_w = 7400   #", "p_charge_max_w = 3600   #"),
                    encoding="utf-8")
    said = "site.toml: edited, not loaded yet; in force until the restart: version 2\n"
    code, out, err = run(capsys, "get", site, "evse.left.p_charge_max_w", "evse.left.wape", "gateway.id")
    assert (code, err) == (0, said)
    assert [line.split("  ", 1)[0] + "|" + line.rsplit("  ", 1)[1] for line in out.splitlines()] == [
        "evse.left.p_charge_max_w = 7400|in force until the restart", "evse.left.wape = false|over MQTT, version 1",
        'gateway.id = "gw-1"|site.toml:3']
    code, out, err = run(capsys, "diff", site)
    assert (code, err) == (0, said) and "evse.left.p_charge_max_w: 3600 → 7400" in out.splitlines()
    code, out, err = run(capsys, "history", site)
    assert (code, err) == (0, said) and len(out.splitlines()) == 2


def test_from_afar_needs_broker_gateway_and_the_whole_package(monkeypatch, capsys):
    assert run(capsys, "get", "--broker", "mqtt://h")[0] == 2
    monkeypatch.setattr(verb, "REMOTE", "tools.commands.config_nowhere")
    code, _, err = run(capsys, "get", "--broker", "mqtt://h", "--gateway", "gw-1")
    assert code == 3 and "operator's machine" in err


def test_values_are_written_as_in_a_site_file():
    changes, wrong = config_values.changes_of(["evse.left.wape=false", "vpp.host=broker.example", 'grid.code="g99"', "a.b=1.5", "a.c="])
    assert not wrong
    assert changes == {"evse": {"left": {"wape": False}}, "vpp": {"host": "broker.example"}, "grid": {"code": "g99"},
                       "a": {"b": 1.5, "c": None}}
    with pytest.raises(site_edit.CannotEdit):
        site_edit.edited('[a]\nb = """\nx"""\n', {}, {"a": {"b": 1}})
