"""Rules about what MicroPython lacks or does differently, in protocols/ and edge/.

Not its job: syntax that MicroPython rejects (tests compile every module with mpy-cross).
Source: MicroPython 1.29, compared with CPython 3.11 name by name.
"""

import ast

from tools.tidy.source import PORTABLE

HALS = ("edge/hal.py", "edge/hal_contacts.py", "edge/hal_gpio.py", "edge/hal_ports.py", "edge/hal_releases.py", "edge/hal_serial.py", "edge/hal_service.py", "edge/hal_uart.py")
ASYNC_HOLDERS = ("edge/runtime.py", "edge/local_runtime.py", "edge/proxy_runtime.py", "edge/main.py") + HALS

# Methods that MicroPython's builtin types lack -> what to write instead.
METHODS = {
    "bit_length": "count by shifting",
    "hexdigest": "binascii.hexlify(h.digest())",
    "is_integer": "x == int(x)",
    "iter_unpack": "a loop over struct.unpack_from",
    "ljust": "'%-*s' % (n, s)",
    "removeprefix": "s[len(p):] after startswith",
    "removesuffix": "s[:-len(p)] after endswith",
    "rjust": "'%*s' % (n, s)",
    "zfill": "'%0*d' % (n, i)",
    "_replace": "build a new namedtuple",
    "_asdict": "list the fields",
}
# module.name that boards lack -> what to write instead.
MODULE_NAMES = {
    "math": ("dist fsum gcd hypot isqrt prod", "math.sqrt and plain arithmetic"),
    "random": ("Random gauss sample shuffle", "the chance port and an index loop"),
    "struct": ("Struct error iter_unpack", "struct.pack_into/unpack_from; catch ValueError and check lengths first"),
    "asyncio": ("Queue Semaphore Condition TaskGroup timeout shield wait get_running_loop all_tasks", "an Event"),
    "os": ("fsync getenv environ", "the hal, guarded"),
}
# Builtin exceptions MicroPython lacks: `except` on them fails only when something is raised.
EXCEPTIONS = set(
    "BlockingIOError BrokenPipeError ConnectionError ConnectionAbortedError ConnectionRefusedError"
    " ConnectionResetError FileNotFoundError InterruptedError ModuleNotFoundError PermissionError"
    " RecursionError TimeoutError UnicodeDecodeError UnicodeEncodeError".split()
)
# keyword arguments that MicroPython's functions refuse: (function or method, keyword).
KEYWORDS = {
    ("from_bytes", "signed"), ("dumps", "indent"), ("dumps", "sort_keys"), ("dumps", "allow_nan"),
    ("split", "maxsplit"), ("sum", "start"), ("zip", "strict"), ("deque", "maxlen"), ("encode", "errors"),
    ("decode", "errors"),
}


def missing_names(source):
    """No method, function or exception class that boards lack; the hal may ask for one, guarded."""
    if source.room not in PORTABLE or source.path in HALS:
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in METHODS:
            yield node.lineno, ".%s() is absent on MicroPython" % node.func.attr, METHODS[node.func.attr]
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            names, instead = MODULE_NAMES.get(node.value.id, ("", ""))
            if node.attr in names.split():
                yield node.lineno, "%s.%s is absent on MicroPython" % (node.value.id, node.attr), instead
        elif isinstance(node, ast.Name) and node.id in EXCEPTIONS:
            yield node.lineno, "%s is absent on MicroPython" % node.id, "catch OSError or ValueError"


def missing_keywords(source):
    """No keyword argument that MicroPython's builtins refuse."""
    if source.room not in PORTABLE:
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            for keyword in node.keywords:
                if (name, keyword.arg) in KEYWORDS:
                    yield node.lineno, "%s(%s=) is refused by MicroPython" % (name, keyword.arg), "do without it"


def slice_deletion(source):
    """`del b[:n]` works on lists only there; a bytearray wants `b[:n] = b""`."""
    if source.room not in PORTABLE:
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Delete):
            for target in node.targets:
                if isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Slice):
                    yield node.lineno, "deletes a slice", 'assign an empty one: `b[:n] = b""`, or `[]` for a list'


def async_holders(source):
    """`async def` stands only where bytes are moved: the rest are state machines."""
    if source.room not in PORTABLE or source.path in ASYNC_HOLDERS:
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.AsyncFunctionDef):
            yield node.lineno, "async def %s" % node.name, "make it a state machine with on_time(now_ms)"


def bare_except(source):
    """Every `except` names what it expects."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ExceptHandler) and node.type is None:
            yield node.lineno, "bare except", "name the exception that is expected here"
