"""Figures of an event as SVG text: frequency and fleet, the balance, single chargers, and the counterfactual.

Not its job: numbers (study.py), the page (page.py).
Source: style of the project's reports. Recorded readings are dots, published points are rings, models are lines.
"""

import matplotlib
import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from host_sim.grid_frequency.events import IBERIA_ZERO, RECORDED
from host_sim.grid_frequency.fleet import KINDS
from host_sim.grid_frequency.study import DROOP, LABELS, WITHOUT
from host_sim.report.figures import CONTEXT, INK, OURS, PAPER, STYLE, svg

SERVICE = "#2b7a4b"
COLOURS = {WITHOUT: "#7a828b", DROOP: OURS, "gb-dc": SERVICE}
KIND_LINES = {name: line for (name, *_), line in zip(KINDS, (
    (OURS, 3.0, "-"), ("#8fc1ef", 1.5, (0, (4, 3))), (SERVICE, 3.0, "-"), ("#a5d9b8", 1.5, (0, (4, 3)))))}
INERTIA_COLOURS = ("#9ec1e6", OURS, "#0b2447")
LINES_MAX = 1500      # samples of a line; finer ones would only make the page heavy
LEGEND_CHARS = 60     # more of them take two rows
SIZE_IN = (7.2, 4.4)
THRESHOLDS = ((49.5, "49.5 Hz statutory"), (48.8, "48.8 Hz demand disconnected"))


def figures_of(study):
    """[(key, SVG text)] of a Study."""
    found = []
    with matplotlib.rc_context(STYLE):
        if study.event.kind == RECORDED:
            found.append(("recording", recording(study)))
            found.append(("counterfactual", counterfactual(study)))
        else:
            found.append(("frequency", frequency(study)))
            found.append(("balance", balance(study)))
        found.append(("chargers", chargers(study)))
    return found


def frequency(study):
    """Frequency of every variant, published points, and the fleet's power."""
    event = study.event
    figure, (top, bottom) = _panels()
    lowest_hz = min(run.f_hz.min() for run in study.runs.values())
    for level_hz, text in THRESHOLDS:
        if lowest_hz < level_hz + 0.05:
            _threshold(top, level_hz, text)
    for variant, run in study.runs.items():
        top.plot(*_thin(run.t_s, run.f_hz), color=COLOURS[variant], linewidth=1.6, label=LABELS[variant])
        bottom.plot(*_thin(run.t_s, run.fleet_mw), color=COLOURS[variant], linewidth=1.6)
    if event.milestones:
        top.plot([row.t_s for row in event.milestones], [row.f_hz for row in event.milestones], "o", markersize=6,
                 markerfacecolor="none", markeredgecolor=PAPER, markeredgewidth=1.6, label="published", zorder=5)
    top.set_ylabel("frequency, Hz")
    bottom.set_ylabel("fleet, MW")
    _finish(figure, (top, bottom), event, "seconds after the first loss")
    return svg(figure)


def balance(study):
    """What covers the loss, with and without the fleet's droop."""
    event = study.event
    figure = Figure(figsize=(7.2, 3.3))
    panels = figure.subplots(1, 2, sharex=True, sharey=True)
    for panel, variant in zip(panels, (WITHOUT, DROOP)):
        run = study.runs[variant]
        relief_mw = -event.grid.damping_mw_per_hz * (run.f_hz - event.grid.f_nom_hz)
        rows = ((-run.lost_mw, INK, "lost"), (run.governor_mw, PAPER, "reserve"), (relief_mw, "#b9a44c", "load relief"),
                (run.shed_mw, "#a8450d", "disconnected"), (run.fleet_mw, OURS, "fleet"))
        for p_mw, colour, label in rows:
            if np.any(p_mw):
                panel.plot(*_thin(run.t_s, p_mw), color=colour, linewidth=1.5, label=label)
        panel.set_title(LABELS[variant], fontsize=9.5, loc="left", color=INK)
        panel.set_xlabel("seconds after the first loss")
    panels[0].set_ylabel("MW")
    panels[0].set_xlim(event.begin_s, event.end_s)
    _legend(figure, *panels)
    figure.subplots_adjust(left=0.09, right=0.985, top=0.82, bottom=0.15, wspace=0.06)
    return svg(figure)


def chargers(study):
    """One charger of each kind, with droop."""
    run = study.runs[DROOP]
    figure = Figure(figsize=(7.2, 2.9))
    panel = figure.subplots()
    # Wide below, thin and dashed above: where two kinds do the same, both stay visible.
    for name, p_w in run.shown_w.items():
        colour, width, dashes = KIND_LINES[name]
        panel.plot(*_thin(run.t_s, p_w / 1000), color=colour, linewidth=width, linestyle=dashes, label=name)
    panel.axhline(0, color=CONTEXT, linewidth=0.8)
    panel.set_ylabel("charging \u2190 kW \u2192 discharging")
    panel.set_xlim(study.event.begin_s, study.event.end_s)
    panel.set_xlabel(_zero_text(study.event))
    panel.margins(y=0.1)
    _legend(figure, panel)
    figure.subplots_adjust(left=0.09, right=0.985, top=0.82, bottom=0.17)
    return svg(figure)


def recording(study):
    """The recorded frequency, and what the fleet would have delivered on it."""
    event, run, trace = study.event, study.runs[DROOP], study.recorded
    zero_s = trace.at_s(IBERIA_ZERO)
    figure, (top, bottom) = _panels()
    inside = trace.t_s - zero_s >= event.begin_s
    top.plot(run.t_s, run.f_hz, color=CONTEXT, linewidth=1.0, label="straight line between readings")
    top.plot(trace.t_s[inside] - zero_s, trace.f_hz[inside], "o", markersize=4, color=INK, label="recorded, every 2 s")
    _threshold(top, 49.8, "49.8 Hz: droop begins", before=True)
    for variant in (WITHOUT, DROOP):
        bottom.plot(*_thin(run.t_s, study.runs[variant].fleet_mw), color=COLOURS[variant], linewidth=1.7,
                    label="fleet " + LABELS[variant])
    top.set_ylabel("frequency, Hz")
    bottom.set_ylabel("fleet, MW")
    _finish(figure, (top, bottom), event, _zero_text(event))
    return svg(figure)


def counterfactual(study):
    """The fall again, with the fleet's power acting on an area of assumed inertia, and what that gains."""
    event, recorded = study.event, study.runs[WITHOUT]
    figure, (top, bottom) = _panels()
    top.plot(recorded.t_s, recorded.f_hz, color=INK, linewidth=1.6, label="recorded")
    for (inertia_mws, run), colour in zip(study.counterfactual.items(), INERTIA_COLOURS):
        top.plot(run.t_s, run.f_hz, color=colour, linewidth=1.4)
        bottom.plot(run.t_s, 1000 * (run.f_hz - recorded.f_hz), color=colour, linewidth=1.8,
                    label="with the fleet, %.0f GW s" % (inertia_mws / 1000))
    top.set_ylabel("frequency, Hz")
    bottom.set_ylabel("gained, mHz")
    _finish(figure, (top, bottom), event, _zero_text(event))
    top.set_xlim(-1, event.end_s)
    return svg(figure)


def _panels():
    figure = Figure(figsize=SIZE_IN)
    return figure, figure.subplots(2, 1, sharex=True, gridspec_kw={"height_ratios": (1.5, 1)})


def _finish(figure, panels, event, x_label):
    for panel in panels:
        panel.margins(y=0.1)
    panels[-1].set_xlabel(x_label)
    panels[0].set_xlim(event.begin_s, event.end_s)
    panels[0].xaxis.set_major_locator(MaxNLocator(nbins=11, integer=True, steps=(1, 2, 5, 10)))
    figure.align_ylabels(panels)
    _legend(figure, *panels)
    figure.subplots_adjust(left=0.095, right=0.985, top=0.89, bottom=0.11, hspace=0.12)


def _legend(figure, *panels):
    """One legend for all panels over the figure, each name once."""
    names = {}
    for panel in panels:
        for handle, label in zip(*panel.get_legend_handles_labels()):
            names.setdefault(label, handle)
    columns = len(names) if sum(len(name) for name in names) < LEGEND_CHARS else 2
    figure.legend(names.values(), names, loc="upper center", ncols=columns, bbox_to_anchor=(0.53, 1.0), columnspacing=1.4)


def _threshold(panel, level_hz, text, before=False):
    panel.axhline(level_hz, color="#a8450d", linewidth=0.8, linestyle=(0, (5, 3)))
    place = (0.01, "left") if before else (0.99, "right")
    panel.annotate(text, (place[0], level_hz), xytext=(0, -2), xycoords=panel.get_yaxis_transform(),
                   textcoords="offset points", ha=place[1], va="top", fontsize=8, color="#a8450d")


def _thin(t_s, values):
    """Every so-maniest sample, extremes of the frequency not being narrower than that."""
    step = max(1, len(t_s) // LINES_MAX)
    return t_s[::step], values[::step]


def _zero_text(event):
    return "seconds from %s" % IBERIA_ZERO if event.kind == RECORDED else "seconds after the first loss"
