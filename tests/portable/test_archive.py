"""Stored history: records after damage, batches by the message table, the ring's files, what waits while nothing can be written.

Not its job: outages in the virtual world (fault/test_store_and_forward.py). Source: edge/archive.
"""

import json

from edge import queries
from edge.archive import records
from edge.archive.ring import Ring
from edge.link import performance
from protocols import messages, topics
from protocols.mqtt import packet, queue_exit
from protocols.mqtt.session import SILENT_MS, MqttSession
from tests.portable import fake_site

VPP = {"enabled": True, "host": "broker", "tls": False, "key": fake_site.KEY_HEX, "telemetry_s": 1}


def telemetry(seq, **more):
    content = {"boot": "b1", "seq": seq, "mono_ms": 1000 * seq, "p_w": -1.5, "why": "because {it} \"is\" so"}
    content.update(more)
    return records.record("tele/evse1", messages.encode("tele", content))


def event(seq, **more):
    content = {"boot": "b1", "seq": seq, "mono_ms": 5, "code": 230, "name": "link_lost", "severity": "warning"}
    content.update(more)
    return records.record("event", messages.encode("event", content))


def found_in(data):
    """Bodies of all sound records."""
    bodies, end = [], 0
    while True:
        body, stop = records.next_record(data, end)
        if body is None:
            return bodies
        bodies.append(bytes(data[body:stop]))
        end = stop


def test_a_batch_reads_as_the_messages_it_is_made_of():
    batch = {"boot": "b1", "batch": 7, "mono_ms": 9, "t_ms": 5, "records": [
        {"mono_ms": 9, "service": "gb-dc", "f_hz": 49.9, "p_w": None, "p_base_w": 0.0, "p_response_w": 1.0}]}
    data = telemetry(1) + event(4, device="evse1") + records.record("perf/evse1", messages.encode("perf", batch)) + telemetry(2)
    items, end, count = records.batch(data)
    assert (end, count) == (len(data), 4)
    content, error = messages.decode("hist", records.message("b2", 3, items))
    assert error is None and (content["boot"], content["batch"]) == ("b2", 3)
    assert [(row["device"], row["boot"], row["seq"], row["why"]) for row in content["tele"]] == [
        ("evse1", "b1", 1, "because {it} \"is\" so"), ("evse1", "b1", 2, "because {it} \"is\" so")]
    assert content["event"][0]["device"] == "evse1" and content["event"][0]["seq"] == 4
    assert content["perf"][0]["records"] == batch["records"] and content["perf"][0]["device"] == "evse1"


def test_a_batch_never_exceeds_what_a_message_may_be():
    data = b"".join([telemetry(seq, why="w" * 200) for seq in range(100)])
    sizes, at = [], 0
    while at < len(data):
        items, end, count = records.batch(data[at:])
        payload = records.message("b" * 32, 123456789, items)
        assert messages.decode("hist", payload)[1] is None and len(payload) <= 8192
        sizes.append(count)
        at += end
    assert sum(sizes) == 100 and max(sizes) <= records.BATCH_RECORDS
    small = b"".join([event(seq) for seq in range(120)])
    assert records.batch(small)[2] <= records.BATCH_RECORDS


def test_the_largest_batch_of_the_recorder_fits():
    row = {"mono_ms": 123456789012, "service": "gb-dr", "f_hz": 49.98765, "p_w": -12345.678, "p_base_w": -12345.678,
           "p_response_w": -12345.678}
    content = {"boot": "b" * 8, "batch": 99999999, "mono_ms": 123456789012, "t_ms": 1793000000000,
               "records": [row] * performance.RECORDS}
    assert records.record("perf/" + "e" * 32, messages.encode("perf", content))
    assert records.record("tele/evse1", b"{" + b"x" * records.RECORD_MAX_BYTES) == b""


def test_after_any_damage_the_next_sound_record_is_found():
    good = [telemetry(seq) for seq in range(3)]
    whole = b"".join(good)
    for cut in range(1, len(good[1])):
        torn = good[0] + good[1][:cut] + good[2]
        assert [json.loads(body[body.find(b"{"):])["seq"] for body in found_in(torn)] == [0, 2], cut
        holed = good[0] + good[1][:cut] + bytes(len(good[1]) - cut) + good[2]
        assert [json.loads(body[body.find(b"{"):])["seq"] for body in found_in(holed)] == [0, 2], cut
    for place in range(len(whole)):
        broken = whole[:place] + bytes((whole[place] ^ 0x55,)) + whole[place + 1:]
        assert len(found_in(broken)) == 2, place
    assert found_in(bytes(500)) == [] and found_in(b"") == []


class Store(fake_site.Store):
    """With little room."""

    free = 1 << 20

    def free_bytes(self):
        """A number."""
        return self.free


def test_the_ring_gives_up_the_oldest_file_and_counts_what_was_in_it():
    store = Store()
    ring = Ring(store, 65536)
    counts = [ring.append(b"".join([telemetry(seq) for seq in range(20)])) for _ in range(40)]
    assert len(ring.numbers) == 16 and sum(counts) > 0
    assert sum([len(data) for data in store.files.values()]) <= 65536
    held = sum([len(found_in(data)) for data in store.files.values()])
    assert held + sum(counts) == 40 * 20
    again = Ring(store, 65536)      # after a restart no file is written on
    assert again.numbers == ring.numbers
    again.append(telemetry(1))
    assert again.numbers[-1] == ring.numbers[-1] + 1


def test_a_gateway_that_restarts_again_and_again_pushes_nothing_out():
    store, room_bytes = Store(), 256 * 1024
    ring = Ring(store, room_bytes)
    for seq in range(1, 401):
        ring.append(telemetry(seq))
    lost = 0
    for boot in range(300):
        lost += Ring(store, room_bytes).append(telemetry(boot))
    assert lost == 0 and len(store.files) > 300
    ring = Ring(store, room_bytes)
    for seq in range(4000):     # what lies there by then has its place within the room
        lost += ring.append(telemetry(seq))
    assert lost > 0 and sum([len(data) for data in store.files.values()]) <= room_bytes


def test_a_loss_that_was_told_in_a_lost_file_is_told_again():
    store = Store()
    ring = Ring(store, 65536)
    ring.append(event(1, code=490, name="history_lost", text="records of an outage lost: 3, 57") + telemetry(1))
    assert ring.drop_oldest() == 2 + 57


def test_only_a_quarter_of_the_free_space_is_used():
    store = Store()
    store.free = 200000
    assert Ring(store, 16777216).bytes_max == 50000
    store.free = 0
    assert Ring(store, 16777216).bytes_max == 0     # and still two small files, or nothing would ever be kept
    assert Ring(store, 16777216).append(telemetry(1)) == 0


def test_a_restart_with_less_free_space_gives_nothing_up():
    store = Store()
    ring = Ring(store, 1 << 20)
    for _ in range(100):
        ring.append(telemetry(1) * 20)
    files = len(ring.numbers)
    assert files > 10
    store.free = 1000
    again = Ring(store, 1 << 20)
    oldest = len(found_in(store.files["hist-0"]))
    assert again.append(telemetry(2)) == oldest and len(again.numbers) == files, "one file for another"


def test_no_operator_gets_what_was_stored_for_another():
    store = Store()
    Ring(store, 65536).append(telemetry(1))
    moved = Ring(store, 65536, "m1-")
    assert moved.numbers == []
    moved.append(telemetry(2))
    assert (Ring(store, 65536).numbers, sorted(store.files)) == ([0], ["hist-0", "m1-hist-0"])


def queued(count, window=3):
    """A session online with QoS 1 messages, the first `window` of them sent."""
    session = MqttSession("gw-test", window=window)
    session.connect(0)
    session.receive(0, b"\x20\x02\x00\x00")
    for number in range(count):
        name = ("tele/evse1", "ack")[number % 2]
        session.publish(topics.ROOT + "gw-test/up/" + name, b"%d" % number, 1)
    session.outgoing(0)
    return session


def test_withdrawn_messages_are_gone_only_where_nobody_can_acknowledge_them():
    session = queued(6)
    found = queue_exit.withdraw(session, False, lambda topic: "tele" in topic)
    assert [payload for _, payload in found] == [b"0", b"2", b"4"]
    assert session.inflight == 3 and session.queued == 2      # 0 and 2 are on their way, 4 is ours now
    session = queued(6)
    session.closed(5)
    found = queue_exit.withdraw(session, True, lambda topic: "tele" in topic)
    assert [payload for _, payload in found] == [b"0", b"2", b"4"]
    session.connect(10)
    session.receive(10, b"\x20\x02\x01\x00")
    sent = [packet.parse_publish(first, body) for first, body in packet.Splitter(16384).feed(session.outgoing(10))]
    assert [(bytes(row[1]), row[4]) for row in sent] == [(b"1", True), (b"3", False), (b"5", False)]


def test_a_mute_broker_makes_the_queue_crowded_in_time():
    session = queued(1)
    assert not session.is_crowded
    session.outgoing(SILENT_MS - 1)
    assert not session.is_crowded
    session.outgoing(SILENT_MS)
    assert session.is_crowded


def test_a_gateway_keeps_what_the_broker_misses_and_forgets_it_afterwards():
    site = fake_site.FakeSite(fake_site.document(vpp=VPP), {"bus:lan": {1: fake_site.charger_bank()}})
    site.run(5000)
    assert site.gateway.vpp.archive is None
    site._do, do = lambda actions: do([action for action in actions if action[:2] != ("connect", "vpp")]), site._do
    site.close("vpp")
    site.run(30000)
    assert site.gateway.vpp.archive is not None and "hist-0" in site.ports.store.files
    assert queries.status(site.gateway, site.now_ms)["vpp"]["stored_files"] == 1
    live = len(site.messages("/up/tele/evse1"))
    site._do = do
    site._do(site.gateway.on_open(site.now_ms, "vpp"))
    site.run(15000)
    assert site.gateway.vpp.archive is None and "hist-0" not in site.ports.store.files
    seqs = [messages.decode("tele", payload)[0]["seq"] for payload in site.messages("/up/tele/evse1")]
    for payload in site.messages("/up/hist"):
        seqs += [row["seq"] for row in messages.decode("hist", payload)[0]["tele"] if row["device"] == "evse1"]
    assert sorted(set(seqs)) == list(range(1, max(seqs) + 1)) and len(seqs) > live + 30
