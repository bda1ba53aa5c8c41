"""Configuration over MQTT: takes a signed change, puts it on trial, reports what is in force.

Not its job: which version holds (config_store.py), what is valid (config.py), restarting (gateway.py, main.py).
A change takes effect by a clean restart, so that no law ever sees half of it; the trial goes on behind the restart and
ends when the supervisor is heard, or with the last good configuration.
Source: desired and reported documents as in device shadows; RSA-3072 as protocols/auth.py says.
"""
from edge import config_loader
from edge.config_store import APPLIED, ConfigStore, restore
from edge.drivers.fleet import load_profile
from protocols import auth, messages

RECORD_FILE = "config"
_KEY_ID = "config"


def stored(ports, config):
    """The ConfigStore to start with: what was applied over MQTT, unless the site file was changed since."""
    record = ports.store.read(RECORD_FILE)
    if record is not None:
        site_hash, _, content = record.partition(b"\n")
        store = restore(content, 0, load_profile)
        if store is not None and site_hash == config.hash.encode():
            return store
    return ConfigStore(config.document, 0, load_profile)


class ConfigLink:
    """The configuration's side of the VPP link."""

    def __init__(self, store, config_key_hex, site_hash):
        """store: ConfigStore; config_key_hex: RSA modulus; site_hash: of the site file the store began with."""
        self.store = store
        self.is_restart_due = False
        self.to_store = []          # ("store", name, bytes) actions to hand on
        self._keys = {_KEY_ID: int(config_key_hex, 16)}
        self._site_hash = site_hash
        if store.pending:
            self._save()            # the trial's deadline starts anew with this run

    def desired(self, now_ms, topic, payload):
        """Take a `config_desired`; returns an error for the journal, or None."""
        json_bytes, _, error = auth.verify(messages.row("config_desired")[5], topic, payload, self._keys)
        if error is None:
            content, error = messages.decode("config_desired", json_bytes)
        if error is not None:
            return error
        outcome, _ = self.store.propose(now_ms, content)
        self._save()
        self.is_restart_due = outcome == APPLIED
        return None

    def heard(self):
        """The supervisor spoke: True when that ended a trial."""
        if not self.store.host_heard():
            return False
        self._save()
        return True

    def on_time(self, now_ms):
        """Roll back when the trial has run out."""
        if self.store.on_time(now_ms) is not None:
            self._save()
            self.is_restart_due = True

    def reported(self, document_hash):
        """Content of `config_reported`."""
        errors = [{"path": path, "got": str(got)[:100], "allowed": allowed[:300], "hint": hint[:100]}
                  for path, got, allowed, hint in self.store.errors[:20]]
        return {
            "version": self.store.version, "hash": document_hash, "pending": self.store.pending,
            "values": config_loader.non_default(self.store.document),
            "refused_version": self.store.refused_version, "errors": errors,
        }

    def _save(self):
        self.to_store.append(("store", RECORD_FILE, self._site_hash.encode() + b"\n" + self.store.record()))
