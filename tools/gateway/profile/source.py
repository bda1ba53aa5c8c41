"""Brings in a profile by its name or from a file, as data: nothing in the file is run.

Not its job: judging it (schema.py).
Source: ours; a profile is one literal, so `ast.literal_eval` reads it.
"""

import ast
import difflib
import importlib
import pathlib

from protocols.profiles import NAMES


def load(name):
    """(profile, None) of a shipped name or a file's path, or (None, what is wrong and what to do)."""
    if name in NAMES:
        return importlib.import_module("protocols.profiles." + name.replace("-", "_")).PROFILE, None
    path = pathlib.Path(name)
    if path.suffix != ".py" and not path.exists():
        near = difflib.get_close_matches(name, NAMES, 1, 0.5)
        return None, "no profile '%s'; %s" % (name, "did you mean %s?" % near[0] if near else
                                              "a file ends in .py; shipped are: " + ", ".join(NAMES))
    try:
        return _literal(path.read_text(encoding="utf-8"), path.name)
    except (OSError, UnicodeDecodeError) as error:
        return None, "%s: %s" % (path, getattr(error, "strerror", None) or error)


def _literal(text, where):
    try:
        tree = ast.parse(text)
    except SyntaxError as error:
        return None, "%s:%d: no Python: %s" % (where, error.lineno or 0, error.msg)
    for node in tree.body:
        if isinstance(node, ast.Assign) and [getattr(target, "id", None) for target in node.targets] == ["PROFILE"]:
            try:
                profile = ast.literal_eval(node.value)
            except ValueError:
                return None, "%s:%d: PROFILE has to be literals: numbers, texts, tuples and dictionaries, no names and no calls" % (
                    where, node.lineno)
            if not isinstance(profile, dict):
                return None, "%s:%d: PROFILE has to be a dictionary" % (where, node.lineno)
            return profile, None
    return None, "%s: no PROFILE = {...} at the top level" % where
