"""The page PARAMETERS.md and the schema of site files, both from the parameter table.

Not its job: the table (edge/params.py), reading site files (tools/gateway/toml_compiler.py).
Source: JSON Schema draft 2020-12; the page is ours.
"""

import json

from edge import config_access, config_migrate, grid_code, param_values, params
from edge.grid_codes import index
from edge.version import CONFIG_SCHEMA

HEAD = """# Parameters

Generated from the parameter table by `v2g docs`; don't edit.

A site file is TOML with these sections; `v2g init` writes one to start from, `v2g check` finds every mistake at once.
Power is positive when injected into the grid; limits are non-negative and name their direction. A value in pu or %
names its base. **operator** rows can also be changed over MQTT, **installer** rows only on the gateway or with the
installer's signature, **on site** ones by no message at all ([why](#only-on-site)). A default of "–" may be left out, its
text says what then holds. `schema` at the top of a file is the number of the table it was written for: a later release
puts right what it calls otherwise, and says so.
"""

HOW_OFTEN = {params.ONE: "`[%s]`", params.OPTIONAL: "`[%s]`, optional", params.MANY: "`[[%s]]`, at most %d",
             params.USED: "`[%s]`, where used"}
JSON_TYPES = {params.INT: "integer", params.FLOAT: "number", params.BOOL: "boolean"}


def page():
    """The whole page, Markdown."""
    parts = [HEAD]
    filled = _filled_by_codes()
    for section in params.SECTIONS:
        name, how_often, at_most, prefix, text = section
        title = HOW_OFTEN[how_often] % ((name, at_most) if how_often == params.MANY else name)
        if how_often == params.USED and name in filled:
            title += " or filled by `grid.code`"
        parts.append("## %s\n\n%s\n" % (title, text))
        if prefix == name:
            parts.append(_table(name))
    return "\n".join(parts + [_only_on_site()])


def _only_on_site():
    """What no message may change, and why."""
    lines = ["## Only on site\n", "Whoever signs, these are not changed from afar, or not in the direction named.\n",
             "| what | how | why |", "|---|---|---|",
             "| every key, password and PIN | %s | %s |" % (config_access.ANY, config_access.SECRET_WHY)]
    return "\n".join(lines + ["| `%s` | %s | %s |" % row for row in config_access.ROWS]) + "\n"


def _access(section, key, row):
    rule = config_access.rule_of(section, key, row)
    return row[7] if rule is None else rule[0]


def _filled_by_codes():
    """Sections that some grid code has figures for."""
    return {path.partition(".")[0] for row in index.CODES for path in grid_code.figures(row[0])}


def _table(section):
    lines = ["| key | allowed | default | base | access | source | meaning |", "|---|---|---|---|---|---|---|"]
    for key, row in params.rows_of(section):
        lines.append("| `%s` | %s | %s | %s | %s | %s | %s |" % (
            key, param_values.allowed_text(row), _default(row), row[3] or "", _access(section, key, row), row[8], row[9]))
    return "\n".join(lines) + "\n"


def _default(row):
    if row[6] == params.REQUIRED:
        return "**required**"
    if row[6] is None:
        return "–"
    if isinstance(row[6], bool):
        return "true" if row[6] else "false"
    return param_values.plain(row[6]) if param_values.is_number(row[6]) else row[6]


def schema():
    """The schema of a site document as JSON text: editors complete and check with it."""
    sections = {config_migrate.NUMBER: {"type": "integer", "minimum": config_migrate.FIRST, "maximum": CONFIG_SCHEMA,
                                        "description": "Number of the parameter table the file was written for."}}
    for name, how_often, at_most, _, text in params.SECTIONS:
        table = _object(name, text)
        sections[name] = table if how_often != params.MANY else {"type": "array", "maxItems": at_most, "items": table}
    whole = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "V2G Edge site",
        "type": "object",
        "additionalProperties": False,
        "required": ["gateway"],
        "properties": sections,
    }
    return json.dumps(whole, indent=1, ensure_ascii=False) + "\n"


def _object(section, text):
    rows = params.rows_of(section)
    found = {"type": "object", "description": text, "additionalProperties": False,
             "properties": {key: _property(row) for key, row in rows}}
    required = [key for key, row in rows if row[6] == params.REQUIRED]
    return {**found, "required": required} if required else found


def _property(row):
    kind, low, high = row[1], row[4], row[5]
    unit = "" if row[2] in (None, "1") else " [%s%s]" % (row[2], " of " + row[3] if row[3] else "")
    found = {"description": row[9] + unit}
    if kind == params.CHOICE:
        found["enum"] = list(low)
    elif kind in JSON_TYPES:
        found["type"] = JSON_TYPES[kind]
        if kind != params.BOOL:
            found.update(minimum=low, maximum=high)
    else:
        found.update(type="string", minLength=low, maxLength=high)
        pattern = {params.NAME: "^[a-z0-9][a-z0-9-]*$", params.HEX: "^([0-9a-f]{2})+$", params.KEY: "^([0-9a-f]{2})+$"}
        if kind in pattern:
            found["pattern"] = pattern[kind]
    if row[6] not in (None, params.REQUIRED):
        found["default"] = row[6]
    return found
