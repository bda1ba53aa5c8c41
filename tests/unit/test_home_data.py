"""The recorded series of the home weeks: whole, in range, and what week, roof and calendar make of them.

Not its job: runs. Source: host_sim/home/data/README.md.
"""

import hashlib

import numpy as np
import pytest

from host_sim.home import prices, series, sun, trips, week
from tools import cli

SUMS = {
    "acn_sessions.csv": "9b999ed4d895de54e36e9bca9e8a48b591186033cb8d5aba7956220e6f18fe1b",
    "day_ahead_nl.csv": "8cb26fd82b05061709e84bbfa44d320f9ec9ac5d4c019fc75c3e9a9927bedce2",
    "irradiance_1min.csv": "288ba4139a2f2d28e27670f43b66478cecf3c0831976d16006c52953d37ceb95",
    "load_days_w.csv": "50027cb021906d6c4ec05ee2da4cc19e99dfba2460e210c60072abd8cd78f5ea",
    "pv_5s.csv": "2259fdbdf66d28175dac348cfe4279f88f1f55cbb2fa8890f3f23e51ea40e1fb",
}


def test_every_file_is_the_one_that_the_page_describes():
    page = (series.DATA / "README.md").read_text(encoding="utf-8")
    files = sorted(path.name for path in series.DATA.glob("*.csv"))
    assert files == sorted(SUMS)
    for name, digest in SUMS.items():
        assert hashlib.sha256((series.DATA / name).read_bytes()).hexdigest() == digest, name
        assert "`%s`" % name in page
    for licence in series.DATA.glob("*LICENSE*"):
        assert "`%s`" % licence.name in page


def test_household_days_are_whole_and_like_a_house():
    days = series.load_days_w()
    assert days.shape == (series.DAY_MIN, 21)
    assert days.min() >= 0 and days.max() < 10_000
    energy_kwh = days.sum(axis=0) / 60_000
    assert energy_kwh.min() >= 7 and energy_kwh.max() <= 13.2


def test_prices_have_every_hour_once_and_negative_ones():
    hours = sorted(series.day_ahead())
    assert len(hours) == 2 * 9 * 24
    gaps = np.diff(hours)
    assert (gaps == 3600).sum() == len(hours) - 2, "two stretches without a gap"
    spring = week.make("spring").tariffs["dynamic"]
    sold = [price + prices.Contract().supplier_per_kwh for price in spring.export_per_kwh[:168]]
    assert sum(price < 0 for price in sold) == 20 and min(sold) == pytest.approx(-0.2, abs=0.001)


def test_a_kwh_drawn_always_costs_more_than_one_fed_in_earns():
    """The optimum needs it: else drawing and feeding at once would be free money."""
    for name in week.NAMES:
        for tariff in week.make(name).tariffs.values():
            assert min(np.subtract(tariff.import_per_kwh, tariff.export_per_kwh)) > 0


def test_sessions_of_a_month_have_sane_times():
    sessions = series.sessions()
    assert len(sessions) == 964
    assert all(0 <= row.arrival_min < series.DAY_MIN < row.arrival_min + 14 * series.DAY_MIN for row in sessions)
    assert all(row.departure_min > row.arrival_min and 0 < row.delivered_wh < 100_000 for row in sessions)
    assert {row.weekday for row in sessions} == set(range(7))


def test_clouds_of_five_seconds_are_violent():
    share = series.pv_5s()
    assert len(share) == 6 * 720 and share.max() == 1 and share.min() > 0
    assert np.abs(np.diff(share)).max() > 0.5


def test_measured_sun_agrees_with_the_position_of_the_sun():
    """Beam on the horizontal plus diffuse is the global irradiance: the station's clock and place are right."""
    for day in sun.STATIONS:
        minute_utc, ghi, dni, dhi, _ = series.irradiance(day)
        cos_zenith, _, solar_min = sun.solar_position(day, minute_utc)
        closure = (dni * np.clip(cos_zenith, 0, None) + dhi).sum() / ghi.sum()
        assert closure == pytest.approx(1, abs=0.05), day
        assert len(minute_utc) == len(set(minute_utc)) and np.diff(np.sort(solar_min)).max() < 2


def test_a_horizontal_roof_sees_the_global_irradiance_and_a_tilted_one_more_in_winter():
    flat, tilted = sun.Roof(tilt_deg=0), sun.Roof()
    for day in sun.STATIONS:
        _, ghi, *_ = series.irradiance(day)
        assert sun.on_plane_w_m2(day, flat)[1].sum() == pytest.approx(ghi.sum(), rel=0.05)
    assert sun.pv_day_w("clear", tilted, 720).sum() > 1.5 * sun.pv_day_w("clear", flat, 720).sum()


def test_noon_is_where_the_home_has_it():
    clear_w = sun.pv_day_w("clear", sun.Roof(), 820)
    middle = (clear_w * np.arange(series.DAY_MIN)).sum() / clear_w.sum()
    assert middle == pytest.approx(820, abs=10)
    assert clear_w.max() <= sun.Roof().p_ac_w and 5 < clear_w.sum() / 60_000 / 5 < 6.5, "kWh from a kW"


def test_a_week_is_given_by_name_and_seed():
    first, again, other = week.make(seed=3), week.make(seed=3), week.make(seed=4)
    assert np.array_equal(first.load_w, again.load_w) and first.trips == again.trips
    assert not np.array_equal(first.load_w, other.load_w) and first.trips != other.trips
    short = week.make(seed=3, days=2)
    assert np.array_equal(short.load_w, first.load_w[:len(short.load_w)]) and short.trips == first.trips
    assert not np.array_equal(week.before(first).load_w, first.load_w)


def test_trips_are_possible():
    for seed in range(30):
        found = week.make(seed=seed, days=1).trips
        for trip, following in zip(found, found[1:]):
            assert trip.returns_min <= following.leaves_min
        for trip in found:
            assert trip.leaves_min % trips.QUARTER_MIN == trip.returns_min % trips.QUARTER_MIN == 0
            assert 90 < trip.returns_min - trip.leaves_min < 14 * 60
            assert trip.leaves_min // series.DAY_MIN == trip.returns_min // series.DAY_MIN
            assert 2000 <= trip.driven_wh <= 24000


def test_the_price_command_is_one_that_the_controller_accepts():
    found = week.make()
    command = prices.command(found.tariffs["dynamic"], found.start_unix_s, 24, 48)
    assert command["start_unix_s"] == found.start_unix_s + 24 * 3600 and command["step_s"] == 3600
    assert len(command["import_per_kwh"]) == len(command["export_per_kwh"]) == 24
    assert command["import_per_kwh"][0] == pytest.approx(found.tariffs["dynamic"].import_per_kwh[24], abs=1e-6)


def test_a_house_without_roof_is_the_same_house():
    bare, whole = week.make(days=2, roof=week.NO_ROOF), week.make(days=2)
    assert not bare.pv_w.any() and whole.pv_w.max() > 3000
    assert not week.before(bare).pv_w.any()
    assert (bare.load_w == whole.load_w).all() and bare.trips == whole.trips


def test_what_lives_on_a_roof_needs_one(capsys):
    assert cli.main(["home", "--no-roof", "--mode", "pv"]) == cli.USAGE
    assert "--mode pv: allowed charge, timed, tariff, v2h, all, every" in capsys.readouterr().err
