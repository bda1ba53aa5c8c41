"""NEW_DEVICE.md works: its file is saved, its commands are run in their order in a copy of the checkout, each does what it says.

Not its job: profiles (portable/test_profiles.py), the verbs alone (test_profile_try.py).
Source: NEW_DEVICE.md.
"""

import os
import pathlib
import re
import select
import shutil
import signal
import socket
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDERS = ("edge", "protocols", "host_sim", "tools", "tests", "boards")
PATIENCE_S = 120
PORT = "5020"       # of the page; another one is used here
# Commands that have to fail, as the page says, by what they are and how many of them came before.
FAILS = {("v2g profile check acme_wall_10.py", 0): 1}


def fences(kind):
    """Fenced blocks of one kind, in order."""
    text = (ROOT / "NEW_DEVICE.md").read_text(encoding="utf-8")
    return re.findall(r"^```%s\n(.*?)^```$" % kind, text, re.MULTILINE | re.DOTALL)


@pytest.fixture
def checkout(tmp_path):
    """A copy to work in, with `v2g` and `python` on the path."""
    for folder in FOLDERS:
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__", "node_modules"))
    for page in list(ROOT.glob("*.md")) + [ROOT / "pyproject.toml"]:
        shutil.copy(page, tmp_path / page.name)
    programs = tmp_path / "programs"
    programs.mkdir()
    for name, line in (("v2g", "%s -m tools.cli" % sys.executable), ("python", sys.executable)):
        (programs / name).write_text('#!/bin/sh\nexec %s "$@"\n' % line)
        (programs / name).chmod(0o755)
    return tmp_path


def test_every_command_of_the_guide_does_what_it_says(checkout):
    (checkout / "acme_wall_10.py").write_text(fences("python")[0], encoding="utf-8")
    free = free_port()
    (checkout / "site.toml").write_text(fences("toml")[0].replace(PORT, free), encoding="utf-8")
    environment = dict(os.environ, PATH="%s:%s" % (checkout / "programs", os.environ["PATH"]), PYTHONPATH=str(checkout))
    said, seen, emulator = {}, {}, None
    try:
        for command in [line.replace(PORT, free) for block in fences("sh") for line in block.splitlines()]:
            if command.endswith("&"):
                emulator = start(command[:-1], checkout, environment)
                continue
            done = subprocess.run(command, shell=True, cwd=checkout, env=environment, text=True, capture_output=True,
                                  timeout=PATIENCE_S)
            count = seen.get(command, 0)
            seen[command] = count + 1
            assert done.returncode == FAILS.get((command, count), 0), (command, done.stdout, done.stderr)
            said[command, count] = done.stdout + done.stderr
    finally:
        if emulator:
            emulator.send_signal(signal.SIGTERM)
            emulator.wait(PATIENCE_S)
    check = "v2g profile check acme_wall_10.py"
    assert "identify = state: allowed points that are numbers" in said[check, 0]
    assert "acme-wall-10: charger, three-phase" in said[check, 1] and "it only charges" in said[check, 1]
    trial = "v2g profile try acme_wall_10.py --host 127.0.0.1:%s" % free
    assert "identity: fits" in said[trial, 0] and "suspicious" not in said[trial, 0]
    assert "told -4140 W, reached -4140 W" in said[trial + " --write --yes", 0]
    assert "## acme-wall-10" in (checkout / "DEVICES.md").read_text(encoding="utf-8")


def free_port():
    """A port that nobody has at this moment."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return str(listener.getsockname()[1])


def start(command, folder, environment):
    """The emulator, once it listens."""
    process = subprocess.Popen(command.split(), cwd=folder, env=environment, stdout=subprocess.PIPE, text=True)
    assert select.select([process.stdout], [], [], PATIENCE_S)[0] and process.stdout.readline() == "ready\n"
    return process


def test_the_page_names_files_that_are_there():
    text = (ROOT / "NEW_DEVICE.md").read_text(encoding="utf-8")
    for name in re.findall(r"`([a-z0-9_]+\.py)`", text):
        if name != "acme_wall_10.py":
            assert (ROOT / "protocols" / "profiles" / name).exists(), name
