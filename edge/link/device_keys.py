"""Which device keys sign commands for this gateway: the one in use, the one before it, none that was revoked.

Not its job: checking a signature (protocols/auth.py), who may ask for a change (rotation.py). Imported when keys change; a
board forgets it in between.
Source: ours; two keys at a time let both ends change over without a gap.
"""
import binascii

from edge.link import place
from protocols import key_tree, strict_json

RECORD_FILE = "kids"


def record_of(config, store):
    """{"kid", "previous" or None, "revoked": [kid, …], "iat_ms": of the newest revocation} as kept, else as configured."""
    content, error = strict_json.decode(store.read(place.slot(config) + RECORD_FILE) or b"")
    if error is None and isinstance(content, dict) and isinstance(content.get("kid"), str):
        return content
    return {"kid": config.vpp.kid, "previous": None, "revoked": [], "iat_ms": 0}


def save(config, store, record):
    """Keep a record and wait until it is safe. OSError when it can't be."""
    store.write_atomic(place.slot(config) + RECORD_FILE, strict_json.encode(record))


def root_of(config):
    """Root of this gateway's keys, bytes, or None."""
    return None if config.vpp.root_key is None else binascii.unhexlify(config.vpp.root_key)


def key_of(config, kid):
    """The key with the name kid, bytes, or None: as configured, else derived from the root."""
    if kid == config.vpp.kid and config.vpp.key:
        return binascii.unhexlify(config.vpp.key)
    root = root_of(config)
    return None if root is None else key_tree.kid_key(root, kid)


def accepted(config, store):
    """{kid: key} of all that count now."""
    record = record_of(config, store)
    keys = {}
    for kid in (record["kid"], record["previous"]):
        key = None if kid is None or kid in record["revoked"] else key_of(config, kid)
        if key is not None:
            keys[kid] = key
    return keys
