"""When the vehicle is away and what it drives: a home calendar from recorded stays at work.

Not its job: the recordings (series.py), what the household asks of the charger (run.py).
Source: ours. At home is what the recording is not: the vehicle leaves a commute before it arrives there and is back a
commute after it left, and has driven what it charged there. Each day a stay is drawn from those that began on the same
weekday; on weekdays the household goes out three days in five, on weekends every second. Times are rounded to quarters of an hour, outwards.
"""

from typing import NamedTuple

import numpy as np

from host_sim.home.series import DAY_MIN, sessions

COMMUTE_MIN = (15, 60)              # drawn between both
QUARTER_MIN = 15
WEEKEND = (5, 6)
OUT_SHARE, WEEKEND_SHARE = 0.6, 0.5
# What counts as a day out: arrival, stay and energy of a recorded session.
ARRIVAL_MIN = (6 * 60, 12 * 60)
STAY_MIN = (90, 11 * 60)
DRIVEN_WH = (2000, 24000)
EARLIEST_MIN, LATEST_MIN = 5 * 60, 23 * 60


class Trip(NamedTuple):
    """Minutes since the beginning of the week, and the battery energy driven."""

    leaves_min: int
    returns_min: int
    driven_wh: float


def draw(days, first_weekday, chance):
    """Trips of so many days in order. chance: numpy Generator."""
    found = []
    for day in range(days):
        weekday = (first_weekday + day) % 7
        is_out = chance.random() < (WEEKEND_SHARE if weekday in WEEKEND else OUT_SHARE)
        stays = _stays(weekday)
        stay = stays[int(chance.integers(len(stays)))]
        commute_min = chance.uniform(*COMMUTE_MIN)
        if not is_out:
            continue
        leaves_min = max(EARLIEST_MIN, stay.arrival_min - commute_min)
        returns_min = min(LATEST_MIN, stay.departure_min + commute_min)
        found.append(Trip(day * DAY_MIN + int(leaves_min // QUARTER_MIN) * QUARTER_MIN,
                          day * DAY_MIN - int(-returns_min // QUARTER_MIN) * QUARTER_MIN, stay.delivered_wh))
    return found


def _stays(weekday):
    return [stay for stay in sessions() if stay.weekday == weekday
            and ARRIVAL_MIN[0] <= stay.arrival_min <= ARRIVAL_MIN[1]
            and STAY_MIN[0] <= stay.departure_min - stay.arrival_min <= STAY_MIN[1]
            and DRIVEN_WH[0] <= stay.delivered_wh <= DRIVEN_WH[1]]


def away(trips, minute):
    """The trip during which a minute falls, or None."""
    return next((trip for trip in trips if trip.leaves_min <= minute < trip.returns_min), None)


def generator(name, seed):
    """The Generator of one part of a week: the same name and seed give the same draws, whatever else is drawn."""
    return np.random.default_rng([seed, *name.encode()])
