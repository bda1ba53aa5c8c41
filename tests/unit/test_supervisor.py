"""The supervisor as a state machine: what it hears, what it sends, and what it does with the answers."""

from host_sim.supervisor.bes_rule import peak_window_ms
from host_sim.supervisor.plan import OFF_PEAK, SOLAR, Plan, Station
from host_sim.supervisor.supervisor import Supervisor
from protocols import auth, messages, refusals, topics

KEY = bytes(range(32))
T0_MS = 1_793_000_000_000


def station(gateway="gw-646", **more):
    return Station(gateway=gateway, bus=gateway[3:], key=KEY, **more)


class Bench:
    """A supervisor with its clock, and gateways that say what a test wants."""

    def __init__(self, *stations, **plan):
        self.supervisor = Supervisor(Plan(stations=stations, **plan), "s1")
        self.now_ms = 0
        self.seq = 0
        self.sent = []
        for each in stations:
            self.say(each.gateway, "state", state="online")

    @property
    def unix_ms(self):
        return T0_MS + self.now_ms

    def say(self, gateway, name, device=None, **content):
        content.setdefault("boot", "b1")
        if name == "tele":
            self.seq += 1
            content.update(seq=self.seq, mono_ms=self.now_ms)
        if name == "ack":
            content.update(mono_ms=self.now_ms)
        topic = topics.topic(name, gateway, device)
        self._keep(self.supervisor.on_message(self.now_ms, self.unix_ms, topic, messages.encode(name, content)))

    def info(self, gateway, consent):
        der = {"name": "ev", "kind": "evse", "profile": "p", "phases": 3, "p_charge_max_w": 6000, "s_max_va": 7360,
               "p_discharge_max_w": 6000, "q_capable": True, "v2g_consent": consent}
        self.say(gateway, "info", fw="1", runtime="x", mode="control", tick_ms=100, config_hash="0" * 32,
                 config_version=1, ders=[der])

    def wait(self, ms):
        self.now_ms += ms
        self._keep(self.supervisor.on_time(self.now_ms, self.unix_ms))

    def _keep(self, out):
        for topic, payload, qos, retain in out:
            place = topics.parse(topic)
            if place[0] != "cmd":
                continue
            json_bytes, _, error = auth.verify("hmac", topic, payload, {"k1": KEY})
            assert error is None
            command, error = messages.decode("cmd", json_bytes)
            assert error is None and (qos, retain) == (1, False)
            self.sent.append({"gateway": place[1], **command})

    def take(self):
        sent, self.sent = self.sent, []
        return sent

    def answer(self, command, stage="received", reason=0):
        self.say(command["gateway"], "ack", ref=command["id"], stage=stage, reason=reason)


def test_birth_and_will_are_retained():
    supervisor = Supervisor(Plan(stations=(station(),)), "s1")
    topic, payload, qos, retain = supervisor.on_connect(0, T0_MS)[0]
    assert (topic, qos, retain) == ("v2g/1/host/state", 1, True)
    assert messages.decode("host_state", payload)[0]["state"] == "online"
    topic, payload, qos, retain = supervisor.will()
    assert (topic, qos, retain) == ("v2g/1/host/state", 1, True)
    assert messages.decode("host_state", payload)[0]["state"] == "offline"
    assert messages.decode("host_state", supervisor.stop(5, T0_MS)[0][1])[0]["state"] == "offline"
    assert supervisor.filters() == [("v2g/1/gw-646/up/#", 1)]


def test_lift_follows_own_pv_with_hysteresis():
    bench = Bench(station(lift_by=(SOLAR,)))
    kinds = []
    for pv_w in (2000, 2590, 2600, 2450, 2390, 2590, 5000):
        bench.now_ms += 1000
        bench.say("gw-646", "tele", "ev", state="charging", pv_w=pv_w)
        kinds.append([command["kind"] for command in bench.sent])
        for command in bench.take():
            bench.answer(command)
    assert kinds == [[], [], ["wape_lift"], [], ["revoke"], [], ["wape_lift"]]


def test_lift_follows_load_and_needs_a_vehicle_and_a_contract():
    enrolled = station("gw-611", lift_by=(OFF_PEAK,), p_load_peak_w=2500)
    bench = Bench(enrolled, station("gw-652", p_load_peak_w=2500))
    rows = (("no_vehicle", 1000, []), ("connected", 1000, ["wape_lift"]), ("charging", 2120, []),
            ("charging", 2130, ["revoke"]), ("charging", 2060, []), ("charging", 2050, ["wape_lift"]))
    for state, load_w, expected in rows:
        bench.now_ms += 1000
        for gateway in ("gw-611", "gw-652"):
            bench.say(gateway, "tele", "ev", state=state)
            bench.say(gateway, "tele", "site", load_w=load_w)
        sent = bench.take()
        assert [command["kind"] for command in sent] == expected, (state, load_w)
        assert all(command["gateway"] == "gw-611" for command in sent)
        for command in sent:
            bench.answer(command)


def test_leases_are_renewed_at_half_life_with_rising_numbers():
    bench = Bench(station(lift_by=(SOLAR,)))
    bench.say("gw-646", "tele", "ev", state="charging", pv_w=5000)
    first = bench.take()[0]
    assert first["exp_ms"] - first["iat_ms"] == 50_000
    bench.answer(first)
    bench.wait(24_900)
    assert bench.take() == []
    bench.wait(100)
    second = bench.take()[0]
    assert second["seq"] > first["seq"] and second["id"] != first["id"]
    bench.answer(second, "applied")
    bench.answer(first, "superseded")
    bench.say("gw-646", "tele", "ev", state="charging", pv_w=0)
    assert sorted(command["ref"] for command in bench.take()) == [first["id"], second["id"]]


def test_silence_and_refusals_are_retried_and_reported():
    bench = Bench(station(lift_by=(SOLAR,)))
    bench.say("gw-646", "tele", "ev", state="charging", pv_w=5000)
    bench.take()
    bench.wait(3000)
    again = bench.take()
    assert len(again) == 1
    bench.answer(again[0], "refused", refusals.number_of("paused_by_household"))
    bench.wait(5000)
    assert bench.take() == []
    bench.wait(5000)
    assert len(bench.take()) == 1
    assert [row[1:4] for row in bench.supervisor.desk.refusals] == [("gw-646", "wape_lift", "paused_by_household")]


def test_a_gateway_that_lost_its_place_in_the_sequence_is_caught_up_at_once():
    bench = Bench(station(lift_by=(SOLAR,)))
    bench.say("gw-646", "tele", "ev", state="charging", pv_w=5000)
    first = bench.take()[0]
    bench.answer(first, "refused", refusals.number_of("stale"))
    second = bench.take()[0]
    assert second["seq"] > first["seq"] + 1000


def test_nothing_is_sent_to_who_is_away_and_everything_after_a_restart():
    bench = Bench(station(lift_by=(SOLAR,)))
    bench.say("gw-646", "state", state="offline")
    bench.say("gw-646", "tele", "ev", state="charging", pv_w=5000)
    bench.wait(5000)
    assert bench.take() == []
    bench.say("gw-646", "state", state="online")
    first = bench.take()[0]
    bench.answer(first, "applied")
    bench.say("gw-646", "state", boot="b2", state="online")
    assert [command["kind"] for command in bench.take()] == ["wape_lift"]


def test_bes_gets_one_scheduled_lease_with_a_lift():
    forecast = {"gw-646": ((T0_MS + 30_000, 1000), (T0_MS + 34_200, 2500), (T0_MS + 35_200, 5000),
                           (T0_MS + 36_300, 5000), (T0_MS + 36_800, 2500), (T0_MS + 40_000, 500))}
    bench = Bench(station(bes="bes"), pv_forecast=forecast)
    sent = {command["kind"]: command for command in bench.take()}
    assert sorted(sent) == ["setpoint", "wape_lift"]
    for command in sent.values():
        assert command["nbf_ms"] == T0_MS + 34_200 and command["exp_ms"] == T0_MS + 36_800
        assert command["device"] == "bes"
        bench.answer(command)
    assert sent["setpoint"]["p_w"] == -6000
    for _ in range(20):
        bench.wait(1000)
    bench.wait(20_000)
    assert bench.take() == []


def test_peak_window_edges():
    assert peak_window_ms(((0, 0), (1000, 5000)), 2500) == (500, 1000)
    assert peak_window_ms(((0, 5000), (1000, 0)), 2500) == (0, 500)
    assert peak_window_ms(((0, 0), (1000, 2000)), 2500) is None


def support_bench(**consents):
    bench = Bench(*[station("gw-" + bus) for bus in ("634", "646", "675")])
    for bus in ("634", "646", "675"):
        bench.info("gw-" + bus, consents.get("b" + bus, True))
    return bench


def test_support_goes_to_one_station_with_consent_at_low_voltage():
    bench = support_bench(b675=False)
    for bus, v_pu in (("675", 0.94), ("634", 0.955), ("646", 0.97)):
        bench.say("gw-" + bus, "tele", "ev", state="connected", v_mean_pu=v_pu, soc_pct=80, p_w=0)
    sent = bench.take()
    assert [(command["kind"], command["gateway"]) for command in sent] == [("v2g_support", "gw-634")]
    bench.say("gw-646", "tele", "ev", state="connected", v_mean_pu=0.95, soc_pct=80, p_w=0)
    assert bench.take() == []
    assert bench.supervisor.support_holder == "gw-634"


def test_support_passes_from_an_empty_station_to_one_with_a_vehicle():
    bench = support_bench(b675=False)
    bench.say("gw-634", "tele", "ev", state="no_vehicle", v_mean_pu=0.955, p_w=0)
    assert [command["gateway"] for command in bench.take()] == ["gw-634"]
    bench.say("gw-646", "tele", "ev", state="connected", v_mean_pu=0.96, soc_pct=80, p_w=0)
    sent = [(command["kind"], command["gateway"]) for command in bench.take()]
    assert sent == [("revoke", "gw-634"), ("v2g_support", "gw-646")]


def test_support_ends_when_the_voltage_stays_fine_without_it():
    bench = support_bench()
    bench.say("gw-634", "tele", "ev", state="connected", v_mean_pu=0.955, soc_pct=80, p_w=0)
    bench.answer(bench.take()[0])
    for p_w, v_pu, seconds in ((6000, 0.985, 40), (0, 0.985, 29)):
        for _ in range(seconds):
            bench.now_ms += 1000
            bench.say("gw-634", "tele", "ev", state="connected", v_mean_pu=v_pu, soc_pct=80, p_w=p_w)
    assert "revoke" not in [command["kind"] for command in bench.take()]
    bench.now_ms += 3000
    bench.say("gw-634", "tele", "ev", state="connected", v_mean_pu=0.985, soc_pct=80, p_w=0)
    assert "revoke" in [command["kind"] for command in bench.take()]
    assert bench.supervisor.support_holder is None


def test_repeated_and_strange_messages_change_nothing():
    bench = Bench(station(lift_by=(SOLAR,)))
    topic = topics.topic("tele", "gw-646", "ev")
    record = {"boot": "b1", "seq": 7, "mono_ms": 0, "state": "charging", "pv_w": 100}
    bench.supervisor.on_message(0, T0_MS, topic, messages.encode("tele", record))
    record["pv_w"] = 5000
    assert bench.supervisor.on_message(0, T0_MS, topic, messages.encode("tele", record)) == []
    for strange in ((topic, b"{"), ("v2g/1/gw-999/up/state", b"{}"), ("other", b"x"), (topic, b"\xff" * 50)):
        assert bench.supervisor.on_message(0, T0_MS, *strange) == []
    assert bench.supervisor.fleet.rejected == 4


def test_old_telemetry_is_unknown():
    bench = Bench(station(lift_by=(SOLAR,)))
    bench.say("gw-646", "tele", "ev", state="charging", pv_w=5000)
    state = bench.supervisor.fleet.states["gw-646"]
    assert state.site(bench.now_ms + 30_000, "pv_w") == 5000
    assert state.site(bench.now_ms + 30_001, "pv_w") is None
