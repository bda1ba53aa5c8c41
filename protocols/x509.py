"""Certificates and requests for them, P-256 only: a request is written, a certificate is read and checked.

Not its job: issuing certificates (the host's library), TLS (the runtime's), keys themselves (p256.py).
Source: RFC 5280 (certificate), RFC 2986 (PKCS #10 request), RFC 5915 (private key), RFC 5480 and 5758 (P-256, ECDSA).
"""
from protocols import der, p256

_EC_KEY = "1.2.840.10045.2.1"
_P256 = "1.2.840.10045.3.1.7"
_ECDSA_SHA256 = "1.2.840.10045.4.3.2"
_COMMON_NAME = "2.5.4.3"
CERTIFICATE = "CERTIFICATE"
REQUEST = "CERTIFICATE REQUEST"
PRIVATE_KEY = "EC PRIVATE KEY"


def subject(common_name):
    """DER name that is only a common name."""
    return der.item(der.SEQUENCE, der.item(der.SET, der.item(
        der.SEQUENCE, der.oid(_COMMON_NAME), der.item(der.UTF8, common_name.encode()))))


def key_info(public):
    """SubjectPublicKeyInfo of a public key (x, y)."""
    return der.item(der.SEQUENCE, der.item(der.SEQUENCE, der.oid(_EC_KEY), der.oid(_P256)),
                    der.item(der.BIT_STRING, b"\x00", p256.pack(public)))


def private_pem(private):
    """PEM of a private key, as TLS libraries read it."""
    public = der.item(der.BIT_STRING, b"\x00", p256.pack(p256.public_key(private)))
    return der.pem(PRIVATE_KEY, der.item(
        der.SEQUENCE, der.integer(1), der.item(der.OCTET_STRING, private.to_bytes(p256.KEY_BYTES, "big")),
        der.item(0xA0, der.oid(_P256)), der.item(0xA1, public)))


def request(common_name, public_info, sign):
    """DER of a PKCS #10 request. public_info: SubjectPublicKeyInfo; sign: function (bytes) -> DER signature."""
    body = der.item(der.SEQUENCE, der.integer(0), subject(common_name), public_info, der.item(0xA0))
    return der.item(der.SEQUENCE, body, der.item(der.SEQUENCE, der.oid(_ECDSA_SHA256)),
                    der.item(der.BIT_STRING, b"\x00", sign(body)))


def signature(pair):
    """DER of an ECDSA signature (r, s)."""
    return der.item(der.SEQUENCE, der.integer(pair[0]), der.integer(pair[1]))


def request_key(data):
    """SubjectPublicKeyInfo, DER, of a PKCS #10 request; ValueError when it is none. Its signature is the issuer's to check."""
    try:
        return der.children(der.children(der.whole(data, der.SEQUENCE))[0][1])[2][2]
    except IndexError:
        raise ValueError("not a certificate request")


class Certificate:
    """What the gateway looks at in a certificate. Attributes: common_name ("" when there is none), issuer and subject as
    DER names, public_info (SubjectPublicKeyInfo, DER), begins_s and ends_s (Unix s)."""

    def __init__(self, data):
        """data: DER. ValueError when it can't be read."""
        try:
            parts = der.children(der.whole(data, der.SEQUENCE))
            fields = der.children(parts[0][1])
            at = 1 if fields[0][0] == 0xA0 else 0       # a version, unless it is the first
            times = der.children(fields[at + 3][1])
            self.issuer = fields[at + 2][2]
            self.subject = fields[at + 4][2]
            self.public_info = fields[at + 5][2]
            self.begins_s, self.ends_s = _unix_s(times[0]), _unix_s(times[1])
            self._body, self._algorithms, self._signature = parts[0][2], (fields[at + 1][1], parts[1][1]), _bits(parts[2])
            self.common_name = _common_name(self.subject)
        except IndexError:
            raise ValueError("not a certificate")

    def is_signed_by(self, authority):
        """Whether the Certificate `authority` names itself as issuer and its P-256 key made the signature."""
        expected = der.oid(_ECDSA_SHA256)
        if self.issuer != authority.subject or self._algorithms != (expected, expected):
            return False
        try:
            pair = [int.from_bytes(content, "big") for _, content, _ in der.children(der.whole(self._signature, der.SEQUENCE))]
            # Written anew, so that there is one spelling of a signature and not many.
            return (len(pair) == 2 and signature(pair) == self._signature
                    and p256.verify(authority.public(), self._body, pair))
        except ValueError:
            return False

    def public(self):
        """(x, y) of its key; ValueError when it is not a P-256 key."""
        algorithm, bits = der.children(der.whole(self.public_info, der.SEQUENCE))[:2]
        if algorithm[1] != der.oid(_EC_KEY) + der.oid(_P256):
            raise ValueError("not a P-256 key")
        return p256.unpack(_bits(bits))


def from_pem(text):
    """Certificate of PEM text; ValueError."""
    return Certificate(der.from_pem(CERTIFICATE, text))


def _bits(value):
    """Bytes of a BIT STRING; ValueError when it is none or ends within a byte."""
    if value[0] != der.BIT_STRING or value[1][:1] != b"\x00":
        raise ValueError("not a string of whole bytes")
    return value[1][1:]


def _common_name(name):
    for _, content, _ in der.children(der.whole(name, der.SEQUENCE)):
        parts = der.children(der.whole(content, der.SEQUENCE))
        if parts[0][2] == der.oid(_COMMON_NAME):
            return parts[1][1].decode()
    return ""


def _unix_s(time):
    """Unix s of a UTCTime or GeneralizedTime in the one form RFC 5280 allows: …YYMMDDHHMMSSZ."""
    tag, content, _ = time
    text = bytes(content).decode()
    if tag == der.UTC_TIME:
        text = ("19" if text >= "50" else "20") + text
    if len(text) != 15 or text[14] != "Z":
        raise ValueError("time of a certificate")
    year, month, day, hour, minute, second = [int(text[i:j]) for i, j in ((0, 4), (4, 6), (6, 8), (8, 10), (10, 12), (12, 14))]
    # Days since 1970 by the civil calendar, its year beginning with March.
    years = year - (month < 3)
    days = 365 * years + years // 4 - years // 100 + years // 400 + (153 * ((month + 9) % 12) + 2) // 5 + day - 719469
    return ((days * 24 + hour) * 60 + minute) * 60 + second
