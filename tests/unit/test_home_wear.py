"""Cycle counting against an independent peer, and wear against the published model.

Not its job: weeks. Source: ASTM E1049-85; BLAST-Lite, commit bae8c719.
"""

import random
from collections import Counter

import numpy as np
import pytest

from host_sim.home import rainflow, wear


def test_counts_the_example_of_the_standard():
    """ASTM E1049-85, figure 6: of these peaks and valleys the ranges and counts of its table."""
    counted = Counter()
    for depth, _, count in rainflow.cycles((-2, 1, -3, 5, -1, 3, -4, 4, -2)):
        counted[depth] += count
    assert counted == {3: 0.5, 4: 1.5, 6: 0.5, 8: 1.0, 9: 0.5}


def test_counts_as_the_peer_does():
    peer = pytest.importorskip("rainflow", reason="the peer that counts cycles is not installed")
    for seed in range(400):
        chance = random.Random(seed)
        values = [chance.choice((chance.random(), round(chance.random(), 1))) for _ in range(chance.randint(3, 80))]
        ours = Counter((round(depth, 9), round(mean, 9), count) for depth, mean, count in rainflow.cycles(values))
        theirs = Counter((round(row[0], 9), round(row[1], 9), row[2]) for row in peer.extract_cycles(values))
        assert ours == theirs, (seed, values)


def test_a_series_that_stands_still_has_no_cycle():
    assert rainflow.cycles([0.5, 0.5, 0.5]) == []
    assert rainflow.turning_points([1, 1, 2, 3, 3, 2]) == [1, 3, 2]


def test_losses_are_those_of_the_published_model():
    """Run by BLAST-Lite itself for a year at 20 °C: 0.6761 % at rest at 50 %; 0.9438 % from 292 full cycles in steps
    of 80 %. It integrates in steps of a day and of a cycle, which its concave curves reward with some percent."""
    calendar, _ = wear.lost(wear.calendar_rate(0.5), 0, 365, 0)
    _, cycling = wear.lost(0, wear.cycling_rate(0.8), 0, 292)
    assert calendar == pytest.approx(0.006761, rel=0.005)
    assert cycling == pytest.approx(0.009438, rel=0.06)


def test_the_anode_falls_as_it_fills():
    values = wear.anode_v(np.linspace(0, 1, 50))
    assert np.all(np.diff(values) < 0) and 0.05 < values[-1] < values[0] < 1


def test_fuller_deeper_and_more_wears_more():
    def week(low, high, cycles):
        return wear.of_week([low, high] * cycles + [low], 7, 60_000)
    base = week(0.4, 0.6, 5)
    assert week(0.7, 0.9, 5).calendar_pct > base.calendar_pct
    assert week(0.4, 0.6, 10).cycling_pct > base.cycling_pct
    deep = week(0.1, 0.9, 5)
    assert deep.cycling_pct > 2 * base.cycling_pct and deep.full_cycles == pytest.approx(4)


def test_a_battery_at_rest_pays_its_calendar_only():
    rest = wear.of_week([0.5] * 100, 7, 60_000)
    assert rest.cycling_pct == 0 and rest.full_cycles == 0
    assert rest.cost == pytest.approx(rest.calendar_pct / 100 / wear.END_OF_LIFE * wear.PRICE_PER_KWH * 60)


def test_the_price_of_throughput_pays_for_the_battery_over_its_life():
    assert wear.throughput_price(1500) * 2 * 1500 * 60 == pytest.approx(wear.PRICE_PER_KWH * 60)
