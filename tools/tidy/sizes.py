"""Rules about size: files, functions, arguments, and what a board can still compile.

Not its job: what the code says.
Source: house rules; MicroPython needs about five times a module's source in heap to compile it.
"""

import ast

from tools.tidy.source import PORTABLE, ROOMS

FILE_MAX_LINES = 300
FUNCTION_MAX_LINES = 70
FUNCTION_AIM_LINES = 40
POSITIONAL_MAX_COUNT = 5
MODULE_MAX_BYTES = 15 * 1024


def functions(source):
    """All functions and methods of a file."""
    return [node for node in ast.walk(source.tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]


def length_of(function):
    """Lines from `def` to the last one, decorators left out."""
    return function.end_lineno - function.lineno + 1


def file_lines(source):
    """A file has one job and at most 300 lines; tests may be longer."""
    count = source.text.count("\n")
    if source.room in ROOMS and count > FILE_MAX_LINES:
        yield 1, "%d lines, %d allowed" % (count, FILE_MAX_LINES), "split it by job"


def module_bytes(source):
    """A board compiles a module in its own heap, so portable modules stay small."""
    size_bytes = len(source.text.encode())
    if source.room in PORTABLE and size_bytes > MODULE_MAX_BYTES:
        yield 1, "%d bytes, %d allowed" % (size_bytes, MODULE_MAX_BYTES), "split it: boards compile modules in RAM"


def function_lines(source):
    """No function is longer than 70 lines."""
    for node in functions(source):
        if length_of(node) > FUNCTION_MAX_LINES:
            what = "%s has %d lines, %d allowed" % (node.name, length_of(node), FUNCTION_MAX_LINES)
            yield node.lineno, what, "split it, or turn cases into a table"


def function_aim(source):
    """A function aims at 40 lines."""
    for node in functions(source):
        if source.room in ROOMS and FUNCTION_AIM_LINES < length_of(node) <= FUNCTION_MAX_LINES:
            what = "%s has %d lines, aim at %d" % (node.name, length_of(node), FUNCTION_AIM_LINES)
            yield node.lineno, what, "see whether it does two things"


def positional(source):
    """At most five positional arguments (self not counted); the others are keyword-only."""
    if source.room not in ROOMS:
        return
    for node in functions(source):
        names = [a.arg for a in node.args.posonlyargs + node.args.args if a.arg not in ("self", "cls")]
        if len(names) > POSITIONAL_MAX_COUNT:
            what = "%s takes %d positional arguments" % (node.name, len(names))
            yield node.lineno, what, "put `*` before the sixth, or group them"
