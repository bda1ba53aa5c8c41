"""Figures of the report as SVG text: power, vars and voltage of each case over its window, and two bar charts.

Not its job: the page around them (page.py).
Source: matplotlib's SVG backend with a fixed salt and no date, so that the same data gives the same bytes.
"""

import io
import re

import matplotlib
from matplotlib.figure import Figure

from host_sim.scenarios.paper_rows import LAST_S, ROWS

OURS, PAPER, CONTEXT, INK = "#1d4e89", "#d1711c", "#9aa3ad", "#333a42"
STYLE = {
    "svg.hashsalt": "v2g", "svg.fonttype": "none", "font.family": "sans-serif", "font.size": 9,
    "font.sans-serif": ["system-ui", "Segoe UI", "Helvetica", "Arial", "DejaVu Sans"],
    "axes.spines.top": False, "axes.spines.right": False, "axes.edgecolor": CONTEXT, "axes.labelcolor": INK,
    "xtick.color": INK, "ytick.color": INK, "axes.grid": True, "grid.color": "#e6e9ec", "grid.linewidth": 0.6,
    "axes.axisbelow": True, "legend.frameon": False, "legend.fontsize": 8.5,
}
EVERY_S = 0.1     # finer samples would only make the page heavy
BESIDE_S = 0.02   # half-width of an edge's mark

# scenario: (power, vars, factor of the power to kW, axis label, name of the line)
POWER = {
    "case_1": ("p_w", "q_var", -0.001, "charging, kW", "vehicle"),
    "case_2": ("p_w", "q_var", -0.001, "charging, kW", "vehicle"),
    "case_3": ("bes_w", "bes_var", -0.001, "charging, kW", "battery"),
    "case_4": ("p_w", "q_var", 0.001, "discharging, kW", "vehicle"),
}
PANEL_OF = {"charge_kw": 0, "discharge_kw": 0, "bes_kw": 0, "q_kvar": 1, "v_v": 2}
BARS = (
    ("voltage stability margin", 1.05,
     (("vsm_base_margin", "fixed 6 kW"), ("vsm_wape_margin", "WAPE"), ("vsm_vpp_margin", "WAPE, PV,\nsupervisor"))),
    ("charging time of 20 kWh, h", 10.5, (("652_wape_time", "WAPE"), ("652_vpp_time", "WAPE,\nsupervisor"))),
)


def figures_of(recordings, rows):
    """[(key, SVG text)] for everything these results can show; key: scenario name, or "margins"."""
    found = []
    with matplotlib.rc_context(STYLE):
        for name, recording in recordings.items():
            if name in POWER:
                found.append((name, case_figure(recording)))
        bars = bar_figure(rows)
        if bars:
            found.append(("margins", bars))
    return found


def case_figure(recording):
    """Three panels over the window of one case, with the paper's values where it gives them."""
    scenario = recording.scenario
    bus = scenario.focus
    power, reactive, factor, label, line_name = POWER[scenario.name]
    figure = Figure(figsize=(7.2, 4.9))
    panels = figure.subplots(3, 1, sharex=True, gridspec_kw={"height_ratios": (1.15, 1, 1)})
    t_s, places = _thinned(recording)
    series = recording.of_bus[bus]
    _context(panels[0], recording, t_s, places)
    lines = ((panels[0], power, factor), (panels[1], reactive, 0.001), (panels[2], "v_v", 1))
    for panel, name, scale in lines:
        panel.plot(t_s, [series[name][place] * scale for place in places], color=OURS, linewidth=1.5, label=line_name)
    for row in ROWS:
        if row.scenario == scenario.name:
            _mark(panels, row)
    for panel, text in zip(panels, (label, "vars given, kvar", "voltage, V")):
        panel.set_ylabel(text)
        panel.margins(y=0.15)
    panels[2].set_xlabel("seconds of the window (24 h in 10 s)")
    panels[2].set_xlim(0, scenario.duration_s)
    figure.align_ylabels(panels)
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="upper center", ncols=len(labels), bbox_to_anchor=(0.5, 0.99))
    figure.subplots_adjust(left=0.095, right=0.985, top=0.93, bottom=0.09, hspace=0.14)
    return svg(figure)


def bar_figure(rows):
    """Paper beside ours for the stability margin and the charging time; None without such rows."""
    by_id = {row["id"]: row for row in rows}
    charts = [(text, top, [(by_id[name], label) for name, label in bars if name in by_id]) for text, top, bars in BARS]
    charts = [chart for chart in charts if chart[2]]
    if not charts:
        return None
    figure = Figure(figsize=(7.2, 2.4))
    for panel, (text, top, group) in zip(figure.subplots(1, len(charts), squeeze=False)[0], charts):
        for shift, key, colour in ((-0.2, "paper", PAPER), (0.2, "ours", OURS)):
            places = [place + shift for place in range(len(group))]
            bars = panel.barh(places, [row[key] or 0 for row, _ in group], 0.36, color=colour, label=key)
            panel.bar_label(bars, fmt="%.2f", padding=3, fontsize=8)
        panel.set_yticks(range(len(group)), [label for _, label in group])
        panel.invert_yaxis()
        panel.set_xlim(0, top)
        panel.set_xlabel(text)
        panel.grid(axis="y", visible=False)
    handles, labels = panel.get_legend_handles_labels()
    figure.legend(handles, labels, loc="upper center", ncols=2, bbox_to_anchor=(0.5, 1.0))
    figure.subplots_adjust(left=0.12, right=0.97, top=0.88, bottom=0.19, wspace=0.32)
    return svg(figure)


def _thinned(recording):
    """(times, places) of samples inside the window, EVERY_S apart."""
    t_s, places = [], []
    for place, at_s in enumerate(recording.t_s):
        if at_s >= 0 and (not t_s or at_s >= t_s[-1] + EVERY_S - 1e-9):
            t_s.append(at_s)
            places.append(place)
    return t_s, places


def _context(panel, recording, t_s, places):
    """What the case answers to: own PV, or the feeder's load."""
    pv_kw = [recording.of_bus[recording.scenario.focus]["pv_w"][place] / 1000 for place in places]
    if any(pv_kw):
        panel.fill_between(t_s, pv_kw, color=CONTEXT, alpha=0.3, linewidth=0, label="own PV, kW")
        return
    level_pct = [100 * recording.level[place] for place in places]
    if max(level_pct) > min(level_pct):
        panel.fill_between(t_s, level_pct, color=CONTEXT, alpha=0.3, linewidth=0, label="load level, % of published")


def _mark(panels, row):
    """The paper's value of one row: a bar over the second in which it is compared, its tolerance as a band."""
    if row.how in ("bes_start_s", "bes_end_s"):
        panels[0].axvspan(row.paper - BESIDE_S, row.paper + BESIDE_S, color=PAPER, alpha=0.8, linewidth=0)
        return
    panel = panels[PANEL_OF[row.how]]
    begin_s = max(row.begin_s, row.end_s - LAST_S)
    tolerance = {"kW": 0.3, "kvar": 0.5, "V": 2.0}[row.unit]
    known = PANEL_OF[row.how] == 0 and "paper" not in " ".join(panel.get_legend_handles_labels()[1])
    panel.plot((begin_s, row.end_s), (row.paper, row.paper), color=PAPER, linewidth=2.4, solid_capstyle="butt",
               label="paper, ± tolerance" if known else None)
    panel.fill_between((begin_s, row.end_s), row.paper - tolerance, row.paper + tolerance, color=PAPER, alpha=0.22,
                       linewidth=0)


def svg(figure):
    """The figure as SVG to stand inside a page."""
    out = io.StringIO()
    figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    # What matplotlib says about itself is no part of the figure.
    text = re.sub(r"\s*<metadata>.*?</metadata>", "", out.getvalue(), flags=re.DOTALL)
    return text[text.index("<svg"):].replace("<svg ", '<svg role="img" ', 1)
