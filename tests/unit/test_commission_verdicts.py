"""Edges and verdicts by numbers: what a ratio means, and that nothing is said of what is not clear.

Not its job: a whole site (tests/sim/test_commission.py).
"""

import random
from types import SimpleNamespace

from tools.gateway.commission import edges, verdicts

ONE = SimpleNamespace(phases=1, phase="b")
THREE = SimpleNamespace(phases=3, phase="a")
FACTS = {"name": "ev", "path": "evse[0]", "profile": "p", "told_w": 1500, "seen_w": 1500, "is_rest_turned": False}
SURE = 0.05


def codes(device, ratios, error=SURE, **facts):
    return [row["code"] for row in verdicts.judge(device, [(ratio, error) for ratio in ratios], {**FACTS, **facts})]


def test_every_verdict_of_one_phase():
    for ratios, expected in (
            ((0, 1, 0), []), ((0.03, 0.9, -0.05), []), ((0, -1, 0), ["meter_phase_reversed"]), ((0, 0, 1), ["wrong_phase"]),
            ((-1, 0, 0), ["wrong_phase", "meter_phase_reversed"]), ((0, 0, -0.5), ["clamp_pairing"]), ((0, 10, 0), ["meter_scale"]),
            ((0, 0.1, 0), ["meter_scale"]), ((0, 0, 0), ["not_behind_meter"]), ((0.33, 0.33, 0.34), ["uses_three_phases"]),
            ((1, 1, 0), ["unclear"]), ((0, 0.6, 0), ["unclear"])):
        assert codes(ONE, ratios) == expected, ratios
    assert codes(ONE, (0, -1, 0), is_rest_turned=True) == ["meter_reversed"]
    assert codes(ONE, (0, 10, 0), seen_w=150) == ["charger_scale"]


def test_every_verdict_of_three_phases():
    third = 1 / 3
    for ratios, expected in (
            ((third, third, third), []), ((-third, -third, -third), ["meter_reversed"]), ((third, -third, third), ["meter_phase_reversed"]),
            ((third, -third / 2, -third / 2), ["clamp_pairing"]), ((third, third, 0), ["clamp_missing"]), ((0, 1, 0), ["uses_one_phase"]),
            ((10 * third, 10 * third, 10 * third), ["meter_scale"]), ((third / 10, third / 10, third / 10), ["meter_scale"]),
            ((0, 0, 0), ["not_behind_meter"])):
        assert codes(THREE, ratios, 0.02) == expected, ratios


def test_a_phase_that_moves_a_tenth_or_may_have_moved_is_not_still():
    for device, share in ((ONE, 1), (THREE, 1 / 3)):
        for ratio, error, expected in ((0, 0.02, True), (0.03, 0.02, True), (0.06, 0.02, False), (0.1, 0.02, False), (0, 0.05, False)):
            assert verdicts.is_still(device, [(share * ratio, error)] * 3) is expected, (share, ratio, error)
    assert not verdicts.is_still(ONE, [(0, 0.02), (0.1, 0.02), (0, 0.02)])
    assert not verdicts.is_still(ONE, []), "no edge says nothing"


def test_what_is_not_sure_is_never_accused():
    for ratios in ((0, 1, 0), (0, -1, 0), (0, 0, 1), (1, 0, 0)):
        assert codes(ONE, ratios, 0.9) == ["unclear"], ratios


def windows(before_w, after_w, charger_w, count=5):
    """Two windows of samples around a charger's edge."""
    return ([(at, 0, before_w) for at in range(count)], [(at, charger_w, after_w) for at in range(count)])


def test_an_edge_is_a_difference_of_medians():
    before, after = windows([-300, -200, -100], [-1800, -200, -100], -1500)
    before[2] = (2, 0, [-9000, -200, -100])     # one bad reading
    assert edges.edge(before, after) == (-1500, [-1500, 0, 0])
    assert edges.edge(before[:3], after) is None, "too few samples"
    assert edges.edge(before, [(0, -50, [0, 0, 0])] * 5) is None, "the charger did not move"


def test_a_fifth_of_spoilt_edges_changes_no_ratio():
    drawn = random.Random(1)
    for _ in range(200):
        found = []
        for _ in range(14):
            moved_w = drawn.choice((-1500, 1500))
            spoilt_w = drawn.choice((-2000, 2000)) if drawn.random() < 0.2 else 0
            found.append((moved_w, [moved_w + spoilt_w + drawn.gauss(0, 20), drawn.gauss(0, 20), 0]))
        (ratio, error), (other, _), _ = edges.ratios(found)
        # Wrong and sure would accuse a right site; wrong and unsure asks for another pulse.
        assert error > 0.3 or abs(ratio - 1) < 0.15, (ratio, error)
        assert abs(other) < 0.1


def test_every_finding_has_words_that_can_be_filled():
    facts = {**FACTS, "phases": "b", "told": "a", "factor": "10", "wanted": "1/10", "seen": "x", "watts": 1, "amps": 50.0, "fuse": 25}
    for code in verdicts.FINDINGS:
        row = verdicts.finding(code, **facts)
        assert row["what"] and row["change"] and "%" not in row["what"].replace("50 %", ""), row
