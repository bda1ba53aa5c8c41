"""One gateway a folder: a second one on the same store refuses and names the first; a dead one leaves nothing behind.

Source: flock(2): released however the process ends.
"""

import os
import subprocess
import sys

import pytest

from edge import hal
from tools import cli
from tools.gateway import init

HOLD = "import sys\nfrom edge import hal\nhold = hal.hold_folder(sys.argv[1])\nprint(hold[1], flush=True)\nsys.stdin.read()"


@pytest.fixture()
def other(tmp_path):
    """Another process that holds the folder `store`."""
    process = subprocess.Popen([sys.executable, "-c", HOLD, tmp_path / "store"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                               text=True)
    assert process.stdout.readline() == "None\n"
    yield process
    process.kill()
    process.communicate()


def test_a_second_gateway_refuses_and_names_process_and_folder(other, tmp_path, capsys):
    site = tmp_path / "site.toml"
    site.write_text(init.starter(), encoding="utf-8")
    store = str(tmp_path / "store")
    assert cli.main(["run", str(site), "--store", store]) == 1
    said = capsys.readouterr()
    assert said.err == "v2g run: %s is in use by the gateway of process %d; stop it, or name another folder with --store\n" % (
        store, other.pid)
    assert said.out == ""


def test_a_killed_gateway_leaves_the_folder_free(other, tmp_path):
    store = str(tmp_path / "store")
    assert hal.hold_folder(store) == (None, str(other.pid))
    other.kill()
    other.wait()
    hold, holder = hal.hold_folder(store)
    assert holder is None and (tmp_path / "store" / "lock").read_text() == "%d\n" % os.getpid()
    assert hal.hold_folder(store) == (None, str(os.getpid()))
    hold.close()


@pytest.mark.parametrize("place", ["file", "file/store", "none/store"])
def test_what_cannot_be_locked_is_told_and_used_as_it_is(place, tmp_path, capsys):
    (tmp_path / "file").write_text("")
    folder = str(tmp_path / place)
    assert hal.hold_folder(folder) == (folder, None)
    assert "%s can't be locked: " % folder in capsys.readouterr().err
