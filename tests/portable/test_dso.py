"""The network operator's limit: its input, its failsafe value, shares of several chargers, and the record of it.

Source: EnWG 14a with the table of BK6-22-300 Annex 1 for the floor of several devices; phases as in EEBUS LPC.
"""

from edge import config_loader, grid_reasons
from edge.drivers.profile_loader import load_profile
from edge.dso import FAILSAFE, FREE, LIMITED, RELEASED, follow
from edge.site_inputs import Inputs
from edge.snapshot import Snapshot
from protocols import auth, messages, topics
from protocols.refusals import UNAVAILABLE
from protocols.mqtt import packet
from tests.portable.fake_site import CHARGER, KEY_HEX, Bank, FakeSite, charger_bank, document
from tests.portable.law_bench import is_close

CONTACT = {"contact": "in1"}
START = (FREE, None, None, 0, 0)


class Limits:
    """The dso section, as far as `follow` reads it."""

    failsafe_after_s, hold_max_s, failsafe_import_w, failsafe_export_w = 120, 7200, 4200, 0


def after(memory, reading, count_s):
    """Memory after so many seconds of the same reading."""
    for _ in range(int(count_s * 10 + 0.5)):
        memory = follow(memory, reading, 100, Limits)
    return memory


def test_a_limit_holds_from_the_first_tick_and_ends_after_a_calm_second():
    memory = after(START, (True, 4200, None), 0.1)
    assert memory[:3] == (LIMITED, 4200, None)
    assert after(memory, (True, 6000, 100), 0.1)[:3] == (LIMITED, 6000, 100), "a changed one holds at once"
    memory = after(memory, (False, 4200, None), 0.9)
    assert memory[0] == LIMITED
    assert after(memory, (True, 4200, None), 0.1)[4] == 0, "a bouncing contact does not let go"
    assert after(memory, (False, 4200, None), 0.1) == START


def test_a_silent_input_holds_then_fails_safe_then_lets_go():
    for begin in (START, (LIMITED, 5000, 100, 0, 0)):
        memory = after(begin, None, 119.9)
        assert memory[:3] == begin[:3]
        memory = after(memory, None, 0.1)
        assert memory[:3] == (FAILSAFE, 4200, 0)
        memory = follow(memory, None, 7199900, Limits)
        assert memory[0] == FAILSAFE
        memory = follow(memory, None, 100, Limits)
        assert memory[:3] == (RELEASED, None, None)
        assert after(memory, (False, None, None), 0.1) == START
        assert after(memory, (True, 4200, None), 0.1)[0] == LIMITED


def site(chargers=1, files=None, changes=None, **dso):
    """A charging site with a contact, and its banks."""
    rows, banks = [], {}
    for unit in range(1, chargers + 1):
        rows.append(dict(CHARGER))
        rows[-1].update({"name": "evse%d" % unit, "unit": unit})
        banks[unit] = charger_bank()
    settings = dict(CONTACT)
    settings.update(dso)
    sections = {"evse": rows, "dso": settings}
    sections.update(changes or {})
    return FakeSite(document(**sections), {"bus:lan": banks}, files)


def charging_w(there):
    """What all chargers together are told to charge with, W."""
    return -sum([der.p_set_w for der in there.gateway.state.ders])


def records(there):
    """Values of the events the network operator has a right to see."""
    name = "network operator"
    return [line.split("  ")[-1].split(", ")[1:] for line in there.ports.lines if name in line]


def test_the_contact_closes_and_all_chargers_together_obey_within_a_second():
    for chargers, floor_w in ((1, 4200), (2, 4200 * 1.8), (3, 4200 * 2.5)):
        there = site(chargers)
        there.ports.contacts.levels["in1"] = 0
        there.run(12000)
        assert charging_w(there) == 6000 * chargers
        there.ports.contacts.levels["in1"] = 1
        there.run(1000)
        assert is_close(charging_w(there), floor_w), chargers
        assert "network operator's limit" in there.gateway.state.ders[0].why()
        there.ports.contacts.levels["in1"] = 0
        there.run(10000)
        assert charging_w(there) == 6000 * chargers


def test_every_change_is_recorded():
    there = site()
    there.ports.contacts.levels["in1"] = 0
    there.run(2000)
    assert records(there) == []
    there.ports.contacts.levels["in1"] = 1
    there.run(3000)
    there.ports.contacts.levels["in1"] = 0
    there.run(3000)
    assert records(there) == [["limited", "contact", "import 4200 W", "export unlimited"],
                              ["free", "contact", "import unlimited", "export unlimited"]]


def test_a_contact_that_is_closed_at_the_start_holds_from_the_first_setpoint():
    there = site(2, contact_closed=0)
    there.ports.contacts.levels["in1"] = 0
    there.run(8000)
    assert is_close(charging_w(there), 7560) and records(there)[0][:2] == ["limited", "contact"]


def test_a_broken_wire_fails_safe_and_comes_back():
    there = site(2, failsafe_after_s=3, hold_max_s=5, failsafe_import_w=8000)
    there.ports.contacts.levels["in1"] = 0
    there.run(12000)
    there.ports.contacts.levels["in1"] = None
    there.run(2500)
    assert charging_w(there) == 12000
    there.run(1500)
    assert is_close(charging_w(there), 8000) and "silent" in there.gateway.state.ders[0].why()
    there.run(12000)
    assert charging_w(there) == 12000
    assert [row[0] for row in records(there)] == ["failsafe", "released"]


def test_export_is_limited_too():
    there = site(2, p_export_max_w=1000, changes={"control": {"p_default_w": 6000, "ramp_w_s": 50000}})
    there.ports.contacts.levels["in1"] = 0
    there.run(6000)
    assert charging_w(there) == -12000
    there.ports.contacts.levels["in1"] = 1
    there.run(1000)
    assert is_close(charging_w(there), -1000)


def test_a_charger_that_is_not_ours_counts_with_what_it_draws():
    there = site(2)
    there.ports.contacts.levels["in1"] = 0
    there.run(8000)
    there.ports.contacts.levels["in1"] = 1
    there.run(500)
    ours, other = there.gateway.state.ders
    other.session = "backed_off"
    for p_ac_w, left_w in ((-3000, 4560), (2000, 6000), (None, 1560)):   # unseen it counts with all it can draw
        other.view.p_ac_w = p_ac_w
        there.gateway.state.duties.load([there.gateway.state.duties.dump()[0], (None, None)])   # shares rise slowly
        there.gateway.state.duties.step(there.gateway.state, there.now_ms, Snapshot([], None, [], conditions=[], vpp_lost_ms=None,
                                                                                 chance=0, inputs=Inputs((True, None, {}), there.gateway.fleet)), [])
        assert is_close(-ours.view.dso_bounds[0], left_w), p_ac_w


def test_observing_shows_what_the_limit_would_do():
    there = site(changes={"gateway": {"id": "gw-test", "mode": "observe"}})
    there.ports.contacts.levels["in1"] = 1
    there.run(15000)
    der = there.gateway.state.ders[0]
    assert der.p_set_w == -4200 and der.why().startswith("observing, would be charging 4.2 kW: network operator's limit")
    assert records(there)[0][0] == "limited"


BOX_UNIT = 9


def box_bank():
    """A sim-control-box at rest: address 10 active, 11 import, 13 export, 15 heartbeat."""
    bank = Bank()
    bank.registers[0] = 0x4342
    tell(bank, 0, None)
    return bank


def tell(bank, is_active, import_w):
    """What the box shows; a limit that is None is its sentinel."""
    value = 0xFFFFFFFF if import_w is None else import_w
    bank.registers[10:15] = [is_active, value >> 16, value & 0xFFFF, 0xFFFF, 0xFFFF]


def test_a_control_box_on_the_bus_is_followed():
    box, banks = box_bank(), {1: charger_bank(), 2: charger_bank()}
    banks[BOX_UNIT] = box
    rows = [dict(CHARGER), dict(CHARGER)]
    rows[1].update({"name": "evse2", "unit": 2})
    dso = {"input": "modbus", "profile": "sim-control-box", "bus": "lan", "unit": BOX_UNIT, "failsafe_after_s": 10}
    there = FakeSite(document(evse=rows, dso=dso), {"bus:lan": banks})
    for number in range(12):
        box.registers[15] += 1
        there.run(1000)
    assert charging_w(there) == 12000
    for asked_w, got_w in ((9000, 9000), (0, 7560), (8000, 8000)):
        tell(box, 1, asked_w)
        box.registers[15] += 1
        there.run(1000)
        assert is_close(charging_w(there), got_w), (asked_w, charging_w(there))
    assert ["limited", "modbus", "import 0 W", "export unlimited", "floor 7560 W"] in records(there)
    there.run(12000)
    assert records(there)[-1][0] == "limited", "its heart has to stand still for five seconds, and that for ten"
    there.run(6000)
    assert records(there)[-1][0] == "failsafe" and is_close(charging_w(there), 7560)


def order(there, seq, **fields):
    """A signed dso_limit for the next twenty seconds; (stage, reason, detail) of what became of it."""
    now_ms = there.ports.clock.unix_ms()
    content = {"id": "c%d" % seq, "seq": seq, "iat_ms": now_ms, "exp_ms": now_ms + 20000, "priority": 5, "kind": "dso_limit"}
    content.update(fields)
    topic = topics.topic("cmd", "gw-test")
    payload = auth.sign(topic, messages.encode("cmd", content), "k1", bytes(range(16)))
    there.bytes_from_broker(packet.publish(topic, payload, qos=0))
    there.run(500)
    acks = [messages.decode("ack", payload)[0] for payload in there.messages("/up/ack")]
    return [(ack["stage"], ack["reason"], ack["detail"]) for ack in acks if ack["ref"] == content["id"]][-1]


VPP = {"enabled": True, "host": "broker", "tls": False, "key": KEY_HEX}


def supervised(chargers=2, **dso):
    """A site whose supervisor is there; what was told before it came is forgotten."""
    settings = {"contact": None}
    settings.update(dso)
    there = site(chargers, changes={"vpp": VPP}, **settings)
    there.run(15000)
    there.bytes_from_broker(packet.publish(topics.HOST_STATE, messages.encode("host_state", {"state": "online", "session": "s1"}), qos=0))
    there.run(2000)
    there.ports.lines = []
    return there


def test_a_message_of_the_network_operator_is_followed():
    there = supervised(input="mqtt")
    assert charging_w(there) == 12000
    assert order(there, 1, p_import_max_w=8000)[:2] == ("applied", 0)
    assert is_close(charging_w(there), 8000)
    assert order(there, 2, p_import_max_w=0)[:2] == ("applied", 0)
    assert is_close(charging_w(there), 7560), "never below the floor"
    assert order(there, 3, kind="setpoint", priority=20, p_w=-6000, device="evse1")[:2] == ("applied", 0)
    assert is_close(charging_w(there), 7560), "no command of the market lifts it"
    there.run(25000)
    assert charging_w(there) == 12000 and records(there)[-1][0] == "free"


def test_who_may_not_is_told_why():
    there = supervised(input="mqtt")
    assert order(there, 1, priority=20, p_import_max_w=8000) == ("refused", UNAVAILABLE, "not with a system operator's priority")
    assert order(there, 2, device="evse1", p_import_max_w=8000) == ("refused", UNAVAILABLE, "a limit is for all devices together")
    assert charging_w(there) == 12000 and records(there) == []
    there = supervised(contact="in1")
    assert order(there, 1, p_import_max_w=8000)[2] == "limits come in by contact"


def test_without_the_supervisor_its_limits_fail_safe():
    there = supervised(input="mqtt", failsafe_after_s=20, failsafe_import_w=10000, hold_max_s=30)
    order(there, 1, p_import_max_w=8000)
    there.close("vpp")
    there.gateway.vpp.backoff.due_ms = None
    there.run(18000)
    assert is_close(charging_w(there), 8000), "what it said last holds for a while"
    there.run(4000)
    assert is_close(charging_w(there), 10000)
    there.run(40000)
    assert charging_w(there) == 12000 and [row[0] for row in records(there)] == ["limited", "failsafe", "released"]


def refused(evse=1, **dso):
    """Paths of the errors of a site with this dso section."""
    rows = []
    for unit in range(1, evse + 1):
        rows.append(dict(CHARGER))
        rows[-1].update({"name": "evse%d" % unit, "unit": unit})
    vpp = VPP if dso.get("input") == "mqtt" and dso.pop("has_vpp", True) else {}
    _, errors = config_loader.load(document(evse=rows, dso=dso, vpp=vpp), load_profile)
    return [(error[0], error[2]) for error in errors]


def test_a_configuration_that_could_not_work_is_refused():
    assert refused(contact="in1") == [] and refused(input="mqtt") == []
    assert refused(input="mqtt", has_vpp=False) == [("dso.input", "contact or modbus, without vpp.enabled")]
    assert refused() == [("dso.contact", "needed with dso.input contact")]
    assert [path for path, _ in refused(input="modbus")] == ["dso.profile", "dso.bus"]
    assert refused(input="modbus", profile="sim-control-box", bus="lan", unit=9) == []
    assert [path for path, _ in refused(input="modbus", profile="sim-pv", bus="lan", unit=9)] == ["dso.profile"]
    assert refused(contact="in1", counts="house") == [("dso.counts", "devices, without a meter")]
    assert refused(2, contact="in1", p_import_max_w=7000) == [("dso.p_import_max_w", "at least 7560 W, the floor of all devices")]
    assert refused(2, contact="in1", p_import_max_w=7000, p_import_floor_w=3000) == []


def test_the_reasons_are_numbered_for_good():
    assert (grid_reasons.DSO_LIMIT, grid_reasons.DSO_FAILSAFE) == (145, 146)


def test_what_droop_forces_stays_inside_the_limit():
    droop = {"of_enabled": True, "uf_enabled": True, "olrt_s": 1}
    limits = dict(CONTACT, p_import_floor_w=1400, p_export_max_w=0)
    bank = charger_bank()
    there = FakeSite(document(dso=limits, droop=droop, control={"p_default_w": -1000}), {"bus:lan": {1: bank}})
    there.ports.contacts.levels["in1"] = 1
    there.run(15000)
    assert is_close(charging_w(there), 1000)
    bank.registers[107] = 51500     # droop wants 3.5 kW more
    there.run(8000)
    assert is_close(charging_w(there), 1400) and "network operator's limit" in there.gateway.state.ders[0].why()
    bank.registers[107] = 48500     # and 3.5 kW of injection
    there.run(8000)
    assert charging_w(there) == 0


def test_a_restart_lifts_no_limit_that_nobody_has_ended():
    there = site(2, changes={"vpp": VPP}, contact=None, input="mqtt", failsafe_import_w=8000)
    there.run(20000)
    assert is_close(charging_w(there), 8000) and records(there) == [["failsafe", "mqtt", "import 8000 W", "export unlimited"]]
    there.bytes_from_broker(packet.publish(topics.HOST_STATE, messages.encode("host_state", {"state": "online", "session": "s1"}), qos=0))
    there.run(2000)
    assert charging_w(there) == 12000, "it is there and asks for nothing"
