"""What the supervisor says twice, late or wrongly: broadcasts by number and age, malformed commands by their id.

Not its job: order and times of commands (test_command_window.py). Source: edge/link/inbox.py.
"""

from edge.commitments import AGC_STALE_MS
from edge.link.inbox import AGC_BURST, AGC_REFILL_MS, Inbox
from protocols import auth, messages, refusals, strict_json, topics
from tests.portable import fake_site
from tests.portable.test_gateway import HOST, KEY, VPP, acks, publish, site

TOPIC = topics.topic("cmd", "gw-test")
AGC = topics.topic("agc", group="f1")


def inbox():
    _, run = site(vpp=VPP)
    return run.ports, Inbox(run.gateway.config, run.ports)


def broadcast(seq, scalar, iat_ms=fake_site.UNIX_MS):
    return messages.encode("agc", {"seq": seq, "iat_ms": iat_ms, "scalar": scalar})


def taken(box):
    """Scalars handed on since the last call."""
    commands, box.commands = box.commands, []
    return [command["scalar"] for command in commands]


def test_a_broadcast_that_is_older_or_comes_twice_is_dropped():
    _, box = inbox()
    for seq, scalar, expected in ((7, 0.5, [0.5]), (7, -1, []), (6, -1, []), (8, 0.25, [0.25])):
        box.agc(1000, broadcast(seq, scalar), False)
        assert taken(box) == expected, (seq, scalar)
    box.agc(1000, broadcast(9, 1), True)
    assert taken(box) == [], "retained: nobody knows from when"


def test_a_number_far_ahead_shuts_nobody_out_for_longer_than_a_scalar_holds():
    _, box = inbox()
    box.agc(1000, broadcast(10 ** 12, 1), False)
    box.agc(1000 + AGC_STALE_MS, broadcast(1, 0.5), False)
    assert taken(box) == [1]
    box.agc(1001 + AGC_STALE_MS, broadcast(2, 0.25), False)
    assert taken(box) == [0.25]


def test_a_broadcast_from_long_ago_or_ahead_is_dropped_where_the_clock_is_set():
    for offset_ms, expected in ((-30000, [1]), (-30001, []), (30000, [1]), (30001, [])):
        ports, box = inbox()
        box.agc(0, broadcast(1, 1, fake_site.UNIX_MS + offset_ms), False)
        assert taken(box) == expected, offset_ms
    ports, box = inbox()
    ports.clock.ms = 1000
    box.agc(0, broadcast(1, 1), False)
    assert taken(box) == [1], "no clock of its own to judge by"


def test_a_flood_of_broadcasts_is_read_only_so_often():
    _, box = inbox()
    for seq in range(1, 1001):
        box.agc(5000, broadcast(seq, 1), False)
    assert box.agc_seq == AGC_BURST, "the rest was not even read"
    box.agc(5000 + AGC_REFILL_MS, broadcast(2000, 0.5), False)
    assert taken(box) == [0.5]


def test_a_supervisor_that_starts_anew_counts_anew():
    _, run = site(vpp=VPP)
    run.run(1000)

    def say(session, seq, scalar):
        run.bytes_from_broker(publish(topics.HOST_STATE, messages.encode("host_state", dict(HOST, session=session))))
        run.bytes_from_broker(publish(AGC, broadcast(seq, scalar, run.ports.clock.ms)))
        run.run(100)
        return run.gateway.state.commitments.agc_scalar

    assert say("s1", 5000, 0.5) == 0.5
    assert say("s1", 1, -0.5) == 0.5
    assert say("s2", 1, -0.5) == -0.5


def malformed(**fields):
    content = {"v": 1, "id": "c9", "seq": 9, "iat_ms": fake_site.UNIX_MS, "exp_ms": fake_site.UNIX_MS + 60000, "priority": 20,
               "kind": "setpoint", "p_w": "much"}
    content.update(fields)
    return strict_json.encode(content)


def answer_to(payload):
    _, run = site(vpp=VPP)
    run.run(1000)
    run.bytes_from_broker(publish(TOPIC, payload))
    run.run(1000)
    [ack] = acks(run)
    return ack["ref"], refusals.name_of(ack["reason"])


def signed(json_bytes, key=KEY):
    return auth.sign(TOPIC, json_bytes, "k1", key)


def test_a_malformed_command_is_answered_by_its_id_once_its_signature_is_right():
    assert answer_to(signed(malformed())) == ("c9", "malformed")
    assert answer_to(signed(malformed(v=2))) == ("c9", "unknown_version")
    for unreadable in (malformed(id=7), malformed(id="x" * 41), b"[1]", b"{", b"null"):
        assert answer_to(signed(unreadable)) == ("", "malformed"), unreadable


def test_nobody_puts_an_id_into_an_answer_without_the_key():
    assert answer_to(signed(malformed(), bytes(16))) == ("", "bad_signature")
    assert answer_to(malformed()) == ("", "bad_signature")
