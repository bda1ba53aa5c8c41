"""Rank 8: a charge point's own schedule begins after a delay by chance, and not in the peak hours of a weekday.

Not its job: the wish itself (local_wishes.py). It holds back only what the schedule wants: the default, or the VPP's plan.
A household's "charge now" overrides it; leases, contracted reserve, discharging and every rank above are never delayed.
Source: Electric Vehicles (Smart Charge Points) Regulations 2021 (GB), regulations 10 and 11, from general knowledge.
Less charging is never delayed: ours.
"""
from edge import grid_reasons
from edge.der_view import ev_present, vpp_paused
from edge.local_time import weekday_and_minute

FREE, DELAYED, PEAK, CLOCK_NOT_SET = range(4)
WORDS = ("free", "delayed", "peak_hours", "clock_not_set")

# "All it can", beyond any charger; so a changing live limit is no change of the schedule.
ALL_W = 1000000
SATURDAY = 5


def smart_charge(view, memory, p):
    """Cap on charging. memory: state, charging the schedule has begun with, W, ms of the delay and its length."""
    if view.wish[0] == "charge_now":
        return None, (FREE, ALL_W, 0, 0)
    if not ev_present(view) or view.wish[0] != "none" or _has_lease(view):
        return None, None       # what comes afterwards is a new start
    state, begun_w, timer_ms, delay_ms = memory or (FREE, 0, 0, 0)
    is_peak = p.hours_enabled and view.unix_s is not None and _is_peak(view.unix_s, p)
    wanted_w = 0 if is_peak else _wanted_w(view, p)
    if wanted_w <= begun_w:
        begun_w, timer_ms, delay_ms = wanted_w, 0, 0
    elif delay_ms == 0:
        delay_ms = int(1000 * p.delay_max_s * view.chance_s) + 1    # 0 is none running
    else:
        timer_ms += view.dt_ms
        if timer_ms >= delay_ms:
            begun_w, timer_ms, delay_ms = wanted_w, 0, 0
    state = PEAK if is_peak else DELAYED if delay_ms else CLOCK_NOT_SET if p.hours_enabled and view.unix_s is None else FREE
    memory = (state, begun_w, timer_ms, delay_ms)
    if state == PEAK:
        return (0, None, None, None, grid_reasons.PEAK_HOURS), memory
    return (-begun_w, None, None, None, grid_reasons.RANDOM_DELAY) if delay_ms else None, memory


def smart_charge_tell(memory):
    """What the schedule waits for, as an event: (reason, [word]); None while something else decides."""
    return None if memory is None else (grid_reasons.SMART_CHARGE, [WORDS[memory[0]]])


def _has_lease(view):
    """Whether the VPP decides: demand response is not the charge point's schedule."""
    if vpp_paused(view):
        return view.reserve is not None
    return view.lease_setpoint is not None or view.agc is not None or view.reserve is not None or view.support


def _wanted_w(view, p):
    """Charging power of the default control, W >= 0."""
    default_w = view.p_default_w if view.p_default_w is not None else p.p_default_w
    if default_w is None:
        return ALL_W
    return -default_w if default_w < 0 else 0


def _is_peak(unix_s, p):
    weekday, minute = weekday_and_minute(unix_s, p.utc_offset_min, p.summer_time == "eu")
    if weekday >= SATURDAY:
        return False
    return p.peak1_start_min <= minute < p.peak1_end_min or p.peak2_start_min <= minute < p.peak2_end_min
