"""The figure of the OpenDER study: three cases, OpenDER broad, the gateway on it, and below what lies between them.

Not its job: any number (opender_chain.py). The same data gives the same bytes on one version of matplotlib.
Source: readable at 800 px of width; colours that also differ in lightness.
"""

from host_sim.study.figure_style import ALARM, style
from host_sim.study.opender_chain import P, Q, RESPONSE_PU, STEP_S

PEER, OURS = "#f0b27a", "#1d4e89"
TARGETS = (("gateway", OURS), ("device", "#2b9c9c"))
SHOWN = ("volt-var, steps", "volt-watt, recorded and noisy", "droop, recorded collapse × 1.15")
CATEGORY = "b"
LABELS = {P: "active power, %", Q: "reactive power, %"}
EVERY = 5           # samples; finer ones would only make the file heavy
BAND_PCT = 2.6      # axis of differences


def draw(study, path):
    """Writes the figure as SVG. study: opender_study.Study."""
    import matplotlib
    from matplotlib.figure import Figure
    with matplotlib.rc_context(style("opender")):
        figure = Figure(figsize=(8.0, 9.0), layout="constrained")
        rows = figure.subplots(2 * len(SHOWN), 1, gridspec_kw={"height_ratios": (2, 1) * len(SHOWN)})
        for number, name in enumerate(SHOWN):
            answer, difference = rows[2 * number:2 * number + 2]
            _answers(answer, study, name)
            _differences(difference, study, name)
            if number == 0:
                answer.legend(loc="lower right", ncols=2, frameon=False)
                difference.legend(loc="upper right", ncols=3, frameon=False)
        rows[-1].set_xlabel("time, s")
        figure.savefig(path, format="svg", metadata={"Date": None, "Creator": None})


def _times_s(values):
    return [STEP_S * EVERY * number for number in range(len(values))]


def _answers(axis, study, name):
    pair = study.pairs[name, "gateway", CATEGORY]
    for values, colour, width, label in ((pair.peer, PEER, 5, "OpenDER"), (pair.ours, OURS, 1.3, "gateway, whole chain")):
        shown = 100 * values[::EVERY, pair.case.quantity]
        axis.plot(_times_s(shown), shown, color=colour, linewidth=width, label=label)
    axis.set_title(name[0].upper() + name[1:])
    axis.set(ylabel=LABELS[pair.case.quantity], xlim=(0, STEP_S * len(pair.ours)), xticklabels=[])


def _differences(axis, study, name):
    for target, colour in TARGETS:
        pair = study.pairs[name, target, CATEGORY]
        shown = 100 * (pair.ours - pair.peer)[::EVERY, pair.case.quantity]
        axis.plot(_times_s(shown), shown, color=colour, linewidth=1, label=target)
    for sign in (1, -1):
        axis.axhline(100 * sign * RESPONSE_PU, color=ALARM, linewidth=1, linestyle=(0, (4, 3)),
                     label="allowed" if sign == 1 else None)
    axis.set(ylabel="difference, %", xlim=(0, STEP_S * len(pair.ours)), ylim=(-BAND_PCT, BAND_PCT))
