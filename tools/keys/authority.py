"""The certificate authority of one fleet: issues certificates for servers and gateways, keeps the list of revoked ones.

Not its job: where its key lies (folder.py), who may have a certificate (commands, enrol_desk.py).
Source: RFC 5280; certificates of gateways serve as clients only, so none of them can play the broker.
"""

import datetime
import ipaddress

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from tools.keys.names import Refused

AUTHORITY_YEARS = 20
SERVER_DAYS = 5 * 365
CLIENT_DAYS = 365
# A board can't make a new key by itself: its certificate lives until somebody comes by.
BOARD_DAYS = 10 * 365
# A gateway whose clock runs a little behind must not find its certificate in the future.
BACKDATE = datetime.timedelta(hours=1)


def new_key():
    """A P-256 key."""
    return ec.generate_private_key(ec.SECP256R1())


def create(name, now):
    """(key, self-signed certificate) of a new authority; now: datetime in UTC."""
    key = new_key()
    own = _name(name)
    builder = _builder(own, own, key.public_key(), (now - BACKDATE, now + datetime.timedelta(days=365 * AUTHORITY_YEARS)))
    usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
    # No authority below this one.
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(usage, critical=True)
    builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    return key, builder.sign(key, hashes.SHA256())


class Authority:
    """An authority at work."""

    def __init__(self, key, certificate):
        """key: P-256 private key of cryptography; certificate: its own."""
        self.certificate = certificate
        self._key = key

    def certificate_pem(self):
        """Its own certificate, PEM text."""
        return pem_of(self.certificate)

    def server(self, hosts, public_key, now):
        """Certificate of a broker reachable under these names and addresses."""
        names = [_general_name(host) for host in hosts]
        return self._issue(hosts[0], public_key, (now, SERVER_DAYS), ExtendedKeyUsageOID.SERVER_AUTH, names)

    def client(self, name, public_key, now, days=CLIENT_DAYS):
        """Certificate of a gateway or of the supervisor: its common name is its user name at the broker."""
        return self._issue(name, public_key, (now, days), ExtendedKeyUsageOID.CLIENT_AUTH)

    def issue(self, gateway, request_der, unix_s):
        """PEM certificate for a gateway's PKCS #10 request. Refused with the reason. What the request says of its subject
        counts only in so far as it must not be another's name."""
        try:
            request = x509.load_der_x509_csr(request_der)
            public_key = request.public_key()
            names = [part.value for part in request.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
        # The library's own exceptions have no base in common; a hostile gateway must not end the desk.
        except (ValueError, TypeError, UnsupportedAlgorithm, x509.InvalidVersion) as error:
            raise Refused("not a certificate request: %s" % error)
        if not isinstance(public_key, ec.EllipticCurvePublicKey) or public_key.curve.name != "secp256r1":
            raise Refused("the key is not on P-256")
        if not request.is_signature_valid:
            raise Refused("the request is not signed with its own key")
        if names != [gateway]:
            raise Refused("the request is for another name")
        return pem_of(self.client(gateway, public_key, datetime.datetime.fromtimestamp(unix_s, datetime.UTC)))

    def revoked_list(self, serials, now):
        """PEM list of revoked certificates. It holds as long as the authority: nobody fetches it anew, a broker that
        finds its list outdated would refuse every gateway."""
        builder = x509.CertificateRevocationListBuilder(self.certificate.subject, now, self.certificate.not_valid_after_utc)
        for serial in serials:
            row = x509.RevokedCertificateBuilder(serial, now)
            builder = builder.add_revoked_certificate(row.build())
        builder = builder.add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False)
        builder = builder.add_extension(x509.CRLNumber(int(now.timestamp())), critical=False)
        return builder.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()

    def _issue(self, name, public_key, life, usage, names=()):
        now, days = life
        ends = min(now + datetime.timedelta(days=days), self.certificate.not_valid_after_utc)
        builder = _builder(self.certificate.subject, _name(name), public_key, (now - BACKDATE, ends))
        builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        key_usage = x509.KeyUsage(True, False, False, False, False, False, False, False, False)
        builder = builder.add_extension(key_usage, critical=True)
        builder = builder.add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
        builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
        builder = builder.add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False)
        if names:
            builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        return builder.sign(self._key, hashes.SHA256())


def pem_of(certificate):
    """PEM text of a certificate."""
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def serial_of(certificate_pem):
    """Serial number of a PEM certificate."""
    return x509.load_pem_x509_certificate(certificate_pem.encode()).serial_number


def _builder(issuer, subject, public_key, times):
    return x509.CertificateBuilder(issuer, subject, public_key, x509.random_serial_number(), times[0], times[1])


def _name(text):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _general_name(host):
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)
