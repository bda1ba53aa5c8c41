"""Sends log lines or a segment of the journal in parts, behind everything else.

Not its job: which (jobs.py).
Source: ours.
"""

import binascii

from protocols.forgetting import FORGETS

PART_BYTES = 1024 if FORGETS else 4500
GAP_MS = 500


class Upload:
    """One at a time."""

    def __init__(self, job_id, name, read):
        """name: what it is. read: function (start, count) to bytes."""
        self.is_over = False
        self._job = job_id
        self._name = name
        self._read = read
        self._part = 0
        self._sent_ms = None

    def due(self, now_ms):
        """Content of the `upload` to send now, without boot, or None."""
        if self.is_over or self._sent_ms is not None and now_ms - self._sent_ms < GAP_MS:
            return None
        self._sent_ms = now_ms
        data = self._read(self._part * PART_BYTES, PART_BYTES + 1)      # one byte more tells whether it is the last
        self._part += 1
        self.is_over = len(data) <= PART_BYTES
        return {"job": self._job, "name": self._name, "part": self._part - 1, "parts": self._part if self.is_over else None,
                "data": binascii.b2a_base64(data[:PART_BYTES]).strip().decode()}
