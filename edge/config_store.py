"""Which configuration is in force: versions, trial of a new one, roll-back to the last good one.

Not its job: what a valid configuration is (config.py), reading and writing files (the gateway, with `record`).
A change is on trial until the host is heard again under it; if that does not happen in time, or not within STARTS_MAX
starts of the program, the last good one returns.
Source: desired and reported state follow the AWS device shadow; the trial is ours.
"""

from edge import config_loader
from protocols import strict_json

RECORD_MAX_BYTES = 65536
DEADLINE_S = 120  # ours: a reconnect with back-off and TLS fits three times
DEADLINE_MAX_S = 3600
STARTS_MAX = 3  # a configuration under which the program dies never reaches its deadline

APPLIED = "applied"
REFUSED = "refused"
SAME = "same"  # this version is in force or was refused already


class ConfigStore:
    """Holds the documents; the gateway persists `record()` after every call that answers a new document."""

    def __init__(self, document, version=0, profile_of=None):
        """document: canonical, valid, in force. version: its number; 0 for a site file. profile_of: see config.load."""
        self.document = document
        self.version = version
        self.refused_version = None
        self.errors = []
        self._profile_of = profile_of
        self._good = None  # (document, version) to return to while a trial runs
        self._deadline_s = DEADLINE_S
        self._deadline_ms = None
        self._starts = 0  # of the program under the trial

    @property
    def pending(self):
        """Whether the configuration in force is on trial."""
        return self._good is not None

    def next_wake_ms(self):
        """When the trial ends, monotonic ms; None without one."""
        return self._deadline_ms

    def propose(self, now_ms, desired):
        """Takes a decoded `config_desired`: (APPLIED, Config), (REFUSED, None) or (SAME, None).

        The signature must have been checked, and that its key may speak for desired["access"].
        """
        if desired["version"] in (self.version, self.refused_version):
            return SAME, None
        if desired["base_version"] != self.version:
            return self._refuse(desired, [("base_version", desired["base_version"], str(self.version), "another change came first")])
        if self.pending:
            return self._refuse(desired, [("version", desired["version"], "none while version %d is on trial" % self.version, "")])
        if desired["version"] < self.version:
            return self._refuse(desired, [("version", desired["version"], "above %d" % self.version, "")])
        loaded, errors = config_loader.change(self.document, desired["set"], desired["access"], self._profile_of)
        if errors:
            return self._refuse(desired, errors)
        self._good = (self.document, self.version)
        self.document, self.version = loaded.document, desired["version"]
        self.refused_version, self.errors = None, []
        self._deadline_s = desired.get("deadline_s") or DEADLINE_S
        self._deadline_ms = now_ms + 1000 * self._deadline_s
        self._starts = 0
        return APPLIED, loaded

    def _refuse(self, desired, errors):
        self.refused_version, self.errors = desired["version"], errors
        return REFUSED, None

    def host_heard(self):
        """The host spoke under the configuration in force: the trial is over. True when there was one."""
        was_pending = self.pending
        self._good = None
        self._deadline_ms = None
        return was_pending

    def count_start(self):
        """The program starts under the configuration in force; `record()` must be kept before anything else is done. The
        last good Config when the trial has used up its starts, else None."""
        if not self.pending:
            return None
        self._starts += 1
        return self.roll_back("%d starts of the program failed" % STARTS_MAX) if self._starts > STARTS_MAX else None

    def on_time(self, now_ms):
        """The last good Config once the trial has run out, else None."""
        if not self.pending or now_ms < self._deadline_ms:
            return None
        return self.roll_back("no sign of the host in time")

    def roll_back(self, why):
        """Returns to the last good configuration and answers it as a Config; None when no trial runs."""
        if not self.pending:
            return None
        self.refused_version, self.errors = self.version, [("version", self.version, "a gateway that works", why)]
        self.document, self.version = self._good
        self.host_heard()
        return config_loader.build(self.document)

    def record(self):
        """Everything to survive a restart, as JSON bytes."""
        good = None if self._good is None else {"document": self._good[0], "version": self._good[1]}
        return strict_json.encode({"document": self.document, "version": self.version, "good": good,
                                   "refused_version": self.refused_version, "deadline_s": self._deadline_s,
                                   "starts": self._starts})


def restore(record, now_ms, profile_of=None):
    """A ConfigStore from `record()`, or None when it cannot be read or is no longer valid.

    A trial that a restart interrupted gets its full time again: the restart may be part of applying it; count_start
    bounds how often. When the newest document is not valid for this firmware, the last good one is taken.
    """
    content, error = strict_json.decode(record, RECORD_MAX_BYTES)
    if error is not None or not isinstance(content, dict):
        return None
    good = content.get("good")
    for part in (content, good):
        if not isinstance(part, dict) or not isinstance(part.get("version"), int):
            continue
        loaded, errors = config_loader.load(part.get("document"), profile_of)
        if errors:
            continue
        store = ConfigStore(loaded.document, part["version"], profile_of)
        if part is content:
            store.refused_version = content.get("refused_version")
            if isinstance(good, dict):
                store._good = (good.get("document"), good.get("version"))
                store._deadline_s = _integer(content.get("deadline_s"), 1, DEADLINE_MAX_S, DEADLINE_S)
                store._deadline_ms = now_ms + 1000 * store._deadline_s
                store._starts = _integer(content.get("starts"), 0, STARTS_MAX, 0)
        return store
    return None


def _integer(value, low, high, default):
    return value if isinstance(value, int) and low <= value <= high else default
