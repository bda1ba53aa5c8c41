"""The book of leases: every remote command has a beginning, an end and a priority, and lapses by itself.

Not its job: authenticating commands (link/command_gate.py), acting on them (laws), acknowledging (link).
Source: IEEE 2030.5 DERControl (start, duration, primacy, supersede, default control); lower number = higher
priority; equal priorities: the newest wins.
"""

from edge.limits import PRIORITY_MAX

# More than this is no fleet operation but an attack or a fault: the book stays bounded.
LEASES_MAX = 64


class Lease:
    """One command as the controller keeps it; times are monotonic ms."""

    def __init__(self, row):
        """row: (id, kind, DER index or -1 for all, priority, issued_ms, start_ms, end_ms, offline_ms, values).

        offline_ms: how long it outlives the supervisor, None as configured. values: what the law of its kind reads.
        """
        (self.id, self.kind, self.der, self.priority, self.issued_ms, self.start_ms, self.end_ms, self.offline_ms,
         self.values) = row
        self.is_reported = False     # "applied" was acknowledged


class LeaseBook:
    """Active and coming leases of one gateway."""

    def __init__(self):
        self.leases = []

    def add(self, row):
        """Enter a lease; returns False when the book is full. The same id replaces its older self."""
        self.revoke(row[0])
        if len(self.leases) >= LEASES_MAX:
            return False
        self.leases.append(Lease(row))
        return True

    def revoke(self, lease_id):
        """Remove a lease; True when it was there."""
        kept = [lease for lease in self.leases if lease.id != lease_id]
        was_there = len(kept) < len(self.leases)
        self.leases = kept
        return was_there

    def expire(self, now_ms):
        """Remove and return the leases that have ended."""
        ended = [lease for lease in self.leases if now_ms >= lease.end_ms]
        if ended:
            self.leases = [lease for lease in self.leases if now_ms < lease.end_ms]
        return ended

    def best(self, now_ms, kind, der, *, low_priority=0, high_priority=PRIORITY_MAX):
        """The lease of a kind in force for a DER, within a priority range, or None."""
        best = None
        for lease in self.leases:
            if lease.kind != kind or not lease.start_ms <= now_ms < lease.end_ms:
                continue
            if lease.der not in (-1, der) or not low_priority <= lease.priority <= high_priority:
                continue
            if best is None or (lease.priority, -lease.issued_ms) <= (best.priority, -best.issued_ms):
                best = lease
        return best
