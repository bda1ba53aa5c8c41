"""Efficiency of a converter by its power, as its profile gives it.

Not its job: standby consumption, which does not depend on power; what follows for a plan (household, laws).
Source: `dynamics.efficiency` of a device profile, rows (W, charging, discharging) by rising power at the AC terminals;
linear between them, flat beyond the first and the last.
"""

CHARGING, DISCHARGING = 1, 2


def efficiency_ratio(rows, p_ac_w, direction):
    """Efficiency at p_ac_w, W >= 0, in a direction (CHARGING or DISCHARGING); rows: at least one."""
    before = rows[0]
    if p_ac_w <= before[0]:
        return before[direction]
    for row in rows:
        if p_ac_w <= row[0]:
            return before[direction] + (row[direction] - before[direction]) * (p_ac_w - before[0]) / (row[0] - before[0])
        before = row
    return before[direction]
