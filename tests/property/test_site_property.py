"""Sharing a site for all inputs: never beyond the rooms, nothing left that somebody could use, never two of a word.

Source: edge/site_rooms.py, site_laxity.py and site_turns.py.
"""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from edge import site_rooms
from edge.site import weights
from edge.site_laxity import speeds
from edge.site_turns import FLOW_W
from tests.portable.test_site_turns import Site

PLACES = st.sampled_from([weights(3, "a"), weights(1, "a"), weights(1, "b"), weights(1, "c")])
WATTS = st.floats(0, 22000)
DER = st.tuples(PLACES, st.floats(-22000, 22000) | st.none(), WATTS, WATTS)
ROOMS = st.lists(st.floats(0, 60000), min_size=8, max_size=8)
WAITS = st.lists(st.none() | st.floats(-86400, 600000), min_size=8, max_size=8)
HOW = st.sampled_from(["equal", "priority", "laxity"])


def used(ders, shares_w, k):
    return sum(der[0][k] * share_w for der, share_w in zip(ders, shares_w))


@settings(max_examples=400, deadline=None)
@given(st.lists(DER, min_size=1, max_size=8), ROOMS, WAITS, HOW)
def test_shares_fit_the_rooms_and_leave_nothing_that_somebody_could_use(ders, rooms_w, waits_s, how):
    for side, shares_w in enumerate(site_rooms.fill(rooms_w, ders, how, waits_s=waits_s[:len(ders)])):
        room_w = rooms_w[4 * side:4 * side + 4]
        for k in range(4):
            assert used(ders, shares_w, k) <= room_w[k] + 0.02
        for der, share_w in zip(ders, shares_w):
            assert 0 <= share_w <= der[2 + side] + 1e-6
            if share_w < der[2 + side] - 0.1:
                left_w = [room_w[k] - used(ders, shares_w, k) for k in range(4) if der[0][k] > 0]
                assert min(left_w) <= 0.1, "room is left, and somebody wants it"


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(PLACES, st.floats(-22000, 0), WATTS), min_size=2, max_size=8), ROOMS, WAITS, HOW, st.data())
def test_whoever_obeys_fits_beside_those_that_do_not(rows, rooms_w, waits_s, how, data):
    ders = [(weight, p_w, wants_w, 0) for weight, p_w, wants_w in rows]
    follow = [data.draw(st.sampled_from([[0, 0], [22000, 0]])) for _ in rows]
    set_w = [-most_w for most_w, _ in follow]
    _, moved_w = site_rooms.excess(ders, set_w, follow, 0)
    shares_w, _ = site_rooms.fill(rooms_w, ders, how, waits_s=waits_s[:len(ders)], follow=follow, set_w=set_w)
    real_w = [moved or share_w for moved, share_w in zip(moved_w, shares_w)]
    obedient = [k for k in range(4) if any(not moved and der[0][k] and share_w > 0.1
                                           for der, moved, share_w in zip(ders, moved_w, shares_w))]
    for k in obedient:
        assert used(ders, real_w, k) <= rooms_w[k] + 0.02, "somebody was given what a stubborn one takes"


@settings(max_examples=200, deadline=None)
@given(st.lists(st.none() | st.floats(-86400, 600000), min_size=1, max_size=8), st.integers(0, 7), st.floats(-2, 2))
def test_speeds_follow_patience_smoothly_and_in_order(waits_s, place, change_s):
    before, _ = speeds(waits_s)
    for i, first in enumerate(waits_s):
        for j, second in enumerate(waits_s):
            if first is not None and (second is None or first < second):
                assert before[i] >= before[j] > 0
    place %= len(waits_s)
    if waits_s[place] is not None:
        after, _ = speeds([wait + change_s if i == place else wait for i, wait in enumerate(waits_s)])
        assert all(0.9 < b / a < 1.1 for a, b in zip(before, after))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10 ** 6), HOW)
def test_never_two_of_a_word_whatever_they_want(seed, how):
    chance = random.Random(seed)
    site = Site(["x"] * chance.randrange(2, 5), how)
    for _ in range(40):
        row = chance.choice(site.ders)
        row.wanted_w = chance.choice((0, -6000, -6000, 5000))
        row.view.plugged = chance.random() < 0.9
        row.takes_w = chance.choice((None, None, None, 0))
        row.view.t_departure_ms = chance.choice((None, site.now_ms + chance.randrange(0, 10 ** 7)))
        row.view.e_needed_wh = 6000
        site.run(chance.choice((1, 5, 61, 400, 1000)) * 1000)
    assert site.most_running <= 1
    assert all(abs(row.view.p_ac_w) <= FLOW_W for i, row in enumerate(site.ders) if row.view.waits_turn)
