"""Everything the broker, the supervisor and the wall clock can do wrong: control goes on, commands are refused by number."""

import pytest

from edge import queries
from host_sim import faults
from protocols import auth, messages, refusals, topics
from protocols.mqtt import packet
from tests.fault import invariants
from tests.fault.bench import FINE, GARBAGE, HANGING, LOGIN_REFUSED, MUTE, OPEN, REFUSED, VPP, FaultSite
from tests.portable import fake_site

KEY = bytes(range(16))
HOUR_MS = 3600000
BACKOFF_MAX_MS = 30000
HOST = messages.encode("host_state", {"state": "online", "session": "s1"})
BUCKET, REFILL_PER_S = 50, 10       # what the gateway lets in


def connected(**vpp):
    """A site under a supervisor, charging with full power."""
    site = FaultSite(fake_site.document(vpp=dict(VPP, **vpp)), {"bus:lan": {1: "sim-four-quadrant"}})
    site.checks = list(invariants.ALL)
    site.run(15000)
    site.bytes_from_broker(packet.publish(topics.HOST_STATE, HOST, qos=0))
    site.run(1000)
    assert site.gateway.vpp.lost_ms is None and power_w(site) == pytest.approx(-6000, abs=20)
    return site


def power_w(site):
    return site.device().plant.p_w


def order(site, seq, lease_ms=60000, **fields):
    """A signed command, on its way to the gateway."""
    now_ms = site.ports.clock.unix_ms()
    content = {"id": "c%d" % seq, "seq": seq, "iat_ms": now_ms, "exp_ms": now_ms + lease_ms, "priority": 20,
               "device": "evse1", "kind": "setpoint", **fields}
    topic = topics.topic("cmd", "gw-test")
    frame = packet.publish(topic, auth.sign(topic, messages.encode("cmd", content), "k1", KEY), qos=0)
    site.bytes_from_broker(frame)
    return frame


def acks(site):
    return [messages.decode("ack", payload)[0] for payload in site.messages("/up/ack")]


def attempts_ms(site, since_ms):
    return [at_ms for at_ms, link in site.attempts if link == "vpp" and at_ms >= since_ms]


def assert_heals(site, limit_ms=BACKOFF_MAX_MS + 12000):
    """Connected again within the time, and a command is followed."""
    site.broker_mode, site.door["vpp"] = FINE, OPEN
    site.run(limit_ms)
    assert site.gateway.vpp.is_up
    site.bytes_from_broker(packet.publish(topics.HOST_STATE, HOST, qos=0))
    order(site, 900, p_w=-1500.0)
    site.run(3000)
    assert power_w(site) == pytest.approx(-1500, abs=20)


@pytest.mark.parametrize("mode", [LOGIN_REFUSED, GARBAGE, MUTE])
def test_a_broker_that_does_not_let_us_in_is_tried_less_and_less_often(mode):
    site = connected()
    site.broker_mode = mode
    began_ms = site.now_ms
    site.close("vpp")
    site.run(240000)
    tried_ms = attempts_ms(site, began_ms)
    gaps_ms = [later - sooner for sooner, later in zip(tried_ms, tried_ms[1:])]
    wait_ms = 0 if mode == LOGIN_REFUSED else 10000     # a whole CONNACK is waited for so long
    assert gaps_ms[-1] >= BACKOFF_MAX_MS / 2 + wait_ms and max(gaps_ms) <= BACKOFF_MAX_MS + wait_ms + 500
    assert all(sooner <= later + 100 for sooner, later in zip(gaps_ms, gaps_ms[1:]))
    assert power_w(site) == pytest.approx(-6000, abs=20), "charging never depended on it"
    assert_heals(site)


@pytest.mark.parametrize("door", [REFUSED, HANGING])
def test_a_broker_out_of_reach(door):
    site = connected()
    site.door["vpp"] = door
    site.close("vpp")
    site.run(120000)
    assert not site.gateway.vpp.is_up and power_w(site) == pytest.approx(-6000, abs=20)
    if door == HANGING:
        site.close("vpp")       # the system's own time-out ends an attempt at last
    assert_heals(site)


GARBLED = (
    b"\xff" * 40, b"\x00" * 40, b"\x30\xff\xff\xff\xff", b"\x30\xff\xff\x7f", b"\x20\x02\x00\x00",
    b"\x30\x05\x00\x10abc", b"\x90\x01\x00", bytes(range(256)) * 8, b"\x36\x04\x00\x01a\x00",
)


@pytest.mark.parametrize("data", GARBLED, ids=range(len(GARBLED)))
def test_garbage_in_a_running_session_costs_the_connection_at_most(data):
    site = connected()
    site.bytes_from_broker(data)
    site.run(2000)
    assert power_w(site) == pytest.approx(-6000, abs=20)
    assert_heals(site)


def test_a_silent_broker_is_noticed_by_the_keep_alive():
    site = connected(keep_alive_s=5)
    site.broker_mode = MUTE
    began_ms = site.now_ms
    site.run(20000)
    assert attempts_ms(site, began_ms), "given up after keep-alive and ping time-out"
    assert_heals(site)


def test_a_flood_of_commands_is_counted_in_full_and_followed_in_part():
    site = connected()
    site.run(10000)
    before = site.gateway.vpp.inbox.accepted
    for seq in range(1, 1001):
        order(site, seq, p_w=-100.0 - seq)
    site.run(200)
    vpp = site.gateway.vpp
    taken = vpp.inbox.accepted - before
    assert BUCKET <= taken <= BUCKET + 2 * REFILL_PER_S and taken + vpp.inbox.refused == 1000
    assert len(site.gateway.state.commitments.book.leases) <= 64
    site.run(20000)
    number = refusals.number_of("too_many")
    assert [ack for ack in acks(site) if ack["stage"] == "refused" and ack["reason"] != number] == []
    # What could not even be told is dropped and counted; the gateway's memory is not the flood's.
    told = len(acks(site))
    assert told + vpp._session.dropped >= 1000
    assert site.gateway.ticks >= 450 and site.gateway.stalls == 0
    newest_w = -100.0 - taken
    assert power_w(site) == pytest.approx(newest_w, abs=20), "the newest of those let in"
    order(site, 2000, p_w=-3000.0)
    site.run(2000)
    assert power_w(site) == pytest.approx(-3000, abs=20), "the bucket has filled again"


@pytest.mark.parametrize("jump_ms", [HOUR_MS, -HOUR_MS])
def test_leases_run_on_the_monotonic_clock_when_the_wall_clock_jumps(jump_ms):
    site = connected()
    order(site, 1, lease_ms=20000, p_w=-2000.0)
    site.run(2000)
    assert power_w(site) == pytest.approx(-2000, abs=20)
    site.ports.clock.ms += jump_ms
    site.run(17000)
    assert power_w(site) == pytest.approx(-2000, abs=20), "19 of 20 s"
    site.run(3000)
    assert power_w(site) == pytest.approx(-6000, abs=20)
    assert [ack["stage"] for ack in acks(site)] == ["received", "applied", "expired"]
    # Commands issued by a clock that agrees with ours again are followed.
    order(site, 2, p_w=-1000.0)
    site.run(2000)
    assert power_w(site) == pytest.approx(-1000, abs=20)


def test_a_command_of_a_clock_an_hour_apart_is_refused_by_number():
    site = connected()
    for seq, apart_ms in ((1, HOUR_MS), (2, -HOUR_MS)):
        site.ports.clock.ms += apart_ms
        order(site, seq, p_w=1000.0)        # stamped with this clock
        site.ports.clock.ms -= apart_ms     # and judged by that one
        site.run(500)
    answers = acks(site)
    assert [ack["stage"] for ack in answers] == ["refused", "refused"]
    assert [refusals.name_of(ack["reason"]) for ack in answers] == ["from_the_future", "late"]
    assert power_w(site) == pytest.approx(-6000, abs=20)


def test_a_supervisor_that_says_goodbye_loses_its_leases_after_offline_s():
    site = connected(offline_s=10)
    order(site, 1, p_w=-2000.0)
    site.run(1000)
    site.bytes_from_broker(packet.publish(
        topics.HOST_STATE, messages.encode("host_state", {"state": "offline", "session": "s1"}), qos=0))
    site.run(9000)
    assert power_w(site) == pytest.approx(-2000, abs=20)
    site.run(2500)
    assert power_w(site) == pytest.approx(-6000, abs=20)


def test_what_was_asked_is_acknowledged_over_a_lost_connection():
    site = connected()
    order(site, 1, lease_ms=30000, p_w=-2000.0)
    site.run(100)
    site.close("vpp")
    site.run(40000)
    stages = [(ack["ref"], ack["stage"]) for ack in acks(site)]
    for stage in ("received", "applied", "expired"):
        assert ("c1", stage) in stages, stages


def test_what_is_unknown_is_told_as_unknown():
    site = connected()
    told = messages.decode("tele", site.messages("/up/tele/evse1")[-1])[0]
    assert told["p_w"] == pytest.approx(-6000, abs=20) and told["soc_pct"] is not None
    site.faults["bus:lan"].set(faults.SILENT)
    site.run(15000)
    told = messages.decode("tele", site.messages("/up/tele/evse1")[-1])[0]
    assert (told["p_w"], told["q_var"], told["v_an_v"], told["f_hz"], told["soc_pct"]) == (None,) * 5
    status = queries.status(site.gateway, site.now_ms)["ders"][0]
    assert (status["p_ac_w"], status["soc_pct"], status["v_mean_pu"]) == (None, None, None)


def test_performance_records_leave_room_for_what_has_to_arrive():
    chargers = [dict(fake_site.CHARGER, name="evse%d" % unit, unit=unit) for unit in range(1, 5)]
    site = FaultSite(fake_site.document(evse=chargers, vpp=VPP, service={"enabled": True}),
                     {"bus:lan": {unit: "sim-four-quadrant" for unit in range(1, 5)}})
    site.run(15000)
    site.bytes_from_broker(packet.publish(topics.HOST_STATE, HOST, qos=0))
    for unit in range(1, 5):
        order(site, unit, 600000, kind="reserve", service="gb-dr", p_up_w=4000.0, p_down_w=4000.0, p_base_w=0.0, device="evse%d" % unit)
    site.run(5000)
    site.broker_mode = MUTE
    site.run(20000)
    order(site, 9, p_w=1000.0)
    site.run(1000)
    assert site.gateway.vpp._session.dropped == 0
    site.broker_mode = FINE
    site.run(120000)
    told = [messages.decode("ack", payload)[0] for payload in site.messages("/up/ack")]
    assert "received" in [ack["stage"] for ack in told if ack["ref"] == "c9"]
    batches = [messages.decode("perf", payload)[0]["batch"] for payload in site.messages("/up/perf/evse1")]
    assert batches == sorted(batches) and batches[-1] - batches[0] >= len(batches), "some were left out, and it shows"
