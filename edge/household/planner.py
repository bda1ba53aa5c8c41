"""What a kWh in one vehicle's battery is worth at the end of each quarter-hour: the plan behind every energy mode.

Not its job: what a quarter-hour offers (quarters.py), the power of a tick (laws/site_energy.py).
Source: water values of hydro scheduling. The cost of meeting all that lies ahead is convex in the stored energy, so it is
kept as a list of (value, Wh), falling: what the first Wh above the floor saves, down to the last below full. A
quarter-hour back means: its offers (charging costs so much a stored kWh, discharging earns so much) join the list in
order of value; then the values of so many Wh as could have been charged fall off at its upper end, of so many as could
have been discharged at its lower. That is the infimal convolution of both costs: exact, no grid of energies, a few
microseconds a quarter-hour. Values are whole millionths of the currency per stored kWh, energy whole Wh.
"""

# Lists are kept for the ends of so many quarter-hours from now on: the next plan is ready long before.
KEPT_STEPS = 4
# An offer is followed in such parts.
FOLLOW_STEPS = 4


def merge(values, lengths_wh, offers):
    """Puts offers [(value, Wh)] into the falling list, in place; the same value twice is one segment."""
    for value, length_wh in offers:
        if length_wh <= 0:
            continue
        low, high = 0, len(values)
        while low < high:
            middle = (low + high) // 2
            if values[middle] > value:
                low = middle + 1
            else:
                high = middle
        if low < len(values) and values[low] == value:
            lengths_wh[low] += length_wh
        else:
            values.insert(low, value)
            lengths_wh.insert(low, length_wh)


def cut(values, lengths_wh, first_wh, last_wh):
    """Takes first_wh off the beginning of the list and last_wh off its end, in place."""
    place = 0
    while place < len(values) and lengths_wh[place] <= first_wh:
        first_wh -= lengths_wh[place]
        place += 1
    if place:
        values[:place] = lengths_wh[:place] = []
    if values:
        lengths_wh[0] -= first_wh
    while values and lengths_wh[-1] <= last_wh:
        last_wh -= lengths_wh.pop()
        values.pop()
    if values:
        lengths_wh[-1] -= last_wh


def value_at(values, lengths_wh, e_wh):
    """(value of the Wh below, value of the Wh above) at e_wh above the floor; the list must not be empty."""
    for place, length_wh in enumerate(lengths_wh):
        if e_wh < length_wh:
            return (values[place - 1] if place and e_wh <= 0 else values[place]), values[place]
        e_wh -= length_wh
    return values[-1], values[-1]


def terminal(e_span_wh, e_target_wh, below, above):
    """A list: below the target a Wh is worth `below`, beyond it `above`."""
    target_wh = min(max(e_target_wh, 0), e_span_wh)
    values, lengths_wh = [], []
    merge(values, lengths_wh, ((below, target_wh), (above, e_span_wh - target_wh)))
    return values, lengths_wh


def leave(values, lengths_wh, e_target_wh, e_driven_wh, promise):
    """Goes back over a departure, in place: e_driven_wh are gone after it, e_target_wh are wanted before it."""
    span_wh = sum(lengths_wh)
    driven_wh = min(max(e_driven_wh, 0), span_wh)
    cut(values, lengths_wh, 0, driven_wh)
    lost_wh = min(max(e_target_wh - driven_wh, 0), span_wh - driven_wh)
    cut(values, lengths_wh, lost_wh, 0)
    merge(values, lengths_wh, ((promise, driven_wh + lost_wh),))


def follow(planner, number, e_wh, quarter, wear):
    """(Wh stored after a quarter-hour, its cost) when its offers are taken as the plan values energy.

    quarter: (offers, Wh chargeable, Wh dischargeable), the charging ones first; cost: in the unit of values times kWh.
    """
    offers, charge_wh, _ = quarter
    cost, before_wh = 0, 0
    for value, length_wh in offers:
        is_charging = before_wh < charge_wh
        before_wh += length_wh
        for _ in range(FOLLOW_STEPS):
            below, above = planner.value(number, e_wh)
            step_wh = length_wh / FOLLOW_STEPS
            if is_charging and value <= above:
                e_wh, cost = e_wh + step_wh, cost + (value - wear) * step_wh / 1000
            elif not is_charging and value > below:
                e_wh, cost = e_wh - step_wh, cost - (value + wear) * step_wh / 1000
    return e_wh, cost


class Planner:
    """The plan of one vehicle: a finished one that is used while the next is made."""

    def __init__(self, kept_steps=KEPT_STEPS):
        """kept_steps: lists are kept for the ends of so many quarter-hours."""
        self._kept_steps = kept_steps
        self._first = None      # quarter-hour at whose beginning the finished plan begins
        self._lists = []        # [values, lengths] at the ends of the quarter-hours from then on
        self._work = None       # [first, next to do, values, lengths, lists so far, departure]

    def begin(self, first, last, values, lengths_wh, departure=None):
        """A new plan, for the quarter-hours from number `first` to `last`; then holds the list (values, lengths_wh).

        departure: [number of the quarter-hour before it, target Wh, driven Wh, value of what is promised], or None.
        """
        self._work = [first, max(last, first), values, lengths_wh, [], departure]

    def is_busy(self):
        """Whether a plan is being made."""
        return self._work is not None

    def work(self, steps, quarters):
        """Does up to so many quarter-hours. quarters: function (number) -> (offers, Wh chargeable, Wh dischargeable)."""
        first, number, values, lengths_wh, lists, departure = self._work
        while steps > 0 and number >= first:
            if departure is not None and number == departure[0]:
                leave(values, lengths_wh, *departure[1:])
            if number - first < self._kept_steps:
                lists.insert(0, [list(values), list(lengths_wh)])
            if number > first:
                offers, charge_wh, discharge_wh = quarters(number)
                merge(values, lengths_wh, offers)
                cut(values, lengths_wh, charge_wh, discharge_wh)
            number -= 1
            steps -= 1
        self._work[1] = number
        if number < first:
            self._first, self._lists, self._work = first, lists, None

    def value(self, number, e_wh):
        """(value of the Wh below, of the Wh above) at the end of quarter-hour `number`; None: no plan yet."""
        if not self._lists:
            return None
        values, lengths_wh = self._lists[min(max(number - self._first, 0), len(self._lists) - 1)]
        return value_at(values, lengths_wh, e_wh) if values else None

    def dump(self):
        """What a keyframe keeps."""
        return [self._first, self._lists, self._work]

    def load(self, content):
        """Put a dump back."""
        self._first, self._lists, self._work = content
