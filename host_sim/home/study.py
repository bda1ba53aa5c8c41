"""All modes through one week, beside unmanaged charging and beside what perfect foresight would have made of it.

Not its job: one run (run.py), words and figures (words.py, figures.py).
Source: ours. Runs are spread over processes; each depends on week and mode alone, so the results do not.
"""

import multiprocessing
import time
from typing import NamedTuple

from host_sim.home import account, bound, optimum, prices, run, site_file, week as weeks

NO_SCIPY = "needs scipy"
POLL_S = 0.2
# Figures that the modes have to reach.
GAP_MAX = {"v2h": 0.10, "pv": 0.05}
MOVES_PER_DAY_MAX = {"pv": 6}


class Result(NamedTuple):
    """One mode's week. optimum: Optimum with the same energy at the end, None without scipy."""

    mode: site_file.Mode
    record: run.Record
    account: account.Account
    unmanaged: account.Account
    optimum: optimum.Optimum

    @property
    def gap(self):
        """Share by which bill and wear exceed the optimum's; None without one."""
        if self.optimum is None or self.optimum.cost <= 0:
            return None
        return (self.account.bill + self.account.wear_priced) / self.optimum.cost - 1

    @property
    def optimum_cost(self):
        """The optimum's cost as Account.cost counts; None without one."""
        return None if self.optimum is None else self.optimum.cost - self.account.stored_worth


def study(week, names, *, jobs=None, progress=lambda name, share: None):
    """{mode name: Result} in the order of site_file.MODES; unmanaged charging is run beside them and, when named, has a
    row of its own under the dynamic tariff. progress: called with a run's name and its share done, 0..1."""
    modes = [mode for mode in ALL if mode.name in names]
    needed = list(dict.fromkeys([site_file.UNMANAGED] + [mode.name for mode in modes]))
    records = _records(week, needed, jobs or multiprocessing.cpu_count(), progress)
    found = {}
    for mode in modes:
        tariff, record = week.tariffs[mode.tariff], records[mode.name]
        found[mode.name] = Result(
            mode, record, account.account(record, week, tariff),
            account.account(records[site_file.UNMANAGED], week, tariff), _optimum(record, week, mode, tariff))
    return found


ALL = (site_file.Mode(site_file.UNMANAGED, "dynamic", False, False),) + site_file.MODES


def _optimum(record, week, mode, tariff):
    try:
        return optimum.solve(bound.problem_of(record, week, mode, tariff))
    except ModuleNotFoundError as missing:
        if (missing.name or "").split(".")[0] != "scipy":
            raise
        return None


# --- runs in processes ------------------------------------------------------------------------------------------------

_shares = None


def _records(week, names, jobs, progress):
    """{name: Record}, so many at a time."""
    key = (week.name, week.seed, week.days, week.roof)
    if jobs == 1 or len(names) == 1:
        return {name: _run(name, key, lambda share, name=name: progress(name, share)) for name in names}
    context = multiprocessing.get_context("spawn")
    shares = context.Array("d", len(names))
    with context.Pool(min(jobs, len(names)), _begin, (shares,)) as pool:
        waiting = [pool.apply_async(_run_shared, (place, name, key)) for place, name in enumerate(names)]
        while not all(one.ready() for one in waiting):
            _tell(names, shares, progress)
            time.sleep(POLL_S)
        _tell(names, shares, progress)
        return {name: one.get() for name, one in zip(names, waiting)}


def _tell(names, shares, progress):
    for name, share in zip(names, shares):
        if share:
            progress(name, share)


def _begin(shares):
    global _shares
    _shares = shares


def _run_shared(place, name, key):
    def tell(share):
        _shares[place] = share
    return _run(name, key, tell)


def _run(name, key, progress):
    """The Record of one mode. key: arguments of week.make."""
    week = weeks.make(*key)
    tariff = next(mode.tariff for mode in ALL if mode.name == name)
    return run.run(week, name, week.tariffs[tariff], progress)


# --- the record of all of it ------------------------------------------------------------------------------------------

def report(week, results):
    """What home.json holds: assumptions, and one row a mode. Energies in kWh, money in the currency of the prices."""
    return {
        "week": {"name": week.name, "what": weeks.what(week), "seed": week.seed, "days": week.days,
                 "load_kwh": _kwh(week.load_w, week), "pv_kwh": _kwh(week.pv_w, week)},
        "assumed": {
            "step_s": run.STEP_MS / 1000, "capacity_wh": weeks.CAPACITY_WH, "departure_soc_pct": weeks.DEPARTURE_SOC_PCT,
            "p_charge_w": site_file.P_CHARGE_W, "p_discharge_w": site_file.P_DISCHARGE_W,
            "wear_per_kwh": site_file.WEAR_PER_KWH, "fixed_import_per_kwh": prices.FIXED_IMPORT_PER_KWH,
            "fixed_export_per_kwh": prices.FIXED_EXPORT_PER_KWH, **prices.Contract()._asdict(), **week.roof._asdict(),
        },
        "modes": [row(result) for result in results.values()],
    }


def row(result):
    """One mode's row of home.json."""
    mine = result.account
    figures = {name: value for name, value in mine._asdict().items() if name != "wear"}
    return {
        "mode": result.mode.name, "tariff": result.mode.tariff, "cost": mine.cost, **figures,
        "unmanaged_cost": result.unmanaged.cost, "saved": result.unmanaged.cost - mine.cost,
        "optimum_cost": NO_SCIPY if result.optimum is None else result.optimum_cost,
        "gap": NO_SCIPY if result.optimum is None else result.gap,
        "wear": {**mine.wear._asdict(), "unmanaged_cost": result.unmanaged.wear.cost},
    }


def _kwh(minutes_w, week):
    return float(minutes_w[:week.days * 1440].sum() / 60_000)
