"""What became of each lease, said once: applied, superseded, or set aside by the household.

Not its job: receiving and refusing messages (link), choosing the lease in force (leases.py).
Source: two-stage answers as in IEEE 2030.5 (received, started) and S2 (reception, status).
"""
from edge import reasons
from edge.der_view import vpp_paused

VPP_PRIORITY_MIN = 10


def leases(state, now_ms, events):
    """Append an event for every lease that has begun and was not spoken of yet."""
    book = state.commitments.book
    for lease in book.leases:
        if lease.is_reported or now_ms < lease.start_ms:
            continue
        lease.is_reported = True
        numbers = range(len(state.ders)) if lease.der == -1 else (lease.der,)
        for number in numbers:
            events.append(_outcome(state, now_ms, lease, number))
        if book.best(now_ms, lease.kind, numbers[0], 0, 255) is lease:
            _supersede(book, lease, events)


def _outcome(state, now_ms, lease, number):
    der = state.ders[number]
    if lease.priority >= VPP_PRIORITY_MIN and vpp_paused(der.view) and lease.kind != "agc_reservation":
        return reasons.LEASE_PAUSED, lease.id, []
    if lease.kind == "v2g_support" and not der.view.v2g_consent and der.view.kind == "evse":
        return reasons.LEASE_NO_CONSENT, lease.id, []
    if state.commitments.book.best(now_ms, lease.kind, number, 0, 255) is not lease:
        return reasons.LEASE_SUPERSEDED, lease.id, []
    limited_by = reasons.text_of(der.reason()) if der.reason() else ""
    return reasons.LEASE_APPLIED, lease.id, [number, der.decision.p_w, limited_by, lease.end_ms - now_ms]


def _supersede(book, newest, events):
    """End the older leases of the same kind, device and priority; those of another rank only wait in its shadow."""
    for other in list(book.leases):
        if other is newest or not other.is_reported or other.kind != newest.kind or other.der != newest.der:
            continue
        events.append((reasons.LEASE_SUPERSEDED, other.id, []))
        if other.priority == newest.priority:
            book.revoke(other.id)
