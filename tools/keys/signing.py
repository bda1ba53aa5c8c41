"""Messages that a role's RSA key signs: revocation of device keys, move to another operator, records.

Not its job: keys (folder.py), verifying (protocols/rsa.py on the gateway).
Source: RSASSA-PKCS1-v1_5 with SHA-256, RFC 8017 §8.2; payloads as protocols/message_tables_seldom.py has them.
"""

import secrets

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from protocols import auth, messages, topics

INSTALLER = "installer"
ID_BYTES = 8


def sign(data, key):
    """Signature of bytes; key: RSA-3072 private key."""
    return key.sign(data, padding.PKCS1v15(), hashes.SHA256())


def signed(name, gateway, content, kid, key):
    """(topic, payload) of a message of the table that is signed with RSA."""
    topic = topics.topic(name, gateway)
    json_bytes = messages.encode(name, content)
    return topic, auth.attach(json_bytes, kid, sign(auth.covered(topic, json_bytes), key))


def head(now):
    """Fields every signed message has; now: datetime in UTC."""
    return {"id": secrets.token_hex(ID_BYTES), "iat_ms": int(now.timestamp() * 1000)}


def revocation(gateway, kids, next_kid, key, now):
    """(topic, payload) of `revocation`: these keys never again, next_kid from now on."""
    return signed("revocation", gateway, {**head(now), "kids": kids, "kid": next_kid}, INSTALLER, key)


def move(gateway, content, key, now):
    """(topic, payload) of `move`; content: host, port, claim_port, ca, token and what else the new operator needs."""
    return signed("move", gateway, {**head(now), **content}, INSTALLER, key)
