"""The vehicle beside a home battery that controls itself, under recorded clouds of 5 s, in steps of a second.

Not its job: the parts (tests/portable/test_home_house.py). Source: the figure to keep is no cycle above 200 W over an hour.
"""

import numpy as np
import pytest

from host_sim.home import hunting
from host_sim.home.run import Record


@pytest.mark.parametrize("other_battery", ("battery_first", "ev_first"))
def test_vehicle_and_home_battery_do_not_fight(other_battery):
    found = hunting.hunt("pv", other_battery)
    assert found.cycle_ev_w <= hunting.CYCLE_MAX_W and found.cycle_battery_w <= hunting.CYCLE_MAX_W
    assert found.exchange_hour_max_w <= hunting.CYCLE_MAX_W
    assert found.moves <= 6


def test_the_judge_sees_a_fight():
    """Two powers that swing against each other by 1 kW every ten minutes are found by both readings."""
    count = (hunting.CLOUDS_H + hunting.STEADY_H) * hunting.HOUR_S
    t_ms = hunting.BEGIN_H * 3_600_000 + 1000 * (np.arange(count) + 1)
    swing_w = np.where(np.arange(count) // 300 % 2, 1000.0, -1000.0)
    zero = np.zeros(count)
    record = Record(t_ms, zero + 1000, zero, swing_w - 30, zero, zero, -swing_w, zero, zero == 0, zero == 0, (), 0.0)
    judged = hunting.judge(record)
    assert judged.cycle_ev_w == pytest.approx(2000) and judged.cycle_battery_w == pytest.approx(2000)
    assert judged.exchange_hour_max_w == pytest.approx(1000)
