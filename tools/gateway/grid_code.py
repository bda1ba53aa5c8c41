"""`v2g grid-code`: which grid codes there are, and the figures of one with their provenance.

Not its job: the figures (edge/grid_codes/), what a parameter is (edge/params.py), the page GRIDCODES.md.
Source: exit codes 0 shown, 2 no such grid code.
"""

import json
import sys

from edge import grid_code, param_values, params

MARKS = {grid_code.VERIFIED: "verified", grid_code.UNVERIFIED: "UNVERIFIED"}
BASES = ("pu of a voltage counts from grid.v_nom_ln_v, of active power from the W rating, of reactive power from the VA\n"
         "rating, of droop from the nominal frequency. Power and vars are positive when injected; no range: any the\n"
         "parameter allows.")
MEANING = ("verified: an open implementation or a public page states it; the standards themselves were not read.\n"
           "UNVERIFIED: general knowledge; check with the network operator before you rely on it.")


def add_arguments(parser):
    """Arguments of `v2g grid-code`."""
    parser.add_argument("name", nargs="?", help="grid code whose figures to show; left out: list all grid codes")
    parser.add_argument("--json", action="store_true", help="print the answer as JSON")


def run(args):
    """Lists the grid codes or shows one; 2 when there is none of that name."""
    name = args.name and args.name.lower()
    if name is None:
        answer = [summary(row) for row in grid_code.codes()]
    else:
        answer = details(name)
        if answer is None:
            hint = param_values.did_you_mean(name, grid_code.names())
            print("no grid code '%s'; %s" % (args.name, hint or "'v2g grid-code' lists them"), file=sys.stderr)
            return 2
    if args.json:
        print(json.dumps(answer, indent=2, ensure_ascii=False))
    else:
        print(overview(answer) if name is None else page(answer))
    return 0


def summary(row):
    """One row of the index and how many of its figures are verified."""
    name, title, country, parts, note = row
    found = grid_code.figures(name)
    verified = len([figure for figure in found.values() if figure[4] == grid_code.VERIFIED])
    return {"name": name, "title": title, "country": country, "parts": list(parts), "note": note,
            "figure_count": len(found), "verified_count": verified}


def details(name):
    """A grid code with all its figures and gaps, or None."""
    row = grid_code.code(name)
    if row is None:
        return None
    found = grid_code.figures(name)
    gaps = [dict(zip(("lower", "higher", "by", "source", "mark"), gap)) for gap in grid_code.gaps(name)]
    return {**summary(row), "figures": [figure(parameter, found[parameter]) for parameter in sorted(found)], "gaps": gaps}


def figure(parameter, values):
    """One figure beside its parameter; where the code bounds it on one side only, the parameter bounds the other."""
    default, low, high, source, mark = values
    row = _row(parameter)
    if low is not None or high is not None:
        low, high = row[4] if low is None else low, row[5] if high is None else high
    return {"parameter": parameter, "default": default, "low": low, "high": high, "unit": unit_of(row),
            "base": row[3], "source": source, "mark": mark}


def _row(parameter):
    for row in params.all_rows():
        if row[0] == parameter:
            return row
    return (None,) * 10


def unit_of(row):
    """Unit of a parameter row for people; '' where it has none."""
    return "" if row[2] in (None, "1") else row[2]


def spoken(value, unit=""):
    """A value for people: 0.92 pu, on, off, volt_var."""
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, str):
        return value
    return (param_values.plain(value) + " " + unit).strip()


def range_of(row):
    """The range of a figure for people, '' where the grid code sets none."""
    if row["low"] is None:
        return ""
    if isinstance(row["low"], tuple):    # of words
        return "fixed" if len(row["low"]) == 1 else " or ".join(row["low"])
    low, high = param_values.plain(row["low"]), param_values.plain(row["high"])
    if low == high:
        return "fixed"
    return "%s to %s" % (low, high) if row["low"] < 0 else "%s–%s" % (low, high)


def counted(answer):
    """How many figures are verified: '66 of 69 figures verified'."""
    return "%d of %d figures verified" % (answer["verified_count"], answer["figure_count"])


def overview(answers):
    """All grid codes, one line each."""
    width = max(len(row["name"]) for row in answers)
    lines = ["%-*s  %-2s  %2d of %2d verified  %s" % (
        width, row["name"], row["country"], row["verified_count"], row["figure_count"], row["title"]) for row in answers]
    return "\n".join(lines + ["", MEANING, 'A site takes one with [grid] code = "NAME".'])


def page(answer):
    """One grid code: what it is, every figure, what the marks mean."""
    table = [(row["parameter"], spoken(row["default"], row["unit"]), range_of(row), MARKS[row["mark"]], row["source"])
             for row in answer["figures"]]
    widths = [max(len(row[column]) for row in table) for column in range(4)]
    lines = ["%s: %s (%s)" % (answer["name"], answer["title"], answer["country"]), answer["note"], counted(answer) + ".", ""]
    lines += ["  ".join("%-*s" % pair for pair in zip(widths, row)) + "  " + row[4] for row in table]
    lines += ["%s at least %s above %s (%s, %s)" % (
        gap["higher"], param_values.plain(gap["by"]), gap["lower"], MARKS[gap["mark"]], gap["source"])
        for gap in answer["gaps"]]
    return "\n".join(lines + ["", BASES, MEANING])
