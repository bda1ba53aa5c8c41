"""What is known of jobs, kept across restarts: the one that is open, what became of the last ones, the newest issue time.

Not its job: what a job does (jobs.py).
Source: ours. An id that was seen has no second effect; older ones than the newest are refused by their time of issue.
"""

import json

from protocols import messages

FILE = "jobs"
BUNDLE_FILE = "bundle"      # what is being fetched, or waits to be installed
DONE_KEPT = 8
WORDS_MAX_CHARS = 160

QUEUED = "queued"
DOWNLOADING = "downloading"
VERIFIED = "verified"
APPLIED = "applied"
CONFIRMED = "confirmed"
ROLLED_BACK = "rolled_back"
REFUSED = "refused"
FAILED = "failed"
OVER = (CONFIRMED, ROLLED_BACK, REFUSED, FAILED)


class JobBook:
    """open: the job that is not over as a dict {content, state, reason, words, …}, or None."""

    def __init__(self, data=None):
        """data: of the store, None where there is none; what can't be read counts as none."""
        self.open = None
        self.done = []              # entries that are over, oldest first
        self.newest_iat_ms = 0
        try:
            kept = json.loads(data.decode())
            self.open, self.done, self.newest_iat_ms = kept["open"], kept["done"], kept["newest_iat_ms"]
        except (AttributeError, ValueError, KeyError, TypeError):
            pass    # a new gateway; or a file that somebody else wrote
        if not _is_sound(self.open):
            self.open = None

    def data(self):
        """Bytes to store."""
        return json.dumps({"open": self.open, "done": self.done, "newest_iat_ms": self.newest_iat_ms}).encode()

    def find(self, job_id):
        """The entry of an id, open or over, or None."""
        for entry in ([] if self.open is None else [self.open]) + self.done:
            if entry["content"]["id"] == job_id:
                return entry
        return None

    def begin(self, content, delay_ms):
        """A new open job. delay_ms: drawn for it."""
        self.newest_iat_ms = max(self.newest_iat_ms, content["iat_ms"])
        self.open = {"content": content, "state": QUEUED, "reason": 0, "words": None, "delay_ms": delay_ms}

    def move(self, state, reason=0, words=None):
        """The open job comes to another state; returns its entry."""
        entry = self.open
        entry["state"], entry["reason"], entry["words"] = state, reason, None if words is None else words[:WORDS_MAX_CHARS]
        if state in OVER:
            self.open = None
            self.end(entry)
        return entry

    def end(self, entry):
        """A job is over, also one that never began."""
        self.newest_iat_ms = max(self.newest_iat_ms, entry["content"]["iat_ms"])
        self.done = (self.done + [_short(entry)])[-DONE_KEPT:]


def _is_sound(entry):
    """Whether an open job can go on; what a release of another age did not know of it is filled in as not said."""
    if not isinstance(entry, dict) or entry.get("state") not in (QUEUED, DOWNLOADING, VERIFIED, APPLIED):
        return False
    content = entry.get("content")
    if not isinstance(content, dict):
        return False
    for name, value in (("reason", 0), ("words", None), ("delay_ms", 0)):
        entry.setdefault(name, value)
    fields = messages.fields_of("job")      # names and what they may be, in turn
    for at in range(0, len(fields), 2):
        if content.setdefault(fields[at], None) is None and fields[at + 1][-1]:
            return False
    return True


def _short(entry):
    """What has to be known of a job that is over."""
    content = entry["content"]
    return {"content": {"id": content["id"], "kind": content["kind"]}, "state": entry["state"], "reason": entry["reason"],
            "words": entry["words"]}
