"""The broker of the live bench: Mosquitto with TLS where both can be had, else without TLS, else our own.

Not its job: access rules (the bench is alone on loopback), measuring.
Source: mosquitto.conf(5) `certfile`, `keyfile`; RFC 5280 certificates made for one run by the cryptography package.
"""

import datetime
import ipaddress
import os

from host_sim.broker import mosquitto
from host_sim.broker.mosquitto import Mosquitto
from host_sim.broker.server import OwnBroker

LIFETIME = datetime.timedelta(days=1)


class TlsMosquitto(Mosquitto):
    """Mosquitto that only takes TLS, with a certificate of its own CA in `folder`."""

    def __init__(self, folder):
        self.ca_file, self._certificate, self._key = make_certificates(folder)
        super().__init__()

    def _write_files(self, access):
        path = super()._write_files(access)
        with open(path, "a", encoding="utf-8") as file:
            file.write("certfile %s\nkeyfile %s\n" % (self._certificate, self._key))
        return path


def start(folder):
    """(listening broker, CA file or None); folder: where certificates may lie for the run."""
    if not mosquitto.find():
        return OwnBroker(), None
    try:
        broker = TlsMosquitto(folder)
    except ModuleNotFoundError:     # no cryptography: the figures are taken without TLS, and say so
        return Mosquitto(), None
    return broker, broker.ca_file


def make_certificates(folder):
    """Files in `folder`: (CA certificate, server certificate for 127.0.0.1, server key), ECDSA P-256, PEM."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    def certificate(subject, key, issuer, issuer_key, is_ca):
        name, now = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, subject)]), datetime.datetime.now(datetime.UTC)
        builder = x509.CertificateBuilder(
            x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, issuer)]), name, key.public_key(),
            x509.random_serial_number(), now - LIFETIME, now + LIFETIME)
        builder = builder.add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
        if is_ca:
            usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
            builder = builder.add_extension(usage, critical=True)
        address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
        builder = builder.add_extension(x509.SubjectAlternativeName([address]), critical=False)
        ids = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
        issuer_ids = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key())
        builder = builder.add_extension(ids, critical=False).add_extension(issuer_ids, critical=False)
        return builder.sign(issuer_key, hashes.SHA256())

    ca_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    encoding = serialization.Encoding.PEM
    files = {
        "ca.pem": certificate("bench CA", ca_key, "bench CA", ca_key, True).public_bytes(encoding),
        "server.pem": certificate("127.0.0.1", key, "bench CA", ca_key, False).public_bytes(encoding),
        "server.key": key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()),
    }
    for name, content in files.items():
        with open(os.path.join(folder, name), "wb", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
            file.write(content)
    return [os.path.join(folder, name) for name in files]
