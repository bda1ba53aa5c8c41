"""Six real controllers on the feeder and in an area: settled by the rules, cycling without, margins where paper has them.

Short runs of what `v2g study grid-stability` does whole.
"""

import numpy as np
import pytest

from edge.laws.volt_var import volt_var
from host_sim.study import grid_cases as cases
from host_sim.study import grid_probes as probing
from host_sim.study import grid_stability as study
from host_sim.study.grid_dispatch import CAP_W, Dispatch
from host_sim.study.grid_point import operating_point, powers
from host_sim.study.grid_stations import F_NOM_HZ, Case, simulate
from host_sim.study.vector_laws import settled_volt_var
from tests.portable.law_bench import section, view

STEEP_OLRT_S = cases.volt_var_olrt_s(cases.SLOPES_PU["steep"], 0.3)


def volt_var_case(**changes):
    sections = cases.volt_var_sections(cases.STEEP, STEEP_OLRT_S)
    return Case(**{"name": "steep", "sections": sections, "feeder": "weak", "meter_delay_s": 0.1, "level": cases.LEVEL, **changes})


@pytest.mark.parametrize("changes", [{}, cases.STEEP, {"v_ref_pu": 1.02}])
def test_settled_vars_are_those_of_the_law(changes):
    p, v_pu = section("volt_var", olrt_s=0.5, **changes), np.linspace(0.88, 1.12, 49)
    expected = []
    for volts in v_pu:
        seen = view(v_mean_pu=float(volts), s_rated_va=7360, q_mode="volt_var", loop_delay_s=1.0)
        expected.append(volt_var(seen, None, p)[0][3])
    assert settled_volt_var(v_pu, 7360, changes) == pytest.approx(expected)


def test_stations_settle_where_the_static_laws_say():
    rows = [volt_var_case(end_s=40.0),
            volt_var_case(name="WAPE", sections=cases.wape_sections(2.5), p_base_w=-6000.0, end_s=40.0)]
    runs = simulate(rows)
    for number, case in enumerate(rows):
        point = operating_point(case)
        assert runs.solved[number] and runs.v_v[-1, number] == pytest.approx(point.v_v, abs=0.05), case.name
        assert runs.p_w[-1, number] == pytest.approx(point.p_w, abs=15) and runs.q_var[-1, number] == pytest.approx(point.q_var, abs=15)
        assert point.left @ point.right == pytest.approx(1.0) and np.abs(point.right).max() == pytest.approx(1.0)
        assert powers(case, point.v_v)[1] == pytest.approx(point.q_var)
    assert np.abs(runs.f_hz - F_NOM_HZ).max() == 0.0, "nothing was lost"


def test_measured_loop_is_the_one_on_paper():
    probe = next(row for row in probing.probes((0.1,), ()) if row.name == "volt-var, steep")
    (found, error_db, error_deg, *_), = probing.measure([probe])
    assert error_db < 0.2 and error_deg < 1.0
    assert found[:2] == pytest.approx(probe.expected()[:2], abs=1.0)


@pytest.mark.parametrize(("share", "is_cycle"), [(0.8, False), (1.25, True)])
def test_the_loop_turns_at_its_gain_margin(share, is_cycle):
    probe = next(row for row in probing.probes((0.1,), ()) if row.name == "volt-var, steep")
    gain = 10 ** (probe.expected().gain_db / 20) * share
    runs = simulate([probe.case._replace(gain=(gain, 1.0), level_after=cases.LEVEL * 1.02, disturbed_s=20.0, end_s=60.0)])
    swing_v = np.ptp(runs.v_v[runs.time_s > 50.0], axis=0).max()
    assert (swing_v > study.CYCLE_V) == is_cycle, swing_v


def test_droop_law_and_area_stop_where_their_droops_meet():
    """Lost power is what governors, load relief and fleet give: 220 MW/Hz from 50 Hz, 115.2 MW/Hz from 36 mHz on."""
    case = Case("droop", cases.volt_var_sections(cases.CATEGORY_B, 5.0), "stiff", 0.1, level=0.006, lost_mw=60.0,
                disturbed_s=10.0, end_s=70.0)
    runs = simulate([case])
    fleet = probing.DROOP_MW_PER_HZ
    assert fleet == pytest.approx(115.2)
    assert F_NOM_HZ - runs.f_hz[-1, 0] == pytest.approx((60.0 + fleet * 0.036) / (220.0 + fleet), abs=0.003)
    assert np.ptp(runs.f_hz[-100:, 0]) < study.CYCLE_HZ


def test_supervisor_restores_late_and_within_its_reservation():
    dispatch = Dispatch(1.5, -3000.0, fleet_mw=288.0, stiffness_mw_per_hz=220.0, restore_s=10.0)
    arrived = [(now_ms, command) for now_ms in range(100, 40_100, 100) for command in dispatch.step(now_ms, -0.1)]
    kinds = [command["kind"] for _, command in arrived]
    assert arrived[0][0] == 1000 + 1500 and kinds[:2] == ["lease", "lease"] and kinds[2] == "agc"
    scalars = [(now_ms, command["scalar"]) for now_ms, command in arrived if command["kind"] == "agc"]
    # 0.1 Hz * 220 MW/Hz / 10 s each second, of a reservation of a third of 288 MW.
    assert scalars[0][1] == pytest.approx(2.2 / (288.0 * CAP_W / 6000)) and all(now_ms % 1000 == 500 for now_ms, _ in scalars)
    assert scalars[-1][1] == pytest.approx(38 * scalars[0][1]) and max(scalar for _, scalar in scalars) <= 1.0
    for _ in range(100):
        dispatch.step(41_000, -9.0)
    assert dispatch.step(42_500, -9.0)[-1]["scalar"] <= 1.0


def test_a_run_is_judged_by_what_still_swings():
    calm = volt_var_case(end_s=70.0, disturbed_s=5.0, path_s=1.0, lost_mw=0.0)
    (case, swing_v, swing_hz, solved), = study._judge([calm], {})
    assert case is calm and solved and swing_v < study.CYCLE_V and swing_hz < study.CYCLE_HZ
    row = study._run_row(case, swing_v, swing_hz, solved)
    assert not row["is_cycle"] and row["volt_var_olrt_s"] == pytest.approx(STEEP_OLRT_S, abs=1e-3)
    assert study._run_row(case, float("nan"), swing_hz, False)["is_cycle"], "no solution is no rest"
    assert study._run_row(case, swing_v, 0.1, True)["is_cycle"]
