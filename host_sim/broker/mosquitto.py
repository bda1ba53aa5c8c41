"""Finds Mosquitto and runs it on a free loopback port, with our access rules and TCP_NODELAY.

Not its job: a broker somebody else runs (start.py).
Source: mosquitto.conf(5), mosquitto(8). Without `set_tcp_nodelay` a command costs 44 ms more (Nagle).
"""

import getpass
import os
import shutil
import socket
import subprocess
import tempfile
import time

from host_sim.broker.access import Access

SBIN_FOLDERS = ("/usr/sbin", "/usr/local/sbin", "/opt/homebrew/sbin", "/sbin")
START_ATTEMPTS = 5  # another process may take the port between choosing and listening
START_TIMEOUT_S = 5
STOP_TIMEOUT_S = 5


def find():
    """Path of the mosquitto program, or None."""
    return shutil.which("mosquitto") or shutil.which("mosquitto", path=os.pathsep.join(SBIN_FOLDERS))


class Mosquitto:
    """Listens from construction to stop(). Attributes: kind, host, port, pid, log_path."""

    kind = "mosquitto"
    host = "127.0.0.1"

    def __init__(self, access=None, program=None):
        """Raises OSError when Mosquitto is missing or does not come up; the text holds the end of its log."""
        program = program or find()
        if program is None:
            raise OSError("mosquitto is not installed (looked in PATH and %s)" % ", ".join(SBIN_FOLDERS))
        self._folder = tempfile.TemporaryDirectory(prefix="v2g-mosquitto-")
        self.log_path = os.path.join(self._folder.name, "log")
        self._process = None
        for _ in range(START_ATTEMPTS):
            self.port = _free_port()
            config_path = self._write_files(access or Access())
            # A session of its own: Ctrl-C is for us, who still need the broker to end in order.
            self._process = subprocess.Popen([program, "-c", config_path], stdin=subprocess.DEVNULL,
                                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
            if self._wait_until_listening():
                return
            self._end_process()
        log = self._log_tail()
        self._folder.cleanup()
        raise OSError("mosquitto did not start: " + log)

    @property
    def pid(self):
        """Process id."""
        return self._process.pid

    def stop(self):
        """Ends the process and removes its files."""
        self._end_process()
        self._folder.cleanup()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def _write_files(self, access):
        lines = [
            "listener %d %s" % (self.port, self.host),
            "user %s" % getpass.getuser(),  # started by root it would become `mosquitto`, who may not read our files
            "set_tcp_nodelay true",
            "persistence false",
            "log_dest file %s" % self.log_path,
            "log_type error",
            "log_type warning",
            "allow_anonymous %s" % ("false" if access.users else "true"),
        ]
        if access.users:
            lines.append("password_file " + self._write("passwords", access.mosquitto_passwords()))
        if access.rules:
            lines.append("acl_file " + self._write("acl", access.mosquitto_acl()))
        return self._write("mosquitto.conf", "\n".join(lines) + "\n")

    def _write(self, name, text):
        path = os.path.join(self._folder.name, name)
        with open(path, "w", encoding="utf-8", opener=lambda p, flags: os.open(p, flags, 0o600)) as file:
            file.write(text)
        return path

    def _wait_until_listening(self):
        deadline_s = time.monotonic() + START_TIMEOUT_S
        while time.monotonic() < deadline_s and self._process.poll() is None:
            try:
                socket.create_connection((self.host, self.port), timeout=1).close()
                # Somebody else's server on this port would answer too; ours is alive only if it could listen.
                time.sleep(0.02)
                return self._process.poll() is None
            except OSError:
                time.sleep(0.02)
        return False

    def _end_process(self):
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(STOP_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()

    def _log_tail(self):
        try:
            with open(self.log_path, encoding="utf-8", errors="replace") as file:
                return file.read()[-500:]
        except OSError:
            return "no log"


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
