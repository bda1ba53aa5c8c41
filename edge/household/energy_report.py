"""The household's use of energy for people: prices, what the house does, and each vehicle's plan for the next day.

Not its job: the plan (vehicle_plan.py), showing it (web, the site link, tools). Imported when somebody asks.
Source: ours.
"""
from edge import local_time
from edge.explain import IDLE_W
from edge.household.forecast import QUARTER_S
from edge.household.prices import MICRO

DAY_QUARTERS = 96
QUARTERS_PER_H = 4
# Less energy in a quarter-hour is no plan worth a word, Wh.
WORTH_WH = 25
WH_PER_KWH = 1000


def status(use, state, now_ms):
    """{"mode", "import_per_kwh", "export_per_kwh", "prices_known", "lacking_w", "vehicles": [...]}, JSON-able.

    lacking_w: load less PV, unknown None. A vehicle: {"name", "value_per_kwh", "plan", "cost", "words"}; plan: rows
    [Unix s or None, kW + charging, import price], a quarter-hour each up to a day or the departure; cost: of it at the
    meter; words: what is next, "" for nothing. A vehicle that is away, a mode without a plan, or one that something above
    the plan has in hand (a wish, no service, a lock-out): plan None.
    """
    outlook = use.outlook
    bought, sold = outlook.prices_at(outlook.number)
    return {
        "mode": outlook.mode, "import_per_kwh": bought / MICRO, "export_per_kwh": sold / MICRO,
        "prices_known": outlook.are_prices_known(), "lacking_w": use.house.net_w,
        "vehicles": [_vehicle(use, number, der, now_ms, _is_held(state, der)) for number, der in enumerate(state.ders)],
    }


def _is_held(state, der):
    """Whether what the vehicle does has nothing to do with a plan."""
    is_locked_out = state.backup is not None and bool(state.backup.lockout())
    return der.view.wish[0] != "none" or not state.commitments.is_permitted or is_locked_out


def _vehicle(use, number, der, now_ms, is_held):
    outlook, view, seen = use.outlook, use.views[number], der.view
    if view.value_above_micro is None or is_held:
        return {"name": der.device.name, "value_per_kwh": None, "plan": None, "cost": None, "words": ""}
    rows = use.plans[number].ahead(seen, view, outlook, now_ms, DAY_QUARTERS)
    plan = [[quarter * QUARTER_S if outlook.is_clock_set() else None, round(e_wh * QUARTERS_PER_H / WH_PER_KWH, 2),
             outlook.prices_at(quarter)[0] / MICRO] for quarter, e_wh, _ in rows]
    cost = sum([cost_micro for _, _, cost_micro in rows]) / MICRO
    return {"name": der.device.name, "value_per_kwh": view.value_above_micro / MICRO, "plan": plan,
            "cost": round(cost, 3), "words": _words(rows, outlook, seen.p_ac_w)}


def _words(rows, outlook, p_ac_w):
    """What is next: "charging 02:00 to 05:00"; "charging until 05:00" where it does that already. p_ac_w: what it does, W."""
    # The quarter-hour that runs is planned no more: it happens, or it does not.
    is_running = p_ac_w is not None and abs(p_ac_w) >= IDLE_W and rows[0][1] * p_ac_w < 0 and abs(rows[0][1]) >= WORTH_WH
    first = [place for place, row in enumerate(rows) if abs(row[1]) >= WORTH_WH and (place or is_running)]
    if not first:
        return ""
    begin = end = first[0]
    is_charging = rows[begin][1] > 0
    while end + 1 < len(rows) and abs(rows[end + 1][1]) >= WORTH_WH and (rows[end + 1][1] > 0) == is_charging:
        end += 1
    word = "charging" if is_charging else "discharging"
    if is_running:
        return "%s %s" % (word, "until " + _clock(rows[end][0] + 1, outlook) if outlook.is_clock_set() else "now")
    if not outlook.is_clock_set():
        return "%s in %d min" % (word, begin * QUARTER_S // 60)
    return "%s %s to %s" % (word, _clock(rows[begin][0], outlook), _clock(rows[end][0] + 1, outlook))


def _clock(quarter, outlook):
    """Local time at the beginning of a quarter-hour."""
    minute = local_time.weekday_and_minute(quarter * QUARTER_S, *outlook.zone())[1]
    return "%02d:%02d" % (minute // 60, minute % 60)
