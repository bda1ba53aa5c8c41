"""The conformance report as one HTML page: verdicts, what was not tested and why, figures, every step, provenance.

Not its job: numbers (acceptance.py, checks.py), figures (report_figures.py).
Source: ours. One file without links to anywhere; prints on paper as it looks; holds no path, host name or time of day.
"""

import html

from host_sim.conformance import checks, procedure_table, report_figures
from host_sim.conformance.model import margin, passes
from host_sim.conformance.profile import VERIFIED
from host_sim.conformance.report_text import BANNER, CHAIN, HOW, STYLE, UNVERIFIED_TEXT
from host_sim.report.page import PAGE

FAILED_FIGURES_MAX = 12


def page(code, eut, results, skips):
    """The whole page."""
    verdicts = [verdict for result in results for _, verdict in result.verdicts]
    bad = sum(not passes(verdict) for verdict in verdicts)
    title = "Conformance: %s" % code.title
    body = [
        "<h1>%s</h1>" % _text(title), '<p class="how">Profile <code>%s</code>, target <strong>%s</strong></p>' % (
            _text(code.name), eut.target),
        '<p class="banner">%s</p>' % BANNER,
        '<p class="sum %s"><strong>%d of %d</strong> checks pass; %d cases, not applicable: %s.</p>' % (
            "bad" if bad else "", len(verdicts) - bad, len(verdicts), len(results),
            _left_out(results, skips)),
        "<h2>Verdicts</h2>", summary(results), times(results), failures(results), "<h2>Not applicable</h2>", not_applicable(skips),
        "<h2>How it was measured</h2>", CHAIN[eut.target], HOW % {"p_w": eut.p_rated_w, "s_va": eut.s_max_va},
        "<h2>Tests</h2>",
    ]
    body += [section(test, [result for result in results if result.case.test == test]) for test in _tests(results)]
    body += ["<h2>Figures of the profile</h2>", provenance(code)]
    return PAGE % {"title": _text(title), "style": STYLE, "body": "\n".join(part for part in body if part)}


def _left_out(results, skips):
    """Tests that were not run; of one that was, how many of its cases were not."""
    ran = _tests(results)
    counts = {skip.test: sum(other.test == skip.test for other in skips) for skip in skips}
    return ", ".join("%d more of %s" % (count, test) if test in ran else test for test, count in counts.items()) or "nothing"


def summary(results):
    """One row a test."""
    lines = ['<table><thead><tr><th>test</th><th>what</th><th class="n">cases</th><th class="n">checks</th><th class="n">'
             'failed</th><th class="n">nearest to a bound</th><th class="n">off the curve</th><th>verdict</th></tr></thead><tbody>']
    for test in _tests(results):
        verdicts = [verdict for result in results if result.case.test == test for _, verdict in result.verdicts]
        bad = sum(not passes(verdict) for verdict in verdicts)
        count = sum(result.case.test == test for result in results)
        lines.append('<tr><td><a href="#%s"><strong>%s</strong></a></td><td>%s</td><td class="n">%d</td><td class="n">%d</td>'
                     '<td class="n">%d</td><td class="n">%s</td><td class="n">%s</td><td>%s</td></tr>' % (
                         test, test, _text(procedure_table.title_of(test)), count, len(verdicts), bad, _nearest(verdicts),
                         _off(verdicts), _verdict(not bad)))
    return "\n".join(lines + ["</tbody></table>"]) + '<p class="how">Nearest to a bound: what is left to the nearer bound, ' \
        "as a share of half the acceptance band; 100 % is its middle, below 0 is outside. Off the curve: " \
        "largest distance of a steady value from the exact characteristic.</p>"


def times(results):
    """What was measured of delays and response times, in a sentence for each."""
    lines = []
    for heading, pattern in (("Pure delay from the source to the terminals", checks.DELAY),
                             ("90 % of a large step done after", checks.NINETY)):
        parts = []
        for test in _tests(results):
            found = [verdict for result in results if result.case.test == test for _, verdict in result.verdicts
                     if verdict.what in [pattern % letter for letter in "PQ"] and verdict.measured is not None]
            if found:
                parts.append("%s %.2f to %.2f s (allowed %.2f to %.2f)" % (
                    test, min(verdict.measured for verdict in found), max(verdict.measured for verdict in found),
                    min(verdict.low for verdict in found), max(verdict.high for verdict in found)))
        if parts:
            lines.append("<p>%s: %s.</p>" % (heading, ", ".join(parts)))
    return "\n".join(lines)


def failures(results):
    """Everything that failed, or nothing."""
    rows = [(result.case, step, verdict) for result in results for step, verdict in result.verdicts if not passes(verdict)]
    if not rows:
        return ""
    lines = ["<h2>Failed</h2>", '<table><thead><tr><th>test</th><th>case</th><th>step</th>%s</tr></thead><tbody>' % BOUNDS_HEAD]
    for case, step, verdict in rows:
        lines.append("<tr><td>%s</td><td>%s</td><td>%s: %s</td>%s</tr>" % (
            case.test, _text(case.name), _text(step), _text(verdict.what), _bounds(verdict)))
    return "\n".join(lines + ["</tbody></table>"])


def not_applicable(skips):
    """Table of tests that were not done, each with its reason."""
    if not skips:
        return "<p>Nothing.</p>"
    tests = {}
    for skip in skips:
        tests.setdefault(skip.reason, []).append(skip.test)
    rows = "\n".join("<tr><td><strong>%s</strong></td><td>%s</td></tr>" % (", ".join(dict.fromkeys(names)), _text(reason))
                     for reason, names in tests.items())
    return "<table><tbody>%s</tbody></table>" % rows


def section(test, results):
    """One test: figures, then every step of every case, folded."""
    lines = ['<h3 id="%s">%s: %s</h3>' % (test, test, _text(procedure_table.title_of(test)))]
    for group in _drawn(results):
        names = " · ".join(result.case.name for result in group)
        lines.append("<figure>\n%s\n<figcaption>%s</figcaption>\n</figure>" % (report_figures.figure_of(group), _text(names)))
    for result in results:
        bad = sum(not passes(verdict) for _, verdict in result.verdicts)
        lines.append("<details%s><summary>%s %s, %d checks</summary>\n<table><thead><tr><th>step</th>%s<th></th></tr></thead>"
                     "<tbody>" % (" open" if bad else "", _verdict(not bad), _text(result.case.name), len(result.verdicts),
                                  BOUNDS_HEAD))
        lines += ["<tr><td>%s: %s</td>%s<td>%s</td></tr>" % (_text(step), _text(verdict.what), _bounds(verdict),
                                                            _verdict(passes(verdict)))
                  for step, verdict in result.verdicts]
        lines.append("</tbody></table></details>")
    return "\n".join(lines)


def provenance(code):
    """Every figure of the profile with range, source and mark."""
    doubtful = sum(figure.mark != VERIFIED for figure in code.figures.values())
    lines = ['<p>%d figures, <span class="no">%d unverified</span>. %s</p>' % (len(code.figures), doubtful, UNVERIFIED_TEXT),
             '<table><thead><tr><th>parameter</th><th class="n">figure</th><th class="n">range</th><th>source</th><th></th>'
             "</tr></thead><tbody>"]
    for figure in code.figures.values():
        span = _span(figure.low, figure.high)
        mark = '<span class="yes">verified</span>' if figure.mark == VERIFIED else '<span class="no">unverified</span>'
        lines.append('<tr><td><code>%s</code></td><td class="n">%s</td><td class="n">%s</td><td>%s</td><td>%s</td></tr>' % (
            figure.parameter, _text(str(figure.value)), span, _text(figure.source), mark))
    return "%s\n<details><summary>All figures</summary>\n%s</tbody></table></details>" % (lines[0], "\n".join(lines[1:]))


def _span(low, high):
    """The range of a figure; low is the tuple of words where it is a choice."""
    if isinstance(low, tuple):
        return _text(" or ".join(low))
    return "" if low is None and high is None else "%s … %s" % tuple("" if end is None else "%g" % end for end in (low, high))


BOUNDS_HEAD = '<th class="n">at least</th><th class="n">measured</th><th class="n">at most</th>'


def _tests(results):
    return list(dict.fromkeys(result.case.test for result in results))


def _drawn(results):
    """Groups of results that share a figure: one characteristic at all its powers; of trips the first of a region. What
    failed is drawn by itself as well."""
    groups = {}
    for result in results:
        name = result.case.name.split(", P ")[0]
        if result.case.test.startswith("TRIP"):
            name = name.split()[0]
        groups.setdefault(name, []).append(result)
    found = [group[:1] if group[0].case.test.startswith("TRIP") else group for group in groups.values()]
    failed = [result for group in found for result in group[1:] if not all(passes(verdict) for _, verdict in result.verdicts)]
    return [group for group in found if len(group[0].trace["t_s"])] + [[result] for result in failed[:FAILED_FIGURES_MAX]]


def _nearest(verdicts):
    margins = [found for found in map(margin, verdicts) if found is not None]
    return "%.0f %%" % (100 * min(margins)) if margins else "–"


def _off(verdicts):
    found = [abs(verdict.measured - verdict.exact) for verdict in verdicts if None not in (verdict.exact, verdict.measured)]
    return "%.4f pu" % max(found) if found else "–"


def _bounds(verdict):
    return "".join('<td class="n">%s</td>' % ("–" if value is None else _number(value))
                   for value in (verdict.low, verdict.measured, verdict.high))


def _number(value):
    return "%.2f" % value if abs(value) >= 100 else "%.4g" % value


def _verdict(good):
    return '<span class="yes">✓ pass</span>' if good else '<span class="no">✗ fail</span>'


def _text(text):
    return html.escape(text)
