"""What a kWh costs and earns at a time: the series that were handed in, else the fixed prices of the configuration.

Not its job: checking a series (announcements.py), reading a file (prices_file.py), deciding by it (planner.py, laws).
Prices are whole millionths of the currency per kWh: sums of them stay exact, on 32-bit floats too.
Source: ours. Beyond the series what the same half-hour of the day usually cost is expected, a mean of recent days: a
single day is too much a thing of its weather.
"""

MICRO = 1000000
# A day-ahead series comes while the one before it runs.
SERIES_KEPT = 3
HALF_HOUR_S, HALF_HOURS = 1800, 48
# Share of the newest day in the mean.
NEW_DIVISOR = 3


def micro(price):
    """Millionths of a price."""
    return int(round(price * MICRO))


class Prices:
    """Series, newest first; each is [start Unix s, step s, import prices, export prices or None]."""

    def __init__(self, p):
        """p: the home section."""
        self._fixed = (micro(p.import_per_kwh), micro(p.export_per_kwh))
        self._series = []
        self._usual = [None] * HALF_HOURS       # (import, export) by half-hour of the (UTC) day
        self.top_micro = self._top_micro()      # the largest amount of any price there is, at least a thousandth

    def take(self, command):
        """A checked series; it holds where it says something, an older one where it doesn't."""
        sold = command["export_per_kwh"]
        row = [command["start_unix_s"], command["step_s"], [micro(price) for price in command["import_per_kwh"]],
               None if sold is None else [micro(price) for price in sold]]
        # The same beginning is the same series, told again.
        self._series = [row] + [other for other in self._series if other[0] != row[0]][:SERIES_KEPT - 1]
        self._learn(row)
        self.top_micro = self._top_micro()

    def _learn(self, row):
        """Takes a series into the means of the half-hours."""
        for number in range(row[0] // HALF_HOUR_S, (_end_s(row) - 1) // HALF_HOUR_S + 1):
            new, old = self.known_at(number * HALF_HOUR_S), self._usual[number % HALF_HOURS]
            if new is not None:
                self._usual[number % HALF_HOURS] = new if old is None else (
                    old[0] + (new[0] - old[0]) // NEW_DIVISOR, old[1] + (new[1] - old[1]) // NEW_DIVISOR)

    def at(self, unix_s):
        """(import, export) in millionths a kWh at a Unix time, s; None: the clock is not set, the fixed ones hold."""
        known = self.known_at(unix_s)
        if known is not None:
            return known
        usual = None if unix_s is None else self._usual[unix_s // HALF_HOUR_S % HALF_HOURS]
        return self._fixed if usual is None else usual

    def known_at(self, unix_s):
        """As `at`, None where no series speaks of that time itself."""
        if unix_s is not None:
            for start_s, step_s, bought, sold in self._series:
                place = (unix_s - start_s) // step_s
                if 0 <= place < len(bought):
                    return bought[place], self._fixed[1] if sold is None else sold[place]
        return None

    def has_ended(self, unix_s):
        """Whether there were series and none of them speaks of that time, s."""
        return bool(self._series) and unix_s is not None and self.known_at(unix_s) is None

    def _top_micro(self):
        top_micro = max(1000, abs(self._fixed[0]), abs(self._fixed[1]))
        for row in self._series:
            for prices in (row[2], row[3] or ()):
                for price in prices:
                    top_micro = max(top_micro, abs(price))
        return top_micro

    def span(self):
        """(from, to) of the newest series, Unix s."""
        return self._series[0][0], _end_s(self._series[0])

    def kept(self):
        """Commands that bring the series back, oldest first."""
        return [{"kind": "prices", "start_unix_s": start_s, "step_s": step_s,
                 "import_per_kwh": [price / MICRO for price in bought],
                 "export_per_kwh": None if sold is None else [price / MICRO for price in sold]}
                for start_s, step_s, bought, sold in reversed(self._series)]

    def dump(self):
        """What a keyframe keeps."""
        return [self._series, self._usual]

    def load(self, content):
        """Put a dump back."""
        self._series, usual = content
        self._usual = [None if row is None else tuple(row) for row in usual]
        self.top_micro = self._top_micro()


def _end_s(row):
    return row[0] + row[1] * len(row[2])
