"""Signed messages: JSON bytes, a newline, `kid:signature` in hex.

Not its job: which message is signed with what (message_tables.py), replay (command_window.py), RSA (rsa.py), where keys
come from (key_tree.py).
The signature covers the topic and the raw bytes, so nothing can be moved to another gateway or turned around.
There is no algorithm field: the table decides, a sender cannot lower it.
Source: HMAC RFC 2104, SHA-256 FIPS 180-4.
"""

import binascii
import hashlib

from protocols.message_words import HMAC, RSA

BLOCK_BYTES = 64
MAX_PAYLOAD_BYTES = 8192 + 1024  # JSON at its limit, plus kid and the longest signature


def hmac_sha256(key, data):
    """HMAC-SHA256, 32 bytes. MicroPython on boards has no hmac module."""
    if len(key) > BLOCK_BYTES:
        key = hashlib.sha256(key).digest()
    key = key + bytes(BLOCK_BYTES - len(key))
    inner = hashlib.sha256(bytes([b ^ 0x36 for b in key]))
    inner.update(data)
    outer = hashlib.sha256(bytes([b ^ 0x5C for b in key]))
    outer.update(inner.digest())
    return outer.digest()


def same(a, b):
    """Whether two byte strings are equal, in a time that does not tell where they differ."""
    if len(a) != len(b):
        return False
    difference = 0
    for left, right in zip(a, b):
        difference |= left ^ right
    return difference == 0


def covered(topic, json_bytes):
    """The bytes a signature covers. A topic holds no newline, so the two parts cannot be shifted."""
    return topic.encode() + b"\n" + json_bytes


def attach(json_bytes, kid, signature):
    """The payload on the wire: JSON, newline, kid:hex."""
    return json_bytes + b"\n" + kid.encode() + b":" + binascii.hexlify(signature)


def sign(topic, json_bytes, kid, key):
    """A payload signed with HMAC; kid: name of the key (no colon, no newline), key: bytes."""
    return attach(json_bytes, kid, hmac_sha256(key, covered(topic, json_bytes)))


def verify(scheme, topic, payload, keys):
    """Checks a payload: (json bytes, kid, None), or (None, None, error).

    scheme: UNSIGNED, HMAC or RSA from the message table; unsigned payloads come back whole with kid None.
    keys: {kid: key bytes} for HMAC, {kid: modulus as integer} for RSA.
    error: (code, path, got, allowed) with codes oversized, unsigned, unknown_key, bad_signature.
    """
    if len(payload) > MAX_PAYLOAD_BYTES:
        return None, None, ("oversized", "", len(payload), "at most %d bytes" % MAX_PAYLOAD_BYTES)
    if scheme is None:
        return payload, None, None
    json_bytes, kid, signature = split(payload)
    if kid is None:
        return None, None, ("unsigned", "", "no signature", "JSON, newline, kid:hex")
    key = keys.get(kid)
    if key is None:
        return None, None, ("unknown_key", "kid", kid[:16], "a key of this gateway")
    data = covered(topic, json_bytes)
    if scheme == HMAC:
        good = same(signature, hmac_sha256(key, data))
    else:
        good = scheme == RSA and _rsa_verify(key, data, signature)
    if not good:
        return None, None, ("bad_signature", "", "%d bytes" % len(signature), "made with key " + kid[:16])
    return json_bytes, kid, None


def _rsa_verify(modulus, data, signature):
    from protocols import rsa   # a site that takes no configuration from afar never needs it

    return rsa.verify(modulus, data, signature)


def split(payload):
    """(json bytes, kid, signature bytes) of a payload; kid is None when there is no well-formed signature."""
    cut = payload.rfind(b"\n")
    if cut < 0:
        return payload, None, None
    kid, colon, digits = bytes(payload[cut + 1:]).partition(b":")
    if not colon or not kid or len(digits) % 2 or not digits:
        return payload, None, None
    for byte in digits:
        if byte not in b"0123456789abcdef":  # one spelling only
            return payload, None, None
    for byte in kid:
        if not 33 <= byte <= 126:
            return payload, None, None
    return bytes(payload[:cut]), kid.decode(), binascii.unhexlify(digits)
