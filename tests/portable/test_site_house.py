"""The house between a meter and chargers that are not read at one instant: no swinging, and no load step overlooked.

Not its job: rooms and shares (test_site, test_site_laxity). Source: the rules in edge/site_house.py; a plain difference of
meter and chargers swings between 56 and 71 A here.
"""

from edge.site import SitePower, weights
from edge.site_house import FLICKER_W, HOUSE, observe
from edge.site_sharing import share
from tests.portable.law_bench import is_close, section

THREE = weights(3, "a")
FUSE_A, V = 63, 230


def meter(p_w):
    """A three-phase meter, the same W on every phase, + = export."""
    return SitePower([V] * 3, [abs(p_w) / V] * 3, [p_w] * 3, 3 * p_w)


def house_of(memory):
    """What the house is taken for, W a phase."""
    return memory[HOUSE][0]


def charger(p_w):
    """Rows of one three-phase charger that moves p_w a phase."""
    return [(THREE, None if p_w is None else 3 * p_w, 0, 0)]


def test_a_meter_that_shows_nothing_new_is_not_asked():
    memory = observe(meter(-3000), charger(-2000), None)
    assert is_close(house_of(memory), -1000, 1e-3)
    for p_w in (-2500, -4000, 0):
        memory = observe(meter(-3000), charger(p_w), memory)
        assert is_close(house_of(memory), -1000, 1e-3), p_w


def test_what_the_chargers_moved_meanwhile_is_no_change_of_the_house():
    memory = observe(meter(-3000), charger(-2000), None)
    memory = observe(meter(-3000), charger(-5000), memory)
    for shown_w in (-3200, -4500, -5900):      # anything between before and after, as meters that average show it
        assert is_close(house_of(observe(meter(shown_w), charger(-5000), memory)), -1000, 1e-3), shown_w


def test_steady_chargers_leave_no_doubt():
    memory = observe(meter(-3000), charger(-2000), None)
    for shown_w in (-3050, -2500, -7000, -2000):
        memory = observe(meter(shown_w), charger(-2000), memory)
        assert is_close(house_of(memory), shown_w + 2000, 1e-3), shown_w


def test_a_load_step_beyond_doubt_is_seen_at_once():
    memory = observe(meter(-3000), charger(-2000), None)
    memory = observe(meter(-3000), charger(-3000), memory)
    # 2 kW more charging at the most explain 1 kW of 5
    assert is_close(house_of(observe(meter(-9000), charger(-3000), memory)), -6000, 1e-3)
    # less load is the least that it can be: charging was 2 kW at the meter, or 3 kW
    assert is_close(house_of(observe(meter(-2000), charger(-3000), memory)), 0, 1e-3)
    flicker = observe(meter(-4000 - FLICKER_W + 1), charger(-3000), memory)
    assert is_close(house_of(flicker), -1000 - FLICKER_W + 1, 1e-3)


def test_a_charger_that_became_unknown_belongs_to_the_house():
    memory = observe(meter(-3000), charger(-2000), None)
    memory = observe(meter(-3000), charger(None), memory)
    assert is_close(house_of(memory), -3000, 1e-3)
    memory = observe(meter(-3000), charger(-2000), memory)
    assert is_close(house_of(memory), -1000, 1e-3)


def test_a_meter_without_phases_leaves_only_the_sum():
    memory = observe(SitePower(p_pcc_w=-6000), charger(-1000), None)
    assert memory[HOUSE][:3] == [None] * 3 and is_close(memory[HOUSE][3], -3000, 1e-3)
    memory = observe(SitePower(p_pcc_w=-9000), charger(-1000), memory)
    assert is_close(memory[HOUSE][3], -6000, 1e-3)


def settle(mean_ticks, every_ticks, late_ticks):
    """Amperes of the last ten seconds of forty, eight chargers of 7 kW behind 63 A beside 5 A of house."""
    p = section("site", i_fuse_a=FUSE_A)
    memory, shown_w, seen = None, 0, []
    set_w, now_w, told_w = [0] * 8, [0.0] * 8, [0.0] * 8
    history = [-1150.0]
    for tick in range(400):
        if tick % every_ticks == 0:
            window = history[-mean_ticks:]
            shown_w = sum(window) / len(window)
        if tick % late_ticks == 0:
            told_w = list(now_w)
        bounds, memory = share(meter(shown_w), [(THREE, each, 7000, 0) for each in told_w], memory, 100, p,
                               p_static_safe_w=0, set_w=set_w)
        set_w = [lo_w for lo_w, _ in bounds]
        now_w = [now + (told - now) * 0.8 for now, told in zip(now_w, set_w)]
        history.append(-1150.0 + sum(now_w) / 3)
        seen.append(-history[-1] / V)
    return seen[300:]


def test_no_meter_makes_eight_chargers_swing():
    for mean_ticks, every_ticks, late_ticks in ((1, 1, 1), (1, 5, 1), (5, 5, 1), (10, 10, 1), (10, 3, 1), (1, 10, 2)):
        seen = settle(mean_ticks, every_ticks, late_ticks)
        assert max(seen) < 1.005 * FUSE_A and min(seen) > 0.98 * FUSE_A, (mean_ticks, every_ticks, late_ticks, min(seen), max(seen))
