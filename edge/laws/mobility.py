"""Rank 5: the energy the driver needs by departure, from the lower edge of the vehicle's feasible region.

Not its job: learning when somebody leaves (household), the SoC window (soc_window.py).
Source: closed form of the energy boundary E-(t) = E_r - eta P_c (t_d - t): below it full-power charging no longer
arrives in time. With dE = E-(t + dt) - E over a step dt: dE > 0 forces charging at dE / (eta dt); dE < 0 leaves
-dE eta / dt for discharging.
"""

from edge import reasons

# The step of the closed form. Shorter ones end in a jump to full power at the last moment; five minutes spread it.
STEP_S = 300


def mobility(view, memory, p):
    """Upper bound on power: negative when charging can wait no longer, else what discharging may still take.

    view.e_needed_wh: battery energy missing at departure; view.t_departure_ms: when. Past departure with energy
    still missing: full charging.
    """
    e_needed_wh = view.e_needed_wh
    charge_w = view.p_charge_max_w
    if e_needed_wh is None or view.t_departure_ms is None or charge_w <= 0:
        return None, None
    eta = p.efficiency_pct / 100
    left_s = (view.t_departure_ms - view.now_ms) / 1000 - p.margin_s
    # The last step ends at departure; after it, only "at once" is left for what is still missing.
    step_s = left_s if 0 < left_s < STEP_S else STEP_S
    after_s = left_s - step_s
    deficit_wh = e_needed_wh - (eta * charge_w * after_s / 3600 if after_s > 0 else 0)
    if deficit_wh > 0:
        forced_w = deficit_wh * 3600 / (eta * step_s)
        p_hi_w = -forced_w if forced_w < charge_w and left_s > 0 else -charge_w
    else:
        p_hi_w = -deficit_wh * 3600 * eta / step_s
    return (None, p_hi_w, None, None, reasons.DEPARTURE), None
