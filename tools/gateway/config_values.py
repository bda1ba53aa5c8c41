"""The values of a configuration as paths, where each comes from, and what differs between two.

Not its job: what is valid (edge/config.py), printing (config.py), reading files.
A device is addressed by its name: evse.left.wape. Secrets are never shown.
"""

from edge import config as edge_config
from edge import config_loader, grid_code, param_values, params
from edge.config_history import WHAT, VERSION

DEFAULT, DERIVED = "default", "follows from others"
SECRET = "(secret)"


def effective(config, *, base=None, lines=None, file="", store=None, is_edited=False):
    """[(path, value, where it comes from)] of every row of a Config.

    base: canonical document of the site file, lines: {path as in toml_compiler: line} of it, file: its name; store:
    ConfigStore with what came over MQTT, None: nothing did; is_edited: the file was, since that store began with it.
    """
    figures = grid_code.figures(config.grid.code) if config.grid.code else None
    rows = []
    for section, name, part, table in _tables(config):
        for key, row in params.rows_of(section, figures):
            path = ".".join(word for word in (section, name, key) if word)
            value = getattr(part, key)
            origin = _origin(key, value, row, table)
            place = _place((section, name, key), base, lines, file)
            if origin is None or place != file and table.get(key) == _table_of(base, section, name).get(key):
                origin = _sender(path, (section, name, key), base, store, is_edited=is_edited) or place
            elif figures and row[0] in figures and origin == DEFAULT:
                origin = config.grid.code
            rows.append((path, shown(row, value), origin))
    return rows


def shown(row, value):
    """A value fit to be shown."""
    return SECRET if row[1] in (params.KEY, params.SECRET) and value is not None else value


def _tables(config):
    """(section, name or "", its object, its canonical table) of every table in force."""
    document = config.document
    found = []
    for section, how_often, _, _, _ in params.SECTIONS:
        if how_often == params.MANY:
            parts = [der for der in config.ders if der.kind == section] if section in ("evse", "bes") else (
                getattr(config, {name: attribute for attribute, name in edge_config.LISTS}[section]))
            for number, (part, table) in enumerate(zip(parts, document.get(section, []))):
                found.append((section, table.get("name", str(number)), part, table))
        elif getattr(config, section) is not None:
            found.append((section, "", getattr(config, section), document.get(section, {})))
    return found


def _origin(key, value, row, table):
    """Where a value comes from that nobody wrote; None for one that somebody did, unless it is the default."""
    if key in table:
        return None
    return DEFAULT if value == row[6] or value is None else DERIVED


def _table_of(document, section, name):
    part = (document or {}).get(section, {})
    if not isinstance(part, list):
        return part
    for number, table in enumerate(part):
        if table.get("name", str(number)) == name:
            return table
    return {}


def _sender(path, words, base, store, *, is_edited):
    """'over MQTT, version 7' for what the site file does not say so; words: section, name, key of the path; is_edited: the
    gateway has not read the file as it is now."""
    section, name, key = words
    if store is None or base is None or key not in _table_of(store.document, section, name):
        return None
    if _table_of(base, section, name).get(key) == _table_of(store.document, section, name)[key]:
        return None
    versions = [row[VERSION] for row in store.history.rows if path in row[WHAT].split(", ")]
    if is_edited and not versions:
        return "in force until the restart"
    return "over MQTT, version %d" % (versions[-1] if versions else store.version)      # older than the history


def _place(words, base, lines, file):
    """File and line of a value, as far as they are known; words: section, name, key."""
    section, name, key = words
    if not lines:
        return file
    place = section
    if name:
        tables = (base or {}).get(section, [])
        numbers = [number for number, table in enumerate(tables) if table.get("name", str(number)) == name]
        place = "%s[%d]" % (section, numbers[0]) if numbers else section
    line = lines.get(place + "." + key)
    return "%s:%d" % (file, line) if line else file


def flat(document):
    """{path: value} of a canonical document, secrets hidden."""
    found = {}
    for section, part in document.items():
        rows = dict(params.rows_of(section))
        for number, table in enumerate(part if isinstance(part, list) else [part]):
            name = table.get("name", str(number)) if isinstance(part, list) else ""
            for key, value in table.items():
                path = ".".join(word for word in (section, name, key) if word)
                found[path] = shown(rows[key], value) if key in rows else value
            if not table:
                found[path_of(section, name)] = {}
    return found


def path_of(section, name):
    """Path of a whole table."""
    return section + "." + name if name else section


def differences(old, new):
    """[(path, value in old, value in new)] of two canonical documents; None: not there, so its default. Keys that differ
    are named as different, never shown."""
    before, after = flat(old), flat(new)
    found = []
    for path in sorted(set(before) | set(after)):
        was, now = before.get(path), after.get(path)
        if was != now or (was == SECRET and not _same_secret(path, old, new)):
            found.append((path, was, now))
    return found


def _same_secret(path, old, new):
    words = path.split(".")
    tables = [_table_of(document, words[0], words[1] if len(words) > 2 else "") for document in (old, new)]
    return tables[0].get(words[-1]) == tables[1].get(words[-1])


def changes_of(pairs):
    """The nested changes of path=value texts: ({section: …}, []) or (None, [what is wrong]).

    A value is written as in a site file; a word that is none is taken as text. An empty one puts the default back.
    """
    import tomllib

    changes, wrong = {}, []
    for pair in pairs:
        path, mark, text = pair.partition("=")
        words = path.strip().split(".")
        if not mark or not 2 <= len(words) <= 3 or not all(words):
            wrong.append("%s: write section.key=value, or evse.NAME.key=value" % pair)
            continue
        try:
            value = tomllib.loads("v = " + text)["v"] if text.strip() else None
        except tomllib.TOMLDecodeError:
            value = text.strip()
        table = changes
        for word in words[:-1]:
            table = table.setdefault(word, {})
        table[words[-1]] = value
    return (None, wrong) if wrong else (changes, [])


def error_text(path, got, allowed, hint):
    """One error for people."""
    if allowed == "no such key":
        text = "%s: no such key" % path
    else:
        text = "%s%s: allowed %s" % (path, "" if got in (None, "") else " = %s" % (got,), allowed)
    return text + ("; " + hint if hint else "")


def unknown(path, rows):
    """What was probably meant by a path that none of `effective` rows has."""
    return param_values.did_you_mean(path, [row[0] for row in rows])


def changed(document, changes, access, profile_of):
    """(Config, []) or (None, errors) of a change as the gateway would judge it."""
    return config_loader.change(document, changes, access, profile_of)
