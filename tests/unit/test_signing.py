"""Signing with a PEM key without any library, against `cryptography` and openssl.

Not its job: checking signatures on a gateway (tests of protocols/rsa.py).
"""

import pytest

from protocols import rsa
from tools.gateway.signing import Key, KeyUnusable

pytest.importorskip("cryptography")

from cryptography.hazmat.primitives import hashes, serialization  # noqa: E402
from cryptography.hazmat.primitives.asymmetric import ec, padding  # noqa: E402
from cryptography.hazmat.primitives.asymmetric import rsa as peer_rsa  # noqa: E402

DATA = b"commissioning/gw-1\n" + b'{"ok":true}'


@pytest.fixture(scope="module")
def peer():
    return peer_rsa.generate_private_key(public_exponent=65537, key_size=3072)


def pem(key, form, encryption=None):
    return key.private_bytes(serialization.Encoding.PEM, form, encryption or serialization.NoEncryption())


def key_of(tmp_path, data):
    path = tmp_path / "key.pem"
    path.write_bytes(data)
    return Key(path)


@pytest.mark.parametrize("form", (serialization.PrivateFormat.PKCS8, serialization.PrivateFormat.TraditionalOpenSSL))
@pytest.mark.parametrize("use_openssl", (True, False))
def test_signature_is_that_of_the_peer(peer, tmp_path, form, use_openssl):
    key = key_of(tmp_path, pem(peer, form))
    signature = key.sign(DATA, use_openssl)
    assert signature == peer.sign(DATA, padding.PKCS1v15(), hashes.SHA256()), "PKCS#1 v1.5 is deterministic"
    assert rsa.verify(int(key.modulus_hex, 16), DATA, signature) and not rsa.verify(key.modulus, DATA + b" ", signature)


def test_keys_that_cannot_sign_are_refused_with_the_next_step(peer, tmp_path):
    small = peer_rsa.generate_private_key(public_exponent=65537, key_size=2048)
    curve = ec.generate_private_key(ec.SECP256R1())
    whole = pem(peer, serialization.PrivateFormat.PKCS8)
    for data, word in (
            (pem(small, serialization.PrivateFormat.PKCS8), "3072"),
            (pem(curve, serialization.PrivateFormat.PKCS8), "not an RSA key"),
            (pem(peer, serialization.PrivateFormat.PKCS8, serialization.BestAvailableEncryption(b"x")), "encrypted"),
            (b"hello", "no RSA private key"), (b"", "no RSA private key"),
            (whole[:900] + b"\n-----END PRIVATE KEY-----\n", "")):
        with pytest.raises(KeyUnusable) as refused:
            key_of(tmp_path, data)
        assert word in str(refused.value), refused.value


def test_a_damaged_key_never_hands_out_a_wrong_signature(peer, tmp_path):
    key = key_of(tmp_path, pem(peer, serialization.PrivateFormat.PKCS8))
    key._dp ^= 2        # a fault in one half of the arithmetic would betray the other prime
    with pytest.raises(KeyUnusable):
        key.sign(DATA, False)
