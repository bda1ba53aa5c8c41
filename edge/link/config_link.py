"""Configuration over MQTT: takes a signed change, puts it on trial, reports what is in force.

Not its job: which version holds (config_store.py), what is valid (config.py), restarting (gateway.py, main.py).
A change takes effect by a clean restart, so that no law ever sees half of it; the trial goes on behind the restart and
ends when the supervisor is heard, or with the last good configuration. The restart waits until the change is on disk.
Source: desired and reported documents as in device shadows; RSA-3072 as protocols/auth.py says.
"""
from edge import config_loader
from edge.config_store import APPLIED, ConfigStore, restore
from edge.drivers.profile_loader import load_profile
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
            _count_start(ports, store, config.hash)
            return store
    return ConfigStore(config.document, 0, load_profile)


def _count_start(ports, store, site_hash):
    """Before anything is built: a configuration that kills the program must not forget that it did."""
    if not store.pending:
        return
    store.count_start()
    try:
        ports.store.write_atomic(RECORD_FILE, _record(store, site_hash))
    except OSError as error:
        ports.log("a trial whose starts can't be counted: %s" % error)


def _record(store, site_hash):
    return site_hash.encode() + b"\n" + store.record()


class ConfigLink:
    """The configuration's side of the VPP link."""

    def __init__(self, store, config_key_hex, site_hash, build=None):
        """store: ConfigStore; config_key_hex: RSA modulus; site_hash: of the site file the store began with.
        build: called with a changed Config before it is taken; what it raises refuses the change. None: not tried."""
        self.store = store
        self.is_restart_due = False
        self.to_store = []          # ("store", name, bytes) actions to hand on
        self._keys = {_KEY_ID: int(config_key_hex, 16)}
        self._site_hash = site_hash
        self._build = build
        self._is_changed = False    # a restart is wanted once what is to be stored is stored
        self._is_news = False

    def desired(self, now_ms, topic, payload):
        """Take a `config_desired`; returns an error for the journal, or None."""
        json_bytes, _, error = auth.verify(messages.row("config_desired")[5], topic, payload, self._keys)
        if error is None:
            content, error = messages.decode("config_desired", json_bytes)
        if error is not None:
            return error
        outcome, config = self.store.propose(now_ms, content)
        if outcome == APPLIED:
            self._is_changed = self._can_start(config)
        self._save()
        return None

    def _can_start(self, config):
        if self._build is not None:
            try:
                self._build(config)
            except Exception as error:      # whatever the firmware has against it, this one goes on
                self.store.roll_back("%s: %s" % (type(error).__name__, error))
                return False
        return True

    def store_failed(self, name):
        """A file could not be written: a change that its own restart would forget is given up."""
        if name == RECORD_FILE and self._is_changed and self.store.roll_back("it could not be stored") is not None:
            self._is_changed = False
            self._is_news = True

    def heard(self):
        """The supervisor spoke: True when that ended a trial."""
        if not self.store.host_heard():
            return False
        self._save()
        return True

    def on_time(self, now_ms):
        """Roll back when the trial has run out; True when there is something new to report."""
        if self._is_changed and not self.to_store:
            self.is_restart_due = True
        if self.store.on_time(now_ms) is not None:
            self._save()
            self._is_changed = True
        is_news, self._is_news = self._is_news, False
        return is_news

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
        self.to_store.append(("store", RECORD_FILE, _record(self.store, self._site_hash)))
