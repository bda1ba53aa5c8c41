"""Which files a board's bundle holds, and their bytes.

Not its job: packing and signing (bundle_writer.py), describing (sbom.py), how boards' files are compiled (board_compile.py).
Source: ours. Linux gets sources without comments, a microcontroller compiled modules.
"""

import ast
import json

from tools import board_compile
from tools.build import board_files, quiet_source

ROOMS = ("edge", "protocols")
GATEWAY_TOOLS = "tools/gateway"
SINGLE_FILES = ("tools/__init__.py", "tools/cli.py", "LICENSE")
# What the starter of a microcontroller calls; everything else is reached from there.
ENTRIES = ("edge.board_main", "edge.main")
# In the bundle of a microcontroller; flashing copies them into the root of its files, outside the slots.
STARTER = "starter/"
STARTER_SOURCE = "boards/starter/main.py"
RECORD_SOURCE = "edge/slots.py"
BOARD_FACTS = ("board", "serial", "relays", "contacts")     # of board.json: what a program on the board may want to know
ORIGIN_FILE = "origin.json"

# module, why no gateway needs it
NEVER_ON_A_GATEWAY = (
    ("protocols.message_texts", "words of the generated pages"),
    ("protocols.message_texts_jobs", "the same"),
    ("protocols.sign_convention", "other peers' signs, converted on the host"),
    ("protocols.modbus.server", "devices of the simulator"),
)
# module, why no microcontroller needs it
NEVER_ON_A_MICROCONTROLLER = (
    ("protocols.profile_format", "checks profiles on the host"),
    ("edge.hal_serial", "serial ports of Linux; hal_uart is the board's"),
    ("edge.hal_ports", "serial ports of Linux"),
    ("edge.hal_gpio", "pins of Linux"),
    ("protocols.profiles.sim_bes", "the simulator's device"),
    ("protocols.profiles.sim_control_box", "the simulator's device"),
    ("protocols.profiles.sim_home_battery", "the simulator's device"),
    ("protocols.profiles.sim_pv", "the simulator's device"),
    ("protocols.profiles.sim_transfer_switch", "the simulator's device"),
    ("protocols.profiles.sim_v2h", "the simulator's device"),
    ("protocols.profiles.sim_v2h_auto", "the simulator's device"),
)


class Incomplete(Exception):
    """Something that belongs into a bundle is not there; the text says what."""


def files_of(board, origin, root=board_files.ROOT):
    """[(path inside the release, bytes)] of a board's bundle, sorted by path.

    board: its dictionary; origin: as origin.of says, kept in the bundle as ORIGIN_FILE.
    """
    found = _linux(board, root) if board_files.runs_cpython(board) else _microcontroller(board, root)
    found.append((ORIGIN_FILE, _json(origin)))
    return sorted(found)


def _linux(board, root):
    absent = {name for name, _ in NEVER_ON_A_GATEWAY} | left_out(board, root)
    paths = [path for room in ROOMS for path in sorted((root / room).rglob("*.py")) if module_name(path, root) not in absent]
    paths += [path for path in sorted((root / GATEWAY_TOOLS).rglob("*")) if path.is_file() and path.suffix in (".py", ".json")]
    paths += [root / name for name in SINGLE_FILES]
    paths.append(root / "boards" / board["board"] / "board.json")
    paths += [root / name for name in board_files.service_files(board, root)]
    missing = [str(path) for path in paths if not path.is_file()]
    if missing:
        raise Incomplete("not there: %s" % ", ".join(missing))
    return [(path.relative_to(root).as_posix(), _bytes(path)) for path in paths]


def _bytes(path):
    if path.suffix == ".py":
        return quiet_source.quiet(path.read_text(encoding="utf-8")).encode()
    return path.read_bytes()


def _microcontroller(board, root):
    absent = {name for name, _ in NEVER_ON_A_GATEWAY + NEVER_ON_A_MICROCONTROLLER} | left_out(board, root)
    sources, packages = {}, set()
    for path in (path for room in ROOMS for path in sorted((root / room).rglob("*.py"))):
        name = module_name(path, root)
        if name not in absent:
            sources[name] = path.read_text(encoding="utf-8")
        if path.name == "__init__.py":
            packages.add(name)
    _check_imports(sources, absent)
    compiled = board_compile.compile_all(sources, [name for name in ENTRIES if name in sources], board["mpy_flags"])
    # A folder is a package on MicroPython without any file of its own.
    found = [(name.replace(".", "/") + ".mpy", data) for name, data in compiled.items() if name not in packages]
    return found + _starter(root) + [("board.json", _json({name: board[name] for name in BOARD_FACTS}))]


def _check_imports(sources, absent):
    """Incomplete when a module that stays needs, to be loaded at all, one that is left out."""
    for name, text in sources.items():
        for node in ast.parse(text).body:
            names = [node.module] + ["%s.%s" % (node.module, alias.name) for alias in node.names] if isinstance(node, ast.ImportFrom) else []
            missing = [wanted for wanted in names if wanted in absent]
            if missing:
                raise Incomplete("%s imports %s, which this board leaves out" % (name, missing[0]))


def _starter(root):
    """The starter runs as main.py, which MicroPython looks for; the record's module beside it stands alone."""
    record = (root / RECORD_SOURCE).read_text(encoding="utf-8")
    return [(STARTER + "main.py", _bytes(root / STARTER_SOURCE)),
            (STARTER + "slots.mpy", board_compile.compile_all({"slots": record}, ["slots"])["slots"])]


def left_out(board, root):
    """Modules that this board's bundle goes without, by its own list."""
    prefixes = tuple(prefix for row in board["leaves_out"] for prefix in row["modules"])
    names = (module_name(path, root) for room in ROOMS for path in (root / room).rglob("*.py"))
    return {name for name in names if within(name, prefixes)}


def within(name, prefixes):
    """Whether a dotted module is one of the prefixes or lies below one."""
    return any(name == prefix or name.startswith(prefix + ".") for prefix in prefixes)


def module_name(path, root):
    """Dotted name of a source file; a package's own file has the name of the folder."""
    return ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__")


def _json(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"
