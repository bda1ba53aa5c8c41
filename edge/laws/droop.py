"""Rank 3: power by frequency, off the line through what was delivered when the frequency left its band.

Not its job: what may be discharged (consent, SoC: rank 2 stops a rise at 0), contracted reserve (reserve.py).
Source: IEEE 1547-2018 6.5.2.7, p = p_pre - (f - f_n - edge) / (f_n k) and its mirror; EN 50549-1 4.6.1 for delay,
base and return; AS/NZS 4777.2 4.5.3 for a line that ends; G99 11.2.3 for the end of charging.

One bound and no target: lower ranks may only help. p_pre stays latched until the response has died away, so that a
frequency that hovers at the edge does not wind the power down. All powers inside are counted in the direction that
the bound cuts: as they are above the nominal frequency, negated below it.
"""

from edge import grid_reasons
from edge.der_view import ev_present
from edge.laws.response import ceiling, share_of_step

WAITING = 0      # beyond the edge, before the intentional delay is over
ACTIVE = 1
RETURNING = 2    # back in the band: on the way to what lower ranks want

# memory: side (1 over, -1 under f_nom), phase, power latched W, bound W in the direction it cuts, ms of the timer


def droop(view, memory, p):
    """Upper bound of power above, lower bound below the nominal frequency."""
    if not ev_present(view):
        return None, None
    off_hz = view.f_hz - view.f_nom_hz
    beyond = _side_beyond(off_hz, p)
    if memory is None:
        if beyond == 0:
            return None, None
        # Off the baseline of a contracted reserve: the larger of both responses acts, never their sum.
        memory = (beyond, WAITING, view.p_set_w if view.reserve is None else view.p_base_w, 0, 0)
    side, phase, p_pre_w, bound_w, timer_ms = memory
    if beyond == -side:
        side, phase, timer_ms = beyond, WAITING, 0
    if phase == WAITING:
        if beyond == 0:
            return None, None
        if timer_ms < p.delay_s * 1000:
            return None, (side, WAITING, p_pre_w, 0, timer_ms + view.dt_ms)
        phase, bound_w, timer_ms = ACTIVE, side * view.p_set_w, 0
    elif beyond:
        phase = ACTIVE
    if phase == ACTIVE:
        timer_ms = timer_ms + view.dt_ms if beyond == 0 and _is_back(side * off_hz, side, p) else 0
        if timer_ms > p.return_s * 1000:
            phase = RETURNING
    goal_w = _goal_w(view, side * off_hz, (side, phase, side * p_pre_w, bound_w), p)
    bound_w = _next_w(view, side, bound_w, goal_w, p)
    if phase == RETURNING and bound_w >= goal_w:
        return None, None
    return _opinion(side, bound_w, grid_reasons.DROOP), (side, phase, p_pre_w, bound_w, timer_ms)


def droop_without_frequency(view, memory, p):
    """Unavailable: what an event held back stays held back until the frequency is known again, what it forced ends."""
    if memory is None or memory[1] == WAITING or not ev_present(view):
        return None, None
    side, _, p_pre_w, bound_w, _ = memory
    bound_w = _next_w(view, side, bound_w, max(bound_w, 0), p)
    return _opinion(side, bound_w, grid_reasons.FREQUENCY_UNKNOWN), (side, ACTIVE, p_pre_w, bound_w, 0)


def _side_beyond(off_hz, p):
    """1 above the upper edge, -1 below the lower one, 0 in the band."""
    if off_hz > 0:
        return 1 if p.of_enabled and off_hz > p.of_hz else 0
    if p.uf_enabled and off_hz < -p.uf_hz:
        return -1
    return -1 if p.stop_charge_hz is not None and off_hz < -p.stop_charge_hz else 0


def _is_back(away_hz, side, p):
    """Whether the frequency, away_hz from nominal, is near enough for normal operation."""
    if side > 0:
        return away_hz <= (p.of_hz if p.of_return_hz is None else p.of_return_hz)
    if p.uf_return_hz is not None:
        return away_hz <= p.uf_return_hz
    return away_hz <= (p.uf_hz if p.uf_enabled else p.stop_charge_hz)


def _goal_w(view, away_hz, event, p):
    """Where the bound goes, in the direction it cuts. event: side, phase, latched power and bound, both so directed."""
    side, phase, pre_w, bound_w = event
    if phase == RETURNING:
        return max(pre_w, side * (view.p_asked_w or 0))
    if side > 0:
        edge_hz, end_hz, k_pu, return_hz, least_w = p.of_hz, p.of_end_hz, p.k_of_pu, p.of_return_hz, -view.p_charge_max_w
    else:
        edge_hz, end_hz, k_pu, return_hz, least_w = p.uf_hz, p.uf_end_hz, p.k_uf_pu, p.uf_return_hz, -view.p_discharge_max_w
    goal_w = pre_w
    if away_hz > edge_hz and (side > 0 or p.uf_enabled):
        if end_hz is None:
            base_w = view.p_rated_w if p.p_base == "rated" else abs(pre_w)
            goal_w = max(pre_w - base_w * (away_hz - edge_hz) / (view.f_nom_hz * k_pu), least_w)
        elif pre_w > 0:
            goal_w = pre_w * max(1 - (away_hz - edge_hz) / (end_hz - edge_hz), 0)
    if side < 0 and p.stop_charge_hz is not None and away_hz > p.stop_charge_hz:
        goal_w = min(goal_w, 0)
    # With a frequency to return at, the least that was reached is held until then.
    return goal_w if return_hz is None else min(goal_w, bound_w)


def _next_w(view, side, bound_w, goal_w, p):
    return ceiling(bound_w, goal_w, side * view.p_set_w, side * (view.p_asked_w or 0), share_of_step(view, p.olrt_s))


def _opinion(side, bound_w, reason):
    return (None, bound_w, None, None, reason) if side > 0 else (-bound_w, None, None, None, reason)
