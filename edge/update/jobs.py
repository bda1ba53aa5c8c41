"""One job from afar on its way: queued, downloading, verified, applied, and how it ended.

Not its job: who sent it (link/jobs_link.py), whether it is let in (job_checks.py), when it may begin (job_times.py),
unpacking a release (install.py), judging a running one (health.py), what is kept (job_book.py).
What changes a release or restarts takes effect by a clean stop, behind which main.py goes on with what the book says. Before
that power has to rest; what does not rest in time is ramped to zero by that stop, but never in an island or a contract.
Source: states as those of AWS IoT jobs and of OCPP firmware updates; the rules are ours.
"""

from edge.update import effects, job_book, job_checks, job_times, rest
from edge.update.job_book import APPLIED, CONFIRMED, DOWNLOADING, FAILED, QUEUED, REFUSED
from edge.version import VERSION
from protocols.command_window import clock_or_none
from protocols.refusals import FROM_THE_FUTURE, LATE, NEVER_IDLE, NO_SPACE, STALE, TOO_MANY, UNAVAILABLE

WAIT_S = 600
RESTART = "restart"
CONFIGURATION = "configuration"     # one thing on trial at a time, or the wrong one is blamed


class Jobs:
    """The jobs of one gateway. `out` fills with ("job_state" | "fetch" | "upload", content) and is emptied by its owner."""

    def __init__(self, config, ports, boot):
        """config: Config; ports: clock, chance, store, log, lines, releases (None: not started from a folder of releases);
        boot: of this run."""
        self.book = job_book.JobBook(ports.store.read(job_book.FILE))
        self.is_restart_due = False
        self.out = []
        self.moved = []         # entries that came to another state, for journal and audit log
        self._config = config
        self._ports = ports
        self._boot = boot
        self._work = None       # Fetching or Upload of the state it is in
        self._waits_for = None
        self._waiting_ms = None     # since when it waits for power to rest
        self._told_pct = 0

    def offer(self, content):
        """Take a job whose signature was good. An id that was seen is answered by what became of it."""
        known = self.book.find(content["id"])
        if known is not None:
            self.tell(known)
            return
        number, words = job_checks.judge(self._ports, self.book, content)
        if number:
            self._refuse(content, number, words)
            return
        if self.book.open is not None:
            self._move(FAILED, STALE, "replaced by job %s" % content["id"])
        self.book.begin(content, int(self._ports.chance.uniform(0, (content["rand_s"] or 0) * 1000)))
        self._keep()
        self._tell_move(self.book.open)

    def _refuse(self, content, number, words):
        entry = {"content": content, "state": REFUSED, "reason": number, "words": words}
        if number not in (STALE, TOO_MANY, FROM_THE_FUTURE):    # those may be right another time
            self.book.end(entry)
            self._keep()
        self._tell_move(entry)

    def chunk(self, content):
        """A piece of a bundle came."""
        entry = self.book.open
        if self._work is None or entry is None or entry["state"] != DOWNLOADING:
            return
        outcome = self._work.chunk(content)
        if outcome is not None:
            self._move(*outcome)
        elif self._work.progress_pct() > self._told_pct:
            self._told_pct = self._work.progress_pct()
            self.tell(entry)

    def on_time(self, now_ms, site):
        """The next step of the open job, where there is one.

        site: power() as rest.of, ders_read() names of the chargers that are being read, is_online, is_crowded (live data
        waits), is_on_trial (the configuration).
        """
        entry = self.book.open
        if entry is None or self.is_restart_due:
            return
        unix_ms = clock_or_none(self._ports.clock.unix_ms())
        state = entry["state"]
        if state == APPLIED:
            self._applied(now_ms, site)
        elif job_times.is_over(entry, unix_ms):
            is_power = self._waiting_ms is not None
            self._move(FAILED, NEVER_IDLE if is_power else LATE, "its end has passed")
        elif self._ports.releases is None and entry["content"]["kind"] == "update":
            self._move(FAILED, UNAVAILABLE, "this gateway was started without its folder of releases")
        elif state == QUEUED:
            self._queued(now_ms, unix_ms, site)
        elif state == DOWNLOADING:
            self._downloading(now_ms, site)
        else:
            self._to_rest(now_ms, unix_ms, site)

    def _queued(self, now_ms, unix_ms, site):
        entry = self.book.open
        kind = entry["content"]["kind"]
        if kind == "restart" and entry.get("boot") not in (None, self._boot):
            self._move(CONFIRMED)       # something else ended the run first
        elif kind == "restart":
            self._to_rest(now_ms, unix_ms, site)
        elif self._is_free(job_times.waits_for(entry, unix_ms, kind == "update")):
            self._move(DOWNLOADING if kind == "update" else APPLIED)

    def _downloading(self, now_ms, site):
        if self._work is None:
            from edge.update.fetching import Fetching       # while there is one

            self._work = Fetching(self._config, self._ports, self.book.open)
            self._told_pct = self._work.progress_pct()
            self._keep()
        request = self._work.due(now_ms, site)
        if request is not None:
            self.out.append(("fetch", request))
        outcome = self._work.step()
        if outcome is not None:
            self._move(*outcome)

    # -- taking effect by a restart ------------------------------------------------------------------------

    def _to_rest(self, now_ms, unix_ms, site):
        """In its window: as soon as power rests, or when it has waited long enough, by the ramp of a clean stop."""
        entry = self.book.open
        reason = job_times.waits_for(entry, unix_ms) or (CONFIGURATION if site.is_on_trial else None)
        if reason is not None:
            self._waiting_ms = None
        else:
            reason = self._power(now_ms, entry["content"]["wait_s"], site.power())
        if not self._is_free(reason):
            return
        entry["needs"] = {"online": site.is_online, "ders": site.ders_read()}
        entry["boot"] = self._boot
        entry["is_due"] = True      # main.py goes on behind the stop
        if self._keep():
            self.is_restart_due = True
            self._is_free(RESTART)
        else:
            self._move(FAILED, NO_SPACE, "the job can't be kept across its restart")

    def _power(self, now_ms, wait_s, power):
        """What of power it has to wait for, None for nothing any more."""
        if power is rest.RESTS:
            return None
        if self._waiting_ms is None:
            self._waiting_ms = now_ms
        is_patient = now_ms - self._waiting_ms < 1000 * (WAIT_S if wait_s is None else wait_s)
        return power if power == rest.BARRED or is_patient else None

    def _is_free(self, reason):
        """Whether there is nothing to wait for; what it waits for is told when it changes."""
        if reason != self._waits_for:
            self._waits_for = reason
            self.tell(self.book.open)
        return reason is None

    # -- applied -------------------------------------------------------------------------------------------

    def _applied(self, now_ms, site):
        entry = self.book.open
        kind = entry["content"]["kind"]
        outcome = None
        if kind == "update":
            outcome = effects.release(self._ports, entry)
        elif kind == "restart":
            outcome = None if entry["boot"] == self._boot else (CONFIRMED, 0, None)
        elif kind == "rotate_key":
            outcome = self._rotate(now_ms, site, entry["content"])
        else:
            outcome = self._upload(now_ms, site, entry["content"])
        if outcome is not None:
            self._move(*outcome)

    def _rotate(self, now_ms, site, content):
        is_new = self._waiting_ms is None
        if is_new:
            self._waiting_ms = now_ms
        wait_s = WAIT_S if content["wait_s"] is None else content["wait_s"]
        is_time_up = now_ms - self._waiting_ms >= 1000 * wait_s
        if not is_new and not is_time_up:
            return None
        outcome = effects.rotate(self._ports, self._config, content, is_time_up and not is_new)
        site.keys_changed()
        return outcome

    def _upload(self, now_ms, site, content):
        if self._work is None:
            self._work, outcome = effects.upload(self._ports, self._config, content)
            if outcome is not None:
                return outcome
        part = self._work.due(now_ms) if site.is_online and not site.is_crowded else None
        if part is not None:
            part["boot"] = self._boot
            self.out.append(("upload", part))
        return (CONFIRMED, 0, None) if self._work.is_over else None

    # -- telling -------------------------------------------------------------------------------------------

    def tell(self, entry):
        """Publish where a job stands."""
        is_open = entry is self.book.open
        is_loading = is_open and entry["state"] == DOWNLOADING and self._work is not None
        self.out.append(("job_state", {
            "boot": self._boot, "t_ms": clock_or_none(self._ports.clock.unix_ms()), "job": entry["content"]["id"],
            "kind": entry["content"]["kind"], "state": entry["state"], "reason": entry["reason"], "words": entry["words"],
            "waits_for": self._waits_for if is_open else None, "version": VERSION,
            "progress_pct": self._work.progress_pct() if is_loading else None}))

    def _move(self, state, reason=0, words=None):
        self._waits_for = self._waiting_ms = self._work = None
        entry = self.book.move(state, reason, words)
        if self.book.open is None and entry["content"]["kind"] == "update":
            self._ports.store.remove(job_book.BUNDLE_FILE)
        self._keep()
        self._tell_move(entry)

    def _tell_move(self, entry):
        self.tell(entry)
        self.moved.append(entry)

    def _keep(self):
        try:
            self._ports.store.write_atomic(job_book.FILE, self.book.data())
        except OSError as error:
            self._ports.log("jobs can't be kept: %s" % error)
            return False
        return True
