"""Keeps telemetry, performance records and events while the broker can't have them.

Not its job: files (ring.py), bytes (records.py), handing over (drain.py), live messages (link/vpp.py).
It exists from the loss of the broker, or from a start that finds files, until all is delivered; a board forgets it then.
What holds: a record is forgotten only after the broker's PUBACK. While the link is good, one that is on its way stands in
the session's queue; when the link is lost, or the broker has acknowledged nothing for session.SILENT_MS, all of them go
into a file at once. From then on what is new is written every `history.flush_s`, or earlier where it is much. So a power
cut costs at most what is younger than the longer of the two, 10 s each. What is sent twice has the same boot and number.
After a reconnect live messages go out as ever; stored ones follow, and wait while the session's queue is crowded.
Source: ours.
"""
from edge import reasons
from edge.archive import records
from edge.archive.drain import Drain
from edge.archive.ring import Ring
from edge.link import place
from protocols import topics
from protocols.forgetting import forget
from protocols.mqtt import queue_exit

# Messages worth keeping. The others say what is now, or answer somebody who has gone.
KEPT = ("tele", "perf", "event")
# Of what waits in memory: a board with a small ring has little of that too.
FLUSH_MAX_BYTES, FLUSH_MIN_BYTES, FLUSH_SHARE = 32768, 1024, 128
# Of what is written at once while the session's queue is emptied: each write waits for the medium.
SPILL_BYTES = 8192
# So many of these may wait while nothing can be written; then the oldest goes.
WAITING_FLUSHES = 2
# A full disk stays full for a while.
RETRY_MS, TELL_MS = 10000, 600000
# What a board forgets once all is delivered.
MODULES = ("edge.archive.keeper", "edge.archive.drain", "edge.archive.ring", "edge.archive.records",
           "protocols.mqtt.queue_exit", "edge.link.place")


def keep(link, session, config, ports):
    """Stores from now on what the broker may not get, also what it has not acknowledged, until all is delivered.

    link: VppLink, whose `archive` is set meanwhile; session: its MqttSession.
    """
    if link.archive is None:
        link.archive = _make(link, session, config, ports)
    link.archive.spill()


def _make(link, session, config, ports):
    rows = config.history
    if rows is not None:
        settings = rows.kept_bytes, rows.flush_s, rows.drain_bytes_s
    else:
        from edge import param_field    # only for the defaults

        rows = {row[0]: row[6] for row in param_field.FIELD_TABLE}
        settings = [rows["history." + key] for key in ("kept_bytes", "flush_s", "drain_bytes_s")]
        forget("edge.param_field", "edge.param_devices")
    return Keeper(link, session, ports, settings, place.slot(config))


class Keeper:
    """What is kept of one link."""

    def __init__(self, link, session, ports, settings, slot):
        """settings: (bytes kept at most, flush period s, bytes/s of the drain); slot: of the operator (link/place.py)."""
        kept_bytes, flush_s, drain_bytes_s = settings
        self._link, self._session, self._ports = link, session, ports
        self._ring = Ring(ports.store, kept_bytes, slot)
        self._drain = Drain(session, self._ring, link.boot, drain_bytes_s)
        self._flush_ms = flush_s * 1000
        self._flush_bytes = min(max(self._ring.bytes_max // FLUSH_SHARE, FLUSH_MIN_BYTES), FLUSH_MAX_BYTES)
        self._waiting, self._waiting_bytes = [], 0      # records that are not written yet
        self._first_ms = 0          # when the oldest of them came
        self._lost = 0              # records that had to go and were not told yet
        self._told_ms = None        # when a failed write was told
        self._retry_ms = 0
        self._was_crowded = False
        self._now_ms = 0            # of the last tick

    # -- taking -----------------------------------------------------------------------------------------

    def takes(self, name, topic, payload):
        """Whether a message is not to be published now: it was stored, or would be out of date by then."""
        if self._session.connected and not self._session.is_crowded:
            return False
        if name in KEPT:
            self._add(topic, payload)
        return name in KEPT or name == "flex"

    def spill(self):
        """Everything in the session's queue that is worth keeping goes into a file, and what waits with it."""
        is_lost = not self._session.connected
        waiting = self._drain.interrupt() if is_lost else self._drain.unwritten()
        self._waiting = waiting + self._waiting
        self._waiting_bytes += sum([len(data) for data in waiting])
        for topic, payload in queue_exit.withdraw(self._session, is_lost, _is_stored):
            if topics.parse(topic)[0] in KEPT:
                self._add(topic, payload, SPILL_BYTES)
        self._write()

    def _add(self, topic, payload, flush_bytes=0):
        data = records.record(topic.split("/up/", 1)[1], payload)
        if not data:
            self._lost += 1
            return
        if not self._waiting:
            self._first_ms = self._now_ms
        self._waiting.append(data)
        self._waiting_bytes += len(data)
        if self._waiting_bytes >= max(self._flush_bytes, flush_bytes) and self._now_ms >= self._retry_ms:
            self._write()
        while self._waiting_bytes > WAITING_FLUSHES * self._flush_bytes and len(self._waiting) > 1:
            self._waiting_bytes -= len(self._waiting.pop(0))
            self._lost += 1

    def files(self):
        """How many files wait for the broker."""
        return len(self._ring.numbers)

    # -- time -------------------------------------------------------------------------------------------

    def work(self, now_ms):
        """What is due; once everything is delivered the link and the heap are rid of it."""
        self._now_ms = now_ms
        is_crowded = self._session.is_crowded
        if self._session.connected and is_crowded and not self._was_crowded:
            self.spill()        # nothing may get through on this connection any more
        self._was_crowded = is_crowded
        if now_ms - self._first_ms >= self._flush_ms and now_ms >= self._retry_ms:
            self._write()
        if not self._session.connected:
            return
        self._drain.settle()
        if not is_crowded:
            self._tell_lost()
            self._drain.send(now_ms, self._waiting)
            self._waiting_bytes = sum([len(data) for data in self._waiting])
        if not (self._waiting or self._ring.numbers) and self._drain.is_idle():
            self._link.archive = None
            forget(*MODULES)

    def _write(self):
        """All that waits, into a file."""
        if not self._waiting:
            return
        try:
            self._lost += self._ring.append(b"".join(self._waiting))
        except OSError as error:
            self._retry_ms = self._now_ms + RETRY_MS
            self._tell_failure(error)
            return
        self._waiting, self._waiting_bytes = [], 0
        self._tell_lost()

    # -- telling ----------------------------------------------------------------------------------------

    def _tell_failure(self, error):
        if self._told_ms is None or self._now_ms - self._told_ms >= TELL_MS:
            self._told_ms = self._now_ms
            self._tell(reasons.STORE_FAILED, ["history", str(error)])

    def _tell_lost(self):
        lost, self._lost = self._lost, 0
        if lost:
            from edge.field_reasons import HISTORY_LOST     # seldom

            # The oldest file that is left goes first, so that each loss is an event of its own.
            self._tell(HISTORY_LOST, [self._ring.numbers[0] if self._ring.numbers else 0, lost])

    def _tell(self, code, values):
        from edge import log_words      # seldom

        self._ports.log(log_words.event(code, "gateway", values))
        self._link.event(self._now_ms, code, "gateway", values)


def _is_stored(topic):
    return topics.parse(topic)[0] in KEPT + ("hist",)
