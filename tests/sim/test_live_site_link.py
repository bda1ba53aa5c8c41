"""One real gateway process with two MQTT links, to the power plant's broker and to the household's, both Mosquitto.

Source: behaviour promised in edge/link/site_link.py; watched by paho. The words of a master are made here, so that the
wire format of a shared site is looked at from outside.
"""

import json

import pytest

from edge.shared_site.talk import Talk
from host_sim.broker import Access, mosquitto
from host_sim.broker.mosquitto import Mosquitto
from protocols import auth
from tests.conformance.mqtt_peer import Peer
from tests.sim.live_bench import LiveBench
from tests.unit import home_assistant

PASSWORD = "of the house"
SITE_KEY = "00112233445566778899aabbccddeeff"
OWN_A, LENT_A = 2, 6
BASE = "v2g-edge/gw-1/"


class Bench(LiveBench):
    """A LiveBench whose gateway has a household's broker too."""

    def __init__(self, folder, broker, home):
        self.home = home
        super().__init__(folder, broker)
        self.person = Peer(home, "person", user="person", password=PASSWORD).subscribe(
            (BASE + "#", 1), ("v2g-edge/site/#", 0), ("homeassistant/#", 1))

    def _document(self, broker):
        return {
            **super()._document(broker),
            "site_link": {"host": self.home.host, "port": self.home.port, "password": PASSWORD},
            "shared_site": {"role": "member", "key": SITE_KEY, "i_guaranteed_a": OWN_A, "lease_s": 5},
            "input": [{"quantity": "soc_pct", "topic": "car/soc"}],
        }

    def said(self, topic):
        """Payloads of a topic of the gateway so far."""
        with self.person.news:
            return [entry[2] for entry in self.person.log if entry[0] == "message" and entry[1] == topic]

    def wait_said(self, topic, holds):
        """Waits for a JSON payload that holds; returns it."""
        return self.wait(lambda: next((found for found in map(json.loads, self.said(topic)) if holds(found)), None))


@pytest.fixture
def bench(tmp_path):
    if not mosquitto.find():
        pytest.skip("mosquitto is not installed")
    access = Access({"gw-1": PASSWORD, "person": PASSWORD})
    with Mosquitto() as broker, Mosquitto(access) as home, Bench(tmp_path, broker, home) as bench:
        bench.start_charger()
        # Somebody told his page to retain: the gateway finds it at every start. (To who listens already, a broker hands
        # it on as an ordinary message.)
        bench.person.publish(BASE + "set/wish", json.dumps({"wish": "discharge_now"}), retain=True)
        bench.start_gateway()
        yield bench
        bench.person.bye()


def test_two_brokers_wishes_values_and_a_lent_share(bench):
    assert bench.wait(lambda: "online" in bench.said(BASE + "online") or None)
    assert bench.wait_told("state", lambda content: content["state"] == "online")
    bench.wait_session("controlling")

    # the retained wish, a good one, a wrong one: each is answered
    assert bench.wait_said(BASE + "answer", lambda found: not found["ok"])["name"] == "retained"
    bench.person.publish(BASE + "set/wish", json.dumps({"wish": "idle", "minutes": 5, "id": 1}))
    assert bench.wait_said(BASE + "answer", lambda found: found["id"] == 1)["ok"]
    bench.person.publish(BASE + "set/wish", "{nonsense")
    assert bench.wait_said(BASE + "answer", lambda found: found.get("name") == "malformed")
    bench.wait_said(BASE + "state/ev", lambda found: found["wish"] == "idle")
    bench.person.publish(BASE + "set/wish", json.dumps({"wish": "none", "id": 2}))
    assert bench.wait_said(BASE + "answer", lambda found: found["id"] == 2)["ok"]
    bench.person.publish("car/soc", "61.5", qos=0)

    # what Home Assistant would make of it: found, and a choice made there taken here
    charger = bench.wait_said("homeassistant/device/v2g_gw-1_ev/config", lambda found: found["components"])
    assert home_assistant.problems(charger) == []
    wish = charger["components"]["wish"]
    bench.person.publish(wish["command_topic"], home_assistant.command(wish, "idle"))
    bench.wait_said(charger["state_topic"], lambda found: home_assistant.value(wish, json.dumps(found)) == "idle")
    bench.person.publish(wish["command_topic"], home_assistant.command(wish, "none"))
    bench.wait_said(charger["state_topic"], lambda found: home_assistant.value(wish, json.dumps(found)) == "none")

    lend(bench)
    # 3 kW are asked for; alone it may draw 2 A x 3 phases, lent 6 A
    bench.wait_status(lambda answer: answer["ders"][0]["p_set_w"] < -2000)
    bench.person.client.on_message = lambda client, user, message: None      # the master falls silent
    bench.wait_status(lambda answer: -1500 < answer["ders"][0]["p_set_w"] < 0)
    assert bench.end(bench.gateway) == 0


def lend(bench):
    """From now on this test is the master of the site, and answers every report with a grant."""
    talk, key = Talk("0badcafe", 5000), bytes.fromhex(SITE_KEY)
    up, down = "v2g-edge/site/site/up/gw-1", "v2g-edge/site/site/dn/gw-1"
    clock = {"now_ms": 1}

    def answer(client, user, message):
        if message.topic != up:
            return
        data, _, error = auth.verify("hmac", up, message.payload, {"site": key})
        assert error is None
        report = json.loads(data)
        clock["now_ms"] += 1
        content = {"limit_ma": [LENT_A * 1000] * 3} if talk.take(clock["now_ms"], report)[0] else {}
        words = json.dumps(talk.envelope(clock["now_ms"], content)).encode()
        client.publish(down, auth.sign(down, words, "site", key), 0)

    bench.person.client.on_message = answer
