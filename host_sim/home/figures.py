"""Figures of a home week as SVG text: a week of one mode, and what each mode costs.

Not its job: numbers (study.py).
Source: style of the project's reports.
"""

import matplotlib
import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from host_sim.home import week as weeks
from host_sim.home.series import DAY_MIN
from host_sim.report.figures import CONTEXT, INK, OURS, PAPER, STYLE, svg

SUN, HOUSE, GREEN, AWAY = "#e0a526", "#6c757d", "#2b7a4b", "#eef0f3"
HOUR_MS, DAY_H = 3_600_000, 24
MEAN_H = 0.25       # what the lines show is the mean of so long
DAY_NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun", "Mon")
BAR_HEIGHT = 0.34
COST_TOP_IN, COST_BOTTOM_IN = 0.42, 0.55    # room for legend and label, however few the bars
HOURS_UP_TO_DAYS = 2                        # shorter figures name hours beside days


def week_figure(week, result):
    """Four panels over the week: prices, house and roof, vehicle, state of charge."""
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(9.6, 6.6))
        panels = figure.subplots(4, 1, sharex=True, gridspec_kw={"height_ratios": (0.9, 1.1, 1.2, 1.1)})
        for panel in panels:
            _days(panel, week)
        _prices(panels[0], week.tariffs[result.mode.tariff])
        _house(panels[1], result.record)
        _vehicle(panels[2], result)
        _energy(panels[3], result)
        panels[0].set_title("Mode %s: %s" % (result.mode.name, weeks.what(week)), loc="left",
                            fontsize=10.5, color=INK, pad=20)
        panels[-1].set_xlabel("local time")
        figure.align_ylabels(panels)
        figure.subplots_adjust(left=0.075, right=0.985, top=0.925, bottom=0.07, hspace=0.32)
        return svg(figure)


def cost_figure(report):
    """What each mode costs: bill and wear, beside unmanaged charging and the optimum under the same prices."""
    rows = report["modes"]
    with matplotlib.rc_context({**STYLE, "axes.grid.axis": "x"}):
        height_in = COST_TOP_IN + COST_BOTTOM_IN + 0.62 * len(rows)
        figure = Figure(figsize=(8.2, height_in))
        panel = figure.subplots()
        places = np.arange(len(rows))[::-1]
        unmanaged = [row["unmanaged_cost"] for row in rows]
        panel.barh(places, unmanaged, 2.1 * BAR_HEIGHT, color="#dfe3e8", label="unmanaged")
        panel.barh(places, [row["cost"] for row in rows], BAR_HEIGHT, color=OURS, label="this mode")
        for place, row in zip(places, rows):
            if isinstance(row["optimum_cost"], float):
                panel.plot([row["optimum_cost"]] * 2, [place - 0.42, place + 0.42], color=PAPER, linewidth=2.2,
                           label="optimum, all foreseen" if place == places[0] else None)
            panel.annotate("%.2f" % row["cost"], (max(row["cost"], 0), place), xytext=(5, 0), va="center",
                           textcoords="offset points", fontsize=8.5, color=INK)
        panel.axvline(0, color=CONTEXT, linewidth=0.8)
        panel.set_yticks(places, ["%s\n%s prices" % (row["mode"], row["tariff"]) for row in rows])
        days = report["week"]["days"]
        panel.set_xlabel("cost of %d %s: bill and wear, less the worth of what is stored" % (days, "day" if days == 1 else "days"))
        panel.set_xlim(right=1.08 * max(unmanaged + [row["cost"] for row in rows]))
        panel.legend(loc="lower center", bbox_to_anchor=(0.45, 1.0), ncols=3)
        figure.subplots_adjust(left=0.14, right=0.98, top=1 - COST_TOP_IN / height_in, bottom=COST_BOTTOM_IN / height_in)
        return svg(figure)


def _days(panel, week):
    """Midnights, and grey where the vehicle is away."""
    for trip in week.trips:
        if trip.leaves_min < week.days * DAY_MIN:
            panel.axvspan(trip.leaves_min / 60, trip.returns_min / 60, color=AWAY, linewidth=0, zorder=0)
    panel.set_xlim(0, week.days * DAY_H)
    step_h = 6 if week.days <= HOURS_UP_TO_DAYS else DAY_H
    ticks_h = range(0, week.days * DAY_H, step_h)
    panel.set_xticks(ticks_h, ["%d:00" % (t_h % DAY_H) if t_h % DAY_H else DAY_NAMES[t_h // DAY_H] for t_h in ticks_h], ha="left")
    panel.tick_params(axis="x", length=0)
    panel.axhline(0, color=CONTEXT, linewidth=0.8)


def _prices(panel, tariff):
    hours = np.arange(len(tariff.import_per_kwh) + 1)
    for values, colour, label in ((tariff.import_per_kwh, INK, "drawn"), (tariff.export_per_kwh, CONTEXT, "fed in")):
        panel.stairs(values, hours, color=colour, linewidth=1.2, label=label, baseline=None)
    panel.set_ylabel("price per kWh")
    _legend(panel)


def _house(panel, record):
    t_h, pv_kw = _means(record, record.pv_w / 1000)
    panel.fill_between(t_h, pv_kw, color=SUN, alpha=0.45, linewidth=0, label="roof", step="pre")
    panel.plot(*_means(record, record.load_w / 1000), color=HOUSE, linewidth=1.0, label="house", drawstyle="steps-pre")
    panel.set_ylabel("house, kW")
    panel.set_ylim(0)
    _legend(panel)


def _vehicle(panel, result):
    record = result.record
    t_h, p_kw = _means(record, record.p_ev_w / 1000)
    panel.fill_between(t_h, np.minimum(p_kw, 0), color=OURS, linewidth=0, step="pre", label="charging")
    panel.fill_between(t_h, np.maximum(p_kw, 0), color=GREEN, linewidth=0, step="pre", label="discharging")
    panel.set_ylabel("vehicle, kW")
    panel.margins(y=0.12)
    _legend(panel, Patch(color=AWAY, label="away"))


def _energy(panel, result):
    record = result.record
    t_h = record.t_ms / HOUR_MS
    panel.plot(t_h, 100 * record.energy_wh / weeks.CAPACITY_WH, color=OURS, linewidth=1.6, label="vehicle")
    if result.optimum is not None:
        ends_h = np.arange(len(result.optimum.energy_wh) + 1) * MEAN_H
        energy_wh = np.concatenate([[record.energy_start_wh], result.optimum.energy_wh])
        panel.plot(ends_h, 100 * energy_wh / weeks.CAPACITY_WH, color=PAPER, linewidth=1.0, linestyle=(0, (4, 2)),
                   label="optimum, all foreseen")
    promised = [(row.at_ms / HOUR_MS, 100 * row.promised_wh / weeks.CAPACITY_WH) for row in record.departures]
    if promised:
        panel.plot(*zip(*promised), "v", color=INK, markersize=5, linestyle="none", label="promised at departure", zorder=5)
    panel.set_ylabel("charge, %")
    panel.set_ylim(0, 105)
    _legend(panel)


def _means(record, values):
    """(end of each quarter-hour in h, mean of the steps in it)."""
    slot = (record.t_ms - 1) // round(MEAN_H * HOUR_MS)
    weight = np.bincount(slot, record.dt_ms)
    return (np.arange(len(weight)) + 1) * MEAN_H, np.bincount(slot, values * record.dt_ms) / weight


def _legend(panel, *more):
    handles, _ = panel.get_legend_handles_labels()
    panel.legend(handles=handles + list(more), loc="lower right", bbox_to_anchor=(1.0, 0.97), ncols=4, borderaxespad=0,
                 columnspacing=1.2, handlelength=1.6)
