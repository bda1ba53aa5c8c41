"""Which configuration is in force: versions, trial of a new one, roll-back to the last good one, and who changed what.

Not its job: what a valid configuration is (config.py), reading and writing files (the gateway, with `record`), putting an
older release's record right (config_migrate.py).
A change is on trial until, under it, the host is heard again, every device that was read before is read again and the
control loop has kept time. If that does not happen in time, or not within STARTS_MAX starts of the program, the last good
one returns.
Source: desired and reported state follow the AWS device shadow; the trial is ours.
"""

from edge import config_loader
from edge.config_history import IN_FORCE, ON_TRIAL, ROLLED_BACK, WHAT, History
from protocols import strict_json

RECORD_MAX_BYTES = 65536
DEADLINE_S = 120  # ours: a reconnect with back-off and TLS fits three times
DEADLINE_MAX_S = 3600
STARTS_MAX = 3  # a configuration under which the program dies never reaches its deadline
TICKS_IN_TIME = 20  # in a row: two seconds of the default period

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
        self.history = History()
        self.news = []          # (version, what became of it: a word of history, details), until somebody takes them
        self._profile_of = profile_of
        self._good = None  # (document, version) to return to while a trial runs
        self._deadline_s = DEADLINE_S
        self._deadline_ms = None
        self._starts = 0  # of the program under the trial
        self._is_heard = False
        self._missing = ()  # names of devices that were read before the change, and not yet under it
        self._ticks_left = 0  # in time, before the trial may end

    @property
    def pending(self):
        """Whether the configuration in force is on trial."""
        return self._good is not None

    def next_wake_ms(self):
        """When the trial ends, monotonic ms; None without one."""
        return self._deadline_ms

    def propose(self, now_ms, desired, *, who="", unix_ms=None, read=()):
        """Takes a decoded `config_desired`: (APPLIED, Config), (REFUSED, None) or (SAME, None).

        The signature must have been checked, and that its key may speak for desired["access"]. who: the key's name;
        unix_ms: wall clock or None; read: names of the devices that are read now, and have to be under the change.
        """
        version = desired["version"]
        if version in (self.version, self.refused_version):
            return SAME, None
        if desired["base_version"] != self.version:
            return self.refuse(version, [("base_version", desired["base_version"], str(self.version),
                                          "another change came first: this one was made for version %d, version %d is in force"
                                          % (desired["base_version"], self.version))])
        if self.pending:
            return self.refuse(version, [("version", version, "none while version %d is on trial" % self.version, "")])
        if version < self.version:
            return self.refuse(version, [("version", version, "above %d" % self.version, "")])
        loaded, errors = config_loader.change(self.document, desired["set"], desired["access"], self._profile_of,
                                              desired.get("schema"))
        if errors:
            return self.refuse(version, errors)
        self._good = (self.document, self.version)
        self.document, self.version = loaded.document, version
        self.refused_version, self.errors = None, []
        self._deadline_s = desired.get("deadline_s") or DEADLINE_S
        self._deadline_ms = now_ms + 1000 * self._deadline_s
        self._starts = 0
        self._is_heard = False
        self._missing = tuple([name for name in read if name in _names(loaded)])
        self.history.add(version, unix_ms, who, desired["set"])
        self.news.append((version, ON_TRIAL, "%s: %s" % (who, self.history.rows[-1][WHAT])))
        return APPLIED, loaded

    def refuse(self, version, errors):
        """Notes a version as refused; errors: (path, got, allowed, hint). (REFUSED, None)."""
        self.refused_version, self.errors = version, errors
        return REFUSED, None

    def host_heard(self):
        """The host spoke under the configuration in force. True when that ended the trial."""
        self._is_heard = self.pending
        return self._settle()

    def watch(self, names, is_in_time):
        """What the tick shows under a trial: names of the devices that are read, whether the loop kept time. True when
        that ended the trial."""
        if not self.pending:
            return False
        self._missing = tuple([name for name in self._missing if name not in names])
        if self._ticks_left:
            self._ticks_left = self._ticks_left - 1 if is_in_time else TICKS_IN_TIME
        return self._settle()

    def _settle(self):
        if not self.pending or not self._is_heard or self._missing or self._ticks_left:
            return False
        self.history.outcome(self.version, IN_FORCE)
        self.news.append((self.version, IN_FORCE, ""))
        self._end_trial()
        return True

    def _end_trial(self):
        self._good = None
        self._deadline_ms = None
        self._missing = ()
        self._ticks_left = 0

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
        # What explains most comes first: a report has room for a line.
        lacks = ["the control loop does not keep its period"] if self._ticks_left else []
        if self._missing:
            lacks.append("read before and not any more: " + ", ".join(self._missing))
        if not self._is_heard:
            lacks.append("no sign of the host in time")
        return self.roll_back("; ".join(lacks))

    def roll_back(self, why):
        """Returns to the last good configuration and answers it as a Config; None when no trial runs."""
        if not self.pending:
            return None
        self.refuse(self.version, [("version", self.version, "a gateway that works", why)])
        self.history.outcome(self.version, "%s: %s" % (ROLLED_BACK, why))
        self.news.append((self.version, ROLLED_BACK, why))
        self.document, self.version = self._good
        self._end_trial()
        return config_loader.build(self.document)

    def record(self):
        """Everything to survive a restart, as JSON bytes."""
        good = None if self._good is None else {"document": self._good[0], "version": self._good[1]}
        return strict_json.encode({
            "schema": config_loader.schema(), "document": self.document, "version": self.version, "good": good,
            "refused_version": self.refused_version, "errors": [list(error) for error in self.errors[:5]],
            "deadline_s": self._deadline_s, "starts": self._starts, "missing": list(self._missing),
            "history": self.history.rows})


def _names(config):
    """Names of the devices a configuration reads: its chargers and batteries, and its meter."""
    return [der.name for der in config.ders] + ([config.meter.name] if config.meter is not None else [])


def restore(record, now_ms, profile_of=None):
    """A ConfigStore from `record()`, or None when it cannot be read, is no longer valid, or a newer release wrote it.

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
        loaded, errors = config_loader.load(part.get("document"), profile_of, content.get("schema", config_loader.FIRST))
        if errors:
            continue
        store = ConfigStore(loaded.document, part["version"], profile_of)
        store.history = History(content.get("history"))
        if part is content:
            _resume(store, content, good, now_ms)
        return store
    return None


def _resume(store, content, good, now_ms):
    """Put back what belongs to the newest document: its trial, or why the one before it was refused."""
    store.refused_version = content.get("refused_version")
    store.errors = [tuple(error) for error in content.get("errors") or () if isinstance(error, list) and len(error) == 4]
    if not isinstance(good, dict):
        return
    loaded, errors = config_loader.load(good.get("document"), None, content.get("schema", config_loader.FIRST))
    if errors:
        return      # nothing to return to: the newest one holds
    store._good = (loaded.document, good.get("version"))
    store._deadline_s = _integer(content.get("deadline_s"), 1, DEADLINE_MAX_S, DEADLINE_S)
    store._deadline_ms = now_ms + 1000 * store._deadline_s
    store._starts = _integer(content.get("starts"), 0, STARTS_MAX, 0)
    store._missing = tuple([name for name in content.get("missing") or () if isinstance(name, str)])
    store._ticks_left = TICKS_IN_TIME


def _integer(value, low, high, default):
    return value if isinstance(value, int) and low <= value <= high else default
