"""Rank 1: what a failsafe action leaves of the power, and nothing without the permission to serve.

Not its job: choosing the action (failsafe.py), ceasing to write (drivers ask failsafe.may_refresh), the way back into
service (grid_mode.py, which a site without such a section, and a device that does it by itself, does not have).
Source: ours; each action allows a part of what the one before allows. IEEE 1547-2018 4.10 for the permission.
"""

from edge.failsafe import HOLD_LIMITED, STOP_DISCHARGING, ZERO

ENTER_SERVICE = 141     # number of grid_reasons.py


def protection(view, memory, p):
    """Bounds of view.failsafe_action; reactive power ends with its owner (see wape.py). 0 W and 0 var unpermitted."""
    action = view.failsafe_action
    if action >= ZERO:
        return (0, 0, None, None, view.failsafe_reason), None
    if not view.permit_service:
        return (0, 0, None, 0, ENTER_SERVICE), None
    if action < STOP_DISCHARGING:
        return None, None
    lo_w = -view.p_static_safe_w if action >= HOLD_LIMITED else None
    return (lo_w, 0, None, None, view.failsafe_reason), None
