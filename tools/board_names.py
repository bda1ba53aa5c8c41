"""Private names become short for boards: MicroPython keeps the text of every name on the heap for ever.

Not its job: constants (board_source.py), compiling.
Source: ours. A module's own private names start anew in each module, so that all modules share a few texts; private
attributes are one set, because an object may have some of two modules (a base class in one, its child in the other).
"""

import ast

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def shorten(trees):
    """Renames in place. trees: {dotted module name: ast.Module} of everything that belongs together."""
    asked = tuple({text for tree in trees.values() for text in _texts(tree)})     # such as "_do_" of getattr(self, "_do_" + what)
    attributes = sorted({name for tree in trees.values() for name in _attributes(tree) if not name.startswith(asked)})
    short = {name: "_%s_" % _digits(number) for number, name in enumerate(attributes)}
    for tree in trees.values():
        # A private name that somebody also reaches as an attribute keeps its own name.
        own = [name for name in _globals(tree) if name not in short]
        _Rename({name: "_" + _digits(number) for number, name in enumerate(own)}, short).visit(tree)


def _is_private(name):
    return len(name) > 1 and name[0] == "_" and not name.startswith("__")


def _globals(tree):
    """Private names bound at the top level of a module, in order."""
    found = []
    for node in tree.body:
        names = [node.name] if isinstance(node, (*FUNCTIONS, ast.ClassDef)) else []
        if isinstance(node, (ast.Assign, ast.For)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = [part.id for target in targets for part in ast.walk(target) if isinstance(part, ast.Name)]
        found += [name for name in names if _is_private(name) and name not in found]
    return found


def _attributes(tree):
    """Private names of attributes: used after a dot, and methods of a class."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and _is_private(node.attr):
            yield node.attr
        elif isinstance(node, ast.ClassDef):
            for member in node.body:
                if isinstance(member, FUNCTIONS) and _is_private(member.name):
                    yield member.name


def _texts(tree):
    """Texts that look like the beginning of a private name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _is_private(node.value):
            yield node.value


class _Rename(ast.NodeTransformer):
    """names: of the module's own; attributes: of all objects."""

    def __init__(self, names, attributes):
        self._names = names
        self._attributes = attributes
        self._is_in_class = False

    def visit_Name(self, node):
        node.id = self._names.get(node.id, node.id)
        return node

    def visit_Attribute(self, node):
        node.attr = self._attributes.get(node.attr, node.attr)
        return self.generic_visit(node)

    def visit_ClassDef(self, node):
        node.name = self._names.get(node.name, node.name)
        self._is_in_class = True
        self.generic_visit(node)
        self._is_in_class = False
        return node

    def visit_FunctionDef(self, node):
        names = self._attributes if self._is_in_class else self._names
        node.name = names.get(node.name, node.name)
        was_in_class, self._is_in_class = self._is_in_class, False
        self.generic_visit(node)
        self._is_in_class = was_in_class
        return node

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_Global(self, node):
        node.names = [self._names.get(name, name) for name in node.names]
        return node


def _digits(number):
    text = DIGITS[number % 36]
    while number >= 36:
        number //= 36
        text = DIGITS[number % 36] + text
    return text
