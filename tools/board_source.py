"""What a board gets of the sources: constants stand where they are used; their names and all docstrings are gone.

Not its job: shortening names (board_names.py, board_arguments.py), unused functions (board_unused.py), compiling (second_runtime.py), choosing what goes onto a board.
Source: ours. On MicroPython every name of a module costs some 40 bytes of heap for ever: a slot in the module's
dictionary, its text and a place in the pool of names, and the gateway has hundreds of names for numbers.

A constant is a name in capitals that a module binds once, at its top level, to something in SMALL, to another
constant or to a sum of them; also the names of columns, `NAME, UNIT = range(2)`.
"""

import ast

from tools import board_arguments, board_names, board_unused

ROOMS = ("edge", "protocols")
WORD_MAX = 10        # longer words are objects of their own wherever they stand
NUMBER_MAX = 1 << 30  # larger ones too, like floats


def slim(sources, entries=(), is_whole=False):
    """{dotted module name: text} of everything that belongs together -> the same with constants in place, names short.

    entries: names of the modules that others ask for their constants by name, which therefore stay. is_whole: nothing
    else will call them, so functions that nobody names are left out.
    """
    trees = {name: ast.parse(text) for name, text in sources.items()}
    values = {}
    for name in _in_import_order(trees):
        values[name] = {}
        values[name] = _constants(trees[name], _Scope(name, trees[name], values))
    for name, tree in trees.items():
        scope = _Scope(name, tree, values)
        if name not in entries:
            tree.body = [node for node in tree.body if not _is_definition(node, values[name])]
        _Place(scope, name in entries).visit(tree)
    if is_whole:
        board_unused.drop(trees, entries)
        board_arguments.shorten(trees)
    board_names.shorten(trees)
    return {name: ast.unparse(ast.fix_missing_locations(tree)) + "\n" for name, tree in trees.items()}


def _in_import_order(trees):
    """Names of modules, those first whose constants others are made of; a cycle is cut where it is met."""
    ordered, met = [], set()

    def visit(name):
        if name in met or name not in trees:
            return
        met.add(name)
        for node in ast.walk(trees[name]):
            if isinstance(node, ast.ImportFrom):
                for alias in node.names:
                    visit("%s.%s" % (node.module, alias.name))
                visit(node.module)
        ordered.append(name)

    for name in sorted(trees):
        visit(name)
    return ordered


class _Scope:
    """The constants one module can see: its own, those it imports by name, those of modules it imports."""

    def __init__(self, name, tree, values):
        self.names = dict(values.get(name, {}))
        self.modules = {}    # local name -> {constant: value}
        for node in ast.walk(tree):
            for alias in node.names if isinstance(node, ast.ImportFrom) else ():
                local = alias.asname or alias.name
                if alias.name in values.get(node.module, {}):
                    self.names[local] = values[node.module][alias.name]
                elif "%s.%s" % (node.module, alias.name) in values:
                    self.modules[local] = values["%s.%s" % (node.module, alias.name)]

    def value(self, node):
        """(value,) of a constant expression, else None."""
        if isinstance(node, ast.Constant):
            return (node.value,) if _is_small(node.value) else None
        if isinstance(node, ast.Name):
            return (self.names[node.id],) if node.id in self.names else None
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            known = self.modules.get(node.value.id, {})
            return (known[node.attr],) if node.attr in known else None
        if isinstance(node, ast.BinOp):
            sides = [self.value(side) for side in (node.left, node.right)]
            if all(side is not None and isinstance(side[0], int) for side in sides):
                folded = ast.Expression(ast.BinOp(ast.Constant(sides[0][0]), node.op, ast.Constant(sides[1][0])))
                value = eval(compile(ast.fix_missing_locations(folded), "constant", "eval"))
                return (value,) if _is_small(value) else None
        return None


def _is_small(value):
    if isinstance(value, str):
        return len(value) <= WORD_MAX
    return value is None or isinstance(value, bool) or isinstance(value, int) and abs(value) < NUMBER_MAX


def _constants(tree, scope):
    """{name: value} of the constants a module offers: its own, and those it imports by name."""
    imported = dict(scope.names)
    for node in tree.body:
        for name, value in _definitions(node, scope):
            scope.names[name] = value
    own = [name for node in tree.body for name, _ in _definitions(node, scope)]
    bound = [node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]
    return {**imported, **{name: scope.names[name] for name in own if bound.count(name) == 1}}


def _definitions(node, scope):
    """[(name, value)] that a statement defines as constants."""
    if not isinstance(node, ast.Assign) or len(node.targets) != 1:
        return []
    target = node.targets[0]
    if isinstance(target, ast.Name) and target.id.isupper():
        value = scope.value(node.value)
        return [] if value is None else [(target.id, value[0])]
    if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Call) and ast.unparse(node.value.func) == "range":
        numbers = range(*[argument.value for argument in node.value.args])
        return [(name.id, number) for name, number in zip(target.elts, numbers) if name.id.isupper()]
    return []


def _is_definition(node, constants):
    """Whether a statement only defines constants."""
    if not isinstance(node, ast.Assign):
        return False
    names = [part.id for part in ast.walk(node.targets[0]) if isinstance(part, ast.Name)]
    return all(name in constants or name == "_" for name in names)


class _Place(ast.NodeTransformer):
    """Puts constants where they are used, and drops docstrings and imports of constants."""

    def __init__(self, scope, keeps_imports):
        self._scope = scope
        self._keeps_imports = keeps_imports

    def visit_Name(self, node):
        if isinstance(node.ctx, ast.Load) and node.id in self._scope.names:
            return ast.Constant(self._scope.names[node.id])
        return node

    def visit_Attribute(self, node):
        value = self._scope.value(node) if isinstance(node.ctx, ast.Load) else None
        return self.generic_visit(node) if value is None else ast.Constant(value[0])

    def visit_ImportFrom(self, node):
        if self._keeps_imports and not node.module.startswith(ROOMS):
            return node
        node.names = [alias for alias in node.names if (alias.asname or alias.name) not in self._scope.names]
        return node if node.names else None

    def generic_visit(self, node):
        body = getattr(node, "body", None)
        if isinstance(body, list) and body and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
            node.body = body[1:]
        super().generic_visit(node)
        if isinstance(body, list) and not node.body and not isinstance(node, ast.Module):
            node.body = [ast.Pass()]
        return node
