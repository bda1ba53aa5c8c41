"""Rules about imports: one direction between rooms, few modules in the portable ones, I/O at the edges only.

Not its job: whether a module exists on MicroPython in the version used (tests on that runtime prove it).
Source: ARCHITECTURE.md, the rooms.
"""

import ast
import sys

from tools.tidy.source import PORTABLE, ROOMS

# room -> rooms it may import; `tests` may import anything.
MAY_IMPORT = {
    "protocols": {"protocols"},
    "edge": {"edge", "protocols"},
    "host_sim": {"host_sim", "protocols"},
    "tools": {"tools", "edge", "protocols", "host_sim", "boards"},
    "boards": {"edge"},     # the starters, which run a release
}
# The bundle of a Linux gateway holds tools/cli.py and tools/gateway/ but no simulator and no library.
BUNDLE = "tools/gateway/"
BUNDLE_MAY_IMPORT = {"edge", "protocols", "tools.gateway", "tools.cli"}

# Modules that CPython and MicroPython both have.
PORTABLE_STDLIB = set(
    "array asyncio binascii collections errno gc hashlib heapq io json math os random re select socket ssl"
    " struct sys time".split()
)
HAL_ONLY = {"fcntl", "termios", "tty", "signal", "machine", "lzma", "zlib", "deflate"}  # guarded: each is missing somewhere
PORTS = {"time", "machine", "os", "random"}  # reached through the ports that main hands in
WIRES = {"asyncio", "socket", "ssl", "select"}
HOLDERS = {  # who may import PORTS, WIRES
    "edge/clock.py": PORTS,
    "edge/hal.py": PORTS | WIRES,
    "edge/hal_contacts.py": PORTS,
    "edge/hal_gpio.py": PORTS,
    "edge/hal_ports.py": PORTS,
    "edge/hal_releases.py": PORTS,
    "edge/hal_serial.py": PORTS | WIRES,
    "edge/hal_service.py": PORTS | WIRES,
    "edge/hal_uart.py": PORTS | WIRES,
    "edge/runtime.py": WIRES,
    "edge/local_runtime.py": WIRES,
    "edge/proxy_runtime.py": WIRES,
    "edge/main.py": WIRES,
}
# What a control law must not see: devices, time, memory of the past, and those who judge its answer.
NOT_FOR_LAWS = tuple(
    "edge." + name for name in
    "drivers clock hal journal gateway runtime main link web backup controller arbiter limiter queries".split()
)


def imported(source):
    """All imports of a file as (line, dotted module, node); `from a import b` counts as a.b."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name, node
        elif isinstance(node, ast.ImportFrom) and not node.level:
            for alias in node.names:
                yield node.lineno, "%s.%s" % (node.module, alias.name), node


def top(module):
    """First part of a dotted name."""
    return module.split(".")[0]


def within(module, names):
    """Whether a dotted module is one of the names or lies below one."""
    return any(module == name or module.startswith(name + ".") for name in names)


def relative(source):
    """Imports are absolute everywhere: a file says by itself what it needs."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ImportFrom) and node.level:
            yield node.lineno, "relative import", "write the full path, as in `from protocols.modbus import pdu`"


def may_see_edge(path):
    """The files of the simulator that may import the firmware: the world, and the check of the vectors."""
    return path.startswith("host_sim/world") or path == "host_sim/study/vector_laws.py"


def direction(source):
    """A room imports only the rooms below it."""
    allowed = MAY_IMPORT.get(source.room)
    if allowed is None:
        return
    for line, module, _ in imported(source):
        room = top(module)
        if room not in ROOMS + ("tests",) or room in allowed or (room == "edge" and may_see_edge(source.path)):
            continue
        yield line, "%s/ imports %s" % (source.room, module), "move what is shared down, or hand it in as an argument"


def bundle(source):
    """Verbs of the gateway need the standard library, the firmware and each other, nothing else."""
    if not source.path.startswith(BUNDLE):
        return
    for line, module, _ in imported(source):
        if top(module) in ROOMS:
            good = within(module, BUNDLE_MAY_IMPORT)
        else:
            good = top(module) in sys.stdlib_module_names
        if not good:
            yield line, "a gateway verb imports %s" % module, "keep to the standard library, edge and protocols"


def portable(source):
    """protocols/ and edge/ use only modules that MicroPython has too."""
    if source.room not in PORTABLE:
        return
    hal = source.path.startswith("edge/hal")
    for line, module, node in imported(source):
        name = top(module)
        if name in ROOMS or name in PORTABLE_STDLIB:
            continue
        if hal and name in HAL_ONLY:
            if node.col_offset == 0:
                yield line, "%s imported unguarded" % name, "put it inside `try:` or the function that needs it"
        else:
            yield line, "imports %s" % name, "use a module that MicroPython has (tools/tidy/imports.py lists them)"


def sans_io(source):
    """Time, chance, files, sockets and tasks are reached only in clock, hal, runtime and main."""
    if source.room not in PORTABLE:
        return
    held = HOLDERS.get(source.path, set())
    for line, module, _ in imported(source):
        if top(module) in (PORTS | WIRES) - held:
            yield line, "imports %s" % top(module), "take the clock, chance, entropy, store or bytes as an argument"
    if "os" in held:
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "open":
            yield node.lineno, "calls open()", "use the store that main hands in"


def laws_are_pure(source):
    """A control law sees the snapshot and its parameters, never devices, time or the journal."""
    if not source.path.startswith("edge/laws/"):
        return
    for line, module, _ in imported(source):
        if within(module, NOT_FOR_LAWS):
            yield line, "a law imports %s" % module, "hand the value in through snapshot, state or parameters"


def limiter_stands_alone(source):
    """The last check trusts nobody: it imports limits and snapshot, and arithmetic."""
    if source.path != "edge/limiter.py":
        return
    for line, module, _ in imported(source):
        if not within(module, ("edge.limits", "edge.snapshot", "math")):
            yield line, "the limiter imports %s" % module, "only edge.limits, edge.snapshot and math"


def portable_tests(source):
    """Portable tests run without pytest: portable imports, plain functions without arguments."""
    if not source.path.startswith("tests/portable/"):
        return
    for line, module, _ in imported(source):
        if top(module) not in PORTABLE + ("tests",) and top(module) not in PORTABLE_STDLIB:
            yield line, "a portable test imports %s" % module, "move the test to tests/unit or another CPython folder"
        if top(module) == "tests" and not within(module, ("tests.portable",)):
            yield line, "a portable test imports %s" % module, "only tests.portable is there on MicroPython"
    for node in source.tree.body:
        if isinstance(node, ast.AsyncFunctionDef) or (isinstance(node, ast.FunctionDef) and node.decorator_list):
            yield node.lineno, "%s is async or decorated" % node.name, "write a plain function with asserts"
        elif isinstance(node, ast.FunctionDef) and node.name.startswith("test_") and node.args.args:
            yield node.lineno, "%s takes arguments" % node.name, "loop over a table inside the test"
