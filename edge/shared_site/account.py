"""What one member of a shared site may be drawing at worst, as its master knows it.

Not its job: who gets how much (master.py).
Source: ours. A grant is counted until the member says that it goes by a later one; without an answer for two leases from the
report it answered: one until it has ended on the member's clock, one until the chargers of a member that died have
fallen back (the configuration holds device_reversion_s below a lease). A promise is counted from the grant that its
report answered: it was made later than that.
"""
from edge.shared_site.member import PROMISE_LEASES
from edge.shared_site.promises import Promises

HELD_LEASES = 2
DRIFT_SHARE = 16        # clocks differ by less than one part in so many


class Account:
    """One member. guaranteed_ma: its own share of every phase."""

    def __init__(self, guaranteed_ma, lease_ms):
        self.own_ma = [guaranteed_ma] * 3
        self.lease_ms = lease_ms
        self.promises = Promises()
        self.grants = []                # [no, until_ms, [mA x 3]], what it may hold, oldest first
        self.heard_ms = None            # when its last report came
        self.draw_ma = [0, 0, 0]
        self.want_ma = [0, 0, 0]
        self.sent = None                # [no, [mA x 3]] of the last grant
        self.is_answer_due = False

    def take(self, now_ms, report):
        """A report, checked for who sent it and that it is newer than the last. echo_no: the newest message it had heard,
        nothing older will be taken; held_no: the grant it goes by, 0 for none."""
        self.heard_ms = now_ms
        self.draw_ma, self.want_ma = list(report["draw_ma"]), list(report["want_ma"])
        self.is_answer_due = True
        heard_no = report["echo_no"]
        self.grants = [row for row in self.grants if row[0] > heard_no or row[0] == report["held_no"]]
        if report["keep_ma"] != self.own_ma:
            promise_ms = PROMISE_LEASES * self.lease_ms
            self.promises.add(now_ms, heard_no + promise_ms - promise_ms // DRIFT_SHARE, report["keep_ma"])

    def is_heard(self, now_ms):
        """Whether it is there and can be lent something."""
        return self.heard_ms is not None and now_ms - self.heard_ms < self.lease_ms

    def base_ma(self, at_ms):
        """Its own share at a time, less what it has promised to leave until then, mA per phase."""
        return self.promises.limit_ma(at_ms, self.own_ma)

    def entitled_ma(self, now_ms, in_ms):
        """Most it may draw in so many ms as far as is known now, mA per phase; a grant counts as long as it may run."""
        self.grants = [row for row in self.grants if row[1] > now_ms]
        most = self.base_ma(now_ms + in_ms)
        for _, _, limit_ma in self.grants:
            most = [max(most[k], limit_ma[k]) for k in (0, 1, 2)]
        return most

    def drawn_ma(self, now_ms):
        """What it said to draw, mA per phase, which may be more than it is entitled to; 0 without a word of it."""
        is_known = self.heard_ms is not None and now_ms - self.heard_ms < HELD_LEASES * self.lease_ms
        return self.draw_ma if is_known else [0, 0, 0]

    def grant(self, now_ms, limit_ma):
        """Notes a grant that goes out now, in answer to its last report."""
        self.sent = [now_ms, list(limit_ma)]
        self.is_answer_due = False
        self.grants.append([now_ms, self.heard_ms + HELD_LEASES * self.lease_ms, list(limit_ma)])

    def dump(self):
        """What decides the next tick, JSON-able."""
        return [self.promises.rows, self.grants, self.heard_ms, self.draw_ma, self.want_ma, self.sent, self.is_answer_due]

    def load(self, content):
        """Put a dump back."""
        (self.promises.rows, self.grants, self.heard_ms, self.draw_ma, self.want_ma, self.sent,
         self.is_answer_due) = content
