"""Of chargers with the same word only one runs; who runs changes late, and never while power flows.

Not its job: shares of those that run (test_site_laxity). Source: the rules in edge/site_turns.py.
"""

from edge import modes
from edge.home_reasons import EXCLUSIVE
from edge.laws.site_share import site_share
from edge.site_turns import HOLD_MS, QUIET_MS, REFUSES_MS, TURN_MS, Turns
from tests.portable.law_bench import Part, section, view

STEP_MS = 1000


class Row:
    """A charger of the controller's state."""

    def __init__(self):
        self.session = modes.CONTROLLING
        self.view = view(p_ac_w=0, p_asked_w=None, p_charge_max_w=6000)
        self.wanted_w = 0       # what its laws ask for
        self.takes_w = None     # what its vehicle really takes; None: all it is given


class Site:
    """Chargers that follow their turn within one step."""

    def __init__(self, words, how="equal"):
        config = Part()
        config.ders = []
        for word in words:
            config.ders.append(Part())
            config.ders[-1].exclusive = word
        config.site = section("site", share=how)
        self.ders = [Row() for _ in words]
        self.turns = Turns(config)
        self.now_ms = 1000
        self.most_running = 0

    def run(self, duration_ms):
        """Let time pass."""
        for _ in range(duration_ms // STEP_MS):
            self.now_ms += STEP_MS
            for row in self.ders:
                row.view.now_ms, row.view.p_asked_w = self.now_ms, row.wanted_w
            self.turns.step(self, self.now_ms, None, [])
            for row in self.ders:
                if row.view.p_ac_w is not None:
                    given_w = 0 if row.view.waits_turn else row.wanted_w
                    row.view.p_ac_w = given_w if row.takes_w is None else row.takes_w
            self.most_running = max(self.most_running, len(self.running()))

    def running(self):
        """Places of those that move power."""
        return [i for i, row in enumerate(self.ders) if row.view.p_ac_w]

    def waiting(self):
        """Places of those out of turn."""
        return [i for i, row in enumerate(self.ders) if row.view.waits_turn]


def test_one_of_a_word_runs_and_strangers_are_left_alone():
    site = Site(["cable", None, "cable", "roof", "roof"])
    for row in site.ders:
        row.wanted_w = -6000
    site.run(5000)
    assert site.running() == [0, 1, 3] and site.waiting() == [2, 4]
    assert site.ders[2].view.waits_turn == EXCLUSIVE and (site.ders[2].view.p_site_lo_w, site.ders[2].view.p_site_hi_w) == (0, 0)
    assert site.ders[0].view.p_site_lo_w is None
    assert site_share(site.ders[2].view, None, None) == ((0, 0, None, None, EXCLUSIVE), None)
    site.run(2 * TURN_MS)
    assert site.running() == [0, 1, 3], "nobody is more urgent than who runs"


def test_the_turn_passes_when_it_is_not_used_after_the_hold():
    site = Site(["x", "x"])
    site.ders[0].wanted_w = site.ders[1].wanted_w = -6000
    site.run(10000)
    site.ders[0].wanted_w = 0
    site.run(QUIET_MS + STEP_MS)
    assert site.running() == [], "still within the hold"
    site.run(HOLD_MS - 20000)
    assert site.running() == [1]
    site.ders[0].wanted_w = -6000
    site.run(HOLD_MS)
    assert site.running() == [1]


def test_a_full_vehicle_that_draws_nothing_does_not_keep_the_turn_for_ever():
    site = Site(["x", "x"])
    site.ders[0].wanted_w = site.ders[1].wanted_w = -6000
    site.ders[0].takes_w = 0
    site.run(REFUSES_MS - 2 * STEP_MS)
    assert site.running() == []
    site.run(3 * STEP_MS)
    assert site.running() == [1]


def test_who_is_clearly_more_urgent_takes_over_through_zero():
    for how, changes in (("priority", 1), ("laxity", 1), ("equal", 0)):
        site = Site(["x", "x"], how)
        site.ders[1].wanted_w = -6000
        site.run(5000)
        assert site.running() == [1]
        site.ders[0].wanted_w = -6000
        site.ders[0].view.t_departure_ms, site.ders[0].view.e_needed_wh = site.now_ms + 4000000, 6000
        site.run(TURN_MS - 10000)
        assert site.running() == [1], how
        site.run(20000)
        assert site.running() == ([0] if changes else [1]), how
        assert site.most_running == 1


def test_one_that_runs_without_being_asked_has_the_turn_and_the_other_stops():
    site = Site(["x", "x"])
    site.ders[0].wanted_w = -6000
    site.run(5000)
    site.ders[1].takes_w = -3000
    site.run(3000)
    assert site.running() == [1], "the one that obeys has made room"
    site.ders[1].takes_w = None
    site.run(HOLD_MS + QUIET_MS + STEP_MS)
    assert site.running() == [0]


def test_unknown_power_lets_nobody_begin_and_stops_nobody():
    site = Site(["x", "x"])
    site.ders[0].wanted_w = -6000
    site.ders[1].view.p_ac_w = None
    site.run(10000)
    assert site.running() == []
    site.ders[1].view.p_ac_w = 0
    site.run(2000)
    assert site.running() == [0]
    site.ders[1].view.p_ac_w = None
    site.run(10000)
    assert site.running() == [0]
    site.ders[1].view.plugged = False      # no vehicle, no power
    site.ders[0].wanted_w = 0
    site.run(2000)
    site.ders[0].wanted_w = -6000
    site.run(2000)
    assert site.running() == [0]


def test_a_dump_brings_the_turn_back():
    site = Site(["x", "x", "x"])
    for row in site.ders:
        row.wanted_w = -6000
    site.run(30000)
    other = Site(["x", "x", "x"])
    other.turns.load(site.turns.dump())
    assert other.turns.dump() == site.turns.dump() == [[0, 2000, 31000, 2000, False]]
