"""What must hold for all inputs of the decision chain: laws, arbiter, ramp, limiter, site share.

Not its job: single numbers (tests/portable). Source: the rules in the modules' own headers.
"""

import math

from hypothesis import given, settings
from hypothesis import strategies as st

from edge import law_pass, reasons
from edge.arbiter import combine
from edge.household.efficiency import Efficiency
from edge.household.promise import Promise
from edge.laws.undervoltage import undervoltage
from edge.laws.v2g_support import v2g_support
from edge.laws.wape import wape
from edge.limiter import Bounds, limit
from edge.ramp import ramp_power, slew
from edge.site import SitePower, weights
from edge.site_sharing import share
from tests.portable.law_bench import config, section, view

# No deadline: no test may depend on the machine being quick.
patient = settings(deadline=None, max_examples=150)

V_PU = st.floats(0, 2)
POWER_W = st.floats(-50000, 50000)
MAGNITUDE_W = st.floats(0, 25000)
ANY_NUMBER = st.one_of(st.floats(allow_nan=True, allow_infinity=True), st.integers(-10**12, 10**12))


def maybe(strategy):
    return st.one_of(st.none(), strategy)


DYNAMICS = {"efficiency": ((500, 0.8, 0.8), (6000, 0.9, 0.9)), "standby_w": 20, "p_min_useful_w": 500}


def promised(missing_wh, ready_ms, rate_w, p_probe_w):
    promise = Promise(Efficiency(DYNAMICS, 90))
    promise.missing_wh, promise.ready_ms, promise.p_probe_w = missing_wh, ready_ms, p_probe_w
    promise.rate = (rate_w, 0, rate_w)
    return promise


PROMISES = st.builds(promised, maybe(st.floats(-10**5, 10**5)), st.integers(0, 10**9), MAGNITUDE_W, st.sampled_from([0, 690]))
VIEWS = st.builds(
    view,
    kind=st.sampled_from(["evse", "bes"]), plugged=maybe(st.booleans()), dt_ms=st.integers(1, 20000),
    now_ms=st.integers(0, 10**9), v_mean_pu=maybe(V_PU), v_min_pu=maybe(V_PU), v_max_pu=maybe(V_PU), p_ac_w=maybe(POWER_W),
    soc_pct=maybe(st.floats(0, 100)), p_charge_max_w=MAGNITUDE_W, p_discharge_max_w=MAGNITUDE_W, s_max_va=maybe(MAGNITUDE_W),
    q_capable=st.booleans(), v2g_consent=st.booleans(), soc_min_pct=st.floats(0, 50), soc_max_pct=st.floats(51, 100),
    write_period_s=st.sampled_from([0, 0.5, 1, 8, 22]), p_static_safe_w=MAGNITUDE_W, wape=st.booleans(),
    q_mode=st.sampled_from(["unity", "wape"]), p_set_w=POWER_W, q_set_var=POWER_W, p_site_lo_w=maybe(st.floats(-25000, 0)),
    p_site_hi_w=maybe(MAGNITUDE_W), failsafe_action=st.integers(0, 5), p_surplus_w=maybe(MAGNITUDE_W),
    failsafe_reason=st.just(reasons.METER_LOST), lease_setpoint=maybe(st.tuples(POWER_W, st.just("a"), st.integers(0, 255))),
    lease_limits_sys=maybe(st.tuples(maybe(MAGNITUDE_W), maybe(MAGNITUDE_W))),
    lease_limits_vpp=maybe(st.tuples(maybe(MAGNITUDE_W), maybe(MAGNITUDE_W))), lift=st.booleans(), support=st.booleans(),
    agc=maybe(st.tuples(MAGNITUDE_W, st.floats(-2, 2))), pause_vpp=st.booleans(),
    wish=st.tuples(st.sampled_from(["none", "charge_now", "discharge_now", "idle"]), maybe(MAGNITUDE_W)),
    e_needed_wh=maybe(st.floats(-10**5, 10**5)), t_departure_ms=maybe(st.integers(0, 10**9)),
    chance_s=st.floats(0, 1, exclude_max=True), promise=maybe(PROMISES),
)
CONFIGS = st.builds(
    lambda k, default_w: config(wape=section("wape", k_urgency=k, k_surplus=1 - k), control=section("control", p_default_w=default_w)),
    st.floats(0, 1), maybe(POWER_W),
)


def finite(value):
    return value is None or math.isfinite(value)


@patient
@given(st.lists(VIEWS, min_size=1, max_size=6), CONFIGS, st.booleans())
def test_chain_is_finite_bounded_and_has_one_owner_of_q(views, p, q_priority):
    """A DER seen in any sequence of states: every opinion is a number, every decision inside the hard bounds."""
    laws = {kind: law_pass.LawPass(kind, p) for kind in ("evse", "bes")}
    memories = {"evse": None, "bes": None}
    for seen in views:
        chain = laws[seen.kind]
        opinions, memories[seen.kind] = chain.run(seen, memories[seen.kind])
        for name, opinion in zip(chain.names, opinions):
            assert opinion is None or all(map(finite, opinion)), (name, opinion)
            assert opinion is None or opinion[0] is None or opinion[1] is None or opinion[0] <= opinion[1], (name, opinion)
        for memory in memories[seen.kind]:
            assert memory is None or all(map(math.isfinite, memory))
        owners = [opinion for opinion in opinions if opinion and opinion[3] is not None]
        assert len(owners) <= (seen.q_mode == "wape")
        d = combine(opinions, chain.safety_count, seen.s_max_va, q_priority)
        assert math.isfinite(d.p_w) and math.isfinite(d.q_var)
        assert -seen.p_charge_max_w <= d.p_w <= seen.p_discharge_max_w
        assert d.safe_lo_w <= d.safe_hi_w
        s_va = seen.s_max_va or 0
        assert not d.q_var or d.p_w ** 2 + d.q_var ** 2 <= s_va ** 2
        if seen.failsafe_action >= 4:
            assert (d.p_w, d.q_var) == (0, 0)
        if seen.kind == "evse" and (seen.plugged is not True or not seen.v2g_consent):
            assert d.p_w <= 0
        if seen.soc_pct is None or seen.soc_pct <= seen.soc_min_pct:
            assert d.p_w <= 0


@patient
@given(V_PU, V_PU, MAGNITUDE_W)
def test_wape_charges_more_at_higher_voltage_never_less(a_pu, b_pu, p_max_w):
    p = section("wape")
    caps = [-wape(view(v_mean_pu=v, p_charge_max_w=p_max_w), None, p)[0][0] for v in sorted((a_pu, b_pu))]
    assert 0 <= caps[0] <= caps[1] <= p_max_w


@patient
@given(st.floats(0, 0.5), st.floats(1, 20000))
def test_wape_vars_are_symmetric_about_the_reference(step_pu, s_max_va):
    p = section("wape", v_ref_pu=1.0)
    below = wape(view(v_mean_pu=1 - step_pu, s_max_va=s_max_va), None, p)[0][3]
    above = wape(view(v_mean_pu=1 + step_pu, s_max_va=s_max_va), None, p)[0][3]
    assert math.isclose(below, -above, rel_tol=1e-6, abs_tol=1e-6)
    assert 0 <= below <= s_max_va


@patient
@given(st.lists(V_PU, min_size=2, max_size=30), st.integers(1, 5000), st.floats(0.1, 600))
def test_wape_filter_stays_between_what_it_saw(voltages_pu, dt_ms, tau_s):
    p, memory = section("wape", tau_s=tau_s), None
    for v_pu in voltages_pu:
        _, memory = wape(view(v_mean_pu=v_pu, dt_ms=dt_ms), memory, p)
    assert min(voltages_pu) - 1e-9 <= memory[0] <= max(voltages_pu) + 1e-9


@patient
@given(V_PU, V_PU, MAGNITUDE_W)
def test_low_voltage_limit_is_monotone(a_pu, b_pu, p_max_w):
    p = section("undervoltage")
    caps = []
    for v_pu in sorted((a_pu, b_pu)):
        opinion = undervoltage(view(v_min_pu=v_pu, p_charge_max_w=p_max_w), None, p)[0]
        caps.append(p_max_w if opinion is None else -opinion[0])
    assert 0 <= caps[0] <= caps[1] <= p_max_w


@patient
@given(st.lists(VIEWS, min_size=2, max_size=20))
def test_support_discharges_only_when_leased_and_never_charges(views):
    p, memory = section("support"), None
    for seen in views:
        seen.v_mean_pu = seen.v_mean_pu or 0.95
        opinion, memory = v2g_support(seen, memory, p)
        if opinion is None:
            continue
        assert opinion[0] == 0 and opinion[1] is None and opinion[3] is None
        if opinion[2] is not None:
            assert seen.support and 0 <= opinion[2] <= p.p_w


@patient
@given(POWER_W, POWER_W, st.floats(0, 50000), st.integers(1, 10000))
def test_ramp_is_never_exceeded(previous_w, wanted_w, rate_w_s, dt_ms):
    got_w = slew(previous_w, wanted_w, rate_w_s, dt_ms)
    assert abs(got_w - previous_w) <= rate_w_s * dt_ms / 1000 + 1e-6
    assert min(previous_w, wanted_w) <= got_w <= max(previous_w, wanted_w)


@patient
@given(VIEWS, POWER_W, st.floats(10, 50000))
def test_ramp_leaves_the_line_only_into_safety(seen, previous_w, rate_w_s):
    chain = law_pass.LawPass(seen.kind, config())
    opinions, _ = chain.run(seen, None)
    d = combine(opinions, chain.safety_count, seen.s_max_va)
    got_w = ramp_power(previous_w, d, rate_w_s, 100)
    assert d.safe_lo_w <= got_w <= d.safe_hi_w
    if d.safe_lo_w <= previous_w <= d.safe_hi_w:
        assert abs(got_w - previous_w) <= rate_w_s / 10 + 1e-6


@patient
@given(ANY_NUMBER, ANY_NUMBER, st.lists(ANY_NUMBER, min_size=8, max_size=8), st.booleans(), st.sets(st.integers(0, 3)))
def test_limiter_holds_for_any_input(p_w, q_var, numbers, is_closed, unknown):
    bounds = Bounds()
    bounds.is_interlock_closed = is_closed
    names = ("soc_pct", "p_site_lo_w", "p_site_hi_w", "s_max_va", "p_charge_max_w", "p_discharge_max_w", "soc_min_pct", "soc_max_pct")
    for i, (name, number) in enumerate(zip(names, numbers)):
        setattr(bounds, name, None if i in unknown else number)
    got_w, got_var, reason = limit(p_w, q_var, bounds)
    assert math.isfinite(got_w) and math.isfinite(got_var)
    if (got_w, got_var) == (0, 0):
        return
    assert is_closed and all(math.isfinite(n) for i, n in enumerate(numbers) if i not in unknown)
    assert -max(bounds.p_charge_max_w, 0) <= got_w <= max(bounds.p_discharge_max_w, 0)
    assert got_w ** 2 + got_var ** 2 <= bounds.s_max_va ** 2 * (1 + 1e-9)
    assert got_w <= 0 or bounds.soc_pct is not None and bounds.soc_pct > bounds.soc_min_pct
    assert got_w >= 0 or bounds.soc_pct is None or bounds.soc_pct < bounds.soc_max_pct
    assert got_w >= 0 or bounds.p_site_lo_w is None or got_w >= bounds.p_site_lo_w
    assert got_w <= 0 or bounds.p_site_hi_w is None or got_w <= bounds.p_site_hi_w
    assert reason or (got_w, got_var) == (p_w, q_var)


@patient
@given(st.lists(st.tuples(st.sampled_from([(3, "a"), (1, "a"), (1, "b"), (1, "c")]), POWER_W, MAGNITUDE_W, MAGNITUDE_W),
                min_size=1, max_size=8),
       st.tuples(*[st.floats(-20000, 20000)] * 3), st.sampled_from(["equal", "priority"]), maybe(st.floats(0, 50000)))
def test_shares_together_stay_within_the_site(rows, house_w, how, import_max_w):
    ders = [(weights(*place), p_w, charge_w, discharge_w) for place, p_w, charge_w, discharge_w in rows]
    p_w = [house_w[k] + sum(der[0][k] * der[1] for der in ders) for k in range(3)]
    power = SitePower([230] * 3, [abs(p) / 230 for p in p_w], p_w, sum(p_w))
    p = section("site", i_fuse_a=35, p_import_max_w=import_max_w, share=how)
    bounds, _ = share(power, ders, None, 100, p, p_static_safe_w=0)
    for (lo_w, hi_w), der in zip(bounds, ders):
        assert -der[2] - 1e-6 <= lo_w <= 0 <= hi_w <= der[3] + 1e-6
    for k in range(3):
        worst_w = house_w[k] + sum(der[0][k] * lo for der, (lo, _) in zip(ders, bounds))
        assert worst_w >= min(-8050, house_w[k]) - 0.1
    if import_max_w is not None:
        assert sum(house_w) + sum(lo for lo, _ in bounds) >= min(-import_max_w, sum(house_w)) - 0.1
