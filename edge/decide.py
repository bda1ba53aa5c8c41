"""The setpoint of one DER in one tick: its laws, the arbiter, the ramp, the limiter.

Not its job: what is known and commanded (controller.py), the laws themselves (laws), writing it (drivers).
Source: ours.
"""
from edge import arbiter, failsafe, limiter, modes, ramp, reasons

# A clean stop has ten seconds (gateway.py); half of them for the way to zero.
STOP_RAMP_S = 5
# A contracted reserve is all there within a second of its cause: moving takes a quarter of that.
RESERVE_RAMP_PER_S = 4
# Number of grid_reasons.py, which a site without a grid code has no room for.
ENTER_SERVICE = 141


def setpoint(state, der, events):
    """The setpoint of one DER as a row of controller.step: laws, arbiter, ramp, limiter."""
    view, config = der.view, state.config
    if der.session != modes.CONTROLLING and not view.observe:
        # Not ours yet: begin where the device is, so that taking over makes no step. Observing, the shadow runs freely.
        der.p_set_w, der.q_set_var = view.p_ac_w or 0, view.q_ac_var or 0
        der.held_by = 0
    view.p_set_w, view.q_set_var, view.p_asked_w = der.p_set_w, der.q_set_var, der.decision.asked_w
    opinions, der.memories = der.laws.run(view, der.memories)
    if der.told:
        _tell(der, events)
    decision = arbiter.combine(opinions, der.laws.safety_count, view.s_max_va, config.grid.q_priority)
    if state.commitments.is_stopping:
        decision.p_w = decision.q_var = 0
        decision.bound_reason = reasons.STOPPING
    der.decision = decision
    held_by = ramp.held_by(decision)
    p_w = ramp.ramp_power(der.p_set_w, decision, _ramp_w_s(state, der), view.dt_ms, held_by and held_by == der.held_by)
    if decision.q_reason == ENTER_SERVICE:
        q_var = decision.q_var      # out of service within two seconds, vars too
    else:
        q_var = ramp.ramp_reactive(der.q_set_var, decision, config.control.ramp_var_s, view.dt_ms)
    # The ramp may hold one of P and Q where less of the other fits; what is left after this is the limiter's business.
    if config.grid.q_priority:
        p_w = arbiter.clip_beside(p_w, q_var, view.s_max_va)
    else:
        q_var = arbiter.clip_beside(q_var, p_w, view.s_max_va)
    der.p_set_w, der.q_set_var, reason = limiter.limit(p_w, q_var, _bounds(der))
    der.held_by = held_by if der.p_set_w == decision.p_w else 0
    if reason and reason != der.limiter_reason:
        events.append((reason, der.device.name, []))
    der.limiter_reason = reason
    # A law that produced no number can't be trusted with the next one either: the device reverts.
    may_refresh = failsafe.may_refresh(view.failsafe_action) and reason != limiter.NOT_FINITE
    is_wanted = not view.observe
    if state.commitments.is_stopping and der.p_set_w == 0 and der.q_set_var == 0:
        is_wanted = False
    return (int(round(der.p_set_w)), int(round(der.q_set_var)), is_wanted, may_refresh, decision.safe_lo_w,
            decision.safe_hi_w)


def _tell(der, events):
    """Events of the laws whose state is worth one when it changes."""
    number = 0
    for place, tell in der.laws.tellers:
        told = tell(der.memories[place])
        if told is not None and told != der.told[number]:
            events.append((told[0], der.device.name, told[1]))
            der.told[number] = told
        number += 1


def _ramp_w_s(state, der):
    """The configured ramp, the slower one a lease asks for, or the one of a clean stop."""
    rate_w_s = state.config.control.ramp_w_s
    if state.commitments.is_stopping:
        return max(rate_w_s, (der.view.s_max_va or 0) / STOP_RAMP_S)
    if der.decision.asked_reason == reasons.RESERVE:
        return max(rate_w_s, RESERVE_RAMP_PER_S * max(der.view.reserve[1:3]))
    asked_w_s = der.view.lease_ramp_w_s
    if asked_w_s is not None and der.decision.asked_reason in (reasons.DISPATCH, reasons.AGC):
        return min(rate_w_s, asked_w_s)
    return rate_w_s


def _bounds(der):
    view, bounds = der.view, der.bounds
    bounds.p_charge_max_w = view.p_charge_max_w
    bounds.p_discharge_max_w = view.p_discharge_max_w
    bounds.s_max_va = view.s_max_va
    bounds.soc_pct = view.soc_pct
    bounds.soc_min_pct = view.soc_min_pct
    bounds.soc_max_pct = view.soc_max_pct
    bounds.p_site_lo_w = view.p_site_lo_w
    bounds.p_site_hi_w = view.p_site_hi_w
    return bounds
