"""Brings a bundle onto a Linux gateway over ssh and installs it there.

Not its job: installing (installer.py, which runs there), accounts and keys of ssh (the system's own ssh and its agent).
Source: ssh(1): exit code 255 is the connection's own failure; BatchMode never asks. `sudo -n` asks for no password.

The account needs no rights but sudo for the one installer. A line that breaks leaves what runs, and the rest in a folder below
the system's temporary one, which the next boot empties.
"""

import hashlib
import shlex
import subprocess

from tools.build import board_files
from tools.flash.problem import Gone, Problem

OPTIONS = ("-o", "BatchMode=yes", "-o", "ConnectTimeout=10", "-o", "ServerAliveInterval=5", "-o", "ServerAliveCountMax=3")
CONNECTION_FAILED = 255
PIECE_BYTES = 16384
INSTALL_TIMEOUT_S = 600
TIMEOUT_S = 60
PYTHON_NEEDED = (3, 11)
IDENTITY = ("uname -nm; python3 -c 'import sys; print(*sys.version_info[:2])'; sudo -n true && echo sudo;"
            " cat /proc/device-tree/model 2>/dev/null")


class Remote:
    """A gateway that ssh reaches as `host`."""

    def __init__(self, host, advance=None):
        """host: as ssh takes it, `user@name`; a leading dash is refused. advance: told of bytes sent."""
        if host.startswith("-"):
            raise Problem("'%s' is no host" % host)
        self.host = host
        self._advance = advance or (lambda count: None)

    def identify(self, board):
        """What the gateway says of itself, one line. Problem for another board, a Python that is too old, a sudo that asks.

        board: dictionary. A machine that does not say what it is passes: few but the Raspberry Pi do.
        """
        said = self.run(IDENTITY, may_fail=True).split("\n")
        model = said[3].strip("\0") if len(said) > 3 and said[2] == "sudo" else ""
        if model and not board_files.is_machine(board, model):
            raise Problem("%s is a '%s', not a %s; nothing was written" % (self.host, model, board["board"]))
        if len(said) < 2 or not said[1].replace(" ", "").isdigit():
            raise Problem("%s has no python3; it needs %d.%d or newer" % ((self.host,) + PYTHON_NEEDED))
        version = tuple(int(part) for part in said[1].split())
        if version < PYTHON_NEEDED:
            raise Problem("%s has Python %d.%d, %d.%d or newer is needed: use a newer release of its system" % (
                (self.host,) + version + PYTHON_NEEDED))
        if "sudo" not in said:
            raise Problem("sudo on %s asks for a password: allow the account sudo without one, or install with --root" % self.host)
        return said[0]

    def install(self, board, files, is_forced=False, wait_s=90):
        """Uploads and installs; yields the lines the gateway says.

        files: {"installer.pyz": bytes, "bundle.v2g": bytes, perhaps "site.toml": bytes}.
        """
        folder = self.run("mktemp -d -t v2g-edge.XXXXXXXX").strip()
        if not folder.startswith("/"):
            raise Problem("%s made no folder to upload into" % self.host)
        for name, data in sorted(files.items()):
            self._upload(folder + "/" + name, data)
        words = ["sudo", "-n", "python3", "-I", folder + "/installer.pyz", "--bundle", folder + "/bundle.v2g", "--board", board,
                 "--live", "--wait-s", str(wait_s)]
        words += ["--site", folder + "/site.toml"] if "site.toml" in files else []
        words += ["--force"] if is_forced else []
        said = self.run("%s; code=$?; rm -rf %s; exit $code" % (shlex.join(words), shlex.quote(folder)),
                        timeout_s=INSTALL_TIMEOUT_S + wait_s)
        yield from said.strip().split("\n")

    def _upload(self, path, data):
        """Sends a file and has the gateway compute its digest."""
        quoted = shlex.quote(path)
        said = self.run("umask 077; cat > %s && sync && sha256sum %s" % (quoted, quoted), data)
        if said.split()[:1] != [hashlib.sha256(data).hexdigest()]:
            raise Problem("%s did not arrive whole; call again" % path)

    def run(self, command, data=b"", *, timeout_s=TIMEOUT_S, may_fail=False):
        """What a command prints there. Gone when the line breaks; Problem with what it says when it fails."""
        words = ["ssh", *OPTIONS, self.host, command]
        try:
            process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        except FileNotFoundError as error:
            raise Problem("no ssh on this machine; install OpenSSH's client") from error
        said, complaint = self._talk(process, data, timeout_s)
        if process.returncode == CONNECTION_FAILED:
            raise Gone("the connection to %s failed (%s); what runs there was not changed, call again" % (
                self.host, complaint or "no reason given"))
        if process.returncode and not may_fail:
            raise Problem(complaint or "%s: '%s' failed" % (self.host, command.split()[0]))
        return said

    def _talk(self, process, data, timeout_s):
        try:
            for start in range(0, len(data), PIECE_BYTES):
                process.stdin.write(data[start:start + PIECE_BYTES])
                self._advance(len(data[start:start + PIECE_BYTES]))
        except BrokenPipeError:
            pass    # it ended early; its exit code says why
        try:
            said, complaint = process.communicate(timeout=timeout_s)
        except subprocess.TimeoutExpired as error:
            process.kill()
            process.communicate()
            raise Gone("%s did not answer for %d s; see 'systemctl status v2g-edge' there" % (self.host, timeout_s)) from error
        except BrokenPipeError:
            said, complaint = process.stdout.read(), process.stderr.read()
            process.wait()
        return said.decode(errors="replace"), complaint.decode(errors="replace").strip()
