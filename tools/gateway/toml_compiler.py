"""Compiles a site file (TOML, or JSON compiled before) to the canonical document; every error with its line at once.

Not its job: what is allowed (edge/params.py, edge/config.py).
A TOML syntax error is reported alone: after it nothing else can be trusted.
Source: TOML 1.0; the key scanner below only finds lines, tomllib does the reading.
"""

import difflib
import json
import re
import tomllib

from edge import config, config_migrate, grid_code
from edge.version import CONFIG_SCHEMA
from protocols import profiles
from protocols.strict_json import encode
from tools.gateway import cross_rows

_HEADER = re.compile(r"\s*(\[\[?)\s*([A-Za-z0-9_.\-\s\"']+?)\s*\]\]?\s*(#.*)?$")
_KEY = re.compile(r"\s*((?:[A-Za-z0-9_-]+|\"[^\"]*\"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|\"[^\"]*\"|'[^']*'))*)\s*=")


def compile_file(path, is_written=False):
    """(canonical document, []) of a site file, or (None, lines for people). is_written: the document as it stands there."""
    try:
        with open(path, "rb") as file:
            text = file.read().decode("utf-8")
    except OSError as error:
        return None, ["%s: %s" % (path, error.strerror or error)]
    except UnicodeDecodeError as error:
        return None, ["%s: not UTF-8 at byte %d" % (path, error.start)]
    name = str(path).replace("\\", "/").rpartition("/")[2]
    document, problems = compile_text(text, name)
    return (document, problems) if problems or not is_written else (_read(text, name)[0], [])


def compile_text(text, name="site.toml"):
    """(canonical document, []) of a site file's text, or (None, lines); name: how lines call the file."""
    loaded, problems = check_text(text, name)
    return (None, [problem["line_text"] for problem in problems]) if problems else (loaded.document, [])


def check_text(text, name="site.toml"):
    """(Config, []) or (None, problems); a problem is a dict: line_text, line, path, got, allowed, hint."""
    document, syntax_error = _read(text, name)
    if syntax_error:
        return None, [syntax_error]
    loaded, errors = config.load(document, profile_of)
    current, _, newer = config_migrate.migrated(document)
    if not newer and config.normalise(current)[1]:
        errors = errors + cross_rows.judged(current, errors, profile_of)
    lines = key_lines(text) if not name.endswith(".json") else {}
    origins = _origins(document, lines)
    return loaded, sorted((_problem(name, lines, error, origins) for error in errors), key=lambda p: (p["line"] or 0, p["path"]))


def _read(text, name):
    try:
        return (json.loads(text) if name.endswith(".json") else tomllib.loads(text)), None
    except (tomllib.TOMLDecodeError, json.JSONDecodeError) as error:
        place = re.search(r"line (\d+)", str(error))
        line = int(place.group(1)) if place else None
        message = re.sub(r"\s*\(at line.*\)$|: line \d+ column.*$", "", str(error))
        kind = "JSON" if isinstance(error, json.JSONDecodeError) else "TOML"
        line_text = "%s: %s: %s" % (name if line is None else "%s:%d" % (name, line), "not valid " + kind, message)
        return None, {"line_text": line_text, "line": line, "path": "", "got": None, "allowed": "valid " + kind, "hint": message}


def _origins(document, lines):
    """{path: name of the grid code} of the values that the file leaves to its grid code."""
    grid = document.get("grid") if isinstance(document, dict) else None
    code = grid.get("code") if isinstance(grid, dict) else None
    figures = grid_code.figures(code) if isinstance(code, str) else None
    return {path: code for path in figures or () if path not in lines}


def profile_of(name):
    """The profile with that name, or None."""
    if name not in profiles.NAMES:
        return None
    module = __import__("protocols.profiles." + name.replace("-", "_"), fromlist=["PROFILE"])
    return module.PROFILE


def _problem(name, lines, error, origins):
    path, got, allowed, hint = error
    if path.endswith(".profile") and isinstance(got, str) and got not in profiles.NAMES:
        near = difflib.get_close_matches(got, profiles.NAMES, n=1)
        allowed, hint = "one of " + ", ".join(profiles.NAMES), "did you mean %s?" % near[0] if near else ""
    line = line_of("grid.code" if path in origins else path, lines)
    place = name if line is None else "%s:%d" % (name, line)
    value = "" if got is None or got == "" else " = " + shown(got)
    if path in origins:
        value += " (set by %s)" % origins[path]
    text = "%s %s%s: allowed %s" % (place, path, value, allowed)
    if allowed == "no such key":
        text = "%s %s: no such key" % (place, path)
    elif hint == "required":
        text = "%s %s is missing: allowed %s" % (place, path, allowed)
        hint = ""
    elif got is None:
        text = "%s %s: %s" % (place, path, allowed)
    return {"line_text": text + ("; " + hint if hint else ""), "line": line, "path": path, "got": got,
            "allowed": allowed, "hint": hint}


def shown(value):
    """A value as it stands in a site file."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return "%.10g" % value
    if isinstance(value, str):
        return '"%s"' % value if len(value) <= 40 else '"%s…"' % value[:40]
    return str(value) if isinstance(value, int) else type(value).__name__


def key_lines(text):
    """{path: line} of every header and key: `evse[0]`, `evse[0].p_charge_max_w`, `wape.tau_s`."""
    lines = {}
    counts = {}
    prefix = ""
    inside = None  # the mark that ends a text over several lines
    for number, line in enumerate(text.splitlines(), 1):
        if inside:
            inside = None if inside in line else inside
            continue
        header = _HEADER.match(line)
        if header:
            prefix = _plain(header.group(2))
            if header.group(1) == "[[":
                counts[prefix] = counts.get(prefix, -1) + 1
                prefix = "%s[%d]" % (prefix, counts[prefix])
            lines.setdefault(prefix, number)
            continue
        key = _KEY.match(line)
        if key:
            lines.setdefault((prefix + "." if prefix else "") + _plain(key.group(1)), number)
            inside = next((mark for mark in ('"""', "'''") if line.count(mark) == 1), None)
    return lines


def _plain(key):
    """A dotted key without quotes and spaces."""
    return ".".join(part.strip().strip("\"'") for part in key.split("."))


def line_of(path, lines):
    """Line of a path; of its table when the key is missing; of the first table of a list; else None."""
    while path:
        inside = [line for known, line in lines.items() if known.startswith((path + ".", path + "[0]"))]
        if path in lines or inside:
            return lines.get(path) or min(inside)
        cut = max(path.rfind("."), path.rfind("["))
        path = path[:cut] if cut > 0 else ""
    return None


def canonical_json(document):
    """The bytes a board is given: canonical JSON with the number of its table, and a newline."""
    return encode(dict(document, schema=CONFIG_SCHEMA)) + b"\n"
