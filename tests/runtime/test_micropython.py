"""Every portable test passes on MicroPython too, and none is lost on the way."""

import json
import subprocess
import sys

import pytest

from tools import second_runtime

ROOT = second_runtime.ROOT


def portable_files():
    return sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "tests/portable").glob("test_*.py"))


@pytest.fixture(scope="module")
def collected_by_pytest():
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", "tests/portable"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return sorted(line for line in done.stdout.splitlines() if "::" in line)


def compare(results, collected):
    failed = ["%s\n%s" % (line["id"], line["error"]) for line in results if not line["ok"]]
    assert not failed, "\n\n".join(failed)
    assert sorted(line["id"] for line in results) == collected


def test_portable_tests_pass_on_webassembly(collected_by_pytest):
    code, lines = second_runtime.run_webassembly("test", portable_files())
    compare(lines[:-1], collected_by_pytest)
    assert code == 0
    assert lines[-1] == {"passed": len(collected_by_pytest), "failed": 0}


def test_portable_tests_pass_on_the_micropython_of_this_machine(collected_by_pytest):
    results = second_runtime.run_on_path(portable_files())
    if results is None:
        pytest.skip("no micropython on PATH")
    compare(results, collected_by_pytest)


# The runner itself: a runner that reports success wrongly would hide everything above.

def run_made_up(monkeypatch, tmp_path, mode, text):
    for name in ("edge", "protocols", "tests/portable"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "tests/portable/test_x.py").write_text(text)
    build = second_runtime.webassembly()
    monkeypatch.setattr(second_runtime, "ROOT", tmp_path)
    monkeypatch.setattr(second_runtime, "webassembly", lambda: build)
    return second_runtime.run_webassembly(mode, ["tests/portable/test_x.py"])


@pytest.mark.parametrize(
    "text, identity, error",
    [
        ("def test_a():\n    assert 1 == 2\n", "tests/portable/test_x.py::test_a", "AssertionError"),
        ("def test_a():\n    raise SystemExit(0)\n", "tests/portable/test_x.py::test_a", "SystemExit"),
        ("async def test_a():\n    assert False\n", "tests/portable/test_x.py::test_a", "returned something"),
        ("import dataclasses\ndef test_a():\n    pass\n", "tests/portable/test_x.py", "ImportError"),
        ("def test_a(:\n", "tests/portable/test_x.py", "SyntaxError"),
    ],
)
def test_runner_reports_failure(monkeypatch, tmp_path, text, identity, error):
    code, lines = run_made_up(monkeypatch, tmp_path, "test", text)
    assert code == 1
    assert lines[0]["id"] == identity and not lines[0]["ok"] and error in lines[0]["error"]
    assert lines[-1] == {"passed": 0, "failed": 1}


def test_runner_goes_on_after_a_failure_and_keeps_prints_apart(monkeypatch, tmp_path):
    text = "def test_a():\n    assert False\n\ndef test_b():\n    print('hello')\n"
    code, lines = run_made_up(monkeypatch, tmp_path, "test", text)
    assert code == 1 and [line.get("ok") for line in lines] == [False, True, None]


def test_memory_mode_sees_what_is_kept_and_not_what_is_dropped(monkeypatch, tmp_path):
    text = (
        "ROUNDS = 4\nkept = []\n"
        "def setup():\n    kept.append(bytearray(20000))\n"
        "def step():\n    kept.append(bytearray(1000))\n    [bytearray(1000) for _ in range(50)]\n"
    )
    code, lines = run_made_up(monkeypatch, tmp_path, "memory", text)
    assert code == 0, lines
    (result,) = lines
    json.dumps(result)
    assert 20_000 <= result["setup_b"] - result["base_b"] <= 23_000
    growth_b = result["rounds_b"][-1] - result["rounds_b"][0]
    assert 3_000 <= growth_b <= 5_000, result
    assert len(result["rounds_ms"]) == 4
