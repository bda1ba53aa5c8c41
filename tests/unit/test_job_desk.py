"""Roll-outs: waves, stops, pieces of bundles, parts of logs, and that only those who are asked are heard.

Source: host_sim/supervisor/job_desk.py.
"""

import base64
import json

from host_sim.supervisor.job_desk import JobDesk, waves_of
from protocols import messages, topics

FLEET = ["gw-%d" % number for number in range(10)]
BUNDLE = bytes(range(256)) * 100
NOW_MS = 1790000000000


def desk(waves, bundle=BUNDLE, **more):
    ids = iter(range(1000))
    content = {"kind": "update", "version": "0.2.0", "valid_ms": 60000}

    def sign(gateway, fields):
        messages.encode("job", fields)      # fits its table
        return topics.topic("job", gateway), json.dumps(fields).encode()

    return JobDesk(sign, lambda: "job-%d" % next(ids), waves, content, bundle=bundle, **more)


def report(found, gateway, state, **more):
    content = {"boot": "b", "job": found.rows[gateway].job, "state": state, "reason": 0, "version": "0.1.0", **more}
    return found.on_message(topics.topic("job_state", gateway), messages.encode("job_state", content))


def test_waves_begin_with_the_canaries_and_go_on_in_percent():
    assert [len(wave) for wave in waves_of(FLEET, 1, 30)] == [1, 3, 3, 3]
    assert [len(wave) for wave in waves_of(FLEET, 2)] == [2, 8]
    assert [len(wave) for wave in waves_of(FLEET, 0, 50)] == [5, 5]
    assert waves_of(["a"], 1) == [["a"]] and waves_of(["a", "b"], 5) == [["a", "b"]]
    assert sum(waves_of(FLEET, 3, 1), []) == FLEET


def test_the_next_wave_waits_until_the_last_one_has_confirmed():
    found = desk(waves_of(FLEET, 1, 50))
    out = found.on_time(NOW_MS)
    assert [(topic, qos, retain) for topic, _, qos, retain in out] == [("v2g/1/gw-0/dn/job", 1, True)]
    assert json.loads(out[0][1])["sha256"] and json.loads(out[0][1])["exp_ms"] == NOW_MS + 60000
    report(found, "gw-0", "applied")
    assert found.on_time(NOW_MS + 1000) == []
    assert report(found, "gw-0", "confirmed") == [("v2g/1/gw-0/dn/job", b"", 1, True)]      # taken off the broker
    assert len(found.on_time(NOW_MS + 2000)) == 5
    for gateway in FLEET[1:6]:
        report(found, gateway, "confirmed")
    assert len(found.on_time(NOW_MS + 3000)) == 4 and not found.is_over()
    for gateway in FLEET[6:]:
        report(found, gateway, "confirmed")
    assert found.is_over() and found.counts() == {"confirmed": 10}


def test_a_canary_that_fails_stops_the_roll_out():
    for state in ("rolled_back", "failed", "refused"):
        found = desk(waves_of(FLEET, 1))
        found.on_time(NOW_MS)
        report(found, "gw-0", state, reason=40, words="not read: ev")
        assert found.on_time(NOW_MS + 1) == [] and found.is_stopped and found.is_over()
        assert found.counts() == {state: 1, "waiting": 9}
    assert json.loads(found.as_json())["gateways"][0]["words"] == "not read: ev"


def test_a_few_failures_are_suffered_and_more_are_not():
    for failures, stops in ((1, False), (2, True)):
        found = desk(waves_of(FLEET, 0, 50), fail_pct_max=20)
        found.on_time(NOW_MS)
        for number, gateway in enumerate(FLEET[:5]):
            report(found, gateway, "rolled_back" if number < failures else "confirmed")
        assert (found.on_time(NOW_MS + 1) == []) is stops and found.is_stopped is stops


def test_pieces_are_served_from_any_offset_and_only_of_its_own_bundle():
    found = desk(waves_of(FLEET, 0))
    sha256 = json.loads(found.on_time(NOW_MS)[0][1])["sha256"]
    request = {"job": found.rows["gw-3"].job, "sha256": sha256, "offset_bytes": 25000, "chunk_bytes": 400, "chunks": 4}
    out = found.on_message("v2g/1/gw-3/up/fetch", messages.encode("fetch", request))
    assert [topic for topic, *_ in out] == ["v2g/1/gw-3/dn/chunk"] * 2
    pieces = [messages.decode("chunk", payload)[0] for _, payload, _, _ in out]
    assert b"".join(base64.b64decode(piece["data"]) for piece in pieces) == BUNDLE[25000:]
    for wrong in ({"sha256": "0" * 64}, {"job": "job-0"}, {"job": "another"}):
        assert found.on_message("v2g/1/gw-3/up/fetch", messages.encode("fetch", {**request, **wrong})) == []
    assert found.on_message("v2g/1/gw-99/up/fetch", messages.encode("fetch", request)) == []
    assert found.on_message("v2g/1/gw-3/up/fetch", b"{") == []
    largest = messages.encode("fetch", {**request, "offset_bytes": 0, "chunk_bytes": 4500, "chunks": 16})
    assert all(len(payload) < 8192 for _, payload, _, _ in found.on_message("v2g/1/gw-3/up/fetch", largest))


def test_parts_make_a_file_in_whatever_order_they_come():
    found = desk(waves_of(FLEET, 0), bundle=None)
    found.on_time(NOW_MS)
    parts = [b"one ", b"two ", b"three"]
    for number in (2, 0, 1):
        content = {"boot": "b", "job": found.rows["gw-1"].job, "name": "logs", "part": number, "parts": 3 if number == 2 else None,
                   "data": base64.b64encode(parts[number]).decode()}
        assert found.rows["gw-1"].files == {}
        found.on_message("v2g/1/gw-1/up/upload", messages.encode("upload", content))
    assert found.rows["gw-1"].files == {"logs": b"one two three"}
