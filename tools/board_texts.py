"""What parameter tables say to people is left out for boards: their explanations and sources.

Not its job: constants and names (board_source.py).
Source: ours. A board answers with name, value and what is allowed; the words stand in PARAMETERS.md and in the schema.
"""

import ast

TABLES = ("edge.params", "edge.param_")
ROW_COLUMNS = 10        # name, type, unit, base, min, max, default, access, source, text
SECTION_COLUMNS = 5     # section, how often, at most, rows of, text
SILENT = {ROW_COLUMNS: (8, 9), SECTION_COLUMNS: (4,)}


def without(sources):
    """{dotted module name: text}, the parameter tables without their words."""
    return {name: _silent(text) if name.startswith(TABLES) else text for name, text in sources.items()}


def _silent(text):
    tree = ast.parse(text)
    for table in tree.body:
        is_table = isinstance(table, ast.Assign) and isinstance(table.value, ast.Tuple)
        for row in table.value.elts if is_table else ():
            columns = SILENT.get(len(row.elts), ()) if isinstance(row, ast.Tuple) else ()
            for column in columns:
                if isinstance(row.elts[column], ast.Constant):
                    row.elts[column] = ast.Constant("")
    return ast.unparse(tree) + "\n"
