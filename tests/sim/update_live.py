"""A gateway installed as on a Linux machine, in a folder, under a service manager of the test's own; and releases to update to.

Not its job: what is expected (test_update_live.py). The manager does what systemd does with v2g-edge.service: restarts what
ends, kills what is not ready in time or does not feed its watchdog, writes down what it was told.
"""

import hashlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from edge import slots
from edge.version import VERSION
from tests.sim.live_bench import GATEWAY, KEY, LiveBench
from tools.build import board_files, bundle_writer, contents

BOARD = "linux-generic"
READY_S = 60
WATCHDOG_S = 20
ORIGIN = {"built": "2026-11-21T08:00:00Z", "commit": None, "is_changed": None}
# A test has no time for the pauses of the field.
QUICK = {"edge/update/download.py": (b"GAP_MS = 1000", b"GAP_MS = 50")}
ROOT = board_files.ROOT


def release_files(version, changes):
    """[(path, bytes)] of a release. changes: {path: (what to replace, by what)}; None replaces the whole file."""
    board = board_files.load(BOARD)
    changes = {"edge/version.py": (b'"%s"' % VERSION.encode(), b'"%s"' % version.encode()), **QUICK, **changes}
    found = []
    for path, data in contents.files_of(board, {**ORIGIN, "version": version}):
        if path in changes:
            old, new = changes.pop(path)
            assert old is None or old in data, path
            data = new if old is None else data.replace(old, new)
        found.append((path, data))
    assert not changes, changes
    return found


class UpdateBench(LiveBench):
    """LiveBench whose gateway is installed; `bundle` makes releases, `job` sends `v2g job`."""

    def __init__(self, folder, broker):
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=3072)
        self.key_file = folder / "update.pem"
        self.key_file.write_bytes(self.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
        super().__init__(folder, broker)
        self.url = "mqtt://%s:%d" % (broker.host, broker.port)
        self.root, self.store = folder / "opt", folder / "var"
        self.store.mkdir()
        self.install(VERSION)
        self.manager = None

    def __exit__(self, *rest):
        if self.manager is not None:
            self.manager.stop()
        super().__exit__(*rest)

    def _document(self, broker):
        document = super()._document(broker)
        document["vpp"]["update_key"] = "%0768x" % self.key.public_key().public_numbers().n
        document["update"] = {"confirm_s": 30}
        return document

    def install(self, version):
        """As the flasher leaves it: one release, the starter beside, the release confirmed."""
        folder = self.root / "releases" / version
        files = release_files(version, {})
        for path, data in files:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(data)
        (folder / "manifest.json").write_bytes(self.bundle(version, {}).split(b"\n", 1)[0])
        shutil.copy(ROOT / "boards/linux-generic/start.py", self.root)
        shutil.copy(ROOT / "edge/slots.py", self.root)
        name, data = slots.stored(slots.confirm(slots.stage(None, version)))
        (self.store / name).write_bytes(data)

    def bundle(self, version, changes):
        """Bytes of a signed bundle of the firmware with some changes."""
        return bundle_writer.make(board_files.load(BOARD), {**ORIGIN, "version": version}, release_files(version, changes), self.key)

    @staticmethod
    def _other_key():
        return rsa.generate_private_key(public_exponent=65537, key_size=3072)

    def start_service(self, unready_s=None):
        """The service; unready_s: {release: how long the manager waits for it to be ready}."""
        self.manager = Manager(self.root, self.store, self.site, unready_s or {})

    def job(self, kind, *arguments):
        """`v2g job`: (exit code, outcome of the gateway)."""
        command = [sys.executable, "-m", "tools.cli", "job", kind, GATEWAY, "--key", str(self.key_file), "--broker", self.url,
                   "--json", "--patience", "240", *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=300)
        assert done.stdout, done.stderr
        return done.returncode, json.loads(done.stdout)["gateways"][0]

    def update(self, version, changes, *arguments):
        """Send a release; as `job`."""
        path = self.folder / ("%s.v2g" % version)
        path.write_bytes(self.bundle(version, changes))
        return self.job("update", "--bundle", path, *arguments)

    def record(self):
        """Of the releases."""
        return slots.load([(self.store / name).read_bytes() if (self.store / name).exists() else None for name in slots.FILES])


class Manager:
    """Keeps one service running until `stop`."""

    def __init__(self, root, store, site, unready_s):
        self.told = []          # lines of notifications, in order
        self.started = []       # release of every start, by the starter's own word
        self.killed = 0
        self._command = [sys.executable, str(root / "start.py"), "--root", str(root), "--store", str(store), str(site)]
        self._root, self._unready_s = root, unready_s
        # Paths of sockets are short, those of test folders are not.
        self._address = "\0v2g-%d-%s" % (os.getpid(), hashlib.sha256(str(root).encode()).hexdigest()[:8])
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(self._address)
        self._socket.settimeout(0.1)
        self._is_over = False
        self.process = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def stop(self):
        """SIGTERM, and no restart; returns the exit code."""
        self._is_over = True
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        self._thread.join(60)
        if self.process.poll() is None:
            self.process.kill()
        self._socket.close()
        return self.process.wait()

    def _run(self):
        while not self._is_over:
            environment = {**os.environ, "NOTIFY_SOCKET": "@" + self._address[1:], "WATCHDOG_USEC": str(WATCHDOG_S * 1000000)}
            environment.pop("PYTHONPATH", None)
            self.process = subprocess.Popen(self._command, env=environment, cwd="/", stderr=subprocess.PIPE, text=True)
            reader = threading.Thread(target=self._read, args=(self.process.stderr,))
            reader.start()
            self._watch()
            reader.join()

    def _read(self, lines):
        for line in lines:
            sys.stderr.write(line)
            head, mark, release = line.strip().partition("v2g-edge start: starting ")
            if mark:
                self.started.append(release)

    def _watch(self):
        begun_s = fed_s = time.monotonic()
        before = len(self.started)
        is_ready = False
        while self.process.poll() is None:
            for line in self._received():
                self.told.append(line)
                fed_s = time.monotonic()
                is_ready = is_ready or line == "READY=1"
            release = self.started[-1] if len(self.started) > before else None
            patience_s = WATCHDOG_S if is_ready else self._unready_s.get(release, READY_S)
            if time.monotonic() - (fed_s if is_ready else begun_s) > patience_s:
                self.process.kill()
                self.process.wait()
                self.killed += 1

    def _received(self):
        try:
            return self._socket.recv(4096).decode().split("\n")
        except TimeoutError:
            return []
