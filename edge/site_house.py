"""What everything but the DERs draws, from a meter and devices that are not read at one instant.

Not its job: the room that this leaves (site_rooms.py).
Source: ours. A meter shows a new value when it likes, or the mean of a second; the chargers' power is newer. While they
change, the difference of the two is mostly this gap, and a gateway that believes it swings: it sees its own past as load
of the house. So the house is asked only when the meter shows something new, against all that the DERs moved since it did
last; inside of what that leaves possible, the house stays what it was. Steady chargers leave no gap.
Outside of it the house did change: more load counts as what the newest powers say, less load as the least that it can be.
"""

# The house's own flicker is no change worth a jump.
FLICKER_W = 100

KNOWN, SHOWN, HOUSE, LOW, HIGH = range(5)


def observe(metered, ders, before):
    """Memory of this tick, JSON-able; its row HOUSE: W of phases a, b, c and the total, + = export, None = unknown.

    metered: SitePower; ders: rows as in site_sharing.share; before: what the last tick returned, None at first.
    """
    known = [der[1] is not None for der in ders]
    shown_w = list(metered.p_w or (None,) * 3) + [metered.p_pcc_w]
    own_w = [_own_w(ders, k) for k in range(4)]
    if before is None or list(before[KNOWN]) != known:
        # Who became unknown belongs to the house from now on: no estimate of before fits.
        return [known, shown_w, [_less(shown_w[k], own_w[k]) for k in range(4)], own_w, own_w]
    low_w = [min(before[LOW][k], own_w[k]) for k in range(4)]
    high_w = [max(before[HIGH][k], own_w[k]) for k in range(4)]
    if list(before[SHOWN]) == shown_w:
        return [known, shown_w, before[HOUSE], low_w, high_w]
    house_w = []
    for k in range(4):
        was_w = before[HOUSE][k]
        if shown_w[k] is None or was_w is None or was_w > shown_w[k] - low_w[k] + FLICKER_W:
            house_w.append(_less(shown_w[k], own_w[k]))
        else:
            house_w.append(min(max(was_w, shown_w[k] - high_w[k]), shown_w[k] - low_w[k]))
    return [known, shown_w, house_w, own_w, own_w]


def _own_w(ders, k):
    """The DERs' own power on a phase or in total; an unknown one is left among everybody else's."""
    own_w = 0
    for der in ders:
        if der[1] is not None:
            own_w += der[0][k] * der[1]
    return own_w


def _less(shown_w, own_w):
    return None if shown_w is None else shown_w - own_w
