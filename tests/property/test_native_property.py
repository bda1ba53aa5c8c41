"""What holds for the native model whatever the grid and the settings: finite, inside circle and battery, total.

Not its job: values (tests/unit/test_native_*).
Source: the physical limits of the device itself.
"""

import math

from hypothesis import given, settings as effort, strategies as st

from host_sim.plant.native.mode_rows import BLOCKED, MODES
from host_sim.plant.native.native_der import NativeDer
from host_sim.plant.native.settings import (
    ActivePowerLimit, ConstantPowerFactor, ConstantQ, EnterService, FrequencyDroop, NativeSettings, RideThrough,
    SetActivePower, Trip, VoltVar, VoltWatt, WattVar,
)
from host_sim.plant.native.settings_check import problems

S_VA = 10000.0
Q_MODE = st.sampled_from((
    {}, {"volt_var": VoltVar(enabled=True, olrt_s=0.0)}, {"volt_var": VoltVar(enabled=True, vref_auto_enabled=True)},
    {"watt_var": WattVar(enabled=True, olrt_s=0.0)}, {"crp": ConstantQ(enabled=True, q_pu=-1.0, olrt_s=0.1)},
    {"crp": ConstantQ(enabled=True, q_pu=1.0, olrt_s=0.0, q_priority=False)},
    {"cpf": ConstantPowerFactor(inject_enabled=True, pf_inject=0.1, absorb_enabled=True, pf_absorb=0.8, olrt_s=0.0)},
))
CHOSEN = st.builds(
    lambda p_w, mode, limit_pu, watt, droop, category, early: NativeSettings(
        set_power=SetActivePower(True, p_w), p_limit=ActivePowerLimit(limit_pu is not None, limit_pu or 0.0, 0.5),
        volt_watt=VoltWatt(watt, ((1.06, 1.0), (1.10, -1.0)), 0.5, watt), droop=FrequencyDroop(droop, olrt_s=0.2),
        enter_service=EnterService(delay_s=0.05, random_s=0.05, ramp_s=0.1), ride_through=RideThrough(category, early),
        trip=Trip(ov_10min_pu=1.15 if early else None, rocof_hz_s=2.0 if early else None))._replace(**mode),
    st.floats(-12000, 12000), Q_MODE, st.none() | st.floats(0, 1), st.booleans(), st.booleans(),
    st.sampled_from(("i", "ii", "iii", "none")), st.booleans(),
)
VOLTS = st.tuples(*[st.floats(0, 1.4)] * 3) | st.floats(0.8, 1.15).map(lambda v: (v, v, v)) | st.just((1.0, 1.0, 1.0))
GRID = st.lists(st.tuples(VOLTS, st.floats(45, 65) | st.just(60.0), st.floats(0, S_VA), st.floats(0, S_VA),
                          st.integers(1, 30)), min_size=1, max_size=12)


@effort(max_examples=150, deadline=None)
@given(CHOSEN, GRID)
def test_power_is_finite_inside_the_circle_and_what_the_battery_allows(chosen, grid):
    der = NativeDer(chosen)
    now_ms = 0
    for v_pu, f_hz, charge_w, discharge_w, steps in grid:
        for _ in range(steps):
            now_ms += 4
            der.step(now_ms, v_pu, f_hz, -charge_w, discharge_w)
            assert math.isfinite(der.p_w) and math.isfinite(der.q_var)
            assert -charge_w <= der.p_w <= discharge_w
            assert math.hypot(der.p_w, der.q_var) <= S_VA * (1 + 1e-9)
            assert der.mode in MODES
            if not der.in_service:
                assert der.p_w == der.q_var == 0
            elif der.mode in BLOCKED:
                assert der.p_w == 0 and 0 <= der.q_var < 0.03 * S_VA


@effort(max_examples=50, deadline=None)
@given(CHOSEN, GRID)
def test_the_same_grid_gives_the_same_answer(chosen, grid):
    found = []
    for _ in range(2):
        der, now_ms, trace = NativeDer(chosen), 0, []
        for v_pu, f_hz, charge_w, discharge_w, steps in grid:
            now_ms += 4 * steps
            der.step(now_ms, v_pu, f_hz, -charge_w, discharge_w)
            trace.append((der.p_w, der.q_var, der.mode, der.alarms()))
        found.append(trace)
    assert found[0] == found[1]


@effort(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.floats(allow_nan=True), st.floats(allow_nan=True)), max_size=25))
def test_any_curve_is_taken_or_refused_with_its_path(points):
    wrong = problems(NativeSettings(volt_var=VoltVar(enabled=True, curve_pu=tuple(points))))
    if wrong:
        assert [row[0] for row in wrong] == ["volt_var.curve_pu"]
    else:
        der = NativeDer(NativeSettings(volt_var=VoltVar(enabled=True, curve_pu=tuple(points))))
        der.step(4, (1.0,), 60.0, 0, 0)
        assert math.isfinite(der.q_var)
