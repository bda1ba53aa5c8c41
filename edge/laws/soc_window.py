"""Rank 2: no charging above, no discharging below the state-of-charge window.

Not its job: energy needed by a departure (mobility.py), the battery's own protection (its management system).
Source: ours; "unknown SoC logs a warning but still discharges" is a defect seen in the field.
"""

from edge import reasons


def soc_window(view, memory, p):
    """Unknown SoC: no discharge; charging goes on, since the battery itself ends it when full."""
    soc_pct = view.soc_pct
    if soc_pct is None:
        return (None, 0, None, None, reasons.SOC_UNKNOWN), None
    if soc_pct >= view.soc_max_pct:
        return (0, None, None, None, reasons.BATTERY_FULL if view.kind == "bes" else reasons.EV_FULL), None
    if soc_pct <= view.soc_min_pct:
        return (None, 0, None, None, reasons.SOC_FLOOR), None
    return None, None
