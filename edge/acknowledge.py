"""What became of each lease, said once: applied, superseded, or set aside by the household.

Not its job: receiving and refusing messages (link), choosing the lease in force (leases.py).
Source: two-stage answers as in IEEE 2030.5 (received, started) and S2 (reception, status).
"""
from edge import reasons
from edge.der_view import vpp_paused
from edge.limits import SYSTEM_PRIORITY_MAX
from protocols.refusals import UNAVAILABLE


def leases(state, now_ms, events):
    """Append an event for every lease that is in force and was not spoken of yet, and for those it ends.

    A lease in the shadow of a higher one waits; it is told as applied when its turn comes. One the household or the
    owner does not allow is refused and gone.
    """
    book = state.commitments.book
    for lease in book.leases:
        if lease.is_reported or now_ms < lease.start_ms:
            continue
        numbers = range(len(state.ders)) if lease.der == -1 else (lease.der,)
        refusal, why = _refusal(state, [state.ders[number].view for number in numbers], lease)
        if refusal:
            book.revoke(lease.id)
            events.append((refusal, lease.id, why))
        elif book.best(now_ms, lease.kind, numbers[0]) is lease:
            lease.is_reported = True
            for number in numbers:
                events.append(_applied(state.ders[number], now_ms, lease, number))
            _supersede(book, lease, events)


# Sold in advance: a household's pause does not take them back.
_CONTRACTED = ("agc_reservation", "reserve")


def _refusal(state, views, lease):
    """(why a lease may not be followed now, its values); 0 when it may. views: of all devices it is for."""
    view = views[0]
    if lease.priority > SYSTEM_PRIORITY_MAX and vpp_paused(view) and lease.kind not in _CONTRACTED:
        return reasons.LEASE_PAUSED, []
    if lease.kind == "v2g_support" and not view.v2g_consent and view.kind == "evse":
        return reasons.LEASE_NO_CONSENT, []
    why = ""
    if lease.kind == "reserve":
        for one in views:       # each has to deliver what was contracted
            why = why or _unfit(state, one, lease.values[0])
    elif lease.kind == "dso_limit":
        why = "no limits of a network operator here" if state.duties is None else state.duties.unfit(lease)
    if why:
        return reasons.LEASE_UNAVAILABLE, [UNAVAILABLE, why]
    return 0, []


def _unfit(state, view, service):
    if state.config.service is None or not state.config.service.enabled:
        return "the site takes no part in services"
    from edge.laws import reserve   # only sites that take part have it

    return reserve.unfit(view, service)


def _applied(der, now_ms, lease, number):
    limited_by = reasons.text_of(der.reason()) if der.reason() else ""
    return reasons.LEASE_APPLIED, lease.id, [number, der.decision.p_w, limited_by, lease.end_ms - now_ms]


def _supersede(book, newest, events):
    """End the older leases of the same kind, device and priority; those of another rank wait to be told again."""
    for other in book.leases:
        if other is newest or not other.is_reported or other.kind != newest.kind or other.der != newest.der:
            continue
        events.append((reasons.LEASE_SUPERSEDED, other.id, []))
        other.is_reported = False
        if other.priority == newest.priority:
            book.revoke(other.id)
