"""Whether a departure can be kept, said at once: how much would be missing, how much later it would all be there.

Not its job: keeping it (laws/mobility.py), telling it again while it stands (verdict.py).
Source: ours, with the closed forms of promise.py and without their margins: what is likely, not what is sure.
"""
from edge.drivers.profile_loader import load_profile
from edge.household import promise
from edge.household.efficiency import Efficiency

# Less than this is nobody's trip.
LEAST_WH = 100


def likely(config, number, view, wanted):
    """{e_needed_wh, short_wh, late_min} of a departure; None while state of charge or capacity would have to be guessed.

    config: Config; number, view: of the DER. wanted: (t_departure_ms, energy at the battery in Wh or None, soc_pct or
    None). short_wh: energy missing then at full power from now on; late_min: so much later it is all there, None: never.
    """
    t_ms, needed_wh, soc_pct = wanted
    capacity_wh = view.e_capacity_wh
    if needed_wh is None:
        if view.soc_pct is None or not capacity_wh or soc_pct is None:
            return None
        needed_wh = max(soc_pct - view.soc_pct, 0) * capacity_wh / 100
    p = config.mobility
    over_wh, gap_wh, taper_wh, full_wh = 0, 0, 0, 0
    if capacity_wh:
        taper_wh = (100 - p.taper_from_pct) / 100 * capacity_wh
        gap_wh, full_wh = taper_wh, needed_wh + taper_wh
        if view.soc_pct is not None:
            full_wh = (100 - view.soc_pct) * capacity_wh / 100
            over_wh = max(needed_wh - max(view.soc_max_pct - view.soc_pct, 0) * capacity_wh / 100, 0)
            gap_wh = max(full_wh - needed_wh + over_wh, 0)
    efficiency = Efficiency(load_profile(config.ders[number].profile)["dynamics"], p.efficiency_pct)
    p_ac_w = config.ders[number].p_charge_max_w if view.p_charge_max_w is None else view.p_charge_max_w
    p_w = -efficiency.p_dc_w(-p_ac_w)
    rate = promise.rate_of(p_w, p_w, taper_wh, p.taper_end_pct / 100)
    feasible_wh = needed_wh - over_wh
    left_s = (t_ms - view.now_ms) / 1000
    short_wh = over_wh + (promise.short_wh(feasible_wh, left_s, full_wh, rate) if p_w > 0 else feasible_wh)
    late_s = promise.seconds_for(feasible_wh, gap_wh, rate) - left_s if p_w > 0 else 0
    if short_wh < LEAST_WH:
        return {"e_needed_wh": round(needed_wh), "short_wh": 0, "late_min": 0}
    return {"e_needed_wh": round(needed_wh), "short_wh": round(short_wh),
            "late_min": None if over_wh >= LEAST_WH or p_w <= 0 else int(late_s // 60) + 1}
