"""Site files: the exact words of errors, their lines, several at once; the starter; the verbs.

Not its job: what is allowed (tests/portable/test_params.py). Source: the error format of the project.
"""

import json
import re

import pytest

from edge import params
from protocols import profiles
from tools import cli
from tools.gateway import init, toml_compiler

GOOD = """\
[gateway]
id = "gw-646"          # a comment with [brackets] = and signs

[[bus]]
name = "lan"
host = "192.0.2.1"

[vpp]
enabled = true
host = "broker"
key = "000102030405060708090a0b0c0d0e0f"

[[evse]]
name = "left"
profile = "sim-four-quadrant"
bus = "lan"
p_charge_max_w = 6000
"""


def lines(text):
    """The errors of a site file's text."""
    document, errors = toml_compiler.compile_text(text)
    assert (document is None) == bool(errors)
    return errors


def test_a_good_file_becomes_the_canonical_document():
    document, errors = toml_compiler.compile_text(GOOD)
    assert errors == []
    assert document["gateway"] == {"id": "gw-646"}
    assert document["evse"] == [{"name": "left", "profile": "sim-four-quadrant", "bus": "lan", "p_charge_max_w": 6000}]
    again = toml_compiler.compile_text(toml_compiler.canonical_json(document).decode(), "site.json")
    assert again == (document, [])


@pytest.mark.parametrize("old, new, expected", [
    ("p_charge_max_w = 6000", "p_charge_max_w = 74000",
     "site.toml:17 evse[0].p_charge_max_w = 74000: allowed 0–22000 W; did you mean 7400?"),
    ("p_charge_max_w = 6000", "p_charge_max_kw = 6",
     "site.toml:17 evse[0].p_charge_max_kw: no such key; did you mean p_charge_max_w?"),
    ('id = "gw-646"', 'id = "GW-646"',
     'site.toml:2 gateway.id = "GW-646": allowed 1–32 characters of a-z 0-9 -; use lower case'),
    ("enabled = true", 'enabled = "yes"', 'site.toml:9 vpp.enabled = "yes": allowed true or false'),
    ("[vpp]", "[vvp]", "site.toml:8 vvp: allowed a section: %s; did you mean vpp?" % ", ".join(row[0] for row in params.SECTIONS)),
    ('host = "broker"', "", "site.toml:8 vpp.host: needed when vpp.enabled"),
    ('bus = "lan"', "", "site.toml:13 evse[0].bus is missing: allowed 1–32 characters of a-z 0-9 -"),
    ('bus = "lan"', 'bus = "wan"', 'site.toml:16 evse[0].bus = "wan": allowed one of: lan'),
    ("sim-four-quadrant", "sim-four-quadrants", 'site.toml:15 evse[0].profile = "sim-four-quadrants": allowed one of '
     "%s; did you mean sim-four-quadrant?" % ", ".join(profiles.NAMES)),
    ("[vpp]", "[wape]\nenabled = true\ntau_s = 2\n[vpp]", "site.toml:10 wape.tau_s = 2: allowed at least 2.46 s: "
     "1.4 × loop gain 8 × delay 0.22 s of evse[0]; a shorter filter oscillates"),
    ("[vpp]", "[failsafe]\ncharger_lost_s = 6\n[vpp]", "site.toml:9 failsafe.charger_lost_s = 6: allowed shorter than "
     "failsafe.device_reversion_s (5 s)"),
])
def test_the_exact_words_of_an_error(old, new, expected):
    assert expected in lines(GOOD.replace(old, new, 1))


def test_all_errors_come_at_once_in_the_order_of_the_file():
    text = GOOD.replace("6000", "74000").replace('"gw-646"', "7").replace('name = "lan"', 'nam = "lan"')
    assert [line.split(" ")[0] for line in lines(text)] == ["site.toml:2", "site.toml:4", "site.toml:5", "site.toml:17"]


def test_a_value_of_the_grid_code_points_at_the_code():
    text = GOOD + '\n[grid]\ncode = "ieee1547-b-iii"\nf_nom_hz = 50\n'
    told = lines(text)
    line = text.splitlines().index('code = "ieee1547-b-iii"') + 1
    assert "site.toml:%d trip.uf1_hz = 58.5 (set by ieee1547-b-iii): allowed below grid.f_nom_hz (50)" % line in told


def test_a_second_table_has_its_own_lines():
    text = GOOD + '\n[[evse]]\nname = "right"\nprofile = "sim-four-quadrant"\nbus = "lan"\nunit = 2\np_charge_max_w = -5\n'
    assert lines(text) == ["site.toml:24 evse[1].p_charge_max_w = -5: allowed 0–22000 W"]


def test_a_syntax_error_is_reported_alone():
    found = lines(GOOD.replace("p_charge_max_w = 6000", "p_charge_max_w = 74000").replace('"lan"\nhost', '"lan\nhost'))
    assert len(found) == 1 and found[0].startswith("site.toml:5: not valid TOML: ")


def test_other_spellings_of_keys_are_found():
    text = GOOD.replace("[vpp]", 'grid.v_nom_ln_v = 5\n[ "vpp" ]').replace("[gateway]", 'wape . "tau_s" = 0\n[gateway]')
    assert "site.toml:1 wape.tau_s = 0: allowed 0.1–600 s" in lines(text)
    # under [[bus]] this is bus[0].grid, and its line is said
    assert any(line.startswith("site.toml:9 bus[0].grid") for line in lines(text))


def test_lines_inside_texts_are_no_keys():
    found = toml_compiler.key_lines('a = """\n[gateway]\nid = 1\n"""\n[gateway]\nid = 2\n')
    assert found == {"a": 1, "gateway": 5, "gateway.id": 6}


def test_files_that_cannot_be_read(tmp_path):
    assert toml_compiler.compile_file(tmp_path / "none.toml")[1][0].endswith("No such file or directory")
    (tmp_path / "bad.toml").write_bytes(b"\xff")
    assert toml_compiler.compile_file(tmp_path / "bad.toml")[1][0].endswith("not UTF-8 at byte 0")
    (tmp_path / "list.json").write_text("[]")
    assert toml_compiler.compile_file(tmp_path / "list.json")[0] is None


def test_the_starter_is_right_and_names_every_key_of_its_sections(tmp_path):
    text = init.starter()
    document, errors = toml_compiler.compile_text(text)
    assert errors == [] and "mode" not in document["gateway"]
    for section, _ in init.STARTER:
        for key, _ in params.rows_of(section):
            assert "\n%s = " % key in text or "\n# %s = " % key in text, key


def test_what_the_starter_offers_is_right_once_uncommented():
    text = init.starter()
    at = text.index("# [[bus]]")
    offered = [line[2:] for line in text[at:].splitlines() if line.startswith(("# [", "# name", "# host", "# transport", "# baud",
                                                                              "# profile", "# bus", "# unit"))]
    meter = "\n".join(line for line in offered if not line.startswith("[grid]"))
    document, errors = toml_compiler.compile_text(text + meter.replace("[site]", ""))
    assert errors == [] and document["meter"] == {"profile": "eastron-sdm630", "bus": "meter"}
    with_code = text.replace("\n[grid]", '\n[grid]\ncode = "g99"')
    assert "\n# code = \"g99\"" in text and "v2g grid-code" in text
    assert toml_compiler.compile_text(with_code)[1] == []


def test_the_starter_of_a_house_is_right_as_it_is_and_once_uncommented():
    text = init.starter(is_house=True)
    document, errors = toml_compiler.compile_text(text)
    assert errors == [] and document["evse"][0]["profile"] == "sim-v2h" and "home" in document and "backup" not in document
    assert "\nutc_offset_min = 0" in text and document["page"] == {}
    at = text.index("# Supply while")
    whole = text[:at] + "\n".join(line[2:] for line in text[at:].splitlines()
                                  if not line.startswith(("# Supply", "# A home", "# Wishes")))
    for key, attested in (("interlock_certified", "true"), ("checklist", '"C-17"'), ("earthing", '"TT"'),
                          ("neutral_switched", "true"), ("bond", "true")):
        # Each thing that only somebody on site knows is asked for by name until it is said.
        assert "backup." + key in "\n".join(toml_compiler.compile_text(whole)[1]), key
        whole = re.sub("(?m)^(# )?%s = (false|…)" % key, "%s = %s" % (key, attested), whole)
    document, errors = toml_compiler.compile_text(whole)
    assert errors == []
    assert [circuit["relay"] for circuit in document["circuit"]] == [1, 2, 3]
    assert document["backup"]["mode"] == "commanded" and document["battery"]["profile"] == "sim-home-battery"
    assert [bus["name"] for bus in document["bus"]] == ["charger", "meter", "switch", "battery"]
    assert document["input"][0]["quantity"] == "pv_w"


def test_each_new_site_draws_an_id_that_tells_nothing(tmp_path):
    ids = []
    for name in ("a.toml", "b.toml"):
        assert cli.main(["init", str(tmp_path / name)]) == 0
        ids.append(toml_compiler.compile_file(str(tmp_path / name))[0]["gateway"]["id"])
    assert ids[0] != ids[1] and all(len(name) == 15 and name.startswith("gw-") for name in ids)


def test_init_then_check(tmp_path, capsys):
    path = tmp_path / "site.toml"
    assert cli.main(["init", str(path)]) == 0
    assert cli.main(["init", str(path)]) == 1
    assert cli.main(["init", str(path), "--force", "--house"]) == 0
    assert "[home]" in path.read_text(encoding="utf-8")
    assert cli.main(["check", str(path)]) == 0
    assert cli.main(["init", str(path), "--force"]) == 0
    capsys.readouterr()
    assert cli.main(["check", str(path)]) == 0
    assert "mode observe" in capsys.readouterr().out
    compiled = tmp_path / "site.json"
    assert cli.main(["check", str(path), "--json", "--compile", str(compiled)]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["ok"] and len(report["hash"]) == 32
    assert cli.main(["check", str(compiled), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["hash"] == report["hash"]


def test_check_says_all_errors_and_fails(tmp_path, capsys):
    path = tmp_path / "site.toml"
    path.write_text(GOOD.replace("6000", "74000").replace("true", "1"), encoding="utf-8")
    assert cli.main(["check", str(path)]) == 1
    assert capsys.readouterr().out.count("site.toml:") == 2
    assert cli.main(["check", str(path), "--json"]) == 1
    errors = json.loads(capsys.readouterr().out)["errors"]
    assert [(error["line"], error["path"]) for error in errors] == [(9, "vpp.enabled"), (17, "evse[0].p_charge_max_w")]
    assert cli.main(["check", str(tmp_path / "none.toml")]) == 2


def test_secrets_are_not_printed(tmp_path, capsys):
    path = tmp_path / "site.toml"
    path.write_text(GOOD.replace("000102030405060708090a0b0c0d0e0f", "not hexadecimal but secret"), encoding="utf-8")
    cli.main(["check", str(path)])
    cli.main(["check", str(path), "--json"])
    assert "hexadecimal" not in capsys.readouterr().out
