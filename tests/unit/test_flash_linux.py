"""Installing a bundle on a Linux gateway: into a folder, over ssh, and what happens when it can't be done."""

import os
import pathlib
import subprocess
import sys

import pytest

from edge import slots
from tests.unit.flash_bench import BOARD, ROOT, Bench, bundle
from tools import cli
from tools.build import board_files
from tools.flash import gateway_files, installer, over_ssh
from tools.flash.problem import Gone, Problem

AT_RESTART = """
import sys
sys.path.insert(0, %r)
from edge import slots
from tools.flash import gateway_files
record = gateway_files.record(%r)
gateway_files.keep(%r, %s)
"""
CONFIRMED = "slots.confirm(slots.choose(record, ['0.1.0'])[1])"
GIVEN_UP = "slots.fail(record, 'no tick')"


@pytest.fixture()
def bench(tmp_path, monkeypatch):
    return Bench(tmp_path, monkeypatch)


@pytest.fixture()
def site(tmp_path):
    path = tmp_path / "site.toml"
    path.write_text("[gateway]\nid = 'gw-1'\n")
    return path


def put(tmp_path, data, name="x.v2g"):
    path = tmp_path / name
    path.write_bytes(data)
    return str(path)


def install(bench, tmp_path, data, site=None, **more):
    return list(installer.install(put(tmp_path, data), "linux-generic", str(bench.root), site and str(site), **more))


def record_of(bench):
    return gateway_files.record(str(bench.root / "var/lib/v2g-edge"))


def confirm(bench):
    names = sorted(path.name for path in (bench.root / "opt/v2g-edge/releases").iterdir())
    changed = slots.confirm(slots.choose(record_of(bench), names)[1])
    gateway_files.keep(str(bench.root / "var/lib/v2g-edge"), changed)


def test_an_empty_file_system_gets_release_starter_units_site_and_record(bench, tmp_path, site):
    install(bench, tmp_path, bundle(), site)
    tree = bench.tree()
    assert tree["opt/v2g-edge/current"] == "releases/0.1.0"
    assert tree["opt/v2g-edge/start.py"] == (ROOT / "boards/linux-generic/start.py").read_bytes()
    assert tree["opt/v2g-edge/slots.py"] == (ROOT / "edge/slots.py").read_bytes()
    assert tree["etc/systemd/system/multi-user.target.wants/v2g-edge.service"] == "../v2g-edge.service"
    assert tree["etc/systemd/system/v2g-edge.service"] == (ROOT / "boards/linux-generic/v2g-edge.service").read_bytes()
    assert tree["etc/v2g-edge/site.toml"] == site.read_bytes()
    assert b"u v2g" in tree["etc/sysusers.d/v2g-edge.conf"] and b"/var/lib/v2g-edge 0700 v2g" in tree["etc/tmpfiles.d/v2g-edge.conf"]
    assert os.access(bench.root / "usr/local/bin/v2g", os.X_OK)
    record = record_of(bench)
    assert (record["good"], record["trial"], record["tries"]) == (None, "0.1.0", 0)


def test_the_installed_starter_starts_the_release(bench, tmp_path, site):
    install(bench, tmp_path, bundle(more=[("tools/cli.py", b"import sys\nif sys.argv[1] == 'run':\n    print('runs', *sys.argv[2:])\n")]), site)
    own = bench.root / "opt/v2g-edge"
    done = subprocess.run([sys.executable, own / "start.py", "--root", own, "--store", bench.root / "var/lib/v2g-edge", site],
                          capture_output=True, text=True)
    assert done.returncode == 0 and done.stdout.startswith("runs %s --store" % site), done.stderr
    assert record_of(bench)["tries"] == 1


def test_the_same_again_changes_nothing(bench, tmp_path, site):
    install(bench, tmp_path, bundle(), site)
    confirm(bench)
    before = bench.tree()
    said = install(bench, tmp_path, bundle(), site)
    assert bench.tree() == before
    assert said[-1] == "release 0.1.0 runs already"


def test_a_newer_release_lies_beside_the_old_one_and_is_on_trial(bench, tmp_path, site):
    install(bench, tmp_path, bundle(), site)
    confirm(bench)
    install(bench, tmp_path, bundle("0.2.0"))
    record = record_of(bench)
    assert (record["good"], record["trial"]) == ("0.1.0", "0.2.0")
    assert {"opt/v2g-edge/releases/0.1.0/manifest.json", "opt/v2g-edge/releases/0.2.0/manifest.json"} <= set(bench.tree())
    assert bench.tree()["opt/v2g-edge/current"] == "releases/0.1.0"     # the starter switches


def refused(bench, tmp_path, data, site=None, **more):
    """The words of the refusal; asserts that nothing below the root changed."""
    before = bench.tree()
    with pytest.raises(Problem) as caught:
        install(bench, tmp_path, data, site, **more)
    assert bench.tree() == before
    return str(caught.value)


def test_what_is_refused_leaves_everything_as_it_was(bench, tmp_path, site):
    install(bench, tmp_path, bundle("0.2.0"), site)
    confirm(bench)
    assert "0.1.0 is older than 0.2.0, which runs" in refused(bench, tmp_path, bundle("0.1.0"))
    for is_forced in (False, True):     # it runs: nobody replaces it under its own feet
        assert "installed with other contents; give the new one another VERSION" in refused(
            bench, tmp_path, bundle("0.2.0", [("edge/new.py", b"")]), is_forced=is_forced)
    damaged = bytearray(bundle("0.3.0"))
    damaged[-40] ^= 1
    assert "damaged" in refused(bench, tmp_path, bytes(damaged))
    assert "no bundle" in refused(bench, tmp_path, b"#!/bin/sh\n")
    assert "damaged" in refused(bench, tmp_path, bundle("0.3.0")[:-400])
    wrong = tmp_path / "wrong.toml"
    wrong.write_text("wrong = 1\n")
    assert "does not fit release 0.3.0:\nsite.toml:1 wrong: not allowed" in refused(bench, tmp_path, bundle("0.3.0"), wrong)


def test_who_insists_may_go_back_and_replace_what_does_not_run(bench, tmp_path, site):
    for version in ("0.1.0", "0.2.0"):
        install(bench, tmp_path, bundle(version), site)
        confirm(bench)
    install(bench, tmp_path, bundle("0.1.0", [("edge/new.py", b"")]), is_forced=True)
    assert "opt/v2g-edge/releases/0.1.0/edge/new.py" in bench.tree()
    assert (record_of(bench)["good"], record_of(bench)["trial"]) == ("0.2.0", "0.1.0")


def test_without_any_site_file_the_next_step_is_said(bench, tmp_path):
    assert "no site file yet; name one with --site" in refused(bench, tmp_path, bundle())


def test_a_disk_that_fills_up_half_way_leaves_the_release_that_runs(bench, tmp_path, site):
    install(bench, tmp_path, bundle(), site)
    confirm(bench)
    written = []

    def full(path, mode):
        file = open(path, mode)
        if "w" in mode and len(written) > 3:
            file.close()
            raise OSError(28, "No space left on device", path)
        written.append(path)
        return file

    text = refused(bench, tmp_path, bundle("0.2.0"), open_file=full)
    assert "No space left on device; make room there" in text and len(written) > 3


def test_a_disk_without_room_is_told_before_anything_is_written(bench, tmp_path, site, monkeypatch):
    monkeypatch.setattr(installer.Releases, "free_bytes", lambda self: 1000)
    assert "bytes are needed below" in refused(bench, tmp_path, bundle(), site)


def test_a_gateway_with_an_update_key_takes_only_what_it_signed(bench, tmp_path):
    from cryptography.hazmat.primitives.asymmetric import rsa

    key, other = (rsa.generate_private_key(public_exponent=65537, key_size=3072) for _ in range(2))
    site = tmp_path / "site.toml"
    site.write_text("[vpp]\nupdate_key = '%0768x'\n" % key.public_key().public_numbers().n)
    assert "unsigned; build it with --key" in refused(bench, tmp_path, bundle(), site)
    assert "not made with this gateway's update key" in refused(bench, tmp_path, bundle(key=other), site)
    install(bench, tmp_path, bundle(key=key), site)
    confirm(bench)
    bare = tmp_path / "bare.toml"
    bare.write_text("[gateway]\nid = 'gw-1'\n")
    assert "unsigned" in refused(bench, tmp_path, bundle("0.2.0"), bare)    # a new site file does not take the key away


# -- over ssh ------------------------------------------------------------------------------------------------


def flash(bench, tmp_path, data, *words):
    return cli.main(["flash", "linux-generic", "--host", "pi@gateway", "--bundle", put(tmp_path, data), "--wait-s", "1", *words])


def at_restart(bench, change):
    """The restarted service does this to the record."""
    store = str(bench.root / "var/lib/v2g-edge")
    bench.at_restart(AT_RESTART % (str(ROOT), store, store, change))


def test_over_ssh_it_is_sent_installed_restarted_and_seen_confirmed(bench, tmp_path, site, capsys):
    at_restart(bench, CONFIRMED)
    assert flash(bench, tmp_path, bundle(), "--site", str(site)) == 0
    said = capsys.readouterr().out
    assert "v2g-edge.service restarted\nrelease 0.1.0 runs and is confirmed" in said
    assert bench.lines("system") == [
        "systemd-sysusers v2g-edge.conf", "systemd-tmpfiles --create v2g-edge.conf", "systemctl daemon-reload",
        "systemctl restart v2g-edge.service"]
    folder = pathlib.Path(next(line for line in bench.lines("commands") if "cat >" in line).split("cat > ")[1].split("/bundle")[0])
    assert not folder.exists()
    assert bench.tree()["etc/v2g-edge/site.toml"] == site.read_bytes()


def test_a_release_that_is_not_confirmed_yet_is_said_to_be_on_trial(bench, tmp_path, site, capsys):
    assert flash(bench, tmp_path, bundle(), "--site", str(site)) == 0
    assert "runs on trial" in capsys.readouterr().out


def test_a_service_that_does_not_come_up_is_a_failure(bench, tmp_path, site, capsys):
    (bench.folder / "state").write_text("failed\n")
    assert flash(bench, tmp_path, bundle(), "--site", str(site)) == 1
    assert "installed, but: v2g-edge.service is failed; 'journalctl -u v2g-edge' says why" in capsys.readouterr().err


def test_a_release_that_was_given_up_is_a_failure_with_its_reason(bench, tmp_path, site, capsys):
    install(bench, tmp_path, bundle(), site)
    confirm(bench)
    at_restart(bench, GIVEN_UP)
    assert flash(bench, tmp_path, bundle("0.2.0")) == 1
    assert "installed, but: release 0.2.0 was given up (no tick) and the one before runs again" in capsys.readouterr().err
    assert record_of(bench)["good"] == "0.1.0"


@pytest.mark.parametrize("part", ["mktemp", "bundle.v2g &&", "installer.pyz --bundle"])
def test_a_line_that_breaks_leaves_what_runs_and_the_next_call_succeeds(bench, tmp_path, site, part, capsys):
    install(bench, tmp_path, bundle(), site)
    confirm(bench)
    before = bench.tree()
    bench.fail_at(part, "echo 'client_loop: send disconnect: Broken pipe' >&2; exit 255")
    assert flash(bench, tmp_path, bundle("0.2.0")) == 1
    assert "the connection to pi@gateway failed (client_loop: send disconnect: Broken pipe); what runs there was not changed" in (
        capsys.readouterr().err)
    assert bench.tree() == before
    bench.mend()
    assert flash(bench, tmp_path, bundle("0.2.0")) == 0
    assert record_of(bench)["trial"] == "0.2.0"


def test_a_full_disk_over_ssh_is_the_gateways_own_words(bench, tmp_path, site, capsys):
    bench.fail_at("bundle.v2g &&", "echo 'cat: write error: No space left on device' >&2; exit 1")
    assert flash(bench, tmp_path, bundle(), "--site", str(site)) == 1
    assert "No space left on device" in capsys.readouterr().err
    assert bench.tree() == {}


def test_what_arrives_changed_is_not_installed(bench, tmp_path, site, capsys):
    bench.fail_at("bundle.v2g &&", "echo '%s  bundle.v2g'" % ("0" * 64))
    assert flash(bench, tmp_path, bundle(), "--site", str(site)) == 1
    assert "did not arrive whole; call again" in capsys.readouterr().err
    assert bench.tree() == {}


def test_who_may_not_sudo_or_has_no_python_is_told_what_to_do(bench):
    (bench.folder / "no_sudo").write_text("")
    with pytest.raises(Problem, match="asks for a password"):
        over_ssh.Remote("pi@gateway").identify(BOARD)
    bench.fail_at("uname", "echo 'Linux old'; echo '3 9'; echo sudo")
    with pytest.raises(Problem, match="has Python 3.9, 3.11 or newer is needed"):
        over_ssh.Remote("pi@gateway").identify(BOARD)
    bench.fail_at("uname", "echo 'Linux bare'; exit 127")
    with pytest.raises(Problem, match="has no python3"):
        over_ssh.Remote("pi@gateway").identify(BOARD)
    bench.fail_at("uname", "echo 'Could not resolve hostname' >&2; exit 255")
    with pytest.raises(Gone, match="Could not resolve hostname"):
        over_ssh.Remote("pi@gateway").identify(BOARD)
    with pytest.raises(Problem, match="is no host"):
        over_ssh.Remote("-oProxyCommand=x")


def test_the_wrong_raspberry_pi_is_named_and_nothing_is_sent(bench):
    bench.fail_at("uname", "printf 'Linux gw\\n3 13\\nsudo\\nRaspberry Pi Zero 2 W Rev 1.0\\000'")
    remote = over_ssh.Remote("pi@gateway")
    with pytest.raises(Problem, match="pi@gateway is a 'Raspberry Pi Zero 2 W Rev 1.0', not a raspberry-pi-4-5; nothing was written"):
        remote.identify(board_files.load("raspberry-pi-4-5"))
    for name in ("raspberry-pi-zero-2w", "linux-generic"):
        assert remote.identify(board_files.load(name)) == "Linux gw"
    assert len(bench.lines("commands")) == 3


# -- the verb ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words, code, said", [
    ("linux-generic --port /dev/ttyACM0", 2, "runs Linux: use --host, --boot or --root"),
    ("esp32-s3 --host pi@gateway", 2, "runs MicroPython: use --port"),
    ("linux-generic --boot {}", 2, "--boot is for Raspberry Pi OS"),
    ("linux-generc --root {}", 2, "did you mean linux-generic"),
    ("linux-generic --root {}/none --bundle {}/x.v2g", 1, "mount the gateway's root file system there first"),
    ("raspberry-pi-4-5 --root {} --bundle {}/x.v2g", 1, "built for linux-generic, this is a raspberry-pi-4-5"),
    ("linux-generic --root {} --bundle {}/none.v2g", 1, "none.v2g: No such file or directory"),
])
def test_a_wrong_way_is_one_line_that_says_the_right_one(words, code, said, tmp_path, capsys):
    put(tmp_path, bundle())
    assert cli.main(["flash"] + words.replace("{}", str(tmp_path)).split()) == code
    error = capsys.readouterr().err
    assert said in error and error.count("\n") == 1


def test_a_dry_run_changes_nothing(bench, tmp_path, site, capsys):
    (bench.root / "etc").mkdir()
    path = put(tmp_path, bundle())
    assert cli.main(["flash", "linux-generic", "--root", str(bench.root), "--bundle", path, "--site", str(site), "--dry-run"]) == 0
    assert flash(bench, tmp_path, bundle(), "--site", str(site), "--dry-run") == 0
    assert bench.tree() == {}
    assert "would install version 0.1.0" in capsys.readouterr().out


def test_rights_do_not_depend_on_who_installs_and_a_site_file_is_never_open(bench, tmp_path, site, monkeypatch):
    opened = []
    change = os.fchmod
    monkeypatch.setattr(os, "fchmod", lambda fd, mode: opened.append(os.fstat(fd).st_mode & 0o077) or change(fd, mode))
    before = os.umask(0o077)
    try:
        install(bench, tmp_path, bundle(), site)
    finally:
        assert os.umask(before) == 0o077
    assert opened and not any(opened), "nobody else may read it while it is written"
    for path in (bench.root / "opt/v2g-edge").rglob("*"):
        if path.is_dir() and not path.is_symlink():
            assert path.stat().st_mode & 0o055 == 0o055, path
    assert (bench.root / "etc/v2g-edge/site.toml").stat().st_mode & 0o777 == 0o640
    assert (bench.root / "var/lib/v2g-edge").stat().st_mode & 0o777 == 0o700


def test_a_link_out_of_a_mounted_file_system_is_not_followed(bench, tmp_path, site):
    outside = tmp_path / "outside"
    outside.mkdir()
    (bench.root / "var").mkdir()
    (bench.root / "var/lib").symlink_to(outside)
    with pytest.raises(Problem, match="leads out of"):
        install(bench, tmp_path, bundle(), site)
    assert not list(outside.iterdir()) and not (bench.root / "opt").exists()


def test_an_update_key_that_is_none_is_said(bench, tmp_path, site):
    site.write_text(site.read_text() + '[vpp]\nupdate_key = "zz"\n')
    with pytest.raises(Problem, match="vpp.update_key is no key"):
        install(bench, tmp_path, bundle(), site)
