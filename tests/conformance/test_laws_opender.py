"""The gateway's laws against OpenDER on identical samples, at the defaults of category A and B: steady 1 %, response 2 %.

Laws, arbiter and ramp as the controller chains them; the device is ideal, so that nothing but their answer is compared.
Not its job: bus, meter and inverter (the conformance bench), the native model (test_native_opender.py).
Source: OpenDER, which models IEEE 1547-2018 independently and takes its own defaults from the category.
"""

import pytest

from edge import arbiter, config, ramp
from edge.law_pass import LawPass
from edge.limiter import Bounds, limit
from tests.portable.law_bench import view

pytest.importorskip("opender", reason="OpenDER (extra 'peers') is not installed")
from host_sim.study import opender_peer  # noqa: E402

S_VA = opender_peer.S_VA
DT_MS = round(1000 * opender_peer.STEP_S)
STEADY_PU, RESPONSE_PU = 0.01, 0.02
# What OpenDER's model leaves to others: its own start, and our guard of a weak feeder.
LEFT_OUT = ("enter_service", "undervoltage")

V_PATH = [(10, v_pu, 60, 5000) for v_pu in (1.0, 1.05, 1.09, 1.03, 0.97, 0.94, 0.89)]
V_HIGH = [(12, v_pu, 60, S_VA) for v_pu in (1.0, 1.07, 1.0995, 1.08, 1.0)]
P_PATH = [(8, 1.0, 60, p_w) for p_w in (500, 4000, 9000, -1000, -4000, -8000)]
F_PATH = [(20, 1.0, f_hz, 4000) for f_hz in (60, 60.3, 60.02, 60.6, 61.1, 60, 59.8, 59)]
FULL_PATH = [(30, 1.0, 60, p_w) for p_w in (5000, S_VA, -S_VA)]
PRIORITY = [(25, v_pu, f_hz, 10000) for v_pu, f_hz in (     # IEEE 1547.1, procedure PRI
    (1, 60), (1.09, 60), (1.09, 60.33), (1.09, 60), (1.09, 59.36), (1, 59.36), (1, 60), (1, 59.36), (1, 60))]


def charging(path):
    return [(seconds, v_pu, f_hz, -p_w) for seconds, v_pu, f_hz, p_w in path]


CATEGORIES = ("a", "b")
# name: (sections of ours, parameters of OpenDER, path). Power factor: OpenDER's sign of Q follows that of P.
CASES = {
    "volt_var": ({"grid": {"q_mode": "volt_var"}}, {"QV_MODE_ENABLE": True}, V_PATH),
    "volt_var charging": ({"grid": {"q_mode": "volt_var"}}, {"QV_MODE_ENABLE": True}, charging(V_PATH)),
    "volt_var at full power": ({"grid": {"q_mode": "volt_var"}}, {"QV_MODE_ENABLE": True}, V_HIGH),
    "volt_var in one second": (
        {"grid": {"q_mode": "volt_var"}, "volt_var": {"olrt_s": 1}}, {"QV_MODE_ENABLE": True, "QV_OLRT": 1}, V_PATH),
    "volt_var, shifted": (
        {"grid": {"q_mode": "volt_var"}, "volt_var": {"v_ref_pu": 0.96}}, {"QV_MODE_ENABLE": True, "QV_VREF": 0.96}, V_PATH),
    "volt_var, own reference": (
        {"grid": {"q_mode": "volt_var"}, "volt_var": {"vref_auto_enabled": True}},
        {"QV_MODE_ENABLE": True, "QV_VREF_AUTO_MODE": True}, [(10, 1.0, 60, 0), (120, 1.04, 60, 0), (60, 0.97, 60, 0)]),
    "volt_watt": ({"volt_watt": {"enabled": True}}, {"PV_MODE_ENABLE": True, "PV_CURVE_P2": 0}, V_HIGH),
    "volt_watt to absorption": (
        {"volt_watt": {"enabled": True, "v1_pu": 1.05, "p2_pu": -1, "olrt_s": 5}},
        {"PV_MODE_ENABLE": True, "PV_CURVE_V1": 1.05, "PV_CURVE_P2": -1, "PV_OLRT": 5}, V_HIGH),
    "watt_var": ({"grid": {"q_mode": "watt_var"}, "watt_var": {"p1_abs_pu": -0.2, "olrt_s": 5}},
                 {"QP_MODE_ENABLE": True, "QP_CURVE_P1_LOAD": -0.2}, P_PATH),
    "power factor, over": (
        {"grid": {"q_mode": "cpf"}, "cpf": {"pf": 0.92, "excitation": "over", "olrt_s": 5}},
        {"CONST_PF_MODE_ENABLE": True, "CONST_PF": 0.92, "CONST_PF_EXCITATION": "INJ"}, P_PATH[:3]),
    "power factor, under": (
        {"grid": {"q_mode": "cpf"}, "cpf": {"pf": 0.98, "excitation": "under", "olrt_s": 5}},
        {"CONST_PF_MODE_ENABLE": True, "CONST_PF": 0.98, "CONST_PF_EXCITATION": "ABS"}, P_PATH[:3]),
    "constant vars": ({"grid": {"q_mode": "crp"}, "crp": {"q_pu": -0.2, "olrt_s": 5}}, {"CONST_Q_MODE_ENABLE": True, "CONST_Q": -0.2}, P_PATH[:3]),
    "droop": ({"droop": {"uf_enabled": True}}, {"PF_MODE_ENABLE": True}, F_PATH),
    "droop charging": ({"droop": {"uf_enabled": True}}, {"PF_MODE_ENABLE": True}, charging(F_PATH)),
    "droop, steep and quick": (
        {"droop": {"uf_enabled": True, "of_hz": 0.017, "uf_hz": 0.017, "k_of_pu": 0.03, "k_uf_pu": 0.03, "olrt_s": 1}},
        {"PF_MODE_ENABLE": True, "PF_DBOF": 0.017, "PF_DBUF": 0.017, "PF_KOF": 0.03, "PF_KUF": 0.03, "PF_OLRT": 1}, F_PATH),
}
# OpenDER ramps a limit, ours answers by its open-loop response: only where both have arrived.
STEADY_CASES = {
    "limit": ({"p_limit": {"enabled": True, "p_max_pu": 0.4}}, {"AP_LIMIT_ENABLE": True, "AP_LIMIT": 0.4}, P_PATH),
    # At the rating vars come first, whichever function asks for them.
    "power factor at full power": (
        {"grid": {"q_mode": "cpf"}, "cpf": {"pf": 0.92, "excitation": "over", "olrt_s": 5}},
        {"CONST_PF_MODE_ENABLE": True, "CONST_PF": 0.92, "CONST_PF_EXCITATION": "INJ"}, FULL_PATH[:2]),
    "watt_var at full power": ({"grid": {"q_mode": "watt_var"}, "watt_var": {"p1_abs_pu": -0.2, "olrt_s": 5}},
                               {"QP_MODE_ENABLE": True, "QP_CURVE_P1_LOAD": -0.2}, FULL_PATH),
    "constant vars at full power": ({"grid": {"q_mode": "crp"}, "crp": {"q_pu": -0.2, "olrt_s": 5}},
                                    {"CONST_Q_MODE_ENABLE": True, "CONST_Q": -0.2}, FULL_PATH),
    "priority of functions": (
        {"p_limit": {"enabled": True, "p_max_pu": 0.5}, "volt_watt": {"enabled": True, "p2_pu": 0.2}, "droop": {"uf_enabled": True}},
        {"AP_LIMIT_ENABLE": True, "AP_LIMIT": 0.5, "PV_MODE_ENABLE": True, "PV_CURVE_P2": 0.2, "PF_MODE_ENABLE": True}, PRIORITY),
}

DROOP = {"droop": {"uf_enabled": True}}, {"PF_MODE_ENABLE": True}
# Where both differ on purpose: case, ours and OpenDER's power at the end, W.
DIFFERENT = {
    # Ours: p_pre is the power before the disturbance. OpenDER takes the reduced one of the moment for it.
    "from over- to under-frequency": ((*DROOP, [(10, 1, 60, 3000), (20, 1, 61, 3000), (20, 1, 59.5, 3000)]), 4546, 1333),
    "beyond the edge again before the response is over": (
        (*DROOP, [(10, 1, 60, 3000), (20, 1, 61, 3000), (1, 1, 60, 3000), (20, 1, 61, 3000)]), -213, -2250),
    # Ours is a bound: who asks for less gets it. OpenDER holds what droop says until the event is over.
    "demand falls meanwhile": ((*DROOP, [(10, 1, 60, 3000), (20, 1, 60.3, 3000), (20, 1, 60.3, 500)]), 500, 2120),
    # Ours begins at the delivered power: 90 % at the response time. OpenDER's limit falls through idle power first.
    "volt-watt from part load": (
        ({"volt_watt": {"enabled": True}}, {"PV_MODE_ENABLE": True, "PV_CURVE_P2": 0}, [(20, 1, 60, 2000), (10, 1.0999, 60, 2000)]),
        222, 1027),
}


def ours(category, sections, path, q_start_var):
    """[(p_w, q_var)] every sample of the path."""
    document = {name: dict(rows) for name, rows in sections.items()}
    document.setdefault("grid", {"q_mode": "crp"})["code"] = "ieee1547-%s-iii" % category
    whole = config.build(document)
    laws = LawPass("bes", whole, LEFT_OUT)
    seen = view(
        kind="bes", plugged=None, dt_ms=DT_MS, f_nom_hz=60, p_rated_w=S_VA, s_rated_va=S_VA, s_max_va=S_VA,
        p_charge_max_w=S_VA, p_discharge_max_w=S_VA, q_mode=whole.grid.q_mode, p_set_w=path[0][3],
        q_set_var=q_start_var)
    bounds = Bounds()
    bounds.is_interlock_closed = True
    bounds.p_charge_max_w = bounds.p_discharge_max_w = bounds.s_max_va = S_VA
    bounds.soc_pct, bounds.soc_min_pct, bounds.soc_max_pct = 50, 20, 100
    memories, held_by, found = None, 0, []
    for seconds, v_pu, f_hz, p_w in path:
        seen.v_mean_pu = seen.v_min_pu = seen.v_max_pu = v_pu
        seen.f_hz, seen.lease_setpoint = f_hz, (p_w, "demand", 20)
        for _ in range(round(1000 * seconds / DT_MS)):
            opinions, memories = laws.run(seen, memories)
            decision = arbiter.combine(opinions, laws.safety_count, S_VA, True)
            was_held_by, held_by = held_by, ramp.held_by(decision)
            p_set_w = ramp.ramp_power(seen.p_set_w, decision, 1e9, DT_MS, held_by and held_by == was_held_by)
            q_var = ramp.ramp_reactive(seen.q_set_var, decision, 1e9, DT_MS)
            seen.p_set_w, seen.q_set_var, _ = limit(arbiter.clip_beside(p_set_w, q_var, S_VA), q_var, bounds)
            held_by = held_by if seen.p_set_w == decision.p_w else 0
            seen.p_asked_w, seen.p_ac_w = decision.asked_w, seen.p_set_w
            found.append((seen.p_set_w, seen.q_set_var))
    return found


def both(category, case):
    sections, parameters, path = case
    peer = opender_peer.run(opender_peer.battery(category, **parameters), path)
    return ours(category, sections, path, peer[0][1]), peer, path      # OpenDER starts settled


def assert_steady(mine, peer, path):
    at = -1
    for seconds, *grid in path:
        at += round(1000 * seconds / DT_MS)
        assert mine[at] == pytest.approx(peer[at], abs=STEADY_PU * S_VA), grid


@pytest.mark.parametrize("category", CATEGORIES)
@pytest.mark.parametrize("name", CASES)
def test_same_answer_as_opender(name, category):
    mine, peer, path = both(category, CASES[name])
    assert_steady(mine, peer, path)
    worst_pu = max(max(abs(a[0] - b[0]), abs(a[1] - b[1])) for a, b in zip(mine, peer)) / S_VA
    assert worst_pu <= RESPONSE_PU


@pytest.mark.parametrize("category", CATEGORIES)
@pytest.mark.parametrize("name", STEADY_CASES)
def test_same_steady_state_as_opender(name, category):
    assert_steady(*both(category, STEADY_CASES[name]))


@pytest.mark.parametrize("name", DIFFERENT)
def test_where_both_differ_on_purpose(name):
    case, ours_w, peer_w = DIFFERENT[name]
    mine, peer, _ = both("b", case)
    assert (mine[-1][0], peer[-1][0]) == pytest.approx((ours_w, peer_w), abs=20)
