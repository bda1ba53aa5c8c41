"""No recorded command is taken a second time: after a restart, from a lost, spoiled or older store, for a new configuration.

Not its job: power cuts while the number is written (fault/test_power_cuts_gateway), signatures (test_auth).
Source: edge/link/command_gate.py; the number is kept in steps, to spare flash.
"""

from edge import config_loader
from edge.drivers.profile_loader import load_profile
from edge.link.command_gate import SEQ_STEP, CommandGate
from protocols import auth, messages, topics
from protocols.refusals import DUPLICATE, LATE, STALE
from tests.portable import fake_site

TOPIC = topics.topic("cmd", "gw-test")
KEY = b"\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f"
SEQ_FILE = "command-seq"
LEASE_MS = 600000


def gate(ports):
    """The gate of a gateway that has just started."""
    vpp = {"enabled": True, "host": "h", "tls": False, "key": fake_site.KEY_HEX}
    config, errors = config_loader.load(fake_site.document(vpp=vpp), load_profile)
    assert not errors
    return CommandGate(config, ports)


def command(seq, iat_ms=fake_site.UNIX_MS):
    """A signed command, as somebody may have recorded it."""
    content = {"id": "c%d" % seq, "seq": seq, "iat_ms": iat_ms, "exp_ms": iat_ms + LEASE_MS, "priority": 20,
               "kind": "setpoint", "p_w": 6000}
    return auth.sign(TOPIC, messages.encode("cmd", content), "k1", KEY)


def answer(a_gate, payload, now_ms=0):
    return a_gate.check(now_ms, TOPIC, payload, False)[1]


def restarted(ports, after_ms=1000, **files):
    """Another start of the same machine; files: what of its store is another now, None: gone."""
    again = fake_site.Ports()
    again.clock.ms = ports.clock.ms + after_ms
    again.store.files.update(ports.store.files)
    for name, data in files.items():
        again.store.files.pop(name.replace("_", "-"))
        if data is not None:
            again.store.files[name.replace("_", "-")] = data
    return again


def test_the_number_is_written_once_in_a_thousand_and_holds_over_a_restart():
    ports = fake_site.Ports()
    first = gate(ports)
    writes = 0
    for seq in range(1, 2 * SEQ_STEP + 1):
        before = ports.store.files.get(SEQ_FILE)
        assert answer(first, command(seq), seq * 1000) == 0
        writes += ports.store.files[SEQ_FILE] != before
    assert writes == 2
    second = gate(restarted(ports))
    for seq in (1, SEQ_STEP, 2 * SEQ_STEP):
        assert answer(second, command(seq)) == STALE, seq
    # What lies between is given away: the sender has to begin above it.
    assert answer(second, command(2 * SEQ_STEP + 1)) == STALE
    assert answer(second, command(3 * SEQ_STEP + 2)) == 0
    assert answer(second, command(3 * SEQ_STEP + 2)) == DUPLICATE


def test_a_lost_or_spoiled_number_takes_nothing_from_before_the_start():
    ports = fake_site.Ports()
    assert answer(gate(ports), command(7)) == 0
    for data in (None, b"", b"\0\0\0\0", b"12x"):
        again = restarted(ports, 60000, command_seq=data)
        assert answer(gate(again), command(7)) == STALE, data
        assert answer(gate(restarted(ports, 60000, command_seq=data)), command(1, again.clock.ms)) == 0


def test_a_store_put_back_to_an_earlier_day_takes_only_what_has_not_ended():
    ports = fake_site.Ports()
    older = dict(ports.store.files)
    first = gate(ports)
    assert answer(first, command(5)) == 0
    older[SEQ_FILE] = b"4"
    ports.store.files = older
    assert answer(gate(restarted(ports, LEASE_MS)), command(5)) == LATE
    # Nobody can tell a copy of the store from the store; the length of a lease is what bounds it.
    assert answer(gate(restarted(ports, LEASE_MS - 1)), command(5)) == 0
