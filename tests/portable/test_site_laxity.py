"""Who can wait least goes first, smoothly; who does not obey keeps what it takes, and the others fit into the rest.

Not its job: rooms of meter and limits (test_site). Source: the rules in edge/site_laxity.py and site_rooms.py.
"""

from edge.site import SitePower, weights
from edge.site_laxity import speeds, wait_s
from edge.site_sharing import share
from tests.portable.law_bench import is_close, section, view

THREE = weights(3, "a")
FOUR = [(THREE, 0, 7000, 7000)] * 4


def charging(ders, waits_s, import_max_w, p_pcc_w=0, **more):
    """Charging shares, W >= 0, of a first tick."""
    p = section("site", p_import_max_w=import_max_w, share="laxity")
    bounds = share(SitePower(p_pcc_w=p_pcc_w), ders, None, 100, p, p_static_safe_w=0, waits_s=waits_s, **more)[0]
    return [-lo_w for lo_w, _ in bounds]


def all_close(got, wanted, tolerance=1e-2):
    """Whether two lists of W agree."""
    return all([is_close(a, b, tolerance) for a, b in zip(got, wanted)])


def test_patience_is_time_left_less_time_needed():
    car = view(now_ms=1000, t_departure_ms=7201000, e_needed_wh=6000, p_charge_max_w=6000)
    assert is_close(wait_s(car), 3600)
    assert wait_s(view(now_ms=0, t_departure_ms=1000, e_needed_wh=6000, p_charge_max_w=6000)) < -3000
    for nothing in ({"t_departure_ms": None, "e_needed_wh": 6000}, {"t_departure_ms": 1, "e_needed_wh": None},
                    {"t_departure_ms": 1, "e_needed_wh": 0}, {"t_departure_ms": 1, "e_needed_wh": 9, "p_charge_max_w": 0}):
        assert wait_s(view(**nothing)) is None, nothing


def test_the_least_patient_goes_first_and_nothing_is_left_over():
    got = charging(FOUR, [7200, 0, None, 3600], 10000)
    assert got[1] > 6990 and got[3] > 2990 and is_close(sum(got), 10000, 0.1), got
    # who waits for ever gets what the others leave
    got = charging(FOUR, [7200, 0, None, 3600], 24000)
    assert all_close(got[:2] + got[3:], [7000, 7000, 7000], 5) and got[2] > 2990


def test_equals_share_equally_and_a_second_more_patience_is_no_switch():
    assert all_close(charging(FOUR, [None] * 4, 8000), [2000] * 4)
    assert all_close(charging(FOUR, [600] * 4, 8000), [2000] * 4)
    before = charging(FOUR, [600] * 4, 8000)
    for wait in range(600, 1300):
        got = charging(FOUR, [600, 600, wait, 600], 8000)
        assert all([abs(a - b) < 20 for a, b in zip(got, before)]), (wait, got, before)
        before = got
    assert before[2] < 4


def test_discharging_the_most_patient_goes_first():
    charge, discharge = speeds([0, 600, 1200])
    assert charge[0] == 1 and discharge[2] == 1 and is_close(charge[2], 0.5 ** 10) and is_close(discharge[0], 0.5 ** 10)
    charge, discharge = speeds([0, None, 60])
    assert charge == [1, 0.5 ** 11, 0.5] and discharge == [0.5 ** 11, 1, 0.5 ** 10]
    assert speeds([None, None]) == ([1, 1], [1, 1])


def test_two_cars_served_by_laxity_are_both_ready_where_equal_shares_miss_one():
    """3 h behind a limit of 7 kW: one needs 12 kWh in 2 h, the other 7 kWh in 3 h; the sum fits exactly."""
    ready = {}
    for how in ("equal", "laxity"):
        p = section("site", p_import_max_w=7000, share=how)
        missing_wh, ends_ms, memory = [12000, 7000], [7200000, 10800000], None
        for now_ms in range(0, 10800000, 10000):
            cars = [view(now_ms=now_ms, t_departure_ms=end_ms, e_needed_wh=e_wh, p_charge_max_w=7000 if e_wh > 0 else 0)
                    for e_wh, end_ms in zip(missing_wh, ends_ms)]
            rows = [(THREE, 0, car.p_charge_max_w if now_ms < end_ms else 0, 0) for car, end_ms in zip(cars, ends_ms)]
            bounds, memory = share(SitePower(p_pcc_w=0), rows, memory, 10000, p, p_static_safe_w=0,
                                   waits_s=[wait_s(car) for car in cars])
            missing_wh = [e_wh + lo_w / 360 for e_wh, (lo_w, _) in zip(missing_wh, bounds)]
        ready[how] = [e_wh < 100 for e_wh in missing_wh]
    assert ready == {"equal": [False, True], "laxity": [True, True]}


def test_a_charger_that_does_not_obey_keeps_what_it_takes_and_the_others_fit_into_the_rest():
    p = section("site", p_import_max_w=8000)
    ders = [(THREE, -6000, 7000, 0), (THREE, -4000, 7000, 0)]
    memory = None
    for _ in range(20):      # set 4000 each, the first goes on with 6000
        bounds, memory = share(SitePower(p_pcc_w=-10000), ders, memory, 100, p, p_static_safe_w=0, set_w=[-4000, -4000])
    assert all_close([-lo_w for lo_w, _ in bounds], [4000, 2000], 1), bounds


def test_a_charger_on_its_way_down_is_given_the_time_to_follow():
    p = section("site", p_import_max_w=8000)
    ders = [(THREE, -3900, 7000, 0), (THREE, -3900, 7000, 0)]
    follow = [[[4000, 0]] * 2]
    memory = [None, follow[0]]
    bounds, _ = share(SitePower(p_pcc_w=-7800), ders, memory, 20, p, p_static_safe_w=0, set_w=[-3500, -3500])
    assert all_close([-lo_w for lo_w, _ in bounds], [4000, 4000], 1), bounds


def test_rooms_of_another_part_hold_beside_those_of_the_meter_and_without_any():
    extra = [2300, 2300, 1150, 1e9] + [1150] * 3 + [1e9]
    ders = [(THREE, 0, 7000, 7000), (weights(1, "a"), 0, 7000, 0)]
    for limits in ({}, {"i_fuse_a": 35}):
        power = SitePower([230] * 3, [0] * 3, [0] * 3, 0)
        bounds, _ = share(power, ders, None, 100, section("site", **limits), p_static_safe_w=0, extra_w=extra)
        assert all_close([-bounds[0][0], -bounds[1][0]], [1725, 1725]), bounds
        assert is_close(bounds[0][1], 3450, 1e-2)
    # a silent meter: what is safe unseen, within those rooms
    bounds, _ = share(SitePower(), ders, None, 100, section("site", i_fuse_a=35), p_static_safe_w=2000, extra_w=extra)
    assert all_close([-bounds[0][0], -bounds[1][0]], [1725, 1725]) and bounds[0][1] == 0
    assert share(SitePower(), ders, None, 100, section("site"), p_static_safe_w=0)[0] == [(None, None)] * 2
