"""How long each vehicle can wait, and how much of a scarce fuse that gets it.

Not its job: the rooms that are shared (site_rooms.py), the energy that is missing at departure (household).
Source: least laxity first (Mok 1983), softened: shares follow the laxity smoothly, or two vehicles that can wait
equally long would take turns every tick.
"""

# So much more patience than who is next before it halves a vehicle's speed; ten times as much leaves it a thousandth of
# that one's, which is "goes first".
HALVES_EVERY_S = 60
HALVES_MOST = 10


def wait_s(view):
    """How long a vehicle can wait before it has to charge with all it can, s; below 0: too late. None: for ever.

    Nothing known to be missing, no departure and no way to charge are all patience without end.
    """
    if view.t_departure_ms is None or not view.e_needed_wh or view.e_needed_wh < 0 or view.p_charge_max_w <= 0:
        return None
    return (view.t_departure_ms - view.now_ms) / 1000 - view.e_needed_wh / view.p_charge_max_w * 3600


def speeds(waits_s):
    """(charging, discharging): how fast each share rises beside the others, above 0, 1 for the first.

    Charging, who can wait least is first; discharging, who can wait longest. waits_s: s, None for ever.
    """
    order = _order(waits_s)
    return _behind_each_other(waits_s, order), _behind_each_other(waits_s, order[::-1])


def _order(waits_s):
    """Places by rising patience."""
    places = []
    for i, wait in enumerate(waits_s):
        at = 0
        while at < len(places) and (wait is None or (waits_s[places[at]] is not None and waits_s[places[at]] <= wait)):
            at += 1
        places.insert(at, i)
    return places


def _behind_each_other(waits_s, order):
    found = [1] * len(waits_s)
    for before, i in zip(order, order[1:]):
        if waits_s[before] is None and waits_s[i] is None:
            halves = 0
        elif waits_s[before] is None or waits_s[i] is None:
            halves = HALVES_MOST
        else:
            halves = min(abs(waits_s[i] - waits_s[before]) / HALVES_EVERY_S, HALVES_MOST)
        found[i] = found[before] * 0.5 ** halves
    return found
