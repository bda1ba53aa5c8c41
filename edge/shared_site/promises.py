"""What a gateway has promised to stay within: the lowest promise that still runs.

Not its job: who promises what when (member.py), what is lent of it (master.py).
Source: ours. Currents are milliamperes of the three phases, integers; times ms of whose clock the caller uses.
"""


class Promises:
    """rows: [until_ms, [mA x 3]], of which the lowest that has not ended binds."""

    def __init__(self):
        self.rows = []

    def add(self, now_ms, until_ms, keep_ma):
        """One more; those that it makes superfluous go."""
        self.rows = [row for row in self.rows if row[0] > now_ms and not (row[0] <= until_ms and _is_below(keep_ma, row[1]))]
        self.rows.append([until_ms, list(keep_ma)])

    def limit_ma(self, at_ms, own_ma):
        """What is left of own_ma at a time, mA per phase."""
        limit = list(own_ma)
        for until_ms, keep_ma in self.rows:
            if until_ms > at_ms:
                limit = [min(limit[k], keep_ma[k]) for k in (0, 1, 2)]
        return limit


def _is_below(keep_ma, other_ma):
    """Whether a promise binds at least as much as another on every phase."""
    return keep_ma[0] <= other_ma[0] and keep_ma[1] <= other_ma[1] and keep_ma[2] <= other_ma[2]
