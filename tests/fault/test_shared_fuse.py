"""Four gateways with two chargers each behind one fuse: shares, loans over a real broker core, and every way to lose them.

Not its job: the promises between them for all orders of messages (tests/property/test_shared_site_property.py).
Source: "cleared below the limit within 2 s of the measurement; never beyond the fuse's thermal curve".
"""

import random

import pytest

from host_sim.plant.fuse import melting_s
from host_sim.world_fuse import FuseWorld
from tests.fault.test_fuse import CLEARED_MS, FUSE_A, METER_MS, ignore_orders

HOUSE_A, OWN_A, LEASE_S = 15, 12, 5
KEY = "00112233445566778899aabbccddeeff"
NAMES = ("gw-a", "gw-b", "gw-c", "gw-d")
LOW_W, HIGH_W = (1000, 800, 500), (3300, 3100, 2800)       # the house stays below what is kept for it
V_LN_V = 230
# What a charger draws for itself no setpoint covers: eight of them that begin at once are seen a few ticks later.
MOMENT_MS = {"sim-four-quadrant": 0, "sim-v2h": 400}


def gateways(profile="sim-four-quadrant", **further):
    """Rows of FuseWorld; the first one is the master."""
    rows = []
    for number, name in enumerate(NAMES):
        shared = {"role": "member", "key": KEY, "i_guaranteed_a": OWN_A, "lease_s": LEASE_S}
        sections = {"site_link": {"host": "broker"}, "shared_site": shared, **further}
        if not number:
            shared.update(role="master", i_house_a=HOUSE_A)
            sections["member"] = [{"gateway": other, "i_guaranteed_a": OWN_A} for other in NAMES[1:]]
        chargers = {"%s-%d" % (name[-1], n): (profile, 0) for n in (1, 2)}
        rows.append((name, chargers, not number, sections))
    return rows


def world(profile="sim-four-quadrant", load_w=LOW_W, run_s=35, **options):
    made = FuseWorld(FUSE_A, gateways(profile), load_w=load_w, **options)
    made.run_s(run_s)
    return made


def drawn_a(made, name):
    """Most that a gateway's chargers draw on a phase, A."""
    return max(made.house.drawn_a([each for each in made.house.chargers if each[0] == name[-1]]))


def longest_over_ms(made):
    """Longest time that the fuse carried more than it is for, ms."""
    return max([end_ms - from_ms for from_ms, end_ms in made.over_ms], default=0)


def watch(made):
    """From now on fuse and house are kept to within what a meter can tell and a charger takes to follow."""
    def look(seen):
        for k in range(3):
            assert seen.house.i_a[k] <= max(FUSE_A, seen.house.load_w[k] / V_LN_V) + 1, (seen.heap.now_ms, seen.house.i_a)
    made.on_step.append(look)


@pytest.mark.parametrize("profile", ["sim-four-quadrant", "sim-v2h"])
def test_what_the_house_leaves_is_lent_and_used(profile):
    made = world(profile)
    assert longest_over_ms(made) <= MOMENT_MS[profile], "from the first start on"
    assert max(made.house.i_a) == pytest.approx(FUSE_A, abs=1.5)
    for name in NAMES:
        assert drawn_a(made, name) >= OWN_A, name
    # two stop: the others get their part
    for charger in ("a-1", "a-2", "b-1", "b-2"):
        made.house.chargers[charger].unplug()
    made.run_s(40)
    assert max(made.house.i_a) == pytest.approx(FUSE_A, abs=1.5) or drawn_a(made, "gw-c") > 20
    assert drawn_a(made, "gw-c") > OWN_A + 5
    # and give it back when they return
    for charger in ("a-1", "a-2", "b-1", "b-2"):
        made.house.chargers[charger].plug()
    made.run_s(20)
    for name in NAMES:
        assert drawn_a(made, name) >= OWN_A - 0.2, name
    assert made.fuse_worst() < 0.01 and longest_over_ms(made) <= MOMENT_MS[profile]


@pytest.mark.parametrize("profile", ["sim-four-quadrant", "sim-v2h"])
def test_a_load_step_is_cleared_in_time(profile):
    made = world(profile)
    begin_ms = made.heap.now_ms
    made.house.load_w = list(HIGH_W)
    made.run_s(10)
    assert made.over_since(begin_ms) - METER_MS < CLEARED_MS
    made.house.load_w = [13000, 12800, 12500]       # beyond what is kept for the house: the master gives way, own shares stay
    begin_ms = made.heap.now_ms
    made.run_s(10)
    assert drawn_a(made, "gw-a") < 0.5
    assert all(drawn_a(made, name) == pytest.approx(OWN_A, abs=0.3) for name in NAMES[1:])
    assert max(made.house.i_a) < 13000 / V_LN_V + 3 * OWN_A + 1


@pytest.mark.parametrize("at_ms", (0, 130, 500, 1700))
def test_the_master_dies_at_any_time_and_the_house_goes_up_with_it(at_ms):
    made = world(run_s=35 + at_ms / 1000)
    begin_ms = made.heap.now_ms
    made.nodes["gw-a"].crash()
    made.house.load_w = list(HIGH_W)
    made.run_s(12)
    # nobody measures any more: a lease, and the chargers of the master, end by themselves
    assert made.over_since(begin_ms) <= LEASE_S * 1000 + 700
    assert made.fuse_worst() < LEASE_S / melting_s(1.5 * FUSE_A, FUSE_A) < 0.1
    for name in NAMES[1:]:
        assert drawn_a(made, name) == pytest.approx(OWN_A, abs=0.3), name
    assert drawn_a(made, "gw-a") < 0.1
    made.nodes["gw-a"].start()
    made.run_s(40)
    assert max(made.house.i_a) == pytest.approx(FUSE_A, abs=1.5)


def test_the_broker_is_away_and_everybody_falls_back_to_its_own():
    made = world()
    watch(made)
    for name in NAMES:
        made.wires[name, "site"].cut(True)
    made.run_s(LEASE_S + 1)
    for name in NAMES[1:]:
        assert drawn_a(made, name) == pytest.approx(OWN_A, abs=0.3), name
    made.run_s(20)
    for name in NAMES:
        made.wires[name, "site"].cut(False)
    made.run_s(60)
    assert max(made.house.i_a) == pytest.approx(FUSE_A, abs=1.5)


def test_a_silent_meter_lends_nothing():
    made = world()
    watch(made)
    made.wires["gw-a", "bus:meter"].cut(True)
    made.run_s(10)
    assert drawn_a(made, "gw-a") < 0.1, "what it can't watch it stops"
    assert all(drawn_a(made, name) <= OWN_A + 0.3 for name in NAMES[1:])
    made.wires["gw-a", "bus:meter"].cut(False)
    made.run_s(40)
    assert max(made.house.i_a) == pytest.approx(FUSE_A, abs=1.5)


def test_a_charger_of_a_member_that_no_longer_obeys_is_made_room_for():
    made = world()
    ignore_orders(made.house.chargers["b-1"])
    begin_ms = made.heap.now_ms
    made.house.load_w = list(HIGH_W)
    made.run_s(10)
    assert made.over_since(begin_ms) - METER_MS < CLEARED_MS
    assert drawn_a(made, "gw-b") > 1


@pytest.mark.parametrize("seed", range(2))
def test_a_storm_of_faults_never_overloads_the_fuse_for_long(seed):
    """Cuts, crashes, slow networks, vehicles coming and going, for three minutes; the house stays below its part."""
    chance = random.Random(seed)
    made = world(run_s=20, seed=seed)
    for _ in range(40):
        name = chance.choice(NAMES)
        node, wire = made.nodes[name], made.wires[name, "site"]
        happens = chance.randrange(5)
        if happens == 0:
            wire.cut(not wire.is_cut)
        elif happens == 1 and node.gateway is not None:
            node.crash()
        elif node.gateway is None:
            node.start()
        elif happens == 2:
            wire.latency_ms = chance.choice((2, 30, 400, 1500))
        elif happens == 3:
            charger = made.house.chargers[name[-1] + "-1"]
            charger.unplug() if charger.battery else charger.plug()
        else:
            made.house.load_w = list(chance.choice((LOW_W, LOW_W, HIGH_W)))
        made.run_s(chance.choice((0.3, 2, 9)))
    assert longest_over_ms(made) <= LEASE_S * 1000 + CLEARED_MS
    assert made.fuse_worst() < 0.1
    for name in NAMES:
        made.wires[name, "site"].cut(False)
        made.wires[name, "site"].latency_ms = 2
        if made.nodes[name].gateway is None:
            made.nodes[name].start()
        made.house.chargers[name[-1] + "-1"].plug()
    made.house.load_w = list(LOW_W)
    made.run_s(60)
    assert max(made.house.i_a) == pytest.approx(FUSE_A, abs=1.5)
    for name in NAMES:
        assert drawn_a(made, name) >= OWN_A - 0.3, name
