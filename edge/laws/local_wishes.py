"""Rank 8: what the household wants now; without a wish the default control, else a charger charges and a BES rests.

Not its job: observe and pause (the gateway and rank 7 read those switches), how long a wish lasts (commitments.py).
Source: ours; IEEE 2030.5 DefaultDERControl for the configured default.
"""

from edge import reasons


def local_wishes(view, memory, p):
    """Always a target: somebody has to want something. A wish without a power means all the device can."""
    wish, p_w = view.wish
    if wish == "charge_now":
        return (None, None, -view.p_charge_max_w if p_w is None else -p_w, None, reasons.CHARGE_NOW), None
    if wish == "discharge_now":
        return (None, None, view.p_discharge_max_w if p_w is None else p_w, None, reasons.DISCHARGE_NOW), None
    if wish == "idle":
        return (None, None, 0, None, reasons.IDLE_WISH), None
    default_w = view.p_default_w if view.p_default_w is not None else p.p_default_w
    if default_w is not None:
        return (None, None, default_w, None, reasons.DEFAULT_TARGET), None
    if view.kind == "bes":
        return (None, None, 0, None, reasons.DEFAULT_IDLE), None
    return (None, None, -view.p_charge_max_w, None, reasons.DEFAULT_CHARGE), None
