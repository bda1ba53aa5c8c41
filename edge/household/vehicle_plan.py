"""One vehicle's plan: when a new one is due, what it stands on, and the value of the energy that is stored now.

Not its job: making it (planner.py), what a quarter-hour offers (quarters.py), the power of a tick (the law).
Source: ours. Energy counts from the vehicle's floor. With a promise it is counted by what is still missing, which is
measured in Wh where a state of charge is often whole percents.
"""
from edge.efficiency import CHARGING, efficiency_ratio
from edge.household import quarters
from edge.household.habits import WHOLE, Habits
from edge.household.planner import Planner, follow, terminal

# A departure further ahead than three days is none yet; without one two days are planned, beyond one a day.
DEPARTURE_QUARTERS, ALONE_QUARTERS, BEYOND_QUARTERS = 288, 192, 96
# Missing promised energy costs so many times the highest price; energy that is usually wanted less than what a mode
# adds to a price it doesn't want.
PROMISE_FACTOR, USUAL_FACTOR = 16, 2
# While nobody says a departure, charging a quarter-hour later costs such a part of the highest price more.
LATER_PARTS = 2048
# More than usually wanted is worth what surplus earns and such a part of the highest price.
STORED_PARTS = 32
# Battery nobody knows the size of, Wh; only values far from full and empty go by it.
CAPACITY_ASSUMED_WH = 50000
# Another target by such a part of the battery is another plan.
TARGET_PARTS = 32


class VehiclePlan:
    """The plan of one vehicle. habits: when it is there and what it drives."""

    def __init__(self, view, margin_ms, usual_soc_pct):
        """view: its EnergyView; margin_ms: ready so long before departure; usual_soc_pct: usually wanted."""
        self._margin_ms, self._usual_soc_pct = margin_ms, usual_soc_pct
        self.habits = Habits()
        self._terms = quarters.Terms(view)
        self._planner = Planner()
        self._key = None            # what the plan stands on
        self._target_wh = None
        self._last_here = 0         # quarter-hour after which it leaves
        self._later_micro = 0       # what waiting for a quarter-hour costs

    def forget(self):
        """The vehicle left, or nobody needs a plan."""
        if self._key is not None:
            self._planner, self._key, self._target_wh = Planner(), None, None

    def see(self, seen, is_here, place):
        """Learns. place: of the quarter-hour that begins, None within one or while nobody knows the time."""
        e_wh = None if seen.soc_pct is None else seen.soc_pct * _capacity_wh(seen) / 100
        self.habits.see_energy(is_here, e_wh)
        if place is not None:
            self.habits.see_presence(place, is_here)

    def value(self, seen, number):
        """(value of the stored kWh last, of the one next) at the end of a quarter-hour, millionths; None: no plan."""
        if self._target_wh is not None and seen.e_needed_wh is not None:
            return self._planner.value(number, self._target_wh - seen.e_needed_wh)
        return self._planner.value(number, _stored_wh(seen))

    def work(self, seen, view, outlook, now_ms, steps):
        """Goes on with the plan by so many quarter-hours, or begins one. Returns whether there was anything to do."""
        if self._planner.is_busy():
            self._planner.work(steps, lambda number: self._offers(outlook, number))
            return True
        last = self._departs(seen, outlook, now_ms)
        key = [outlook.number, outlook.version, last, self._target_part(seen), view.may_discharge,
               int(seen.p_charge_max_w), int(seen.p_discharge_max_w), int(seen.soc_min_pct), view.share_count]
        if key == self._key:
            return False
        self._key = key
        self._begin(self._planner, seen, view, outlook, last)
        return True

    def ahead(self, seen, view, outlook, now_ms, count):
        """The next `count` quarter-hours as a new plan has them: [(number, Wh stored, cost in millionths)], made at once.

        Wh: + into the battery. Cost: of that energy at the meter, without wear. For people; a tick has no time for it.
        """
        kept, planner = self.dump(), Planner(count)
        self._begin(planner, seen, view, outlook, self._departs(seen, outlook, now_ms))
        while planner.is_busy():
            planner.work(count, lambda number: self._offers(outlook, number))
        e_wh, rows = _stored_wh(seen), []
        if self._target_wh is not None:
            e_wh = self._target_wh - seen.e_needed_wh
        for number in range(outlook.number, outlook.number + count):
            after_wh, cost_micro = follow(planner, number, e_wh, self._offers(outlook, number), self._terms.wear_micro)
            rows.append((number, after_wh - e_wh, cost_micro))
            e_wh = after_wh
            if number == self._last_here and self._target_wh is not None:
                break
        self.load(kept)
        return rows

    def _offers(self, outlook, number):
        place = outlook.place(number)
        is_beyond = number > self._last_here
        later_micro = self._later_micro * max(number - outlook.number, 0)
        return quarters.offers(self._terms, outlook.prices_at(number), outlook.forecast.expected(*place),
                               outlook.premium_micro(number) + later_micro,
                               self.habits.share(*place) if is_beyond else WHOLE)

    def _target_part(self, seen):
        """The target as a coarse number, so that measuring it better is no new plan."""
        if seen.e_needed_wh is None or seen.t_departure_ms is None:
            return None
        return int((_stored_wh(seen) + seen.e_needed_wh) * TARGET_PARTS / _capacity_wh(seen))

    def _departs(self, seen, outlook, now_ms):
        """Number of the quarter-hour before the departure, None without one."""
        if seen.t_departure_ms is None or seen.t_departure_ms <= now_ms or seen.e_needed_wh is None:
            return None
        last = outlook.number_at(seen.t_departure_ms - self._margin_ms) - 1
        return max(last, outlook.number) if last < outlook.number + DEPARTURE_QUARTERS else None

    def _begin(self, planner, seen, view, outlook, last):
        terms = self._terms
        terms.top_micro = outlook.top_micro()
        terms.p_charge_max_w = int(seen.p_charge_max_w)
        terms.p_discharge_max_w = int(seen.p_discharge_max_w) if view.may_discharge else 0
        terms.is_feeding, terms.share_count = view.may_export, view.share_count
        capacity_wh = _capacity_wh(seen)
        span_wh = max(int((seen.soc_max_pct - seen.soc_min_pct) * capacity_wh / 100), 1)
        usual_wh = wanted_wh = int((self._usual_soc_pct - seen.soc_min_pct) * capacity_wh / 100)
        departure, end = None, outlook.number + ALONE_QUARTERS
        self._target_wh, self._later_micro, self._last_here = None, terms.top_micro // LATER_PARTS, end
        if last is not None:
            # Of an unknown state of charge only what is missing is known: it fills the battery.
            wanted_wh = int(span_wh if seen.soc_pct is None else _stored_wh(seen) + seen.e_needed_wh)
            departure = [last, wanted_wh, self.habits.e_driven_wh, PROMISE_FACTOR * terms.top_micro]
            end = last + BEYOND_QUARTERS
            self._target_wh, self._later_micro, self._last_here = wanted_wh, 0, last
        values, lengths_wh = terminal(span_wh, max(usual_wh, wanted_wh), USUAL_FACTOR * terms.top_micro,
                                      self._stored_micro(outlook, end))
        planner.begin(outlook.number, end, values, lengths_wh, departure)

    def _stored_micro(self, outlook, end):
        """What a stored kWh beyond the usual ones is worth at the end of the plan."""
        terms = self._terms
        ratio = efficiency_ratio(terms.efficiency, terms.p_charge_max_w, CHARGING)
        return int(max(outlook.prices_at(end)[1], 0) / ratio) + terms.wear_micro + terms.top_micro // STORED_PARTS

    def dump(self):
        """What a keyframe keeps."""
        return [self.habits.dump(), self._planner.dump(), self._key, self._target_wh, self._last_here, self._later_micro,
                self._terms.dump()]

    def load(self, content):
        """Put a dump back."""
        habits, planner, self._key, self._target_wh, self._last_here, self._later_micro, terms = content
        self.habits.load(habits)
        self._planner.load(planner)
        self._terms.load(terms)


def _capacity_wh(seen):
    return seen.e_capacity_wh or CAPACITY_ASSUMED_WH


def _stored_wh(seen):
    """Energy above the floor; of a state of charge nobody knows, half."""
    soc_pct = (seen.soc_min_pct + seen.soc_max_pct) / 2 if seen.soc_pct is None else seen.soc_pct
    return (soc_pct - seen.soc_min_pct) * _capacity_wh(seen) / 100
