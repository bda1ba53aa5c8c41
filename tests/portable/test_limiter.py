"""The limiter alone: whatever comes in, what goes out is inside every bound.

Not its job: the laws that bound before it. Source: the rules in edge/limiter.py.
"""

from edge import limiter
from edge.limiter import Bounds, converter_va, limit
from tests.portable.law_bench import is_close


def bounds(**changes):
    """A charger of 6 kW both ways, 7.36 kVA, half-full vehicle, no site limit."""
    allowed = Bounds()
    values = {"is_interlock_closed": True, "p_charge_max_w": 6000, "p_discharge_max_w": 6000, "s_max_va": 7360,
              "soc_pct": 50, "soc_min_pct": 20, "soc_max_pct": 90}
    values.update(changes)
    for name in values:
        assert hasattr(allowed, name), name
        setattr(allowed, name, values[name])
    return allowed


def test_what_is_allowed_passes_untouched():
    for p_w, q_var in ((0, 0), (-6000, 0), (6000, 0), (-3000, 6700), (3000, -6700)):
        assert limit(p_w, q_var, bounds()) == (p_w, q_var, 0)


def test_fresh_bounds_allow_nothing():
    assert limit(-1, 0, Bounds()) == (0, 0, limiter.INTERLOCK)
    assert limit(0, 0, Bounds()) == (0, 0, 0)


def test_nameplate_both_ways():
    assert limit(-6001, 0, bounds()) == (-6000, 0, limiter.NAMEPLATE)
    assert limit(6001, 0, bounds()) == (6000, 0, limiter.NAMEPLATE)
    assert limit(1, 0, bounds(p_discharge_max_w=0)) == (0, 0, limiter.NAMEPLATE)


def test_soc_window_and_unknown_soc():
    for soc_pct, p_w, expected_w in ((20, 1000, 0), (21, 1000, 1000), (20, -1000, -1000), (90, -1000, 0), (89, -1000, -1000),
                                     (90, 1000, 1000), (None, 1000, 0), (None, -1000, -1000)):
        got_w, _, reason = limit(p_w, 0, bounds(soc_pct=soc_pct))
        assert got_w == expected_w and reason == (limiter.SOC_WINDOW if got_w != p_w else 0), (soc_pct, p_w)


def test_site_share_moves_only_towards_zero():
    for lo_w, hi_w, p_w, expected_w in ((-2000, 1000, -5000, -2000), (-2000, 1000, 5000, 1000), (-2000, 1000, -1500, -1500),
                                        (500, 600, -1000, 0), (-600, -500, 1000, 0), (None, 1000, -5000, -5000),
                                        (500, 600, 0, 0)):
        got_w, _, reason = limit(p_w, 0, bounds(p_site_lo_w=lo_w, p_site_hi_w=hi_w))
        assert got_w == expected_w and reason == (limiter.SITE if got_w != p_w else 0), (lo_w, hi_w, p_w)


def test_circle_takes_vars_first():
    p_w, q_var, reason = limit(-6000, 7360, bounds())
    assert p_w == -6000 and is_close(q_var, 4262) and reason == limiter.CONVERTER
    assert p_w * p_w + q_var * q_var <= 7360 * 7360
    p_w, q_var, reason = limit(-6000, 0, bounds(s_max_va=3680))
    assert (p_w, q_var, reason) == (-3680, 0, limiter.CONVERTER)
    assert limit(0, -8000, bounds())[1] < -7359


def test_open_interlock_stops_everything():
    assert limit(-3000, 1000, bounds(is_interlock_closed=False)) == (0, 0, limiter.INTERLOCK)


def test_what_is_no_number_becomes_zero():
    nan, inf = float("nan"), float("inf")
    for p_w, q_var in ((nan, 0), (0, nan), (inf, 0), (-inf, 0), (0, inf), (nan, nan), (1e30, 0)):
        assert limit(p_w, q_var, bounds()) == (0, 0, limiter.NOT_FINITE), (p_w, q_var)


def test_a_bound_that_is_no_number_allows_nothing():
    nan = float("nan")
    for name in ("p_charge_max_w", "p_discharge_max_w", "s_max_va", "soc_pct", "soc_min_pct", "p_site_lo_w"):
        assert limit(-3000, 1000, bounds(**{name: nan})) == (0, 0, limiter.NOT_FINITE), name
    assert limit(-3000, 1000, bounds(s_max_va=None)) == (0, 0, limiter.CONVERTER), "unknown rating"


def test_converter_rating_follows_the_voltage():
    assert converter_va(7360, 1, 230, 32) == 7360
    assert converter_va(7360, 1, 200, 32) == 6400
    assert converter_va(None, 3, 230, 16) == 11040
    assert converter_va(None, 3, 230, None) == 0
    assert converter_va(7360, 1, None, 32) == 0
