"""Home Assistant's view of a gateway: descriptions as its documentation allows them, templates that read the real states,
commands that the gateway takes.

Source: tests/unit/home_assistant.py.
"""

import copy
import json

import pytest

from edge import config
from edge.link import discovery
from protocols import strict_json
from tests.portable import fake_site
from tests.portable.test_site_link import answers, publish, site
from tests.unit import home_assistant

BASE = "home/gw-test/"
HOUSE = {"home": {"mode": "v2h"}, "input": [{"quantity": "pv_w", "topic": "roof"}, {"quantity": "load_w", "topic": "house"}]}


def described(found):
    """{topic: content} of what the gateway told Home Assistant so far."""
    topics = discovery.topics(found.gateway.config)
    return {topic: [strict_json.decode(payload)[0] for payload in found.messages(topic)] for topic in topics}


def last_state(found, name):
    return found.messages(BASE + name)[-1].decode()


@pytest.fixture
def house():
    found = site(**copy.deepcopy(HOUSE))
    found.run(5000)
    return found


def test_each_charger_and_the_site_are_described_once_a_connection(house):
    told = described(house)
    assert list(told) == ["homeassistant/device/v2g_gw-test_evse1/config", "homeassistant/device/v2g_gw-test_site/config"]
    assert [len(rows) for rows in told.values()] == [1, 1]
    for rows in told.values():
        assert home_assistant.problems(rows[0]) == []
        assert len(strict_json.encode(rows[0])) < 8192


@pytest.mark.parametrize("sections", [
    {}, HOUSE, {"link": {"wishes": False}}, {"vpp": {"enabled": True, "host": "b", "tls": False, "key": "00" * 16}, **HOUSE}])
def test_every_kind_of_site_fits_the_documentation(sections):
    own = dict(sections)
    loaded, errors = config.load(fake_site.document(site_link=dict({"host": "b"}, **own.pop("link", {})), **own))
    assert errors == []
    for number in range(2):
        content = discovery.content(loaded, number)
        assert home_assistant.problems(content) == []
        is_commanded = [key for key, entity in content["components"].items() if "command_topic" in entity]
        assert bool(is_commanded) == (loaded.site_link.wishes and (number == 0 or bool(loaded.home) or loaded.vpp.enabled))


def test_templates_read_the_states(house):
    (charger,), (whole,) = described(house).values()
    state = last_state(house, "state/evse1")
    shown = {key: home_assistant.value(entity, state) for key, entity in charger["components"].items()}
    truth = json.loads(state)
    assert shown["doing"] == truth["doing"] and shown["why"] == truth["why"] and shown["plugged"] == "ON"
    assert float(shown["charging"]) == max(-truth["p_ac_w"], 0) and float(shown["discharging"]) == max(truth["p_ac_w"], 0)
    assert float(shown["soc"]) == truth["soc_pct"] and shown["wish"] == truth["wish"] and shown["departure"] == "none"
    shown = {key: home_assistant.value(entity, last_state(house, "state"))
             for key, entity in whole["components"].items() if "value_template" in entity}
    assert shown["mode"] == "v2h" and shown["refusal"] == "none" and "load" in shown and "pv" in shown


def test_unknown_is_unknown():
    loaded, _ = config.load(fake_site.document(site_link={"host": "b"}, **HOUSE))
    entities = discovery.content(loaded, 0)["components"]
    empty = json.dumps({"p_ac_w": None, "soc_pct": None, "plugged": None, "promise": None, "e_charged_wh": None, "wish": "none",
                        "consent": {"on": False}, "doing": "unknown", "why": "charger silent", "e_discharged_wh": None})
    for key in ("charging", "discharging", "soc", "plugged", "charged", "target"):
        assert home_assistant.value(entities[key], empty) == "None", key


def test_what_is_chosen_there_is_taken_here(house):
    (charger,), (whole,) = described(house).values()
    entities = charger["components"]
    chosen = (
        (entities["wish"]["command_topic"], home_assistant.command(entities["wish"], "idle")),
        (entities["departure"]["command_topic"], home_assistant.command(entities["departure"], "07:30")),
        (entities["target"]["command_topic"], home_assistant.command(entities["target"], 70.0)),
        (entities["departure"]["command_topic"], home_assistant.command(entities["departure"], "none")),
        (entities["consent"]["command_topic"], entities["consent"]["payload_on"]),
        (whole["components"]["mode"]["command_topic"], home_assistant.command(whole["components"]["mode"], "timed")),
    )
    for topic, payload in chosen:
        publish(house, topic, payload.encode())
        house.run(2500)
        assert answers(house)[-1]["ok"], (payload, answers(house)[-1])
        if payload == chosen[2][1]:
            state = last_state(house, "state/evse1")
            assert home_assistant.value(entities["target"], state) == "70"
            assert home_assistant.value(entities["departure"], state).endswith("07:30")


def test_a_target_without_a_departure_is_refused_in_words(house):
    publish(house, BASE + "set/target_soc_pct", {"target_soc_pct": 70, "evse": "evse1"})
    house.run(1000)
    assert not answers(house)[-1]["ok"] and "after a departure" in answers(house)[-1]["text"]


def test_discovery_that_is_switched_off_takes_back_what_stood_there():
    found = site(link={"discovery": False}, **copy.deepcopy(HOUSE))
    found.run(5000)
    for topic in discovery.topics(found.gateway.config):
        assert found.messages(topic) == [b""]
