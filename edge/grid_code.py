"""Reads the grid codes: which there are, and the figures of one, put together from its parts.

Not its job: the figures (grid_codes/), what a parameter is (params.py), applying them to a configuration (config.py).
Source: ours. A board reads a part for a moment and forgets it: all of them together would take some 40 kB of heap.
"""

from protocols import forgetting

# columns of a row of CODES
NAME, TITLE, COUNTRY, PARTS, NOTE = range(5)

VERIFIED = "V"    # an open implementation or a public page says so
UNVERIFIED = "U"  # general knowledge: check with the network operator


def codes():
    """The rows of all grid codes: (name, title, country, parts, note)."""
    from edge.grid_codes import index

    rows = index.CODES
    forgetting.forget("edge.grid_codes.index")
    return rows


def names():
    """Names of all grid codes, in the order of the index."""
    return [row[NAME] for row in codes()]


def code(name):
    """The index row of a grid code, or None when there is none of that name."""
    for row in codes():
        if row[NAME] == name:
            return row
    return None


def figures(name):
    """{parameter: (default, low, high, source, mark)} of a grid code; None for an unknown name.

    low and high None: the parameter's own bound holds. mark: VERIFIED or UNVERIFIED. Units and bases are those of the
    parameter. A parameter that is not there keeps its own default.
    """
    row = code(name)
    return None if row is None else merged(row[PARTS])


def merged(parts):
    """The figures of parts as in `figures`; a later part overrides an earlier one."""
    found = {}
    for part in parts:
        for row in _table(part, "FIGURES"):
            found[row[0]] = row[1:]
    return found


def gaps(name):
    """[(lower, higher, by, source, mark)]: the parameter `higher` lies at least `by` above `lower`; None if unknown."""
    row = code(name)
    return None if row is None else [gap for part in row[PARTS] for gap in _table(part, "GAPS")]


def _table(part, name):
    module_name = "edge.grid_codes." + part
    rows = getattr(__import__(module_name, None, None, ["FIGURES"]), name, ())
    forgetting.forget(module_name)
    return rows
