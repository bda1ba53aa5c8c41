"""Requests, keys and certificates against the cryptography package and the program openssl, in both directions.

Source: the peers themselves; neither shares code with protocols/x509.py.
"""

import datetime
import os
import shutil
import subprocess

import pytest
from cryptography import x509 as peer
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils

from protocols import der, p256, x509

PEM, DER = serialization.Encoding.PEM, serialization.Encoding.DER


def certificate(key, issuer_key, name="gw-1", issuer="CA", begins=None, ends=None):
    """DER of a certificate made by the peer."""
    begins = begins or datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    ends = ends or datetime.datetime(2027, 1, 1, tzinfo=datetime.UTC)
    named = [peer.Name([peer.NameAttribute(peer.NameOID.COMMON_NAME, text)]) for text in (issuer, name)]
    builder = peer.CertificateBuilder(named[0], named[1], key.public_key(), peer.random_serial_number(), begins, ends)
    return builder.sign(issuer_key, hashes.SHA256()).public_bytes(DER)


def own_request(private, name="gw-1"):
    public = x509.key_info(p256.public_key(private))
    return x509.request(name, public, lambda body: x509.signature(p256.sign(private, body)))


def test_the_peer_reads_our_request_and_our_key():
    for _ in range(5):
        private = p256.private_key(os.urandom)
        read = peer.load_der_x509_csr(own_request(private))
        assert read.is_signature_valid
        assert read.subject.rfc4514_string() == "CN=gw-1"
        key = serialization.load_pem_private_key(x509.private_pem(private).encode(), None)
        assert key.private_numbers().private_value == private
        assert read.public_key().public_numbers() == key.public_key().public_numbers()


def test_the_peer_takes_our_signature_and_we_take_the_peers():
    for i in range(20):
        data = os.urandom(i)
        key = ec.generate_private_key(ec.SECP256R1())
        numbers = key.private_numbers()
        public = numbers.public_numbers.x, numbers.public_numbers.y
        assert p256.public_key(numbers.private_value) == public
        key.public_key().verify(utils.encode_dss_signature(*p256.sign(numbers.private_value, data)), data,
                                ec.ECDSA(hashes.SHA256()))
        pair = utils.decode_dss_signature(key.sign(data, ec.ECDSA(hashes.SHA256())))
        assert p256.verify(public, data, pair)
        assert not p256.verify(public, data + b"x", pair)


def test_we_read_the_peers_certificate():
    authority, key, other = [ec.generate_private_key(ec.SECP256R1()) for _ in range(3)]
    # Both forms of time: UTCTime to 2049, GeneralizedTime from 2050 on.
    ends = datetime.datetime(2051, 2, 28, 23, 59, 59, tzinfo=datetime.UTC)
    ca = x509.Certificate(certificate(authority, authority, "CA"))
    read = x509.Certificate(certificate(key, authority, ends=ends))
    assert read.common_name == "gw-1"
    assert read.ends_s == int(ends.timestamp())
    assert read.begins_s == int(datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC).timestamp())
    info = key.public_key().public_bytes(DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    assert read.public_info == info
    assert read.is_signed_by(ca) and ca.is_signed_by(ca)
    assert not x509.Certificate(certificate(key, other)).is_signed_by(ca)
    assert not x509.Certificate(certificate(key, authority, issuer="other CA")).is_signed_by(ca)


def test_an_authority_with_another_kind_of_key_is_refused():
    authority = ec.generate_private_key(ec.SECP384R1())
    ca = x509.Certificate(certificate(authority, authority, "CA"))
    assert not x509.Certificate(certificate(ec.generate_private_key(ec.SECP256R1()), authority)).is_signed_by(ca)


def test_every_cut_and_every_flipped_byte_is_refused_or_unsigned():
    authority = ec.generate_private_key(ec.SECP256R1())
    ca = x509.Certificate(certificate(authority, authority, "CA"))
    good = certificate(ec.generate_private_key(ec.SECP256R1()), authority)
    for cut in range(0, len(good), 7):
        with pytest.raises(ValueError):
            x509.Certificate(good[:cut])
    for at in range(0, len(good), 5):
        bad = good[:at] + bytes([good[at] ^ 0x11]) + good[at + 1:]
        try:
            assert not x509.Certificate(bad).is_signed_by(ca), at
        except ValueError:
            pass    # not readable at all


def test_openssl_reads_our_request_and_key(tmp_path):
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    private = p256.private_key(os.urandom)
    (tmp_path / "key").write_text(x509.private_pem(private))
    (tmp_path / "csr").write_text(der.pem(x509.REQUEST, own_request(private)))
    run = subprocess.run(["openssl", "req", "-in", tmp_path / "csr", "-verify", "-noout", "-subject", "-pubkey"],
                         capture_output=True, text=True, check=True)
    assert "verify OK" in run.stderr + run.stdout and "gw-1" in run.stdout
    public = subprocess.run(["openssl", "pkey", "-in", tmp_path / "key", "-pubout"], capture_output=True, text=True, check=True)
    assert public.stdout in run.stdout
