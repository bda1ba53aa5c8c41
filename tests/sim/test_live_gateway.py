"""One real gateway process between a charger and a broker: clean stop, sudden death, a charger that vanishes.

Source: behaviour promised in ARCHITECTURE.md; watched by paho at the broker and by plain Modbus bytes at the charger.
"""

import signal

import pytest

from host_sim.broker import mosquitto, start_broker
from tests.sim.live_bench import OWNER, P_SET, LiveBench

ENOUGH_W = -300     # charging has begun; after a start the under-voltage limit opens over ten seconds


@pytest.fixture(params=("own", "mosquitto"))
def bench(request, tmp_path):
    """A LiveBench on each of the two brokers."""
    if request.param == "mosquitto" and not mosquitto.find():
        pytest.skip("mosquitto is not installed")
    with start_broker(own=request.param == "own") as broker, LiveBench(tmp_path, broker) as bench:
        yield bench


@pytest.fixture
def running(bench):
    """Charger and gateway run, the gateway lets it charge."""
    bench.start_charger()
    bench.start_gateway()
    bench.wait_status(lambda answer: answer["ders"][0]["p_set_w"] < ENOUGH_W)
    assert bench.wait_told("state", lambda content: content["state"] == "online")
    return bench


def test_sigterm_ramps_down_gives_back_and_says_good_bye(running):
    assert running.end(running.gateway) == 0
    assert running.registers(OWNER, 1) == [0]
    assert running.registers(P_SET, 2) == [0, 0]
    assert running.wait_told("state", lambda content: content["state"] == "offline")
    assert running.told("state")[-1]["state"] == "offline"
    events = [content["name"] for content in running.told("event")]
    assert "stopping" in events


def test_killed_gateway_is_declared_dead_by_the_broker_and_resumes(running):
    boot = running.told("state")[-1]["boot"]
    assert running.end(running.gateway, signal.SIGKILL) == -signal.SIGKILL
    # The last will: nobody else could have said it.
    assert running.wait_told("state", lambda content: content["state"] == "offline")["boot"] == boot
    running.start_gateway()
    running.wait_status(lambda answer: answer["ders"][0]["p_set_w"] < ENOUGH_W)
    assert running.wait_told("state", lambda content: content["state"] == "online" and content["boot"] != boot)
    assert running.end(running.gateway) == 0
    assert running.registers(OWNER, 1) == [0]


def test_vanished_charger_is_reported_and_taken_again(running):
    running.end(running.charger, signal.SIGKILL)
    lost = running.wait_status(lambda answer: not answer["buses"][0]["up"])
    assert lost["ders"][0]["session"] == "offline"
    assert running.wait_told("event", lambda content: content["name"] == "link_lost")
    assert running.wait_told("event", lambda content: content["name"] == "charger_lost")
    running.start_charger()
    running.wait_session("controlling")
    running.wait_status(lambda answer: answer["ders"][0]["p_set_w"] < ENOUGH_W)
    assert running.registers(OWNER, 1) == [1]


def test_gateway_waits_for_a_charger_that_is_not_there_yet(bench):
    bench.start_gateway()
    assert bench.wait_session("offline")["ders"][0]["p_ac_w"] is None
    bench.start_charger()
    bench.wait_session("controlling")


def test_stop_without_a_charger_does_not_hang(bench):
    bench.start_gateway()
    bench.wait_session("offline")
    assert bench.end(bench.gateway) == 0
    assert bench.wait_told("state", lambda content: content["state"] == "offline")
