"""Rank 4: setpoints and operating limits with a system operator's priority (0 to 9).

Not its job: the VPP's leases (vpp_limits.py, dispatch.py), who may use such a priority (link).
Source: IEEE 2030.5 DERControl primacy, lower number = higher priority.
"""

from edge import reasons
from edge.limits import SYSTEM_PRIORITY_MAX


def system_limits(view, memory, p):
    """Limits as bounds; a setpoint as both bounds at once, so that no lower rank moves it."""
    lo_w, hi_w = limits_interval(view.lease_limits_sys)
    lease = view.lease_setpoint
    if lease is not None and lease[2] <= SYSTEM_PRIORITY_MAX:
        p_w = lease[0]
        if lo_w is not None and p_w < lo_w:
            p_w = lo_w
        if hi_w is not None and p_w > hi_w:
            p_w = hi_w
        return (p_w, p_w, p_w, None, reasons.SYSTEM_SETPOINT), None
    if lo_w is None and hi_w is None:
        return None, None
    return (lo_w, hi_w, None, None, reasons.SYSTEM_LIMIT), None


def limits_interval(limits_w):
    """(p_lo_w, p_hi_w) of limits (p_charge_max_w, p_discharge_max_w), each None when there is no limit that way."""
    if limits_w is None:
        return None, None
    charge_w, discharge_w = limits_w
    return None if charge_w is None else -charge_w, discharge_w
