"""Loop gain of six stations and the filter it asks for."""

import cmath
import math

import numpy as np
import pytest

from host_sim.study.loop_gain import (
    GAIN_MARGIN_MIN_DB,
    PHASE_MARGIN_MIN_DEG,
    loop_gain,
    margins,
    sensitivities,
    tau_min_s,
)
from host_sim.study.wape_static import STATIONS, Case, settle


def test_sensitivities_are_positive_and_strongest_at_home_or_downstream():
    s_p, s_q = sensitivities(0.0125)
    assert (s_p > 0).all() and (s_q > 0).all()
    own = np.diag(s_q)
    assert STATIONS[int(own.argmax())] in ("611", "652", "675", "680")
    assert own[STATIONS.index("634")] < own.max()
    # near the source vars act more than watts: the trunk is inductive
    assert (np.diag(s_q) > np.diag(s_p))[STATIONS.index("634")]


def test_634_sensitivities_predict_its_support_case():
    """6 kW and 4.26 kvar at 634 alone lift it by 5.6 V; a linear estimate comes within 10 %."""
    s_p, s_q = sensitivities(0.0125)
    own = STATIONS.index("634")
    estimate_v = s_p[own, own] * 6000 + s_q[own, own] * 4263
    assert estimate_v == pytest.approx(5.59, rel=0.1)


@pytest.mark.parametrize(("load_level", "expected"), [(0.0, 4.46), (0.0062, 4.92), (0.0125, 5.56), (0.0172, 6.25)])
def test_loop_gain_without_vehicles(load_level, expected):
    assert loop_gain(load_level) == pytest.approx(expected, abs=0.02)


def test_loop_gain_stays_below_the_default_in_every_regulated_state():
    """The default 8 covers the operating points under WAPE; six uncontrolled vehicles at full load just exceed it."""
    for load_level in (0.0, 0.0062, 0.0125, 0.0172):
        point = settle((Case("wape", load_level, {}, {}),))
        assert 4.9 < loop_gain(load_level, point.p_w[0], point.q_var[0]) < 5.5
    assert 8.0 < loop_gain(0.0172, np.full(6, -6000.0)) < 8.3


@pytest.mark.parametrize("gain", [2, 5, 8, 12, 21])
@pytest.mark.parametrize("delay_s", [0.1, 0.35, 0.6, 1.0])
def test_the_rule_keeps_both_margins(gain, delay_s):
    gain_db, phase_deg = margins(gain, tau_min_s(gain, delay_s), delay_s)
    assert gain_db >= GAIN_MARGIN_MIN_DB
    assert phase_deg >= PHASE_MARGIN_MIN_DEG


def test_margins_satisfy_their_definition():
    gain, tau_s, delay_s = 8.0, 4.0, 0.35
    gain_db, phase_deg = margins(gain, tau_s, delay_s)

    def loop(w):
        return gain * cmath.exp(-1j * w * delay_s) / (1 + 1j * w * tau_s)

    w_unity = math.sqrt(gain**2 - 1) / tau_s
    assert abs(loop(w_unity)) == pytest.approx(1.0)
    assert 180 + math.degrees(cmath.phase(loop(w_unity))) == pytest.approx(phase_deg)
    scaled = 10 ** (gain_db / 20)
    w = np.linspace(0.1, 12, 200_000)
    locus = scaled * gain * np.exp(-1j * w * delay_s) / (1 + 1j * w * tau_s)
    assert np.abs(locus + 1).min() < 1e-3  # with its margin spent the loop passes through -1


def test_ten_hertz_without_a_filter_worth_the_name_is_unstable():
    gain_db, phase_deg = margins(6.0, 0.1, 0.2)
    assert gain_db < 0 and phase_deg < 0
    assert margins(0.9, 0.1, 0.2)[1] is None


def test_no_solution_is_said():
    with pytest.raises(RuntimeError, match="load level"):
        sensitivities(5.0)
