"""Weighs the laws' opinions in rank order: one interval, one target, one owner of Q, and why.

Not its job: the laws (law_table.py), the ramp (ramp.py), the last check (limiter.py).
Source: ours; the kVA circle is IEEE 1547-2018 5.2. Runs for every DER at every tick: kept short.
"""

from edge.reasons import CONVERTER_LIMIT, DEPARTURE, WAPE, WAPE_NO_VOLTAGE

_INF = float("inf")


class Decision:
    """What was decided for one DER and why; W and var, positive when injected.

    p_w, q_var: the decision. bound_reason: what kept it from the wish, 0 when granted. asked_w, asked_reason: the
    highest-ranked wish, None and 0 without one. q_reason: owner of Q, 0 without one.
    safe_lo_w, safe_hi_w: what protection, equipment and grid code leave; the ramp never stays outside.
    """

    def __init__(self):
        self.p_w = 0
        self.q_var = 0
        self.bound_reason = 0
        self.asked_w = None
        self.asked_reason = 0
        self.q_reason = 0
        self.safe_lo_w = -_INF
        self.safe_hi_w = _INF


def combine(opinions, safety_count, s_max_va, q_priority=False):
    """The decision from opinions in rank order; None entries have nothing to say.

    safety_count: how many of the first opinions are safety. s_max_va: apparent power, None unknown (then Q = 0).
    q_priority: at the kVA limit keep vars instead of watts. An opinion that leaves nothing of the interval collapses
    it to the end nearest to that opinion.
    """
    decision = Decision()
    lo_w = -_INF
    hi_w = _INF
    lo_reason = hi_reason = 0
    asked_w = q_var = None
    for number, opinion in enumerate(opinions):
        if number == safety_count:
            decision.safe_lo_w = lo_w
            decision.safe_hi_w = hi_w
        if opinion is None:
            continue
        p_lo_w, p_hi_w, p_target_w, p_q_var, reason = opinion
        if p_lo_w is not None and p_lo_w > lo_w:
            if p_lo_w > hi_w:
                lo_w, lo_reason = hi_w, hi_reason
            else:
                lo_w, lo_reason = p_lo_w, reason
        if p_hi_w is not None and p_hi_w < hi_w:
            if p_hi_w < lo_w:
                hi_w, hi_reason = lo_w, lo_reason
            else:
                hi_w, hi_reason = p_hi_w, reason
        if p_target_w is not None and asked_w is None:
            asked_w = decision.asked_w = p_target_w
            decision.asked_reason = reason
        if p_q_var is not None and q_var is None:
            q_var = p_q_var
            decision.q_reason = reason
    p_w = asked_w or 0
    if p_w < lo_w:
        p_w, decision.bound_reason = lo_w, lo_reason
    elif p_w > hi_w:
        p_w, decision.bound_reason = hi_w, hi_reason
    decision.p_w = p_w
    if q_var:
        # What the driver was promised stands above WAPE, so above its vars too.
        is_promised = hi_w < 0 and hi_reason == DEPARTURE and WAPE <= decision.q_reason <= WAPE_NO_VOLTAGE
        _fit_circle(decision, q_var, s_max_va or 0, q_priority and not is_promised)
    return decision


def clip_beside(wanted, other, s_max_va):
    """What of P, W, or Q, var, fits beside the other of them into the apparent power; 0 when that is unknown (None)."""
    room = _room(other, s_max_va or 0)
    return -room if wanted < -room else room if wanted > room else wanted


def _room(other, s_max_va):
    """What fits beside the other of P and Q; a millionth inside, so that rounding never leaves the circle."""
    room = s_max_va * s_max_va - other * other
    return room ** 0.5 * 0.999999 if room > 0 else 0


def _fit_circle(decision, q_var, s_max_va, q_priority):
    """P and Q inside the circle; whichever has no priority gives way, towards zero."""
    if q_priority:
        q_var = clip_beside(q_var, 0, s_max_va)
        room_w = _room(q_var, s_max_va)
        if not -room_w <= decision.p_w <= room_w:
            decision.p_w = room_w if decision.p_w > 0 else -room_w
            decision.bound_reason = CONVERTER_LIMIT
    else:
        q_var = clip_beside(q_var, decision.p_w, s_max_va)
    decision.q_var = q_var
