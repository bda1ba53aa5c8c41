"""What the flashing of Linux gateways is tried with: a small bundle, a gateway's file system, a false ssh.

Not its job: the tests.
Source: ssh(1), systemctl(1): what of them is used.
"""

import os
import stat
import sys
import textwrap

from tools.build import board_files, bundle_writer

ROOT = board_files.ROOT
BOARD = board_files.load("linux-generic")
ORIGIN = {"version": "0.1.0", "commit": None, "is_changed": None, "built": "2026-11-21T08:00:00Z"}
CHECK = """
import sys

text = open(sys.argv[2]).read()
if "wrong" in text:
    print("site.toml:1 wrong: not allowed", file=sys.stderr)
    sys.exit(2)
"""
OUTSIDE = ("start.py", "v2g-edge.service", "v2g-edge-rollback.service", "v2g-edge-setup.service", "v2g-edge.sysusers",
           "v2g-edge.tmpfiles")
FALSE_SSH = """\
    #!/bin/sh
    # What ssh does, on this machine: the last word is the command; sudo and systemctl come from our own folder.
    for word; do command=$word; done
    echo "$command" >>"$BENCH/commands"
    if [ -f "$BENCH/fails_at" ]; then
        case "$command" in *"$(cat "$BENCH/fails_at")"*) cat >/dev/null; exec sh "$BENCH/failure";; esac
    fi
    exec sh -c "$command"
    """
FALSE_SUDO = """\
    #!/bin/sh
    # The installer works on the sandbox instead of the system's root.
    [ -f "$BENCH/no_sudo" ] && { echo "sudo: a password is required" >&2; exit 1; }
    shift
    [ "$1" = true ] && exit 0
    exec "$@" --root "$BENCH/root"
    """
FALSE_SYSTEMD = """\
    #!/bin/sh
    echo "$(basename "$0") $*" >>"$BENCH/system"
    [ "$1" = restart ] && [ -f "$BENCH/at_restart" ] && exec %s "$BENCH/at_restart"
    [ "$1" = is-active ] && cat "$BENCH/state" 2>/dev/null
    exit 0
    """ % sys.executable


def files(version="0.1.0", more=()):
    """Files of a release that can be checked and started, but does nothing."""
    found = {"tools/__init__.py": b"", "tools/cli.py": CHECK.encode(), "edge/slots.py": (ROOT / "edge/slots.py").read_bytes(),
             "edge/version.py": b"VERSION = '%s'\n" % version.encode()}
    for name in OUTSIDE:
        found["boards/linux-generic/" + name] = (ROOT / "boards/linux-generic" / name).read_bytes()
    found.update(dict(more))
    return sorted(found.items())


def bundle(version="0.1.0", more=(), key=None):
    """Bytes of a bundle with these files."""
    return bundle_writer.make(BOARD, {**ORIGIN, "version": version}, files(version, more), key)


class Bench:
    """A gateway in a folder, reached by a false ssh."""

    def __init__(self, folder, monkeypatch):
        """folder: an empty one; monkeypatch: of pytest."""
        self.folder = folder
        self.root = folder / "root"
        self.root.mkdir()
        (folder / "bin").mkdir()
        for name, text in (("ssh", FALSE_SSH), ("sudo", FALSE_SUDO), ("systemctl", FALSE_SYSTEMD),
                           ("systemd-sysusers", FALSE_SYSTEMD), ("systemd-tmpfiles", FALSE_SYSTEMD)):
            path = folder / "bin" / name
            path.write_text(textwrap.dedent(text))
            path.chmod(path.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setenv("PATH", "%s%s%s%s%s" % (folder / "bin", os.pathsep, os.path.dirname(sys.executable), os.pathsep,
                                                   os.environ["PATH"]))
        monkeypatch.setenv("BENCH", str(folder))
        (folder / "state").write_text("active\n")

    def fail_at(self, part, script):
        """From now on a command that contains `part` runs this shell script instead."""
        (self.folder / "fails_at").write_text(part)
        (self.folder / "failure").write_text(script)

    def mend(self):
        """The line works again."""
        (self.folder / "fails_at").unlink()

    def at_restart(self, program):
        """A Python program that stands for the service: it runs at `systemctl restart`."""
        (self.folder / "at_restart").write_text(program)

    def lines(self, name):
        """What was asked for: "commands" of ssh, or "system"."""
        path = self.folder / name
        return path.read_text().splitlines() if path.exists() else []

    def tree(self):
        """{path below the root: bytes, or target of a link} of everything there."""
        found = {}
        for path in sorted(self.root.rglob("*")):
            name = path.relative_to(self.root).as_posix()
            if path.is_symlink():
                found[name] = os.readlink(path)
            elif path.is_file():
                found[name] = path.read_bytes()
        return found
