"""The last changes of the configuration from afar: who changed what, when, and what became of it.

Not its job: keeping it on disk (config_store.py), the whole log of security events (audit.py).
Source: ours.
"""

ROWS_MAX = 10
WHAT_MAX_BYTES = 300
# what becomes of a change
ON_TRIAL, IN_FORCE, ROLLED_BACK = "on trial", "in force", "rolled back"

# columns of a row
VERSION, UNIX_MS, WHO, WHAT, OUTCOME = range(5)


class History:
    """Rows of plain values, oldest first: [version, Unix ms or None, who, what, outcome]."""

    def __init__(self, rows=None):
        """rows: as `rows` was kept; whatever else is taken for none."""
        self.rows = [row for row in rows if isinstance(row, list) and len(row) == 5] if isinstance(rows, list) else []

    def add(self, version, unix_ms, who, changes):
        """A change went on trial; changes: nested dictionary as sent."""
        what = ", ".join(paths(changes))
        self.rows.append([version, unix_ms, who, what if len(what) <= WHAT_MAX_BYTES else what[:WHAT_MAX_BYTES - 3] + "...", ON_TRIAL])
        self.rows = self.rows[-ROWS_MAX:]

    def outcome(self, version, words):
        """What became of the newest change, if it is that version."""
        if self.rows and self.rows[-1][VERSION] == version:
            self.rows[-1][OUTCOME] = words


def paths(changes, prefix=""):
    """The paths a nested dictionary of changes names, in order; values are left out, they may be secret."""
    found = []
    for key in sorted(changes):
        value = changes[key]
        found += paths(value, prefix + key + ".") if isinstance(value, dict) and value else [prefix + key]
    return found
