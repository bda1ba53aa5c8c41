"""The releases of this machine as the running one sees them: which it is, what the record says, and changing that.

Not its job: files (hal_releases.py), the rules of the record (slots.py), when (install.py, health.py).
Source: ours.
"""

import json

from edge import slots
from protocols.bundle import version_key


class Installed:
    """`ports.releases` of a gateway that the starter has started."""

    def __init__(self, folder, store):
        """folder: hal_releases.Releases; store: where the record lies."""
        self.folder = folder
        self.running = folder.running
        self.record = slots.load([store.read(name) for name in slots.FILES]) or slots.changed(None)
        self.free_bytes = folder.free_bytes
        self._store = store
        manifest = self._manifest(self.running)
        self.board, self.runtime, self._min_version = [manifest.get(key) for key in ("board", "runtime", "min_version")]

    def is_on_trial(self):
        """Whether the running release has to prove itself."""
        return self.record["trial"] is not None and self.record["trial"] == self.running

    def stage(self, name, needs):
        """The next start tries this release. OSError when that can't be kept."""
        self._keep(slots.stage(self.record, name, needs))

    def confirm(self):
        """The running release is good. OSError when that can't be kept."""
        before = self.record["good"]
        version = None if before is None else self._manifest(before).get("version")
        keeps = version is None or self._min_version is None or version_key(version) >= version_key(self._min_version)
        self._keep(slots.confirm(self.record, self._min_version, keeps))

    def fail(self, why):
        """The running release is given up. OSError when that can't be kept."""
        self._keep(slots.fail(self.record, why))

    def _manifest(self, name):
        """A manifest that was verified when it was installed."""
        try:
            return json.loads((self.folder.manifest(name) or b"{}").decode())
        except ValueError:
            return {}

    def _keep(self, record):
        name, data = slots.stored(record)
        self._store.write_atomic(name, data)
        self.record = record
