"""The household's own broker: values with an age, wishes with an answer, states that stay, nothing that raises a limit.

Not its job: a real broker (tests/runtime/test_site_link_mosquitto.py), what a wish does (test_requests).
Source: ours; a retained value or wish is from nobody knows when.
"""

from edge.link.site_values import Values
from edge.link.site_wishes import BURST, COMMANDS_MAX
from protocols import strict_json
from protocols.mqtt import packet
from protocols.refusals import MALFORMED, NOT_PERMITTED, OUT_OF_RANGE, OVERSIZED, RETAINED, TOO_MANY, UNKNOWN_DEVICE
from tests.portable import fake_site
from tests.portable.law_bench import section

LINK = {"host": "broker", "prefix": "home"}
INPUTS = [
    {"quantity": "p_pcc_w", "topic": "meter/power", "path": "ENERGY.Power", "scale": -1000, "max_age_s": 10},
    {"quantity": "soc_pct", "topic": "car/soc"},
    {"quantity": "pv_w", "topic": "meter/power", "path": "pv.0"},
]


def site(**sections):
    """A gateway with its charger and its broker, settled."""
    found = fake_site.FakeSite(fake_site.document(site_link=dict(LINK, **sections.pop("link", {})), **sections),
                               {"bus:lan": {1: fake_site.charger_bank()}})
    found.run(3000)
    return found


def publish(found, topic, payload, retain=False):
    """The broker delivers a message."""
    data = payload if isinstance(payload, bytes) else strict_json.encode(payload)
    found.bytes_from_broker(packet.publish(topic, data, retain=retain), "site")


def answers(found):
    """All answers so far."""
    return [strict_json.decode(payload)[0] for payload in found.messages("home/gw-test/answer")]


def inputs(*rows):
    """Input sections with the table's defaults."""
    return [section("input", **row) for row in rows]


# -- values --------------------------------------------------------------------------------------------------------

def test_numbers_are_found_scaled_and_forgotten():
    values = Values(inputs(*INPUTS), "evse1")
    assert values.topics() == ["meter/power", "car/soc"] and values.fresh(0) == {}
    assert values.take(1000, "meter/power", b'{"ENERGY": {"Power": 1.5}, "pv": [2000, 1]}', False)
    assert values.take(2000, "car/soc", b"61", False) and not values.take(2000, "other", b"1", False)
    assert values.fresh(2000) == {"p_pcc_w": -1500, "pv_w": 2000, "soc_pct:evse1": 61}
    assert values.fresh(11000) == {"p_pcc_w": -1500, "pv_w": 2000, "soc_pct:evse1": 61}
    assert values.fresh(11001) == {"pv_w": 2000, "soc_pct:evse1": 61}, "each has its own age"


def test_what_is_no_number_is_unknown_from_then_on():
    values = Values(inputs({"quantity": "soc_pct", "topic": "car", "evse": "right"}), "left")
    for payload, expected in ((b"50", 50), (b"unavailable", None), (b'"50.5"', 50.5), (b"", None), (b"50", 50), (b"101", None),
                              (b"true", None), (b"50.0", 50), (b'{"v": 5}', None), (b"50", 50), (b"nan", None), (b"50", 50),
                              (b"\xff\xfe", None), (b" 7 ", 7), (b"-1", None)):
        values.take(0, "car", payload, False)
        assert values.fresh(0) == ({} if expected is None else {"soc_pct:right": expected}), payload
    assert values.bad == 8


def test_a_path_that_fits_nothing_is_no_number():
    for path, expected in (("a.1", 2), ("a.3", None), ("a.-1", None), ("a.\u00b2", None), ("a.", None), ("b.1", None), ("a.1.x", None)):
        values = Values(inputs({"quantity": "pv_w", "topic": "pv", "path": path}), "evse1")
        values.take(0, "pv", b'{"a": [1, 2, 3]}', False)
        assert values.fresh(0) == ({} if expected is None else {"pv_w": expected}), path


def test_a_retained_value_counts_as_nothing():
    values = Values(inputs({"quantity": "pv_w", "topic": "pv"}), "evse1")
    assert values.take(0, "pv", b"900", True) and values.fresh(0) == {}
    values.take(0, "pv", b"800", False)
    values.take(0, "pv", b"900", True)
    assert values.fresh(0) == {"pv_w": 800}


def test_values_reach_the_snapshot():
    found = site(input=INPUTS)
    publish(found, "car/soc", b"44")
    publish(found, "meter/power", b'{"ENERGY": {"Power": -2}}')
    assert found.gateway._picture(found.now_ms).inputs.values == {"soc_pct:evse1": 44, "p_pcc_w": 2000}
    found.run(31000)
    assert found.gateway._picture(found.now_ms).inputs.values == {}


# -- wishes --------------------------------------------------------------------------------------------------------

def test_a_wish_is_answered_done_and_kept():
    found = site()
    publish(found, "home/gw-test/set/wish", {"wish": "discharge_now", "p_w": 3000, "minutes": 30, "id": "7"})
    assert answers(found) == [{"what": "wish", "id": "7", "ok": True, "reason": 0}]
    found.run(3000)
    assert found.gateway.state.ders[0].p_set_w == 3000
    assert b"discharge_now" in found.ports.store.files["wishes"]
    publish(found, "home/gw-test/set/observe", b"true")     # only the value
    found.run(500)
    assert found.gateway.state.commitments.is_observing and answers(found)[1]["ok"]


def test_every_wrong_wish_is_answered_by_number():
    found = site()
    for what, payload, reason in (
            ("wish", b"{", MALFORMED), ("wish", b"", MALFORMED), ("wish", b'{"a": NaN}', MALFORMED),
            ("wish", b'"' + b"x" * 9000 + b'"', OVERSIZED), ("wish", b'{"wish": "fly"}', OUT_OF_RANGE),
            ("nonsense", b"1", MALFORMED), ("wish", b'{"wish": "idle", "evse": "none"}', UNKNOWN_DEVICE),
            ("reset_lockout", b"true", NOT_PERMITTED), ("permit_service", b"true", NOT_PERMITTED)):
        publish(found, "home/gw-test/set/" + what, payload)
        assert not answers(found)[-1]["ok"] and answers(found)[-1]["reason"] == reason, (what, payload, answers(found)[-1])
        assert answers(found)[-1]["what"] == what and answers(found)[-1]["text"]
        found.run(1000)
    assert found.gateway.state.ders[0].view.wish == ("none", None)


def test_a_bare_word_is_taken_as_text():
    found = site(home={})
    for what, payload, is_ok in (("wish", b"charge_now", True), ("energy_mode", b"tariff", True), ("departure", b"07:30", True),
                                 ("energy_mode", b"null", True), ("wish", b"fly", False), ("wish", b"Idle", False),
                                 ("pause_vpp_min", b"01", False), ("wish", b"a" * 41, False)):
        publish(found, "home/gw-test/set/" + what, payload)
        assert answers(found)[-1]["ok"] == is_ok, (what, payload, answers(found)[-1])
        found.run(1000)
    assert found.gateway.state.ders[0].view.wish[0] == "charge_now"


def test_a_topic_that_is_no_request_is_named():
    found = site()
    publish(found, "home/gw-test/set/charge", b"true")
    assert answers(found)[-1]["text"].startswith("request = charge: ") and "energy_mode" in answers(found)[-1]["allowed"]


def test_a_retained_wish_is_refused():
    found = site()
    publish(found, "home/gw-test/set/wish", {"wish": "idle"}, retain=True)
    found.run(1000)
    assert answers(found)[0]["reason"] == RETAINED and found.gateway.state.ders[0].view.wish == ("none", None)


def test_where_wishes_are_not_taken_they_are_refused():
    found = site(link={"wishes": False})
    publish(found, "home/gw-test/set/wish", {"wish": "idle"})
    assert answers(found)[0]["reason"] == NOT_PERMITTED


def test_a_flood_costs_one_answer_a_second():
    found = site()
    for _ in range(300):
        publish(found, "home/gw-test/set/wish", {"wish": "idle"})
    assert [row["reason"] for row in answers(found)] == [0] * BURST + [TOO_MANY]
    assert len(found.gateway._commands) <= COMMANDS_MAX
    found.run(2000)
    publish(found, "home/gw-test/set/wish", {"wish": "none"})
    assert answers(found)[-1]["ok"]


def test_prices_come_as_a_series():
    found = site(home={})
    found.run(1000)
    start_s = fake_site.UNIX_MS // 1000 // 3600 * 3600
    publish(found, "home/gw-test/set/prices", {"start_unix_s": start_s, "step_s": 3600, "import_per_kwh": [0.3] * 24})
    assert answers(found)[-1]["ok"], answers(found)
    publish(found, "home/gw-test/set/prices", {"start_unix_s": start_s, "step_s": 3600, "import_per_kwh": [0.3, None]})
    assert not answers(found)[-1]["ok"]


# -- states --------------------------------------------------------------------------------------------------------

def test_it_says_that_it_is_there_and_what_it_does():
    found = site()
    assert found.messages("home/gw-test/online") == [b"online"]
    found.run(10000)
    state = strict_json.decode(found.messages("home/gw-test/state")[-1])[0]
    assert state["gateway"] == "gw-test" and "chargers" not in state
    charger = strict_json.decode(found.messages("home/gw-test/state/evse1")[-1])[0]
    assert charger["soc_pct"] == 50 and charger["why"] and charger["name"] == "evse1"
    assert 2 <= len(found.messages("home/gw-test/state/evse1")) <= 14
    found.stop()
    found.run(12000)
    assert found.messages("home/gw-test/online")[-1] == b"offline"


def test_a_site_without_the_section_has_no_such_link():
    found = fake_site.FakeSite(fake_site.document(), {"bus:lan": {1: fake_site.charger_bank()}})
    assert found.gateway.site_link is None and [row[0] for row in found.gateway.links()] == ["bus:lan"]
    found = fake_site.FakeSite(fake_site.document(site_link={"host": "broker", "enabled": False}),
                               {"bus:lan": {1: fake_site.charger_bank()}})
    assert found.gateway.site_link is None


def test_endpoint_and_will_are_those_of_the_section():
    found = site(link={"port": 1884, "tls": True, "ca_file": "ca.pem"})
    assert found.gateway.links()[-1] == ("site", "mqtt", "broker", 1884, ("ca.pem", "", ""))


# -- faults --------------------------------------------------------------------------------------------------------

def test_garbage_costs_the_connection_and_nothing_else():
    found = site()
    for _ in range(3):
        found.bytes_from_broker(b"\xff\xff\xff\xff\xff\xff", "site")
        found.run(40000)
        assert found.gateway.site_link.status()["up"]
    assert found.gateway.state.ders[0].session == "controlling" and found.gateway.stalls == 0
    assert len(found.messages("home/gw-test/online")) >= 4


def test_a_broker_that_is_away_holds_nothing_up_and_nothing_grows():
    found = site()
    found.gateway.site_link.wants_connection = lambda now_ms: False
    found.close("site")
    for _ in range(300):
        found.gateway.site_link._publish("answer", {"what": "x"}, 1, False)
    found.run(60000)
    assert found.gateway.site_link._session.queued <= 100 and not found.gateway.site_link.status()["up"]
    assert found.gateway.state.ders[0].p_set_w == -6000


def test_a_departure_is_answered_with_what_can_be_promised():
    found = site(home={})
    publish(found, "home/gw-test/set/departure_min", {"departure_min": 60, "e_needed_wh": 30000, "evse": "evse1"})
    answer = answers(found)[-1]
    assert answer["ok"] and answer["promise"][0]["evse"] == "evse1" and answer["promise"][0]["short_wh"] > 20000
    publish(found, "home/gw-test/set/departure_min", {"departure_min": -5})
    assert found.gateway.refusal[1]["reason"] == answers(found)[-1]["reason"]


def test_many_announcements_still_fit_a_packet():
    found = site(home={})
    for number in range(20):
        found.gateway._commands.append(
            {"kind": "announce", "id": "a%d" % number, "what": "notice", "start_ms": found.now_ms + 60000 * number,
             "end_ms": found.now_ms + 600000 * (number + 1), "text": "ä" * 200, "p_w": None})
    found.run(8000)
    state = strict_json.decode(found.messages("home/gw-test/state")[-1], 16000)[0]
    assert 10 <= len(state["ahead"]) <= 16
