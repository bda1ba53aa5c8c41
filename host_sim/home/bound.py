"""From a run to its optimum: the same house, roof, calendar and energies, but everything known and nothing wasted.

Not its job: solving (optimum.py).
Source: ours. It stays a bound on what the run's mode may do: a promise counts as far as the run kept it, the vehicle ends
with at least the run's energy, efficiencies are the best of the profile at the powers that can occur, and the window of
the state of charge is as wide as the registers' resolution lets the run's become.
"""

import numpy as np

from host_sim.home import optimum, site_file, week as weeks
from host_sim.home.house import MIN_MS
from host_sim.plant.devices import profile_named
from host_sim.plant.efficiency import Efficiency

SLOT_MIN = 15
HOUR_MIN = 60
PROFILE = profile_named("sim-v2h")
SOC_STEP_PCT = 0.1
# Upper ends of the bands of what the house lacks, W; the last takes all the rest.
BANDS_W = (250, 500, 1000, 2000, 4000, float("inf"))


def problem_of(record, week, mode, tariff):
    """The optimum.Problem of a Record. mode: site_file.Mode; tariff: prices.Tariff."""
    slots = week.days * 24 * HOUR_MIN // SLOT_MIN
    grid = _Slots(record, slots)
    # Standby is drawn whatever anybody decides.
    net_w = record.load_w + PROFILE["dynamics"]["standby_w"] - record.pv_w
    lacking_w = np.clip(net_w, 0, None)
    hours = np.arange(slots) * SLOT_MIN // HOUR_MIN
    capacity_wh = weeks.CAPACITY_WH
    window_wh = (np.array((site_file.SOC_MIN_PCT - SOC_STEP_PCT, site_file.SOC_MAX_PCT)) * capacity_wh / 100)
    driven_wh, least_wh = _calendar(record, week, slots, window_wh[0])
    least_wh[-1] = max(least_wh[-1], record.energy_wh[-1])
    rows = PROFILE["dynamics"]["efficiency"]
    return optimum.Problem(
        SLOT_MIN / HOUR_MIN, grid.mean(np.clip(-net_w, 0, None)), grid.mean(lacking_w), grid.mean(record.is_plugged * 1.0),
        driven_wh, least_wh, window_wh[1], record.energy_start_wh,
        np.array(tariff.import_per_kwh)[hours], np.array(tariff.export_per_kwh)[hours],
        bands=tuple(_bands(grid, lacking_w, mode.is_feeding)),
        p_charge_max_w=site_file.P_CHARGE_W, p_discharge_max_w=site_file.P_DISCHARGE_W if mode.is_discharging else 0,
        p_feed_max_w=site_file.P_DISCHARGE_W if mode.is_feeding else 0,
        charge_efficiency=max(row[1] for row in rows), feed_efficiency=max(row[2] for row in rows),
        wear_per_kwh=site_file.WEAR_PER_KWH)


class _Slots:
    """Means of a record's steps over slots of a quarter-hour."""

    def __init__(self, record, slots):
        self._number = np.minimum((record.t_ms - 1) // (SLOT_MIN * MIN_MS), slots - 1)
        self._slots = slots
        self._weight = record.dt_ms
        self._total = np.bincount(self._number, record.dt_ms, slots)

    def mean(self, values):
        """One mean a slot."""
        return np.bincount(self._number, values * self._weight, self._slots) / self._total


def _bands(grid, lacking_w, is_feeding):
    """(mean W, efficiency) of what the house lacks, by how much at a time. Who may feed runs at the best power."""
    efficiency = Efficiency(PROFILE["dynamics"]["efficiency"])
    best = max(row[2] for row in PROFILE["dynamics"]["efficiency"])
    low_w = 0
    for high_w in BANDS_W:
        inside = (lacking_w > low_w) & (lacking_w <= high_w)
        at_best = best if is_feeding else max(
            efficiency.factor(min(p_w, high_w), False) for p_w in (*BANDS_W[:-1], lacking_w.max()) if p_w <= high_w)
        yield grid.mean(lacking_w * inside), at_best
        low_w = high_w


def _calendar(record, week, slots, least_wh):
    """(energy driven, least energy at the end) of each slot. A trip takes its energy when it begins."""
    driven_wh, floor_wh = np.zeros(slots), np.full(slots, least_wh)
    for trip in week.trips:
        slot = trip.leaves_min // SLOT_MIN
        if slot < slots:
            driven_wh[slot] = trip.driven_wh
    for departure in record.departures:
        slot = departure.at_ms // (SLOT_MIN * MIN_MS) - 1
        if slot >= 0:
            floor_wh[slot] = max(floor_wh[slot], min(departure.promised_wh, departure.left_with_wh))
    return driven_wh, np.minimum(floor_wh, _reached(record, floor_wh))


def _reached(record, floor_wh):
    """What the run itself had at the end of each slot bounds what may be asked: it may have come back empty."""
    ends_ms = (np.arange(len(floor_wh)) + 1) * SLOT_MIN * MIN_MS
    return np.maximum(record.energy_wh[np.searchsorted(record.t_ms, ends_ms)], 0)
