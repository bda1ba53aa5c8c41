"""One vehicle's plan: when a new one is due, what it stands on, and the value of the energy that is stored now.

Not its job: making it (planner.py), what a quarter-hour offers (quarters.py), the power of a tick (the law).
Source: ours. Energy counts from the vehicle's floor. With a promise it is counted by what is still missing, which is
measured in Wh where a state of charge is often whole percents.
"""
from edge.efficiency import CHARGING, efficiency_ratio
from edge.household import quarters
from edge.household.planner import Planner, terminal

# A plan looks so far ahead, or to the departure.
HORIZON_QUARTERS = 144
HOUR_QUARTERS = 4
# Missing promised energy costs so many times the highest price.
PROMISE_FACTOR = 16
# Beyond the plan a stored kWh saves one of the cheapest hours of a day: the third, since the first two are soon full.
CHEAP_HOURS = 3
DAY_HOURS = 24
# While nobody says a departure: charging a quarter-hour later costs such a part of the highest price more, and such a
# part more than the cheap hours is fair.
LATER_PARTS, SOONER_PARTS = 2048, 32
# Battery nobody knows the size of, Wh; only values far from full and empty go by it.
CAPACITY_ASSUMED_WH = 50000
# Another target by such a part of the battery is another plan.
TARGET_PARTS = 32


class VehiclePlan:
    """The plan of one vehicle."""

    def __init__(self, view, margin_ms):
        """view: its EnergyView; margin_ms: ready so long before departure."""
        self._margin_ms = margin_ms
        self._terms = quarters.Terms(view)
        self._planner = Planner()
        self._key = None            # what the plan stands on
        self._target_wh = None
        self._later_micro = 0       # what waiting for a quarter-hour costs

    def forget(self):
        """The vehicle left, or nobody needs a plan."""
        if self._key is not None:
            self._planner, self._key, self._target_wh = Planner(), None, None

    def value(self, seen, number):
        """(value of the stored kWh last, of the one next) at the end of a quarter-hour, millionths; None: no plan."""
        if self._target_wh is not None and seen.e_needed_wh is not None:
            return self._planner.value(number, self._target_wh - seen.e_needed_wh)
        return self._planner.value(number, _stored_wh(seen))

    def work(self, seen, view, outlook, now_ms, steps):
        """Goes on with the plan by so many quarter-hours, or begins one. Returns whether there was anything to do."""
        planner = self._planner
        if planner.is_busy():
            terms, later_micro, first = self._terms, self._later_micro, outlook.number
            planner.work(steps, lambda number: quarters.offers(
                terms, outlook.prices_at(number), outlook.expected(number),
                outlook.premium_micro(number) + later_micro * max(number - first, 0)))
            return True
        last, is_departure = self._end(seen, outlook, now_ms)
        key = [outlook.number, outlook.version, last, self._target_part(seen), view.may_discharge,
               int(seen.p_charge_max_w), int(seen.p_discharge_max_w), int(seen.soc_min_pct), view.share_count]
        if key == self._key:
            return False
        self._key = key
        self._begin(seen, view, outlook, last, is_departure)
        return True

    def _target_part(self, seen):
        """The target as a coarse number, so that measuring it better is no new plan."""
        if seen.e_needed_wh is None or seen.t_departure_ms is None:
            return None
        return int((_stored_wh(seen) + seen.e_needed_wh) * TARGET_PARTS / _capacity_wh(seen))

    def _end(self, seen, outlook, now_ms):
        """(number of the plan's last quarter-hour, whether the departure follows it)."""
        if seen.t_departure_ms is not None and seen.t_departure_ms > now_ms:
            last = outlook.number_at(seen.t_departure_ms - self._margin_ms) - 1
            if last < outlook.number + HORIZON_QUARTERS:
                return max(last, outlook.number), True
        return outlook.number + HORIZON_QUARTERS - 1, False

    def _begin(self, seen, view, outlook, last, is_departure):
        terms = self._terms
        terms.top_micro = outlook.top_micro()
        terms.p_charge_max_w = int(seen.p_charge_max_w)
        terms.p_discharge_max_w = int(seen.p_discharge_max_w) if view.may_discharge else 0
        terms.is_feeding, terms.share_count = view.may_export, view.share_count
        span_wh = max(int((seen.soc_max_pct - seen.soc_min_pct) * _capacity_wh(seen) / 100), 1)
        target_wh = None
        if is_departure and seen.e_needed_wh is not None:
            # Of an unknown state of charge only what is missing is known: it fills the battery.
            target_wh = int(span_wh if seen.soc_pct is None else _stored_wh(seen) + seen.e_needed_wh)
        self._target_wh, self._later_micro = target_wh, 0 if is_departure else terms.top_micro // LATER_PARTS
        values, lengths_wh = terminal(span_wh, target_wh, PROMISE_FACTOR * terms.top_micro, self._left_micro(outlook, last, is_departure))
        self._planner.begin(outlook.number, last - outlook.number + 1, values, lengths_wh)

    def _left_micro(self, outlook, last, is_departure):
        """What a stored kWh is worth beyond the plan."""
        terms = self._terms
        if outlook.mode == "timed":
            return 2 * terms.top_micro      # full, in the hours that were set
        hours = sorted([outlook.prices_at(last + 1 + HOUR_QUARTERS * hour)[0] for hour in range(DAY_HOURS)])
        price_micro = hours[DAY_HOURS // 2 if outlook.mode == "pv" else CHEAP_HOURS - 1]
        ratio = efficiency_ratio(terms.efficiency, terms.p_charge_max_w, CHARGING)
        # A little more: at a price that is always the same charging has nothing to wait for.
        little_micro = terms.step_micro() if is_departure else terms.top_micro // SOONER_PARTS
        return int(max(price_micro, 0) / ratio) + terms.wear_micro + little_micro

    def dump(self):
        """What a keyframe keeps."""
        return [self._planner.dump(), self._key, self._target_wh, self._later_micro, self._terms.dump()]

    def load(self, content):
        """Put a dump back."""
        planner, self._key, self._target_wh, self._later_micro, terms = content
        self._planner.load(planner)
        self._terms.load(terms)


def _capacity_wh(seen):
    return seen.e_capacity_wh or CAPACITY_ASSUMED_WH


def _stored_wh(seen):
    """Energy above the floor; of a state of charge nobody knows, half."""
    soc_pct = (seen.soc_min_pct + seen.soc_max_pct) / 2 if seen.soc_pct is None else seen.soc_pct
    return (soc_pct - seen.soc_min_pct) * _capacity_wh(seen) / 100
