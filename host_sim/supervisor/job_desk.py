"""Sends a job to many gateways in waves, serves what they fetch, keeps a row a gateway, stops when too many fail.

Not its job: signing (the caller hands in how), MQTT, what a job does (the gateway).
Source: ours; canary and percentages as in the deployment rings of operating systems' updates.
"""

import base64
import hashlib
import math

from protocols import messages, strict_json, topics

WAITING, OPEN = "waiting", "sent"
GOOD = "confirmed"
BAD = ("rolled_back", "refused", "failed")
CHUNK_MAX_BYTES = 4500
CHUNKS_MAX = 16


class Row:
    """How far one gateway is."""

    def __init__(self, gateway, wave):
        self.gateway = gateway
        self.wave = wave            # counts from 0
        self.job = None             # id of its job
        self.state = WAITING
        self.content = {}           # of its last job_state
        self.sent_ms = None
        self.parts = {}             # name -> {number: bytes} of what it uploads
        self.files = {}             # name -> bytes, complete

    def is_over(self):
        """Whether nothing more will come."""
        return self.state == GOOD or self.state in BAD


def waves_of(gateways, canary=1, percent=100):
    """[[gateway, …], …]: the first `canary` alone, then so many percent of all at a time."""
    gateways = list(gateways)
    waves = [gateways[:canary]] if 0 < canary < len(gateways) else []
    rest = gateways[canary:] if waves else gateways
    step = max(1, math.ceil(len(gateways) * percent / 100))
    return waves + [rest[start:start + step] for start in range(0, len(rest), step)]


class JobDesk:
    """One roll-out of one job.

    Every method returns [(topic, payload, QoS, retained)] to publish.
    """

    def __init__(self, sign, new_id, waves, content, *, fail_pct_max=10, bundle=None):
        """sign: function (gateway, content) -> (topic, payload) of a `job`. new_id: makes ids. waves: as waves_of.
        content: fields of `job` without id, iat_ms and exp_ms, but with `valid_ms`. fail_pct_max: of those that have ended, in
        a wave, above which no other wave begins. bundle: bytes of the release of an update."""
        self.rows = {gateway: Row(gateway, number) for number, wave in enumerate(waves) for gateway in wave}
        self.is_stopped = False
        self.fetched_bytes = 0
        self._sign = sign
        self._new_id = new_id
        self._content = dict(content)
        self._valid_ms = self._content.pop("valid_ms")
        self._wave = -1
        self._waves = len(waves)
        self._fail_pct_max = fail_pct_max
        self._bundle = bundle
        if bundle is not None:
            self._content["size_bytes"] = len(bundle)
            self._content["sha256"] = hashlib.sha256(bundle).hexdigest()

    def filters(self):
        """(filter, QoS) of what it has to hear."""
        return [(topics.topic(name, gateway), 1) for gateway in self.rows for name in ("job_state", "fetch", "upload")]

    def is_over(self):
        """Whether nothing more is to be done."""
        return all(row.is_over() for row in self.rows.values() if self.is_stopped is False or row.job is not None)

    def counts(self):
        """{state: number of gateways}."""
        found = {}
        for row in self.rows.values():
            found[row.state] = found.get(row.state, 0) + 1
        return found

    def on_time(self, unix_ms):
        """The next wave when the last one has ended well enough."""
        if self.is_stopped or self._wave >= self._waves - 1:
            return []
        current = [row for row in self.rows.values() if row.wave == self._wave]
        if any(not row.is_over() for row in current):
            return []
        failed = sum(row.state in BAD for row in current)
        if current and failed * 100 > self._fail_pct_max * len(current):
            self.is_stopped = True
            return []
        self._wave += 1
        return [self._send(row, unix_ms) for row in self.rows.values() if row.wave == self._wave]

    def _send(self, row, unix_ms):
        row.job, row.state, row.sent_ms = self._new_id(), OPEN, unix_ms
        content = {**self._content, "id": row.job, "iat_ms": unix_ms, "exp_ms": unix_ms + self._valid_ms}
        topic, payload = self._sign(row.gateway, content)
        return topic, payload, 1, True

    def on_message(self, topic, payload):
        """Something one of its gateways said."""
        place = topics.parse(topic)
        row = None if place is None else self.rows.get(place[1])
        if row is None or place[0] not in ("job_state", "fetch", "upload"):
            return []
        content, error = messages.decode(place[0], payload)
        if error is not None or content["job"] != row.job:
            return []
        if place[0] == "fetch":
            return self._serve(row, content)
        if place[0] == "upload":
            self._take(row, content)
        else:
            row.content = content
            row.state = content["state"]
        # What is over need not wait on the broker any more.
        return [(topics.topic("job", row.gateway), b"", 1, True)] if place[0] == "job_state" and row.is_over() else []

    def _serve(self, row, content):
        if self._bundle is None or content["sha256"] != self._content["sha256"]:
            return []
        step = min(content["chunk_bytes"], CHUNK_MAX_BYTES)
        out = []
        for number in range(min(content["chunks"], CHUNKS_MAX)):
            start = content["offset_bytes"] + number * step
            piece = self._bundle[start:start + step]
            if piece:
                self.fetched_bytes += len(piece)
                out.append((topics.topic("chunk", row.gateway), messages.encode("chunk", {
                    "job": row.job, "offset_bytes": start, "data": base64.b64encode(piece).decode()}), 0, False))
        return out

    def _take(self, row, content):
        try:
            data = base64.b64decode(content["data"], validate=True)
        except ValueError:
            return
        parts = row.parts.setdefault(content["name"], {})
        parts[content["part"]] = data
        if content["parts"] is not None:
            row.parts[content["name"]]["count"] = content["parts"]
        count = parts.get("count")
        if count is not None and all(number in parts for number in range(count)):
            row.files[content["name"]] = b"".join(parts[number] for number in range(count))

    def as_json(self):
        """Bytes of the whole state, for a file or a person's program."""
        return strict_json.encode({
            "stopped": self.is_stopped, "states": self.counts(),
            "gateways": [{"gateway": row.gateway, "wave": row.wave, "job": row.job, "state": row.state,
                          "reason": row.content.get("reason"), "words": row.content.get("words"),
                          "waits_for": row.content.get("waits_for"), "progress_pct": row.content.get("progress_pct"),
                          "version": row.content.get("version")} for row in self.rows.values()]})
