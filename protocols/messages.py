"""Writes and checks MQTT payloads by the message table; both ends use it.

Not its job: the fields (message_tables.py, also for their compiled form; message_tables_seldom.py), JSON itself
(strict_json.py), signatures (auth.py), numbers of refusals (refusals.py).
Source: ours.
An error is (code, path, got, allowed). Codes: those of strict_json, and not_an_object, unknown_message, unknown_field,
missing_field, wrong_type, out_of_range, unknown_choice, too_long, unknown_version.
"""

from protocols import strict_json
from protocols.forgetting import FORGETS, forget
from protocols.message_words import BOOL, CHOICE, FLOAT, INT, LIST, TEXT, TREE, UP, VERSION


_TABLES = ("protocols.message_tables_seldom", "protocols.message_tables")


def _compiled():
    """({name: row}, {kind: compiled fields}, first six columns of what comes seldom as lines of one text)."""
    # For this call only: as rows the tables take three times the heap.
    from protocols import message_tables, message_tables_seldom

    known, kinds = message_tables.compiled()
    lines = ["%s %s %s %d %d %s\n" % (head[:5] + (head[5] or "-",)) for head in [seldom[:6] for seldom in message_tables_seldom.MESSAGES]]
    forget(*_TABLES)
    return known, kinds, "\n" + "".join(lines)


_ROWS, _KINDS, _SELDOM = _compiled()


def row(name):
    """(name, direction, topic suffix, QoS, retained, signature, …) of a message, or None; for the rest see fields_of."""
    if name in _ROWS:
        return _ROWS[name]
    start = _SELDOM.find("\n%s " % name) + 1
    return _head(_SELDOM[start:_SELDOM.find("\n", start)]) if start else None


def rows():
    """The rows of all messages, those first that come often; one may come twice."""
    for known in _ROWS.values():
        yield known
    for line in _SELDOM.strip().split("\n"):
        yield _head(line)


def _head(line):
    name, direction, suffix, qos, is_retained, signature = line.split(" ")
    return name, direction, suffix, int(qos), is_retained == "1", None if signature == "-" else signature


def fields_of(name, kind=None):
    """Compiled fields of a message; of a command with those of its kind."""
    if name not in _ROWS:
        return _seldom(name)
    fields = _ROWS[name][6]
    return fields + _KINDS.get(kind, ()) if name == "cmd" else fields


def _seldom(name):
    """Fields of a message that comes seldom, compiled when it does; a board keeps those that come in numbers."""
    from protocols import message_tables, message_tables_seldom

    head = row(name)
    for found in message_tables_seldom.MESSAGES:
        if found[0] == name:
            fields = message_tables.compiled_fields(found[6], {})
    if not FORGETS or name in message_tables_seldom.STAYS:
        _ROWS[name] = head + (fields,)
    forget(*_TABLES)
    return fields


def encode(name, content):
    """The JSON bytes of a message; fields in the order of the table, None left out.

    In `up` messages an optional number outside its range goes out as unknown and a text is cut to its length: neither
    a wild register nor a long reason may silence a gateway. Any other mistake is the caller's and raises ValueError.
    """
    fields = fields_of(name, content.get("kind"))
    parts = ['{"v":%d' % VERSION]
    error = _write_fields(parts, content, fields, "", row(name)[1] == UP)
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
    for i in range(0, len(fields), 2):
        key, spec = fields[i], fields[i + 1]
        kind, required = spec[0], spec[4]
        value = content.get(key)
        if value is None:
            if required:
                return ("missing_field", path + key, None, _expected(spec))
            if key in content:
                written += 1
            continue
        written += 1
        if lenient and kind == TEXT and isinstance(value, str):
            value = value[:spec[3]]
        error = check(spec, value, path + key)
        if error is not None:
            if lenient and not required and kind in (INT, FLOAT):
                continue
            return error
        parts.append("," + strict_json.quote(key) + ":")
        if kind == LIST:
            error = _write_list(parts, value, spec, path + key, lenient)
            if error is not None:
                return error
        else:
            parts.append(strict_json.encode(value).decode())
    if written != len(content) - ("v" in content):
        known = [fields[i] for i in range(0, len(fields), 2)]
        for key in sorted(content):
            if key not in known and key != "v":
                return ("unknown_field", path + key, content[key], "not in the table")
    return None


def _write_list(parts, items, spec, path, lenient):
    if _is_plain(spec):
        parts.append(strict_json.encode(items).decode())
        return None
    mark = "["
    for i, item in enumerate(items):
        inner = []
        error = _write_fields(inner, item, spec[2], "%s[%d]." % (path, i), lenient)
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
        return None, ("not_an_object", "", _kind_name(content), "an object")
    version = content.pop("v", None)
    if version is True or version != VERSION:
        return None, ("unknown_version", "v", version, str(VERSION))
    kind = content.get("kind")
    return _read_fields(content, fields_of(name, kind if isinstance(kind, str) else None), "", message[1] == UP)


def _read_fields(content, fields, path, lenient):
    """(dict with every field, None) or (None, error)."""
    found = {}
    for i in range(0, len(fields), 2):
        key, spec = fields[i], fields[i + 1]
        value = content.pop(key, None)
        if value is None:
            if spec[4]:
                return None, ("missing_field", path + key, None, _expected(spec))
            found[key] = None
            continue
        error = check(spec, value, path + key)
        if error is None and spec[0] == LIST:
            value, error = _read_list(value, spec, path + key, lenient)
        if error is not None:
            return None, error
        found[key] = value
    if content and not lenient:
        key = sorted(content)[0]
        return None, ("unknown_field", path + key[:40], _kind_name(content[key]), "not in the table")
    return found, None


def _read_list(items, spec, path, lenient):
    if _is_plain(spec):
        return items, None
    found = []
    for i, item in enumerate(items):
        value, error = _read_fields(item, spec[2], "%s[%d]." % (path, i), lenient)
        if error is not None:
            return None, error
        found.append(value)
    return found, None


def check(spec, value, path):
    """The error of the value at `path` against its spec, or None."""
    kind, _, low, high, _ = spec
    if not _right_type(kind, value):
        return ("wrong_type", path, _kind_name(value), _expected(spec))
    if kind == INT or kind == FLOAT:
        # `not in between` also catches what is not a number at all
        if not low <= value <= high:
            return ("out_of_range", path, value, _expected(spec))
    elif kind == TEXT:
        if not low <= len(value) <= high:
            return ("too_long" if len(value) > high else "out_of_range", path, len(value), _expected(spec))
    elif kind == CHOICE:
        if value not in low:
            return ("unknown_choice", path, value[:40], _expected(spec))
    elif kind == LIST:
        return _check_list(spec, value, path)
    return None


def _is_plain(spec):
    """Whether a LIST holds plain values: its item is one spec, not fields."""
    return not isinstance(spec[2][1], tuple)


def _check_list(spec, items, path):
    """The error of a list's length or of an item's type; fields of objects are checked when they are read."""
    if len(items) > spec[3]:
        return ("too_long", path, len(items), _expected(spec))
    for i, item in enumerate(items):
        place = "%s[%d]" % (path, i)
        if _is_plain(spec):
            error = check(spec[2], item, place)
            if error is not None:
                return error
        elif not isinstance(item, dict):
            return ("wrong_type", place, _kind_name(item), "an object")
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


def _expected(spec):
    from protocols.message_faults import expected

    return expected(spec)


def _kind_name(value):
    from protocols.message_faults import kind_name

    return kind_name(value)
