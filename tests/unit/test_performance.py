"""Performance scores against cases whose answer is known without computing: perfect, late, absent, the wrong way."""

import numpy as np
import pytest

from host_sim.performance import curves, delivery, pjm

HOUR = np.arange(0, 3600, pjm.SAMPLE_S)
# Two incommensurable periods: no lag but the true one fits.
SIGNAL = np.sin(2 * np.pi * HOUR / 840) + 0.5 * np.sin(2 * np.pi * HOUR / 270)


def test_a_perfect_response_scores_one():
    assert pjm.score(SIGNAL, SIGNAL) == pytest.approx((1, 1, 1, 1, 0))


@pytest.mark.parametrize("lag_s, delay", [(10, 1.0), (20, 290 / 300), (60, 250 / 300), (150, 160 / 300), (300, 10 / 300)])
def test_a_late_response_loses_by_its_delay(lag_s, delay):
    late = np.interp(HOUR - lag_s, HOUR, SIGNAL)
    found = pjm.score(SIGNAL, late)
    assert found.lag_s == lag_s
    assert found.correlation == pytest.approx(1.0, abs=1e-9)
    assert found.delay == pytest.approx(delay)
    assert found.total == pytest.approx((found.correlation + found.delay + found.precision) / 3)


def test_half_the_power_loses_precision_only():
    assert pjm.score(SIGNAL, SIGNAL / 2) == pytest.approx((1, 1, 0.5, 2.5 / 3, 0))


def test_no_response_scores_nothing():
    found = pjm.score(SIGNAL, np.zeros_like(SIGNAL))
    assert found[:4] == (0, 0, 0, 0) and not found.passed


def test_the_wrong_way_fails_though_some_lag_fits():
    found = pjm.score(SIGNAL, -SIGNAL)
    assert found.precision == 0
    assert not found.passed


def test_a_signal_that_stood_still_has_no_score():
    for still in (np.zeros(100), np.full(100, 0.3)):
        found = pjm.score(still, np.ones(100))
        assert found.total is None and not found.passed


@pytest.mark.parametrize("signal, response", [(np.ones(100), np.ones(99)), (np.ones(10), np.ones(10)), (np.ones((60, 2)),) * 2])
def test_arrays_that_cannot_be_scored_are_refused(signal, response):
    with pytest.raises(ValueError, match="allowed are two arrays"):
        pjm.score(signal, response)


def test_curves_at_their_published_points():
    rows = (
        # service  f_hz    share
        ("gb-dc", 50.000, 0), ("gb-dc", 49.985, 0), ("gb-dc", 49.8, 0.05), ("gb-dc", 49.5, 1), ("gb-dc", 49.0, 1),
        ("gb-dc", 49.65, 0.525), ("gb-dc", 50.2, -0.05), ("gb-dc", 50.5, -1),
        ("gb-dm", 49.9, 0.05), ("gb-dm", 49.8, 1), ("gb-dm", 49.85, 0.525),
        ("gb-dr", 49.985, 0), ("gb-dr", 49.8, 1), ("gb-dr", 50.1075, -0.5),
        ("fcr-n", 49.95, 0.5), ("fcr-n", 50.1, -1), ("fcr-n", 49.0, 1), ("fcr-d", 49.9, 0), ("fcr-d", 49.7, 0.5),
        ("fcr-d", 49.5, 1),
    )
    for name, f_hz, share in rows:
        assert curves.share(curves.CURVES[name], f_hz - 50) == pytest.approx(share, abs=1e-9), (name, f_hz)


def test_the_two_directions_have_their_own_contract():
    curve = curves.CURVES["gb-dc"]
    assert curves.required_w(curve, [49.5, 50.0, 50.5], 50.0, (5_000, 2_000)) == pytest.approx([5_000, 0, -2_000])


STEP = np.concatenate((np.zeros(100), np.full(200, 1_000.0), np.zeros(100), np.full(100, -500.0)))   # 20 Hz


def test_delivery_of_known_responses():
    for factor, share in ((1, 1), (0.5, 0.5), (0, 0), (-1, -1), (2, 1)):
        found = delivery.delivery(STEP, factor * STEP, period_s=0.05)
        assert found.delivered_share == pytest.approx(share), factor
    assert found.worst_w == 1_000          # twice as much as asked for lies outside
    assert found.required_wh == pytest.approx((200 * 1_000 + 100 * 500) * 0.05 / 3600)


def test_a_response_inside_its_time_counts_in_full():
    for late, share, inside in ((0, 1.0, True), (10, 1.0, True), (20, 1.0, True), (40, None, False)):
        response = np.concatenate((np.zeros(late), STEP))[:len(STEP)]
        found = delivery.delivery(STEP, response, period_s=0.05, allowed_s=1.0)
        assert (found.within_share == 1.0) == inside
        assert found.worst_w == (0 if inside else 1_000)
        if share is not None:
            assert found.delivered_share == pytest.approx(share)
    # 20 samples too late at each of two steps
    assert found.delivered_share == pytest.approx(1 - (20 * 1_000 + 20 * 500) / (180 * 1_000 + 80 * 500))


def test_a_tolerance_forgives_so_much():
    response = STEP + 30.0
    strict = delivery.delivery(STEP, response, period_s=0.05)
    kind = delivery.delivery(STEP, response, period_s=0.05, tolerance_w=30.0)
    assert (strict.within_share, strict.worst_w) == (0.0, 30.0)
    assert (kind.within_share, kind.worst_w) == (1.0, 0.0)


def test_nothing_required_has_no_share():
    found = delivery.delivery(np.zeros(50), np.full(50, 5.0), period_s=0.05, tolerance_w=10)
    assert (found.delivered_share, found.within_share, found.required_wh) == (None, 1.0, 0.0)


def test_arrays_of_different_length_are_refused():
    for required, response in ((np.zeros(3), np.zeros(4)), (np.zeros(0), np.zeros(0))):
        with pytest.raises(ValueError, match="one length"):
            delivery.delivery(required, response, period_s=0.05)
