"""The picture of one outage: who holds the voltage, what the house draws and gets, the battery, and the states with names.

Not its job: the run (bench.py), numbers (verdict.py).
Source: matplotlib; colours and letters as in the figures of studies.
"""

import io
import re

import matplotlib
from matplotlib.figure import Figure

from host_sim.study.figure_style import ALARM, FAINT, INK, style

BLUE, GREEN, SUN = "#1d4e89", "#2f7d4f", "#e0a526"
# what a state means to a house: colour of its band
BANDS = {"on_grid": "#dfe7ee", "islanded": "#d8ecdf", "shutting_down": "#f3e3c3", "locked_out": "#f3d3d0",
         "locked_out_on_grid": "#f3d3d0", "locked_out_no_grid": "#f3d3d0"}
OTHER_BAND = "#f0ede6"
NAMED_SHARE = 0.05      # narrower bands have no room for their name
T_MS, V_LOAD, V_GRID, F_HZ, P_EV, P_LOAD, P_WANTED, P_PV, SOC = range(9)


def svg(result, samples, title):
    """The figure as SVG text. result: of verdict.record; samples: of Ledger; title: one line."""
    with matplotlib.rc_context(style("outage")):
        figure = _draw(result, samples, title)
        out = io.StringIO()
        figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    return re.sub(r"\s*<metadata>.*?</metadata>", "", out.getvalue(), flags=re.DOTALL)


def _draw(result, samples, title):
    figure = Figure(figsize=(9.2, 6.6))
    grid = figure.add_gridspec(4, 1, height_ratios=(0.32, 1.25, 1.35, 0.8), hspace=0.14)
    states, volts, power, charge = (figure.add_subplot(grid[row]) for row in range(4))
    columns = list(zip(*samples))
    t_s = [t_ms / 1000 for t_ms in columns[T_MS]]
    end_s = t_s[-1]
    _states(states, result["states"], end_s)
    _volts(volts, t_s, columns)
    _power(power, t_s, columns)
    charge.plot(t_s, columns[SOC], color=GREEN)
    charge.set_ylabel("vehicle, %")
    charge.set_xlabel("seconds")
    for violation in result["violations"]:
        volts.axvline(violation["t_s"], color=ALARM, linewidth=1.2)
    for panel in (states, volts, power, charge):
        panel.set_xlim(0, end_s)
        if panel is not charge:
            panel.tick_params(labelbottom=False)
    figure.align_ylabels((volts, power, charge))
    figure.suptitle(title, x=0.09, y=0.975, ha="left", fontsize=11, fontweight="bold")
    figure.subplots_adjust(left=0.09, right=0.98, top=0.93, bottom=0.075)
    return figure


def _states(panel, rows, end_s):
    """One band a state, named where there is room."""
    edges = [row["t_s"] for row in rows] + [end_s]
    for row, begin_s, until_s in zip(rows, edges, edges[1:]):
        panel.axvspan(begin_s, until_s, color=BANDS.get(row["state"], OTHER_BAND), linewidth=0)
        panel.axvline(begin_s, color=FAINT, linewidth=0.5)
        if until_s - begin_s > NAMED_SHARE * end_s:
            panel.text((begin_s + until_s) / 2, 0.5, row["state"].replace("_", " "), ha="center", va="center", fontsize=8)
    panel.set_ylim(0, 1)
    panel.set_yticks(())
    for side in panel.spines.values():
        side.set_visible(False)


def _volts(panel, t_s, columns):
    panel.plot(t_s, columns[V_GRID], color=FAINT, linewidth=2.6, label="grid")
    panel.plot(t_s, columns[V_LOAD], color=BLUE, linewidth=1.3, label="house")
    panel.set_ylabel("voltage, V")
    panel.set_ylim(-8, 275)
    panel.legend(loc="lower right", ncols=2, frameon=False)


def _power(panel, t_s, columns):
    """What the house wants as a line, what it gets as an area, the vehicle's power, PV."""
    wanted, load, vehicle, sun = ([p_w / 1000 for p_w in columns[key]] for key in (P_WANTED, P_LOAD, P_EV, P_PV))
    got = [a + b for a, b in zip(load, sun)]
    panel.fill_between(t_s, got, color=GREEN, alpha=0.22, linewidth=0, label="circuits get")
    panel.plot(t_s, wanted, color=INK, linewidth=0.8, linestyle=(0, (3, 2)), label="circuits want")
    if any(sun):
        panel.plot(t_s, sun, color=SUN, linewidth=1.4, label="PV")
    panel.plot(t_s, vehicle, color=BLUE, linewidth=1.3, label="vehicle, + gives")
    panel.axhline(0, color=FAINT, linewidth=0.6)
    panel.set_ylabel("power, kW")
    panel.margins(y=0.12)
    panel.legend(loc="lower right", ncols=4, frameon=False)
