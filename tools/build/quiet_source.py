"""A source file without comments and docstrings, every line of code still on its own line.

Not its job: what boards get (board_source.py does far more).
Source: ours. A gateway's bundle is a third smaller for it, and a traceback from the field still names the lines of the
repository.
"""

import ast
import io
import tokenize

OWNERS = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def quiet(text):
    """The same program; the lines of comments and docstrings are empty."""
    lines = text.split("\n")
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT and not token.string.startswith("#!"):
            row, column = token.start
            lines[row - 1] = lines[row - 1][:column].rstrip()
    for owner in ast.walk(ast.parse(text)):
        doc = _docstring(owner)
        if doc is None:
            continue
        for row in range(doc.lineno, doc.end_lineno + 1):
            lines[row - 1] = ""
        if len(owner.body) == 1 and not isinstance(owner, ast.Module):
            lines[doc.lineno - 1] = " " * doc.col_offset + "pass"
    return "\n".join(lines)


def _docstring(owner):
    """The statement that is an owner's docstring, alone on its lines; None where there is none."""
    if not isinstance(owner, OWNERS) or not owner.body or not isinstance(owner.body[0], ast.Expr):
        return None
    value = owner.body[0].value
    is_text = isinstance(value, ast.Constant) and isinstance(value.value, str)
    return owner.body[0] if is_text else None
