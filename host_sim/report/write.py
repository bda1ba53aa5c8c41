"""Writes a run's results: paper.json for machines, report.html for people.

Not its job: measuring (scenarios/paper_rows.py), figures (figures.py), the page's text (page.py).
Source: ours. Neither file holds a path, a host name or the time of day: the same run writes the same bytes.
"""

import json
import pathlib

from host_sim.report.figures import figures_of
from host_sim.report.page import page

SCHEMA = 1


def write_report(out_dir, parameters, rows, recordings, title, *, how=""):
    """Writes both files into out_dir, which is made when missing; returns their paths.

    parameters: JSON-able dict. rows: as from paper_rows.evaluate. recordings: {scenario name: Recording}.
    how: a sentence on how this run was made.
    """
    out_dir = pathlib.Path(out_dir)
    out_dir.mkdir(parents=True, exist_ok=True)
    document = {"schema": SCHEMA, "parameters": parameters, "rows": rows}
    numbers, text = out_dir / "paper.json", out_dir / "report.html"
    numbers.write_text(json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False) + "\n", encoding="utf-8")
    html = page(title=title, how=how, parameters=parameters, rows=rows, figures=figures_of(recordings, rows))
    text.write_text(html, encoding="utf-8")
    return numbers, text
