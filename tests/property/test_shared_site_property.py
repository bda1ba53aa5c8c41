"""Several gateways behind one fuse: whatever is lost, late, twice, or dies, together they never may draw too much.

Not its job: wires and brokers (tests/fault/test_shared_fuse).
Source: edge/shared_site; the network here keeps only what the link promises: a message that is older than one taken
before, or that answers nothing recent, never arrives (edge/shared_site/talk.py).
"""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from edge.shared_site.master import Master, raise_alike
from edge.shared_site.member import PROMISE_LEASES, Member
from edge.shared_site.talk import Talk

LEASE_MS = 5000
STEP_MS = 100
FUSE_MA, HOUSE_MA, GUARANTEED_MA = 63000, 12000, 12000
NAMES = ("b", "c", "d")


class Machine:
    """One gateway: its logic, its side of the talks, a clock of its own, and chargers that outlive it by a lease."""

    def __init__(self, name, chance):
        self.name = name
        self.chance = chance
        self.boots = 0
        self.draw_ma = [0] * 3
        self.want_ma = [0] * 3
        self.died_ms = 0
        self.start(0)

    def start(self, now_ms):
        self.boots += 1
        self.is_up = True
        # Nobody's clock agrees with anybody's; its rate is off by up to one percent.
        self.offset_ms, self.rate = self.chance.randrange(10 ** 6), self.chance.uniform(0.99, 1.01)
        self.begun_ms = now_ms
        boot = "%s%d" % (self.name, self.boots)
        if self.name == "a":
            self.logic = Master({name: GUARANTEED_MA for name in NAMES}, GUARANTEED_MA, LEASE_MS)
            self.talks = {name: Talk(boot, LEASE_MS) for name in NAMES}
        else:
            self.logic = Member(GUARANTEED_MA, LEASE_MS)
            self.talks = {"a": Talk(boot, LEASE_MS)}
        self.limit_ma = [0] * 3

    def die(self, now_ms):
        self.is_up = False
        self.died_ms = now_ms

    def clock_ms(self, now_ms):
        return self.offset_ms + int((now_ms - self.begun_ms) * self.rate)

    def deliver(self, now_ms, sender, message):
        at_ms = self.clock_ms(now_ms)
        is_fresh, _ = self.talks[sender].take(at_ms, message)
        answers = []
        if is_fresh and self.name == "a" and "draw_ma" in message:
            self.logic.take(at_ms, {"from": sender, **message})
        elif is_fresh and "limit_ma" in message:
            self.logic.take(message)
        elif not is_fresh and self.name == "a":
            answers.append((sender, self.talks[sender].envelope(at_ms, {})))
        return answers

    def step(self, now_ms):
        at_ms = self.clock_ms(now_ms)
        if self.name == "a":
            limit, grants = self.logic.step(at_ms, [FUSE_MA - HOUSE_MA] * 3, self.draw_ma, self.want_ma)
            out = {name: {"limit_ma": granted_ma} for name, granted_ma in grants.items()}
        else:
            limit, report = self.logic.step(at_ms, self.draw_ma, self.want_ma)
            out = {} if report is None else {"a": report}
        self.limit_ma = list(limit)
        self.draw_ma = [min(limit[k], self.want_ma[k]) for k in range(3)]
        return [(peer, self.talks[peer].envelope(at_ms, content)) for peer, content in out.items()]


class Site:
    """Four gateways and a network that may do anything to a message."""

    def __init__(self, seed, *, loss, late_ms):
        self.chance = random.Random(seed)
        self.machines = {name: Machine(name, self.chance) for name in ("a",) + NAMES}
        self.loss, self.late_ms = loss, late_ms
        self.now_ms = 0
        self.flying = []        # (arrives ms, sender, receiver, message)

    def run(self, duration_ms):
        for _ in range(duration_ms // STEP_MS):
            self.now_ms += STEP_MS
            due = [row for row in self.flying if row[0] <= self.now_ms]
            self.flying = [row for row in self.flying if row[0] > self.now_ms]
            self.chance.shuffle(due)
            for _, sender, receiver, message in due:
                if self.machines[receiver].is_up:
                    self.send(receiver, self.machines[receiver].deliver(self.now_ms, sender, message))
            for machine in self.machines.values():
                if machine.is_up:
                    self.send(machine.name, machine.step(self.now_ms))
                elif self.now_ms - machine.died_ms >= LEASE_MS:
                    machine.draw_ma = [0] * 3       # the chargers' own timers
            self.check()

    def send(self, sender, messages):
        for receiver, message in messages:
            for _ in range(2 if self.chance.random() < 0.1 else 1):
                if self.chance.random() >= self.loss:
                    self.flying.append((self.now_ms + self.chance.randrange(1, self.late_ms + 1), sender, receiver, message))

    def check(self):
        for k in range(3):
            most_ma = sum(machine.limit_ma[k] if machine.is_up else machine.draw_ma[k] for machine in self.machines.values())
            assert most_ma <= FUSE_MA - HOUSE_MA, (self.now_ms, k, {m.name: (m.is_up, m.limit_ma) for m in self.machines.values()})


def wish(site, name, want_ma):
    site.machines[name].want_ma = [want_ma] * 3


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10 ** 9), st.sampled_from([0, 0.1, 0.5, 0.9]), st.sampled_from([20, 400, 3000, 12000]))
def test_together_they_never_may_draw_more_than_fuse_and_house_leave(seed, loss, late_ms):
    site = Site(seed, loss=loss, late_ms=late_ms)
    chance = random.Random(seed + 1)
    for _ in range(60):
        machine = site.machines[chance.choice(("a", "b", "c", "d"))]
        happens = chance.random()
        if happens < 0.2 and machine.is_up:
            machine.die(site.now_ms)
        elif not machine.is_up:
            machine.start(site.now_ms)
        else:
            machine.want_ma = [chance.choice((0, 0, 6000, 16000, 32000, 60000)) for _ in range(3)]
        site.run(chance.choice((100, 500, 2000, 7000)))
    # then everything heals, and everybody has at least its own
    for machine in site.machines.values():
        if not machine.is_up:
            machine.start(site.now_ms)
        machine.want_ma = [60000] * 3
    site.loss, site.late_ms = 0, 20
    site.run(2 * late_ms + 2 * PROMISE_LEASES * LEASE_MS)
    for machine in site.machines.values():
        assert min(machine.limit_ma) >= GUARANTEED_MA, machine.name
    assert sum(machine.limit_ma[0] for machine in site.machines.values()) >= FUSE_MA - HOUSE_MA - 4


def test_what_three_do_not_use_the_fourth_gets_and_gives_back():
    site = Site(1, loss=0, late_ms=20)
    wish(site, "b", 50000)
    site.run(30000)
    assert site.machines["b"].limit_ma == [50000] * 3
    wish(site, "c", 20000)
    begun_ms = site.now_ms
    while site.machines["c"].limit_ma[0] < 20000:
        site.run(STEP_MS)
    assert site.now_ms - begun_ms <= 1500, "as long as two messages and their answers take"
    # 50 A want, 20 A want, 51 A are there: c gets what it wants, b the rest
    assert site.machines["b"].limit_ma == [31000] * 3


def test_a_dead_master_leaves_everybody_its_own():
    site = Site(2, loss=0, late_ms=20)
    wish(site, "b", 50000)
    site.run(30000)
    site.machines["a"].die(site.now_ms)
    site.run(LEASE_MS + 500)
    assert site.machines["b"].limit_ma == [GUARANTEED_MA] * 3
    wish(site, "c", 20000)
    site.run(PROMISE_LEASES * LEASE_MS)
    assert site.machines["c"].limit_ma == [GUARANTEED_MA] * 3, "what it had left is its own again"
    site.machines["a"].start(site.now_ms)
    site.run(4 * LEASE_MS)
    assert site.machines["b"].limit_ma == [31000] * 3 and site.machines["c"].limit_ma == [20000] * 3


@given(st.integers(0, 10 ** 5), st.lists(st.tuples(st.integers(0, 9999), st.integers(0, 9999)), min_size=1, max_size=9))
def test_levels_rise_alike_and_use_the_room(room_ma, rows):
    levels, tops = [row[0] for row in rows], [row[1] for row in rows]
    before = list(levels)
    left_ma = raise_alike(room_ma, levels, tops)
    assert left_ma + sum(levels) == room_ma + sum(before) and left_ma >= 0
    assert all(was <= level <= max(was, top) for was, level, top in zip(before, levels, tops))
    assert left_ma < len(rows) or all(level >= top for level, top in zip(levels, tops))
