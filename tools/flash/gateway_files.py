"""The files of a Linux gateway outside its releases: starter, units, the command `v2g`, site file, record.

Not its job: the releases (installer.py), starting anything (live_system.py).
Source: systemd.unit(5), sysusers.d(5), tmpfiles.d(5).
"""

import contextlib
import os

from edge import slots
from tools.flash.problem import Problem

RELEASES = "opt/v2g-edge/releases"
UNITS_OF = "boards/linux-generic/"
# from the release, to below the root, mode
FILES = (
    (UNITS_OF + "start.py", "opt/v2g-edge/start.py", 0o755),
    ("edge/slots.py", "opt/v2g-edge/slots.py", 0o644),
    (UNITS_OF + "v2g-edge.service", "etc/systemd/system/v2g-edge.service", 0o644),
    (UNITS_OF + "v2g-edge-rollback.service", "etc/systemd/system/v2g-edge-rollback.service", 0o644),
    (UNITS_OF + "v2g-edge-setup.service", "etc/systemd/system/v2g-edge-setup.service", 0o644),
    (UNITS_OF + "v2g-edge.sysusers", "etc/sysusers.d/v2g-edge.conf", 0o644),
    (UNITS_OF + "v2g-edge.tmpfiles", "etc/tmpfiles.d/v2g-edge.conf", 0o644),
)
ENABLED = ("v2g-edge.service", "v2g-edge-setup.service")
WANTS = "etc/systemd/system/multi-user.target.wants"
COMMAND_FILE = "usr/local/bin/v2g"
COMMAND = b"""#!/bin/sh
# The command of the release that was started last.
PYTHONPATH=/opt/v2g-edge/current exec /usr/bin/python3 -P -B -m tools.cli "$@"
"""
CURRENT = "opt/v2g-edge/current"
STORE = "var/lib/v2g-edge"
PLACES = (RELEASES, STORE, WANTS, os.path.dirname(COMMAND_FILE), "etc/v2g-edge")


def check_inside(root):
    """Problem when a place that is written to is a link that leads out of a mounted file system: into that of this machine."""
    top = os.path.realpath(root)
    for place in [os.path.dirname(target) for _, target, _ in FILES] + list(PLACES):
        path = os.path.realpath(os.path.join(root, place))
        if os.path.commonpath([top, path]) != top:
            raise Problem("%s is a link that leads out of %s, to %s: install on the running gateway with --host" % (place, root, path))


def lay(root, version, board):
    """Puts a release's outside files in place and enables the units; yields lines about what changed."""
    folder = os.path.join(root, RELEASES, version)
    rows = [(target, content(os.path.join(folder, source)), mode) for source, target, mode in FILES]
    rows.append((COMMAND_FILE, COMMAND, 0o755))
    changed = [target for target, data, mode in rows if replace(os.path.join(root, target), data, mode, keeps_before=False)]
    for unit in ENABLED:
        if _link(os.path.join(root, WANTS, unit), "../" + unit):
            changed.append(os.path.join(WANTS, unit))
    if not os.path.islink(os.path.join(root, CURRENT)):
        _link(os.path.join(root, CURRENT), "releases/" + version)
    os.makedirs(os.path.join(root, STORE), mode=0o700, exist_ok=True)
    yield "%s: %s" % (board, "starter, units and command are current" if not changed else "new: " + ", ".join(changed))


def content(path):
    """Bytes of a file."""
    with open(path, "rb") as file:
        return file.read()


def replace(path, data, mode=0o640, keeps_before=True):
    """Replaces a file as a whole; whether it was different. keeps_before: what was there stays as PATH.before."""
    before = content(path) if os.path.exists(path) else None
    if before == data:
        return False
    os.makedirs(os.path.dirname(path), exist_ok=True)
    if before is not None and keeps_before:
        replace(path + ".before", before, mode, keeps_before=False)
    with contextlib.suppress(FileNotFoundError):
        os.remove(path + ".new")
    # With its rights from the first byte: it may hold keys.
    with os.fdopen(os.open(path + ".new", os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode & 0o700), "wb") as file:
        file.write(data)
        file.flush()
        os.fchmod(file.fileno(), mode)
        os.fsync(file.fileno())
    os.replace(path + ".new", path)
    return True


def _link(path, target):
    """Makes a symbolic link; whether it was not there like that."""
    if os.path.islink(path) and os.readlink(path) == target:
        return False
    os.makedirs(os.path.dirname(path), exist_ok=True)
    if os.path.lexists(path + ".new"):
        os.remove(path + ".new")
    os.symlink(target, path + ".new")
    os.replace(path + ".new", path)
    return True


def record(store):
    """The record of releases in a store folder, None where there is none."""
    paths = [os.path.join(store, name) for name in slots.FILES]
    return slots.load([content(path) if os.path.exists(path) else None for path in paths])


def keep(store, changed):
    """Writes one copy of a record; a power cut leaves the other copy."""
    name, data = slots.stored(changed)
    replace(os.path.join(store, name), data, 0o600, keeps_before=False)
