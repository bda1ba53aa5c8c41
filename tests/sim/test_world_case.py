"""One station through the whole chain: registers, gateway, broker, supervisor, and back to the feeder."""

import math

from host_sim.scenarios.model import Scenario
from host_sim.world import World

CALM = Scenario(name="calm", title="", text="", focus="611", load_level=((0, 0.0062),), plugged=("611",), settle_s=15,
                duration_s=1)


def test_supervisor_lifts_and_says_so():
    world = World(CALM, buses=("611",))
    recording = world.run()
    node = world.nodes["611"]
    assert world.violations == []
    assert node.gateway.vpp.is_up and node.gateway.vpp.inbox.refused == 0
    assert world.supervisor.supervisor.desk.stage(("gw-611", "wape_lift")) == "applied"
    assert round(recording.mean("611", "p_w", 0, 1)) == -6000
    assert abs(recording.mean("611", "q_var", 0, 1)) < 1
    assert "default" in node.ask({"ask": "why"})["why"][0]["why"]


def test_without_supervisor_the_law_of_the_paper_holds_at_the_station():
    stressed = CALM._replace(load_level=((-35, 0.0062), (-20, 0.0100)), supervised=False, settle_s=40)
    world = World(stressed, buses=("611",))
    recording = world.run()
    v_v = recording.mean("611", "v_v", 0, 1)
    p_w = -recording.mean("611", "p_w", 0, 1)
    q_var = recording.mean("611", "q_var", 0, 1)
    w = (v_v - 0.9639 * 415) / ((0.9831 - 0.9639) * 415)
    assert 0 < w < 1, v_v
    assert abs(p_w - 6000 * w) < 30
    assert abs(q_var - min(570 * (415 - v_v), math.sqrt(7360 ** 2 - p_w ** 2))) < 30


def test_power_balance_at_the_meter():
    world = World(CALM, buses=("611",))
    world.run()
    station = world.plant.stations["611"]
    load_w = world.nodes["611"].gateway.state.site.load_w
    assert abs(station.meter.bank.get("p_pcc_w") - (station.charger.p_w - sum(station.load_w))) < 1
    assert abs(load_w - sum(station.load_w)) < 5


def test_observing_gateway_never_writes():
    def observe(bus, document):
        document["gateway"]["mode"] = "observe"
    world = World(CALM, buses=("611",), change_document=observe)
    world.run()
    assert world.violations == []
    assert all(bank.writes == 0 for bank in world.banks.values())
    assert world.plant.stations["611"].charger.p_w == 0
    # Told, not silent: every lease is answered with its reason.
    assert world.supervisor.supervisor.desk.refusals[0][3] == "observe_mode"


def test_supervisor_sees_the_margin_of_the_true_feeder():
    world = World(CALM)
    world.run()
    estimate, truth = world.supervisor.supervisor.margin, world.plant.margins()
    assert abs(estimate[0] - truth[0]) < 0.01 and abs(estimate[1] - truth[1]) < 0.01


def test_ticks_wrap_without_anybody_noticing():
    world = World(CALM._replace(supervised=False), buses=("611",))
    clock = world.nodes["611"].ports.clock
    world.run_until_s(-15 + 4.9)
    before = clock.ticks_ms()
    world.run()
    assert before > 2 ** 29 > clock.ticks_ms()
    # The start falls 200 ms into the world; a tick every 100 ms from there on.
    assert abs(world.nodes["611"].gateway.ticks - 158) <= 1 and world.nodes["611"].gateway.stalls == 0
