"""What one gateway of a shared site may draw: its own share, and more while the master lends it.

Not its job: what its chargers want (demand.py), lending (master.py), messages on a wire (link/site_peers.py).
Source: leases as in Gray and Cheriton 1989: each side counts on its own clock, from the moment it asked, so that nothing
but the length of a second has to agree between two machines.

A share that a gateway does not use it promises to leave, for PROMISE_LEASES leases; until then it may not take it back
without a grant. The number of a message is the sender's own monotonic ms: a grant names the report it answers, and runs
for a lease from when that was made. After a start nobody knows what was promised before, so everything was.
"""
from edge.shared_site.promises import Promises

PROMISE_LEASES = 3
REPORT_MS = 500         # and at once when something changed by CHANGE_MA
CHANGE_MA = 500
SPACING_MS = 200
STEPS_A_LEASE = 4


class Member:
    """guaranteed_ma: own share of every phase, mA. lease_ms: as the master has it too."""

    def __init__(self, guaranteed_ma, lease_ms):
        self.own_ma = [guaranteed_ma] * 3
        self.lease_ms = lease_ms
        self.granted_ma = None
        self.granted_until_ms = 0
        self.granted_no = 0
        self.promises = None            # None: the first step promises for the time before the start
        self.reported = None            # (ms, draw, want, keep) of the last report

    def take(self, grant):
        """A grant, checked for who sent it and that it is newer than the last: limit_ma, its number no, and echo_no, when
        the report it answers was made."""
        self.granted_ma, self.granted_no = list(grant["limit_ma"]), grant["no"]
        self.granted_until_ms = grant["echo_no"] + self.lease_ms

    def is_led(self, now_ms):
        """Whether a grant of the master runs."""
        return self.granted_ma is not None and now_ms < self.granted_until_ms

    def step(self, now_ms, draw_ma, want_ma):
        """(limit, report or None) of this tick: mA per phase that may be drawn; what the master has to know.

        draw_ma, want_ma: what the chargers draw and could use, mA per phase.
        """
        if self.promises is None:
            self.promises = Promises()
            self.promises.add(now_ms, now_ms + PROMISE_LEASES * self.lease_ms, [0, 0, 0])
        keep_ma = self.own_ma
        if self.is_led(now_ms):
            # Never below what flows: who lends it on must be able to rely on it now.
            keep_ma = [min(self.own_ma[k], max(draw_ma[k], want_ma[k])) for k in (0, 1, 2)]
        report = None
        if self._is_due(now_ms, draw_ma, want_ma, keep_ma):
            if keep_ma != self.own_ma:
                self.promises.add(now_ms, now_ms + PROMISE_LEASES * self.lease_ms, keep_ma)
            self.reported = [now_ms, list(draw_ma), list(want_ma), list(keep_ma)]
            report = {"draw_ma": list(draw_ma), "want_ma": list(want_ma), "keep_ma": list(keep_ma),
                      "held_no": self.granted_no if self.is_led(now_ms) else 0}
        return self.limit_ma(now_ms), report

    def limit_ma(self, now_ms):
        """What may be drawn, mA per phase."""
        limit = self.promises.limit_ma(now_ms, self.own_ma)
        if self.is_led(now_ms):
            limit = [max(limit[k], self.granted_ma[k]) for k in (0, 1, 2)]
        return limit

    def dump(self):
        """What decides the next tick, JSON-able."""
        rows = None if self.promises is None else self.promises.rows
        return [self.granted_ma, self.granted_until_ms, self.granted_no, rows, self.reported]

    def load(self, content):
        """Put a dump back."""
        self.granted_ma, self.granted_until_ms, self.granted_no, rows, self.reported = content
        if rows is not None:
            self.promises = Promises()
            self.promises.rows = rows

    def _is_due(self, now_ms, draw_ma, want_ma, keep_ma):
        if self.reported is None:
            return True
        waited_ms = now_ms - self.reported[0]
        if waited_ms >= min(REPORT_MS, self.lease_ms // STEPS_A_LEASE):
            return True
        return waited_ms >= SPACING_MS and any(
            [abs(value - told) >= CHANGE_MA for values, tolds in zip((draw_ma, want_ma, keep_ma), self.reported[1:])
             for value, told in zip(values, tolds)])
