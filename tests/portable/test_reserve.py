"""Frequency reserve: the curves of the services, what a device has to be for one, the baseline.

Source: published service terms: GB DC 5 % at 0.2 Hz and all at 0.5 Hz, DM 5 % at 0.1 and all at 0.2 Hz, DR linear to
0.2 Hz, each from 0.015 Hz; Nordic FCR-N linear to 0.1 Hz, FCR-D from 0.1 to 0.5 Hz.
"""

from edge import reasons
from edge.laws.reserve import reserve, reserve_without_frequency, response_w, unfit
from tests.portable.law_bench import is_close, section, view

P = section("service", enabled=True)


def test_the_curves_of_the_services():
    for service, points in (
        ("gb-dc", ((0.01, 0), (0.015, 0), (0.2, 0.05), (0.35, 0.525), (0.5, 1), (0.9, 1))),
        ("gb-dm", ((0.015, 0), (0.1, 0.05), (0.15, 0.525), (0.2, 1), (0.5, 1))),
        ("gb-dr", ((0.015, 0), (0.1075, 0.5), (0.2, 1))),
        ("fcr-n", ((0, 0), (0.05, 0.5), (0.1, 1), (0.4, 1))),
        ("fcr-d", ((0.1, 0), (0.3, 0.5), (0.5, 1))),
    ):
        for deviation_hz, share in points:
            assert is_close(response_w(service, -deviation_hz, 4000, 2000), 4000 * share), (service, deviation_hz)
            assert is_close(response_w(service, deviation_hz, 4000, 2000), -2000 * share), (service, deviation_hz)
    assert response_w("none-such", -1, 4000, 4000) == 0


def test_the_response_stands_on_the_baseline():
    for base_w in (-1500, 0, 500):
        seen = view(reserve=("gb-dr", 3000, 3000), p_base_w=base_w, f_hz=49.8, f_quality=(0.002, 20))
        opinion, _ = reserve(seen, None, P)
        assert opinion[:2] == (None, None) and is_close(opinion[2], base_w + 3000) and opinion[4] == reasons.RESERVE
        opinion, _ = reserve_without_frequency(seen, None, P)
        assert opinion == (None, None, base_w, None, reasons.RESERVE_NO_FREQUENCY)
    assert reserve(view(f_hz=49.5), None, P) == (None, None)
    assert reserve(view(f_hz=49.5, reserve=("gb-dr", 3000, 3000)), None, P) == (None, None), "not fit for it"
    assert reserve_without_frequency(view(), None, P) == (None, None)


def test_a_device_that_sees_or_acts_too_badly_is_named():
    for quality, delay_s, service, why in (
        (None, 0.2, "gb-dr", "quality of the frequency unknown"),
        ((0.02, 20), 0.2, "gb-dr", "frequency not within 10 mHz"),
        ((None, 20), 0.2, "gb-dr", "frequency not within 10 mHz"),
        ((0.01, 101), 0.2, "gb-dr", "frequency not every 100 ms"),
        ((0.01, None), 0.2, "fcr-n", "frequency not every 100 ms"),
        ((0.01, 100), 0.6, "gb-dc", "answers after 0.6 s, not within 0.5 s"),
        ((0.01, 100), 0.6, "gb-dm", "answers after 0.6 s, not within 0.5 s"),
        ((0.01, 100), 0.6, "gb-dr", ""),
        ((0.01, 100), 0.5, "gb-dc", ""),
    ):
        assert unfit(view(f_quality=quality, loop_delay_s=delay_s), service) == why, (quality, delay_s, service)
