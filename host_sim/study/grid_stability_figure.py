"""The figure of the grid-stability study: margins on paper as lines, measured as dots; the rule; what a broken one does.

Not its job: any number (grid_stability.py). The same data gives the same bytes on one version of matplotlib.
Source: readable at 800 px of width, lines labelled where they are, colours that also differ in lightness.
"""

from host_sim.study.figure_style import ALARM, FAINT, INK, style
from host_sim.study.grid_cases import CODE_OLRT_S
from host_sim.study.grid_loops import olrt_min_s
from host_sim.study.grid_probes import DISPATCH, WORSE
from host_sim.study.grid_stations import Case

# loop                   colour     where its label stands on the panel of phases: meter delay s, degrees
LOOPS = (
    ("volt-var, category B", "#3e5c9a", (0.24, 135.0)),
    ("droop, 1 s",           "#e07b00", (0.56, 91.0)),
    ("droop, 5 s",           "#c06a9a", None),           # has no phase margin
    ("volt-var, steep",      "#1f8a8c", (0.36, 73.0)),
    ("WAPE",                 "#440154", (0.24, 52.0)),
)
FIELDS = ("gain_db", "phase_deg")
# loop gain, colour, delay s where its label stands, what such a gain is
RULE_GAINS = (
    (1.0, "#3e5c9a", 1.20, "G = 1, category B", (0, -34)),
    (3.0, "#1f8a8c", 0.92, "G = 3, steep", (-6, 0)),
    (8.0, "#440154", 0.62, "G = 8", (-6, 0)),
)
RULE_DELAYS_S = (0.1, 1.2)
TRACES = (
    # case                  colour     label
    ("WAPE unfiltered",     "#e9a19b", "WAPE unfiltered"),
    ("supervisor too fast", "#e07b00", "supervisor too fast"),
    ("WAPE",                INK,       "by the rules"),
)
SHOWN_S = (-5.0, 60.0)   # after the disturbance
DISTURBED_S = Case._field_defaults["disturbed_s"]


def draw(result, found, path):
    """Writes the figure as SVG. result: grid_stability.Study; found: its record."""
    import matplotlib
    from matplotlib.figure import Figure
    needs = found["parameters"]
    with matplotlib.rc_context(style("grid-stability")):
        figure = Figure(figsize=(8.0, 9.2), layout="constrained")
        axes = figure.subplots(3, 2)
        _margins(axes[0, 0], result, 0, needs["gain_margin_min_db"])
        axes[0, 0].set(title="Gain margin, weak feeder", ylabel="dB", ylim=(0, 27))
        axes[0, 0].legend(frameon=False, loc="upper right", labelcolor="linecolor", handlelength=1.2, borderaxespad=0,
                          title="line: on paper, dot: simulation")
        _margins(axes[0, 1], result, 1, needs["phase_margin_min_deg"])
        axes[0, 1].set(title="Phase margin, weak feeder", ylabel="degrees", ylim=(0, 170))
        axes[0, 1].text(0.08, 3.0, "droop 5 s stays below unity gain", color=LOOPS[2][1])
        _supervisor(axes[1, 0], result, needs["gain_margin_min_db"])
        _rule(axes[1, 1])
        _trace(axes[2, 0], result.traces, 1, "voltage at bus 652, V", "Worst delays: voltage")
        _trace(axes[2, 1], result.traces, 2, "frequency, Hz", "Worst delays: frequency")
        figure.savefig(path, format="svg", metadata={"Date": None, "Creator": None})


def _margins(axis, result, panel, minimum):
    """Lines and dots of the loops of voltage and frequency."""
    shown = [(probe.name, probe.case.meter_delay_s, measured) for probe, _, measured, _ in result.loops
             if probe.case.feeder == WORSE]
    for name, colour, place in LOOPS:
        line = next(rows for (loop, _), rows in result.lines.items() if loop == name)
        dots = [(meter_s, measured) for loop, meter_s, measured in shown if loop == name]
        _pair(axis, (line, dots), FIELDS[panel], colour, name)
        if panel == 1 and place:
            axis.text(*place, name, color=colour, weight="bold")
    _required(axis, minimum, 0.07)
    axis.set(xlabel="meter delay, s (whole loop 0.2 s more)", xlim=(0.05, 1.05))


def _supervisor(axis, result, minimum):
    line = next(rows for (_, kind), rows in result.lines.items() if kind == DISPATCH)
    dots = [(probe.case.path_s, measured) for probe, _, measured, _ in result.loops if probe.kind == DISPATCH]
    _pair(axis, (line, dots), FIELDS[0], "#4b6b2f")
    phases_deg = [margins.phase_deg for _, margins in dots]
    axis.text(0.75, 17.0, "frequency restored in 10 s;\nphase margin %.0f to %.0f°" % (min(phases_deg), max(phases_deg)),
              color="#4b6b2f", weight="bold")
    _required(axis, minimum, 0.04)
    axis.set(title="Supervisor: gain margin", xlabel="path to the gateways, s", ylabel="dB", xlim=(0, 2.05), ylim=(0, 34))


def _rule(axis):
    """The shortest open-loop response over the whole dead time, for some loop gains."""
    for gain, colour, at_s, label, beside in RULE_GAINS:
        axis.plot(RULE_DELAYS_S, [olrt_min_s(gain, delay_s) for delay_s in RULE_DELAYS_S], color=colour)
        axis.annotate(label, (at_s, olrt_min_s(gain, at_s)), xytext=beside, textcoords="offset points",
                      color=colour, weight="bold", ha="right")
    axis.axhline(CODE_OLRT_S, color=FAINT, linewidth=1, linestyle=(0, (4, 3)))
    axis.text(1.2, CODE_OLRT_S + 0.3, "default", color=INK, ha="right")
    axis.set(title="Volt-var: shortest response by the rule", xlabel="dead time of the whole loop, s",
             ylabel="open-loop response, s", xlim=(0.1, 1.22), ylim=(0, 22))


def _trace(axis, traces, column, label, title):
    for name, colour, text in TRACES:
        time_s, values = traces[name][0], traces[name][column]
        since_s = time_s - DISTURBED_S
        shown = (since_s >= SHOWN_S[0]) & (since_s <= SHOWN_S[1])
        axis.plot(since_s[shown][::2], values[shown][::2], color=colour, linewidth=1.2 if name != "WAPE" else 2.0, label=text)
    axis.set(title=title, xlabel="time after load step and loss, s", ylabel=label, xlim=SHOWN_S)
    if column == 1:
        axis.set_ylim(376, 456)
        axis.legend(frameon=False, loc="upper left", labelcolor="linecolor", handlelength=1.2, borderaxespad=0)


def _pair(axis, line_and_dots, field, colour, label=None):
    """A line of (x, Margins), which has the label, and dots of the same."""
    for rows, marks in zip(line_and_dots, ({"linestyle": "-", "label": label}, {"linestyle": "", "marker": "o", "markersize": 5.5})):
        known = [(at_s, getattr(margins, field)) for at_s, margins in rows if getattr(margins, field) is not None]
        axis.plot([at_s for at_s, _ in known], [value for _, value in known], color=colour, **marks)


def _required(axis, minimum, at):
    axis.axhline(minimum, color=ALARM, linewidth=1, linestyle=(0, (4, 3)))
    axis.annotate("required", (at, minimum), xytext=(0, -3), textcoords="offset points", color=ALARM, va="top", weight="bold")
