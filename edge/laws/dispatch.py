"""Rank 7: setpoint leases of the VPP and its regulation signal.

Not its job: when a lease begins and ends (leases.py), limits (vpp_limits.py), the ramp (ramp.py).
Source: IEEE 2030.5 opModFixedW; a regulation share is a reserved power times the group's scalar, so a forged
broadcast moves a device only inside what it has sold.
"""

from edge import reasons
from edge.der_view import vpp_paused
from edge.limits import SYSTEM_PRIORITY_MAX


def dispatch(view, memory, p):
    """Target: the setpoint, plus the regulation share; the share alone swings about zero."""
    lease = view.lease_setpoint
    if lease is not None and lease[2] <= SYSTEM_PRIORITY_MAX:
        lease = None
    if (lease is None and view.agc is None) or vpp_paused(view):
        return None, None
    if view.agc is None:
        return (None, None, lease[0], None, reasons.DISPATCH), None
    cap_w, scalar = view.agc
    share_w = cap_w * (-1 if scalar < -1 else 1 if scalar > 1 else scalar)
    if lease is None:
        return (None, None, share_w, None, reasons.AGC), None
    return (None, None, lease[0] + share_w, None, reasons.DISPATCH), None
