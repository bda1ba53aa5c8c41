"""What a week cost and what became of it: bill, energy, wear, comfort, moves of the contactor.

Not its job: running it (run.py), the optimum (bound.py).
Source: ours. The bill goes by the power at the meter in every step. Energy that a run has more or less in the vehicle at
the end than another is priced, so that runs can be compared: at what the cheapest third of the hours asks for it.
"""

from typing import NamedTuple

import numpy as np

from host_sim.home import site_file, wear, week as weeks
from host_sim.home.series import DAY_MIN
from host_sim.home.house import MIN_MS
from host_sim.home.bound import PROFILE
from host_sim.plant.efficiency import Efficiency

MS_PER_H = 3_600_000
# Half a step of the state of charge that the charger shows.
TOLERANCE_WH = 0.0005 * weeks.CAPACITY_WH
SOC_SAMPLES_MS = 300_000


class Account(NamedTuple):
    """Energies in kWh, money in the currency of the prices, over the whole run."""

    import_kwh: float
    export_kwh: float
    charged_kwh: float          # AC, by the vehicle's charger
    discharged_kwh: float
    bill: float
    wear_priced: float          # by throughput, what the gateway decided with
    stored_kwh: float           # in the vehicle at the end, less at the beginning
    stored_worth: float
    missed: int                 # departures with less than promised
    departures: int
    shortest_wh: float          # least surplus over the promise at a departure; negative: missing
    moves_per_day: float
    moves_max: int              # on the worst day
    self_consumption: float     # share of the roof's energy that was used on site
    wear: wear.Wear

    @property
    def cost(self):
        """What compares runs: bill and wear, less the worth of what is stored."""
        return self.bill + self.wear_priced - self.stored_worth


def account(record, week, tariff):
    """The Account of a Record under a Tariff."""
    hours = record.dt_ms / MS_PER_H
    at = np.minimum((record.t_ms - 1) // MS_PER_H, len(tariff.import_per_kwh) - 1)
    import_kwh = np.clip(-record.p_pcc_w, 0, None) * hours / 1000
    export_kwh = np.clip(record.p_pcc_w, 0, None) * hours / 1000
    stored_kwh = (record.energy_wh[-1] - record.energy_start_wh) / 1000
    moves = _moves(record, week.days)
    p_w = record.p_ev_w + PROFILE["dynamics"]["standby_w"]
    pv_kwh = record.pv_w @ hours / 1000
    surplus = [departure.left_with_wh - departure.promised_wh for departure in record.departures]
    soc = np.interp(np.arange(0, record.t_ms[-1], SOC_SAMPLES_MS), record.t_ms, record.energy_wh) / weeks.CAPACITY_WH
    return Account(
        float(import_kwh.sum()), float(export_kwh.sum()), float(np.clip(-p_w, 0, None) @ hours / 1000),
        float(np.clip(p_w, 0, None) @ hours / 1000),
        float(import_kwh @ np.array(tariff.import_per_kwh)[at] - export_kwh @ np.array(tariff.export_per_kwh)[at]),
        float(throughput_kwh(record) * site_file.WEAR_PER_KWH), float(stored_kwh),
        float(stored_kwh * stored_price(week, tariff)), sum(row < -TOLERANCE_WH for row in surplus), len(surplus),
        float(min(surplus, default=0.0)), float(moves.sum() / week.days), int(moves.max()),
        float(1 - (np.minimum(np.clip(record.p_pcc_w, 0, None), record.pv_w) @ hours / 1000) / pv_kwh) if pv_kwh else 0.0,
        wear.of_week(soc, week.days, weeks.CAPACITY_WH))


def throughput_kwh(record):
    """Energy that the charger put into the vehicle's battery and took out of it, kWh; driving apart."""
    efficiency = Efficiency(PROFILE["dynamics"]["efficiency"])
    p_ac_w = record.p_ev_w + PROFILE["dynamics"]["standby_w"]
    p_dc_w = np.array([efficiency.p_dc_w(p_w) if p_w else 0.0 for p_w in p_ac_w])
    return float(np.abs(p_dc_w) @ (record.dt_ms / MS_PER_H) / 1000)


def stored_price(week, tariff):
    """Worth of a kWh in the vehicle's battery at the end: the cheapest third of the week's hours, and the losses."""
    hours = sorted(tariff.import_per_kwh[:24 * week.days])
    best = max(row[1] for row in PROFILE["dynamics"]["efficiency"])
    return float(np.mean(hours[:len(hours) // 3])) / best


def _moves(record, days):
    """Moves of the contactor on each day."""
    changed = np.diff(record.is_running.astype(int), prepend=0) != 0
    return np.bincount((record.t_ms[changed] - 1) // (DAY_MIN * MIN_MS), minlength=days)
