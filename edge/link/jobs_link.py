"""Jobs on the link to the power plant: signed messages down, their states and what they ask for up.

Not its job: what a job does (update/jobs.py). It is there while a job is open; a board forgets it in between.
Source: ours; RSA-3072 as protocols/auth.py says, the key `update` of the configuration.
"""

from edge import field_reasons
from edge.update import job_book, rest
from edge.update.jobs import Jobs
from protocols import auth, messages, topics
from protocols.forgetting import forget

KEY_ID = "update"
# Every module that only serves jobs.
MODULES = ("edge.link.jobs_link", "edge.update.jobs", "edge.update.job_book", "edge.update.job_checks", "edge.update.job_times",
           "edge.update.rest", "edge.update.effects", "edge.update.upload", "edge.update.fetching", "edge.update.download",
           "protocols.bundle", "protocols.rsa")


def take(vpp, session, ports, now_ms, message):
    """Take a `job`.

    vpp: VppLink, whose `jobs` this fills while one is open; session: its MqttSession; message: (topic, payload).
    """
    topic, payload = message
    if payload:       # without one the host has cleared the topic
        content, error = _content(vpp.config, topic, payload)
        if error is not None:
            vpp.inbox.refuse(field_reasons.JOB_REFUSED, "gateway", list(error))
        else:
            jobs = vpp.jobs or JobsLink(vpp, session, ports)
            vpp.jobs = jobs if jobs.offer(now_ms, content) else None
    if vpp.jobs is None:
        forget(*MODULES)


def reopen(vpp, session, ports):
    """After a start: go on with a job that is open; what became of the last one is told again, since it may not have got out."""
    if vpp.config.vpp.update_key is not None:
        jobs = JobsLink(vpp, session, ports)
        vpp.jobs = jobs if jobs.tell_again() else None
    if vpp.jobs is None:
        forget(*MODULES)


def _content(config, topic, payload):
    if config.vpp.update_key is None:
        return None, ("not_permitted", "", "job", "vpp.update_key")
    json_bytes, _, error = auth.verify(messages.row("job")[5], topic, payload, {KEY_ID: int(config.vpp.update_key, 16)})
    return (None, error) if error is not None else messages.decode("job", json_bytes)


class JobsLink:
    """What jobs see of the gateway, and the gateway of jobs."""

    def __init__(self, vpp, session, ports):
        """vpp: VppLink; session: its MqttSession."""
        self._vpp = vpp
        self._session = session
        self._ports = ports
        self._jobs = Jobs(vpp.config, ports, vpp.boot)
        self._state = self._snapshot = None
        self._now_ms = 0

    @property
    def is_restart_due(self):
        """Whether a job waits for a clean stop."""
        return self._jobs.is_restart_due

    def offer(self, now_ms, content):
        """A job whose signature was good; whether one is open now."""
        self._jobs.offer(content)
        self._tell(now_ms)
        return self._jobs.book.open is not None

    def tell_again(self):
        """Where the last job stands; whether it is open."""
        book = self._jobs.book
        if book.open is not None or book.done:
            self._jobs.tell(book.open or book.done[-1])
            self._tell(0)
        return book.open is not None

    def take_chunk(self, now_ms, payload):
        """Take a `chunk`, a piece of a bundle."""
        content, _ = messages.decode("chunk", payload)
        if content is not None:
            self._jobs.chunk(content)
            self._tell(now_ms)

    def on_time(self, now_ms, state, snapshot):
        """After a tick: the next step. True when nothing is open any more. state: of the controller."""
        self._now_ms, self._state, self._snapshot = now_ms, state, snapshot
        self._jobs.on_time(now_ms, self)
        self._tell(now_ms)
        is_over = self._jobs.book.open is None
        if is_over:
            forget(*MODULES)
        return is_over

    def _tell(self, now_ms):
        out, self._jobs.out = self._jobs.out, []
        for name, content in out:
            row = messages.row(name)
            self._session.publish(topics.topic(name, self._vpp.config.gateway.id), messages.encode(name, content), row[3], row[4])
        moved, self._jobs.moved = self._jobs.moved, []
        for entry in moved:
            self._note(now_ms, entry)

    def _note(self, now_ms, entry):
        from edge import audit, log_words       # seldom

        content, state = entry["content"], entry["state"]
        code = field_reasons.JOB_REFUSED if state == job_book.REFUSED else field_reasons.JOB
        values = ["%s %s" % (content["kind"], content["id"]), state] + ([entry["words"]] if entry["words"] else [])
        if code == field_reasons.JOB_REFUSED:
            values.insert(1, entry["reason"])
        self._vpp.event(now_ms, code, "gateway", values)
        self._vpp.inbox.refusals.append((code, "gateway", values))      # from there into the journal
        self._ports.log(log_words.event(code, "gateway", values))
        audit.note(self._ports, "job", "update", " ".join([str(value) for value in values]))
        forget("edge.audit", "edge.log_words", "edge.local_words", "edge.local_time", "edge.home_reasons")

    # -- what jobs ask of the site -------------------------------------------------------------------------

    @property
    def is_online(self):
        """Whether something published now would go out."""
        return self._session.connected

    @property
    def is_crowded(self):
        """Whether live data waits."""
        return self._session.is_crowded

    @property
    def is_on_trial(self):
        """Whether a changed configuration has to prove itself."""
        return self._vpp.configuration is not None and self._vpp.configuration.store.pending

    def power(self):
        """As rest.of."""
        return rest.of(self._state)

    def ders_read(self):
        """Names of the chargers and batteries that are being read."""
        return [der.device.name for der, picture in zip(self._state.ders, self._snapshot.ders)
                if picture.fresh("p_ac_w", self._now_ms) is not None]

    def keys_changed(self):
        """Other device keys count from now on."""
        self._vpp.inbox.gate.load_keys()
