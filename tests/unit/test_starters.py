"""The starters beside the releases: of Linux as a process, of a board with a machine made up.

Not its job: the record's rules (portable/test_slots), real releases (sim/test_update_live).
"""

import builtins
import os
import pathlib
import runpy
import shutil
import subprocess
import sys
import types

import pytest

from edge import slots

ROOT = pathlib.Path(__file__).resolve().parents[2]
CLI = "import sys\nprint('%s', *sys.argv[1:], sep='|')\nsys.exit(%d)\n"


class Linux:
    """A folder laid out as /opt/v2g-edge and /var/lib/v2g-edge."""

    def __init__(self, folder, *versions):
        self.root, self.store = folder / "opt", folder / "var"
        self.root.mkdir()
        self.store.mkdir()
        for name in ("boards/linux-generic/start.py", "edge/slots.py"):
            shutil.copy(ROOT / name, self.root)
        for version in versions:
            self.add(version)

    def add(self, version, code=0):
        folder = self.root / "releases" / version / "tools"
        folder.mkdir(parents=True)
        (folder / "__init__.py").write_text("")
        (folder / "cli.py").write_text(CLI % (version, code))
        (folder.parent / "manifest.json").write_text("{}")

    def start(self, *arguments):
        command = [sys.executable, str(self.root / "start.py"), "--root", str(self.root), "--store", str(self.store), *arguments]
        return subprocess.run(command, capture_output=True, text=True, cwd=self.root.parent)

    def runs(self):
        """Version of the release that a start becomes."""
        return self.start("site.toml").stdout.split("|")[0]

    def keep(self, record):
        name, data = slots.stored(record)
        (self.store / name).write_bytes(data)

    def record(self):
        return slots.load([(self.store / name).read_bytes() if (self.store / name).exists() else None for name in slots.FILES])


def test_it_becomes_the_release_with_its_arguments(tmp_path):
    linux = Linux(tmp_path, "1.0.0")
    linux.keep(slots.confirm(slots.stage(None, "1.0.0")))
    done = linux.start("site.toml", "--more")
    words = done.stdout.strip().split("|")
    assert words[:3] == ["1.0.0", "run", str(tmp_path / "site.toml")]
    assert words[3:] == ["--store", str(linux.store), "--releases", str(linux.root / "releases"), "--release", "1.0.0", "--more"]
    assert os.readlink(linux.root / "current") == "releases/1.0.0" and "starting 1.0.0" in done.stderr


def test_a_trial_is_counted_before_it_runs_and_ends_after_three_starts(tmp_path):
    linux = Linux(tmp_path, "1.0.0", "1.1.0")
    linux.keep(slots.stage(slots.confirm(slots.stage(None, "1.0.0")), "1.1.0"))
    assert [linux.runs() for _ in range(5)] == ["1.1.0"] * 3 + ["1.0.0"] * 2
    assert linux.record()["failed"] == ["1.1.0", "started 3 times in vain"]
    assert os.readlink(linux.root / "current") == "releases/1.0.0"
    assert sorted(os.listdir(linux.root / "releases")) == ["1.0.0"]     # nobody will start the other one


def test_without_a_record_the_one_started_last_is_tried_first_then_the_newest(tmp_path):
    linux = Linux(tmp_path, "1.0.0", "1.9.0", "1.10.0")
    assert linux.runs() == "1.10.0"
    for name in slots.FILES:
        (linux.store / name).unlink(missing_ok=True)
    os.remove(linux.root / "current")
    os.symlink("releases/1.0.0", linux.root / "current")
    assert [linux.runs() for _ in range(7)] == ["1.0.0"] * 3 + ["1.10.0"] * 3 + ["1.9.0"]


def test_a_copy_that_is_broken_leaves_the_other(tmp_path):
    linux = Linux(tmp_path, "1.0.0", "1.1.0")
    old = slots.confirm(slots.stage(None, "1.0.0"))
    new = slots.confirm(slots.stage(old, "1.1.0"))
    while slots.stored(old)[0] == slots.stored(new)[0]:
        new = slots.changed(new)
    linux.keep(old)
    linux.keep(new)
    assert linux.runs() == "1.1.0"
    (linux.store / slots.stored(new)[0]).write_bytes(b"torn")
    assert linux.runs() == "1.0.0"


def test_a_remainder_without_a_manifest_is_no_release(tmp_path):
    linux = Linux(tmp_path, "1.0.0", "1.1.0")
    linux.keep(slots.stage(slots.confirm(slots.stage(None, "1.0.0")), "1.1.0"))
    os.remove(linux.root / "releases/1.1.0/manifest.json")
    assert linux.runs() == "1.0.0"
    empty = Linux(tmp_path / "empty" if (tmp_path / "empty").mkdir() is None else None)
    done = empty.start("site.toml")
    assert done.returncode == 3 and "v2g flash" in done.stderr


def test_a_try_that_cannot_be_counted_is_not_made(tmp_path):
    linux = Linux(tmp_path, "1.0.0", "1.1.0")
    record = slots.stage(slots.confirm(slots.stage(None, "1.0.0")), "1.1.0")
    linux.keep(record)
    following = slots.stored(slots.changed(record))[0]
    (linux.store / (following + ".new")).mkdir()        # where the next copy would be written
    done = linux.start("site.toml")
    assert done.stdout.startswith("1.0.0|") and "can't be written" in done.stderr


def test_what_cannot_be_kept_running_gives_way(tmp_path):
    linux = Linux(tmp_path, "1.0.0", "1.1.0")
    linux.keep(slots.confirm(slots.stage(slots.confirm(slots.stage(None, "1.0.0")), "1.1.0")))
    assert linux.runs() == "1.1.0"
    done = linux.start("--roll-back")
    assert done.returncode == 0 and "given up: 1.1.0; next: 1.0.0" in done.stderr
    assert linux.runs() == "1.0.0"
    linux.keep(slots.confirm(linux.record(), None, False))
    done = linux.start("--roll-back")
    assert done.returncode == 0 and "nothing to go back to" in done.stderr and linux.runs() == "1.0.0"


def test_a_roll_back_that_cannot_be_kept_or_would_not_help_leaves_the_service_to_be_started_again(tmp_path, monkeypatch):
    linux = Linux(tmp_path, "1.0.0", "1.1.0")
    record = slots.confirm(slots.stage(slots.confirm(slots.stage(None, "1.0.0")), "1.1.0"))
    linux.keep(record)
    monkeypatch.setenv("MONITOR_EXIT_STATUS", "2")
    done = linux.start("--roll-back")
    assert done.returncode == 0 and "site file is refused" in done.stderr and linux.record() == record
    monkeypatch.setenv("MONITOR_EXIT_STATUS", "1")
    (linux.store / (slots.stored(slots.changed(record))[0] + ".new")).mkdir()
    (linux.store / (slots.stored(slots.changed(slots.changed(record)))[0] + ".new")).mkdir()
    done = linux.start("--roll-back")
    assert done.returncode == 0 and "can't be written" in done.stderr and linux.record() == record


@pytest.mark.parametrize("has_memory", (False, True))
def test_no_compiled_module_is_left_on_the_medium_where_a_power_cut_could_tear_it(has_memory, tmp_path, monkeypatch):
    linux = Linux(tmp_path, "1.0.0")
    memory = tmp_path / "run"
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    if has_memory:
        monkeypatch.setenv("RUNTIME_DIRECTORY", str(memory))
    assert linux.runs() == "1.0.0"
    assert not list(linux.root.rglob("*.pyc")) and bool(list(memory.rglob("*.pyc"))) == has_memory


class Board:
    """The board's machine and files, made up; `power_on` runs its main.py once."""

    def __init__(self, folder, monkeypatch):
        self.folder = folder
        self.log = []
        self.ends = {}      # slot -> exception with which it ends
        for slot in ("a", "b"):
            (folder / slot).mkdir()
            (folder / slot / "manifest.json").write_text("{}")
        machine = types.ModuleType("machine")
        machine.WDT = self._watchdog
        machine.reset = lambda: self.log.append("reset")
        machine.Timer = self._timer
        main = types.ModuleType("edge.board_main")
        main.run = self._run
        monkeypatch.setitem(sys.modules, "machine", machine)
        monkeypatch.setitem(sys.modules, "slots", slots)
        monkeypatch.setitem(sys.modules, "edge.board_main", main)
        monkeypatch.setattr("edge.board_main", main, raising=False)
        monkeypatch.setattr(sys, "path", list(sys.path))
        monkeypatch.setattr(sys, "print_exception", lambda error: self.log.append(str(error)), raising=False)
        mkdir, rename = os.mkdir, os.rename
        monkeypatch.setattr(os, "mkdir", lambda path, *rest: mkdir(self.place(path), *rest))
        monkeypatch.setattr(os, "rename", lambda old, new: rename(self.place(old), self.place(new)))

    def place(self, path):
        path = str(path)
        return str(self.folder) + path if path.split("/")[1:2] and path.split("/")[1] in ("a", "b", "store") else path

    def power_on(self):
        self.log.append("on")
        runpy.run_path(str(ROOT / "boards/starter/main.py"), {"open": lambda path, mode: builtins.open(self.place(path), mode)})
        return self.log

    def _watchdog(self, timeout):
        self.log.append("watchdog")
        return types.SimpleNamespace(feed=lambda: self.log.append("fed"))

    def _timer(self, number, period, callback):
        if number < 0:
            raise ValueError("no such timer")
        callback(None)
        self.log.append("timer")

    def _run(self, slot, feed):
        self.log.append(slot)
        feed()
        if slot in self.ends:
            raise self.ends[slot]

    def record(self):
        path = self.folder / "store"
        return slots.load([(path / name).read_bytes() if (path / name).exists() else None for name in slots.FILES])


@pytest.fixture
def board(tmp_path, monkeypatch):
    return Board(tmp_path, monkeypatch)


def test_a_board_arms_its_watchdog_counts_the_try_runs_the_slot_and_resets(board):
    assert board.power_on() == ["on", "watchdog", "a", "fed", "reset"]
    assert (board.record()["trial"], board.record()["tries"]) == ("a", 1) and sys.path[0] == "/a"


def test_a_board_leaves_a_slot_that_dies(board):
    board.ends["a"] = RuntimeError("broken")
    for _ in range(4):
        board.power_on()
    assert [word for word in board.log if word in ("a", "b")] == ["a", "a", "a", "b"]
    assert board.log.count("broken") == 3 and board.log.count("reset") == 4


def test_a_board_stays_with_whoever_is_at_its_port(board):
    board.ends["a"] = KeyboardInterrupt()
    assert board.power_on() == ["on", "watchdog", "a", "fed", "fed", "timer"]      # fed on, not reset
