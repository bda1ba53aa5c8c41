"""Trip times and ride-through regions of the native model at their edges, for all three categories.

Not its job: what happens after a trip (test_native_modes).
Source: IEEE 1547-2018 Tables 11 to 19; a device that leaves as early as it may shows where a region's time ends.
"""

import pytest

from host_sim.plant.native.mode_rows import (
    ABNORMAL_CEASE, ABNORMAL_MANDATORY, ABNORMAL_MOMENTARY, ABNORMAL_PERMISSIVE, NORMAL,
)
from host_sim.plant.native.ride_through import frequency_operation, voltage_operation
from host_sim.plant.native.settings import Ratings, RideThrough, Trip
from tests.unit.native_bench import Bench, settings

MRA_V_PU, MRA_F_HZ = 0.01, 0.01
TRIPS = {
    "i": Trip(must_lv_pu_s=((0.70, 2.0), (0.45, 0.16)), must_hv_pu_s=((1.10, 2.0), (1.20, 0.16)),
              momentary_lv_pu_s=(), momentary_hv_pu_s=()),
    "ii": Trip(must_lv_pu_s=((0.70, 10.0), (0.45, 0.16)), must_hv_pu_s=((1.10, 2.0), (1.20, 0.16)),
               momentary_lv_pu_s=(), momentary_hv_pu_s=()),
    "iii": Trip(),
}
WIDEST = Trip(must_lv_pu_s=(), must_hv_pu_s=(), must_lf_hz_s=(), must_hf_hz_s=())


def of_category(name, **trip):
    return settings(trip=TRIPS[name]._replace(**trip), ride_through=RideThrough(name))


def early(name, trip=WIDEST):
    """A device of this category that leaves as soon as it may, and has no must-trip row in the way."""
    return settings(trip=trip, ride_through=RideThrough(name, leaves_early=True))


# --- must trip ----------------------------------------------------------------------------------------------------

VOLTAGE_ROWS = [(name, low, row) for name, trip in TRIPS.items() for low, rows in (
    (True, trip.must_lv_pu_s), (False, trip.must_hv_pu_s)) for row in rows]


@pytest.mark.parametrize("category, low, row", VOLTAGE_ROWS)
def test_voltage_trips_within_its_clearing_time_and_not_before_it_must(category, low, row):
    threshold_pu, clearing_s = row
    side = -1 if low else 1
    bench = Bench(of_category(category), v_pu=threshold_pu - 2 * side * MRA_V_PU, warm_s=0.5)
    only = {"must_lv_pu_s" if low else "must_hv_pu_s": (row,)}
    bench.der.configure(of_category(category, **only))
    bench.hold(clearing_s + 0.1)
    assert bench.der.in_service                      # just inside the threshold: never
    took_s = bench.trip_s(clearing_s, v_pu=threshold_pu + 2 * side * MRA_V_PU)
    assert took_s is not None and took_s > clearing_s - 0.05
    assert bench.der.alarms()[-1] == ("under_voltage" if low else "over_voltage")


@pytest.mark.parametrize("low, row", [(True, row) for row in Trip().must_lf_hz_s]
                         + [(False, row) for row in Trip().must_hf_hz_s])
@pytest.mark.parametrize("f_nom_hz", [60, 50])
def test_frequency_trips_within_its_clearing_time(low, row, f_nom_hz):
    threshold_hz, clearing_s = row
    threshold_hz += f_nom_hz - 60
    clearing_s = min(clearing_s, 5.0)
    side = -1 if low else 1
    rows = {"must_lf_hz_s" if low else "must_hf_hz_s": ((threshold_hz, clearing_s),)}
    chosen = settings(trip=WIDEST._replace(**rows), ratings=Ratings(f_nom_hz=f_nom_hz))
    bench = Bench(chosen, f_hz=threshold_hz - 2 * side * MRA_F_HZ, warm_s=clearing_s + 1)
    assert bench.der.in_service
    took_s = bench.trip_s(clearing_s, f_hz=threshold_hz + 2 * side * MRA_F_HZ)
    assert took_s is not None and took_s > clearing_s - 0.1
    bench = Bench(chosen, f_hz=f_nom_hz)
    assert bench.trip_s(clearing_s, f_hz=threshold_hz + 2 * side * MRA_F_HZ) is not None   # from nominal just as well


@pytest.mark.parametrize("phase", [0, 1, 2])
def test_one_phase_is_enough(phase):
    for v_pu, cause in ((0.4, "under_voltage"), (1.25, "over_voltage")):
        bench = Bench(of_category("ii"))
        voltages = tuple(v_pu if at == phase else 1.0 for at in range(3))
        assert bench.trip_s(0.16, v_pu=voltages) is not None
        assert bench.der.cause == cause


def test_a_timer_starts_anew_when_the_voltage_has_been_back():
    bench = Bench(of_category("ii"))
    for _ in range(5):
        bench.hold(9.9, 0.68)
        bench.hold(0.1, 0.90)
    assert bench.der.in_service
    assert bench.trip_s(10, v_pu=0.68) is not None


def test_a_changed_setting_does_not_restart_a_running_timer():
    bench = Bench(of_category("ii"))
    bench.hold(6, 0.68)
    bench.der.configure(bench.der.settings._replace(set_power=bench.der.settings.set_power._replace(p_w=1.0)))
    assert bench.trip_s(4) is not None


# --- regions --------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("category, v_pu, operation, required_s", [
    ("i", 0.88, NORMAL, None), ("i", 1.10, NORMAL, None),
    ("i", 0.8799, ABNORMAL_MANDATORY, 0.7 + 4 * 0.1799), ("i", 0.70, ABNORMAL_MANDATORY, 0.7),
    ("i", 0.6999, ABNORMAL_PERMISSIVE, 0.16), ("i", 0.50, ABNORMAL_PERMISSIVE, 0.16),
    ("i", 0.4999, ABNORMAL_CEASE, 0.16), ("i", 0.0, ABNORMAL_CEASE, 0.16),
    ("ii", 0.8799, ABNORMAL_MANDATORY, 3 + 8.7 * 0.2299), ("ii", 0.65, ABNORMAL_MANDATORY, 3.0),
    ("ii", 0.6499, ABNORMAL_PERMISSIVE, 0.32), ("ii", 0.45, ABNORMAL_PERMISSIVE, 0.32),
    ("ii", 0.4499, ABNORMAL_PERMISSIVE, 0.16), ("ii", 0.30, ABNORMAL_PERMISSIVE, 0.16),
    ("ii", 0.2999, ABNORMAL_CEASE, 0.16),
    ("iii", 0.8799, ABNORMAL_MANDATORY, 20.0), ("iii", 0.70, ABNORMAL_MANDATORY, 20.0),
    ("iii", 0.6999, ABNORMAL_MANDATORY, 10.0), ("iii", 0.50, ABNORMAL_MANDATORY, 10.0),
    ("iii", 0.4999, ABNORMAL_MOMENTARY, 1.0), ("iii", 0.0, ABNORMAL_MOMENTARY, 1.0),
    ("i", 1.1001, ABNORMAL_PERMISSIVE, 1.0), ("i", 1.15, ABNORMAL_PERMISSIVE, 1.0),
    ("ii", 1.1501, ABNORMAL_PERMISSIVE, 0.5), ("ii", 1.175, ABNORMAL_PERMISSIVE, 0.5),
    ("i", 1.1751, ABNORMAL_PERMISSIVE, 0.2), ("i", 1.20, ABNORMAL_PERMISSIVE, 0.2),
    ("ii", 1.2001, ABNORMAL_CEASE, 0.0),
    ("iii", 1.1001, ABNORMAL_MOMENTARY, 12.0), ("iii", 1.20, ABNORMAL_MOMENTARY, 12.0),
    ("iii", 1.2001, ABNORMAL_MOMENTARY, 0.0),
    ("none", 0.6, NORMAL, None),
])
def test_the_region_of_a_voltage(category, v_pu, operation, required_s):
    trip = TRIPS.get(category, WIDEST._replace(momentary_lv_pu_s=(), momentary_hv_pu_s=()))
    found, found_s = voltage_operation(category, v_pu, v_pu, trip)
    assert found == operation
    assert found_s == (required_s if required_s is None else pytest.approx(required_s))


@pytest.mark.parametrize("f_hz, operation, required_s", [
    (58.8, NORMAL, None), (61.2, NORMAL, None), (58.79, ABNORMAL_MANDATORY, 299), (57.0, ABNORMAL_MANDATORY, 299),
    (61.21, ABNORMAL_MANDATORY, 299), (61.8, ABNORMAL_MANDATORY, 299), (56.99, ABNORMAL_MANDATORY, 0),
    (61.81, ABNORMAL_MANDATORY, 0),
])
def test_the_region_of_a_frequency(f_hz, operation, required_s):
    for category in ("i", "ii", "iii"):
        assert frequency_operation(category, f_hz / 60) == (operation, required_s)
    assert frequency_operation("none", f_hz / 60) == (NORMAL, None)


MODE_OF = {ABNORMAL_MANDATORY: "mandatory", ABNORMAL_PERMISSIVE: "permissive", ABNORMAL_CEASE: "cease",
           ABNORMAL_MOMENTARY: "momentary_cessation"}


@pytest.mark.parametrize("category, v_pu, operation, required_s", [
    ("i", 0.87, ABNORMAL_MANDATORY, 1.38), ("i", 0.71, ABNORMAL_MANDATORY, 0.74), ("i", 0.55, ABNORMAL_PERMISSIVE, 0.16),
    ("ii", 0.87, ABNORMAL_MANDATORY, 4.914), ("ii", 0.66, ABNORMAL_MANDATORY, 3.087),
    ("ii", 0.46, ABNORMAL_PERMISSIVE, 0.32), ("ii", 0.31, ABNORMAL_PERMISSIVE, 0.16), ("ii", 0.1, ABNORMAL_CEASE, 0.16),
    ("iii", 0.87, ABNORMAL_MANDATORY, 20), ("iii", 0.55, ABNORMAL_MANDATORY, 10), ("iii", 0.2, ABNORMAL_MOMENTARY, 1),
    ("i", 1.14, ABNORMAL_PERMISSIVE, 1), ("i", 1.16, ABNORMAL_PERMISSIVE, 0.5), ("ii", 1.18, ABNORMAL_PERMISSIVE, 0.2),
    ("iii", 1.18, ABNORMAL_MOMENTARY, 12),
])
def test_it_rides_through_for_the_required_time_and_may_leave_after_it(category, v_pu, operation, required_s):
    trip = WIDEST._replace(momentary_lv_pu_s=TRIPS[category].momentary_lv_pu_s,
                           momentary_hv_pu_s=TRIPS[category].momentary_hv_pu_s)
    bench = Bench(early(category, trip))
    bench.hold(0.06, v_pu)
    assert bench.der.mode == MODE_OF[operation]
    took_s = bench.trip_s(required_s + 0.1)
    assert took_s is not None and took_s + 0.06 >= required_s
    assert bench.der.cause == "ride_through_over"
    stays = Bench(settings(trip=trip, ride_through=RideThrough(category)))
    stays.hold(required_s + 1, v_pu)
    assert stays.der.in_service and stays.der.may_leave


def test_frequency_is_ridden_through_for_299_s():
    for f_hz in (57.0, 61.8):
        bench = Bench(early("iii"))
        bench.hold(299, f_hz=f_hz)
        assert bench.der.mode == "mandatory" and bench.der.p_w == pytest.approx(10000)
        assert bench.trip_s(0.2) is not None


def test_may_trip_rows_take_the_place_of_the_category():
    trip = WIDEST._replace(may_lv_pu_s=((0.88, 3.0),), may_hf_hz_s=((61.0, 2.0),))
    assert Bench(early("iii", trip)).trip_s(5, v_pu=0.8) == pytest.approx(3.0, abs=0.05)
    assert Bench(early("iii", trip)).trip_s(5, f_hz=61.5) == pytest.approx(2.0, abs=0.1)


# --- several disturbances -----------------------------------------------------------------------------------------

@pytest.mark.parametrize("category, sets, within_s", [("i", 2, 20), ("ii", 2, 10), ("iii", 3, 5)])
def test_so_many_disturbances_in_a_row_are_ridden_through(category, sets, within_s):
    gap_s = within_s / (sets + 1)
    bench = Bench(early(category))
    for _ in range(sets):
        bench.hold(0.1, 0.8)
        bench.hold(gap_s - 0.1, 1.0)
        assert bench.der.mode == "continuous"
    assert bench.trip_s(0.1, v_pu=0.8) is not None           # one more within the time need not be
    bench = Bench(early(category))
    for _ in range(3 * sets):
        bench.hold(0.1, 0.8)
        bench.hold(within_s / sets + 0.1, 1.0)
    assert bench.der.mode == "continuous"                    # spread wider: all of them


# --- rate of change, ten-minute mean ----------------------------------------------------------------------------------

@pytest.mark.parametrize("category, rocof_hz_s", [("i", 0.5), ("ii", 2.0), ("iii", 3.0)])
def test_the_rate_of_change_of_its_category_is_ridden_through(category, rocof_hz_s):
    bench = Bench(early(category))
    for way in (1, -1, -1, 1):
        start_hz = bench.f_hz
        for step in range(1, round(1.0 / rocof_hz_s / 0.004) + 1):
            bench.hold(0.004, f_hz=start_hz + way * rocof_hz_s * 0.004 * step)
    assert bench.der.mode == "continuous"


@pytest.mark.parametrize("slope_hz_s, trips", [(0.95, False), (1.05, True), (-1.05, True)])
def test_a_rate_of_change_trips_where_it_is_set(slope_hz_s, trips):
    chosen = settings(trip=WIDEST._replace(rocof_hz_s=1.0, rocof_s=0.5), ratings=Ratings(f_nom_hz=50),
                      ride_through=RideThrough("none"))
    bench = Bench(chosen, f_hz=50.0)
    for step in range(1, 201):
        bench.hold(0.004, f_hz=50 + slope_hz_s * 0.004 * step)
    assert bench.der.cause == ("rate_of_change" if trips else None)


def test_a_sustained_over_voltage_trips_by_its_ten_minute_mean():
    trip = WIDEST._replace(ov_10min_pu=258 / 230, momentary_hv_pu_s=())
    bench = Bench(settings(trip=trip, ratings=Ratings(f_nom_hz=50), ride_through=RideThrough("none")), f_hz=50.0)
    # mean of 600 s: 1 + 0.16 t / 600 reaches 258/230 after 456.5 s; it has to be out within 3 s of that
    assert bench.trip_s(500, v_pu=1.16) == pytest.approx(600 * (258 / 230 - 1) / 0.16, abs=3)
    assert bench.der.cause == "sustained_over_voltage"
