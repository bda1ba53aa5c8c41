"""How fast a setpoint may move: one straight line per second, and safety does not wait for it.

Not its job: the setpoint itself (arbiter.py), how often a device takes one (drivers).
Source: IEEE 1547-2018 4.10.3 for ramps in general; the rates are parameters of the site.
"""


# Functions of a grid code (grid_reasons.py) that form their answer themselves, by their open-loop response.
SHAPED_FIRST, SHAPED_LAST = 153, 159


def is_shaped(reason):
    """Whether what bound power, or owns vars, moves them at its own pace; the ramp would spoil that."""
    return SHAPED_FIRST <= reason <= SHAPED_LAST


def slew(previous, wanted, rate_per_s, dt_ms):
    """`wanted`, but no further from `previous` than the rate allows in dt_ms; same unit for all three."""
    step = rate_per_s * dt_ms / 1000
    if wanted > previous + step:
        return previous + step
    if wanted < previous - step:
        return previous - step
    return wanted


def ramp_reactive(previous_var, decision, rate_var_s, dt_ms):
    """Reactive power one tick on, var: the decision, slewed from the setpoint before unless its owner does that."""
    if is_shaped(decision.q_reason):
        return decision.q_var
    return slew(previous_var, decision.q_var, rate_var_s, dt_ms)


def held_by(decision):
    """Which bound that moves at its own pace holds the decision: its reason, negated for a lower bound; 0 for none."""
    if not is_shaped(decision.bound_reason):
        return 0
    return decision.bound_reason if (decision.asked_w or 0) > decision.p_w else -decision.bound_reason


def ramp_power(previous_w, decision, rate_w_s, dt_ms, is_on_bound=False):
    """Active power one tick on, W: the decision, slewed from the setpoint before.

    A bound of protection, equipment or grid code (decision.safe_lo_w, safe_hi_w) holds at once: the ramp is comfort,
    never a reason to stay outside it. is_on_bound: the setpoint before sat on the bound that holds it now too, and
    goes on with it at that bound's own pace; coming from elsewhere it is slewed.
    """
    if is_on_bound:
        return decision.p_w
    p_w = slew(previous_w, decision.p_w, rate_w_s, dt_ms)
    if p_w < decision.safe_lo_w:
        return decision.safe_lo_w
    if p_w > decision.safe_hi_w:
        return decision.safe_hi_w
    return p_w
