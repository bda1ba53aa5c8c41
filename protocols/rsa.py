"""Checks RSA-3072 signatures (PKCS#1 v1.5, SHA-256).

Not its job: making them (the host does, with a proper library), what they cover (auth.py).
Source: RSASSA-PKCS1-v1_5, RFC 8017 §8.2.2.
"""

import hashlib

RSA_BYTES = 384  # 3072 bits
RSA_EXPONENT = 65537
# DER prefix of a SHA-256 DigestInfo, RFC 8017 §9.2 note 1
_SHA256_INFO = b"\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20"


def verify(modulus, data, signature):
    """Whether an RSA-3072 PKCS#1 v1.5 SHA-256 signature fits; modulus: integer, exponent 65537.

    The whole padded block is rebuilt and compared, so there is nothing to parse and nothing to forge around.
    """
    if len(signature) != RSA_BYTES or modulus >> (8 * RSA_BYTES - 1) != 1:
        return False
    number = int.from_bytes(signature, "big")
    if number >= modulus:
        return False
    block = pow(number, RSA_EXPONENT, modulus).to_bytes(RSA_BYTES, "big")
    tail = _SHA256_INFO + hashlib.sha256(data).digest()
    # Nothing here is secret, so the comparison may take as long as it likes.
    return block == b"\x00\x01" + b"\xff" * (RSA_BYTES - len(tail) - 3) + b"\x00" + tail
