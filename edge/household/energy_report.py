"""The household's use of energy for people: prices, what the house does, and each vehicle's plan for the next day.

Not its job: the plan (vehicle_plan.py), showing it (web, the site link, tools). Imported when somebody asks.
Source: ours.
"""
from edge import local_time
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
    meter; words: what is next, "" for nothing. A vehicle that is away, or a mode without a plan: plan None.
    """
    outlook = use.outlook
    bought, sold = outlook.prices_at(outlook.number)
    return {
        "mode": outlook.mode, "import_per_kwh": bought / MICRO, "export_per_kwh": sold / MICRO,
        "prices_known": outlook.are_prices_known(), "lacking_w": use.house.net_w,
        "vehicles": [_vehicle(use, number, der, now_ms) for number, der in enumerate(state.ders)],
    }


def _vehicle(use, number, der, now_ms):
    outlook, view, seen = use.outlook, use.views[number], der.view
    if view.value_above_micro is None:
        return {"name": der.device.name, "value_per_kwh": None, "plan": None, "cost": None, "words": ""}
    rows = use.plans[number].ahead(seen, view, outlook, now_ms, DAY_QUARTERS)
    plan = [[quarter * QUARTER_S if outlook.is_clock_set() else None, round(e_wh * QUARTERS_PER_H / WH_PER_KWH, 2),
             outlook.prices_at(quarter)[0] / MICRO] for quarter, e_wh, _ in rows]
    cost = sum([cost_micro for _, _, cost_micro in rows]) / MICRO
    return {"name": der.device.name, "value_per_kwh": view.value_above_micro / MICRO, "plan": plan,
            "cost": round(cost, 3), "words": _words(rows, outlook)}


def _words(rows, outlook):
    """What is next: "charging 02:00 to 05:00"."""
    first = [place for place, row in enumerate(rows) if abs(row[1]) >= WORTH_WH]
    if not first:
        return ""
    begin = end = first[0]
    is_charging = rows[begin][1] > 0
    while end + 1 < len(rows) and abs(rows[end + 1][1]) >= WORTH_WH and (rows[end + 1][1] > 0) == is_charging:
        end += 1
    word = "charging" if is_charging else "discharging"
    if not outlook.is_clock_set():
        return "%s in %d min" % (word, begin * QUARTER_S // 60)
    return "%s %s to %s" % (word, _clock(rows[begin][0], outlook), _clock(rows[end][0] + 1, outlook))


def _clock(quarter, outlook):
    """Local time at the beginning of a quarter-hour."""
    minute = local_time.weekday_and_minute(quarter * QUARTER_S, *outlook.zone())[1]
    return "%02d:%02d" % (minute // 60, minute % 60)
