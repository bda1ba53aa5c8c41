"""results.json: every check of every step, for machines.

Not its job: the page for people (report_page.py).
Source: ours. No path, host name or time of day: the same run writes the same bytes.
"""

from host_sim.conformance.model import passes

DIGITS = 6


def document(code, eut, results, skips):
    """The whole document, JSON-able. results: [Result]; skips: [Skip]."""
    tests = [_row(result.case, step, verdict) for result in results for step, verdict in result.verdicts]
    passed = sum(row["pass"] for row in tests)
    return {
        "profile": code.name, "target": eut.target, "tests": tests, "passed": passed, "failed": len(tests) - passed,
        "not_applicable": [{"test": skip.test, "reason": skip.reason} for skip in skips],
    }


def _row(case, step, verdict):
    return {
        "test": case.test, "case": case.name, "step": "%s: %s" % (step, verdict.what),
        "expected_min": _number(verdict.low), "expected_max": _number(verdict.high), "measured": _number(verdict.measured),
        "pass": bool(passes(verdict)),
    }


def _number(value):
    return None if value is None else round(float(value), DIGITS)
