"""The master of a shared site: lends what fuse and house leave beyond what every gateway may draw at worst.

Not its job: what the house draws (loads.py), messages on a wire (link/site_peers.py), what one member may be drawing
(account.py).
Source: ours. Two phases: who is to have less gets a smaller grant at once; who is to have more gets it only out of what is
surely free, i.e. when the other has answered, or its lease has run out. So the sum of what everybody may draw never
grows beyond the fuse, whatever is lost, late or twice on the way. The master's own chargers are one more gateway
whose answers come at once.
"""
from edge.shared_site.account import HELD_LEASES, Account
from edge.shared_site.member import SPACING_MS

PHASES = (0, 1, 2)
CHANGE_MA = 100         # a smaller change of a grant waits for the next report


class Master:
    """members: {gateway: own share of every phase, mA}; own_ma: the master's own share; lease_ms: of every loan."""

    def __init__(self, members, own_ma, lease_ms):
        self.names = sorted(members)
        self.accounts = [Account(members[name], lease_ms) for name in self.names]
        self.own_ma = [own_ma] * 3
        self.lease_ms = lease_ms
        self.limit_ma = [0, 0, 0]       # of its own chargers
        self.started_ms = None

    def take(self, now_ms, report):
        """A report of a member; of strangers nothing is taken."""
        if report["from"] in self.names:
            self.accounts[self.names.index(report["from"])].take(now_ms, report)

    def stand_back(self, now_ms):
        """Another master was heard: lend nothing, and no more than its own for itself, until it is silent."""
        self.started_ms = now_ms
        self.limit_ma = [min(self.limit_ma[k], self.own_ma[k]) for k in PHASES]

    def step(self, now_ms, free_ma, draw_ma, want_ma):
        """(own limit, grants) of this tick: mA per phase; {member: mA per phase} to be sent now.

        free_ma: what fuse and house leave for all gateways, mA per phase, may be below 0. draw_ma, want_ma: of the
        master's own chargers.
        """
        if self.started_ms is None:
            self.started_ms = now_ms
        if now_ms - self.started_ms < HELD_LEASES * self.lease_ms:
            # What was lent before this start is nowhere written down: it has to run out first.
            return self.limit_ma, {}
        drawn = [draw_ma] + [account.drawn_ma(now_ms) for account in self.accounts]
        now = [self.limit_ma] + [account.entitled_ma(now_ms, 0) for account in self.accounts]
        later = [self.limit_ma] + [account.entitled_ma(now_ms, HELD_LEASES * self.lease_ms) for account in self.accounts]
        limits = self._targets(now_ms, free_ma, draw_ma, want_ma)
        for k in PHASES:
            # A loan made now has to fit beside what everybody may or does draw now, and as long as it may last.
            free_now_ma = max(free_ma[k] - sum([max(most[k], each[k]) for most, each in zip(now, drawn)]), 0)
            free_later_ma = max(free_ma[k] - sum([max(most[k], each[k]) for most, each in zip(later, drawn)]), 0)
            for limit, at_once, in_time in zip(limits, now, later):
                limit[k] = min(limit[k], at_once[k] + free_now_ma, in_time[k] + free_later_ma)
                free_now_ma -= max(limit[k] - at_once[k], 0)
                free_later_ma -= max(limit[k] - in_time[k], 0)
        self.limit_ma = limits[0]
        return self.limit_ma, self._grants(now_ms, limits[1:])

    def _targets(self, now_ms, free_ma, draw_ma, want_ma):
        """What everybody should have, mA per phase: own shares first, then all alike up to what they want."""
        bases = [[min(self.own_ma[k], max(draw_ma[k], want_ma[k])) for k in PHASES]]
        owns, wants = [self.own_ma], [want_ma]
        for account in self.accounts:
            base_ma = account.base_ma(now_ms + HELD_LEASES * self.lease_ms)
            bases.append(base_ma)
            owns.append(account.own_ma)
            wants.append(account.want_ma if account.is_heard(now_ms) else base_ma)
        targets = [list(base) for base in bases]
        for k in PHASES:
            levels = [base[k] for base in bases]
            left_ma = raise_alike(free_ma[k] - sum(levels), levels, [min(own[k], want[k]) for own, want in zip(owns, wants)])
            raise_alike(left_ma, levels, [want[k] for want in wants])
            for target, level in zip(targets, levels):
                target[k] = level
        return targets

    def _grants(self, now_ms, limits):
        grants = {}
        for name, account, limit in zip(self.names, self.accounts, limits):
            if account.is_heard(now_ms) and (account.is_answer_due or self._is_urgent(now_ms, account, limit)):
                account.grant(now_ms, limit)
                grants[name] = limit
        return grants

    @staticmethod
    def _is_urgent(now_ms, account, limit):
        """Whether a member has to hear of its new limit before it asks: less at once, more not too often."""
        if account.sent is None:
            return False
        changes_ma = [limit[k] - account.sent[1][k] for k in PHASES]
        return min(changes_ma) <= -CHANGE_MA or (max(changes_ma) >= CHANGE_MA and now_ms - account.sent[0] >= SPACING_MS)

    def dump(self):
        """What decides the next tick, JSON-able."""
        return [self.limit_ma, self.started_ms, [account.dump() for account in self.accounts]]

    def load(self, content):
        """Put a dump back."""
        self.limit_ma, self.started_ms, accounts = content
        for account, row in zip(self.accounts, accounts):
            account.load(row)


def raise_alike(room_ma, levels, tops):
    """Raises levels alike towards their tops by room_ma together, in place; returns what is left of it, mA."""
    rising = [i for i in range(len(levels)) if levels[i] < tops[i]]
    while rising and room_ma >= len(rising):
        step_ma = min([tops[i] - levels[i] for i in rising] + [room_ma // len(rising)])
        for i in rising:
            levels[i] += step_ma
        room_ma -= step_ma * len(rising)
        rising = [i for i in rising if levels[i] < tops[i]]
    return room_ma
