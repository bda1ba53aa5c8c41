"""Recorded frequency traces: reading them, and what they say about the balance of the area.

Not its job: the area's model (swing.py), fleets.
Source: data/README.md names each recording. Between two readings the frequency is taken as a straight line; what it
did there nobody knows.
"""

import csv
import pathlib
from datetime import datetime
from typing import NamedTuple

import numpy as np

from host_sim.grid_frequency.swing import power_between_mw

DATA = pathlib.Path(__file__).parent / "data"
IBERIA = DATA / "iberia_2025-04-28_toledo_2s.csv"
V_COLUMNS = ("AnalyzerL1PhaseVoltage", "AnalyzerL2PhaseVoltage", "AnalyzerL3PhaseVoltage")
F_COLUMN, TIME_COLUMN, TIME_FORMAT = "AnalyzerL1Frequency", "time", "%d-%b-%Y %H:%M:%S"
ALIVE_SHARE = 0.5   # below this part of its median the voltage is gone, and the frequency reading means nothing


class Trace(NamedTuple):
    """A recording. t_s: times from its beginning; f_hz, v_v (mean of three phases): arrays of the same length."""

    begin: datetime
    t_s: np.ndarray
    f_hz: np.ndarray
    v_v: np.ndarray
    missing: int        # readings that were not there

    def at_s(self, clock):
        """Time in the trace of a time of day "HH:MM:SS", s."""
        hours, minutes, seconds = (int(part) for part in clock.split(":"))
        begin = self.begin
        return (hours - begin.hour) * 3600 + (minutes - begin.minute) * 60 + seconds - begin.second

    def frequency_hz(self, t_s):
        """Frequency at one time or an array of times, Hz; the first and last reading hold outside."""
        return np.interp(t_s, self.t_s, self.f_hz)


def read(path=IBERIA):
    """The Trace in a file; readings that are missing, or were taken after the voltage had gone, are left out."""
    with open(path, encoding="ascii", newline="") as file:
        rows = list(csv.DictReader(file))
    times = [datetime.strptime(row[TIME_COLUMN], TIME_FORMAT) for row in rows]
    f_hz = np.array([float(row[F_COLUMN]) for row in rows])
    v_v = np.array([[float(row[name]) for name in V_COLUMNS] for row in rows]).mean(axis=1)
    t_s = np.array([(time - times[0]).total_seconds() for time in times])
    known = np.isfinite(f_hz) & np.isfinite(v_v)
    gone = known & (v_v < ALIVE_SHARE * np.nanmedian(v_v))
    end = int(np.argmax(gone)) if gone.any() else len(rows)
    used = known & (np.arange(len(rows)) < end)
    return Trace(times[0], t_s[used], f_hz[used], v_v[used], int(np.count_nonzero(~known[:end])))


def imbalance_mw(grid, f_hz, dt_ms):
    """What must have acted on an area of this inertia and damping for it to follow f_hz, MW: one value a step.

    f_hz: array of n + 1 frequencies dt_ms apart. Everything that reacted at the time, governors, shedding and the
    lines to neighbours included, is in it; only the load relief of `grid` is taken out.
    """
    return np.array([power_between_mw(grid, before, after, dt_ms) for before, after in zip(f_hz, f_hz[1:])])
