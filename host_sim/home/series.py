"""The recorded series a home week is made of, read from data/.

Not its job: what a week makes of them (week.py, calendar.py, sun.py, prices.py).
Source: data/README.md names each file's.
"""

import csv
import functools
import pathlib
from datetime import datetime, timezone
from typing import NamedTuple

import numpy as np

DATA = pathlib.Path(__file__).parent / "data"
DAY_MIN = 1440


class Session(NamedTuple):
    """One stay at a charger at work: times of day in minutes after midnight of the day of arrival."""

    weekday: int           # 0 is Monday
    arrival_min: int
    departure_min: int     # may lie beyond 1440
    delivered_wh: float


def _rows(name):
    with open(DATA / name, encoding="ascii", newline="") as file:
        return list(csv.DictReader(file))


@functools.cache
def load_days_w():
    """Household days: array (minute of the day, household day) of active power, W."""
    return np.loadtxt(DATA / "load_days_w.csv", delimiter=",", skiprows=1)


@functools.cache
def pv_5s():
    """Share of its own highest value that a PV plant yields under broken clouds, 0..1; a value every 5 s, 6 h."""
    power = np.loadtxt(DATA / "pv_5s.csv")
    return power / power.max()


@functools.cache
def irradiance(day):
    """(minute of the day in UTC, global, direct normal, diffuse in W/m², air temperature in °C) of a measured day.

    KeyError for a day that is not there. Minutes that are missing are night.
    """
    rows = [row for row in _rows("irradiance_1min.csv") if row["day"] == day]
    if not rows:
        raise KeyError(day)
    names = ("minute_utc", "ghi_w_m2", "dni_w_m2", "dhi_w_m2", "t_air_c")
    return tuple(np.array([float(row[name]) for row in rows]) for name in names)


@functools.cache
def sessions():
    """Every recorded stay, as Session."""
    found = []
    for row in _rows("acn_sessions.csv"):
        arrival, departure = (datetime.fromisoformat(row[name]) for name in ("arrival", "departure"))
        arrival_min = arrival.hour * 60 + arrival.minute
        stay_min = round((departure - arrival).total_seconds() / 60)
        found.append(Session(arrival.weekday(), arrival_min, arrival_min + stay_min, float(row["delivered_kwh"]) * 1000))
    return tuple(found)


@functools.cache
def day_ahead():
    """{Unix time of the hour's beginning, s: price in currency per kWh}."""
    prices = {}
    for row in _rows("day_ahead_nl.csv"):
        hour = datetime.strptime(row["utc"], "%Y-%m-%dT%H:%MZ").replace(tzinfo=timezone.utc)
        prices[int(hour.timestamp())] = float(row["eur_per_mwh"]) / 1000
    return prices
