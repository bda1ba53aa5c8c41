"""Signatures: the published HMAC vectors, an RSA signature made by OpenSSL, and what must be refused.

Not its job: messages and replay. Source: RFC 4231 test cases 1-4, 6, 7; the RSA pair was made with the Python package
cryptography (OpenSSL), its private half thrown away.
"""

import binascii

from protocols import auth, key_tree, rsa
from protocols.message_tables import HMAC, RSA, UNSIGNED

# key, data, HMAC-SHA-256
RFC_4231 = (
    (b"\x0b" * 20, b"Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
    (b"Jefe", b"what do ya want for nothing?", "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
    (b"\xaa" * 20, b"\xdd" * 50, "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"),
    (bytes(range(1, 26)), b"\xcd" * 50, "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"),
    (b"\xaa" * 131, b"Test Using Larger Than Block-Size Key - Hash Key First",
     "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"),
    (b"\xaa" * 131, b"This is a test using a larger than block-size key and a larger than block-size data. "
     b"The key needs to be hashed before being used by the HMAC algorithm.",
     "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"),
)

RSA_TOPIC = "v2g/1/gw-646/dn/config"
RSA_JSON = (b'{"v":1,"id":"c1","iat_ms":1763660000000,"version":2,"base_version":1,"access":"installer",'
            b'"set":{"site":{"i_fuse_a":25}}}')
MODULUS_HEX = (
    "b81b65644da1b10964ac5c1e1ccd97fde4351fc0655a7d8b7edb2fb45cfbb7b1e8772815caf2f85dff22b9fca3625dae"
    "44d20053a231b4881c31e53b89dbf145737cfeda3e411f16db9f2384268f314f2ba28b865e2d67ee4dfb6f520cc698d8"
    "6af423bce931a24e3b941462dc2e4c6b63ecf4eff08a560c4d3c6ac242e6b2a7599276e23f797c0d2b3f5433b3936d59"
    "f0ccfe9f240999e8ffeb492b65df0c1d2a6c865a4d78db3b67970b905ec78db771f761b1cbd2047cf126b180798ec4a2"
    "fc401aeb33b940079a75e8d45e1fdd7ea5a135dfd49c9e7dbf7929243dbab57699cb7bafa094369c0b52eed31a8bf824"
    "a9f9c70347def3a23648b07f904b5a21cad5558cf6fb7b976488e2a5d7f8168ac0c7525c7f8cbef89cdcd74a688ae92d"
    "b99b476349b0664fe6bf74b1b7de203cc8e8ed5616b506a484891a59379fb922005ae06afc9bdd7203c83ad83bca5430"
    "8e384468ba350fd021cd169f1684d4227aee78b254264073d709fde130d5bd9ab15ad011ca84dd38af148cb983df93d9"
)
SIGNATURE_HEX = (
    "0cc186b3160cf1daff06844c8ed44028e7b8d33dcce5a6ba8243314c4658dc8fa58072933792987296d2a969dd78e59d"
    "875e233499a6349ef61d2e556b632915f846712df0cfe485c9bb84d791172e60d2704e928a82f78eefff9e733dedba16"
    "17e9dbe7059629f090c3fc9f8b5072ffd4bba9b864d689d9f4118a4630c67c640105e77b768dda394bcf092c47cb63c7"
    "1c848be5241debfc501f748cedb87d3cdb607e672bb7ce64f5e438663040b8526fbb0409555536911134fbe08b1cff29"
    "98f60fb4c967edb527c3a05f58ced5d53c780a47f4f7d1fec06ddc57a84bcf24ae8565cb8634321f1fa643be7afd6a3d"
    "b31d7e9b38c7772d9d70ac4d75c1a8a090917a1d24fdd12dca846be590849d4c7e37b730301c4b4e64d4caecfefc3c0a"
    "647c3b887671adb225ef2dbb9b3e04250c7f71fef232e5780fb74561c5b8163c76d7878be3d5169ea2be4eb84caebeb7"
    "2c0982622ce246845ed34dee6459b7bdcb998510f7a7436ec497961dd02b3a6b78db95a97e2a4a3387d956f427ffb66c"
)
MODULUS = int(MODULUS_HEX, 16)
SIGNATURE = binascii.unhexlify(SIGNATURE_HEX)

TOPIC = "v2g/1/gw-646/dn/cmd"
KEY = bytes(range(32))
BODY = b'{"v":1,"kind":"wape_lift"}'


def test_hmac_gives_the_published_values():
    for key, data, mac in RFC_4231:
        assert binascii.hexlify(auth.hmac_sha256(key, data)).decode() == mac, data


def test_a_signed_message_comes_back_with_its_key_name():
    payload = auth.sign(TOPIC, BODY, "k1", KEY)
    assert payload.startswith(BODY + b"\nk1:")
    assert auth.verify(HMAC, TOPIC, payload, {"k1": KEY}) == (BODY, "k1", None)


def test_a_message_cannot_be_moved_to_another_topic():
    payload = auth.sign(TOPIC, BODY, "k1", KEY)
    for topic in ("v2g/1/gw-645/dn/cmd", "v2g/1/gw-646/dn/plan", "v2g/1/gw-646/up/cmd", ""):
        assert auth.verify(HMAC, topic, payload, {"k1": KEY})[2][0] == "bad_signature", topic


def test_every_broken_form_has_its_code():
    good = auth.sign(TOPIC, BODY, "k1", KEY)
    cases = (
        (BODY, "unsigned"),
        (BODY + b"\n", "unsigned"),
        (BODY + b"\nk1", "unsigned"),
        (BODY + b"\nk1:", "unsigned"),
        (BODY + b"\n:00", "unsigned"),
        (BODY + b"\nk1:0", "unsigned"),
        (good[:-1] + b"g", "unsigned"),
        (good[:-64] + good[-64:].upper(), "unsigned"),
        (BODY + b"\nk2:00", "unknown_key"),
        (BODY + b"\nk1:00", "bad_signature"),
        (good + b"00", "bad_signature"),
        (good[:-2], "bad_signature"),
        (b" " + good, "bad_signature"),
        (b"x" * (auth.MAX_PAYLOAD_BYTES + 1), "oversized"),
    )
    for payload, code in cases:
        json_bytes, kid, error = auth.verify(HMAC, TOPIC, payload, {"k1": KEY})
        assert json_bytes is None and kid is None and error[0] == code, (payload[-70:], error)


def test_the_table_decides_the_scheme_not_the_message():
    payload = auth.sign(TOPIC, BODY, "k1", KEY)
    assert auth.verify(RSA, TOPIC, payload, {"k1": MODULUS})[2][0] == "bad_signature"
    assert auth.verify("none", TOPIC, payload, {"k1": KEY})[2][0] == "bad_signature"
    assert auth.verify(UNSIGNED, TOPIC, BODY, {}) == (BODY, None, None)


def test_old_and_new_key_are_both_good_while_a_key_is_changed():
    keys = {"k1": KEY, "k2": b"another key of sixteen bytes"}
    for kid in keys:
        assert auth.verify(HMAC, TOPIC, auth.sign(TOPIC, BODY, kid, keys[kid]), keys)[1] == kid


def test_keys_of_gateways_differ_and_follow_from_the_master():
    master = b"m" * 32
    key = key_tree.device_key(master, "gw-646", "k1")
    assert len(key) == 32 and key == auth.hmac_sha256(auth.hmac_sha256(master, b"gw-646"), b"k1")
    assert key != key_tree.device_key(master, "gw-645", "k1") and key != key_tree.device_key(master, "gw-646", "k2")


def test_replaced_hardware_knows_none_of_the_next_ones_keys():
    master = b"m" * 32
    roots = [key_tree.root_key(master, "gw-646", generation) for generation in (1, 2, 3)]
    assert len(set(roots)) == 3 and roots[0] == key_tree.root_key(master, "gw-646")


def test_rsa_accepts_the_signature_openssl_made():
    payload = auth.attach(RSA_JSON, "installer", SIGNATURE)
    assert auth.verify(RSA, RSA_TOPIC, payload, {"installer": MODULUS}) == (RSA_JSON, "installer", None)


def test_rsa_refuses_everything_else():
    data = auth.covered(RSA_TOPIC, RSA_JSON)
    assert rsa.verify(MODULUS, data, SIGNATURE)
    number = int(SIGNATURE_HEX, 16)
    wrong = (
        SIGNATURE[:-1], SIGNATURE + b"\x00", b"", bytes(384), b"\xff" * 384,
        (number ^ 1).to_bytes(384, "big"), (number ^ (1 << 3000)).to_bytes(384, "big"),
    )
    for signature in wrong:
        assert not rsa.verify(MODULUS, data, signature)
    assert not rsa.verify(MODULUS, data + b" ", SIGNATURE)
    assert not rsa.verify(MODULUS + 2, data, SIGNATURE)


def test_rsa_refuses_a_weak_key():
    # with a small modulus a forged "signature" of 384 bytes would be easy
    for modulus in (0, 1, 15, MODULUS >> 1, MODULUS << 1):
        assert not rsa.verify(modulus, auth.covered(RSA_TOPIC, RSA_JSON), SIGNATURE)


def test_comparison_looks_at_every_byte():
    assert auth.same(b"", b"") and auth.same(b"abc", b"abc")
    for other in (b"abd", b"xbc", b"ab", b"abcd"):
        assert not auth.same(b"abc", other)
