"""What the grid-code functions share: a line between two points, and the open-loop response.

Not its job: which function answers to what (volt_var.py, droop.py and the others).
Source: IEEE 1547-2018 3.1: the open-loop response time is the time to 90 % of a step, which a first-order lag reaches
after ln(10) = 2.303 time constants. What measuring, bus and device take is taken off, so that the whole answers in time.

The state of a response is the setpoint that was delivered last, not a quantity of its own: whatever else held the
device back, the answer begins where the device is, without a step and without delay.
"""

import math

from edge.der_view import ev_present
from edge.failsafe import ZERO

LN_10_RATIO = 2.302585
# Closer than this the response is over: 0.1 % of 5 kW.
DONE_W = 5


def line(x, x1, y1, x2, y2):
    """The line through two points, x1 < x2, flat beyond both."""
    if x <= x1:
        return y1
    if x >= x2:
        return y2
    return y1 + (y2 - y1) * (x - x1) / (x2 - x1)


def share_of_step(view, olrt_s):
    """Share, 0 to 1, of the way to its goal that a response of olrt_s goes in this tick."""
    tau_s = (olrt_s - view.loop_delay_s) / LN_10_RATIO
    return 1 - math.exp(-view.dt_ms / (1000 * tau_s)) if tau_s > 0 else 1


def vars_opinion(view, q_goal_var, olrt_s, reason):
    """Opinion of the owner of Q on its way to q_goal_var; None while the device may give none.

    Without a vehicle, without the ability, or when the failsafe wants zero, nobody owns Q.
    """
    if not view.q_capable or view.failsafe_action >= ZERO or not ev_present(view):
        return None
    q_var = view.q_set_var
    return None, None, None, q_var + (q_goal_var - q_var) * share_of_step(view, olrt_s), reason


def ceiling(before_w, goal_w, p_w, wish_w, share):
    """An upper bound of power on its way to goal_w, W; for a lower bound negate all powers.

    before_w: what it was a tick ago, None at first. p_w: the setpoint a tick ago, wish_w: what was asked for, share:
    see share_of_step. It falls from the power of now: from a bound far above it would begin with a pause. It rises to
    the wish and then stands aside. A goal below the wish is followed for good: how little is missing says nothing while
    it rises, and a bound that jumped to it would lose the lag of its response.
    """
    if p_w > goal_w:
        return p_w + (goal_w - p_w) * share
    if before_w is None or before_w >= goal_w:
        return goal_w
    top_w = goal_w
    if wish_w > before_w:
        top_w = min(goal_w, wish_w)
    elif p_w < before_w - DONE_W:
        return goal_w       # nothing is held back
    start_w = max(before_w, p_w)
    if top_w - start_w < DONE_W and wish_w <= goal_w:
        return goal_w
    return start_w + (top_w - start_w) * share
