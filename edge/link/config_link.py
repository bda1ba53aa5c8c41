"""Configuration over MQTT: takes a signed change, puts it on trial, reports what is in force.

Not its job: which version holds (config_store.py), what is valid (config.py), what is told (config_told.py), restarting
(gateway.py, main.py).
A change takes effect by a clean restart, so that no law ever sees half of it; the trial goes on behind the restart and
ends when the supervisor is heard and everything is read as before, or with the last good configuration. The restart waits
until the change is on disk.
Source: desired and reported documents as in device shadows; RSA-3072 as protocols/auth.py says.
"""
from edge import audit, config_loader
from edge.checks.surroundings import STALL_TICKS
from edge.config_history import IN_FORCE, ON_TRIAL, ROLLED_BACK
from edge.config_store import APPLIED, SAME, ConfigStore, restore
from edge.drivers.profile_loader import load_profile
from edge.link import config_told
from edge.token_bucket import TokenBucket
from protocols import auth, messages
from protocols.command_window import clock_or_none

RECORD_FILE = "config"
# As an earlier release left it: should that one come back, it can't read what this one writes.
BEFORE_FILE = "config-before"
OPERATOR_KID, INSTALLER_KID = "operator", "installer"
OLD_OPERATOR_KID = "config"     # the operator's key was called so first
# A signature takes a board seconds: a burst passes, a flood does not.
BURST, REFILL_MS = 4, 15000


def stored(ports, config):
    """The ConfigStore to start with: what was applied over MQTT, unless the site file was changed since.

    config: of the site file; its hash may be another one under another release, its origin is not.
    """
    fresh = ConfigStore(config.document, 0, load_profile)
    for name in (RECORD_FILE, BEFORE_FILE):
        record = ports.store.read(name)
        site_hash, _, content = (record or b"").partition(b"\n")
        store = restore(content, 0, load_profile)
        if store is None:
            continue
        if site_hash in (config.origin.encode(), config.hash.encode()):
            _keep_before(ports, record)
            _count_start(ports, store, config.origin)
            return store
        # Edited on site: it wins, but what was sent before must not come again.
        fresh.version = max(store.version, store.refused_version or 0)
        fresh.history = store.history
        fresh.history.add(fresh.version, clock_or_none(ports.clock.unix_ms()), "site", {})
        fresh.history.outcome(fresh.version, "site file edited, in force")
        _keep(ports, fresh, config.origin)
        audit.note(ports, "config", "site", "site file edited, version %d" % fresh.version)
        break
    return fresh


def keys_of(vpp):
    """{kid: RSA modulus} of those who may sign a configuration."""
    keys = {}
    if vpp.config_key:
        keys[OPERATOR_KID] = keys[OLD_OPERATOR_KID] = int(vpp.config_key, 16)
    if vpp.installer_key:
        keys[INSTALLER_KID] = int(vpp.installer_key, 16)
    return keys


def _keep_before(ports, record):
    """What an earlier release wrote is kept as it is, once."""
    if b'"schema":%d,' % config_loader.schema() in record or ports.store.read(BEFORE_FILE) == record:
        return
    try:
        ports.store.write_atomic(BEFORE_FILE, record)
    except OSError as error:
        ports.log("the configuration of the release before is not kept: %s" % error)


def _count_start(ports, store, site_hash):
    """Before anything is built: a configuration that kills the program must not forget that it did."""
    if not store.pending:
        return
    version = store.version
    is_over = store.count_start() is not None
    _keep(ports, store, site_hash)
    if is_over:
        audit.note(ports, "config", "gateway", "version %d rolled back: its starts failed" % version)


def _keep(ports, store, site_hash):
    try:
        ports.store.write_atomic(RECORD_FILE, kept(store, site_hash))
    except OSError as error:
        ports.log("the configuration's record can't be written: a trial's starts can't be counted: %s" % error)


def kept(store, site_hash):
    """The content of RECORD_FILE: what the site file was, and the record of a ConfigStore."""
    return site_hash.encode() + b"\n" + store.record()


class ConfigLink:
    """The configuration's side of the VPP link."""

    def __init__(self, store, keys, site_hash, ports, build=None):
        """store: ConfigStore; keys: of keys_of; site_hash: origin of the site file the store began with; ports: clock,
        store, log. build: called with a changed Config before it is taken; what it raises refuses it. None: not tried."""
        self.store = store
        self.is_restart_due = False
        self.to_store = []          # ("store", name, bytes) actions to hand on
        self._keys = keys
        self._site_hash = site_hash
        self._ports = ports
        self._build = build
        self._bucket = TokenBucket(BURST, REFILL_MS)
        self._read = ()             # names of the devices that the last tick showed
        self._outbox = []           # (message, content) that somebody asked for
        self._is_changed = False    # a restart is wanted once what is to be stored is stored
        self._is_news = False

    # -- down --------------------------------------------------------------------------------------------

    def take(self, now_ms, gate, message):
        """Take a `config_desired` or a `config_request`; returns an error for the journal, or None.

        gate: CommandGate; message: (name, topic, payload, whether the broker had kept it)."""
        name, topic, payload, is_retained = message
        if name == "config_request":
            from edge.link import dated     # seldom

            content, number, detail = dated.check(gate, name, topic, payload)
            if number:
                return "not_permitted", "", name, detail
            self._outbox += config_told.sections(content, self.store)
            return None
        if not self._bucket.take(now_ms):
            return "too_many", "", name, "one each %d s" % (REFILL_MS // 1000)
        json_bytes, kid, error = auth.verify(messages.row(name)[5], topic, payload, self._keys)
        if error is None:
            content, error = messages.decode(name, json_bytes)
        return error or self._desired(now_ms, content, kid, is_retained)

    def _desired(self, now_ms, content, kid, is_retained):
        version = content["version"]
        if is_retained and version <= self.store.version:
            return None     # the broker keeps what was done long ago
        self._is_news = True
        if content["access"] != "operator" and kid != INSTALLER_KID:
            self.store.refuse(version, [("access", content["access"], "operator, with key " + kid,
                                         "installer rows need the installer's signature")])
            outcome, config = None, None
        elif self._tries_release() and version != self.store.refused_version:
            self.store.refuse(version, [("version", version, "none while a new release is on trial",
                                         "send it afterwards, as another version")])
            outcome, config = None, None
        else:
            outcome, config = self.store.propose(now_ms, content, who=kid, read=self._read,
                                                 unix_ms=clock_or_none(self._ports.clock.unix_ms()))
        if outcome == SAME:
            return None
        if outcome == APPLIED:
            self._is_changed = self._can_start(config)
        self._save()
        error = self.store.errors[0] if self.store.errors else None
        self._note(kid, version, "on trial" if error is None else "refused: %s: %s" % (error[0], error[3] or error[2]))
        return None if error is None else ("refused", error[0], str(error[1])[:100], error[2][:200])

    def _tries_release(self):
        """Whether a release has to prove itself that may be taken back for what a changed configuration does."""
        releases = getattr(self._ports, "releases", None)
        if releases is None or not releases.is_on_trial():
            return False
        from edge import slots      # seldom

        return slots.has_way_back(releases.record)

    def _can_start(self, config):
        if self._build is not None:
            try:
                self._build(config)
            except Exception as error:      # whatever the firmware has against it, this one goes on
                self.store.roll_back("%s: %s" % (type(error).__name__, error))
                self.store.news = []    # it never was on trial: it counts as refused
                return False
        return True

    def store_failed(self, name):
        """A file could not be written: a change that its own restart would forget is given up."""
        if name == RECORD_FILE and self._is_changed and self.store.roll_back("it could not be stored") is not None:
            self._is_changed = False
            self._is_news = True

    # -- trial -------------------------------------------------------------------------------------------

    def heard(self):
        """The supervisor spoke."""
        if not self._is_changed:    # else the configuration on trial does not run yet
            self._settled(self.store.version, self.store.host_heard())

    def watch(self, state):
        """What a tick of the controller showed: what is read, and whether the loop keeps time."""
        read = [der.device.name for der in state.ders if der.view.p_ac_w is not None]
        if state.config.meter is not None and state.site.meter.p_pcc_w is not None:
            read.append(state.config.meter.name)
        self._read = read
        if self.store.pending and not self._is_changed:
            is_in_time = not [der for der in state.ders if der.view.dt_ms > STALL_TICKS * der.health.tick_ms]
            self._settled(self.store.version, self.store.watch(read, is_in_time))

    def _settled(self, version, is_over):
        if is_over:
            self._save()
            self._note("gateway", version, "in force")
            self._is_news = True

    def on_time(self, now_ms):
        """Roll back when the trial has run out; True when there is something new to report."""
        version = self.store.version
        if self._is_changed:
            self.is_restart_due = not self.to_store
        elif self.store.on_time(now_ms) is not None:
            self._save()
            self._note("gateway", version, "rolled back: " + self.store.errors[0][3])
            self._is_changed = True
            self._is_news = True
        return self._is_news or bool(self._outbox)

    def take_events(self):
        """(code, subject, values) of what became of changes since the last call, for journal, log and power plant."""
        news, self.store.news = self.store.news, []
        if not news:
            return ()
        from edge import field_reasons      # seldom

        codes = {ON_TRIAL: field_reasons.CONFIG_ON_TRIAL, IN_FORCE: field_reasons.CONFIG_IN_FORCE,
                 ROLLED_BACK: field_reasons.CONFIG_ROLLED_BACK}
        return [(codes[outcome], "gateway", ["version %d" % version] + ([detail] if detail else []))
                for version, outcome, detail in news]

    # -- up ----------------------------------------------------------------------------------------------

    def messages(self, document_hash, is_asked):
        """[(message, content)] to publish now; is_asked: `config_reported` in any case, else when there is news."""
        found, self._outbox = self._outbox, []
        if is_asked or self._is_news:
            self._is_news = False
            found.insert(0, ("config_reported", config_told.reported(self.store, document_hash)))
        return found

    def _note(self, who, version, words):
        audit.note(self._ports, "config", who, "version %d %s" % (version, words))

    def _save(self):
        self.to_store.append(("store", RECORD_FILE, kept(self.store, self._site_hash)))
