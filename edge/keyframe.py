"""What a keyframe of the journal holds, and how replay puts it back: everything that decides the next setpoint.

Not its job: when one is due (journal.py), how pictures are kept (drivers/reader.py). Needed once a minute, so a board
forgets it in between.
Source: ours. Values are JSON-able; a tuple comes back as a list, which every law accepts.
"""
from edge.leases import Lease
from protocols.forgetting import forget


def beside(gateway, now_ms):
    """Actions that keep, as seldom as a keyframe, what the household learned and used."""
    if gateway.state.household is None:
        return []
    from edge import recall     # most sites have none

    actions = recall.keep_by_the_way(gateway, now_ms)
    forget("edge.recall")
    return actions


def dump(state, fleet):
    """[controller part, one row per reader] of a running gateway."""
    commitments = state.commitments
    return [[
        [_lease_row(lease) for lease in commitments.book.leases],
        [[list(standing.wish), standing.wish_until_ms, standing.p_default_w] for standing in commitments.standing],
        [commitments.is_observing, commitments.is_permitted, commitments.is_stopping, commitments.pause_until_ms,
         commitments.agc_scalar, commitments.agc_ms],
        state.site_memory,
        _parts(state),
        [[der.memories, der.p_set_w, der.q_set_var, der.failsafe_memory, der.view.now_ms, der.decision.asked_w,
          der.held_by, _seen(der.view)] for der in state.ders],
    ], [reader.dump() for reader in fleet.readers]]


def load(state, fleet, content):
    """Put `dump` back into a state and a fleet of the same configuration."""
    (leases, standings, common, state.site_memory, parts, ders), pictures = content
    if parts:
        from edge.parts import load as load_parts       # most sites have none

        load_parts(state, parts)
    commitments = state.commitments
    commitments.book.leases = [_lease(row) for row in leases]
    for standing, (wish, until_ms, p_default_w) in zip(commitments.standing, standings):
        standing.wish, standing.wish_until_ms, standing.p_default_w = tuple(wish), until_ms, p_default_w
    (commitments.is_observing, commitments.is_permitted, commitments.is_stopping, commitments.pause_until_ms,
     commitments.agc_scalar, commitments.agc_ms) = common
    for der, (memories, der.p_set_w, der.q_set_var, der.failsafe_memory, now_ms, asked_w, der.held_by,
         seen) in zip(state.ders, ders):
        der.memories = memories
        der.decision.asked_w = asked_w
        der.view.now_ms = now_ms
        der.view.p_site_lo_w, der.view.p_asked_w, der.view.p_set_w = seen
    for reader, row in zip(fleet.readers, pictures):
        reader.load(row)


def _seen(view):
    """What parts look at before the tick renews it."""
    return [view.p_site_lo_w, view.p_asked_w, view.p_set_w]


def _parts(state):
    if not state.parts:
        return []
    from edge import parts      # most sites have none

    return parts.dump(state)


def _lease_row(lease):
    return [lease.id, lease.kind, lease.der, lease.priority, lease.issued_ms, lease.start_ms, lease.end_ms,
            lease.offline_ms, lease.values, lease.is_reported]


def _lease(row):
    lease = Lease(row[:9])
    lease.is_reported = row[9]
    return lease
