"""Leaves out of a board's sources the public functions and methods that nothing on it calls: those of the host's side.

Not its job: constants (board_source.py), names (board_names.py).
Source: ours. A name counts as used wherever it stands as a name, an attribute or a word of a text: what is found by name at
run time stays. So does what begins with its module's name, which tables may put together (`droop` + `_tell`).
"""

import ast
import re

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def drop(trees, entries=()):
    """Removes in place, until nothing more falls away. trees: {dotted module name: ast.Module} of all that will run there;
    entries: modules whose functions are called from outside."""
    while True:
        used = {name for tree in trees.values() for name in _used(tree)}
        if not [name for name, tree in trees.items() if name not in entries and _thin(name, tree, used)]:
            return


def _thin(module, tree, used):
    """Whether something was removed."""
    own = module.rpartition(".")[2]
    removed = False
    for owner in [tree] + [node for node in tree.body if isinstance(node, ast.ClassDef)]:
        kept = [node for node in owner.body if not _is_unused(node, own, used)]
        removed = removed or len(kept) < len(owner.body)
        owner.body = kept or ([] if owner is tree else [ast.Pass()])
    return removed


def _is_unused(node, own, used):
    return isinstance(node, FUNCTIONS) and not node.name.startswith(("_", own)) and node.name not in used


def _used(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.ImportFrom):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from re.findall(r"\w+", node.value)
