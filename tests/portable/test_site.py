"""Sharing the fuse and the site limits: rooms from the meter, equal and ordered shares, a silent meter.

Not its job: enforcing shares. Source: the rules in edge/site.py; 35 A x 230 V = 8050 W a phase.
"""

from edge.site import SitePower, is_limited, is_metered, weights
from edge.site_sharing import share
from tests.portable.law_bench import is_close, section

THREE = weights(3, "a")
ON_A = weights(1, "a")
ON_B = weights(1, "b")


def metered(p_a_w, p_b_w=None, p_c_w=None, **changes):
    """A meter at 230 V and unity power factor; export positive."""
    p_w = [p_a_w, p_a_w if p_b_w is None else p_b_w, p_a_w if p_c_w is None else p_c_w]
    values = {"v_ln_v": [230, 230, 230], "i_a": [abs(p) / 230 for p in p_w], "p_w": p_w, "p_pcc_w": sum(p_w)}
    values.update(changes)
    return SitePower(**values)


def shares(power, ders, **limits):
    """Bounds on a first tick."""
    return share(power, ders, None, 100, section("site", **limits), p_static_safe_w=1400)[0]


def close(got, expected):
    """Whether two lists of bounds agree."""
    return all([is_close(a, b, 2e-3) for pair, want in zip(got, expected) for a, b in zip(pair, want)])


def test_no_limit_no_share():
    p = section("site")
    assert not is_limited(p)
    assert share(SitePower(), [(THREE, 0, 6000, 6000)], None, 100, p, p_static_safe_w=0) == ([(None, None)], None)


def test_one_three_phase_charger_beside_the_house():
    # 5 kW a phase of house: 3.05 kW a phase, 9.15 kW in all are left; discharging has the house's load as extra room
    for own_w in (0, -6000, 6000):
        got = shares(metered(-5000 + own_w / 3), [(THREE, own_w, 22000, 22000)], i_fuse_a=35)
        assert close(got, [(-9150, 22000)]), (own_w, got)


def test_the_tightest_phase_decides():
    got = shares(metered(-1000, -7050, -1000), [(THREE, 0, 22000, 0)], i_fuse_a=35)
    assert close(got, [(-3000, 0)])
    got = shares(metered(-1000, -7050, -1000), [(ON_A, 0, 7400, 0), (ON_B, 0, 7400, 0)], i_fuse_a=35)
    assert close(got, [(-7050, 0), (-1000, 0)])


def test_reactive_power_uses_the_fuse_too():
    power = metered(-3000)
    power.i_a = [5000 / 230] * 3       # 4 kvar beside 3 kW
    got = shares(power, [(THREE, 0, 22000, 0)], i_fuse_a=35)
    assert close(got, [(-3 * (6985.9 - 3000), 0)])


def test_overloaded_phase_leaves_nothing_and_forces_nothing():
    got = shares(metered(-9000), [(THREE, 0, 6000, 6000)], i_fuse_a=35)
    assert close(got, [(0, 6000)])


def test_equal_shares_give_what_one_cannot_use_to_the_others():
    ders = [(THREE, 0, 2000, 0), (THREE, 0, 11000, 0), (THREE, 0, 0, 0), (THREE, 0, 11000, 0)]
    got = shares(metered(0), ders, p_import_max_w=12000)
    assert close(got, [(-2000, 0), (-5000, 0), (0, 0), (-5000, 0)])


def test_priority_is_the_order_of_the_file():
    ders = [(THREE, 0, 7400, 0), (THREE, 0, 7400, 0), (THREE, 0, 7400, 0)]
    got = shares(metered(0), ders, p_import_max_w=10000, share="priority")
    assert close(got, [(-7400, 0), (-2600, 0), (0, 0)])


def test_import_and_export_limits_count_from_the_meter():
    for pcc_w, own_w, lo_w, hi_w in ((-3000, 0, -2000, 8000), (2000, 0, -7000, 3000), (-6000, -3000, -2000, 8000)):
        power = SitePower(p_pcc_w=pcc_w)
        got = shares(power, [(THREE, own_w, 22000, 22000)], p_import_max_w=5000, p_export_max_w=5000)
        assert close(got, [(lo_w, hi_w)]), (pcc_w, own_w, got)


def test_silent_meter_leaves_what_is_safe_unseen():
    p = section("site", i_fuse_a=35)
    for power in (SitePower(), metered(0, v_ln_v=None), metered(0, i_a=None), metered(0, p_w=None)):
        assert not is_metered(power, p)
        assert shares(power, [(THREE, 0, 6000, 6000)] * 2, i_fuse_a=35) == [(-1400, 0), (-1400, 0)]
    assert is_metered(metered(0), p)
    assert shares(metered(0, p_pcc_w=None), [(THREE, 0, 6000, 0)], p_export_max_w=0) == [(-1400, 0)]


def test_room_vanishes_at_once_and_returns_over_ten_seconds():
    p = section("site", p_import_max_w=10000)
    ders = [(THREE, 0, 6000, 0)]
    got, memory = share(SitePower(p_pcc_w=-9000), ders, None, 100, p, p_static_safe_w=0)
    assert close(got, [(-1000, 0)])
    for tick in range(1, 51):
        got, memory = share(SitePower(p_pcc_w=0), ders, memory, 100, p, p_static_safe_w=0)
        assert close(got, [(-(1000 + 60 * tick), 0)]), tick
    got, memory = share(SitePower(p_pcc_w=-9500), ders, memory, 100, p, p_static_safe_w=0)
    assert close(got, [(-500, 0)])


def test_the_sum_never_exceeds_the_fuse():
    for share_how in ("equal", "priority"):
        for house_w in (-8000, -3000, 0, 4000):
            ders = [(THREE, -1000, 11000, 11000), (ON_A, -500, 7400, 7400), (ON_B, None, 7400, 0), (THREE, 0, 0, 5000)]
            got = shares(metered(house_w), ders, i_fuse_a=35, share=share_how)
            for k in range(3):
                others_w = house_w - sum([der[0][k] * (der[1] or 0) for der in ders])
                worst_import_w = others_w + sum([der[0][k] * bound[0] for der, bound in zip(ders, got)])
                worst_export_w = others_w + sum([der[0][k] * bound[1] for der, bound in zip(ders, got)])
                # where the house alone is over, nothing may be added to it
                assert worst_import_w >= min(-8050, others_w) - 1, (share_how, house_w, k)
                assert worst_export_w <= max(8050, others_w) + 1, (share_how, house_w, k)
