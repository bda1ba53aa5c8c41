"""Priority: P and Q brought into the circle that current and apparent power allow.

Not its job: which of them goes first (a setting of the Q mode).
Source: IEEE 1547-2018 5.2 and 5.3.1: category B reduces P to deliver the Q it has to. At low voltage the current
limit, not the rating, is the circle.
"""

from math import hypot, sqrt


def circle_va(ratings, v_pu):
    """Apparent power available at this mean voltage, VA."""
    return ratings.s_max_va * min(1.0, ratings.i_max_pu * v_pu)


def into_circle(p_w, q_var, s_va, *, q_first, keep_factor=False):
    """(p_w, q_var) with p² + q² <= s_va². q_first: P gives way, else Q does. keep_factor: both shrink alike."""
    if p_w * p_w + q_var * q_var <= s_va * s_va:
        return p_w, q_var
    if keep_factor:
        share = s_va / hypot(p_w, q_var)
        return p_w * share, q_var * share
    if q_first:
        q_var = min(max(q_var, -s_va), s_va)
        room_w = sqrt(s_va * s_va - q_var * q_var)
        return min(max(p_w, -room_w), room_w), q_var
    p_w = min(max(p_w, -s_va), s_va)
    room_var = sqrt(s_va * s_va - p_w * p_w)
    return p_w, min(max(q_var, -room_var), room_var)
