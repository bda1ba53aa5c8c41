"""Changes values in the text of a site file, and leaves everything else as somebody wrote it, comments too.

Not its job: what is valid (toml_compiler.py).
Source: TOML 1.0. A value over several lines is left to people.
"""

import json
import re

from tools.gateway import toml_compiler


class CannotEdit(Exception):
    """The text says it another way than can be changed here; the message says what to do."""


def edited(text, document, changes):
    """The text with the changes; document: canonical, to find devices by name; changes: as config_values.changes_of."""
    for section, part in changes.items():
        is_list = isinstance(document.get(section), list)
        for key, value in part.items():
            if is_list and isinstance(value, dict):
                place = "%s[%d]" % (section, _number(document[section], section, key))
                for inner, inner_value in value.items():
                    text = _set(text, place, inner, inner_value)
            else:
                text = _set(text, section, key, value)
    return text


def _number(tables, section, name):
    names = [table.get("name", str(number)) for number, table in enumerate(tables)]
    if name not in names:
        raise CannotEdit("%s.%s: no such device; there are: %s" % (section, name, ", ".join(names)))
    return names.index(name)


def _set(text, place, key, value):
    lines = text.split("\n")
    found = toml_compiler.key_lines(text)
    number = found.get(place + "." + key)
    if number is None:
        if value is None:
            return text
        return "\n".join(_inserted(lines, found.get(place), place, key, value))
    line = lines[number - 1]
    match = re.match(r"(\s*[^=]+=\s*)(\"[^\"]*\"|'[^']*'|\[[^\]]*\]|[^#\s\"'\[][^#\s]*)(\s*(#.*)?)$", line)
    if match is None:
        raise CannotEdit("line %d: %s is written in a way that only you can change; do it by hand" % (number, key))
    if value is None:
        del lines[number - 1]
    else:
        lines[number - 1] = match.group(1) + _written(value) + match.group(3)
    return "\n".join(lines)


def _inserted(lines, header, place, key, value):
    row = "%s = %s" % (key, _written(value))
    if header is not None:
        return lines[:header] + [row] + lines[header:]
    if "[" in place:
        raise CannotEdit("%s stands in no table of its own; write it by hand" % place)
    return (lines[:-1] if lines[-1] == "" else lines) + ["", "[%s]" % place, row, ""]


def _written(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (str, list)) else repr(value)
