"""The vehicle beside a home battery that controls itself, under violent clouds: do they fight each other?

Not its job: days and money (study.py).
Source: ours. PV every 5 s from data/README.md, from nine to three, steps of 1 s; then an hour of steady sun. Two readings:
in steady sun nothing may cycle, so the largest cycle (rainflow) of each power counts; under clouds powers have to move,
so what counts is the exchange: power that one battery takes while the other gives it, as a mean over an hour.
"""

from typing import NamedTuple

import numpy as np

from host_sim.home import rainflow, run, trips, week as weeks
from host_sim.home.bound import PROFILE
from host_sim.home.house import MIN_MS
from host_sim.home.series import pv_5s

STEP_MS = 1000
BEGIN_H, CLOUDS_H, STEADY_H = 9, 6, 1
STEADY_SHARE = 0.6          # of the roof's rated power
SETTLE_S = 300
HOUR_S = 3600
CYCLE_MAX_W = 200
# The vehicle needs its energy before the sun of the next day: from the roof if it can, without hurry.
LEAVES_MIN, RETURNS_MIN, DRIVEN_WH = 32 * 60, 40 * 60, 12000


class Hunt(NamedTuple):
    """record: of clouds and steady sun. Powers in W; moves of the contactor in the whole time."""

    record: run.Record
    exchange_hour_max_w: float
    cycle_ev_w: float
    cycle_battery_w: float
    moves: int


class _Clouds:
    """What PvDevice asks of a series: recorded clouds from began_ms on, steady sun after them, none before."""

    def __init__(self, began_ms):
        self._began_ms = began_ms
        self._share = pv_5s()

    def at(self, now_ms):
        place = (now_ms - self._began_ms) // 5000
        if place < 0:
            return 0.0
        return float(self._share[place]) if place < len(self._share) else STEADY_SHARE


def hunt(mode, other_battery, *, seed=1):
    """The Hunt in one mode and one order of the batteries."""
    week = weeks.make("spring", seed, 1)
    week = week._replace(load_w=_steady_afternoon(week.load_w, float(np.median(week.load_w))),
                         trips=(trips.Trip(LEAVES_MIN, RETURNS_MIN, DRIVEN_WH),))
    running = run.Run(week, mode, week.tariffs["fixed"], has_battery=True, other_battery=other_battery)
    running.house.pv.series = _Clouds(running.house.now_ms + BEGIN_H * 60 * MIN_MS)
    while running.house.week_ms < BEGIN_H * 60 * MIN_MS:
        running.step()
    running.step_ms = STEP_MS
    while running.house.week_ms < (BEGIN_H + CLOUDS_H + STEADY_H) * 60 * MIN_MS:
        running.step()
    return judge(running.record())


def _steady_afternoon(load_w, steady_w):
    """The house draws one power while the sun is steady, so that whatever cycles then is the batteries' own."""
    minutes = np.arange(len(load_w))
    return np.where(minutes >= (BEGIN_H + CLOUDS_H) * 60, steady_w, load_w)


def judge(record):
    """The Hunt of a record whose second steps begin at BEGIN_H."""
    fine = record.t_ms > BEGIN_H * 60 * MIN_MS
    p_ev_w = record.p_ev_w[fine] + PROFILE["dynamics"]["standby_w"]
    p_battery_w = record.p_battery_w[fine]
    exchange_w = (np.minimum(np.clip(p_battery_w, 0, None), np.clip(-p_ev_w, 0, None))
                  + np.minimum(np.clip(-p_battery_w, 0, None), np.clip(p_ev_w, 0, None)))
    hours_w = np.convolve(exchange_w, np.ones(HOUR_S) / HOUR_S, "valid")
    steady = slice(-(STEADY_H * HOUR_S - SETTLE_S), None)
    return Hunt(record, float(hours_w.max()), _largest_w(p_ev_w[steady]), _largest_w(p_battery_w[steady]),
                int(np.count_nonzero(np.diff(record.is_running[fine].astype(int)))))


def _largest_w(p_w):
    """The range that a power went through there and back, W: the largest that half cycles make up a whole one of."""
    counted = 0.0
    for depth, _, count in sorted(rainflow.cycles(p_w.tolist()), reverse=True):
        counted += count
        if counted >= 1:
            return depth
    return 0.0
