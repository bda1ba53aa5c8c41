"""Rank 2: what the device can do at all, and whether a vehicle is there.

Not its job: SoC window (soc_window.py), consent (discharge_consent.py), fuse (site_share.py).
Source: nameplate and live limits of the device profile; IEC 61851-1 state A (no vehicle) carries no power.
"""

from edge import reasons
from edge.der_view import ev_present


def equipment(view, memory, p):
    """[-p_charge_max_w, p_discharge_max_w] inside the apparent power; [0, 0] without a vehicle.

    A charger that does not say whether a vehicle is there is treated as empty.
    """
    if not ev_present(view):
        return (0, 0, None, None, reasons.NO_EV), None
    charge_w = view.p_charge_max_w
    discharge_w = view.p_discharge_max_w
    s_va = view.s_max_va
    if s_va is not None:
        if charge_w > s_va:
            charge_w = s_va
        if discharge_w > s_va:
            discharge_w = s_va
    return (-charge_w, discharge_w, None, None, reasons.NAMEPLATE), None
