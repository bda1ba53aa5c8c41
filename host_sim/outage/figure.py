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
LETTER_SHARE = 0.0085   # of the width; narrower bands have no room for their name
NAMES_V = range(200, 20, -25)       # heights of the names beside their lines
T_MS, V_LOAD, V_GRID, F_HZ, P_EV, P_LOAD, P_WANTED, P_PV, SOC = range(9)


def svg(result, samples, title):
    """The figure as SVG text. result: of verdict.record; samples: of Ledger; title: one line."""
    with matplotlib.rc_context(style("outage")):
        figure = _draw(result, samples, title)
        out = io.StringIO()
        figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    return re.sub(r"\s*<metadata>.*?</metadata>", "", out.getvalue(), flags=re.DOTALL)


def _draw(result, samples, title):
    figure = Figure(figsize=(9.2, 8.2))
    grid = figure.add_gridspec(5, 2, height_ratios=(0.28, 0.85, 1.3, 0.62, 1.5), hspace=0.16, wspace=0.12)
    states, volts, power, charge = panels = [figure.add_subplot(grid[row, :]) for row in range(4)]
    columns = list(zip(*samples))
    t_s = [t_ms / 1000 for t_ms in columns[T_MS]]
    _states(states, result["states"], t_s[-1])
    _volts(volts, t_s, columns)
    volts.legend(loc="lower right", bbox_to_anchor=(1, -0.02), ncols=2, frameon=False)
    _power(power, t_s, columns)
    charge.plot(t_s, columns[SOC], color=GREEN)
    charge.set_ylabel("vehicle, %")
    charge.set_xlabel("seconds", labelpad=1)
    charge.ticklabel_format(axis="y", useOffset=False)
    for panel in panels:
        panel.set_xlim(0, t_s[-1])
        panel.tick_params(labelbottom=panel is charge)
    zooms = [figure.add_subplot(grid[4, column]) for column in range(2)]
    for panel, (name, window_s) in zip(zooms, _windows(result)):
        _zoom(panel, t_s, columns, name, window_s=window_s, states=result["states"])
    for panel in (volts, zooms[0]):
        panel.set_ylabel("voltage, V")
    for panel in [volts] + zooms:
        for violation in result["violations"]:
            panel.axvline(violation["t_s"], color=ALARM, linewidth=1.2)
    _arrange(figure, zooms)
    figure.align_ylabels((volts, power, charge, zooms[0]))
    figure.suptitle(title, x=0.085, y=0.982, ha="left", fontsize=11, fontweight="bold")
    return figure


def _arrange(figure, zooms):
    """Room for the seconds of the whole run above the two close-ups."""
    figure.subplots_adjust(left=0.085, right=0.98, top=0.945, bottom=0.06)
    for panel in zooms:
        box = panel.get_position()
        panel.set_position([box.x0, box.y0, box.width, box.height - 0.03])


def _windows(result):
    """(name, (from s, to s)) of the two close-ups: on the way into the island, and back to the grid."""
    at_s = {}
    for row in result["states"]:
        at_s.setdefault(row["state"], row["t_s"])
    loss_s, back_s = result["loss_s"], result["back_s"]
    stop_s = at_s.get("stopping_to_return", back_s)
    first_s, island_s = min(loss_s, at_s.get("opening", loss_s)), at_s.get("islanded", loss_s + 4)
    return (("loss and transfer", (first_s - 0.5, island_s + 1.2)), ("return", (stop_s - 1.4, stop_s + 1.6)))


def _zoom(panel, t_s, columns, name, *, window_s, states):
    """Voltage of some seconds, with the name of each state along its beginning."""
    _volts(panel, t_s, columns)
    panel.set_xlim(*window_s)
    panel.set_xlabel("seconds: " + name, labelpad=1)
    inside = [row for row in states if window_s[0] < row["t_s"] < window_s[1]]
    gap_s = 0.012 * (window_s[1] - window_s[0])
    for row, top_v in zip(inside, NAMES_V):
        panel.axvline(row["t_s"], color=FAINT, linewidth=0.6)
        panel.text(row["t_s"] - gap_s, top_v, row["state"].replace("_", " "), ha="right", va="center", fontsize=7.5,
                   bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6, "alpha": 0.85})


def _states(panel, rows, end_s):
    """One band a state, named where there is room."""
    edges = [row["t_s"] for row in rows] + [end_s]
    for row, begin_s, until_s in zip(rows, edges, edges[1:]):
        panel.axvspan(begin_s, until_s, color=BANDS.get(row["state"], OTHER_BAND), linewidth=0)
        panel.axvline(begin_s, color=FAINT, linewidth=0.5)
        if until_s - begin_s > LETTER_SHARE * len(row["state"]) * end_s:
            panel.text((begin_s + until_s) / 2, 0.5, row["state"].replace("_", " "), ha="center", va="center", fontsize=8)
    panel.set_ylim(0, 1)
    panel.set_yticks(())
    for side in panel.spines.values():
        side.set_visible(False)


def _volts(panel, t_s, columns):
    panel.plot(t_s, columns[V_GRID], color=FAINT, linewidth=2.6, label="grid")
    panel.plot(t_s, columns[V_LOAD], color=BLUE, linewidth=1.3, label="house")
    panel.set_ylim(-8, 275)


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
    panel.set_ylim(top=panel.get_ylim()[1] * 1.25)
    panel.legend(loc="upper right", bbox_to_anchor=(1, 1.06), ncols=4, frameon=False)
