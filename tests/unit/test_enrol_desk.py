"""The desk's side of enrolment: who is answered, what again, what never; floods, old clocks, replays.

Source: contracts of host_sim/supervisor/enrol_desk.py.
"""

import base64
import datetime

import pytest

from host_sim.supervisor.enrol_desk import BURST, FRESH_MS, REFILL_MS, EnrolDesk, MemoryRegister
from protocols import auth, der, key_tree, messages, p256, topics, x509
from tools.keys.authority import Authority, create

UNIX_MS = 1790000000000
TOKEN, OTHER_TOKEN = "A" * 26, "B" * 26
KEY = b"k" * 32


@pytest.fixture
def desk():
    key, certificate = create("fleet", datetime.datetime.fromtimestamp(UNIX_MS / 1000, datetime.UTC))
    register = MemoryRegister()
    register.admit("gw-1", TOKEN, {"k1": KEY})
    made = EnrolDesk(Authority(key, certificate), register, lambda: "answer")
    made.register = register
    return made


def request(private=7, name="gw-1"):
    return x509.request(name, x509.key_info(p256.public_key(private)), lambda body: x509.signature(p256.sign(private, body)))


def message(csr=None, kind="claim", kid=None, key=None, *, gateway="gw-1", iat_ms=UNIX_MS):
    kid = kid or (key_tree.CLAIM_KID if kind == "claim" else "k1")
    key = key or (key_tree.claim_key(TOKEN) if kid == key_tree.CLAIM_KID else KEY)
    content = {"id": "r1", "iat_ms": iat_ms, "kind": kind, "request": base64.b64encode(csr or request()).decode()}
    topic = topics.topic("enrol", gateway)
    return topic, auth.sign(topic, messages.encode("enrol", content), kid, key)


def answer(desk, sent, now_ms=0, unix_ms=UNIX_MS, key=None):
    """Content of the one answer, None when there is none."""
    out = desk.on_message(now_ms, unix_ms, *sent)
    if not out:
        return None
    (topic, payload), = out
    keys = {key_tree.CLAIM_KID: key_tree.claim_key(TOKEN), "k1": KEY}
    json_bytes, _, error = auth.verify("hmac", topic, payload, keys)
    assert error is None and topic == "v2g/1/gw-1/dn/certificate"
    return messages.decode("certificate", json_bytes)[0]


def test_a_token_is_good_for_one_key_and_the_same_request_gets_the_same_answer(desk):
    first = answer(desk, message())
    assert x509.from_pem(first["certificate"]).common_name == "gw-1" and first["ref"] == "r1"
    assert answer(desk, message(), 10000)["certificate"] == first["certificate"]
    assert "another key" in answer(desk, message(request(8)), 20000)["refused"]
    assert (desk.issued, desk.repeated, desk.refused) == (1, 1, 1)


def test_what_is_not_signed_by_the_gateway_gets_no_word(desk):
    for sent in (message(key=key_tree.claim_key(OTHER_TOKEN)), message(kid="k9", key=KEY), message(kind="renew", key=b"x" * 32),
                 message(kind="renew", kid=key_tree.CLAIM_KID), message(kind="claim", kid="k1", key=KEY),
                 message(gateway="gw-2"), (message()[0], b"{}"), (message()[0], b""),
                 ("v2g/1/gw-1/up/event", message()[1]), ("elsewhere", b"")):
        assert answer(desk, sent, 10 * REFILL_MS) is None, sent
    moved = topics.topic("enrol", "gw-1"), message(gateway="gw-2")[1]
    assert answer(desk, moved, 20 * REFILL_MS) is None
    assert desk.issued == 0


def test_requests_that_no_certificate_can_be_made_of_are_told_why(desk):
    for now_s, (csr, part) in enumerate(((request(name="gw-2"), "another name"), (b"\x30" * 100, "not a certificate request"),
                                         (request()[:-1] + bytes([request()[-1] ^ 1]), "signed"))):
        assert part in answer(desk, message(csr), 10000 * now_s)["refused"]
    assert answer(desk, message(), 60000)["certificate"]    # the token is still good


def odd_requests():
    """Properly framed, each with one part that the library does not know."""
    algorithm = der.item(der.SEQUENCE, der.oid("1.2.840.10045.4.3.2"))
    unknown = der.oid("1.2.3.4")
    bits = der.item(der.BIT_STRING, b"\x00", bytes(65))
    infos = [der.item(der.SEQUENCE, der.item(der.SEQUENCE, unknown), bits),
             der.item(der.SEQUENCE, der.item(der.SEQUENCE, der.oid("1.2.840.10045.2.1"), unknown), bits)]
    names = [der.item(der.SEQUENCE, der.item(der.SET, der.item(der.SEQUENCE, der.oid("2.5.4.3"), value)))
             for value in (der.item(der.UTF8, b"\xff"), der.item(der.INTEGER, b"\x05"), der.item(der.BIT_STRING, b"\x00x"))]
    good = x509.key_info(p256.public_key(7))
    rows = [(5, x509.subject("gw-1"), good)] + [(0, x509.subject("gw-1"), info) for info in infos] + [(0, name, good) for name in names]
    return [der.item(der.SEQUENCE, der.item(der.SEQUENCE, der.integer(version), name, info, der.item(0xA0)), algorithm, bits)
            for version, name, info in rows]


def test_no_request_ends_the_desk(desk):
    for number, csr in enumerate(odd_requests()):
        assert "not a certificate request" in answer(desk, message(csr), 10000 * number)["refused"]
    assert answer(desk, message(), 100000)["certificate"]


def test_a_gateway_in_service_renews_by_its_device_key_and_an_old_request_brings_nothing_new(desk):
    answer(desk, message())
    old = message(request(8), "renew")
    first = answer(desk, old, 10000)["certificate"]
    assert answer(desk, message(request(9), "renew"), 20000)["certificate"] != first
    assert answer(desk, old, 30000)["certificate"] == first
    assert desk.issued == 3 and desk.repeated == 1


def test_a_recorded_request_is_worth_nothing_after_a_quarter_of_an_hour(desk):
    assert "15 min apart" in answer(desk, message(), 0, UNIX_MS + FRESH_MS + 1)["refused"]
    assert answer(desk, message(iat_ms=0), 10000, UNIX_MS + FRESH_MS + 1)["certificate"], "a clock that was never set"


def test_a_flood_is_dropped_and_harms_no_other_gateway(desk):
    desk.register.admit("gw-2", OTHER_TOKEN)
    answers = [answer(desk, message(key=key_tree.claim_key(OTHER_TOKEN))) for _ in range(100)]
    assert answers == [None] * 100 and desk.dropped == 100
    assert answer(desk, message()) is None          # its own door is shut for a while
    other = desk.on_message(0, UNIX_MS, *message(request(8, "gw-2"), key=key_tree.claim_key(OTHER_TOKEN), gateway="gw-2"))
    assert len(other) == 1
    assert answer(desk, message(), REFILL_MS)["certificate"]
    assert BURST < 100
