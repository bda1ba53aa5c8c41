"""Writes and checks MQTT payloads by the message table; both ends use it.

Not its job: the fields (message_tables.py), JSON itself (strict_json.py), signatures (auth.py).
Source: ours.
An error is (code, path, got, allowed). Codes: those of strict_json, and not_an_object, unknown_message, unknown_field,
missing_field, wrong_type, out_of_range, unknown_choice, too_long, unknown_version.
"""

from protocols import strict_json
from protocols.message_tables import (
    ACK_REASONS, BOOL, CHOICE, DOWN, FLOAT, INT, KINDS, LIST, MESSAGES, TEXT, TREE, UP, VERSION,
)

ACK = {name: number for number, name in ACK_REASONS}  # ACK["late"] == 7


def row(name):
    """The table's row of a message, or None."""
    for found in MESSAGES:
        if found[0] == name:
            return found
    return None


def fields_of(name, kind=None):
    """Fields of a message; of a command with those of its kind."""
    fields = row(name)[6]
    if name == "cmd":
        for known, own in KINDS:
            if known == kind:
                return fields + own
    return fields


def reason_name(number):
    """Name of a numbered reason, or 'unknown'."""
    for known, name in ACK_REASONS:
        if known == number:
            return name
    return "unknown"


def encode(name, content):
    """The JSON bytes of a message; fields in the order of the table, None left out.

    In `up` messages an optional number outside its range goes out as unknown and a text is cut to its length: neither
    a wild register nor a long reason may silence a gateway. Any other mistake is the caller's and raises ValueError.
    """
    message = row(name)
    fields = fields_of(name, content.get("kind"))
    parts = ['{"v":%d' % VERSION]
    lenient = message[1] == UP
    error = _write_fields(parts, content, fields, "", lenient)
    parts.append("}")
    payload = "".join(parts).encode()
    if error is None and len(payload) > strict_json.MAX_BYTES:
        error = ("oversized", "", len(payload), "at most %d bytes" % strict_json.MAX_BYTES)
    if error is not None:
        raise ValueError("%s: %s at %s: %r, allowed %s" % ((name,) + error[:2] + error[2:]))
    return payload


def _write_fields(parts, content, fields, path, lenient):
    """Appends `,"key":value` for every field present; returns the first error or None."""
    written = 0
    for field in fields:
        key, kind, required = field[0], field[1], field[5]
        value = content.get(key)
        if key in content:
            written += 1
        if value is None:
            if required:
                return ("missing_field", path + key, None, expected(field))
            continue
        if lenient and kind == TEXT and isinstance(value, str):
            value = value[:field[4]]
        error = check(field, value, path)
        if error is not None:
            if lenient and not required and kind in (INT, FLOAT):
                continue
            return error
        parts.append("," + strict_json.quote(key) + ":")
        if kind == LIST:
            error = _write_list(parts, value, field, path, lenient)
            if error is not None:
                return error
        else:
            parts.append(strict_json.encode(value).decode())
    if written != len(content) - ("v" in content):
        known = [field[0] for field in fields]
        for key in sorted(content):
            if key not in known and key != "v":
                return ("unknown_field", path + key, content[key], "not in the table")
    return None


def _write_list(parts, items, field, path, lenient):
    if is_plain(field):
        parts.append(strict_json.encode(items).decode())
        return None
    mark = "["
    for i, item in enumerate(items):
        inner = []
        error = _write_fields(inner, item, field[3], "%s%s[%d]." % (path, field[0], i), lenient)
        if error is not None:
            return error
        parts.append(mark + "{" + "".join(inner)[1:] + "}")
        mark = ","
    parts.append("[]" if mark == "[" else "]")
    return None


def decode(name, payload):
    """Reads and checks JSON bytes: (dict, None) or (None, error).

    The dictionary has every field of the table; what was not sent is None. Unknown fields of `up` messages are
    dropped, so that a newer gateway can say more; from everybody else they are refused.
    """
    message = row(name)
    if message is None:
        return None, ("unknown_message", "", name, "a name of the table")
    content, error = strict_json.decode(payload)
    if error is not None:
        return None, error
    if not isinstance(content, dict):
        return None, ("not_an_object", "", kind_name(content), "an object")
    version = content.pop("v", None)
    if version is True or version != VERSION:
        return None, ("unknown_version", "v", version, str(VERSION))
    kind = content.get("kind")
    return _read_fields(content, fields_of(name, kind if isinstance(kind, str) else None), "", message[1] == UP)


def _read_fields(content, fields, path, lenient):
    """(dict with every field, None) or (None, error)."""
    found = {}
    for field in fields:
        key = field[0]
        value = content.pop(key, None)
        if value is None:
            if field[5]:
                return None, ("missing_field", path + key, None, expected(field))
            found[key] = None
            continue
        error = check(field, value, path)
        if error is None and field[1] == LIST:
            value, error = _read_list(value, field, path, lenient)
        if error is not None:
            return None, error
        found[key] = value
    if content and not lenient:
        key = sorted(content)[0]
        return None, ("unknown_field", path + key[:40], kind_name(content[key]), "not in the table")
    return found, None


def _read_list(items, field, path, lenient):
    if is_plain(field):
        return items, None
    found = []
    for i, item in enumerate(items):
        value, error = _read_fields(item, field[3], "%s%s[%d]." % (path, field[0], i), lenient)
        if error is not None:
            return None, error
        found.append(value)
    return found, None


def check(field, value, path):
    """The error of one value against its field, or None."""
    name, kind, _, low, high = field[:5]
    if not _right_type(kind, value):
        return ("wrong_type", path + name, kind_name(value), expected(field))
    if kind == INT or kind == FLOAT:
        # `not in between` also catches what is not a number at all
        if not low <= value <= high:
            return ("out_of_range", path + name, value, expected(field))
    elif kind == TEXT:
        if not low <= len(value) <= high:
            return ("too_long" if len(value) > high else "out_of_range", path + name, len(value), expected(field))
    elif kind == CHOICE:
        if value not in low:
            return ("unknown_choice", path + name, value[:40], expected(field))
    elif kind == LIST:
        return _check_list(field, value, path)
    return None


def is_plain(field):
    """Whether a LIST holds plain values: its item is one field, not a tuple of fields."""
    return isinstance(field[3][0], str)


def _check_list(field, items, path):
    """The error of a list's length or of an item's type; fields of objects are checked when they are read."""
    if len(items) > field[4]:
        return ("too_long", path + field[0], len(items), expected(field))
    for i, item in enumerate(items):
        place = "%s%s[%d]" % (path, field[0], i)
        if is_plain(field):
            error = check(field[3], item, place)
            if error is not None:
                return error
        elif not isinstance(item, dict):
            return ("wrong_type", place, kind_name(item), "an object")
    return None


def _right_type(kind, value):
    if value is True or value is False:
        return kind == BOOL
    if kind == INT:
        return isinstance(value, int)
    if kind == FLOAT:
        return isinstance(value, (int, float))
    if kind == LIST:
        return isinstance(value, (list, tuple))
    if kind == TREE:
        return isinstance(value, dict)
    return isinstance(value, str) and kind in (TEXT, CHOICE)


def expected(field):
    """What a field allows, for people: '0 to 100 %', 'online or offline'."""
    _, kind, unit, low, high = field[:5]
    if kind == INT or kind == FLOAT:
        return "%s %s to %s%s" % (kind, low, high, "" if unit == "1" else " " + unit)
    if kind == TEXT:
        return "text of %d to %d characters" % (low, high)
    if kind == CHOICE:
        return " or ".join(low)
    if kind == LIST:
        return "list of at most %d" % high
    return "an object" if kind == TREE else "true or false"


def kind_name(value):
    """The JSON name of a value's type."""
    if value is None:
        return "null"
    if value is True or value is False:
        return "bool"
    for kind, name in ((str, "text"), (int, "integer"), (float, "number"), (dict, "object")):
        if isinstance(value, kind):
            return name
    return "list"
