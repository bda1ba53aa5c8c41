"""Makes the configuration of an earlier release one of this release: renamed, moved, other unit, other default, gone.

Not its job: what is valid (config.py), where a number of the schema is kept (site files, stored records, journals).
Source: ours. A step names the schema it came with; a document of an older one goes through it, a newer one through none.
A document without a number is the first. A newer schema than ours is refused: guessing would lose what it says.
"""

from edge.version import CONFIG_SCHEMA

FIRST = 1           # what 0.1.0 wrote, without a number
NUMBER = "schema"   # key of a document

MOVED = "moved"     # argument: factor of a changed unit, None: the value stays
DEFAULT = "default"     # argument: the default of before, which a document that left the key out goes on with
GONE = "gone"       # argument: None

# schema  what   old path                       new path  argument  why
STEPS = (
    (2,   GONE,  "control.setpoint_deadband_w", None,     None,     "a device's profile says what it repeats"),
)


def migrated(document, schema=None, steps=STEPS, newest=CONFIG_SCHEMA):
    """(document of this release without its number, notes, errors).

    document: nested dictionary as from TOML or JSON; schema: its number where it does not say one itself, None: the first.
    notes: (old path, text) of everything that was changed. errors: as those of config.load.
    """
    if not isinstance(document, dict):
        return document, [], []
    number = document.get(NUMBER, FIRST if schema is None else schema)
    if number is True or not isinstance(number, int) or not FIRST <= number <= newest:
        newer = isinstance(number, int) and number > newest
        return document, [], [(NUMBER, number, "%d–%d" % (FIRST, newest) if newest > FIRST else str(newest),
                               "a newer release wrote it: update the gateway first" if newer else "")]
    document = {name: _copy(part) for name, part in document.items() if name != NUMBER}
    notes = []
    for step in steps:
        if step[0] > number:
            _take(document, step, notes, False)
    return document, notes, []


def migrated_changes(changes, schema, steps=STEPS, newest=CONFIG_SCHEMA):
    """(changes in the words of this release, notes, errors); changes: as config_change.merge takes them, whose sender knows
    the rows of `schema`, None: those of now."""
    if schema is None or not isinstance(changes, dict):
        return changes, [], []
    changes, notes, errors = migrated(changes, schema, (), newest)
    for step in () if errors else steps:
        if step[0] > schema and step[1] != DEFAULT:
            _take(changes, step, notes, True)
    return changes, notes, errors


def _copy(part):
    if isinstance(part, dict):
        return {key: _copy(value) for key, value in part.items()}
    return [_copy(value) for value in part] if isinstance(part, list) else part


def _take(document, step, notes, is_change):
    """One step, in place; is_change: devices stand by name, not in a list."""
    _, what, old, _, argument, why = step
    section, _, key = old.partition(".")
    if not key:
        _take_section(document, step, notes)
        return
    for table in _tables(document.get(section), is_change):
        if what == DEFAULT:
            if key not in table:
                table[key] = argument
                notes.append((old, "goes on with %s, the default until now: %s" % (argument, why)))
        elif key in table:
            value = table.pop(key)
            if what == GONE:
                notes.append((old, "is not needed any more: %s" % why))
            else:
                _put(document, table, step, value, notes)


def _put(document, table, step, value, notes):
    """A value at its new place; what already stands there wins."""
    _, _, old, new, factor, why = step
    section, _, key = new.partition(".")
    place = table if section == old.partition(".")[0] else document.setdefault(section, {})
    if key in place:
        notes.append((old, "is called %s now, which is there too and holds" % new))
        return
    is_number = isinstance(value, (int, float)) and value is not True and value is not False
    place[key] = value * factor if factor is not None and is_number else value
    notes.append((old, "is called %s now%s: %s" % (new, "" if factor is None else ", times %s" % factor, why)))


def _take_section(document, step, notes):
    _, what, section, new, _, why = step
    if section not in document:
        return
    part = document.pop(section)
    if what == GONE:
        notes.append((section, "is not needed any more: %s" % why))
    elif new in document:
        notes.append((section, "is called %s now, which is there too and holds" % new))
    else:
        document[new] = part
        notes.append((section, "is called %s now: %s" % (new, why)))


def _tables(part, is_change):
    """The tables of a section, however often it is there."""
    if isinstance(part, list):
        return [table for table in part if isinstance(table, dict)]
    if not isinstance(part, dict):
        return []
    inner = [table for table in part.values() if isinstance(table, dict)]
    return inner if is_change and inner else [part]
