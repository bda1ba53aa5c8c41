"""A home week as words: the table's headings and cells, and a sentence for each figure that was to be reached.

Not its job: printing (tools/commands/home.py).
Source: ours.
"""

from host_sim.home import study

# heading, of a row of home.json; together they fit into 80 columns
COLUMNS = (
    ("mode", lambda row: row["mode"]),
    ("bill", lambda row: "%.2f" % row["bill"]),
    ("wear", lambda row: "%.2f" % row["wear_priced"]),
    ("cost", lambda row: "%.2f" % row["cost"]),
    ("un-\nmanaged", lambda row: "%.2f" % row["unmanaged_cost"]),
    ("optimum", lambda row: _number(row["optimum_cost"], "%.2f")),
    ("gap", lambda row: gap(row)),
    ("missed", lambda row: "%d of %d" % (row["missed"], row["departures"])),
    ("moves\na day", lambda row: "%.1f" % row["moves_per_day"]),
    ("own\nuse", lambda row: "%.0f %%" % (100 * row["self_consumption"])),
    ("battery\nlost", lambda row: "%.3f %%" % (row["wear"]["calendar_pct"] + row["wear"]["cycling_pct"])),
)
HEADINGS = tuple(heading for heading, _ in COLUMNS)
NOTES = (
    "cost: bill and wear by throughput, less the worth of what is in the vehicle more than at the beginning.",
    "optimum: linear programme that knows prices, sun and house beforehand; gap: of bill and wear, same energy at the end.",
    "battery lost: calendar and cycling by the model of one cell, mean of five years of weeks like this.",
)


def cells(row):
    """The cells of one row of home.json."""
    return tuple(cell(row) for _, cell in COLUMNS)


def gap(row):
    """The gap in words: also when it has none."""
    if row["gap"] is None:
        return "no cost"
    return row["gap"] if isinstance(row["gap"], str) else "%.1f %%" % (100 * row["gap"])


def _number(value, form):
    return value if isinstance(value, str) else form % value


def verdicts(report):
    """One sentence for each figure to reach that this run can judge."""
    found = []
    for row in report["modes"]:
        limit = study.GAP_MAX.get(row["mode"])
        if limit is not None and isinstance(row["gap"], float):
            found.append("%s: gap %s, to reach: %.0f %% or less: %s" % (
                row["mode"], gap(row), 100 * limit, _verdict(row["gap"] <= limit)))
    missed = sum(row["missed"] for row in report["modes"])
    found.append("departures with less than promised: " + (
        "%d, to reach: 0: %s" % (missed, _verdict(not missed)) if any(row["departures"] for row in report["modes"])
        else "no departure in these days"))
    for row in report["modes"]:
        most = study.MOVES_PER_DAY_MAX.get(row["mode"])
        if most is not None:
            found.append("%s: %.1f moves of the contactor a day, to reach: %d or less: %s" % (
                row["mode"], row["moves_per_day"], most, _verdict(row["moves_per_day"] <= most)))
    return found


def _verdict(is_reached):
    return "reached" if is_reached else "not reached"
