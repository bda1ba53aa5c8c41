"""Figures of the conformance report as SVG text: characteristic with its acceptance, and the steps over time.

Not its job: which cases are drawn, the page around them (report_page.py).
Source: matplotlib's SVG backend with a fixed salt and no date, so that the same data gives the same bytes.
"""

import io
import re

import matplotlib
from matplotlib.figure import Figure

from host_sim.conformance.model import passes
from host_sim.report.figures import STYLE

OURS, BAND, STIMULUS, BAD, INK, FAINT = "#1d4e89", "#7fb08a", "#8a6d3b", "#b3261e", "#333a42", "#9aa3ad"
LABEL = {"v_pu": "V, pu", "f_hz": "f, Hz", "p_pu": "P, pu", "q_pu": "Q, pu"}
MINUTES_FROM_S = 600     # longer cases are drawn in minutes
STILL = {"v_pu": 1e-4, "f_hz": 1e-4, "p_pu": 1e-3, "q_pu": 5e-3}    # what moves less is not worth a panel


def figure_of(results):
    """SVG text of cases that belong together (the same characteristic at several powers): characteristic of all of them
    where there is one, time of the first."""
    with matplotlib.rc_context(STYLE):
        first = results[0]
        curves = [[verdict for _, verdict in result.verdicts if verdict.x is not None and verdict.measured is not None]
                  for result in results]
        points = [verdict for curve in curves for verdict in curve]
        moving = _moving(first)
        shown = [name for name in ("v_pu", "f_hz", "p_pu", "q_pu") if name in moving]
        figure = Figure(figsize=(9.2, 1.0 + 1.25 * max(2, len(shown))))
        grid = figure.add_gridspec(max(1, len(shown)), 2 if points else 1, width_ratios=(1, 1.75) if points else (1,))
        if points:
            _characteristic(figure.add_subplot(grid[:, 0]), curves, *_axes_of(points))
        _time(figure, grid, first, shown)
        figure.set_layout_engine("constrained")
        return _svg(figure)


def _axes_of(points):
    """(x, y) that most of the characteristic's points have."""
    pairs = [(verdict.x, verdict.quantity) for verdict in points]
    return max(sorted(set(pairs)), key=pairs.count)


def _moving(result):
    """Quantities worth a panel: those that are judged, and those that move."""
    judged = {quantity for quantity, *_ in result.bounds}
    trace = result.trace
    return {name for name in LABEL if name in judged or len(trace[name]) and trace[name].max() - trace[name].min() > STILL[name]}


def _characteristic(axis, curves, x, y):
    """Measured steady points on their acceptance; curves: verdicts of each case."""
    verdicts = []
    for curve in curves:
        curve = [verdict for verdict in curve if (verdict.x, verdict.quantity) == (x, y)]
        line = sorted({(verdict.x_mean, verdict.exact) for verdict in curve})
        if _is_function(line):
            axis.plot([x_mean for x_mean, _ in line], [exact for _, exact in line], color=FAINT, linewidth=0.9)
        verdicts += curve
    for verdict in verdicts:
        axis.plot((verdict.x_mean,) * 2, (verdict.low, verdict.high), color=BAND, linewidth=4.5, alpha=0.4,
                  solid_capstyle="butt")
    for good, colour, marker in ((True, OURS, "o"), (False, BAD, "X")):
        chosen = [verdict for verdict in verdicts if passes(verdict) == good]
        axis.plot([verdict.x_mean for verdict in chosen], [verdict.measured for verdict in chosen], marker, color=colour,
                  markersize=4)
    axis.set_xlabel(LABEL[x])
    axis.set_ylabel(LABEL[y])
    axis.margins(0.06)


def _is_function(line):
    """Whether the same x always has the same value: then its points may be joined."""
    return all(abs(y0 - y1) < 1e-3 for (x0, y0), (x1, y1) in zip(line, line[1:]) if abs(x0 - x1) < 1e-6)


def _time(figure, grid, result, shown):
    """Stimulus and response over time, bounds shaded where they are asked."""
    trace = result.trace
    whole_s = trace["t_s"][-1] if len(trace["t_s"]) else 0
    scale, unit = (60, "min") if whole_s > MINUTES_FROM_S else (1, "s")
    column, share = -1, None
    for row, name in enumerate(shown):
        axis = share = figure.add_subplot(grid[row, column], sharex=share)
        bounds = [bound for bound in result.bounds if bound[0] == name]
        for _, from_s, to_s, low, high in bounds:
            _bound(axis, from_s / scale, to_s / scale, low, high)
        axis.plot(trace["t_s"] / scale, trace[name], color=OURS if name in ("p_pu", "q_pu") else STIMULUS, linewidth=1.2)
        axis.set_ylabel(LABEL[name])
        axis.margins(x=0.01, y=0.12)
        axis.tick_params(labelbottom=row == len(shown) - 1)
    if share is not None:
        share.set_xlabel("time, %s" % unit)
        figure.align_ylabels()


def _bound(axis, begin, end, low, high):
    if low is None or high is None:
        axis.plot((begin, end), (high if low is None else low,) * 2, color=BAND, linewidth=1.6)
    elif begin == end:
        axis.plot((begin, begin), (low, high), color=BAND, linewidth=2.2, alpha=0.75, solid_capstyle="butt")
    else:
        axis.fill_between((begin, end), low, high, color=BAND, alpha=0.4, linewidth=0)


def _svg(figure):
    """The figure as SVG to stand inside a page."""
    out = io.StringIO()
    figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    text = re.sub(r"\s*<metadata>.*?</metadata>", "", out.getvalue(), flags=re.DOTALL)
    # Two decimals of a point are finer than any screen, and half the bytes.
    text = re.sub(r"(\d+\.\d\d)\d+", r"\1", text)
    return text[text.index("<svg"):].replace("<svg ", '<svg role="img" ', 1)
