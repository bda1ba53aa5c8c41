"""Rank 8: what the household's energy mode wants: cheap hours, own surplus, the house served, the grid fed.

Not its job: plan and measurements (household/energy.py), cost of a way to run (energy_choice.py), the promise of a
departure (mobility.py, as a guard; the plan keeps it by itself), limits of fuse and operator (ranks above).
Source: ours. The cheapest way wins, but a change must be worth it: what it would have saved adds up, what it would have
lost takes off again (a CUSUM test), and the change comes when the sum passes a cost that doubles with the starts and
stops of the day. Beside clouds, in mode pv, it doubles at once and there is no seventh.
"""
from edge import home_reasons
from edge.der_view import ev_present
from edge.laws.energy_choice import CHARGE_ALL, CHARGE_SURPLUS, EXPORT, REST, WAYS, offers

DAY_MS = 86400000
# Starts and stops in a day of mode pv; a start leaves one for its stop.
MOVES_MAX = 6
# So many of a day are free of the doubling, and so often it doubles: mode pv, other modes.
PV_FREE_MOVES, PV_DOUBLINGS = 0, 5
FREE_MOVES, DOUBLINGS = 4, 3
MS_PER_H = 3600000
# Below this difference charging is called after the surplus it follows.
OWN_W = 100

# memory: (mode and turn-up, way, ms since it began or stopped running, what a change would have saved, day, its moves)


def site_energy(view, memory, p):
    """Target of the mode; None while the household wants something else, or the mode leaves it to the default."""
    home = view.home
    if home is None or home.mode == "charge" or view.wish[0] != "none" or not ev_present(view):
        return None, None
    if home.mode == "grid":
        return (None, None, 0, None, home_reasons.VARS_ONLY), None
    if home.value_above_micro is None:
        return (None, None, 0, None, home_reasons.WAITING), memory
    key, way, held_ms, saved_nano, day, moves = memory or ("", REST, DAY_MS, 0, home.day, 0)
    wanted_key = home.mode if home.turn_up_w is None else home.mode + "+"
    found = offers(view, home, way != REST)
    held_ms = min(held_ms + view.dt_ms, DAY_MS)
    moves = moves if day == home.day else 0
    best = _best(found, way)
    now = found[WAYS.index(way)]
    if now is None:
        best, is_due = _best(found, None), True      # what it did is not possible any more
    else:
        saved_nano += int((now[0] - found[WAYS.index(best)][0]) * view.dt_ms / MS_PER_H)
        saved_nano = max(min(saved_nano, home.change_nano << PV_DOUBLINGS + 1), 0)
        is_due = key != wanted_key and saved_nano > 0
        if saved_nano > _threshold_nano(home, best, way, moves) and (not _is_move(best, way) or held_ms >= home.hold_ms):
            is_due = True
    if is_due and best != way and (now is None or _is_left(home, best, way, moves)):
        if _is_move(best, way):
            held_ms, moves = 0, moves + 1
        way, saved_nano = best, 0
    offer = found[WAYS.index(way)] or (0, 0)
    memory = (wanted_key, way, held_ms, saved_nano, home.day, moves)
    return (None, None, offer[1], None, _reason(view, home, way, offer[1], found)), memory


def _best(found, but):
    """The cheapest way other than `but`; resting is always possible."""
    best = None
    for place, offer in enumerate(found):
        if offer is not None and WAYS[place] != but and (best is None or offer[0] < found[best][0]):
            best = place
    return REST if best is None else WAYS[best]


def _is_move(to, way):
    """Whether a contactor moves."""
    return (to == REST) != (way == REST)


def _is_left(home, to, way, moves):
    """Whether the mode has another move left for today; the promise always has."""
    if home.mode != "pv" or not _is_move(to, way) or home.value_above_micro > home.premium_micro:
        return True
    return moves + (0 if to == REST else 1) < MOVES_MAX


def _threshold_nano(home, to, way, moves):
    """What a change has to be worth."""
    if not _is_move(to, way):
        return home.change_nano
    free, doublings = (PV_FREE_MOVES, PV_DOUBLINGS) if home.mode == "pv" else (FREE_MOVES, DOUBLINGS)
    return home.change_nano << min(max(moves - free, 0), doublings)


def _reason(view, home, way, p_w, found):
    if way == EXPORT:
        return home_reasons.ARBITRAGE
    if p_w > 0:
        return home_reasons.OWN_USE
    if p_w == 0:
        if home.is_surplus_held:
            return home_reasons.OTHER_BATTERY
        is_small = 0 < (home.surplus_w or 0) < home.p_min_w or 0 < (home.lacking_w or 0) < home.p_min_w and home.may_discharge
        return home_reasons.BELOW_USEFUL if is_small else home_reasons.WAITING
    if home.turn_up_w is not None or home.import_micro < 0:
        return home_reasons.TURN_UP
    if home.mode == "timed":
        return home_reasons.TIMED
    return home_reasons.PV_SURPLUS if (home.surplus_w or 0) > -p_w - OWN_W else home_reasons.CHEAP_HOURS
