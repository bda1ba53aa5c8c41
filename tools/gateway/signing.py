"""Signs with an RSA-3072 key from a PEM file, on a gateway that has no library for it.

Not its job: making keys (`v2g keys`), checking signatures (protocols/rsa.py). Use the host where there is a choice.
Source: RSASSA-PKCS1-v1_5 with SHA-256, RFC 8017 §8.2.1; PKCS#1 and PKCS#8 keys, RFC 8017 A.1.2 and RFC 5208. openssl does it
where it is installed; else this module's own arithmetic, by the Chinese remainder theorem, checked before it is handed out.
"""

import binascii
import hashlib
import os
import shutil
import subprocess

from protocols import rsa

INTEGER, OCTETS, SEQUENCE = 0x02, 0x04, 0x30
# OID of rsaEncryption in a PKCS#8 key, RFC 8017 A.1
RSA_OID = bytes.fromhex("06092a864886f70d010101")
PEM_KINDS = {"RSA PRIVATE KEY": "pkcs1", "PRIVATE KEY": "pkcs8"}


class KeyUnusable(Exception):
    """The file holds no key that can sign; the text says why and what to do."""


class Key:
    """A private key: modulus and what signs with it."""

    def __init__(self, path):
        """path: PEM file, not encrypted. KeyUnusable when it is something else, OSError when it can't be read."""
        self.path = path
        with open(path, encoding="ascii", errors="replace") as file:
            numbers = _numbers(_der(file.read()))
        (self.modulus, self._exponent, self._secret, self._p, self._q, self._dp, self._dq, self._q_inverse) = numbers
        if self.modulus.bit_length() != 8 * rsa.RSA_BYTES or self._exponent != rsa.RSA_EXPONENT:
            raise KeyUnusable("a key of %d bits: RSA-3072 with exponent 65537 is needed; v2g keys installer makes one"
                              % self.modulus.bit_length())

    @property
    def modulus_hex(self):
        """As a site file has it in vpp.installer_key."""
        return "%0*x" % (2 * rsa.RSA_BYTES, self.modulus)

    def sign(self, data, use_openssl=True):
        """Signature of data, 384 bytes; use_openssl False: by this module alone."""
        signature = _openssl(self.path, data) if use_openssl else None
        if signature is None:
            signature = self._power(_padded(data)).to_bytes(rsa.RSA_BYTES, "big")
        if not rsa.verify(self.modulus, data, signature):
            raise KeyUnusable("the key does not fit to itself: it is damaged")     # also what a fault in the arithmetic would show
        return signature

    def _power(self, block):
        """block ** secret mod modulus, by both primes."""
        of_p, of_q = pow(block, self._dp, self._p), pow(block, self._dq, self._q)
        return of_q + (self._q_inverse * (of_p - of_q) % self._p) * self._q


def _padded(data):
    """EMSA-PKCS1-v1_5 of RFC 8017 §9.2 as a number."""
    tail = bytes.fromhex("3031300d060960864801650304020105000420") + hashlib.sha256(data).digest()
    return int.from_bytes(b"\x00\x01" + b"\xff" * (rsa.RSA_BYTES - len(tail) - 3) + b"\x00" + tail, "big")


def _openssl(path, data):
    """Signature by openssl, None where there is none or it can't."""
    program = shutil.which("openssl")
    if program is None:
        return None
    done = subprocess.run([program, "dgst", "-sha256", "-sign", os.fspath(path)], input=data, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, check=False)
    return done.stdout if done.returncode == 0 and len(done.stdout) == rsa.RSA_BYTES else None


def _der(text):
    """The key's DER bytes, of PKCS#1."""
    if "ENCRYPTED" in text:
        raise KeyUnusable("the key is encrypted: decrypt it into memory first, openssl pkey -in KEY -out /dev/shm/key.pem")
    for name, kind in PEM_KINDS.items():
        _, found, rest = text.partition("-----BEGIN %s-----" % name)
        body, is_whole, _ = rest.partition("-----END %s-----" % name)
        if found and is_whole:
            try:
                data = binascii.a2b_base64("".join(body.split()))
            except binascii.Error as error:
                raise KeyUnusable("the PEM text is damaged: %s" % error) from None
            return data if kind == "pkcs1" else _inner(data)
    raise KeyUnusable("no RSA private key in PEM form in it; v2g keys installer makes one")


def _inner(data):
    """The PKCS#1 key inside a PKCS#8 one."""
    outer = _Der(data).take(SEQUENCE)
    outer.take(INTEGER)
    if RSA_OID not in outer.take(SEQUENCE).data:
        raise KeyUnusable("not an RSA key; v2g keys installer makes one")
    return outer.take(OCTETS).data


def _numbers(data):
    """n, e, d, p, q, d mod p-1, d mod q-1, 1/q mod p."""
    key = _Der(data).take(SEQUENCE)
    key.take(INTEGER)
    return [int.from_bytes(key.take(INTEGER).data, "big") for _ in range(8)]


class _Der:
    """Reads one value of DER after another."""

    def __init__(self, data):
        self.data = data
        self._at = 0

    def take(self, wanted):
        """The contents of the next value, of that tag."""
        data, at = self.data, self._at
        if len(data) < at + 2 or data[at] != wanted:
            raise KeyUnusable("the key's contents are damaged or of another kind")
        size, at = data[at + 1], at + 2
        if size & 0x80:
            count = size & 0x7F
            size, at = int.from_bytes(data[at:at + count], "big"), at + count
        if at + size > len(data):
            raise KeyUnusable("the key is cut short")
        self._at = at + size
        return _Der(data[at:at + size])
