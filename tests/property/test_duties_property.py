"""What must hold for all inputs of the operating modes, of the network operator's limit and of smart charging.

Not its job: single numbers (tests/portable). Source: the rules in the modules' own headers; the time zones of this machine
as an independent calendar.
"""

import math
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge import dso
from edge.laws.grid_mode import STATES, TRIPPED, WAIT, grid_mode, grid_mode_blind
from edge.laws.smart_charge import smart_charge
from edge.local_time import weekday_and_minute
from edge.site import weights
from tests.portable.law_bench import section, view

# No deadline: no test may depend on the machine being quick.
patient = settings(deadline=None, max_examples=150)
MAGNITUDE_W = st.floats(0, 25000)


def maybe(strategy):
    return st.one_of(st.none(), strategy)


GRIDS = st.builds(
    lambda v, spread, f, **more: view(v_min_pu=v, v_mean_pu=v, v_max_pu=None if v is None else v + spread, f_hz=f, p_rated_w=6000, **more),
    maybe(st.one_of(st.just(1.0), st.floats(0, 1.4))), st.sampled_from([0, 0.02, 0.2]), maybe(st.one_of(st.just(60.0), st.floats(0, 80))),
    p_ac_w=maybe(st.sampled_from([-6000, 0, 6000])), state=st.sampled_from(["charging", "discharging", "fault", None]),
    dt_ms=st.integers(1, 20000), permit_service=st.sampled_from([True, True, True, False]), chance_s=st.floats(0, 1, exclude_max=True),
)


@patient
@given(st.lists(GRIDS, min_size=1, max_size=40), st.sampled_from(["export", "both"]), st.floats(0, 30), st.floats(0, 30), st.floats(0, 30))
def test_nothing_is_injected_before_the_window_was_good_for_the_delay(seen_s, applies_to, delay_s, random_s, ramp_s):
    p = section("enter_service", applies_to=applies_to, delay_s=delay_s, random_s=random_s, ramp_s=ramp_s)
    memory, was_out, good_ms = None, False, 0
    for seen in seen_s:
        law = grid_mode if seen.v_min_pu is not None else grid_mode_blind
        opinion, memory = law(seen, memory, p)
        in_window = (seen.v_min_pu is not None and seen.f_hz is not None and p.v_lo_pu <= seen.v_min_pu and seen.v_max_pu <= p.v_hi_pu
                     and p.f_lo_hz <= seen.f_hz <= p.f_hi_hz and seen.state != "fault" and seen.permit_service)
        good_ms = good_ms + seen.dt_ms if in_window else 0
        if memory is None:
            assert opinion[1] == 0, "nothing was seen yet"
            continue
        assert all(map(math.isfinite, memory)) and 0 <= memory[0] < len(STATES)
        if opinion is not None:
            lo_w, hi_w, target_w, q_var, _ = opinion
            assert target_w is None and hi_w >= 0 and (lo_w is None or lo_w <= 0) and q_var in (None, 0)
        if memory[0] in (TRIPPED, WAIT):
            assert opinion[1] == 0 and opinion[3] == 0
            was_out = True
        elif was_out:
            assert good_ms >= 1000 * delay_s - 1, "the way back leads through the whole delay"
            was_out = False


@patient
@given(st.lists(st.tuples(st.booleans(), maybe(st.floats(-25000, 25000)), MAGNITUDE_W), min_size=1, max_size=8), MAGNITUDE_W,
       st.sampled_from([2, 3]), st.integers(1, 20000), st.booleans())
def test_shares_never_exceed_the_limit(ders, limit_w, column, dt_ms, has_before):
    rows = []
    for is_ours, p_w, most_w in ders:
        rows.append((weights(3, "a"), 0, most_w, most_w) if is_ours else (weights(3, "a"), p_w or 0, 0, 0))
    before = [most_w / 2 for _, _, most_w in ders] if has_before else None
    shares_w = dso._shares(limit_w, rows, column, before=before, dt_ms=dt_ms)
    others_w = sum(max(-row[1] if column == 2 else row[1], 0) for row in rows)
    assert sum(shares_w) <= max(limit_w - others_w, 0) + 1e-3
    assert all(0 <= share_w <= row[column] + 1e-6 for share_w, row in zip(shares_w, rows))


READINGS = maybe(st.tuples(st.booleans(), maybe(MAGNITUDE_W), maybe(MAGNITUDE_W)))


class Limits:
    """The dso section, as far as `follow` reads it."""

    failsafe_after_s, hold_max_s, failsafe_import_w, failsafe_export_w = 60, 600, 4200, None


@patient
@given(st.lists(st.tuples(READINGS, st.integers(1, 20000)), min_size=1, max_size=60))
def test_an_asked_limit_always_holds_and_silence_always_ends(readings):
    memory = (dso.FREE, None, None, 0, 0)
    for reading, dt_ms in readings:
        before = memory
        memory = dso.follow(memory, reading, dt_ms, Limits)
        if reading is None:
            assert memory[3] == before[3] + dt_ms
            assert (memory[0] == dso.RELEASED) == (memory[3] >= 660000)
        elif reading[0]:
            assert memory[:3] == (dso.LIMITED,) + reading[1:]
        else:
            assert memory[0] == dso.FREE or before[0] == dso.LIMITED


SMART_VIEWS = st.builds(
    view, unix_s=maybe(st.integers(0, 4102444800)), dt_ms=st.integers(1, 20000), plugged=maybe(st.booleans()),
    chance_s=st.floats(0, 1, exclude_max=True), p_default_w=maybe(st.floats(-22000, 22000)), pause_vpp=st.booleans(),
    wish=st.tuples(st.sampled_from(["none", "charge_now", "discharge_now", "idle"]), maybe(MAGNITUDE_W)),
    lease_setpoint=maybe(st.just((-3000, "a", 20))), support=st.booleans(),
)


@patient
@given(st.lists(SMART_VIEWS, min_size=1, max_size=30))
def test_smart_charging_only_ever_holds_charging_back(views):
    p, memory = section("smart_charge"), None
    for seen in views:
        opinion, memory = smart_charge(seen, memory, p)
        assert opinion is None or (opinion[0] <= 0 and opinion[1:4] == (None, None, None))
        if seen.wish[0] != "none" or (seen.lease_setpoint and not seen.pause_vpp) or not seen.plugged:
            assert opinion is None, "a wish and demand response are never delayed"


@pytest.mark.parametrize("zone, offset_min", [("Europe/London", 0), ("Europe/Berlin", 60), ("Europe/Athens", 120)])
def test_local_time_is_that_of_the_time_zones(zone, offset_min):
    try:
        there = ZoneInfo(zone)
    except ZoneInfoNotFoundError:
        pytest.skip("no time zones on this machine")

    # The rule of today is from 1996; nobody has decided on the time after 2037 yet.
    @patient
    @given(st.integers(820454400, 2145916800))
    def same(unix_s):
        local = datetime.fromtimestamp(unix_s, UTC).astimezone(there)
        assert weekday_and_minute(unix_s, offset_min, True) == (local.weekday(), 60 * local.hour + local.minute)
    same()
