"""Curve: a value between points, straight from one to the next and flat beyond the ends.

Not its job: whether the points are sensible (settings_check.py).
Source: IEEE 1547-2018, Figures H.4 to H.7: all its curves are of this kind.
"""


def interpolate(points, x):
    """Second coordinate at x. points: ((x, y), …), rising x; of two points at one x, a step, the later holds on it."""
    x0, y0 = points[0]
    if x < x0:
        return y0
    for x1, y1 in points:
        if x < x1:
            return y0 + (y1 - y0) * (x - x0) / (x1 - x0)
        x0, y0 = x1, y1
    return y0
