"""Fetches a bundle piece by piece over the connection that is there: in order, resumed by offset, slower than live data.

Not its job: keeping the bytes, judging them (jobs.py), the messages (protocols/message_tables_seldom.py).
A few pieces are asked for at a time; what does not come is asked for again, ever more seldom.
Source: ours; window and back-off as in TFTP with windows (RFC 7440), the offset as in HTTP ranges.
"""

import binascii

from protocols.forgetting import FORGETS

CHUNK_BYTES = 1024 if FORGETS else 4500
CHUNKS = 4
GAP_MS = 1000           # between two requests: 18 kB/s at most, 4 on a board
SILENCE_MS = 10000
SILENCE_MAX_MS = 600000


class Download:
    """State of one; nothing of it has to outlive a restart but the bytes."""

    def __init__(self, job_id, sha256, size_bytes, have_bytes):
        """have_bytes: what an earlier run left."""
        self.have_bytes = have_bytes
        self._job = job_id
        self._sha256 = sha256
        self._size_bytes = size_bytes
        self._asked_bytes = have_bytes      # up to here it was asked for
        self._asked_ms = None
        self._patience_ms = SILENCE_MS

    def is_complete(self):
        """Whether every byte is there."""
        return self.have_bytes >= self._size_bytes

    def progress_pct(self):
        """Full tens."""
        return min(self.have_bytes * 10 // self._size_bytes, 10) * 10

    def due(self, now_ms):
        """Content of the `fetch` to send now, or None."""
        if self.is_complete():
            return None
        if self._asked_ms is not None:
            waited_ms = now_ms - self._asked_ms
            if self.have_bytes < self._asked_bytes:
                if waited_ms < self._patience_ms:
                    return None
                self._patience_ms = min(self._patience_ms * 2, SILENCE_MAX_MS)
            elif waited_ms < GAP_MS:
                return None
        self._asked_ms = now_ms
        self._asked_bytes = min(self.have_bytes + CHUNKS * CHUNK_BYTES, self._size_bytes)
        return {"job": self._job, "sha256": self._sha256, "offset_bytes": self.have_bytes, "chunk_bytes": CHUNK_BYTES,
                "chunks": CHUNKS}

    def take(self, content):
        """The bytes of a `chunk` that come next, or None: another job's, out of order, twice, too many."""
        text = content["data"].encode()
        if content["job"] != self._job or content["offset_bytes"] != self.have_bytes or len(text) % 4:
            return None
        try:
            data = binascii.a2b_base64(text)
        except ValueError:
            return None
        if not data or len(data) > self._size_bytes - self.have_bytes:
            return None
        self.have_bytes += len(data)
        self._patience_ms = SILENCE_MS
        return data

    def lost(self):
        """The connection was lost: what was asked for won't come."""
        self._asked_ms = None
