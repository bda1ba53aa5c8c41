"""Rank 7: a vehicle supports a low voltage by discharging, under a lease, armed by the station's own measurement.

Not its job: choosing the station (the supervisor leases it to one per feeder), Q (its owner fills the circle).
Source: the paper's V2G case (390 to 400 V of 415, 6 kW, consent); line and timers are ours.

Armed on the voltage while idle, so that the dip of its own charging never triggers it. Armed: p_w up to v_full_pu,
linear to 0 at v_zero_pu, no charging. At 0 for a random while: disarmed, then a rest without charging.
"""

import math

from edge import reasons
from edge.der_view import ev_present, vpp_paused

UNARMED = 0
ARMED = 1
RESTING = 2

# memory: phase, filtered voltage (UNKNOWN while it charges), ms of the phase's timer, ms at zero until disarmed
UNKNOWN = -1
_FRESH = (UNARMED, UNKNOWN, 0, 0)
# One station moves its feeder by less than 1 V per kW and the line asks 1 kW per V: one second is slow enough.
FILTER_MS = 1000
IDLE_W = 100


def v2g_support(view, memory, p):
    """Target of an armed station and its "no charging"; a resting one only the latter."""
    phase, v_pu, timer_ms, hold_ms = memory or _FRESH
    leased = view.support and not vpp_paused(view)
    if phase == RESTING:
        return _rest(view, timer_ms + view.dt_ms, p)
    if not leased:
        return _end(view, phase, p)
    v_pu = _filtered(v_pu, view, phase)
    if phase == UNARMED:
        timer_ms = timer_ms + view.dt_ms if p.v_arm_low_pu <= v_pu <= p.v_arm_high_pu else 0
        if timer_ms < p.arm_s * 1000 or not _can_discharge(view):
            return None, (UNARMED, v_pu, timer_ms, 0)
        timer_ms = 0
        hold_ms = int(1000 * (p.disarm_min_s + (p.disarm_max_s - p.disarm_min_s) * view.chance_s))
    elif not (ev_present(view) and (view.v2g_consent or view.kind == "bes")):
        return _end(view, phase, p)
    p_w = _support_w(v_pu, p) if _can_discharge(view) else 0
    timer_ms = timer_ms + view.dt_ms if p_w <= 0 else 0
    if timer_ms >= hold_ms:
        return _end(view, ARMED, p)
    reason = reasons.SUPPORT_DEEP if v_pu < p.v_arm_low_pu else reasons.SUPPORT
    return (0, None, p_w, None, reason), (ARMED, v_pu, timer_ms, hold_ms)


def v2g_support_without_voltage(view, memory, p):
    """Unavailable: an armed station rests, an unarmed one starts over."""
    phase, _, timer_ms, _ = memory or _FRESH
    if phase == RESTING:
        return _rest(view, timer_ms + view.dt_ms, p)
    return _end(view, phase, p)


def _can_discharge(view):
    """A vehicle with consent and energy above its floor."""
    return (ev_present(view) and (view.v2g_consent or view.kind == "bes")
            and view.soc_pct is not None and view.soc_pct > view.soc_min_pct)


def _filtered(v_pu, view, phase):
    """The voltage without the station's own charging; UNKNOWN while it charges."""
    if phase == UNARMED and ev_present(view) and (view.p_ac_w is None or view.p_ac_w < -IDLE_W):
        return UNKNOWN
    if v_pu == UNKNOWN:
        return view.v_mean_pu
    return v_pu + (view.v_mean_pu - v_pu) * (1 - math.exp(-view.dt_ms / FILTER_MS))


def _support_w(v_pu, p):
    """The line: p_w up to v_full_pu, 0 from v_zero_pu."""
    share = (p.v_zero_pu - v_pu) / (p.v_zero_pu - p.v_full_pu)
    return p.p_w * (0 if share < 0 else 1 if share > 1 else share)


def _end(view, phase, p):
    """Leave a phase: an armed station rests first."""
    if phase == ARMED:
        return _rest(view, 0, p)
    return None, None


def _rest(view, timer_ms, p):
    if timer_ms >= p.idle_s * 1000:
        return None, None
    if vpp_paused(view):
        return None, (RESTING, UNKNOWN, timer_ms, 0)
    return (0, None, None, None, reasons.SUPPORT_REST), (RESTING, UNKNOWN, timer_ms, 0)
