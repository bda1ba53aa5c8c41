"""What became of each lease, said once: applied, superseded, or set aside by the household.

Not its job: receiving and refusing messages (link), choosing the lease in force (leases.py).
Source: two-stage answers as in IEEE 2030.5 (received, started) and S2 (reception, status).
"""
from edge import reasons
from edge.der_view import vpp_paused
from edge.limits import SYSTEM_PRIORITY_MAX
from protocols.refusals import NO_CONSENT, NOT_OFFERED, UNAVAILABLE


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
        refusal, why = _refusal(state, [state.ders[number] for number in numbers], lease)
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


def _refusal(state, ders, lease):
    """(why a lease may not be followed now, its values); 0 when it may. ders: all devices it is for."""
    view = ders[0].view
    if lease.priority > SYSTEM_PRIORITY_MAX and vpp_paused(view) and lease.kind not in _CONTRACTED:
        return reasons.LEASE_PAUSED, []
    number, why = UNAVAILABLE, ""
    if lease.kind == "v2g_support" or (lease.kind == "setpoint" and lease.values[0] > 0):
        number, why = _no_discharge(ders)
    elif lease.kind == "reserve":
        if state.config.service is None or not state.config.service.enabled:
            number, why = NOT_OFFERED, "the site takes no part in services"
        else:
            from edge.laws import reserve   # only sites that take part have it

            for der in ders:       # each has to deliver what was contracted
                why = why or reserve.unfit(der.view, lease.values[0])
    elif lease.kind == "dso_limit":
        if state.duties is None:
            number, why = NOT_OFFERED, "no limits of a network operator here"
        else:
            why = state.duties.unfit(lease)
    if number == NO_CONSENT:
        return reasons.LEASE_NO_CONSENT, []
    return (reasons.LEASE_UNAVAILABLE, [number, why]) if why else (0, [])


def _no_discharge(ders):
    """(number, why) when none of the devices can discharge; (0, "") when one can, or only has to wait."""
    from edge import no_discharge   # when it is asked for first

    first = None
    for der in ders:
        found = no_discharge.refusal(der.device, der)
        if found is None or found[0] in no_discharge.PASSING:
            return 0, ""
        first = first or found
    return first


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
