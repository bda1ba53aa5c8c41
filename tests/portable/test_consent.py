"""Consent to discharging: its end by time, energy, plug and owner; the floor it brings; what holds without one.

Not its job: the law (test_law_bounds.py), whether a wish is well-formed (test_requests.py).
"""

from tests.portable.household_bench import Bench


def bench_with(consent=False, once=False):
    """A vehicle is there."""
    bench = Bench(v2g_consent=consent, sections={"home": {"consent_once": True}} if once else None)
    bench.view.plugged = True
    return bench.run(1)


def consent(bench, on=True, minutes=None, soc_min_pct=None, e_max_wh=None):
    """The household says so."""
    until_ms = None if minutes is None else bench.view.now_ms + minutes * 60000
    bench.command(kind="consent", on=on, until_ms=until_ms, soc_min_pct=soc_min_pct, e_max_wh=e_max_wh)
    return bench.run(1).view.v2g_consent


def leave_and_return(bench):
    """The vehicle drives."""
    bench.p_ac_w, bench.view.plugged = 0, False
    bench.run(10)
    bench.view.plugged = True
    return bench.run(1)


def test_without_a_word_the_configured_one_holds():
    for configured in (False, True):
        assert bench_with(configured).view.v2g_consent is configured


def test_it_is_given_and_taken_back():
    bench = bench_with()
    assert consent(bench) and bench.told("CONSENT_GIVEN") == [[None, None, None]]
    leave_and_return(bench)
    assert bench.view.v2g_consent, "until it is changed"
    assert not consent(bench, False) and bench.told("CONSENT_OVER") == [["owner"]]
    bench = bench_with(True)
    assert not consent(bench, False) and bench.told("CONSENT_OVER") == [["owner"]]


def test_after_its_time_it_is_a_no_until_the_vehicle_leaves():
    bench = bench_with(True)
    assert consent(bench, minutes=30) and bench.told("CONSENT_GIVEN") == [[30, None, None]]
    bench.run(1790)
    assert bench.view.v2g_consent
    bench.run(20)
    assert not bench.view.v2g_consent and bench.told("CONSENT_OVER") == [["time"]]
    leave_and_return(bench)
    assert bench.view.v2g_consent, "as configured"
    assert not consent(bench, False, minutes=1)
    bench.run(60)
    assert bench.view.v2g_consent, "a refusal for a while"


def test_its_energy_is_counted_anew_with_each_vehicle():
    bench = bench_with()
    assert consent(bench, e_max_wh=1000)
    bench.p_ac_w = 6000
    bench.run(580, 10000)
    assert bench.view.v2g_consent
    bench.run(40, 10000)
    assert not bench.view.v2g_consent and bench.told("CONSENT_OVER") == [["energy"]]
    bench.run(600, 10000)
    assert not bench.told("CONSENT_OVER"), "once"
    leave_and_return(bench)
    assert bench.view.v2g_consent


def test_charging_takes_nothing_of_it():
    bench = bench_with()
    consent(bench, e_max_wh=1000)
    bench.p_ac_w = -6000
    bench.run(3600, 10000)
    assert bench.view.v2g_consent


def test_its_floor_only_ever_raises_the_configured_one():
    bench = bench_with()
    consent(bench, soc_min_pct=60)
    assert bench.view.soc_min_pct == 60
    consent(bench, soc_min_pct=10)
    assert bench.view.soc_min_pct == 20


def test_once_it_ends_with_the_vehicle():
    bench = bench_with(once=True)
    consent(bench)
    leave_and_return(bench)
    assert not bench.view.v2g_consent and bench.told("CONSENT_OVER") == [["unplugged"]]
