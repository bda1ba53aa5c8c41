"""Reads, validates and names a site's configuration; the parameter table says what is allowed.

Not its job: reading TOML and line numbers (tools/gateway), changes from afar (config_change.py, config_store.py).
A document is the nested dictionary of a site file; the canonical one has typed values and leaves defaults out.
Source: ours; a canonical form without defaults follows the device shadow of AWS IoT.
An error is (path, got, allowed, hint); all of them are found in one go.
"""

import binascii
import hashlib

from edge import config_migrate, config_rules, param_values, params
from edge.config_object import Config, Section
from protocols import strict_json

# attribute of the configuration, section that is there many times
LISTS = (("pvs", "pv"), ("buses", "bus"), ("circuits", "circuit"), ("inputs", "input"), ("members", "member"), ("recoveries", "recovery"))


def build(document):
    """The object of a canonical document; rules across rows are not looked at."""
    figures = _figures(document)[0]
    config = Config(document, config_hash(document))
    for name, how_often, _, _, _ in params.SECTIONS:
        if how_often == params.ONE:
            setattr(config, name, _section(name, document.get(name, {}), figures))
    for name, how_often, _, _, _ in params.SECTIONS:
        if how_often == params.USED:
            is_used = name in document or name == config.grid.q_mode or any([key.startswith(name + ".") for key in figures])
            setattr(config, name, _section(name, document.get(name, {}), figures) if is_used else None)
        elif how_often == params.OPTIONAL:
            setattr(config, name, _section(name, document[name]) if name in document else None)
    for attribute, name in LISTS:
        setattr(config, attribute, [_section(name, table) for table in document.get(name, [])])
    for kind in ("evse", "bes"):
        for table in document.get(kind, []):
            der = _section(kind, table, figures)
            der.kind = kind
            config.ders.append(der)
    config_rules.derive(config)
    return config


def _section(name, table, figures=None):
    section = Section()
    for key, row in params.rows_of(name, figures):
        setattr(section, key, table.get(key, row[6]))
    return section


def _figures(document):
    """(figures of the document's grid code, errors); without a code, or with an unknown one, no figures."""
    grid = document.get("grid", {})
    code = grid.get("code") if isinstance(grid, dict) else None
    if not isinstance(code, str):
        return {}, []
    from edge import grid_code      # most sites have none

    figures = grid_code.figures(code)
    if figures is None:
        return {}, [("grid.code", code, "one of: " + ", ".join(grid_code.names()),
                     param_values.did_you_mean(code, grid_code.names()))]
    return figures, []


def load(document, profile_of=None, schema=None):
    """Validates a whole document: (Config, []) or (None, errors).

    document: nested dictionary as from JSON or TOML. profile_of: function (name) -> profile or None, to check names
    of profiles and what depends on them; None skips those checks. Sections that are left out hold their defaults.
    schema: of the release that wrote it, where it does not say so itself; what was put right stands in `config.notes`.
    """
    current, notes, errors = config_migrate.migrated(document, schema)
    canonical, errors = (None, errors) if errors else normalise(current)
    if errors:
        return None, errors
    config = build(canonical)
    errors = config_rules.broken(config, profile_of)
    if errors:
        return None, errors
    if notes:
        config.notes = notes
    if config.vpp.config_key or config.vpp.installer_key:
        config.origin = config_hash(document)
    return config, []


def normalise(document):
    """The canonical form of a document, row by row: (dictionary, errors); no rule across rows is looked at."""
    errors = []
    canonical = {}
    if not isinstance(document, dict):
        return {}, [("", document, "a table of sections", "")]
    figures, unknown = _figures(document)
    errors += unknown
    for name in sorted(document):
        row = params.section_row(name)
        if row is None:
            errors.append((name, "", "a section: " + ", ".join([r[0] for r in params.SECTIONS]),
                           param_values.did_you_mean(name, [r[0] for r in params.SECTIONS])))
        elif row[1] == params.MANY:
            canonical[name] = _many(name, document[name], row[2], figures, errors)
        else:
            canonical[name] = _table(name, name, document[name], figures, errors)
    for name, how_often, _, _, _ in params.SECTIONS:
        if how_often == params.ONE and name not in document:
            _table(name, name, {}, figures, errors)  # its required keys are missing
        if name in canonical and not canonical[name] and how_often not in (params.OPTIONAL, params.USED):
            del canonical[name]
    return canonical, errors


def _many(name, tables, at_most, figures, errors):
    if not isinstance(tables, list):
        errors.append((name, tables, "a list: write [[%s]]" % name, ""))
        return []
    if len(tables) > at_most:
        errors.append((name, len(tables), "at most %d" % at_most, ""))
    return [_table(name, "%s[%d]" % (name, i), table, figures, errors) for i, table in enumerate(tables)]


def _table(section, path, table, figures, errors):
    """One table against the rows of its section; only values that differ from the default remain."""
    if not isinstance(table, dict):
        errors.append((path, table, "a table", ""))
        return {}
    rows = params.rows_of(section, figures)
    keys = [key for key, _ in rows]
    for key in sorted(table):
        if key not in keys:
            errors.append((path + "." + key, table[key], "no such key", param_values.did_you_mean(key, keys)))
    canonical = {}
    for key, row in rows:
        if key not in table or table[key] is None:
            if row[6] == params.REQUIRED:
                errors.append((path + "." + key, None, param_values.allowed_text(row), "required"))
            continue
        value, problem = param_values.check(row, table[key])
        if problem:
            allowed, hint = problem
            if row[0] in figures:
                allowed += " by the grid code"
            errors.append((path + "." + key, param_values.public(row, table[key]), allowed, hint))
        elif value != row[6] or isinstance(value, bool) != isinstance(row[6], bool):
            canonical[key] = value
    return canonical


def config_hash(document):
    """SHA-256 of the canonical document, first 16 bytes as hex: what both ends compare."""
    digest = hashlib.sha256(strict_json.encode(document)).digest()
    return binascii.hexlify(digest[:16]).decode()


def non_default(document):
    """A canonical document without its secrets: what may be reported over MQTT."""
    return {name: [_public(name, table) for table in part] if isinstance(part, list) else _public(name, part)
            for name, part in document.items()}


def _public(section, table):
    hidden = [key for key, row in params.rows_of(section) if row[1] in (params.KEY, params.SECRET)]
    return {key: value for key, value in table.items() if key not in hidden}
