"""The figure of the grid-stability study: margins on paper as lines, measured as dots; the rule; what a broken one does.

Not its job: any number (grid_stability.py). The same data gives the same bytes on one version of matplotlib.
Source: readable at 800 px of width, lines labelled where they are, colours that also differ in lightness.
"""

from host_sim.study.grid_cases import CODE_OLRT_S
from host_sim.study.grid_loops import olrt_min_s
from host_sim.study.grid_probes import DISPATCH

INK, FAINT, ALARM = "#222222", "#9a9a9a", "#b3261e"
# loop                   colour     where its label stands: (meter delay s, dB), (meter delay s, degrees)
LOOPS = (
    ("volt-var, category B", "#3e5c9a", (0.30, 18.3), (0.30, 137.0)),
    ("volt-var, steep",      "#1f8a8c", (0.62, 9.2),  (0.66, 77.0)),
    ("WAPE",                 "#440154", (0.12, 6.9),  (0.36, 55.0)),
    ("droop, 1 s",           "#e07b00", (0.74, 11.4), (0.70, 90.0)),
    ("droop, 5 s",           "#c06a9a", (0.12, 14.3), None),
)
FIELDS = ("gain_db", "phase_deg")
RULE_GAINS = ((1.2, "#3e5c9a"), (3.5, "#1f8a8c"), (8.0, "#440154"))
RULE_DELAYS_S = (0.1, 1.2)
TRACES = (
    # case                  colour     label
    ("supervisor too fast", "#e07b00", "supervisor too fast"),
    ("WAPE unfiltered",     ALARM,     "WAPE unfiltered"),
    ("WAPE",                INK,       "by the rules"),
)
SHOWN_S = (25.0, 90.0)
STYLE = {
    "svg.hashsalt": "grid-stability", "svg.fonttype": "path", "font.size": 9, "font.family": "DejaVu Sans",
    "axes.spines.top": False, "axes.spines.right": False, "axes.edgecolor": FAINT, "axes.labelcolor": INK,
    "axes.titlesize": 10, "axes.titlelocation": "left", "axes.titleweight": "bold", "text.color": INK,
    "xtick.color": INK, "ytick.color": INK, "lines.linewidth": 1.6,
}


def draw(result, found, path):
    """Writes the figure as SVG. result: grid_stability.Study; found: its record."""
    import matplotlib
    from matplotlib.figure import Figure
    needs = found["parameters"]
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(8.0, 9.2), layout="constrained")
        axes = figure.subplots(3, 2)
        _margins(axes[0, 0], result, 0, needs["gain_margin_min_db"])
        axes[0, 0].set(title="Gain margin", ylabel="dB", ylim=(0, 24))
        axes[0, 0].text(0.42, 21.6, "line: on paper   dot: simulation")
        _margins(axes[0, 1], result, 1, needs["phase_margin_min_deg"])
        axes[0, 1].set(title="Phase margin", ylabel="degrees", ylim=(0, 170))
        axes[0, 1].text(0.08, 3.0, "droop 5 s stays below unity gain", color=LOOPS[4][1])
        _supervisor(axes[1, 0], result, needs["gain_margin_min_db"])
        _rule(axes[1, 1])
        _trace(axes[2, 0], result.traces, 1, "voltage at bus 652, V", "Worst delays: voltage")
        _trace(axes[2, 1], result.traces, 2, "frequency, Hz", "Worst delays: frequency")
        figure.savefig(path, format="svg", metadata={"Date": None, "Creator": None})


def _margins(axis, result, panel, minimum):
    """Lines and dots of the loops of voltage and frequency."""
    for name, colour, *places in LOOPS:
        line = next(rows for (loop, _), rows in result.lines.items() if loop == name)
        _pair(axis, line, [(probe.case.meter_delay_s, measured) for probe, _, measured, _ in result.loops if probe.name == name],
              FIELDS[panel], colour)
        if places[panel]:
            axis.text(*places[panel], name, color=colour, weight="bold")
    _required(axis, minimum, 0.07)
    axis.set(xlabel="meter delay, s (whole loop 0.2 s more)", xlim=(0.05, 1.05))


def _supervisor(axis, result, minimum):
    line = next(rows for (_, kind), rows in result.lines.items() if kind == DISPATCH)
    dots = [(probe.case.path_s, measured) for probe, _, measured, _ in result.loops if probe.kind == DISPATCH]
    _pair(axis, line, dots, "gain_db", "#4b6b2f")
    phases_deg = [margins.phase_deg for _, margins in dots]
    axis.text(0.75, 17.0, "frequency restored in 10 s;\nphase margin %.0f to %.0f°" % (min(phases_deg), max(phases_deg)),
              color="#4b6b2f", weight="bold")
    _required(axis, minimum, 0.04)
    axis.set(title="Supervisor: gain margin", xlabel="path to the gateways, s", ylabel="dB", xlim=(0, 2.05), ylim=(0, 34))


def _rule(axis):
    """The shortest open-loop response over the whole dead time, for some loop gains."""
    for gain, colour in RULE_GAINS:
        axis.plot(RULE_DELAYS_S, [olrt_min_s(gain, delay_s) for delay_s in RULE_DELAYS_S], color=colour)
        at_s = 0.68 if gain > 5 else 1.0
        axis.annotate("G = %g" % gain, (at_s, olrt_min_s(gain, at_s)), xytext=(-4, 4), textcoords="offset points",
                      color=colour, weight="bold", ha="right")
    axis.axhline(CODE_OLRT_S, color=FAINT, linewidth=1, linestyle=(0, (4, 3)))
    axis.text(1.2, CODE_OLRT_S + 0.3, "default, category B", color=INK, ha="right")
    axis.set(title="Volt-var: shortest response by the rule", xlabel="dead time of the whole loop, s",
             ylabel="open-loop response, s", xlim=(0.1, 1.22), ylim=(0, 22))


def _trace(axis, traces, column, label, title):
    for name, colour, text in TRACES:
        time_s, values = traces[name][0], traces[name][column]
        shown = (time_s >= SHOWN_S[0]) & (time_s <= SHOWN_S[1])
        axis.plot(time_s[shown] - 30.0, values[shown], color=colour, linewidth=1.2 if name != "WAPE" else 2.0, label=text)
    axis.set(title=title, xlabel="time after load step and loss, s", ylabel=label, xlim=(SHOWN_S[0] - 30.0, SHOWN_S[1] - 30.0))
    if column == 1:
        axis.legend(frameon=False, loc="upper right", labelcolor="linecolor", handlelength=0, ncols=1, borderaxespad=0)


def _pair(axis, line, dots, field, colour):
    """A line of (x, Margins) and dots of the same."""
    for rows, marks in ((line, {"linestyle": "-"}), (dots, {"linestyle": "", "marker": "o", "markersize": 5.5})):
        known = [(at_s, getattr(margins, field)) for at_s, margins in rows if getattr(margins, field) is not None]
        axis.plot([at_s for at_s, _ in known], [value for _, value in known], color=colour, clip_on=True, **marks)


def _required(axis, minimum, at):
    axis.axhline(minimum, color=ALARM, linewidth=1, linestyle=(0, (4, 3)))
    axis.annotate("required", (at, minimum), xytext=(0, -3), textcoords="offset points", color=ALARM, va="top", weight="bold")
