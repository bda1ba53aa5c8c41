"""Edges of test pulses: how far each phase of the meter moves with the charger, whatever else the house does meanwhile.

Not its job: making pulses (pulses.py), what a ratio means (verdicts.py).
Source: ours. An edge compares medians of a window before and a window after; the ratio of a phase is the median over all
edges, so that a kettle that switches within one or two of them changes nothing. Error: the confidence interval of a median by
ranks (sign test), which asks for no distribution; few edges have to agree all, of many some may be spoilt.
"""

import math

PHASES = (0, 1, 2)
SAMPLES_MIN = 4             # of a window that counts
E_MIN_W = 100               # a charger that moved less made no edge
LEVEL = 0.035               # chance that the interval misses, at most; six edges give 0.031 with lowest and highest
# A load that spoils a fifth of all edges spoils eight of twelve the same way once in 100,000 sites.
AGREEING, AGREEING_OF_MIN = 0.6, 12
# No site's meter and charger agree better than this.
ERROR_FLOOR = 0.02


def median(values):
    """Median of a list, None of an empty one."""
    ordered = sorted(values)
    count = len(ordered)
    if not count:
        return None
    middle = count // 2
    return ordered[middle] if count % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def edge(before, after):
    """(charger's change, W, changes of phases a, b, c, W) of two windows of samples; None: not enough of them.

    A sample is (t_ms, charger W, (phase W, phase W, phase W)), all positive towards the grid.
    """
    if min(len(before), len(after)) < SAMPLES_MIN:
        return None
    moved_w = median([row[1] for row in after]) - median([row[1] for row in before])
    if abs(moved_w) < E_MIN_W:
        return None
    return moved_w, [median([row[2][k] for row in after]) - median([row[2][k] for row in before]) for k in PHASES]


def ratios(edges):
    """[(ratio, error), …] of phases a, b, c over edges as `edge` gives them; [] for no edge."""
    if not edges:
        return []
    return [_middle([phases_w[k] / moved_w for moved_w, phases_w in edges]) for k in PHASES]


def _middle(values):
    """(ratio, error): the median and its confidence interval by ranks; of many edges, where more agree than loads could spoil
    the same way by chance, the middle of those that agree and how far they lie apart."""
    ratio, ordered, count = median(values), sorted(values), len(values)
    rank = _rank(count)
    error = max(ratio - ordered[rank], ordered[-1 - rank] - ratio)
    if count >= AGREEING_OF_MIN:
        size = math.ceil(AGREEING * count)
        start = min(range(count - size + 1), key=lambda at: ordered[at + size - 1] - ordered[at])
        agreeing = ordered[start:start + size]
        if agreeing[-1] - agreeing[0] < error:
            ratio, error = median(agreeing), agreeing[-1] - agreeing[0]
    return ratio, max(error, ERROR_FLOOR)


def _rank(count):
    """How many of the lowest and of the highest values lie outside the interval."""
    rank, ways, below = 0, 1, 1
    while 2 * rank + 2 < count:
        ways = ways * (count - rank) // (rank + 1)
        below += ways
        if 2 * below / 2 ** count > LEVEL:
            break
        rank += 1
    return rank


def amplitude(before, samples):
    """[ratio, …] of the greatest excursions of the phases to the charger's, signed; for pulses that were cut short.

    None when the charger did not move. Rough: meter and charger measure over windows of their own.
    """
    if len(before) < SAMPLES_MIN or not samples:
        return None
    rest_w = median([row[1] for row in before])
    moved_w = _farthest([row[1] - rest_w for row in samples])
    if abs(moved_w) < E_MIN_W:
        return None
    found = []
    for k in PHASES:
        phase_w = median([row[2][k] for row in before])
        found.append(_farthest([row[2][k] - phase_w for row in samples]) / moved_w)
    return found


def _farthest(values):
    return max(values, key=abs)
