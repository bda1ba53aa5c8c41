"""Keys that are made of keys: from the fleet's master to a gateway's device keys, from a claim token to its messages.

Not its job: signing with them (auth.py), certificates (x509.py).
Source: HMAC as a key derivation with one label a purpose, NIST SP 800-108 §4.1 with a single block.

Tree: master (host only) → root of a gateway → key of a kid. A gateway that has its root follows a rotation by the name
of the new key alone, so no key ever travels. A claim token is text, 26 characters of base 32 (130 bits), made on the host
and used once; a gateway that has been in service uses its root where a new one uses the token.
"""
import binascii

from protocols.auth import hmac_sha256

# The name of the key that signs with a token, at the end of a payload.
CLAIM_KID = "claim"
CLAIM_USER = "claim-"
RENEW_USER = "renew-"


def root_key(master, gateway, generation=1):
    """Root of one gateway's keys, 32 bytes.

    generation: counts the hardware that has borne this name; what was replaced must not know the next one's keys.
    """
    return hmac_sha256(master, (gateway if generation == 1 else "%s#%d" % (gateway, generation)).encode())


def kid_key(root, kid):
    """Device key with the name kid, 32 bytes."""
    return hmac_sha256(root, kid.encode())


def device_key(master, gateway, kid):
    """Device key of a gateway's first hardware, 32 bytes."""
    return kid_key(root_key(master, gateway), kid)


def claim_key(token):
    """Key of the messages `enrol` and `certificate` under a token, 32 bytes."""
    return hmac_sha256(token.encode(), b"v2g enrol messages")


def moved_root(token):
    """Root of the keys of a gateway that came by a move message, 32 bytes: its site file still has the former operator's."""
    return hmac_sha256(token.encode(), b"v2g moved root")


def password(secret):
    """Password of the claim connection, 32 hex digits; secret: bytes of the token's text, or the root."""
    return binascii.hexlify(hmac_sha256(secret, b"v2g enrol broker")[:16]).decode()


def mark(token):
    """What a gateway remembers of a token it has used: enough to know it again, of no other use."""
    return binascii.hexlify(hmac_sha256(token.encode(), b"v2g enrol used")[:8]).decode()
