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


def terminal(e_span_wh, e_target_wh, promise, left):
    """The list where the plan ends: below the target a Wh is worth `promise`, above it `left`. e_target_wh None: none."""
    target_wh = 0 if e_target_wh is None else min(max(e_target_wh, 0), e_span_wh)
    values, lengths_wh = [], []
    merge(values, lengths_wh, ((promise, target_wh), (left, e_span_wh - target_wh)))
    return values, lengths_wh


class Planner:
    """The plan of one vehicle: a finished one that is used while the next is made."""

    def __init__(self):
        self._first = None      # quarter-hour at whose beginning the finished plan begins
        self._lists = []        # [values, lengths] at the ends of the quarter-hours from then on
        self._work = None       # [first, next to do, values, lengths, lists so far]

    def begin(self, first, count, values, lengths_wh):
        """A new plan: `count` quarter-hours from number `first` on, then the list (values, lengths_wh)."""
        self._work = [first, first + count - 1, values, lengths_wh, []]
        self._keep()

    def is_busy(self):
        """Whether a plan is being made."""
        return self._work is not None

    def work(self, steps, quarters):
        """Does up to so many quarter-hours. quarters: function (number) -> (offers, Wh chargeable, Wh dischargeable)."""
        work = self._work
        while steps > 0 and work[1] > work[0]:
            offers, charge_wh, discharge_wh = quarters(work[1])
            merge(work[2], work[3], offers)
            cut(work[2], work[3], charge_wh, discharge_wh)
            work[1] -= 1
            steps -= 1
            self._keep()
        if work[1] <= work[0]:
            self._first, self._lists, self._work = work[0], work[4], None

    def _keep(self):
        """Keeps the list at the end of the quarter-hour that is next to do, when it will be asked for."""
        first, place, values, lengths_wh, lists = self._work
        if place - first < KEPT_STEPS:
            lists.insert(0, [list(values), list(lengths_wh)])

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
