"""How fast a setpoint may move: one straight line per second, and safety does not wait for it.

Not its job: the setpoint itself (arbiter.py), how often a device takes one (drivers).
Source: IEEE 1547-2018 4.10.3 for ramps in general; the rates are parameters of the site.
"""


def slew(previous, wanted, rate_per_s, dt_ms):
    """`wanted`, but no further from `previous` than the rate allows in dt_ms; same unit for all three."""
    step = rate_per_s * dt_ms / 1000
    if wanted > previous + step:
        return previous + step
    if wanted < previous - step:
        return previous - step
    return wanted


def ramp_power(previous_w, decision, rate_w_s, dt_ms):
    """Active power one tick on, W: the decision, slewed from the setpoint before.

    A bound of protection, equipment or grid code (decision.safe_lo_w, safe_hi_w) holds at once: the ramp is comfort,
    never a reason to stay outside it.
    """
    p_w = slew(previous_w, decision.p_w, rate_w_s, dt_ms)
    if p_w < decision.safe_lo_w:
        return decision.safe_lo_w
    if p_w > decision.safe_hi_w:
        return decision.safe_hi_w
    return p_w
