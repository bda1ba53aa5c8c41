"""What reaches the battery of the power at the charger's terminals, and the other way round, standby included.

Not its job: looking up a ratio (edge/efficiency.py), measuring; the rows come from the device's profile (`dynamics`).
Source: rows (p_w, charging, discharging), linear between them. That is conservative: a converter with constant losses
does a little better inside a segment.
"""
from edge.efficiency import CHARGING, DISCHARGING, efficiency_ratio


class Efficiency:
    """One device. All powers: positive out of the battery and into the grid; p_dc_w is at the battery."""

    def __init__(self, dynamics, charging_pct):
        """dynamics: that block of a profile; charging_pct: where it has no rows, 0..100."""
        flat = charging_pct / 100
        self._rows = dynamics["efficiency"] or ((0, flat, flat),)
        self.standby_w = dynamics["standby_w"]
        self.p_min_useful_w = dynamics["p_min_useful_w"]

    def p_dc_w(self, p_ac_w):
        """Power out of the battery, W, at a measured power, W; what standby takes never reaches it."""
        p_w = p_ac_w + self.standby_w
        if p_ac_w < 0:
            return p_w * efficiency_ratio(self._rows, -p_w, CHARGING) if p_w < 0 else 0
        # A few watts more than standby are no discharge yet.
        return p_w / efficiency_ratio(self._rows, p_w, DISCHARGING) if p_ac_w > 0 else 0

    def p_charge_w(self, p_stored_w):
        """Power at the terminals, W >= 0, that stores so many W >= 0."""
        if p_stored_w <= 0:
            return 0
        return self._converter_w(p_stored_w, CHARGING) + self.standby_w

    def p_discharge_w(self, p_taken_w):
        """Power at the terminals, W >= 0, that so many W >= 0 out of the battery give."""
        if p_taken_w <= 0:
            return 0
        p_w = self._converter_w(p_taken_w, DISCHARGING) - self.standby_w
        return p_w if p_w > 0 else 0

    def _converter_w(self, p_dc_w, column):
        """Power of the converter, W >= 0, that means so many W >= 0 at the battery."""
        low = self._rows[0]
        for high in self._rows:
            if p_dc_w <= _battery_w(high[0], high[column], column):
                return _inside(p_dc_w, low, high, column)
            low = high
        return _by_factor(p_dc_w, low[column], column)


def _battery_w(p_w, factor, column):
    return p_w * factor if column == CHARGING else p_w / factor


def _by_factor(p_dc_w, factor, column):
    return p_dc_w / factor if column == CHARGING else p_dc_w * factor


def _inside(p_dc_w, low, high, column):
    """Between two rows the factor is a + b p: charging p (a + b p) = p_dc, discharging p = p_dc (a + b p)."""
    if high[0] == low[0]:
        return _by_factor(p_dc_w, low[column], column)
    slope = (high[column] - low[column]) / (high[0] - low[0])
    start = low[column] - slope * low[0]
    if column == DISCHARGING:
        return p_dc_w * start / (1 - p_dc_w * slope)
    if slope == 0:
        return p_dc_w / start
    # The root that grows with p_dc, written so that nothing cancels.
    return 2 * p_dc_w / (start + (start * start + 4 * slope * p_dc_w) ** 0.5)
