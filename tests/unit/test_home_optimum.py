"""The linear programme of the home weeks on cases that are solved by hand.

Not its job: weeks (tests/sim/test_home_week.py). Source: arithmetic, written beside each case.
"""

import numpy as np
import pytest

from host_sim.home.optimum import Problem, solve

pytest.importorskip("scipy", reason="the optimum needs scipy")


def problem(**given):
    """Two or more hours without house and roof; an empty battery of 10 kWh that may do 5 kW either way."""
    slots = len(given["import_per_kwh"])
    plain = {
        "slot_h": 1.0, "surplus_w": np.zeros(slots), "deficit_w": np.zeros(slots), "plugged": np.ones(slots),
        "driven_wh": np.zeros(slots), "energy_min_wh": np.zeros(slots), "energy_max_wh": 10_000.0,
        "energy_start_wh": 0.0, "export_per_kwh": np.zeros(slots), "p_charge_max_w": 5000,
    }
    filled = {name: np.array(value, dtype=float) if isinstance(value, (list, tuple)) and name != "bands" else value
              for name, value in {**plain, **given}.items()}
    return Problem(**filled)


def test_nothing_to_do_costs_the_house():
    found = solve(problem(import_per_kwh=[0.3, 0.2], deficit_w=[1000, 500], surplus_w=[0, 0]))
    assert found.cost == pytest.approx(0.3 + 0.1)
    assert np.allclose(found.p_ev_w, 0)


def test_a_promise_is_bought_in_the_cheapest_hours():
    """6 kWh in the battery, 90 %: 6.667 kWh drawn; 5 of them at 0.10, the rest at 0.20."""
    found = solve(problem(import_per_kwh=[0.2, 0.1, 0.4], energy_min_wh=[0, 0, 6000], charge_efficiency=0.9))
    assert found.cost == pytest.approx(5 * 0.1 + (6 / 0.9 - 5) * 0.2)
    assert found.p_ev_w[1] == pytest.approx(-5000) and found.p_ev_w[2] == pytest.approx(0, abs=1e-6)


def test_surplus_is_worth_what_feeding_it_in_would_have_earned():
    """4 kWh from the roof at 0.08 rather than from the grid at 0.30."""
    found = solve(problem(import_per_kwh=[0.3, 0.3], export_per_kwh=[0.08, 0.08], surplus_w=[4000, 0],
                          energy_min_wh=[0, 4000]))
    assert found.cost == pytest.approx(0.0), "all of the roof's energy is in the vehicle, nothing is sold or bought"


def test_arbitrage_pays_only_beyond_losses_and_wear():
    """A kWh for the house: 1/0.9 from the battery, 1/0.81 from the grid, and wear on 2/0.9 kWh."""
    bands = ((np.array([0.0, 1000.0]), 0.9),)
    rows = {"deficit_w": [0, 1000], "bands": bands, "p_discharge_max_w": 5000, "charge_efficiency": 0.9,
            "wear_per_kwh": 0.05}
    paid = 0.1 / 0.81 + 0.05 * 2 / 0.9
    assert solve(problem(import_per_kwh=[0.1, 0.5], **rows)).cost == pytest.approx(paid)
    assert solve(problem(import_per_kwh=[0.1, 0.2], **rows)).cost == pytest.approx(0.2), "0.2 < %.3f" % paid


def test_only_who_may_feeds_the_grid():
    """5 kW for an hour at 0.60, stored at 0.10; without permission there is nothing to do."""
    rows = {"import_per_kwh": [0.1, 0.7], "export_per_kwh": [0.0, 0.6], "p_discharge_max_w": 5000}
    assert solve(problem(**rows)).cost == pytest.approx(0)
    assert solve(problem(p_feed_max_w=5000, **rows)).cost == pytest.approx(-5 * 0.6 + 5 * 0.1)


def test_a_negative_price_fills_the_battery_and_no_more():
    found = solve(problem(import_per_kwh=[-0.1, -0.1, -0.1]))
    assert found.cost == pytest.approx(-1.0) and found.energy_wh[-1] == pytest.approx(10_000)


def test_what_is_away_cannot_charge_and_drives():
    """3 kWh driven in the second hour; before it the vehicle is away for nobody, during it for all."""
    found = solve(problem(import_per_kwh=[0.5, 0.1, 0.3], plugged=[1, 0, 1], driven_wh=[0, 3000, 0],
                          energy_start_wh=3000.0, energy_min_wh=[0, 0, 2000]))
    assert found.cost == pytest.approx(2 * 0.3)
    assert found.energy_wh[1] == pytest.approx(0, abs=1e-6)


def test_a_power_limit_holds_for_all_ways_together():
    """5 kW in all: 3 kW from the roof leave 2 kW from the grid."""
    found = solve(problem(import_per_kwh=[-0.1, 0.4], export_per_kwh=[-0.2, 0.0], surplus_w=[3000, 0]))
    assert found.p_ev_w[0] == pytest.approx(-5000)
    assert found.cost == pytest.approx(-0.1 * 2)


def test_what_cannot_be_is_said():
    with pytest.raises(ValueError, match="optimum"):
        solve(problem(import_per_kwh=[0.1], energy_min_wh=[6000]))
