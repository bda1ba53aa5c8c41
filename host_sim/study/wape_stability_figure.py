"""The figure of the WAPE stability study: settled by the rule, cycling without it, and the margins over the loop gain.

Not its job: any number (wape_stability.py). The same data gives the same bytes on one version of matplotlib.
Source: readable at 800 px of width, lines labelled where they are, colours that also differ in lightness.
"""

from host_sim.study import wape_stability as study
from host_sim.study.figure_style import ALARM, FAINT, INK, style

STATION = "611"
BAND = "#f0f0f0"
DELAY_COLOURS = ("#440154", "#3e5c9a", "#1f8a8c", "#4bb34f", "#e07b00")
AFTER_STEP_S = (-1.0, 8.0)  # shown around the load step
CYCLE_SHOWN_S = 6.0  # shown of the end of a run
CYCLE_LABELS = {0.2: (0.1, 448.0), 1.0: (0.1, 434.0)}  # delays shown cycling: where their label stands, s and V
MARGIN_LINES = (
    # case      colour             label                          where it stands on the two panels (G, dB), (G, degrees)
    ("rule",     INK,       "by the rule",                  ((12.3, 7.5), (12.3, 57.0))),
    ("tau_4_s",  "#3e5c9a", "τ 4 s: default,\nthree-phase", ((8.3, 0.4), (8.3, 10.0))),
    ("tau_10_s", "#8e4585", "τ 10 s: default, single-phase", ((8.6, 14.9), (8.6, 81.0))),
)
GAIN_BANDS = ((5, 8, "3-phase"), (12, 21, "single-phase stations"))


def draw(runs, found, path):
    """Writes the figure as SVG. runs: wape_stability.Runs; found: its record."""
    import matplotlib
    from matplotlib.figure import Figure
    needs = found["parameters"]
    with matplotlib.rc_context(style("wape-stability")):
        figure = Figure(figsize=(8.0, 6.2), layout="constrained")
        axes = figure.subplots(2, 2)
        _settled(axes[0, 0], runs)
        _cycling(axes[0, 1], runs)
        _margin(axes[1, 0], found["margins"], 0, needs["gain_margin_min_db"])
        axes[1, 0].set(title="Gain margin, loop delay 0.35 s", ylabel="gain margin, dB", ylim=(-3, 23))
        _margin(axes[1, 1], found["margins"], 1, needs["phase_margin_min_deg"])
        axes[1, 1].set(title="Phase margin, loop delay 0.35 s", ylabel="phase margin, degrees", ylim=(-20, 112))
        figure.savefig(path, format="svg", metadata={"Date": None, "Creator": None})


def _volts(runs, index, from_s, to_s):
    """(times, volts of the shown station) of one run between two times of it, s."""
    inside = (runs.time_s >= from_s - 1e-9) & (runs.time_s <= to_s + 1e-9)
    return runs.time_s[inside], runs.v_v[inside, index, study.STATIONS.index(STATION)]


def _settled(axis, runs):
    before_s, after_s = (study.STEP_AT_S + edge_s for edge_s in AFTER_STEP_S)
    axis.text(3.6, 402.6, "loop delay", color=INK)
    for line, ((delay_s, index), colour) in enumerate(zip(runs.pick("rule"), DELAY_COLOURS)):
        time_s, v_v = _volts(runs, index, before_s, after_s)
        axis.plot(time_s - study.STEP_AT_S, v_v, color=colour, zorder=5 - line)
        label = "%g s, filter τ %.1f s" % (delay_s, runs.rows[index]["tau_s"])
        axis.text(3.6, 401.5 - 1.0 * line, label, color=colour, weight="bold")
    axis.set(title="Rule τ = 1.4 · G · delay: all settle", xlabel="time after the load step, s",
             ylabel="voltage at bus %s, V" % STATION, xlim=AFTER_STEP_S)


def _cycling(axis, runs):
    for (delay_s, index), colour in zip(runs.pick("broken"), DELAY_COLOURS):
        if delay_s not in CYCLE_LABELS:
            continue
        time_s, v_v = _volts(runs, index, study.END_S - CYCLE_SHOWN_S, study.END_S)
        axis.plot(time_s - time_s[0], v_v, color=colour)
        label = "loop delay %g s: %.0f V peak to peak" % (delay_s, v_v.max() - v_v.min())
        axis.text(*CYCLE_LABELS[delay_s], label, color=colour, weight="bold")
    axis.set(title="Rule broken, τ 0.1 s: a cycle", xlabel="time at the end of the run, s",
             ylabel="voltage at bus %s, V" % STATION, xlim=(0, CYCLE_SHOWN_S), ylim=(300, 464))


def _margin(axis, rows, panel, minimum):
    """panel 0: gain margin, dB; 1: phase margin, degrees."""
    key = ("gain_margin_db", "phase_margin_deg")[panel]
    for low, high, label in GAIN_BANDS:
        axis.axvspan(low, high, color=BAND, linewidth=0)
        axis.text((low + high) / 2, 0.99, label, color="#6a6a6a", ha="center", va="top",
                  transform=axis.get_xaxis_transform())
    axis.axhline(minimum, color=ALARM, linewidth=1.2, linestyle=(0, (4, 3)))
    for case, colour, label, places in MARGIN_LINES:
        shown = [row for row in rows if row["case"] == case]
        axis.plot([row["loop_gain"] for row in shown], [row[key] for row in shown], color=colour)
        axis.text(*places[panel], label, color=colour, weight="bold")
    axis.annotate("required", (5.2, minimum), xytext=(0, -4), textcoords="offset points", color=ALARM, va="top", weight="bold")
    axis.set(xlabel="loop gain G", xlim=(study.GAINS[0], study.GAINS[-1]), xticks=(5, 8, 12, 16, 21))
