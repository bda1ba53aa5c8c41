"""Rank 1: what a failsafe action leaves of the power.

Not its job: choosing the action (failsafe.py), ceasing to write (drivers ask failsafe.may_refresh).
Source: ours; each action allows a part of what the one before allows.
"""

from edge.failsafe import HOLD_LIMITED, STOP_DISCHARGING, ZERO


def protection(view, memory, p):
    """Bounds of view.failsafe_action; reactive power ends with its owner (see wape.py)."""
    action = view.failsafe_action
    if action < STOP_DISCHARGING:
        return None, None
    if action >= ZERO:
        return (0, 0, None, None, view.failsafe_reason), None
    lo_w = -view.p_static_safe_w if action >= HOLD_LIMITED else None
    return (lo_w, 0, None, None, view.failsafe_reason), None
