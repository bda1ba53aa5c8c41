"""Colours and style that the figures of studies share.

Not its job: what is drawn.
Source: readable at 800 px of width; letters are outlines, so that a figure looks the same everywhere.
"""

INK, FAINT, ALARM = "#222222", "#9a9a9a", "#b3261e"


def style(name):
    """Settings of matplotlib for the figure of this name; the name makes its ids its own."""
    return {
        "svg.hashsalt": name, "svg.fonttype": "path", "font.size": 9, "font.family": "DejaVu Sans",
        "axes.spines.top": False, "axes.spines.right": False, "axes.edgecolor": FAINT, "axes.labelcolor": INK,
        "axes.titlesize": 10, "axes.titlelocation": "left", "axes.titleweight": "bold", "text.color": INK,
        "xtick.color": INK, "ytick.color": INK, "lines.linewidth": 1.6,
    }
