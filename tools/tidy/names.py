"""Rules about names and headers: numbers carry units, modules and functions say their job, data is only data.

A name needs a unit when it says a quantity (`timeout`, `power`, `soc`), when it is built like a field quantity
(`p_max`, `v_pcc`: symbol, then place or qualifier), or when it is a public constant that is a float.
The unit is its last word. Codes, flags, names of modes and counts (`retries`, `LEASES_MAX`) need none.

Not its job: whether the unit is the right one.
Source: house rules; symbols after IEEE 1547 and IEC 60050.
"""

import ast

from tools.tidy.source import PORTABLE, ROOMS

UNITS = set(
    "w kw va kva var kvar v mv kv a ma hz mhz s ms us ns h min min_s d wh kwh mwh mj j c k ohm mohm pu pct ppm"
    " ratio fraction factor gain deg rad db m km mm kg lux eur ct"
    " b bytes kib mib bits chars registers coils lines rows items ticks count levels phases chargers attempts"
    " bps baud per step steps x ppb digits days cycles samples points depth".split()
)
# A bare quantity at the end of a name: the unit is missing.
QUANTITIES = set(
    "timeout delay period interval duration age deadline elapsed power voltage frequency energy resistance"
    " impedance temperature soc capacity".split()
)
SYMBOLS = set("p q v i f s e r x z".split())
QUALIFIERS = set(
    "ac dc pcc grid max min charge discharge nom nominal rated ev bes pv load ref set setpoint site total"
    " lo hi low high floor target limit ln ll import export reserve mean".split()
)
# Constants whose words say that they are amounts, though they are integers.
AMOUNTS = QUANTITIES | {"max", "min", "limit", "size", "length", "threshold"}
NUMBERED = {"id", "priority", "rank", "version"}  # numbers that count nothing and have no unit
CODE_MODULES = ("edge/reasons.py",)  # integers there are codes, whatever their names say
PURE = {"SQRT_2", "SQRT_3", "PI", "TWO_PI"}


def says_unit(name):
    """Whether the last word of a name is a unit; `..._per_s` and `..._w_per_hz` end with one too."""
    return name.lower().rsplit("_", 1)[-1] in UNITS and "_" in name


def needs_unit(name):
    """Whether a name speaks of a quantity without saying its unit."""
    words = name.lower().split("_")
    if says_unit(name):
        return False
    return words[-1] in QUANTITIES or (len(words) > 1 and words[0] in SYMBOLS and words[1] in QUALIFIERS)


def number(node):
    """The number an expression of literals stands for; None when it is anything else."""
    for part in ast.walk(node):
        if isinstance(part, ast.Constant) and (isinstance(part.value, bool) or not isinstance(part.value, (int, float))):
            return None
        if not isinstance(part, (ast.Constant, ast.BinOp, ast.UnaryOp, ast.operator, ast.unaryop)):
            return None
    try:
        return eval(compile(ast.Expression(node), "constant", "eval"), {"__builtins__": {}})
    except ArithmeticError:
        return None


def amount(name):
    """Whether the name of an integer says an amount: a quantity or bound at its end, a bound at its start."""
    words = name.lower().split("_")
    return words[-1] in AMOUNTS or words[0] in ("max", "min")


def constants(source):
    """Public module constants that are numbers, as (line, name, value)."""
    for node in source.tree.body:
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            value = number(node.value)
            if value is not None and not node.targets[0].id.startswith("_"):
                yield node.lineno, node.targets[0].id, value


def counts(name):
    """Whether a name says what it counts or numbers: `LEASES_MAX`, `QUERY_BYTES_MAX`, `PACKET_ID_MAX`."""
    return any(word in UNITS | NUMBERED or word.endswith("s") for word in name.lower().split("_"))


def enumerated(found):
    """Names of constants that only number things: three or more in a row that count up, as in a list of codes."""
    names, run = set(), []
    for line, name, value in found + [(0, "", 0)]:
        if run and not (line == run[-1][0] + 1 and value == run[-1][2] + 1):
            names.update(row[1] for row in run if len(run) >= 3)
            run = []
        run.append((line, name, value))
    return names


def constant_units(source):
    """A public constant that is a float, or whose words say an amount, ends with its unit."""
    if source.room not in PORTABLE:
        return
    found = list(constants(source))
    codes = enumerated(found) | PURE
    for line, name, value in found:
        if isinstance(value, float):
            lacking = not says_unit(name)
        else:
            lacking = source.path not in CODE_MODULES and (needs_unit(name) or amount(name) and not counts(name))
        if lacking and name not in codes:
            yield line, "%s = %r says no unit" % (name, value), "put the unit last: _ms, _w, _bytes, _ratio ..."


def spoken_names(source):
    """Names others see: parameters of public functions, fields of namedtuples, public attributes of self."""
    for node in ast.walk(source.tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and not node.name.startswith("_"):
            for arg in node.args.posonlyargs + node.args.args + node.args.kwonlyargs:
                yield arg.lineno, arg.arg
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "namedtuple" and len(node.args) > 1:
            for part in ast.walk(node.args[1]):
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    for field in part.value.replace(",", " ").split():
                        yield part.lineno, field
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            if getattr(node.value, "id", "") == "self" and not node.attr.startswith("_"):
                yield node.lineno, node.attr


def name_units(source):
    """Parameters, fields and attributes that speak of a quantity end with its unit."""
    if source.room not in PORTABLE:
        return
    for line, name in sorted(set(spoken_names(source))):
        if needs_unit(name):
            yield line, "%s says no unit" % name, "put the unit last: _ms, _w, _pct ..."


def header(source):
    """A module opens with its job; portable ones also say what is not their job and their source."""
    if source.room not in ROOMS or source.path.endswith("__init__.py") and not source.text.strip():
        return
    text = ast.get_docstring(source.tree) or ""
    if not text:
        yield 1, "no docstring", "say the module's job in one line"
    elif source.room in PORTABLE and not source.path.endswith("__init__.py"):
        wanted = ("Source:",) if is_data(source) else ("Not its job:", "Source:")
        for clause in wanted:
            if clause not in text:
                yield 1, "header lacks '%s'" % clause, "say it in one line of the docstring"


def docstrings(source):
    """Public functions and methods of portable modules say what they do; one-liners in a class may speak for themselves."""
    if source.room not in PORTABLE:
        return
    bodies = [(source.tree, 0)] + [
        (node, 1) for node in source.tree.body if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    ]
    for owner, obvious_count in bodies:
        for node in owner.body:
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and not node.name.startswith("_"):
                if not ast.get_docstring(node) and len(node.body) > obvious_count:
                    yield node.lineno, "%s has no docstring" % node.name, "say what, units, ranges, errors"


def is_data(source):
    """Device profiles and grid codes: modules of literals."""
    folder = source.path.rsplit("/", 1)[0]
    return folder in ("protocols/profiles", "edge/grid_codes") and source.name != "__init__.py"


def data_only(source):
    """A profile holds a docstring and literals: it can't do anything."""
    if not is_data(source):
        return
    for node in source.tree.body:
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            continue
        try:
            ast.literal_eval(node.value if isinstance(node, ast.Assign) else node)
        except ValueError:
            yield node.lineno, "code in a data module", "write literals; code belongs beside the driver or the loader"
