"""Arguments get short names for boards: MicroPython keeps the name of every argument, in the file and on the heap.

Not its job: private names (board_names.py), constants (board_source.py).
Source: ours. An argument keeps its name where anything in the program passes one of that name by keyword, and in functions
that hold others, which might see it.
"""

import ast

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
SHORT = "abcdefghijklmnopqrstuvwxyz"
KEPT = ("self", "cls")


def shorten(trees):
    """Renames in place. trees: {dotted module name: ast.Module} of all that will run there."""
    by_keyword = {node.arg for tree in trees.values() for node in ast.walk(tree) if isinstance(node, ast.keyword)}
    for tree in trees.values():
        for node in ast.walk(tree):
            if isinstance(node, FUNCTIONS) and not _holds_functions(node):
                _shorten(node, by_keyword)


def _holds_functions(function):
    return any(isinstance(node, (*FUNCTIONS, ast.Lambda, ast.ClassDef)) for node in ast.walk(function) if node is not function)


def _shorten(function, by_keyword):
    inside = [node for statement in function.body for node in ast.walk(statement)]
    arguments = function.args.posonlyargs + function.args.args
    bound = {alias.asname or alias.name for node in inside if isinstance(node, (ast.Import, ast.ImportFrom)) for alias in node.names}
    names = bound | {node.id for node in inside if isinstance(node, ast.Name)}
    names |= {argument.arg for argument in arguments + function.args.kwonlyargs}
    free = iter([letter for letter in SHORT if letter not in names])
    short = {}
    for argument in arguments:
        if len(argument.arg) > 1 and argument.arg not in by_keyword and argument.arg not in bound and argument.arg not in KEPT:
            name = argument.arg
            argument.arg = short[name] = next(free, name)
    for node in inside:
        if isinstance(node, ast.Name):
            node.id = short.get(node.id, node.id)
        elif isinstance(node, ast.ExceptHandler):
            node.name = short.get(node.name, node.name)
