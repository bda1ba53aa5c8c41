#!/usr/bin/env python3
"""Starts the release that the record names: counts the try of a new one first, and becomes it.

usage: start.py [--root FOLDER] [--store FOLDER] SITE      start; what follows SITE goes to `v2g run`
       start.py [--root FOLDER] [--store FOLDER] --roll-back   what runs could not be kept running: take the one before

Not its job: installing a release (the gateway does, `v2g flash` does), judging one (the gateway's own health check),
restarting it (the service manager). It lies beside the releases and depends on none: slots.py beside it is the build's copy
of edge/slots.py.
Source: ours. ROOT/releases/VERSION holds a release, complete once its manifest.json is there; ROOT/current points to the one
started last.
"""

import argparse
import os
import shutil
import sys

# Compiled modules are written without waiting for the medium: one that a power cut tore would end every later start.
sys.dont_write_bytecode = True

import slots

NOTHING_TO_START = 3
SITE_IS_WRONG = "2"     # exit status of `v2g run`
MANIFEST_FILE = "manifest.json"


def main():
    """Starts a release and does not return, or returns an exit code."""
    parser = argparse.ArgumentParser(description="Starts the release of V2G Edge that the record names.")
    parser.add_argument("--root", default="/opt/v2g-edge", help="folder with releases/ (default: %(default)s)")
    parser.add_argument("--store", default="/var/lib/v2g-edge", help="folder with the record (default: %(default)s)")
    parser.add_argument("--roll-back", action="store_true", help="the release could not be kept running: take the one before")
    parser.add_argument("site", nargs="?", default="/etc/v2g-edge/site.toml", help="site file (default: %(default)s)")
    args, more = parser.parse_known_args()
    record = slots.load([_read(args.store, name) for name in slots.FILES])
    present = _present(args.root)
    if args.roll_back:
        return _roll_back(args, record, present)
    release, changed = slots.choose(record, present)
    if release is None:
        _say("no release in %s/releases; install one with 'v2g flash'" % args.root)
        return NOTHING_TO_START
    if changed is not None:
        try:
            _keep(args.store, changed)
        except OSError as error:
            _say("the record can't be written: %s" % error)
            if record is not None and record["good"] in present:
                release = record["good"]    # a try that isn't counted could be repeated for ever
    _point_to(args.root, release)
    _prune(args.root, record, present)
    _become(args, release, more)
    return 0


def _roll_back(args, record, present):
    """Always 0: whatever can't be changed here, the service has to be started again."""
    if os.environ.get("MONITOR_EXIT_STATUS") == SITE_IS_WRONG and record is not None and record["trial"] is None:
        _say("the site file is refused; no other release changes that")
        return 0
    changed = slots.roll_back(record, present)
    if changed is None:
        _say("nothing to go back to")
        return 0
    try:
        _keep(args.store, changed)
    except OSError as error:
        _say("the record can't be written: %s" % error)
        return 0
    _say("given up: %s; next: %s" % (changed["failed"][0], changed["trial"] or changed["good"]))
    return 0


def _become(args, release, more):
    """Replaces this program by the release's `v2g run`."""
    folder = os.path.join(args.root, "releases", release)
    os.environ["PYTHONPATH"] = folder
    if "RUNTIME_DIRECTORY" in os.environ:       # in memory: once a boot, no wear, nothing torn
        os.environ["PYTHONPYCACHEPREFIX"] = os.environ["RUNTIME_DIRECTORY"]
    else:
        os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    site, store, root = [os.path.abspath(path) for path in (args.site, args.store, args.root)]
    os.chdir(folder)
    _say("starting %s" % release)
    os.execv(sys.executable, [sys.executable, "-m", "tools.cli", "run", site, "--store", store, "--releases", root + "/releases",
                              "--release", release] + more)


def _present(root):
    """Complete releases: the one started last first, then the newest."""
    folder = os.path.join(root, "releases")
    try:
        names = [name for name in os.listdir(folder) if os.path.isfile(os.path.join(folder, name, MANIFEST_FILE))]
    except OSError:
        return []
    current = _target(root)
    return sorted(names, key=lambda name: (name == current, _numbers(name)), reverse=True)


def _numbers(version):
    return [int(part) if part.isdigit() else 0 for part in version.split(".")]


def _target(root):
    try:
        return os.path.basename(os.readlink(os.path.join(root, "current")))
    except OSError:
        return None


def _point_to(root, release):
    """Switches the link `current` in one step; it is for people and for a start without a record."""
    if _target(root) == release:
        return
    link, new = os.path.join(root, "current"), os.path.join(root, "current.new")
    try:
        if os.path.islink(new):
            os.remove(new)
        os.symlink(os.path.join("releases", release), new)
        os.replace(new, link)
    except OSError as error:
        _say("%s can't be switched: %s" % (link, error))


def _prune(root, record, present):
    for release in slots.superfluous(record, present):
        folder = os.path.join(root, "releases", release)
        try:
            os.remove(os.path.join(folder, MANIFEST_FILE))      # first: a remainder is no release
            shutil.rmtree(folder)
        except OSError as error:
            _say("%s can't be removed: %s" % (folder, error))


def _read(folder, name):
    try:
        with open(os.path.join(folder, name), "rb") as file:
            return file.read()
    except OSError:
        return None


def _keep(folder, record):
    """Writes one copy of the record; a power cut leaves the other copy, or this one as it was."""
    name, data = slots.stored(record)
    path = os.path.join(folder, name)
    with open(path + ".new", "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.replace(path + ".new", path)
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def _say(text):
    print("v2g-edge start: " + text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
