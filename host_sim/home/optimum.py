"""The cheapest a charger could have done in a week, had it known everything: a linear programme.

Not its job: building the problem from a run (bound.py), the gateway's own plan (edge).
Source: ours; solved by HiGHS through scipy. A lower bound, not a schedule: within a slot house and roof are split into
what is short and what is left over at every moment (`deficit_w`, `surplus_w` are means of those), powers may take any
mean the limits allow, and every conversion has the best efficiency that it can have.

Per slot, mean W at the AC terminals: `surplus` and `grid` charge from what is left over and from the grid; `house`, one
column for each band, feeds what is short; `feed` goes to the grid.
"""

from typing import NamedTuple

import numpy as np


class Problem(NamedTuple):
    """Arrays have a value a slot. Energies in Wh in the battery, powers in W, prices per kWh.

    plugged: share 0 or 1 of the slot; driven_wh leaves the battery in it. bands: ((deficit_w, efficiency), …): what is
    short, by how well the converter works at that power. energy_min_wh: at the end of each slot.
    """

    slot_h: float
    surplus_w: np.ndarray
    deficit_w: np.ndarray
    plugged: np.ndarray
    driven_wh: np.ndarray
    energy_min_wh: np.ndarray
    energy_max_wh: float
    energy_start_wh: float
    import_per_kwh: np.ndarray
    export_per_kwh: np.ndarray
    bands: tuple = ()
    p_charge_max_w: float = 7400
    p_discharge_max_w: float = 0
    p_feed_max_w: float = 0
    charge_efficiency: float = 1.0
    feed_efficiency: float = 1.0
    wear_per_kwh: float = 0.0


class Optimum(NamedTuple):
    """cost: bill and wear, currency. Arrays a slot: p_ev_w + discharging, energy_wh at its end."""

    cost: float
    p_ev_w: np.ndarray
    energy_wh: np.ndarray


def solve(problem):
    """The Optimum; ValueError when no schedule meets the constraints. ModuleNotFoundError without scipy."""
    from scipy.optimize import linprog

    columns = _columns(problem)
    count = len(problem.deficit_w)
    kwh = problem.slot_h / 1000
    costs = np.concatenate([row.cost_per_kwh * kwh for row in columns] + [np.zeros(count)])
    bounds = np.concatenate([np.column_stack([np.zeros(count), row.limit_w]) for row in columns]
                            + [np.column_stack([problem.energy_min_wh, np.full(count, problem.energy_max_wh)])])
    balance, change_wh = _energy_rows(problem, columns)
    together, roof_w = _power_rows(problem, columns)
    found = linprog(costs, A_ub=together, b_ub=roof_w, A_eq=balance, b_eq=change_wh, bounds=bounds, method="highs")
    if not found.success:
        raise ValueError("optimum: %s" % found.message)
    *powers_w, energy_wh = found.x.reshape(-1, count)
    base = (problem.deficit_w @ problem.import_per_kwh - problem.surplus_w @ problem.export_per_kwh) * kwh
    return Optimum(float(base + found.fun), sum(row.sign * p_w for row, p_w in zip(columns, powers_w)), energy_wh)


class _Column(NamedTuple):
    sign: int                  # +1 discharging
    limit_w: np.ndarray
    cost_per_kwh: np.ndarray   # of a kWh at the AC terminals
    stored: float              # Wh in the battery for a Wh at the AC terminals


def _columns(problem):
    """One row of variables for each way energy can take; a way that is closed is left out."""
    bought, sold = problem.import_per_kwh, problem.export_per_kwh
    wear, charged = problem.wear_per_kwh, problem.charge_efficiency
    charge_w = problem.p_charge_max_w * problem.plugged
    rows = [_Column(-1, np.minimum(charge_w, problem.surplus_w), sold + wear * charged, charged),
            _Column(-1, charge_w, bought + wear * charged, charged)]
    if problem.p_discharge_max_w:
        rows += [_Column(1, np.minimum(problem.p_discharge_max_w, deficit_w) * problem.plugged,
                         -bought + wear / efficiency, -1 / efficiency) for deficit_w, efficiency in problem.bands]
    if problem.p_feed_max_w:
        rows.append(_Column(1, problem.p_feed_max_w * problem.plugged, -sold + wear / problem.feed_efficiency,
                            -1 / problem.feed_efficiency))
    return rows


def _energy_rows(problem, columns):
    """Energy at the end of a slot is that of the slot before, and what was stored, less what was driven."""
    from scipy.sparse import diags_array, eye_array, hstack

    count = len(problem.deficit_w)
    change = diags_array([np.ones(count), -np.ones(count - 1)], offsets=[0, -1])
    stored = [-row.stored * problem.slot_h * eye_array(count) for row in columns]
    change_wh = -np.asarray(problem.driven_wh, dtype=float)
    change_wh[0] += problem.energy_start_wh
    return hstack([*stored, change], format="csr"), change_wh


def _power_rows(problem, columns):
    """All charging together, and all discharging together, within the charger's powers."""
    from scipy.sparse import csr_array, eye_array, hstack, vstack

    count = len(problem.deficit_w)
    one, none = eye_array(count), csr_array((count, count))
    rows = [hstack([one if row.sign == sign else none for row in columns] + [none]) for sign in (-1, 1)]
    return (vstack(rows, format="csr"),
            np.concatenate([problem.p_charge_max_w * problem.plugged, problem.p_discharge_max_w * problem.plugged]))
