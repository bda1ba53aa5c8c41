"""The main fuse behind eight chargers of one gateway: steps of the load are cleared in time, the fuse never melts.

Not its job: several gateways behind one fuse (test_shared_fuse).
Source: "cleared below the limit within 2 s of the measurement; never beyond the fuse's thermal curve". The meter shows a
new window every 500 ms, so a measurement comes that long after the step at the latest.
"""

import pytest

from host_sim.world_fuse import FuseWorld

FUSE_A = 63
CLEARED_MS = 2000
METER_MS = 500
STEP_W = 6000
STANDBY_W = 31          # of sim-v2h, which no setpoint covers
THREE_PHASE = {"ev%d" % n: ("sim-four-quadrant", 0) for n in range(1, 9)}
ONE_PHASE = {"ev%d" % n: ("sim-v2h", 0) for n in range(1, 9)}
MIXED = {"ev%d" % n: (("sim-four-quadrant", 0), ("sim-v2h", 0), ("sim-v2h", 1))[n % 3] for n in range(1, 9)}


def world(chargers, **sections):
    """Eight chargers that want all they can, settled behind the fuse."""
    made = FuseWorld(FUSE_A, [("gw", chargers, True, sections)], load_w=(1000, 800, 500))
    made.run_s(40)
    return made


def cleared_ms(made, load_w, run_s=8):
    """How long after the first measurement of a load step the fuse was still overloaded."""
    begin_ms = made.heap.now_ms
    made.house.load_w = list(load_w)
    made.run_s(run_s)
    return max(made.over_since(begin_ms) - METER_MS, 0)


@pytest.mark.parametrize("chargers", [THREE_PHASE, ONE_PHASE, MIXED], ids=["three-phase", "one phase", "mixed"])
@pytest.mark.parametrize("share", ["equal", "priority", "laxity"])
def test_a_load_step_is_cleared_in_time_and_what_it_leaves_is_used(chargers, share):
    made = world(chargers, site={"share": share})
    assert max(made.house.i_a) == pytest.approx(FUSE_A, abs=0.5), "all that the fuse has to give is used"
    assert cleared_ms(made, (1000 + STEP_W, 800 + STEP_W, 500 + STEP_W)) < CLEARED_MS
    assert max(made.house.i_a) == pytest.approx(FUSE_A, abs=0.5)
    assert cleared_ms(made, (13000, 800, 500)) < CLEARED_MS
    made.house.load_w = [1000, 800, 500]
    made.run_s(25)
    assert max(made.house.i_a) == pytest.approx(FUSE_A, abs=0.5)
    assert made.fuse_worst() < 0.05


def test_a_charger_that_no_longer_obeys_is_made_room_for():
    made = world(ONE_PHASE)
    for name in ("ev1", "ev2"):
        ignore_orders(made.house.chargers[name])
    before_w = made.house.chargers["ev1"].p_w
    assert cleared_ms(made, (7000, 800, 500)) < CLEARED_MS
    assert made.house.chargers["ev1"].p_w == pytest.approx(before_w, abs=1), "it goes on"
    assert max(made.house.i_a) == pytest.approx(FUSE_A, abs=0.5)
    assert made.fuse_worst() < 0.05


def test_a_lost_meter_stops_what_can_not_be_watched():
    made = world(MIXED)
    begin_ms = made.heap.now_ms
    made.wires["gw", "bus:meter"].cut(True)
    made.run_s(0.3)
    made.house.load_w = [7000, 6800, 6500]
    made.run_s(10)
    # nobody measures: values count for 2 s, then nothing may charge that is not declared safe
    assert made.over_since(begin_ms) < 2000 + CLEARED_MS
    assert max(abs(charger.p_w) for charger in made.house.chargers.values()) <= STANDBY_W
    made.wires["gw", "bus:meter"].cut(False)
    made.run_s(60)
    assert max(made.house.i_a) == pytest.approx(FUSE_A, abs=0.5) and made.fuse_worst() < 0.1


def test_a_gateway_that_dies_leaves_chargers_that_stop_by_themselves():
    made = world(THREE_PHASE)
    begin_ms = made.heap.now_ms
    made.nodes["gw"].crash()
    made.house.load_w = [7000, 6800, 6500]
    made.run_s(10)
    assert made.over_since(begin_ms) <= 5500, "device_reversion_s"
    assert made.fuse_worst() < 0.2
    made.nodes["gw"].start()
    made.run_s(40)
    assert max(made.house.i_a) == pytest.approx(FUSE_A, abs=0.5)


def test_sockets_with_one_word_are_never_used_together():
    pairs = {"ev%d" % n: ("sim-four-quadrant", 0) for n in range(1, 5)}
    running = []
    made = FuseWorld(FUSE_A, [("gw", pairs, True, {})])
    for number, evse in enumerate(made.nodes["gw"].config.ders):
        assert evse.exclusive is None, number
    words = {"ev1": "left", "ev2": "left", "ev3": "right", "ev4": "right"}
    made = FuseWorld(FUSE_A, [("gw", pairs, True, {})], exclusive=words)

    def look(seen):
        on = [name for name, charger in seen.house.chargers.items() if charger.p_w < -100]
        running.append(on)
        assert len({words[name] for name in on}) == len(on), on

    made.on_step.append(look)
    made.run_s(30)
    assert running[-1] == ["ev1", "ev3"]
    made.house.chargers["ev1"].unplug()
    made.run_s(70)
    assert running[-1] == ["ev2", "ev3"]
    why = {row["name"]: row["why"] for row in made.nodes["gw"].ask({"ask": "why"})["why"]}
    assert "another charger runs" in why["ev4"], why


def ignore_orders(charger):
    """From now on a charger answers and shows what it was told, but goes on as it does."""
    charger.bank.on_write = lambda point, value: 0
    charger.inverter.set_reversion_ms(charger.now_ms, 0)
