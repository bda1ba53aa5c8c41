"""Keeps promised leases alive: sends, renews at half-life, revokes, watches the answers.

Not its job: which leases are wanted (the rules), what they do (the gateway).
Source: IEEE 2030.5 / CSIP, short rolling controls over a default; a lease that is not renewed lapses by itself, so a
dead supervisor never holds a station.
"""

from protocols import auth, messages, refusals, topics

RETRY_MS = 10000      # after a refusal
ANSWER_MS = 3000      # without any answer the command is sent anew
SEQ_JUMP = 1000       # a gateway that has restarted may expect numbers this far ahead: it saves them in steps
LEASE_MAX_MS = 900000
REVOKE_MS = 10000     # how long a revocation may be on its way
GONE = ("refused", "expired")    # a superseded command still lies in the gateway's book and would come back


class Lease:
    """One wanted lease and the command that carries it now."""

    def __init__(self, state, device, content, window_ms, lease_s):
        self.state = state
        self.device = device
        self.content = content        # kind and its fields
        self.window_ms = window_ms    # (begin, end) in Unix ms of a scheduled one, None for a rolling one
        self.lease_ms = round(lease_s * 1000)
        self.command_id = None
        self.alive = {}               # command id -> end in Unix ms, of all commands that may still hold
        self.sent_ms = None
        self.boot = None
        self.stage = None             # as acknowledged: received, applied, refused, expired, superseded
        self.reason = 0

    def is_due(self, now_ms):
        """Whether a command has to go out now."""
        if self.command_id is None or self.boot != self.state.boot:
            return True
        age_ms = now_ms - self.sent_ms
        if self.stage == "refused":
            return age_ms >= RETRY_MS or self.reason == refusals.number_of("stale")
        if self.stage is None and age_ms >= ANSWER_MS:
            return True
        return self.window_ms is None and age_ms * 2 >= self.lease_ms


class LeaseDesk:
    """All leases by key. Messages to send collect in `out` as (topic, payload, qos, retain)."""

    def __init__(self, session, priority):
        """session: text that makes ids unique over restarts. priority: of every command, 10..255."""
        self.out = []
        self.refusals = []      # (now_ms, gateway, kind, reason name, detail)
        self.acks = 0
        self._session = session
        self._priority = priority
        self._leases = {}
        self._of_command = {}   # command id -> Lease, while its answer matters
        self._last_seq = {}
        self._count = 0

    def want(self, key, state, device, content, *, lease_s=60, window_ms=None):
        """From now on this lease shall hold; the same key keeps its lease. device: name, None for all."""
        if key not in self._leases:
            self._leases[key] = Lease(state, device, content, window_ms, lease_s)

    def drop(self, now_ms, unix_ms, key):
        """From now on it shall not; the gateway is told at once."""
        lease = self._leases.pop(key, None)
        for command_id, end_ms in lease.alive.items() if lease else ():
            if end_ms > unix_ms and lease.state.online:
                self._send(unix_ms, lease.state, {"kind": "revoke", "ref": command_id}, unix_ms + REVOKE_MS)

    def forget(self, key):
        """It has ended by itself."""
        self._leases.pop(key, None)

    def holds(self, key):
        """Whether a lease is wanted under this key."""
        return key in self._leases

    def stage(self, key):
        """The last answer to a lease, None before one."""
        return self._leases[key].stage if key in self._leases else None

    def work(self, now_ms, unix_ms):
        """Sends what is due to the stations that are there."""
        for lease in self._leases.values():
            if not lease.state.online or not lease.is_due(now_ms):
                continue
            begin_ms, end_ms = lease.window_ms or (None, unix_ms + lease.lease_ms)
            if end_ms <= unix_ms or end_ms - unix_ms > LEASE_MAX_MS:
                continue
            content = dict(lease.content)
            if begin_ms is not None and begin_ms > unix_ms:
                content["nbf_ms"] = begin_ms
            if lease.device is not None:
                content["device"] = lease.device
            lease.command_id = self._send(unix_ms, lease.state, content, end_ms)
            lease.alive = {known: end for known, end in lease.alive.items() if end > unix_ms}
            lease.alive[lease.command_id] = end_ms
            lease.sent_ms, lease.boot, lease.stage, lease.reason = now_ms, lease.state.boot, None, 0
            self._of_command[lease.command_id] = lease

    def on_ack(self, now_ms, content):
        """An answer of a gateway. Refusals are kept for the operator."""
        self.acks += 1
        lease = self._of_command.get(content["ref"])
        if content["stage"] == "refused":
            kind = lease.content["kind"] if lease else "revoke"
            gateway = lease.state.station.gateway if lease else ""
            self.refusals.append((now_ms, gateway, kind, refusals.name_of(content["reason"]), content["detail"]))
            if lease and content["reason"] == refusals.number_of("stale"):
                self._last_seq[gateway] += SEQ_JUMP
        if lease is None:
            return
        if lease.command_id == content["ref"]:
            lease.stage, lease.reason = content["stage"], content["reason"]
        if content["stage"] in GONE:
            del self._of_command[content["ref"]]
            lease.alive.pop(content["ref"], None)

    def tell(self, unix_ms, state, name, content):
        """Signs and queues prices or an announcement; returns the id of the message."""
        command_id, seq = self._number(unix_ms, state.station)
        head = {"id": command_id, "iat_ms": unix_ms}
        if name == "announce":
            head.update(seq=seq, exp_ms=unix_ms + LEASE_MAX_MS)
        self._queue(state.station, name, {**head, **content})
        return command_id

    def next_wake_ms(self, now_ms):
        """When `work` may have something to do; None without leases."""
        wakes_ms = []
        for lease in self._leases.values():
            if lease.sent_ms is None:
                continue
            if lease.stage == "refused":
                wakes_ms.append(lease.sent_ms + RETRY_MS)
            elif lease.stage is None:
                wakes_ms.append(lease.sent_ms + ANSWER_MS)
            elif lease.window_ms is None:
                wakes_ms.append(lease.sent_ms + lease.lease_ms // 2)
        return max(min(wakes_ms), now_ms) if wakes_ms else None

    def _send(self, unix_ms, state, content, exp_ms):
        """Signs and queues one command; returns its id."""
        command_id, seq = self._number(unix_ms, state.station)
        head = {"id": command_id, "seq": seq, "iat_ms": unix_ms, "exp_ms": exp_ms, "priority": self._priority}
        self._queue(state.station, "cmd", {**head, **content})
        return command_id

    def _number(self, unix_ms, station):
        """(id, sequence number) of the next message to a gateway."""
        self._count += 1
        # Begins above every number of an earlier run without a file to remember them: no gateway gets one a second.
        seq = self._last_seq.get(station.gateway, unix_ms // 1000) + 1
        self._last_seq[station.gateway] = seq
        return "%s-%d" % (self._session, self._count), seq

    def _queue(self, station, name, content):
        row = messages.row(name)
        topic = topics.topic(name, station.gateway)
        self.out.append((topic, auth.sign(topic, messages.encode(name, content), station.kid, station.key), row[3], row[4]))
