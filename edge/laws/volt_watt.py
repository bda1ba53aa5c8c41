"""Rank 3: less injection while the highest phase is high, less charging while the lowest is low.

Not its job: trips (the device), the charge limit of sites without such a curve (undervoltage.py).
Source: IEEE 1547-2018 5.4.2, whose second point may ask for absorption; AS/NZS 4777.2:2020 for charging.
"""

from edge import grid_reasons, reasons
from edge.laws.response import ceiling, line, share_of_step


def volt_watt(view, memory, p):
    """Bounds of the curves that are enabled. memory: (upper bound W, lower bound W) of the tick before."""
    hi_w = lo_w = 0
    if p.enabled:
        hi_w = view.p_rated_w * line(view.v_max_pu, p.v1_pu, p.p1_pu, p.v2_pu, p.p2_pu)
    if p.charge_enabled:
        lo_w = -view.p_charge_max_w * line(view.v_min_pu, p.v1_charge_pu, p.p1_charge_pu, p.v2_charge_pu, p.p2_charge_pu)
    return _bounds(view, memory, p, (hi_w, lo_w), grid_reasons.VOLT_WATT)


def volt_watt_without_voltage(view, memory, p):
    """Unavailable: with the response of the curves to no injection, and to the charging declared safe unseen."""
    return _bounds(view, memory, p, (0, -view.p_static_safe_w), reasons.VOLTAGE_UNKNOWN)


def _bounds(view, memory, p, goals_w, reason):
    before_hi_w, before_lo_w = memory or (None, None)
    p_w, wish_w, share = view.p_set_w, view.p_asked_w or 0, share_of_step(view, p.olrt_s)
    hi_w = lo_w = None
    if p.enabled:
        hi_w = ceiling(before_hi_w, goals_w[0], p_w, wish_w, share)
    if p.charge_enabled:
        lo_w = -ceiling(None if before_lo_w is None else -before_lo_w, -goals_w[1], -p_w, -wish_w, share)
        # An order to absorb outranks the limit of charging: only a grid with one high and one low phase knows both.
        if hi_w is not None and lo_w > hi_w:
            lo_w = hi_w
    return (lo_w, hi_w, None, None, reason), (hi_w or 0, lo_w or 0)
