"""The regions a device is tested against and those the simulated inverter follows were typed twice; they agree.

Not its job: how the inverter rides through. Source: edge/grid_codes/ride_through.py, host_sim/plant/native.
"""

import pytest

from edge.grid_codes import ride_through
from host_sim.plant.native import ride_through as native

CATEGORIES = ("i", "ii", "iii")


@pytest.mark.parametrize("category", CATEGORIES)
def test_voltage_regions(category):
    rows = ride_through.VOLTAGE[category]
    low = [(row[1] or 0, row[4], row[5]) for row in rows if row[0] == "low"]
    high = [(row[1], row[4]) for row in reversed(rows) if row[0] == "high"]
    # A region of cease to energize has no time to stay; the inverter's table holds its 0.16 s there, or nothing.
    for (from_pu, t_s, slope), (native_pu, _, native_s, native_slope) in zip(low, native.LOW_ROWS[category], strict=True):
        assert from_pu == native_pu and (t_s is None or (t_s, slope) == (native_s, native_slope))
    for (beyond_pu, t_s), (native_pu, _, native_s) in zip(high, native.HIGH_ROWS[category], strict=True):
        assert beyond_pu == native_pu and (t_s or 0) == native_s


def test_frequency_regions_disturbances_and_rocof():
    assert ride_through.CONTINUOUS_PU[:2] == (native.V_LO_PU, native.V_HI_PU)
    low, middle, high = ride_through.FREQUENCY["ieee1547"]
    assert (middle[0] / 60, middle[1] / 60) == pytest.approx(native.F_CONTINUOUS_PU)
    assert (low[0] / 60, high[1] / 60) == pytest.approx(native.F_MANDATORY_PU)
    assert low[3] == high[3] == native.F_MANDATORY_S
    assert {row[0]: row[1:3] for row in ride_through.CONSECUTIVE} == native.CONSECUTIVE
    assert {row[0]: row[1] for row in ride_through.ROCOF if row[0] in CATEGORIES} == native.ROCOF_HZ_S
