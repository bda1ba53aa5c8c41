"""What one DER could do from now on, for the supervisor to plan with.

Not its job: measurements (reports.py), fields and ranges (protocols/message_tables.py). Told once a minute, so a board
forgets it in between.
Source: the power and energy envelope of S2 (EN 50491-12-2) and IEEE 2030.5, in our signs.
"""
from edge.der_view import ev_present, vpp_paused

# Rounded to a quarter of an hour: the supervisor needs no diary of the household.
DEPARTURE_STEP_S = 900


def flexibility(view, common):
    """Content of `flex`: what one DER could do from now on. common: boot, mono_ms and t_ms of this report."""
    content = {"boot": common["boot"], "mono_ms": common["mono_ms"], "t_ms": common["t_ms"],
               "e_needed_wh": view.e_needed_wh}
    is_there = ev_present(view)
    may_discharge = is_there and (view.v2g_consent or view.kind == "bes") and view.soc_pct is not None
    content["p_charge_max_w"] = view.p_charge_max_w if is_there else 0
    content["p_discharge_max_w"] = view.p_discharge_max_w if may_discharge else 0
    if view.soc_pct is not None and view.e_capacity_wh:
        content["e_charge_wh"] = max(view.soc_max_pct - view.soc_pct, 0) / 100 * view.e_capacity_wh
        content["e_discharge_wh"] = _discharge_wh(view) if may_discharge else 0
    if view.t_departure_ms is not None:
        departure_s = (common["t_ms"] + view.t_departure_ms - common["mono_ms"]) // 1000
        content["departure_s"] = departure_s // DEPARTURE_STEP_S * DEPARTURE_STEP_S
    content["offers"] = [] if vpp_paused(view) else ["setpoint", "limits", "wape_lift"]
    if may_discharge and not vpp_paused(view):
        content["offers"].append("v2g_support")
    return content


def _discharge_wh(view):
    """Energy above the floor, Wh, of which nothing was promised to the driver."""
    above_wh = max(view.soc_pct - view.soc_min_pct, 0) / 100 * view.e_capacity_wh
    spare_wh = None if view.promise is None else view.promise.spare_wh(view.now_ms)
    return above_wh if spare_wh is None or spare_wh > above_wh else spare_wh
