"""What lies ahead of a site, by quarter-hour: prices, demand turn-ups, what the mode wants, what the house will lack.

Not its job: one vehicle's plan (vehicle_plan.py), the offers of a quarter-hour (quarters.py).
Source: ours. Quarter-hours are numbered by Unix time; while nobody knows the time by the monotonic clock, and then fixed
prices hold, no forecast does, and timed charging may begin at once: a driver left without charge is worse than a bill.
"""
from edge import home_reasons, local_time
from edge.household.forecast import QUARTER_S, QUARTERS, Forecast
from edge.household.prices import Prices, micro

# Above every price by so much: the mode wants none of it, yet the promise may need it.
PREMIUM_FACTOR = 4
DISCHARGING = ("v2h", "all")
SATURDAY = 5
QUARTER_MIN = 15
# Energy the mode doesn't want is such a part of that cheaper a quarter-hour later.
EARLY_PARTS = 1024
# Timed charging in a quarter-hour later costs such a part of the highest price more.
LATER_PARTS = 512


class Outlook:
    """mode, prices, forecast and turn-ups of one site. number: of the quarter-hour that runs; version: changes with
    everything that was commanded."""

    def __init__(self, p):
        """p: the home section."""
        self._p = p
        self._wanted_mode = None    # as commanded; None: as configured
        self._turn_ups = []         # [id, start ms, end ms, W or None]
        self._shift_s = None
        self._has_told_missing = False
        self.prices = Prices(p)
        self.forecast = Forecast()
        self.number = None
        self._here = None           # its place
        self.version = 0

    @property
    def mode(self):
        """One of param_home.MODES."""
        return self._wanted_mode or self._p.mode

    def take(self, now_ms, command, events):
        """A checked command: energy_mode, prices or announce."""
        kind = command["kind"]
        if kind == "energy_mode":
            self._wanted_mode = command["mode"]
        elif kind == "prices":
            self.prices.take(command)
            events.append((home_reasons.PRICES_TAKEN, "site", list(self.prices.span())))
        elif kind == "announce" and command["what"] == "turn_up":
            row = [command["id"], command["start_ms"], command["end_ms"], command["p_w"]]
            self._turn_ups = [other for other in self._turn_ups if other[0] != row[0] and other[2] > now_ms] + [row]
        self.version += 1

    def step(self, now_ms, shift_s, events):
        """What time it is. shift_s: Unix time of the monotonic clock's beginning, s, or None.

        Returns the place of a quarter-hour that begins, None within one or while nobody knows the time.
        """
        self._shift_s = shift_s
        unix_s = now_ms // 1000 + (shift_s or 0)
        if unix_s // QUARTER_S == self.number:
            return None
        self.number = unix_s // QUARTER_S
        self._here = self.place(self.number)
        is_missing = shift_s is not None and self.prices.has_ended(unix_s)
        if is_missing and not self._has_told_missing:
            events.append((home_reasons.PRICES_MISSING, "site", []))
        self._has_told_missing = is_missing
        return None if shift_s is None else self._here

    def see(self, lacking_w, surplus_w, dt_ms):
        """Learns from a tick what the house lacks or has left over, W."""
        self.forecast.see(None if self._shift_s is None else self._here, lacking_w, surplus_w, dt_ms)

    def is_clock_set(self):
        """Whether anybody knows what time it is."""
        return self._shift_s is not None

    def are_prices_known(self):
        """Whether a series speaks of now."""
        return self._shift_s is not None and self.prices.known_at(self.number * QUARTER_S) is not None

    def zone(self):
        """(minutes east of Greenwich in winter, whether summer time is kept)."""
        return self._p.utc_offset_min, self._p.summer_time == "eu"

    def number_at(self, at_ms):
        """Number of the quarter-hour of a monotonic time."""
        return (at_ms // 1000 + (self._shift_s or 0)) // QUARTER_S

    def prices_at(self, number):
        """(import, export) of a quarter-hour, millionths a kWh, as the mode counts them."""
        return self._counted(self.prices.at(None if self._shift_s is None else number * QUARTER_S), number,
                             self.turn_up(self._middle_ms(number)))

    def prices_now(self, values, turn_up):
        """As prices_at, with what the site link says of this moment. turn_up: that runs, or None."""
        bought, sold = self.prices.at(None if self._shift_s is None else self.number * QUARTER_S)
        live_bought, live_sold = values.get("import_per_kwh"), values.get("export_per_kwh")
        return self._counted((bought if live_bought is None else micro(live_bought),
                              sold if live_sold is None else micro(live_sold)), self.number, turn_up)

    def _counted(self, prices, number, turn_up):
        """A turn-up makes energy free; so do the hours of timed charging, whatever they cost, a later one a little less."""
        if turn_up is not None:
            return min(prices[0], 0), prices[1]
        if self.mode == "timed" and self.is_wanted(number):
            return self.prices.top_micro * (number - self.number) // LATER_PARTS, prices[1]
        return prices

    def _middle_ms(self, number):
        """Monotonic ms of the middle of a quarter-hour."""
        return (number * QUARTER_S + QUARTER_S // 2 - (self._shift_s or 0)) * 1000

    def turn_up(self, at_ms):
        """The demand turn-up that runs at a monotonic time, None without one."""
        for row in self._turn_ups:
            if row[1] <= at_ms < row[2]:
                return row
        return None

    def is_wanted(self, number):
        """Whether the mode wants charging from the grid in a quarter-hour."""
        mode = self.mode
        if mode == "pv":
            return False
        if mode != "timed" or self._shift_s is None:
            return True
        minute, start_min, end_min = self.place(number)[1] * QUARTER_MIN, self._p.start_min, self._p.end_min
        return start_min <= minute < end_min if start_min < end_min else minute >= start_min or minute < end_min

    def premium_micro(self, number):
        """What is added to energy from the grid that the mode doesn't want."""
        if self.is_wanted(number) or self.turn_up(self._middle_ms(number)) is not None:
            return 0
        top_micro = self.top_micro()
        # As late as can be, at the same price: the sun may still do it.
        return PREMIUM_FACTOR * top_micro - top_micro * max(min(number - self.number, EARLY_PARTS), 0) // EARLY_PARTS


    def top_micro(self):
        """The highest price and wear together."""
        return self.prices.top_micro + micro(self._p.wear_per_kwh)

    def day(self):
        """A number that changes at local midnight."""
        return (self.number - self._here[1]) // QUARTERS

    def place(self, number):
        """(0 workday or 1 weekend, quarter-hour of the day) of local time."""
        weekday, minute = local_time.weekday_and_minute(number * QUARTER_S, *self.zone())
        return (1 if weekday >= SATURDAY else 0), minute // QUARTER_MIN

    def kept(self):
        """Commands that bring it back after a restart."""
        rows = [{"kind": "announce", "id": name, "what": "turn_up", "start_ms": start_ms, "end_ms": end_ms, "text": "",
                 "p_w": p_w} for name, start_ms, end_ms, p_w in self._turn_ups]
        if self._wanted_mode is not None:
            rows.append({"kind": "energy_mode", "mode": self._wanted_mode})
        return rows + self.prices.kept()

    def dump(self):
        """What a keyframe keeps."""
        return [self._wanted_mode, self._turn_ups, self._shift_s, self._has_told_missing, self.number, self._here,
                self.version, self.prices.dump(), self.forecast.dump()]

    def load(self, content):
        """Put a dump back."""
        (self._wanted_mode, self._turn_ups, self._shift_s, self._has_told_missing, self.number, here, self.version,
         prices, forecast) = content
        self._here = None if here is None else tuple(here)
        self.prices.load(prices)
        self.forecast.load(forecast)
