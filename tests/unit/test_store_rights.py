"""`v2g run` by hand: keys, journal and wishes are nobody else's on this machine, whatever umask the shell has.

Source: contract of tools/gateway/run.py; the service unit sets the same by UMask and StateDirectoryMode.
"""

import os
import stat

import pytest

from tools import cli
from tools.gateway import init, run

OPEN_UMASK = 0o022


def mode(path):
    return stat.S_IMODE(os.stat(path).st_mode)


@pytest.fixture
def site(tmp_path, monkeypatch):
    """A site file; the gateway only leaves a journal and ends. An open umask, put back afterwards."""
    path = tmp_path / "site.toml"
    path.write_text(init.starter(), encoding="utf-8")

    def gateway(_document, store, _prepare_key, place):
        with open(store + "/journal-0", "ab") as file:
            file.write(b"at home")
        return 0, []

    monkeypatch.setattr(run.gateway_main, "run", gateway)
    before = os.umask(OPEN_UMASK)
    yield path
    os.umask(before)


@pytest.mark.parametrize("named", [False, True])
def test_folder_and_files_are_the_owners_alone(site, named):
    store = site.parent / ("other" if named else "v2g-store")
    assert cli.main(["run", str(site), *(["--store", str(store)] if named else [])]) == 0
    assert mode(store) == 0o700
    assert mode(store / "lock") == mode(store / "journal-0") == 0o600
    assert os.umask(OPEN_UMASK) == OPEN_UMASK, "the umask is put back"


def test_a_folder_left_open_before_is_closed_and_one_that_was_named_stays_as_it_is(site):
    for name in ("v2g-store", "named"):
        (site.parent / name).mkdir(mode=0o755)
    assert cli.main(["run", str(site)]) == 0 and mode(site.parent / "v2g-store") == 0o700
    named = site.parent / "named"
    assert cli.main(["run", str(site), "--store", str(named)]) == 0
    assert mode(named) == 0o755 and mode(named / "journal-0") == 0o600
