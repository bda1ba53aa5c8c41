"""Efficiency of a converter between its AC and DC terminals, piecewise-linear in power.

Not its job: standby consumption, which does not depend on power (inverter.py).
Source: rows (p_w, charging, discharging) of a profile's `dynamics`; flat beyond the first and the last row.
"""


class Efficiency:
    """Looks up both directions; no rows means a lossless converter."""

    def __init__(self, rows):
        """rows: ((p_w, charging, discharging), …) by rising power, efficiencies in (0, 1]."""
        self._rows = tuple(rows)

    def factor(self, p_abs_w, charging):
        """Efficiency in (0, 1] at this AC power (W, >= 0) in one direction."""
        column = 1 if charging else 2
        rows = self._rows
        if not rows:
            return 1.0
        if p_abs_w <= rows[0][0]:
            return rows[0][column]
        for low, high in zip(rows, rows[1:]):
            if p_abs_w <= high[0]:
                share = (p_abs_w - low[0]) / (high[0] - low[0])
                return low[column] + share * (high[column] - low[column])
        return rows[-1][column]

    def p_dc_w(self, p_ac_w):
        """DC power, W, + out of the battery, for an AC power, W, + injected."""
        if p_ac_w < 0:
            return p_ac_w * self.factor(-p_ac_w, True)
        return p_ac_w / self.factor(p_ac_w, False)
