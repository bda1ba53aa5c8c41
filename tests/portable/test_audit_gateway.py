"""Who floods a gateway with what is refused wears no flash: a record each ten minutes, an event, the head every hour.

Not its job: the chain (test_audit), each refusal (test_gateway, test_inbox). Source: edge/link/vpp.py.
"""

from edge import audit
from edge.field_reasons import AUDIT_HEAD, MESSAGES_REFUSED
from protocols import auth, messages, topics
from tests.portable import fake_site
from tests.portable.test_gateway import HOST, VPP, publish, site


def forged(seq):
    """A command of somebody without the key."""
    content = {"id": "c%d" % seq, "seq": seq, "iat_ms": fake_site.UNIX_MS, "exp_ms": fake_site.UNIX_MS + 60000, "priority": 20,
               "kind": "setpoint", "p_w": 6000}
    topic = topics.topic("cmd", "gw-test")
    return topic, auth.sign(topic, messages.encode("cmd", content), "k1", b"0" * 16)


def events(run, code):
    decoded = [messages.decode("event", payload)[0] for payload in run.messages("/up/event")]
    return [event for event in decoded if event["code"] == code]


def lines(run):
    return run.ports.store.files.get(audit.FILE, b"").split(b"\n")[:-1]


def test_a_flood_of_forged_commands_is_one_record_and_one_event_in_ten_minutes():
    bank, run = site(vpp=VPP)
    run.run(15000)
    registers = bank.registers[122]
    for second in range(20):
        for n in range(100):
            run.bytes_from_broker(publish(*forged(1 + second * 100 + n)))
        run.run(1000)
    assert run.gateway.vpp.inbox.refused == 2000
    assert len(lines(run)) == 1 and b'"what":"refused"' in lines(run)[0] and b"bad_signature" in lines(run)[0]
    assert len(events(run, MESSAGES_REFUSED)) == 1 and len(events(run, AUDIT_HEAD)) == 1
    assert bank.registers[122] == registers
    run.run(600000)
    run.bytes_from_broker(publish(*forged(9999)))
    run.run(1000)
    assert len(lines(run)) == 2 and b"2001 so far" in lines(run)[1]


def test_the_head_is_told_every_hour_and_at_every_connection():
    _, run = site(vpp=VPP)
    audit.note(run.ports, "login", "10.0.0.4", "page")
    run.run(5000)
    run.bytes_from_broker(publish(topics.HOST_STATE, messages.encode("host_state", HOST)))
    told = messages.decode("info", run.messages("/up/info")[-1])[0]["audit"]
    assert told == "%d:%s" % audit.head(run.ports.store)
    run.run(3600000)
    assert len(events(run, AUDIT_HEAD)) == 1 and audit.head(run.ports.store)[1] in events(run, AUDIT_HEAD)[0]["text"]


def test_the_boot_of_a_record_is_that_of_telemetry():
    _, run = site(vpp=VPP)
    run.run(1000)
    audit.note(run.ports, "login", "x", "")
    assert b'"boot":"%s"' % run.gateway.vpp.boot.encode() in lines(run)[0]
