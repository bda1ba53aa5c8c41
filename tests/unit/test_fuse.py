"""The fuse-link melts when the standard says it may, not before, and cools down again.

Source: IEC 60269-1 tables 2 and 3 for 63 A: 1.25 × 63 A for an hour, 160 A for 10 s, 450 A for 0.1 s.
"""

import math

import pytest

from host_sim.plant.fuse import COOLING_S, GATES, Fuse, melting_s


@pytest.mark.parametrize("i_a, expected_s", [(63, math.inf), (78.75, math.inf), (160, 10), (450, 0.1), (900, 0.025)])
def test_points_of_the_curve(i_a, expected_s):
    assert melting_s(i_a, 63) == pytest.approx(expected_s)


@pytest.mark.parametrize("i_rated_a", GATES)
def test_more_current_never_melts_later(i_rated_a):
    times_s = [melting_s(i_rated_a * (1.26 + 0.05 * n), i_rated_a) for n in range(400)]
    assert times_s == sorted(times_s, reverse=True)
    assert times_s[0] < GATES[i_rated_a][0] and times_s[0] > 0.8 * GATES[i_rated_a][0]


def test_it_melts_in_its_time_and_overloads_add_up():
    fuse = Fuse(63)
    assert all(fuse.step((160, 160, 0), 100) for _ in range(99))
    assert fuse.heat_pu == pytest.approx([0.99, 0.99, 0])
    assert not fuse.step((170, 0, 0), 100)


def test_a_loaded_fuse_keeps_its_heat_and_a_relieved_one_cools():
    fuse = Fuse(63)
    fuse.step((160, 160, 160), 5000)
    for _ in range(60):
        fuse.step((70, 63, 0), 1000)
    assert fuse.heat_pu == pytest.approx([0.5, 0.5 * math.exp(-60 / COOLING_S), 0.5 * math.exp(-60 / COOLING_S)])
    assert fuse.worst_pu == pytest.approx(0.5)
