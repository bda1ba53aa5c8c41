"""A week of a household: what it draws, what its roof yields, when the vehicle is there, what a kWh costs.

Not its job: devices (house.py), control (run.py). A week is fully given by its name and its seed.
Source: ours, from the series of data/README.md. The parts come from different places and years: the household is made
up, and its weather is set to suit the recorded prices (sunny where noon was cheap). The sun's days are winter days of
the mountains: on a tilted roof they yield what a day of spring does further north, in fewer hours. The week before, with
other household days, other trips and the same skies in another order, is what the gateway has learned from.
"""

import calendar
import datetime
from typing import NamedTuple

import numpy as np

from host_sim.home import prices, trips
from host_sim.home.series import DAY_MIN, day_ahead, load_days_w
from host_sim.home.sun import Roof, pv_day_w

LOAD_BY_PHASE = (0.5, 0.3, 0.2)     # of the household's power; the recordings know no phases
CAPACITY_WH = 60000
START_SOC_PCT = 50
DEPARTURE_SOC_PCT = 80


class Name(NamedTuple):
    """What a name stands for. local noon: minute of the day of solar noon."""

    start_unix_s: int      # local midnight, Monday
    noon_min: int
    sky: tuple             # one measured day each; the last for what lies beyond Sunday


NAMES = {
    "spring": Name(1714946400, 820,
                   ("changing", "scattered", "overcast", "clear", "scattered", "clear", "clear", "changing")),
    "winter": Name(1733698800, 760,
                   ("dull", "overcast", "overcast", "dull", "overcast", "changing", "dull", "overcast")),
}
DAYS_MAX = 7
LAST_LEAVES_MIN = DAYS_MAX * DAY_MIN - 4 * 60


NO_ROOF = Roof(p_dc_w=0)     # an inverter without modules


class Week(NamedTuple):
    """The series of a week. Arrays have a value a minute, a tariff one an hour; both reach a day beyond the end."""

    name: str
    seed: int
    days: int
    start_unix_s: int
    load_w: np.ndarray
    pv_w: np.ndarray
    trips: tuple
    tariffs: dict          # name -> prices.Tariff
    roof: Roof


def make(name="spring", seed=1, days=7, roof=Roof()):
    """The Week; KeyError for an unknown name, ValueError for days outside 1..7. roof: NO_ROOF for a house without."""
    if not 1 <= days <= DAYS_MAX:
        raise ValueError("days: allowed 1 to %d" % DAYS_MAX)
    row = NAMES[name]
    hours = 24 * (days + 1)
    # All seven days are drawn whatever is asked for, so that a short week is the beginning of the long one.
    drawn = trips.draw(DAYS_MAX + 1, 0, trips.generator("trips", seed))
    tariffs = {tariff.name: tariff for tariff in (prices.dynamic(row.start_unix_s, hours), prices.fixed(hours))}
    return _built(name, seed, days, start_unix_s=row.start_unix_s, household_days=_household_days(seed), sky=row.sky,
                  drawn=drawn, tariffs=tariffs, roof=roof)


def before(week):
    """The week that ended when this one begins. Its last trip ends with it, so that the vehicle comes back as it is to
    begin."""
    row = NAMES[week.name]
    drawn = trips.draw(DAYS_MAX, 0, trips.generator("past", week.seed))
    drawn = [trip for trip in drawn if trip.returns_min <= LAST_LEAVES_MIN]
    drawn.append(trips.Trip(LAST_LEAVES_MIN, DAYS_MAX * DAY_MIN, 0))
    return _built(week.name, week.seed, DAYS_MAX, start_unix_s=row.start_unix_s - DAYS_MAX * DAY_MIN * 60,
                  household_days=_household_days(week.seed)[DAYS_MAX + 1:], sky=row.sky[::-1], drawn=drawn, tariffs={},
                  roof=week.roof)


def _household_days(seed):
    return trips.generator("load", seed).permutation(load_days_w().shape[1])


def _built(name, seed, days, *, start_unix_s, household_days, sky, drawn, tariffs, roof):
    """A Week of the first days of those given, and of one beyond its end."""
    noon_min = NAMES[name].noon_min
    return Week(name, seed, days, start_unix_s,
                np.concatenate([load_days_w()[:, column] for column in household_days[:days + 1]]),
                np.concatenate([pv_day_w(day, roof, noon_min) for day in sky[:days + 1]]), tuple(drawn), tariffs, roof)


def end_ms(week):
    """Length of the week, ms."""
    return week.days * DAY_MIN * 60_000


def what(week):
    """The days of a week, and what is special about their prices: "6 to 12 May 2024, 20 hours with a negative price"."""
    noon_s = week.start_unix_s + 12 * prices.HOUR_S     # the same date in UTC
    first, last = (datetime.datetime.fromtimestamp(noon_s + 60 * DAY_MIN * day, datetime.timezone.utc)
                   for day in (0, week.days - 1))
    spot = [day_ahead()[week.start_unix_s + prices.HOUR_S * hour] for hour in range(24 * week.days)]
    below = sum(price < 0 for price in spot)
    special = "up to %.2f per kWh" % max(spot)
    if below:
        special = "%d %s with a negative price" % (below, "hour" if below == 1 else "hours")
    days = "%d" % first.day if week.days == 1 else "%d to %d" % (first.day, last.day)
    return "%s %s %d, %s" % (days, calendar.month_name[last.month], last.year, special)
