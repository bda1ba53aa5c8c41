"""Rank 5: the energy the driver needs by departure, and charging a little to learn the state of charge.

Not its job: the feasible region (household/promise.py), how much is needed until when (household/session.py), the SoC
window (soc_window.py).
Source: closed forms of the energy boundaries, see household/promise.py. Reading the state of charge stands here because
what needs it, a promise or a discharge, stands here or below; protection, fuse and mandated limits stay above.
"""

from edge import reasons

# Number of home_reasons.py, which a site without a household has no room for.
SOC_PROBE = 307


def mobility(view, memory, p):
    """Upper bound on power: negative when charging can wait no longer, else what discharging may still take.

    view.promise: of the household, None without one.
    """
    promise = view.promise
    if promise is None:
        return None, None
    p_hi_w = promise.p_hi_w(view)
    p_probe_w = promise.p_probe_w
    if p_probe_w and (p_hi_w is None or p_hi_w > -p_probe_w):
        return (None, -p_probe_w, None, None, SOC_PROBE), None
    return (None if p_hi_w is None else (None, p_hi_w, None, None, reasons.DEPARTURE)), None
