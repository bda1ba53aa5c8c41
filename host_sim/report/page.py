"""The report as one HTML page: what was done, paper beside ours, a figure for each case, the parameters.

Not its job: numbers (paper_rows.py), figures (figures.py).
Source: ours. One file without links to anywhere; prints on paper as it looks.
"""

import html

from host_sim.scenarios.paper_cases import CASES
from host_sim.scenarios.paper_rows import ROWS

STYLE = """
:root { color-scheme: light; }
body { font: 15px/1.5 system-ui, "Segoe UI", Helvetica, Arial, sans-serif; color: #22272d; background: #fff;
  max-width: 46rem; margin: 2.5rem auto; padding: 0 1.2rem; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .4rem; }
h2 { font-size: 1.1rem; margin: 2.2rem 0 .5rem; }
p { margin: .5rem 0; }
.how { color: #5a636d; }
.sum { font-size: 1.1rem; margin: 1.1rem 0; padding: .7rem .9rem; background: #f3f6f9; border-left: 4px solid #1d4e89; }
table { border-collapse: collapse; width: 100%; font-size: .86rem; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: .28rem .5rem; border-bottom: 1px solid #e6e9ec; vertical-align: top; }
th { font-weight: 600; color: #5a636d; }
td.n, th.n { text-align: right; white-space: nowrap; }
tr.group th { color: #22272d; padding-top: .9rem; }
.yes { color: #1d7a3e; white-space: nowrap; }
.no { color: #a8450d; white-space: nowrap; }
.why { display: block; color: #5a636d; }
figure { margin: 1rem 0 1.6rem; break-inside: avoid; }
figure svg { width: 100%; height: auto; }
figcaption { color: #5a636d; font-size: .86rem; }
code { font-size: .86rem; }
.columns { columns: 2; column-gap: 2rem; }
@media print { body { margin: 0 auto; font-size: 12px; } tr { break-inside: avoid; } }
@media (max-width: 36rem) { .columns { columns: 1; } }
"""

WHAT = """
<p>Six charging stations hang on a 415 V adaptation of the IEEE 13-node feeder. Each has its own gateway, running this
project's firmware unchanged: it reads voltage from the charger's registers over Modbus, decides active and reactive
power ten times a second, and writes both back. A supervisor watches PV, load, battery, voltage and state of charge
over MQTT and acts only by leases that lapse. The paper does not print its control law; ours is built from its set
points and called &ldquo;WAPE-style&rdquo;.</p>
<p>Each case plays its day of PV and load in 10 s, as the paper does; control, ramps, filters, telemetry and leases run
in real seconds. A value is the mean of the last second of its interval. <strong>One parameter set serves all
rows</strong>; what does not come out is listed with its reason.</p>
"""

# heading, test on a row's scenario name
GROUPS = tuple((case.title, case.name) for case in CASES) + (("Voltage stability margin", "vsm_"), ("Charging time", "652_"))
MARGINS_TEXT = "Stability margin of the feeder and charging time, paper beside ours."


def page(*, title, how, parameters, rows, figures):
    """The whole page. figures: [(key, SVG text)]."""
    good = sum(row["reproduced"] for row in rows)
    figures = dict(figures)
    parts = [
        "<h1>%s</h1>" % html.escape(title),
        '<p class="how">%s</p>' % html.escape(how) if how else "",
        '<p class="sum"><strong>%d of %d</strong> of the paper\u2019s figures come out within their tolerance.</p>' % (
            good, len(rows)),
        "<h2>What was done</h2>", WHAT, "<h2>Paper and ours</h2>", table(rows), "<h2>The cases</h2>",
    ]
    for case in CASES:
        if case.name in figures:
            parts.append(_figure(figures[case.name], case.title, case.text))
    if "margins" in figures:
        parts.append(_figure(figures["margins"], "Margin and time", MARGINS_TEXT))
    parts += ["<h2>Parameters</h2>", parameter_list(parameters)]
    return PAGE % {"title": html.escape(title), "style": STYLE, "body": "\n".join(part for part in parts if part)}


PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>%(title)s</title>
<style>%(style)s</style>
</head>
<body>
%(body)s
</body>
</html>
"""


def table(rows):
    """Paper beside ours, grouped by case."""
    scenario_of = {row.id: row.scenario for row in ROWS}
    lines = ['<table><thead><tr><th>quantity</th><th class="n">paper</th><th class="n">ours</th><th>unit</th>'
             '<th class="n">\u00b1</th><th>reproduced</th></tr></thead><tbody>']
    for heading, start in GROUPS:
        group = [row for row in rows if scenario_of.get(row["id"], "").startswith(start)]
        if group:
            lines.append('<tr class="group"><th colspan="6">%s</th></tr>' % html.escape(heading))
            lines += [_row(row) for row in group]
    return "\n".join(lines + ["</tbody></table>"])


def _row(row):
    text, _, why = row["note"].partition("; ")
    ours = "\u2013" if row["ours"] is None else "%g" % row["ours"]
    verdict = '<span class="yes">\u2713 yes</span>' if row["reproduced"] else '<span class="no">\u2717 no</span>'
    why = '<span class="why">%s</span>' % html.escape(why) if why else ""
    cells = "<td>%s%s</td>" % (html.escape(text), why)
    for value in ("%g" % row["paper"], ours):
        cells += '<td class="n">%s</td>' % value
    unit = "" if row["unit"] == "1" else row["unit"]
    return "<tr>%s<td>%s</td><td class=\"n\">%g</td><td>%s</td></tr>" % (cells, unit, row["tolerance"], verdict)


def _figure(svg, heading, text):
    caption = "<strong>%s.</strong> %s" % (html.escape(heading), html.escape(text))
    return "<figure>\n%s\n<figcaption>%s</figcaption>\n</figure>" % (svg, caption)


def parameter_list(parameters):
    """Name and value of every parameter, in two columns."""
    lines = []
    for name, value in parameters.items():
        shown = ", ".join(str(item) for item in value) if isinstance(value, list) else value
        lines.append("<tr><td><code>%s</code></td><td class=\"n\">%s</td></tr>" % (html.escape(name), html.escape(str(shown))))
    return '<div class="columns"><table><tbody>%s</tbody></table></div>' % "\n".join(lines)
