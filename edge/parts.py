"""Parts of the controller that only some sites have: which there are, when a site has one, who takes which command.

Not its job: what a part does. A plain site imports neither this nor any of them.
A part is a module with make(config) -> object with: step(state, now_ms, snapshot, events) once a tick, after the
measurements and before site share and laws; take(state, now_ms, command, events) for its commands; dump() and load() of
what a keyframe keeps, JSON-able; kept() -> commands that bring the household's wishes back after a restart.
Source: ours; one hook in the controller instead of one for each, so that other sites pay for none.
"""

# A part stands where one of its sections is there, or comes with the first of its commands; in the order of a tick.
# The household also stands where a charger does not always tell the state of charge (first_state.py).
# name           module                        sections                   command kinds
PARTS = (
    ("duties",      "edge.duties",                ("dso", "smart_charge"),   ()),
    ("household",   "edge.household.household",   ("home",),                 ("departure", "consent", "energy_mode", "prices", "announce", "learned")),
    ("backup",      "edge.backup.backup",         ("backup",),               ("island", "reset_lockout", "lock_out", "announce")),
    ("turns",       "edge.site_turns",            ("turns",),                ()),
    ("shared_site", "edge.shared_site.shared_site", ("shared_site",),        ("grant",)),
    ("bounds",      "edge.bounds",                ("bounds",),               ("bounds_used",)),
)
NAME, MODULE, SECTIONS, KINDS = range(4)


def build(state):
    """Puts every part that the configuration asks for into a new state."""
    for row in PARTS:
        if [name for name in row[SECTIONS] if getattr(state.config, name) is not None]:
            add(state, row)


def row_of(name):
    """Row of the part with that name."""
    return [row for row in PARTS if row[NAME] == name][0]


def add(state, row):
    """Puts one part into a state; its place among the others is that of the table."""
    part = __import__(row[MODULE], None, None, ["make"]).make(state.config)
    setattr(state, row[NAME], part)
    state.parts = [found for found in [getattr(state, each[NAME]) for each in PARTS] if found is not None]


def take(state, now_ms, command, events):
    """Hands a command to the parts that take it; one begins to exist with it where no section of its has to be there."""
    for row in PARTS:
        if command["kind"] in row[KINDS]:
            if getattr(state, row[NAME]) is None and is_spontaneous(row):
                add(state, row)
            if getattr(state, row[NAME]) is not None:
                getattr(state, row[NAME]).take(state, now_ms, command, events)


def is_spontaneous(row):
    """Whether the part needs no section: a departure can be wished for anywhere."""
    return row[NAME] == "household"


def dump(state):
    """[name, what it keeps] of every part there is."""
    return [[row[NAME], getattr(state, row[NAME]).dump()] for row in PARTS if getattr(state, row[NAME]) is not None]


def load(state, content):
    """Put a dump back; a part that came with a command comes back."""
    for name, kept in content:
        row = row_of(name)
        if getattr(state, name) is None:
            add(state, row)
        getattr(state, name).load(kept)
