"""A stock Raspberry Pi OS card that installs V2G Edge at its first boot, tried on copies of plausible boot partitions.

Source: files of Raspberry Pi OS images: Bookworm's cmdline.txt, Trixie's user-data, meta-data and network-config.
"""

import subprocess

import pytest

from tests.unit.flash_bench import Bench, bundle
from tools import cli
from tools.flash import boot_card, far_side

BOOKWORM = "console=serial0,115200 console=tty1 root=PARTUUID=4e639091-02 rootfstype=ext4 fsck.repair=yes rootwait systemd.show_status=1 quiet init=/usr/lib/raspberrypi-sys-mods/firstboot"
TRIXIE = "console=serial0,115200 console=tty1 root=PARTUUID=4e639091-02 rootfstype=ext4 fsck.repair=yes rootwait resize cfg80211.ieee80211_regdom=GB"
USER_DATA = "#cloud-config\nhostname: garage\nusers:\n- name: pi\nruncmd:\n- [ touch, /etc/mine ]\n"
FILES = {"installer.pyz": b"PK", "bundle.v2g": b"{}", "site.toml": b"[gateway]\n"}
BOARD = "raspberry-pi-4-5"


def card(tmp_path, cmdline, **more):
    folder = tmp_path / "bootfs"
    folder.mkdir()
    files = {"config.txt": "arm_64bit=1\n", "cmdline.txt": cmdline + "\n", **more}
    for name, text in files.items():
        (folder / name.replace("__", "-").replace("_sh", ".sh")).write_text(text)
    return folder


def trixie(tmp_path, **more):
    return card(tmp_path, TRIXIE, user__data=USER_DATA, meta__data="dsmode: local\ninstance_id: rpios-image\n",
                network__config="network: {}\n", **more)


def content(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_bookworm_runs_the_script_by_its_command_line(tmp_path):
    folder = card(tmp_path, BOOKWORM)
    boot_card.prepare(str(folder), BOARD, FILES)
    line = (folder / "cmdline.txt").read_text()
    assert line == BOOKWORM + (" systemd.run=/boot/firmware/v2g-edge/install.sh systemd.run_success_action=reboot"
                               " systemd.unit=kernel-command-line.target\n")
    assert (folder / "v2g-edge/bundle.v2g").read_bytes() == b"{}"
    assert "--board raspberry-pi-4-5\n" in (folder / "v2g-edge/install.sh").read_text()
    assert (folder / "config.txt").read_text() == "arm_64bit=1\n"


def test_trixie_runs_it_as_vendor_data_beside_the_owners_user_data(tmp_path):
    folder = trixie(tmp_path)
    before = content(folder)
    boot_card.prepare(str(folder), BOARD, FILES)
    after = content(folder)
    assert after["vendor-data"].startswith(b"#!/bin/sh\n")
    assert {name: after[name] for name in before} == before
    assert "v2g-edge/install.sh" not in after


@pytest.mark.parametrize("make", [trixie, lambda tmp_path: card(tmp_path, BOOKWORM)])
def test_a_second_time_gives_the_same_card(make, tmp_path):
    folder = make(tmp_path)
    boot_card.prepare(str(folder), BOARD, FILES)
    before = content(folder)
    boot_card.prepare(str(folder), BOARD, FILES)
    assert content(folder) == before


@pytest.mark.parametrize("make, said", [
    (lambda path: trixie(path, vendor__data="#cloud-config\nfoo: 1\n"), "vendor-data of its own; it would be lost"),
    (lambda path: card(path, BOOKWORM, firstrun_sh="#!/bin/bash\n"), "firstrun.sh of its own"),
    (lambda path: card(path, BOOKWORM + " systemd.run=/boot/mine.sh"), "firstrun.sh of its own"),
])
def test_what_the_owner_put_there_is_never_overwritten(make, said, tmp_path):
    folder = make(tmp_path)
    before = content(folder)
    with pytest.raises(boot_card.Problem, match=said):
        boot_card.prepare(str(folder), BOARD, FILES)
    assert content(folder) == before


def test_a_folder_that_is_no_boot_partition_is_named(tmp_path, capsys):
    (tmp_path / "x.v2g").write_bytes(bundle())
    with pytest.raises(boot_card.Problem, match="no boot partition.*config.txt and cmdline.txt"):
        boot_card.prepare(str(tmp_path), BOARD, FILES)
    assert content(tmp_path).keys() == {"x.v2g"}


@pytest.mark.parametrize("make, script", [(trixie, "vendor-data"), (lambda path: card(path, BOOKWORM), "v2g-edge/install.sh")])
def test_the_script_installs_what_is_on_the_card(make, script, tmp_path, monkeypatch):
    bench = Bench(tmp_path, monkeypatch)
    folder = make(tmp_path)
    files = {"installer.pyz": far_side.application(), "bundle.v2g": bundle(), "site.toml": b"[gateway]\nid = 'gw-1'\n"}
    boot_card.prepare(str(folder), "linux-generic", files)
    # The sandbox instead of the system's root and boot partition.
    text = (folder / script).read_text().replace("/boot/firmware", str(folder))
    text = text.replace('set -- --bundle', 'set -- --root %s --bundle' % bench.root)
    done = subprocess.run(["sh", "-c", text], capture_output=True, text=True)
    log = (folder / "v2g-edge/install.log").read_text()
    assert done.returncode == 0, done.stderr + log
    assert "exit code 0" in log
    assert bench.tree()["etc/v2g-edge/site.toml"] == files["site.toml"]
    assert not (folder / "v2g-edge/site.toml").exists()     # it holds keys
    assert bench.tree()["opt/v2g-edge/current"] == "releases/0.1.0"
    assert bench.lines("system")[:2] == ["systemd-sysusers v2g-edge.conf", "systemd-tmpfiles --create v2g-edge.conf"]
    is_trixie = script == "vendor-data"
    assert ("systemctl start v2g-edge-setup.service v2g-edge.service" in bench.lines("system")) == is_trixie
    if not is_trixie:
        assert (folder / "cmdline.txt").read_text() == BOOKWORM + "\n"      # the next boot is an ordinary one


def test_the_verb_writes_a_card(tmp_path, capsys):
    folder = trixie(tmp_path)
    site = tmp_path / "site.toml"
    site.write_text("[gateway]\nid = 'gw-1'\n")
    words = ["flash", BOARD, "--boot", str(folder), "--site", str(site)]
    assert cli.main(words + ["--dry-run"]) == 0
    assert not (folder / "v2g-edge").exists()
    assert cli.main(words) == 0
    assert set(content(folder)) >= {"vendor-data", "v2g-edge/bundle.v2g", "v2g-edge/installer.pyz", "v2g-edge/site.toml"}
    assert "put the card into the Raspberry Pi" in capsys.readouterr().out
