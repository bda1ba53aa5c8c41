"""What must hold for all inputs of the grid-code functions: curves fall, bounds hold, nothing steps, nothing overshoots.

Not its job: single numbers (tests/portable/test_law_*.py), OpenDER (tests/conformance).
Source: the rules in the modules' own headers.
"""

import json
import math

from hypothesis import given, settings
from hypothesis import strategies as st

from edge import arbiter, ramp
from edge.law_pass import LawPass
from edge.laws.droop import droop
from edge.laws.response import DONE_W, ceiling, line
from edge.laws.volt_var import volt_var
from edge.laws.volt_watt import volt_watt
from tests.portable.law_bench import config, grid_config, section, view

patient = settings(deadline=None, max_examples=150)

V_PU = st.floats(0, 2)
F_HZ = st.floats(45, 55)
POWER_W = st.floats(-6000, 6000)
Q_MODES = ("unity", "wape", "cpf", "crp", "volt_var", "watt_var")
S_VA, P_W, RAMP_W_S, DT_MS = 7360, 6000, 1000, 100


def maybe(strategy):
    return st.one_of(st.none(), strategy)


def seen_as(v_pu, spread_pu, f_hz, **changes):
    """A view whose phases differ by the spread; an unknown voltage is unknown in all of them."""
    if v_pu is None:
        changes.update(v_mean_pu=None, v_min_pu=None, v_max_pu=None)
    else:
        changes.update(v_mean_pu=v_pu, v_min_pu=v_pu - spread_pu, v_max_pu=v_pu + spread_pu)
    return view(f_hz=f_hz, **changes)


VIEWS = st.builds(
    seen_as, maybe(V_PU), st.floats(0, 0.2), maybe(F_HZ), kind=st.sampled_from(["evse", "bes"]), plugged=maybe(st.booleans()),
    dt_ms=st.integers(1, 20000), p_ac_w=maybe(POWER_W), p_set_w=POWER_W, q_set_var=st.floats(-S_VA, S_VA),
    p_asked_w=maybe(POWER_W), s_max_va=maybe(st.floats(0, 25000)), q_capable=st.booleans(), failsafe_action=st.integers(0, 5),
    loop_delay_s=st.floats(0, 5), p_static_safe_w=st.floats(0, 3000), p_charge_max_w=st.floats(0, 22000),
    p_discharge_max_w=st.floats(0, 22000), p_rated_w=st.floats(100, 22000),
)


@patient
@given(st.lists(VIEWS, min_size=1, max_size=6), st.sampled_from(Q_MODES))
def test_every_opinion_is_a_number_and_every_memory_a_row_of_json(views, q_mode):
    chains = {kind: LawPass(kind, grid_config(q_mode)) for kind in ("evse", "bes")}
    memories = {"evse": None, "bes": None}
    for seen in views:
        seen.q_mode = q_mode
        chain = chains[seen.kind]
        opinions, memories[seen.kind] = chain.run(seen, memories[seen.kind])
        for name, opinion in zip(chain.names, opinions):
            if opinion is not None:
                assert all(value is None or math.isfinite(value) for value in opinion), (name, opinion)
                assert opinion[0] is None or opinion[1] is None or opinion[0] <= opinion[1], (name, opinion)
        for memory in memories[seen.kind]:
            assert memory is None or all(map(math.isfinite, memory))
        memories[seen.kind] = json.loads(json.dumps(memories[seen.kind]))
        owners = [name for name, opinion in zip(chain.names, opinions)
                  if opinion and opinion[3] is not None and name != "grid_mode"]
        assert owners in ([], [q_mode])
        if seen.failsafe_action >= 4 or not seen.q_capable:
            assert owners == []


@patient
@given(V_PU, V_PU, st.floats(0.95, 1.05), st.floats(-S_VA, S_VA), st.integers(1, 20000))
def test_vars_fall_with_the_voltage_and_stay_inside_curve_and_start(a_pu, b_pu, v_ref_pu, q_before_var, dt_ms):
    p = section("volt_var", v_ref_pu=v_ref_pu)
    low, high = [volt_var(view(v_mean_pu=v, q_set_var=q_before_var, dt_ms=dt_ms), None, p)[0][3] for v in sorted((a_pu, b_pu))]
    assert low >= high
    assert min(q_before_var, -0.44 * S_VA) - 1e-6 <= high and low <= max(q_before_var, 0.44 * S_VA) + 1e-6


@patient
@given(V_PU, V_PU, POWER_W, st.floats(-1, 0.9))
def test_injection_falls_and_charging_rises_with_the_voltage(a_pu, b_pu, p_now_w, p2_pu):
    p = section("volt_watt", enabled=True, p2_pu=p2_pu, charge_enabled=True)
    (low_lo_w, low_hi_w), (high_lo_w, high_hi_w) = [
        volt_watt(view(v_max_pu=v, v_min_pu=v, p_set_w=p_now_w), None, p)[0][:2] for v in sorted((a_pu, b_pu))]
    assert low_hi_w >= high_hi_w and low_lo_w >= high_lo_w


@patient
@given(st.floats(-10, 10), st.floats(-5, 5), st.floats(0.01, 5), POWER_W, POWER_W)
def test_a_line_stays_between_its_ends(x, x1, width, y1, y2):
    assert min(y1, y2) - 1e-6 <= line(x, x1, y1, x1 + width, y2) <= max(y1, y2) + 1e-6


@patient
@given(maybe(POWER_W), POWER_W, POWER_W, POWER_W, st.floats(0, 1))
def test_a_bound_never_passes_its_goal_and_forces_no_step(before_w, goal_w, p_w, wish_w, share):
    bound_w = ceiling(before_w, goal_w, p_w, wish_w, share)
    if p_w <= goal_w:
        assert bound_w <= goal_w and bound_w >= min(p_w, goal_w)
    else:
        assert goal_w - 1e-6 <= bound_w <= p_w
        assert p_w - bound_w <= share * (p_w - goal_w) + 1e-6
    if before_w is not None and p_w == before_w:
        assert bound_w - p_w <= max(share * (goal_w - p_w), DONE_W) + 1e-6 or wish_w <= bound_w


@patient
@given(POWER_W, POWER_W, POWER_W)
def test_a_bound_arrives_without_overshoot(p_w, goal_w, wish_w):
    bound_w = None
    distances = []
    for _ in range(400):
        bound_w = ceiling(bound_w, goal_w, p_w, wish_w, 0.05)
        p_w = min(max(p_w, wish_w), bound_w)
        distances.append(abs(p_w - min(goal_w, max(p_w, wish_w))))
    assert distances == sorted(distances, reverse=True) and distances[-1] < DONE_W


EPISODE = st.lists(st.tuples(maybe(F_HZ), st.integers(1, 40)), min_size=1, max_size=8)


@patient
@given(EPISODE, POWER_W, st.sampled_from(["rated", "pre"]), st.booleans(), st.sampled_from([0, 0.3]), st.sampled_from([0, 1]))
def test_droop_only_ever_helps(episode, p_pre_w, p_base, has_return, delay_s, return_s):
    """At a constant wish: less power above f_nom, more below, never beyond the device; and back to the wish at the end."""
    from edge.laws.droop import droop_without_frequency

    p = section("droop", of_enabled=True, uf_enabled=True, p_base=p_base, of_hz=0.2, uf_hz=0.2, delay_s=delay_s, return_s=return_s,
                of_return_hz=0.1 if has_return else None, olrt_s=2)
    memory, p_w = None, p_pre_w
    for f_hz, ticks in episode + [(50.0, 250)]:
        for _ in range(ticks):
            seen = view(f_hz=f_hz, p_set_w=p_w, p_asked_w=p_pre_w)
            opinion, memory = (droop if f_hz is not None else droop_without_frequency)(seen, memory, p)
            lo_w, hi_w = opinion[:2] if opinion else (None, None)
            p_w = min(max(p_pre_w, -math.inf if lo_w is None else lo_w), math.inf if hi_w is None else hi_w)
            assert -P_W - 1e-6 <= p_w <= P_W + 1e-6
            if memory is not None and memory[1] == 1:
                assert p_w <= p_pre_w + 1e-6 if memory[0] > 0 else p_w >= p_pre_w - 1e-6
    assert memory is None and p_w == p_pre_w


GRID = st.lists(st.tuples(maybe(st.floats(0.8, 1.2)), maybe(F_HZ), POWER_W, st.integers(1, 60)), min_size=1, max_size=8)


@patient
@given(GRID, st.sampled_from(["volt_var", "crp", "unity"]), st.booleans())
def test_nothing_steps_when_functions_take_over_or_let_go(grid, q_mode, q_priority):
    """Laws, arbiter and ramp together: within a tick, power moves by ramp or response and vars by response, no more."""
    functions = {
        "volt_watt": section("volt_watt", enabled=True, charge_enabled=True, p2_pu=-0.5, olrt_s=5),
        "p_limit": section("p_limit", enabled=True, p_max_pu=0.7, olrt_s=5),
        "droop": section("droop", of_enabled=True, uf_enabled=True, olrt_s=5),
        "undervoltage": section("undervoltage", enabled=False),
    }
    if q_mode != "unity":
        functions[q_mode] = section(q_mode, olrt_s=5)
    laws = LawPass("bes", config(**functions))
    share = 1 - math.exp(-DT_MS / 1000 * 2.302585 / 5)
    # Two functions that hand over may each take a share of the whole range.
    most_w = 2 * share * 2 * P_W + RAMP_W_S * DT_MS / 1000 + 2 * DONE_W
    most_var = share * 2 * S_VA + 1
    memories, held_by = None, 0
    seen = view(kind="bes", q_mode=q_mode)
    for v_pu, f_hz, wish_w, ticks in grid:
        seen.v_mean_pu = seen.v_min_pu = seen.v_max_pu = v_pu
        seen.f_hz, seen.lease_setpoint = f_hz, (wish_w, "a", 20)
        for _ in range(ticks):
            opinions, memories = laws.run(seen, memories)
            decision = arbiter.combine(opinions, laws.safety_count, S_VA, q_priority)
            was_held_by, held_by = held_by, ramp.held_by(decision)
            p_w = ramp.ramp_power(seen.p_set_w, decision, RAMP_W_S, DT_MS, held_by and held_by == was_held_by)
            q_var = ramp.ramp_reactive(seen.q_set_var, decision, 2000, DT_MS)
            if q_priority:
                p_w = arbiter.clip_beside(p_w, q_var, S_VA)
            else:
                q_var = arbiter.clip_beside(q_var, p_w, S_VA)
            assert abs(p_w - seen.p_set_w) <= most_w, (seen.p_set_w, p_w, decision.bound_reason)
            # Watts that come first may push vars aside faster.
            assert abs(q_var) - abs(seen.q_set_var) <= most_var, (seen.q_set_var, q_var)
            held_by = held_by if p_w == decision.p_w else 0
            seen.p_set_w = seen.p_ac_w = p_w
            seen.q_set_var, seen.p_asked_w = q_var, decision.asked_w
