"""results.json has its exact form, and the page shows what failed, what was not tested and what is unverified."""

import html
import json

import pytest

from host_sim.conformance import campaign, harness, model, procedure_table, report_page, results
from tests.unit.ideal_der import IdealDer
from tools.commands.conformance import code_named


@pytest.fixture(scope="module")
def runs():
    """One test on an ideal DER and on one with the wrong slope: (code, eut, skips, good, bad)."""
    code, _ = code_named("ieee1547-b-iii")
    eut = campaign.eut_of("gateway", quick=True)
    cases, _ = procedure_table.plan(code, eut, "FW")
    skips = procedure_table.plan(code, eut)[1]
    good, bad = ([harness.run_case(lambda: IdealDer(code, case, wrong, "gateway"), case) for case in cases]
                 for wrong in (None, "slope"))
    return code, eut, skips, good, bad


def test_results_have_exactly_the_agreed_form(runs):
    code, eut, skips, good, _ = runs
    document = results.document(code, eut, good, skips)
    assert list(document) == ["profile", "target", "tests", "passed", "failed", "not_applicable"]
    assert (document["profile"], document["target"], document["failed"]) == ("ieee1547-b-iii", "gateway", 0)
    assert document["passed"] == len(document["tests"]) > 10
    for row in document["tests"]:
        assert list(row) == ["test", "case", "step", "expected_min", "expected_max", "measured", "pass"]
        assert row["pass"] is True and row["measured"] is not None
    assert all(list(row) == ["test", "reason"] for row in document["not_applicable"])
    assert {"UI", "PCRT", "IMB", "TRIP-OV", "LVRT", "IOP"} <= {row["test"] for row in document["not_applicable"]}
    json.dumps(document, allow_nan=False)


def test_a_failed_step_counts_and_stands_on_the_page(runs):
    code, eut, skips, _, bad = runs
    document = results.document(code, eut, bad, skips)
    assert document["failed"] == sum(not row["pass"] for row in document["tests"]) > 0
    text = report_page.page(code, eut, bad, skips)
    assert "<h2>Failed</h2>" in text and "✗ fail" in text


def test_a_test_that_ran_in_part_is_not_called_not_applicable(runs):
    code, eut, skips, good, _ = runs
    more = [model.Skip("FW", "curve 2"), model.Skip("FW", "curve 3")]
    text = report_page.page(code, eut, good, more + [skips[-1]])
    assert "%d cases, not applicable: 2 more of FW, %s." % (len(good), skips[-1].test) in text


def test_the_page_says_what_it_is_and_what_it_is_not(runs):
    code, eut, skips, good, _ = runs
    text = report_page.page(code, eut, good, skips)
    assert "Software in the loop, not a certificate" in text
    assert "<h2>Failed</h2>" not in text
    for skip in skips:
        assert html.escape(skip.reason) in text
    assert text.count("<svg") == len(good)
    doubtful = [figure for figure in code.figures.values() if figure.mark == "U"]
    assert doubtful and text.count(">unverified</span>") == len(doubtful)
    assert "http" not in text.replace("http://www.w3.org", "").replace("xmlns", "")


def test_the_same_run_writes_the_same_page(runs):
    code, eut, skips, good, _ = runs
    assert report_page.page(code, eut, good, skips) == report_page.page(code, eut, good, skips)
