"""The commissioning record in the store: what it says, and whether it may be believed.

Not its job: making one (`v2g commission`), showing it. Imported when somebody asks.
Source: ours. The file is JSON, a newline and the installer's RSA signature over topic and JSON, or the word unsigned.
"""
from protocols import auth, strict_json

FILE = "commissioning"
KEY_ID = "installer"
UNSIGNED = b"unsigned"
MAX_BYTES = 65536

# what became of it
NONE = "none"                   # there is no record
DAMAGED = "damaged"             # not readable, or not a record
BAD_SIGNATURE = "bad_signature" # signed with another key, or changed since
IS_UNSIGNED = "unsigned"
UNCHECKED = "unchecked"         # signed, but this gateway has no installer's key
VALID = "valid"


def topic(gateway):
    """What the signature covers beside the record: it belongs to one gateway."""
    return "commissioning/" + gateway


def stored(store, gateway, installer_key_hex):
    """(record or None, state): what the store holds. gateway: its id; installer_key_hex: RSA modulus, None without one.

    A record that is not believed is given back all the same, with its state; None when it can't be read.
    """
    return opened(store.read(FILE), gateway, installer_key_hex)


def opened(data, gateway, installer_key_hex):
    """As `stored`, of a file's bytes; None: there is no file."""
    if data is None:
        return None, NONE
    json_bytes, _, last = data.rpartition(b"\n")
    record, error = strict_json.decode(json_bytes, MAX_BYTES)
    if error is not None or not isinstance(record, dict) or record.get("format") != 1:
        return None, DAMAGED
    if last == UNSIGNED:
        return record, IS_UNSIGNED
    _, kid, signature = auth.split(data)
    if kid != KEY_ID or record.get("gateway") != gateway:
        return record, BAD_SIGNATURE
    if not installer_key_hex:
        return record, UNCHECKED
    is_good = _verify(int(installer_key_hex, 16), auth.covered(topic(gateway), json_bytes), signature)
    return record, VALID if is_good else BAD_SIGNATURE


def _verify(modulus, data, signature):
    from protocols import rsa

    return rsa.verify(modulus, data, signature)


def summary(store, config):
    """{"state", "ok", "when", "who", "is_current", "failed"}: what page and telemetry tell. is_current: of this configuration.

    failed: number of tests that failed; None in all but `state` where there is no record.
    """
    record, state = stored(store, config.gateway.id, getattr(config.vpp, "installer_key", None))
    if record is None:
        return {"state": state, "ok": None, "when": None, "who": None, "is_current": None, "failed": None}
    rows = record.get("rows") or []
    return {"state": state, "ok": record.get("ok"), "when": record.get("when"), "who": record.get("who"),
            "is_current": record.get("config") == config.hash,
            "failed": len([row for row in rows if row.get("result") == "fail"])}
