"""Installs a bundle on a Linux gateway, or into a folder that holds one's file system. Runs there with nothing but Python.

usage: installer.pyz --bundle FILE --board NAME [--root FOLDER] [--site FILE] [--live] [--wait-s N] [--force]

Not its job: bringing the bundle there (over_ssh.py, boot_card.py), judging the new release (the gateway does).
`zipapp` in far_side.py makes one file of it with the modules it imports; --root runs it in place.
Source: layout of boards/linux-generic/start.py: releases/VERSION is complete once its manifest.json is there, the record of
edge/slots.py says which one runs.

Order: the new release beside the old one, the site checked by it, then starter, units and, last, the record. What fails
before that leaves everything running as it was.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tomllib

from edge import slots
from edge.hal_releases import Releases, unpacked
from protocols import bundle
from tools.flash import gateway_files
from tools.flash.gateway_files import RELEASES, STORE
from tools.flash.problem import Problem

SITE = "etc/v2g-edge/site.toml"
SPARE_BYTES = 8 << 20       # for journal and store while two releases lie there
HEAD_STEP_BYTES = 65536


def main(argv=None):
    """Installs; returns 0, or 1 after a line that says what is wrong and that nothing changed."""
    parser = argparse.ArgumentParser(description="Installs a bundle of V2G Edge on this Linux gateway.")
    parser.add_argument("--bundle", required=True)
    parser.add_argument("--board", required=True)
    parser.add_argument("--root", default="/")
    parser.add_argument("--site")
    parser.add_argument("--live", action="store_true", help="this system runs: make user and folders, restart, wait")
    parser.add_argument("--wait-s", type=int, default=90)
    parser.add_argument("--force", action="store_true", help="also an older release, or other contents of the same version")
    args = parser.parse_args(argv)
    try:
        for line in install(args.bundle, args.board, args.root, args.site, is_forced=args.force):
            print(line, flush=True)
    except (Problem, OSError) as error:
        print("not installed: %s. What runs was not changed" % _words(error), file=sys.stderr)
        return 1
    if not args.live:
        return 0
    from tools.flash import live_system

    try:
        for line in live_system.take_over(args.root, args.wait_s):
            print(line, flush=True)
    except (Problem, OSError) as error:
        print("installed, but: %s" % _words(error), file=sys.stderr)
        return 1
    return 0


def _words(error):
    is_file = isinstance(error, OSError) and error.filename
    return "%s: %s" % (error.filename, error.strerror) if is_file else str(error)


def install(bundle_path, board, root, site_path=None, *, is_forced=False, open_file=open):
    """Installs a bundle below a root; yields lines that say what was done. Problem, or OSError, with what keeps it from that.

    site_path: replaces the gateway's site file, None keeps it. open_file: what stands in for open in a test.
    """
    gateway_files.check_inside(root)
    before = os.umask(0o022)    # a strict one would hide the release from the gateway's own user
    try:
        yield from _installed(bundle_path, board, root, site_path, is_forced=is_forced, open_file=open_file)
    finally:
        os.umask(before)


def _installed(bundle_path, board, root, site_path, *, is_forced, open_file):
    with open(bundle_path, "rb") as file:
        manifest, line = _checked(file, board, root, site_path, is_forced)
        version = manifest["version"]
        record = gateway_files.record(os.path.join(root, STORE))
        releases = Releases(os.path.join(root, RELEASES), record and record["good"], open_file=open_file)
        os.makedirs(os.path.join(root, RELEASES), exist_ok=True)
        is_new = releases.manifest(version) != line
        if is_new:
            _check_place(releases, manifest, root, is_forced and version != releases.running)
            _unpack(file, manifest, line, releases, root)
    yield "release %s: %s" % (version, "%d files unpacked and checked" % len(manifest["files"]) if is_new else "is there already")
    try:
        _check_site(root, version, site_path)
    except Problem:
        if is_new:
            releases.abandon(version)
        raise
    yield from gateway_files.lay(root, version, board)
    if site_path is not None and gateway_files.replace(os.path.join(root, SITE), gateway_files.content(site_path)):
        yield "site file: written; an earlier one is kept as %s.before" % SITE
    if record is not None and record["good"] == version and record["trial"] is None and not is_new:
        yield "release %s runs already" % version
        return
    gateway_files.keep(os.path.join(root, STORE), slots.stage(record, version))
    yield "release %s: next start tries it; it is kept once it proved healthy" % version


def _checked(file, board, root, site_path, is_forced):
    """(manifest, manifest line) of a bundle that may go onto this gateway; the file stands at its payload."""
    head = b""
    start = 0
    while start == 0:
        piece = file.read(HEAD_STEP_BYTES)
        head += piece
        line, signature, start = bundle.split_head(head)
        if start < 0 or not piece:
            raise Problem("this is no bundle; 'v2g build %s --out DIR' makes one" % board)
    record = gateway_files.record(os.path.join(root, STORE))
    running = record and record["good"]
    manifest, error = bundle.verify_manifest(line, signature, _update_key(root, site_path), board, None, runtime="cpython")
    if error is None and running != manifest["version"] and not is_forced:
        error = bundle.check_version(manifest["version"], running, record and record["floor"])
    if error is not None:
        raise Problem(error[1])
    file.seek(start)
    return manifest, line


def _update_key(root, site_path):
    """Modulus that releases for this gateway are signed with, None where it names none. The installed site file counts first:
    a new one can't take the key away."""
    for path in (os.path.join(root, SITE), site_path):
        try:
            with open(path or "", "rb") as file:
                digits = tomllib.load(file).get("vpp", {}).get("update_key")
        except (OSError, ValueError, AttributeError):
            continue    # no file, or one that the check below refuses
        if isinstance(digits, str) and digits:
            try:
                return int(digits, 16)
            except ValueError as error:
                raise Problem("%s: vpp.update_key is no key in hexadecimal digits" % path) from error
    return None


def _check_place(releases, manifest, root, is_forced):
    version = manifest["version"]
    if releases.manifest(version) is not None and not is_forced:
        raise Problem("version %s is installed with other contents; give the new one another VERSION in edge/version.py "
                      "(--force replaces one that does not run)" % version)
    needed_bytes = bundle.unpacked_bytes(manifest) + SPARE_BYTES
    free_bytes = releases.free_bytes()
    if free_bytes is not None and free_bytes < needed_bytes:
        raise Problem("%d bytes are needed below %s, %d are free: remove what is not needed there" % (
            needed_bytes, os.path.join(root, RELEASES), free_bytes))


def _unpack(file, manifest, line, releases, root):
    version = manifest["version"]
    contents = bundle.Contents(manifest)
    try:
        releases.begin(version)
        for data in unpacked(manifest["packing"], file.read):
            for path, piece, is_last in contents.feed(data):
                releases.write(version, path, piece, is_last)
        fault = contents.finish()
        if fault is not None:
            raise Problem("the bundle is damaged: %s; copy it again" % fault[1])
        releases.finish(version, line)
    except ValueError as error:
        releases.abandon(version)
        raise Problem("the bundle is damaged: %s; copy it again" % error) from error
    except OSError as error:
        releases.abandon(version)
        raise Problem("can't be unpacked below %s: %s; make room there" % (os.path.join(root, RELEASES), error.strerror)) from error
    except Problem:
        releases.abandon(version)
        raise


def _check_site(root, version, site_path):
    """`v2g check` of the new release on the site it will have."""
    path = site_path or os.path.join(root, SITE)
    if not os.path.exists(path):
        raise Problem("there is no site file yet; name one with --site ('v2g init' writes one to start from)")
    folder = os.path.join(root, RELEASES, version)
    command = [sys.executable or shutil.which("python3"), "-P", "-B", "-m", "tools.cli", "check", os.path.abspath(path)]
    done = subprocess.run(command, cwd=folder, env={**os.environ, "PYTHONPATH": folder}, capture_output=True, text=True)
    if done.returncode:
        raise Problem("the site file does not fit release %s:\n%s" % (version, (done.stdout + done.stderr).strip()))


if __name__ == "__main__":
    sys.exit(main())
