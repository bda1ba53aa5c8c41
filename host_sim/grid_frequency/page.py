"""Writes an event's results: event.json for machines, event.html for people, and each figure as an SVG file.

Not its job: numbers (study.py), figures (figures.py).
Source: the project's report page. No file holds a path, a host name or the time of day: the same run writes the same bytes.
"""

import html
import json
import pathlib

from host_sim.grid_frequency import words
from host_sim.grid_frequency.events import RECORDED, SYNTHETIC
from host_sim.grid_frequency.figures import figures_of
from host_sim.report.page import PAGE, STYLE, parameter_list

MARK_STYLE = """
body { max-width: 54rem; }
.mark { font-weight: 600; padding: .5rem .9rem; border: 1px solid #d1711c; color: #8a4a10; background: #fff7ef; }
"""

# key: heading, caption; {mark} is what the event's kind makes of it.
CAPTIONS = {
    "frequency": ("Frequency and fleet", "{mark} Lines are the swing model's, with the chosen fleet in it; rings, where there are "
                  "any, are published points. Below, what the fleet adds to its baseline."),
    "balance": ("Balance", "{mark} What was lost, less what the control room brings back, and what covers it: reserve, load relief, "
                "demand disconnected (less embedded generation lost), fleet. What is not covered slows the rotating "
                "masses."),
    "chargers": ("Single chargers", "{mark} One charger of each kind with droop, as its gateway's real control code "
                 "decides: who may not discharge stops at zero."),
    "recording": ("Recording and fleet", "Dots are recorded readings; the line between them is straight because nobody "
                  "knows better. Below, modelled: what the fleet would have delivered on this frequency. It cannot change a "
                  "recording."),
    "counterfactual": ("Counterfactual", "Modelled, on a recording: the imbalance that an area of the stated inertia needs to "
                       "follow the recording is held, and the fleet's power is added. Nothing here says what would have "
                       "happened that day: trips, shedding and the voltage collapse stay as they were."),
}
MODELLED_TEXT = "Modelled."
MARK_TEXT = {SYNTHETIC: "Synthetic, not a recording."}


def write(out_dir, study, parameters):
    """Writes all files into out_dir, which is made when missing; returns their paths.

    parameters: {name: value} for the page's last table.
    """
    out_dir = pathlib.Path(out_dir)
    out_dir.mkdir(parents=True, exist_ok=True)
    figures = figures_of(study)
    texts = {"event.json": json.dumps(study.record, indent=1, ensure_ascii=False, allow_nan=False) + "\n",
             "event.html": page(study.record, figures, parameters)}
    texts.update(("%s.svg" % key, svg) for key, svg in figures)
    for name, text in texts.items():
        (out_dir / name).write_text(text, encoding="utf-8")
    return [out_dir / name for name in texts]


def page(record, figures, parameters):
    """The page as HTML. figures: [(key, SVG text)]."""
    mark = MARK_TEXT.get(record["kind"], MODELLED_TEXT)
    parts = [
        "<h1>%s</h1>" % html.escape(record["title"]),
        '<p class="mark">%s</p>' % html.escape(words.MARKS[record["kind"]]),
        _paragraph(record["what"]), _paragraph(words.fleet_sentence(record)), "<h2>With and without</h2>", table(record),
        *(_paragraph(line) for row in record["runs"] for line in words.score_lines(row)),
    ]
    if record["counterfactual"]:
        parts += ["<h2>If the fleet had been there</h2>", counterfactual_table(record)]
    if record["closed_forms"]:
        parts += ["<h2>On paper and modelled</h2>", closed_forms_table(record)]
    parts.append("<h2>Figures</h2>")
    for key, svg in figures:
        heading, caption = CAPTIONS[key]
        parts.append("<figure>\n%s\n<figcaption><strong>%s.</strong> %s</figcaption>\n</figure>" % (
            svg, html.escape(heading), html.escape(caption.format(mark=mark))))
    parts += ["<h2>Assumed</h2>", _paragraph(record["assumed"]), "<h2>What the gateways said at the lowest frequency</h2>",
              why_table(record), "<h2>Parameters</h2>", parameter_list(parameters)]
    return PAGE % {"title": html.escape(record["title"]), "style": STYLE + MARK_STYLE, "body": "\n".join(parts)}


def table(record):
    """One line a fleet."""
    rows = [words.cells(record, row) + (_disconnected(record, row),) for row in record["runs"]]
    return _table(words.HEADINGS + ("disconnected",), rows)


def counterfactual_table(record):
    """One line an inertia."""
    rows = [("%.0f GW s" % row["e_kinetic_gws"], words.power(abs(row["imbalance_mw"]), ""),
             words.power(row["fleet_peak_mw"], "", "nothing"), "%.2f Hz" % row["recorded_end_hz"],
             "%.2f Hz" % row["end_hz"], "%.0f mHz" % (1000 * row["gained_hz"])) for row in record["counterfactual"]]
    return _table(("inertia assumed", "missing at most", "fleet gave at most", "last reading", "with the fleet", "gained"), rows)


def closed_forms_table(record):
    """One line a closed form."""
    rows = [(row["what"], "%.3f" % row["expected"], "%.3f" % row["modelled"]) for row in record["closed_forms"]]
    return _table(("without droop", "on paper", "modelled"), rows)


def why_table(record):
    """One line a charger and fleet."""
    rows = [(row["label"], name, sentence) for row in record["runs"] for name, sentence in row["why"].items()]
    return _table(("fleet", "charger", "its gateway"), rows)


def _disconnected(record, row):
    if record["kind"] == RECORDED:
        return "as recorded"
    return words.disconnected(row) or "nothing"


def _table(headings, rows):
    head = "".join("<th>%s</th>" % html.escape(text) for text in headings)
    body = "\n".join("<tr>%s</tr>" % "".join("<td>%s</td>" % html.escape(text) for text in row) for row in rows)
    return "<table><thead><tr>%s</tr></thead><tbody>\n%s\n</tbody></table>" % (head, body)


def _paragraph(text):
    return "<p>%s</p>" % html.escape(text)
