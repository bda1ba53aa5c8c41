"""Makes a stock Raspberry Pi OS card install V2G Edge at its first boot, by its boot partition alone.

Not its job: installing (installer.py, which runs there), writing the card itself (Raspberry Pi Imager).
Source: Raspberry Pi OS Trixie: cloud-init with NoCloud seeded from /boot/firmware; a script as vendor-data runs once, beside
whatever user-data says. Bookworm: cmdline.txt with systemd.run=, as Raspberry Pi Imager uses it, for a script that removes
itself. Not tried on hardware by us.

What the owner put there stays: user-data and network-config are not touched, another vendor-data or firstrun.sh is refused.
"""

import os
import re

from tools.flash.problem import Problem

FOLDER = "v2g-edge"                 # on the boot partition
SCRIPT = "install.sh"
VENDOR_DATA = "vendor-data"
CMDLINE = "cmdline.txt"
MARK = "Installs V2G Edge at the first boot."
RUN = " systemd.run=/boot/firmware/%s/%s systemd.run_success_action=reboot systemd.unit=kernel-command-line.target" % (FOLDER, SCRIPT)
NEEDED = ("config.txt", CMDLINE)

INSTALL = """#!/bin/sh
# %(mark)s Safe to repeat; says what it did in /boot/firmware/%(folder)s/install.log.
here=/boot/firmware/%(folder)s
set -- --bundle "$here/bundle.v2g" --board %(board)s
[ -f "$here/site.toml" ] && set -- "$@" --site "$here/site.toml"
{
    python3 -I "$here/installer.pyz" "$@"
    code=$?
    if [ $code -eq 0 ]; then
        rm -f "$here/site.toml"     # it holds keys, and anybody can read this partition
        systemd-sysusers v2g-edge.conf
        systemd-tmpfiles --create v2g-edge.conf
    fi
    echo "exit code $code"
} >>"$here/install.log" 2>&1
"""
TAIL_FIRSTRUN = """sed -i 's| systemd\\.run=[^ ]*||; s| systemd\\.run_success_action=[^ ]*||; s| systemd\\.unit=kernel-command-line\\.target||' \\
    /boot/firmware/cmdline.txt
sync
exit 0
"""
TAIL_CLOUD_INIT = """[ "$code" -eq 0 ] && systemctl daemon-reload && systemctl start v2g-edge-setup.service v2g-edge.service
exit "$code"
"""


def prepare(folder, board, files):
    """Writes onto a boot partition; returns lines about what was done. Problem when the owner's own files are in the way.

    folder: where it is mounted. files: {"installer.pyz": bytes, "bundle.v2g": bytes, perhaps "site.toml": bytes}.
    """
    missing = [name for name in NEEDED if not os.path.isfile(os.path.join(folder, name))]
    if missing:
        raise Problem("%s is no boot partition of Raspberry Pi OS: %s is not there; mount the card's 'bootfs'" % (
            folder, " and ".join(missing)))
    place = _place_cloud_init if os.path.isfile(os.path.join(folder, "user-data")) else _place_firstrun
    make_way = place(folder, board)
    own = os.path.join(folder, FOLDER)
    os.makedirs(own, exist_ok=True)
    for name, data in sorted(files.items()):
        _write(os.path.join(own, name), data)
    done = make_way()
    size_bytes = sum(len(data) for data in files.values())
    return ["%s: %d bytes" % (own, size_bytes), done,
            "put the card into the Raspberry Pi and switch it on; %s/install.log on the card says how it went" % FOLDER]


def _script(board, tail):
    return (INSTALL % {"mark": MARK, "folder": FOLDER, "board": board} + tail).encode()


def _place_cloud_init(folder, board):
    """Trixie and newer: checks; returns what places the script."""
    path = os.path.join(folder, VENDOR_DATA)
    if os.path.exists(path) and MARK not in _text(path):
        raise Problem("the card has a %s of its own; it would be lost, so nothing was written: remove it, or boot the card once "
                      "and use --host" % VENDOR_DATA)

    def place():
        _write(path, _script(board, TAIL_CLOUD_INIT))
        return "%s: cloud-init runs the installation at the first boot; user-data and network-config stay as they are" % VENDOR_DATA

    return place


def _place_firstrun(folder, board):
    """Bookworm: checks; returns what places the script."""
    path = os.path.join(folder, CMDLINE)
    line = _text(path).rstrip("\n")
    others = re.findall(r"systemd\.run=(\S+)", line)
    if os.path.exists(os.path.join(folder, "firstrun.sh")) or [run for run in others if not run.endswith("/%s/%s" % (FOLDER, SCRIPT))]:
        raise Problem("the card has a firstrun.sh of its own (Raspberry Pi Imager's settings); both can't run at the first boot, so "
                      "nothing was written: boot the card once, then use --host")

    def place():
        _write(os.path.join(folder, FOLDER, SCRIPT), _script(board, TAIL_FIRSTRUN))
        if not others:
            _write(path, (line + RUN + "\n").encode())
        return "%s: the first boot runs the installation and starts anew; the rest of the line stays as it is" % CMDLINE

    return place


def _text(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()


def _write(path, data):
    """FAT has no atomic rename, but an old file stays until the new one is whole."""
    with open(path + ".new", "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.replace(path + ".new", path)
