"""The whole gateway without I/O: what reaches the registers, what never does, and what it tells.

Not its job: laws one by one (test_law_*), timing on real sockets (tests/sim).
Source: ours.
"""

import struct

from protocols import auth, messages, refusals, topics
from protocols.mqtt import packet
from tests.portable import fake_site

KEY = bytes(range(16))
VPP = {"enabled": True, "host": "broker", "tls": False, "key": fake_site.KEY_HEX, "group": "f1", "telemetry_s": 1}


HOST = {"state": "online", "session": "s1"}


def site(mode="control", bank=None, **sections):
    bank = bank or fake_site.charger_bank()
    return bank, fake_site.FakeSite(fake_site.document(mode, **sections), {"bus:lan": {1: bank}})


def setpoint_w(bank):
    value = bank.registers[122]
    return value - 65536 if value > 32767 else value


def publish(topic, payload, retain=False):
    """PUBLISH with QoS 0, as a broker sends it."""
    return packet.publish(topic, payload, qos=0, retain=retain)


def command(seq, **fields):
    content = {"id": "c%d" % seq, "seq": seq, "iat_ms": fake_site.UNIX_MS, "exp_ms": fake_site.UNIX_MS + 60000,
               "priority": 20, "device": "evse1"}
    content.update(fields)
    topic = topics.topic("cmd", "gw-test")
    return topic, auth.sign(topic, messages.encode("cmd", content), "k1", KEY)


def acks(run):
    return [messages.decode("ack", payload)[0] for payload in run.messages("/up/ack")]


def test_a_charger_is_taken_charged_and_given_back():
    bank, run = site()
    run.run(15000)
    assert bank.registers[120] == 1, "owner: the gateway"
    assert bank.registers[121] == 5, "reversion timer as configured"
    assert setpoint_w(bank) == -6000
    run.stop()
    run.run(2000)
    assert setpoint_w(bank) == 0
    assert bank.registers[120] == 0, "given back"
    assert run.exit_code == 0


def test_observe_reads_decides_and_never_writes():
    bank, run = site(mode="observe")
    run.run(15000)
    assert bank.written == []
    assert run.gateway.ticks >= 149
    assert run.gateway.state.ders[0].why() == "observing, would be charging 6.0 kW: default"


def test_the_setpoint_is_refreshed_while_it_does_not_change():
    bank, run = site()
    run.run(15000)
    before = len(bank.written)
    run.run(5000)
    assert 9 <= len(bank.written) - before <= 11, "every 500 ms, as the profile says"


def test_a_silent_charger_is_not_fed_stale_setpoints():
    bank, run = site()
    run.run(15000)
    run.is_silent = True
    run.run(4000)
    der = run.gateway.state.ders[0]
    assert der.view.p_ac_w is None, "unknown, not the last value"
    assert der.view.failsafe_action == 5, "nothing is refreshed: the device reverts by itself"


def test_frozen_registers_stop_the_power():
    bank, run = site()
    run.run(15000)
    bank.is_frozen = True
    run.run(2000)
    assert setpoint_w(bank) == 0
    assert "frozen" in run.gateway.state.ders[0].why()
    assert "frozen measurements" in run.ports.lines[-1]


def test_a_wrong_device_is_never_written():
    bank = fake_site.charger_bank()
    bank.registers[0] = 0x1234
    bank, run = site(bank=bank)
    run.run(5000)
    assert bank.written == []
    assert run.gateway.fleet.actuators[0].session.state == "refused"


def test_another_master_is_flagged_and_left_alone():
    bank, run = site()
    run.run(15000)
    for _ in range(20):
        bank.registers[122] = 1000
        run.run(100)
    assert run.gateway.fleet.actuators[0].session.state == "backed_off"
    before = len(bank.written)
    run.run(10000)
    assert len(bank.written) == before, "no fight"
    run.run(60000)
    assert run.gateway.fleet.actuators[0].session.state == "controlling", "tries again after the back-off"


def test_a_signed_setpoint_is_acknowledged_twice_and_followed():
    bank, run = site(vpp=VPP)
    run.run(15000)
    run.bytes_from_broker(publish(*command(1, kind="setpoint", p_w=-2000)))
    run.run(1000)
    assert setpoint_w(bank) == -2000
    stages = [(ack["ref"], ack["stage"], ack["applied_w"]) for ack in acks(run)]
    assert stages == [("c1", "received", None), ("c1", "applied", -2000)]


def test_a_lease_lapses_and_the_default_control_returns():
    bank, run = site(vpp=VPP)
    run.run(15000)
    run.bytes_from_broker(publish(topics.HOST_STATE, messages.encode("host_state", HOST)))
    exp_ms = fake_site.UNIX_MS + 15000 + 3000
    run.bytes_from_broker(publish(*command(1, kind="setpoint", p_w=1000, exp_ms=exp_ms)))
    run.run(2500)
    assert setpoint_w(bank) == 1000
    run.run(1500)
    assert setpoint_w(bank) == -6000
    assert acks(run)[-1]["stage"] == "expired"


def test_a_lost_supervisor_ends_leases_after_offline_s():
    vpp = dict(VPP)
    vpp["offline_s"] = 5
    bank, run = site(vpp=vpp)
    run.run(15000)
    run.bytes_from_broker(publish(*command(1, kind="setpoint", p_w=1000)))
    run.run(1000)
    run.close("vpp")
    run.run(4000)
    assert setpoint_w(bank) == 1000, "held while the supervisor may come back"
    run.gateway.vpp.backoff.due_ms = None    # it does not
    run.run(2500)
    assert setpoint_w(bank) == -6000


def test_bad_commands_are_refused_with_their_number_and_nothing_moves():
    bank, run = site(vpp=VPP)
    run.run(15000)
    topic, good = command(5, kind="setpoint", p_w=3000)
    unsigned = good[:good.rfind(b"\n")]
    forged = good[:-1] + (b"0" if good[-1:] != b"0" else b"1")
    cases = (
        (unsigned, False, "bad_signature"), (forged, False, "bad_signature"), (b"x" * 10000, False, "oversized"),
        (good, True, "retained"), (b"", False, "bad_signature"),
        (command(6, kind="setpoint", p_w=1, exp_ms=fake_site.UNIX_MS + 1)[1], False, "late"),
        (command(7, kind="setpoint", p_w=1, exp_ms=fake_site.UNIX_MS + 2000000)[1], False, "lease_too_long"),
        (command(8, kind="setpoint", p_w=1, device="nobody")[1], False, "unknown_device"),
    )
    for payload, retain, expected in cases:
        before = len(acks(run))
        run.bytes_from_broker(publish(topic, payload, retain))
        run.run(100)
        answer = acks(run)[before]
        assert answer["stage"] == "refused", (expected, answer)
        assert refusals.name_of(answer["reason"]) == expected, (expected, answer)
    assert setpoint_w(bank) == -6000
    assert run.gateway.vpp.inbox.refused == len(cases)


def ask(run, **request):
    run.gateway.on_query(run.now_ms, 1, request)


def test_the_households_wishes_survive_a_restart():
    bank, run = site()
    run.run(15000)
    ask(run, wish="charge_now", p_w=2000, minutes=60)
    ask(run, observe=True)
    run.run(1000)
    _, again = site(bank=fake_site.charger_bank())
    again.ports.store.files.update(run.ports.store.files)
    again.run(15000)
    assert again.gateway.state.ders[0].decision.p_w == -2000
    assert again.gateway.state.commitments.is_observing
    assert again.gateway.fleet.actuators[0].session.state == "observing"


def test_a_stop_at_full_power_and_a_slow_ramp_still_gives_the_charger_back():
    bank, run = site(control={"ramp_w_s": 300, "ramp_var_s": 300})
    run.run(40000)
    assert setpoint_w(bank) == -6000
    run.stop()
    run.run(10000)
    assert run.exit_code == 0 and bank.registers[120] == 0


def test_power_that_is_not_ours_counts_with_the_house():
    """Two chargers behind one fuse; another master holds one of them."""
    meter = {"name": "m", "profile": "eastron-sdm630", "bus": "meter"}
    evse = [dict(fake_site.CHARGER), dict(fake_site.CHARGER)]
    evse[1]["name"], evse[1]["unit"] = "evse2", 2
    banks = {1: fake_site.charger_bank(), 2: fake_site.charger_bank()}
    metered = fake_site.Bank()
    run = fake_site.FakeSite(fake_site.document(
        evse=evse, meter=meter, site={"i_fuse_a": 20},
        bus=[{"name": "lan", "host": "a"}, {"name": "meter", "host": "b"}]), {"bus:lan": banks, "bus:meter": {1: metered}})
    metered.registers[10:12] = floats(3.0)
    metered.registers[70:72] = floats(50.0)
    for tick in range(600):
        banks[2].registers[122] = 0x10000 - 6000        # the other master, every tick
        banks[2].registers[108] = 0x10000 - 6000
        banks[1].registers[108] = banks[1].registers[122]
        drawn_w = 6000 - setpoint_w(banks[1])
        for phase in range(3):
            metered.registers[2 * phase:2 * phase + 2] = floats(230.0 + tick % 2 / 1000)
            metered.registers[6 + 2 * phase:8 + 2 * phase] = floats(drawn_w / 690)
            metered.registers[12 + 2 * phase:14 + 2 * phase] = floats(drawn_w / 3)
        metered.registers[52:54] = floats(float(drawn_w))
        run.run(100)
    assert run.gateway.fleet.actuators[1].session.state == "backed_off"
    assert 6000 - setpoint_w(banks[1]) <= 3 * 230 * 20 + 50


def floats(number):
    return list(struct.unpack(">HH", struct.pack(">f", number)))


def test_a_degraded_gateway_says_so_and_why():
    bank, run = site(vpp=VPP)
    run.run(15000)
    bank.is_frozen = True
    run.run(2000)
    state = messages.decode("state", run.messages("/up/state")[-1])[0]
    assert (state["state"], state["text"]) == ("degraded", "frozen measurements")
    bank.is_frozen = False
    run.run(20000)
    assert messages.decode("state", run.messages("/up/state")[-1])[0]["state"] == "online"


def test_a_lift_takes_the_cap_away_and_says_so():
    bank = fake_site.charger_bank(volts=222.0)      # 0.965 pu: WAPE would allow almost nothing
    bank, run = site(bank=bank, vpp=VPP, grid={"q_mode": "wape"}, wape={"enabled": True, "guard_low_pu": 0.95})
    run.run(15000)
    assert -500 < setpoint_w(bank) <= 0
    run.bytes_from_broker(publish(*command(1, kind="wape_lift")))
    run.run(1000)
    assert setpoint_w(bank) == -6000
    assert run.gateway.state.ders[0].why() == "charging 6.0 kW: default, WAPE lifted"


def test_a_newer_lease_of_the_same_rank_ends_the_older_for_good():
    bank, run = site(vpp=VPP)
    run.run(15000)
    run.bytes_from_broker(publish(*command(1, kind="setpoint", p_w=-1000)))
    run.run(500)
    run.bytes_from_broker(publish(*command(2, kind="setpoint", p_w=-2000, iat_ms=fake_site.UNIX_MS + 1)))
    run.run(500)
    assert setpoint_w(bank) == -2000
    assert ("c1", "superseded") in [(ack["ref"], ack["stage"]) for ack in acks(run)]
    run.bytes_from_broker(publish(*command(3, kind="revoke", ref="c2")))
    run.run(500)
    assert setpoint_w(bank) == -6000, "the older one does not come back"


def test_a_lease_of_a_higher_rank_only_shades_the_lower():
    bank, run = site(vpp=VPP)
    run.run(15000)
    run.bytes_from_broker(publish(*command(1, kind="setpoint", p_w=-1000, priority=30)))
    run.run(500)
    run.bytes_from_broker(publish(*command(2, kind="setpoint", p_w=-2000, priority=20)))
    run.run(500)
    assert setpoint_w(bank) == -2000
    run.bytes_from_broker(publish(*command(3, kind="revoke", ref="c2")))
    run.run(500)
    assert setpoint_w(bank) == -1000


def test_a_repeated_command_has_no_second_effect():
    bank, run = site(vpp=VPP)
    run.run(15000)
    frame = publish(*command(3, kind="setpoint", p_w=-1500))
    run.bytes_from_broker(frame)
    run.run(500)
    run.bytes_from_broker(frame)
    run.run(500)
    assert refusals.name_of(acks(run)[-1]["reason"]) == "duplicate"
    assert len(run.gateway.state.commitments.book.leases) == 1


def test_garbled_modbus_answers_are_unknown_never_zero():
    bank, run = site()
    run.run(15000)
    bank.registers[110] = 0xFFFF
    run.run(300)
    assert run.gateway.state.ders[0].view.soc_pct is None
