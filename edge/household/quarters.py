"""What a quarter-hour to come offers one vehicle: charging and discharging by cost, in the form the planner wants.

Not its job: the plan (planner.py), what lies ahead (outlook.py).
Source: ours. An offer is (value, Wh): a stored kWh costs, or a taken one earns, so many millionths of the currency. Each
is taken at its own efficiency. A convex cost is what makes the plan exact, so what would not be convex is left out:
discharging while the price is negative.
"""
from edge.efficiency import CHARGING, DISCHARGING, efficiency_ratio

QUARTERS_PER_H = 4
# Values closer than this part of the highest price are one: the lists stay short.
RESOLUTION_PARTS = 512


class Terms:
    """What holds for one vehicle while a plan is made."""

    def __init__(self, view):
        """view: its EnergyView, of which the device's part is taken."""
        self.efficiency, self.p_min_w, self.wear_micro = view.efficiency, view.p_min_w, view.wear_micro
        self.top_micro = 0              # highest price and wear together
        self.p_charge_max_w = 0
        self.p_discharge_max_w = 0      # 0 where the mode, the consent or the device forbids it
        self.is_feeding = False
        self.share_count = 1            # vehicles that share house and surplus

    def step_micro(self):
        """Values closer than this are one."""
        return max(self.top_micro // RESOLUTION_PARTS, 1)

    def dump(self):
        """What a keyframe keeps."""
        return [self.top_micro, self.p_charge_max_w, self.p_discharge_max_w, self.is_feeding, self.share_count]

    def load(self, content):
        """Put a dump back."""
        self.top_micro, self.p_charge_max_w, self.p_discharge_max_w, self.is_feeding, self.share_count = content


def offers(terms, prices, expected, premium_micro, share):
    """(offers, Wh chargeable, Wh dischargeable) of a quarter-hour.

    prices: (import, export) in millionths a kWh. expected: (lacking, left over) W of the house. premium_micro: what is
    added to energy from the grid that the mode doesn't want. share: how often the vehicle is there, thousandths.
    """
    import_micro, export_micro = prices
    rows, wear_micro = [], terms.wear_micro
    surplus_w = min(expected[1] / terms.share_count, terms.p_charge_max_w)
    ratio = efficiency_ratio(terms.efficiency, max(surplus_w, terms.p_min_w), CHARGING)
    charge_wh = _charging(rows, terms, export_micro / ratio + wear_micro, surplus_w * ratio * share)
    ratio = efficiency_ratio(terms.efficiency, terms.p_charge_max_w, CHARGING)
    value_micro = (import_micro + premium_micro) / ratio + wear_micro
    # What the mode doesn't want waits for the last quarter-hour that is early enough: until then the sun may do it.
    charging = _discharging if premium_micro else _charging
    charge_wh += charging(rows, terms, value_micro, (terms.p_charge_max_w - surplus_w) * ratio * share)
    most_w = 0 if import_micro <= 0 else terms.p_discharge_max_w
    if most_w <= 0:
        return rows, charge_wh, 0
    lacking_w = min(expected[0] / terms.share_count, most_w)
    ratio = efficiency_ratio(terms.efficiency, max(lacking_w, terms.p_min_w), DISCHARGING)
    discharge_wh = _discharging(rows, terms, import_micro * ratio - wear_micro, lacking_w / ratio * share)
    if terms.is_feeding:
        ratio = efficiency_ratio(terms.efficiency, most_w, DISCHARGING)
        discharge_wh += _discharging(rows, terms, export_micro * ratio - wear_micro,
                                     (most_w - lacking_w) / ratio * share)
    return rows, charge_wh, discharge_wh


def _charging(rows, terms, value_micro, p_dc_mw):
    """Adds an offer of a quarter-hour; returns it, Wh. Rounded up: of quarter-hours that cost the same the first is used."""
    return _add(rows, -(int(-value_micro) // terms.step_micro()) * terms.step_micro(), p_dc_mw)


def _discharging(rows, terms, value_micro, p_dc_mw):
    """As _charging, rounded down for the same reason."""
    return _add(rows, int(value_micro) // terms.step_micro() * terms.step_micro(), p_dc_mw)


def _add(rows, value_micro, p_dc_mw):
    e_wh = int(p_dc_mw / QUARTERS_PER_H / 1000)
    if e_wh > 0:
        rows.append((value_micro, e_wh))
    return e_wh
