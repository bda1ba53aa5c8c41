"""Droop: one line through zero off the latched power, its edges, ends and returns.

Source: IEEE 1547-2018 6.5.2.7 (0.036 Hz, 5 %), EN 50549-1 (threshold, delay, return), AS/NZS 4777.2 (a line that ends),
G99 (no charging below 49.5 Hz); a 6 kW device on 50 Hz: 1 % of frequency beyond the edge is 20 % of power at 5 %.
"""

from edge import grid_reasons
from edge.laws.droop import droop, droop_without_frequency
from tests.portable.law_bench import delivered, is_close, section, view

AT_ONCE = {"olrt_s": 0.2, "of_enabled": True, "uf_enabled": True}


def at(seen, f_hz, p, memory=None, count_s=1):
    """Memory after so long at a frequency; seen.p_set_w is what is delivered."""
    seen.f_hz = f_hz
    return delivered(droop, count_s, seen, p, memory)


def der(p_w, **changes):
    return view(p_set_w=p_w, p_asked_w=p_w, loop_delay_s=0.3, **changes)


def test_one_line_through_zero_whatever_the_power_before():
    p = section("droop", **AT_ONCE)
    for p_pre_w in (6000, 3000, 0, -3000, -6000):
        for f_hz, change_w in ((50.03, 0), (50.036, 0), (50.286, -600), (50.536, -1200), (51.286, -3000), (49.97, 0),
                               (49.714, 600), (48.714, 3000)):
            seen = der(p_pre_w)
            at(seen, f_hz, p)
            expected_w = min(max(p_pre_w + change_w, -6000), 6000)
            assert is_close(seen.p_set_w, expected_w), (p_pre_w, f_hz, seen.p_set_w)


def test_the_bound_cuts_one_way_and_lower_ranks_may_help():
    p = section("droop", **AT_ONCE)
    seen = der(3000, dt_ms=100)
    memory = at(seen, 50.536, p)
    opinion, _ = droop(seen, memory, p)
    assert opinion[0] is None and opinion[2:] == (None, None, grid_reasons.DROOP) and is_close(opinion[1], 1800)
    seen.p_asked_w = -2000
    memory = at(seen, 50.536, p, memory)
    assert seen.p_set_w == -2000, "charging more helps"
    seen.p_asked_w = 6000
    memory = at(seen, 50.536, p, memory)
    assert is_close(seen.p_set_w, 1800), "the line still counts from the power latched"
    seen = der(-3000)
    opinion, _ = droop(seen, at(seen, 49.464, p), p)
    assert opinion[1] is None and is_close(opinion[0], -1800)


def test_the_power_before_stays_latched_while_the_frequency_hovers():
    p = section("droop", of_enabled=True, olrt_s=5)
    seen = der(3000)
    memory = None
    for _ in range(30):
        memory = at(seen, 50.286, p, memory, 0.5)
        memory = at(seen, 50.03, p, memory, 0.3)
    memory = at(seen, 50.286, p, memory, 30)
    assert is_close(seen.p_set_w, 2400), seen.p_set_w


def test_it_returns_with_its_response_and_forgets():
    p = section("droop", of_enabled=True, olrt_s=5)
    seen = view(p_set_w=3000, p_asked_w=3000)
    memory = at(seen, 51.286, p, None, 5)
    assert is_close(seen.p_set_w, 3000 - 0.9 * 3000)
    memory = at(seen, 51.286, p, memory, 40)
    memory = at(seen, 50.0, p, memory, 5)
    assert is_close(seen.p_set_w, 0.9 * 3000, 2e-3)
    memory = at(seen, 50.0, p, memory, 15)
    assert memory is None and seen.p_set_w == 3000


def test_from_one_side_to_the_other_the_line_is_the_same():
    p = section("droop", **AT_ONCE)
    seen = der(1000)
    memory = at(seen, 50.536, p)
    assert is_close(seen.p_set_w, -200)
    at(seen, 49.464, p, memory)
    assert is_close(seen.p_set_w, 2200), "off 1000, not off -200"


def test_one_direction_alone():
    seen = der(1000)
    assert at(seen, 49, section("droop", of_enabled=True)) is None
    assert at(seen, 51, section("droop", uf_enabled=True)) is None and seen.p_set_w == 1000


def test_base_is_the_rating_or_the_power_before():
    p = section("droop", p_base="pre", **AT_ONCE)
    seen = der(3000)
    at(seen, 50.536, p)
    assert is_close(seen.p_set_w, 2400), "20 % of 3000"
    seen = der(-3000)
    at(seen, 50.536, p)
    assert is_close(seen.p_set_w, -3600)


def test_a_line_with_an_end():
    p = section("droop", of_hz=0.25, uf_hz=0.25, of_end_hz=2.0, uf_end_hz=1.0, **AT_ONCE)
    for p_pre_w, f_hz, p_w in ((4000, 51.125, 2000), (4000, 52, 0), (4000, 53, 0), (-4000, 52, -4000),
                               (-4000, 49.375, -2000), (-4000, 49, 0), (-4000, 48, 0), (4000, 49, 4000)):
        seen = der(p_pre_w)
        at(seen, f_hz, p)
        assert is_close(seen.p_set_w, p_w), (p_pre_w, f_hz, seen.p_set_w)


def test_the_intentional_delay_counts_from_the_edge_and_latches_there():
    p = section("droop", of_enabled=True, olrt_s=0.2, delay_s=1)
    seen = der(3000)
    memory = at(seen, 50.536, p, None, 1)
    assert seen.p_set_w == 3000
    seen.p_asked_w = seen.p_set_w = 2500
    memory = at(seen, 50.536, p, memory, 0.1)
    assert is_close(seen.p_set_w, 1800)
    memory = at(seen, 50, p, at(seen, 50.536, p, None, 0.5), 0.1)
    assert memory is None, "over before it began"


def test_held_until_the_return_frequency_and_time():
    p = section("droop", of_hz=0.2, of_return_hz=0.1, return_s=2, of_enabled=True, olrt_s=0.2)
    seen = der(3000)
    memory = at(seen, 50.7, p)
    assert is_close(seen.p_set_w, 1800)
    memory = at(seen, 50.3, p, memory)
    assert is_close(seen.p_set_w, 1800), "the line would allow more"
    memory = at(seen, 50.15, p, memory, 5)
    assert is_close(seen.p_set_w, 1800)
    memory = at(seen, 50.08, p, memory, 1.9)
    memory = at(seen, 50.15, p, memory, 0.1)
    memory = at(seen, 50.08, p, memory, 2)
    assert is_close(seen.p_set_w, 1800), "the time began anew"
    memory = at(seen, 50.08, p, memory, 0.2)
    assert seen.p_set_w == 3000 and memory is None


def test_no_charging_far_below():
    p = section("droop", stop_charge_hz=0.5, olrt_s=0.2)
    for p_pre_w, f_hz, p_w in ((-4000, 49.51, -4000), (-4000, 49.49, 0), (2000, 49.49, 2000)):
        seen = der(p_pre_w)
        at(seen, f_hz, p)
        assert seen.p_set_w == p_w, (p_pre_w, f_hz)
    p = section("droop", stop_charge_hz=0.5, uf_hz=0.2, **AT_ONCE)
    seen = der(-4000)
    at(seen, 49.55, p)
    assert is_close(seen.p_set_w, -3400), "before it, the line"
    at(seen, 49.45, p)
    assert seen.p_set_w == 0


def test_an_empty_charger_has_nothing_to_answer_with():
    p = section("droop", **AT_ONCE)
    seen = der(3000, plugged=True)
    memory = at(seen, 51, p)
    seen.plugged = False
    assert droop(seen, memory, p) == (None, None)
    assert droop_without_frequency(seen, memory, p) == (None, None)


def test_without_a_frequency_what_was_held_back_stays_and_what_was_forced_ends():
    p = section("droop", **AT_ONCE)
    for p_pre_w, f_hz, during_w, after_w in ((3000, 50.536, 1800, 1800), (0, 50.536, -1200, 0), (-3000, 49.464, -1800, -1800),
                                             (0, 49.464, 1200, 0)):
        seen = der(p_pre_w)
        memory = at(seen, f_hz, p)
        assert is_close(seen.p_set_w, during_w), (p_pre_w, seen.p_set_w)
        seen.f_hz = None
        memory = delivered(droop_without_frequency, 5, seen, p, memory)
        assert is_close(seen.p_set_w, after_w), (p_pre_w, seen.p_set_w)
        assert droop_without_frequency(seen, memory, p)[0][4] == grid_reasons.FREQUENCY_UNKNOWN
        memory = at(seen, 50, p, memory)
        assert memory is None and seen.p_set_w == p_pre_w
    assert droop_without_frequency(der(3000), None, p) == (None, None)


def test_charging_may_have_to_stop_before_the_line_begins():
    p = section("droop", uf_enabled=True, uf_hz=0.5, stop_charge_hz=0.3, olrt_s=1)
    seen = der(-6000)
    memory = at(seen, 49.75, p)
    assert memory is None and seen.p_set_w == -6000
    at(seen, 49.6, p, memory, 10)
    assert -5 < seen.p_set_w <= 0, seen.p_set_w
