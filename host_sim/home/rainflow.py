"""Rainflow counting: which cycles a state of charge went through, however they lie inside one another.

Not its job: what a cycle costs (wear.py).
Source: ASTM E1049-85, clause 5.4.4: a range that lies between two at least as large is a cycle; what is left counts half.
"""


def turning_points(values):
    """First value, last value, and every one between at which the series turns; equal neighbours count once."""
    points = []
    for value in values:
        if points and value == points[-1]:
            continue
        if len(points) > 1 and (points[-1] - points[-2]) * (value - points[-1]) > 0:
            points[-1] = value
        else:
            points.append(value)
    return points


def cycles(values):
    """[(range, mean, count)] of a series, count 1 or 0.5, in the unit of the values."""
    found, stack = [], []
    for point in turning_points(values):
        stack.append(point)
        while len(stack) > 2:
            newest, before = abs(stack[-1] - stack[-2]), abs(stack[-2] - stack[-3])
            if newest < before:
                break
            if len(stack) == 3:
                found.append(_cycle(stack[0], stack[1], 0.5))
                del stack[0]
            else:
                found.append(_cycle(stack[-3], stack[-2], 1.0))
                del stack[-3:-1]
    return found + [_cycle(first, second, 0.5) for first, second in zip(stack, stack[1:])]


def _cycle(first, second, count):
    return abs(first - second), (first + second) / 2, count
