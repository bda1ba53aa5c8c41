"""What a kWh costs and earns at a time: the series that were handed in, else the fixed prices of the configuration.

Not its job: checking a series (announcements.py), reading a file (prices_file.py), deciding by it (planner.py, laws).
Prices are whole millionths of the currency per kWh: sums of them stay exact, on 32-bit floats too.
Source: ours. Beyond the last series the same hour of its last day holds: tariffs repeat by the day more than by anything.
"""

MICRO = 1000000
DAY_S = 86400
# A day-ahead series comes while the one before it runs.
SERIES_KEPT = 3


def micro(price):
    """Millionths of a price."""
    return int(round(price * MICRO))


class Prices:
    """Series, newest first; each is [start Unix s, step s, import prices, export prices or None]."""

    def __init__(self, p):
        """p: the home section."""
        self._fixed = (micro(p.import_per_kwh), micro(p.export_per_kwh))
        self._series = []
        self.top_micro = self._top_micro()      # the largest amount of any price there is, at least a thousandth

    def take(self, command):
        """A checked series; it holds where it says something, an older one where it doesn't."""
        sold = command["export_per_kwh"]
        row = [command["start_unix_s"], command["step_s"], [micro(price) for price in command["import_per_kwh"]],
               None if sold is None else [micro(price) for price in sold]]
        # The same beginning is the same series, told again.
        self._series = [row] + [other for other in self._series if other[0] != row[0]][:SERIES_KEPT - 1]
        self.top_micro = self._top_micro()

    def at(self, unix_s):
        """(import, export) in millionths a kWh at a Unix time, s; None: the clock is not set, the fixed ones hold."""
        return self.known_at(unix_s) or self._repeated(unix_s)

    def known_at(self, unix_s):
        """As `at`, None where no series speaks of that time itself."""
        if unix_s is not None:
            for start_s, step_s, bought, sold in self._series:
                place = (unix_s - start_s) // step_s
                if 0 <= place < len(bought):
                    return bought[place], self._fixed[1] if sold is None else sold[place]
        return None

    def _repeated(self, unix_s):
        """The same hour of the last known day, else the fixed prices."""
        if unix_s is None or not self._series:
            return self._fixed
        last = self._series[0]
        for row in self._series:
            if _end_s(row) > _end_s(last):
                last = row
        late_s = unix_s - _end_s(last)
        if late_s < 0:
            return self._fixed
        return self.known_at(unix_s - (late_s // DAY_S + 1) * DAY_S) or self._fixed

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
        return self._series

    def load(self, content):
        """Put a dump back."""
        self._series = content
        self.top_micro = self._top_micro()


def _end_s(row):
    return row[0] + row[1] * len(row[2])
