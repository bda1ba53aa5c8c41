"""Rank 3, always on: charging fades out at low voltage, full at v_full_pu of the lowest phase, none at v_zero_pu.

Not its job: trips (the device's certified protection), comfort above v_full_pu (wape.py).
Source: EN 50160 4.2.2 puts the lower edge of normal supply at 0.90; the line from 0.94 is ours.
"""

from edge import reasons

# Down at once, up slowly: an unfiltered line of slope 25 per pu oscillates on a weak feeder when it may rise as fast.
# The same rise is the soft start after a restart, when a whole street may begin to charge at once.
RECOVERY_MS = 10000


def undervoltage(view, memory, p):
    """Cap on charging. memory: (share of the rating allowed,), 0..1."""
    share = (view.v_min_pu - p.v_zero_pu) / (p.v_full_pu - p.v_zero_pu)
    if share >= 1 and memory is None:
        return None, None
    share = 0 if share < 0 else 1 if share > 1 else share
    reason = reasons.UNDERVOLTAGE
    if memory is not None and share > memory[0]:
        share = min(share, memory[0] + view.dt_ms / RECOVERY_MS)
        if share >= 1:
            return None, None
        reason = reasons.SLOW_RETURN
    return (-view.p_charge_max_w * share, None, None, None, reason), (share,)


def undervoltage_unknown(view, memory, p):
    """Without a voltage: charging only at the power declared safe unseen; when it returns, from there upwards."""
    return (-view.p_static_safe_w, None, None, None, reasons.VOLTAGE_UNKNOWN), (0,)
