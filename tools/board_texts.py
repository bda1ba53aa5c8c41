"""What tables say to people is left out for boards: explanations and sources of parameters, figures and profiles.

Not its job: constants and names (board_source.py).
Source: ours. A board answers with name, value and what is allowed; the words stand in the generated pages and in the schema.
"""

import ast

# modules whose dotted name begins so, length of a row -> the columns that are only for people
TABLES = (
    (("edge.params", "edge.param_"), {10: (8, 9), 5: (4,)}),    # a row's source and text; a section's text
    (("edge.grid_codes.",), {6: (4,)}),                         # a figure's source
)
PROFILES = "protocols.profiles."
PROFILE_KEYS = ("sources", "setup_hint")


def without(sources):
    """{dotted module name: text}, its tables without the words."""
    return {name: _silent(name, text) for name, text in sources.items()}


def _silent(name, text):
    columns = [silent for prefixes, silent in TABLES if name.startswith(prefixes)]
    if not columns and not name.startswith(PROFILES):
        return text
    tree = ast.parse(text)
    for silent in columns:
        _silence_rows(tree, silent)
    if name.startswith(PROFILES):
        _silence_keys(tree)
    return ast.unparse(tree) + "\n"


def _silence_rows(tree, silent):
    for table in tree.body:
        is_table = isinstance(table, ast.Assign) and isinstance(table.value, ast.Tuple)
        for row in table.value.elts if is_table else ():
            for column in silent.get(len(row.elts), ()) if isinstance(row, ast.Tuple) else ():
                if isinstance(row.elts[column], ast.Constant):
                    row.elts[column] = ast.Constant("")


def _silence_keys(tree):
    for node in ast.walk(tree):
        if not isinstance(node, ast.Dict):
            continue
        for place, key in enumerate(node.keys):
            if isinstance(key, ast.Constant) and key.value in PROFILE_KEYS:
                node.values[place] = ast.Constant("")
