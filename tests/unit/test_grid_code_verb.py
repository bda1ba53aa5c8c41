"""`v2g grid-code`, the line of `v2g check` and the page GRIDCODES.md: unverified figures are never shown as plain facts."""

import importlib
import json
import re

import pytest

from edge import grid_code
from tools import cli
from tools.commands import docs_grid_codes
from tools.gateway import grid_code as verb
from tools.gateway import init

PARTS = sorted({part for row in grid_code.codes() for part in row[3]})


def test_the_list_names_every_code_and_how_much_of_it_is_verified(capsys):
    assert cli.main(["grid-code"]) == cli.OK
    text = capsys.readouterr().out
    for row in grid_code.codes():
        line = next(line for line in text.splitlines() if line.startswith(row[0] + " "))
        figures = grid_code.figures(row[0]).values()
        verified = sum(figure[4] == "V" for figure in figures)
        assert re.search(r" %d of +%d verified " % (verified, len(figures)), line) and row[1] in line
    assert "check with the network operator" in text


@pytest.mark.parametrize("name", grid_code.names())
def test_one_code_shows_every_figure_with_its_mark(name, capsys):
    assert cli.main(["grid-code", name]) == cli.OK
    text = capsys.readouterr().out
    for parameter, figure in grid_code.figures(name).items():
        line = next(line for line in text.splitlines() if line.startswith(parameter + " "))
        assert ("UNVERIFIED" in line) == (figure[4] == "U") and line.endswith(figure[3])


def test_a_name_in_capitals_is_found_and_bases_are_told(capsys):
    assert cli.main(["grid-code", "G99"]) == cli.OK
    text = capsys.readouterr().out
    assert text.startswith("g99:") and "pu of a voltage counts from grid.v_nom_ln_v" in text


def test_values_carry_their_unit_and_bounds(capsys):
    cli.main(["grid-code", "ieee1547-b-iii"])
    lines = {line.split()[0]: line for line in capsys.readouterr().out.splitlines() if "." in line}
    assert re.search(r" 0\.92 pu +0\.82–0\.98 +verified ", lines["volt_var.v1_pu"])
    assert re.search(r" 0\.16 s +fixed +verified ", lines["trip.ov2_s"])
    assert re.search(r" -0\.44 pu +-1 to 0 +verified ", lines["volt_var.q4_pu"])
    assert re.search(r" off +verified ", lines["volt_watt.enabled"])


def test_json_says_the_same(capsys):
    assert cli.main(["grid-code", "--json"]) == cli.OK
    listed = json.loads(capsys.readouterr().out)
    assert [row["name"] for row in listed] == grid_code.names()
    assert cli.main(["grid-code", "asnzs4777-a", "--json"]) == cli.OK
    one = json.loads(capsys.readouterr().out)
    assert one["figure_count"] == len(one["figures"]) and one["verified_count"] < one["figure_count"]
    figure = next(row for row in one["figures"] if row["parameter"] == "volt_watt.v1_pu")
    assert (figure["default"], figure["unit"], figure["base"], figure["mark"]) == (1.1, "pu", "v_nom", "V")


def test_an_unknown_code_is_a_usage_error_with_a_hint(capsys):
    assert cli.main(["grid-code", "ieee1547-b-ii1"]) == cli.USAGE
    assert "did you mean ieee1547-b-i" in capsys.readouterr().err
    assert cli.main(["grid-code", "vde-ar-n-4105"]) == cli.USAGE
    assert "'v2g grid-code' lists them" in capsys.readouterr().err


def test_check_says_how_far_the_grid_code_can_be_trusted(tmp_path, capsys):
    site = tmp_path / "site.toml"
    text = re.sub(r"(?m)^\[grid\].*$", '[grid]\ncode = "g99"', init.starter())
    site.write_text(text, encoding="utf-8")
    assert cli.main(["check", str(site)]) == cli.OK
    counted = verb.counted(verb.details("g99"))
    assert "grid code: g99, %s; v2g grid-code g99 shows which" % counted in capsys.readouterr().out


@pytest.mark.parametrize("part", PARTS)
def test_the_page_has_every_figure_of_every_part(part):
    page = docs_grid_codes.page()
    section = page.split("\n## %s\n" % part)[1].split("\n## ")[0]
    figures = importlib.import_module("edge.grid_codes." + part).FIGURES
    rows = [line for line in section.splitlines() if line.startswith("| `")]
    assert len(rows) == len(figures)
    for line, figure in zip(rows, figures):
        assert line.startswith("| `%s` | " % figure[0]) and figure[4] in line
        assert line.endswith("| **unverified** |") == (figure[5] == "U")
    if any(figure[5] == "U" for figure in figures):
        assert "**check the others with the network operator**" in section


def test_the_page_says_who_does_what():
    head = docs_grid_codes.page().split("## Codes")[0]
    for function, where, _ in docs_grid_codes.WHO:
        assert "| %s | %s |" % (function, where) in head
    trips = next(row for row in docs_grid_codes.WHO if row[0].startswith("trip"))
    assert trips[1].startswith("device only")
