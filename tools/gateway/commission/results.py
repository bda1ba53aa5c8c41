"""What a commissioning found so far: rows for the record, kept while it runs so that it can be resumed.

Not its job: the tests, the signed record (record.py).
Source: ours. A row is {step, test, device, result, measured, allowed, change}; change: what to do about a failure.
"""

import json

from edge.version import VERSION

PASS, FAIL, SKIPPED = "pass", "fail", "skipped"
PROGRESS_FILE = "commissioning-progress"
LONGEST_MS = 86400000       # older tests are done anew: a record is signed for one day's work


class Results:
    """Rows in the order they were found. `heard`: function (row), called for each new one."""

    def __init__(self, heard=None):
        self.rows = []
        self.devices = []
        self.step = ""
        self._began_unix_ms = None      # of the oldest row, None before the first is kept
        self._heard = heard

    def add(self, test, device, result, *, measured="", allowed="", change=""):
        """One more row; measured and allowed are words with units."""
        row = {"step": self.step, "test": test, "device": device, "result": result, "measured": measured,
               "allowed": allowed, "change": change}
        self.rows.append(row)
        if self._heard is not None:
            self._heard(row)

    def check(self, test, device, is_right, *, measured="", allowed="", change=""):
        """A row that passes or fails; the change is kept of a failure only. Returns is_right."""
        self.add(test, device, PASS if is_right else FAIL, measured=measured, allowed=allowed, change="" if is_right else change)
        return is_right

    def failed(self):
        """Rows that failed."""
        return [row for row in self.rows if row["result"] == FAIL]

    def is_done(self, step):
        """Whether a step stands there and nothing in it failed."""
        results = [row["result"] for row in self.rows if row["step"] == step]
        return bool(results) and FAIL not in results

    def has(self, step):
        """Whether a step was done, with whatever outcome."""
        return any(row["step"] == step for row in self.rows)

    def forget(self, step):
        """A step is done anew."""
        self.rows = [row for row in self.rows if row["step"] != step]

    def kept(self, config_hash, unix_ms):
        """Bytes to resume from."""
        if self._began_unix_ms is None:
            self._began_unix_ms = unix_ms
        return json.dumps({"config": config_hash, "version": VERSION, "began_unix_ms": self._began_unix_ms, "rows": self.rows,
                           "devices": self.devices}).encode()

    def resume(self, data, config_hash, unix_ms):
        """Take back what was kept of the same configuration and firmware within a day; False when there is none or it does not fit."""
        try:
            kept = json.loads(data or b"null")
        except ValueError:
            return False
        if not isinstance(kept, dict) or kept.get("config") != config_hash or kept.get("version") != VERSION:
            return False
        began_unix_ms = kept.get("began_unix_ms")
        if not isinstance(began_unix_ms, int) or not 0 <= unix_ms - began_unix_ms <= LONGEST_MS:
            return False
        self.rows, self.devices, self._began_unix_ms = kept["rows"], kept["devices"], began_unix_ms
        return True
