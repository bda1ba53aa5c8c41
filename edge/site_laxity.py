"""How long each vehicle can wait, and how much of a scarce fuse that gets it.

Not its job: the rooms that are shared (site_rooms.py), the energy that is missing at departure (household).
Source: least laxity first (Mok 1983), softened: shares follow the laxity smoothly, or two vehicles that can wait
equally long would take turns every tick.
"""

# So much more patience halves the speed: ten of them leave a thousandth, which is "goes first".
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
    """(charging, discharging): how fast each share rises beside the others, 2**-HALVES_MOST to 1.

    Charging, who can wait least is fastest; discharging, who can wait longest. waits_s: s, None for ever.
    """
    known = [wait for wait in waits_s if wait is not None]
    least_s = min(known) if known else None
    most_s = max(known) if len(known) == len(waits_s) and known else None
    return [_speed(least_s, wait) for wait in waits_s], [_speed(most_s, wait) for wait in waits_s]


def _speed(first_s, wait):
    """1 for who is first, half of it for each HALVES_EVERY_S away; None is first or last among numbers."""
    if wait is None or first_s is None:
        return 1 if wait is first_s else 0.5 ** HALVES_MOST
    return 0.5 ** min(abs(wait - first_s) / HALVES_EVERY_S, HALVES_MOST)
