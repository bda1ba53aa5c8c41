"""SECURITY.md says nothing without proof: every threat names tests that exist and events that exist.

Source: the page itself.
"""

import ast
import functools
import re
import ssl

from edge import hal, reasons
from tools import checkout

PAGE = (checkout.ROOT / "SECURITY.md").read_text(encoding="utf-8")
ATTACKERS = set("NWBSGMCOHF")
ATTACK_FILES = ("test_attacks_messages.py", "test_attacks_floods.py", "test_attacks_local.py")
TEST = r"`(tests/\S+?\.py)::(\w+)`"


@functools.lru_cache(None)
def functions_of(path):
    tree = ast.parse((checkout.ROOT / path).read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def section(title):
    return PAGE.split("\n## %s\n" % title)[1].split("\n## ")[0]


def threats():
    rows = [line.strip("|").split("|") for line in section("Threats").splitlines() if line.startswith("|")][2:]
    return [[cell.strip() for cell in row] for row in rows]


def test_every_test_that_is_named_exists():
    named = re.findall(TEST, PAGE)
    assert len(named) > 90
    assert [test for test in named if test[1] not in functions_of(test[0])] == []


def test_every_threat_has_an_attacker_a_defence_something_told_and_a_proof():
    numbers = {"E%03d" % row[0] for row in reasons.rows()}
    for row in threats():
        who, _, defence, told, proof = row
        assert who and set(who.split()) <= ATTACKERS and defence, row
        assert told and all(word in numbers | {"answer", "audit"} for word in told.split()), row
        assert re.findall(TEST, proof), row
    assert {letter for row in threats() for letter in row[0].split()} == ATTACKERS, "every attacker has a line"


def test_every_attack_that_is_tested_stands_in_the_table():
    for name in ATTACK_FILES:
        for test in functions_of("tests/fault/" + name):
            if test.startswith("test_"):
                assert "%s::%s`" % (name, test) in PAGE, test


def test_every_file_of_attacks_is_looked_at():
    found = sorted(path.name for path in (checkout.ROOT / "tests/fault").glob("test_attacks_*.py"))
    assert found == sorted(ATTACK_FILES)


def test_every_standard_has_rows_that_are_not_covered():
    parts = section("Standards").split("\n### ")[1:]
    assert len(parts) == 4
    for part in parts:
        rows = [line for line in part.splitlines() if line.startswith("|")][2:]
        assert len(rows) >= 11 and "**not covered**" in part, part[:40]


def test_no_connection_goes_below_tls_1_2():
    context = hal.tls_context(None, "", "")
    assert context.minimum_version >= ssl.TLSVersion.TLSv1_2
    assert context.verify_mode == ssl.CERT_REQUIRED and context.check_hostname
