"""One mode through one week: the plant and the gateway's controller in steps, and what was recorded.

Not its job: the bill (account.py), the optimum (bound.py).
Source: ours. The household does what households do: it tells the departure when it plugs in, and hears tomorrow's prices
at one in the afternoon. While the vehicle is away nothing can be decided, and steps are longer; so they are in the week
before, from which the gateway learns what house and vehicle usually do.
"""

from typing import NamedTuple

import numpy as np

from host_sim.home import prices, site_file, week as weeks
from host_sim.home.house import MIN_MS, House
from host_sim.home.series import DAY_MIN
from host_sim.world_direct import DirectGateway

STEP_MS = 10_000
AWAY_STEP_MS = 60_000
PAST_STEP_MS = 300_000      # of the week before: a third of what the forecast tells apart
DAY_MS = DAY_MIN * MIN_MS


class Departure(NamedTuple):
    """What was promised for a departure and what the vehicle left with, Wh in the battery."""

    at_ms: int
    promised_wh: float
    left_with_wh: float


class Record(NamedTuple):
    """Arrays of one length, a value a step; W, our signs. t_ms: end of each step; dt_ms: its length.

    energy_wh: in the vehicle's battery. is_running: the charger moves energy; a change is a move of its contactor.
    """

    t_ms: np.ndarray
    dt_ms: np.ndarray
    p_pcc_w: np.ndarray
    p_ev_w: np.ndarray
    pv_w: np.ndarray
    load_w: np.ndarray
    p_battery_w: np.ndarray
    energy_wh: np.ndarray
    is_plugged: np.ndarray
    is_running: np.ndarray
    departures: tuple
    energy_start_wh: float


COLUMNS = Record._fields[:-2]


class Run:
    """A week being run. gateway and house may be looked at between steps."""

    def __init__(self, week, mode, tariff, *, step_ms=STEP_MS, has_battery=False, other_battery=site_file.OTHER_BATTERY):
        """mode: name of the mode of [home]; tariff: prices.Tariff."""
        self.week, self.tariff, self.step_ms = week, tariff, step_ms
        past = weeks.before(week)
        self.house = House(past, has_battery=has_battery)
        document = site_file.document(mode, has_battery=has_battery, other_battery=other_battery)
        self.gateway = DirectGateway(document, self.house.banks(), period_ms=max(step_ms, AWAY_STEP_MS))
        self.departures = []
        self._shift_s = past.start_unix_s
        self._rows, self._commands, self._known_hours = [], [], 0
        while self.house.week_ms < weeks.end_ms(past):
            self._calendar()
            self._advance(PAST_STEP_MS)
        self.house.begin(week)
        self.departures = []
        self._energy_start_wh = self.house.e_vehicle_wh

    def step(self):
        """One step of house and gateway."""
        house = self.house
        self._calendar()
        self._news()
        dt_ms = self.step_ms if house.is_plugged else max(self.step_ms, AWAY_STEP_MS)
        self._advance(dt_ms)
        self._rows.append((
            house.week_ms, dt_ms, house.p_pcc_w, house.charger.p_w, house.pv.p_w, house.load_w,
            house.battery.p_w if house.battery else 0.0, house.e_vehicle_wh, house.is_plugged,
            bool(round(house.charger.inverter.p_w))))

    def _advance(self, dt_ms):
        self.house.step(dt_ms)
        self.gateway.step(self.house.now_ms, self._commands, unix_shift_s=self._shift_s)
        self._commands = []

    def record(self):
        """The Record so far."""
        return Record(*(np.array(column) for column in zip(*self._rows)), tuple(self.departures), self._energy_start_wh)

    def _calendar(self):
        was_plugged, before_wh = self.house.is_plugged, self.house.e_vehicle_wh
        trip = self.house.drive()
        if trip is not None:
            promised_wh = weeks.DEPARTURE_SOC_PCT / 100 * weeks.CAPACITY_WH
            self.departures.append(Departure(self.house.week_ms, promised_wh, before_wh))
        elif self.house.is_plugged and not was_plugged:
            self._commands.append(self._departure())

    def _departure(self):
        """The household says when it leaves next, and with how much."""
        house = self.house
        ahead = [trip for trip in house.week.trips if trip.leaves_min * MIN_MS > house.week_ms]
        t_ms = house.now_ms - house.week_ms + ahead[0].leaves_min * MIN_MS if ahead else None
        return {"kind": "departure", "der": 0, "t_departure_ms": t_ms, "e_needed_wh": None,
                "soc_pct": weeks.DEPARTURE_SOC_PCT}

    def _news(self):
        """Prices of the day that have been published by now, once."""
        if not self.tariff.is_dynamic:
            return
        day, rest_ms = divmod(self.house.week_ms, DAY_MS)
        hours = 24 * (day + (2 if rest_ms >= prices.PUBLISHED_MIN * MIN_MS else 1))
        if hours > self._known_hours:
            self._commands.append(prices.command(self.tariff, self.week.start_unix_s, self._known_hours, hours))
            self._known_hours = hours


def run(week, mode, tariff, progress=lambda share: None, **options):
    """The Record of a whole week. progress: called with the share done, 0..1, once a simulated hour."""
    running = Run(week, mode, tariff, **options)
    end_ms = weeks.end_ms(week)
    told_ms = 0
    while running.house.week_ms < end_ms:
        running.step()
        if running.house.week_ms - told_ms >= 60 * MIN_MS:
            told_ms = running.house.week_ms
            progress(told_ms / end_ms)
    return running.record()
