"""What each way to run a vehicle costs at this moment: resting, following the house, or all the device can.

Not its job: which of them holds (site_energy.py), values of stored energy (household/planner.py).
Source: ours. cost = import price x import - export price x export + wear - value of what is stored, at the actual load
and PV. Cost in billionths of the currency per hour: a price in millionths a kWh times W.
"""
from edge.efficiency import CHARGING, DISCHARGING, efficiency_ratio

# Ways to run; their order is that of power.
CHARGE_ALL, CHARGE_SURPLUS, REST, SERVE_HOUSE, EXPORT = -2, -1, 0, 1, 2
WAYS = (CHARGE_ALL, CHARGE_SURPLUS, REST, SERVE_HOUSE, EXPORT)
# Running at less is switching off in disguise.
RUN_MIN_W = 100
# So little is not worth being on for, even while it already is.
SERVE_MIN_W = 20


def offers(view, home, is_running):
    """[(cost, p_w) or None] in the order of WAYS; None: not possible now. home: EnergyView with a plan.

    is_running: it may go on below the least useful power, only starting there is not worth it.
    """
    least_w = max(home.p_min_w, RUN_MIN_W)
    found = [None, None, (_cost(home, 0, 0), 0), None, None]
    charge_max_w, discharge_max_w = view.p_charge_max_w, view.p_discharge_max_w
    if charge_max_w >= least_w:
        surplus_w = home.surplus_w or 0
        if home.may_draw:
            p_w = -charge_max_w if home.turn_up_w is None else -min(max(home.turn_up_w, surplus_w, least_w), charge_max_w)
            found[0] = (_cost(home, p_w, home.premium_micro), p_w)
        if surplus_w >= least_w or is_running:
            # A cloud is no reason to stop; what a home battery may not give is then next to nothing.
            p_w = -min(max(surplus_w, least_w if home.may_draw else RUN_MIN_W), charge_max_w)
            # Where the mode draws nothing, topping up the surplus only spares a contactor: what it stores counts as lost.
            lost_w = min(max(-p_w - surplus_w, 0), -p_w) if home.premium_micro else 0
            found[1] = (_cost(home, p_w, 0, lost_w), p_w)
    if home.may_discharge and home.turn_up_w is None and home.lacking_w is not None and discharge_max_w >= least_w:
        lacking_w = home.lacking_w
        if lacking_w >= least_w or (is_running and lacking_w >= SERVE_MIN_W):
            p_w = min(lacking_w, discharge_max_w)
            found[3] = (_cost(home, p_w, 0), p_w)
        if home.may_export:
            found[4] = (_cost(home, discharge_max_w, 0), discharge_max_w)
    return found


def _cost(home, p_w, premium_micro, lost_w=0):
    """Cost rate of running at p_w, of which lost_w stores nothing of worth."""
    drawn_w = (home.lacking_w or 0) - (home.surplus_w or 0) - p_w
    if p_w:
        drawn_w += home.p_standby_w
    cost = drawn_w * (home.import_micro if drawn_w > 0 else home.export_micro)
    if p_w < 0:
        if drawn_w > 0:
            cost += min(drawn_w, -p_w) * premium_micro
        stored_w = (-p_w - lost_w) * efficiency_ratio(home.efficiency, -p_w, CHARGING)
        return cost - stored_w * (home.value_above_micro - home.wear_micro)
    if p_w > 0:
        taken_w = p_w / efficiency_ratio(home.efficiency, p_w, DISCHARGING)
        return cost + taken_w * (home.value_below_micro + home.wear_micro)
    return cost
