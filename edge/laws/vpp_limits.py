"""Rank 7: operating limits leased by the VPP (priority 10 and above).

Not its job: system operators' limits (system_limits.py), setpoints (dispatch.py).
Source: IEEE 2030.5 / CSIP-AUS import and export limits; operating limits are promises, not targets.
"""

from edge import reasons
from edge.der_view import vpp_paused
from edge.laws.system_limits import limits_interval


def vpp_limits(view, memory, p):
    """Bounds of the lease, unless the household has paused the VPP."""
    if view.lease_limits_vpp is None or vpp_paused(view):
        return None, None
    lo_w, hi_w = limits_interval(view.lease_limits_vpp)
    return (lo_w, hi_w, None, None, reasons.VPP_LIMIT), None
