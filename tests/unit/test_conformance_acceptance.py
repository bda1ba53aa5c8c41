"""The acceptance formulas against numbers worked out by hand."""

import pytest

from host_sim.conformance import acceptance, checks
from host_sim.conformance.model import Verdict, margin, passes
from host_sim.conformance.record import Record

CATEGORY_B = ((0.92, 0.44), (0.98, 0.0), (1.02, 0.0), (1.08, -0.44))


def test_power_is_as_accurate_as_5_pct_of_the_va_rating():
    mra = acceptance.accuracy(p_rated_w=6000, s_max_va=7360)
    assert mra.p_pu == pytest.approx(0.05 * 7360 / 6000)
    assert (mra.v_pu, mra.f_hz, mra.q_pu, mra.t_share) == (0.01, 0.01, 0.05, 0.01)


@pytest.mark.parametrize("v_pu, q_pu", [(0.5, 0.44), (0.92, 0.44), (0.95, 0.22), (1.0, 0.0), (1.05, -0.22), (1.2, -0.44)])
def test_a_line_is_straight_between_its_points_and_flat_beyond(v_pu, q_pu):
    assert acceptance.line(CATEGORY_B)(v_pu) == pytest.approx(q_pu)


def test_steady_band_opens_by_the_argument_and_by_the_value():
    low, high = acceptance.steady_band(acceptance.line(CATEGORY_B), 1.05, 0.01, 0.05)
    # 1.035 pu: -0.11; 1.065 pu: -0.33; 0.075 more on each side
    assert (low, high) == pytest.approx((-0.405, -0.035))


def test_steady_band_sees_a_peak_between_its_ends():
    tent = acceptance.line(((0, 0), (1, 1), (2, 0)))
    assert acceptance.steady_band(tent, 1.1, 0.2, 0, knots=(1,))[1] == 1
    assert acceptance.steady_band(tent, 1.1, 0.2, 0)[1] == pytest.approx(0.9)


@pytest.mark.parametrize("t_s, y", [(0, 0.0), (5, 0.9), (10, 0.99), (2.5, 1 - 0.1 ** 0.5)])
def test_first_order_has_done_90_pct_after_one_response_time(t_s, y):
    assert acceptance.first_order(0.0, 1.0, t_s, 5) == pytest.approx(y)


def test_response_band_opens_by_time_and_by_value():
    low, high = acceptance.response_band(0.0, -0.44, 5, 0.05)
    # 4.925 s: 1 - 0.1^0.985 = 0.89649; 5.075 s: 1 - 0.1^1.015 = 0.90340
    assert low == pytest.approx(-0.44 * 0.903395 - 0.075, abs=1e-5)
    assert high == pytest.approx(-0.44 * 0.896486 + 0.075, abs=1e-5)


def test_one_sided_response_lets_an_early_arrival_pass():
    low, high = acceptance.faster_band(0.0, 0.44, 10, 0.05)
    assert high == pytest.approx(0.44 + 0.075) and low == pytest.approx(0.44 * 0.896486 - 0.075, abs=1e-5)


def record(y, rate_s=0.1):
    """Record of a quantity Q at a constant voltage; `before` is its first value."""
    rows = [((number + 1) * rate_s, 1.0, 60.0, 0.5, value) for number, value in enumerate(y)]
    return Record(rows, {"v_pu": 1.0, "f_hz": 60.0, "p_pu": 0.5, "q_pu": 0.0, "i_p_pu": 0.5, "i_q_pu": 0.0})


@pytest.mark.parametrize("tr_s, good", [(4.0, False), (4.9, True), (5.0, True), (5.1, True), (6.5, False)])
def test_own_check_of_the_response_time_is_sharp(tr_s, good):
    y = [acceptance.first_order(0, -0.44, (number + 1) * 0.1, tr_s) for number in range(300)]
    assert passes(checks.time_to_90("q_pu", 5, 0.2)(record(y))) == good


def test_pure_delay_is_the_time_until_something_moves():
    y = [0.0] * 4 + [-0.44] * 96
    assert checks.pure_delay("q_pu", 0.35)(record(y)).measured == pytest.approx(0.5)


def test_what_never_moved_has_no_delay_and_does_not_pass():
    verdict = checks.pure_delay("q_pu", 0.35)(record([0.0] * 100))
    assert verdict.measured is None and not passes(verdict)


def test_ceasing_counts_from_when_it_stays_so():
    rows = [(number / 100, 0.3, 60.0, 0.0 if number >= 10 else 0.3, 0.0) for number in range(1, 101)]
    rows[50] = (0.51, 0.3, 60.0, 0.3, 0.0)
    before = {"p_pu": 0.3, "q_pu": 0.0}
    assert checks.ceases("s", None, 0.16)(Record(rows, before)).measured == pytest.approx(0.52)
    assert checks.stays_on()(Record(rows, before)).measured == pytest.approx(0.90)


@pytest.mark.parametrize("low, high, measured, good, left", [
    (0, 1, 0.5, True, 1.0), (0, 1, 0.0, True, 0.0), (0, 1, 1.1, False, -0.2), (0, None, 5, True, None),
    (None, 1, 2, False, None), (0, 1, None, False, None),
])
def test_verdicts(low, high, measured, good, left):
    verdict = Verdict("", low, high, measured)
    assert passes(verdict) == good
    assert margin(verdict) == (None if left is None else pytest.approx(left))
