"""Changes the device key in use, by name: the new one is derived here and at the host, none ever travels.

Not its job: who asked (link/jobs: a signed job; revocation.py: a signed message), which keys then count (device_keys.py).
Imported when keys change; a board forgets it in between.
Source: ours. Between rotate and finish both keys count, so that neither end has to be first.
"""
from edge import field_reasons
from edge.link import device_keys

KID_CHARS = 16


def rotate(ports, config, kid):
    """Make `kid` the key in use and keep the former one beside it; returns None, or words why not.

    Repeated for the kid in use it does nothing. The link follows with `CommandGate.load_keys`."""
    record = device_keys.record_of(config, ports.store)
    if kid == record["kid"]:
        return None
    if not isinstance(kid, str) or not 1 <= len(kid) <= KID_CHARS:
        return "a key has a name of 1 to %d characters" % KID_CHARS
    if kid in record["revoked"]:
        return "%s was revoked" % kid
    if device_keys.key_of(config, kid) is None:
        return "vpp.root_key is not set, so no other key than %s can be derived" % record["kid"]
    record["previous"], record["kid"] = record["kid"], kid
    return _save(ports, config, record, "%s follows %s" % (kid, record["previous"]))


def finish(ports, config):
    """End the time in which the former key counts too; returns None, or words why not."""
    record = device_keys.record_of(config, ports.store)
    if record["previous"] is None:
        return None
    former, record["previous"] = record["previous"], None
    return _save(ports, config, record, "%s counts no more" % former)


def revoke(ports, config, kids, kid, iat_ms):
    """Never take `kids` again and use `kid`; iat_ms: of the signed message, older ones are stale. None, or words why not."""
    record = device_keys.record_of(config, ports.store)
    if iat_ms < record["iat_ms"]:
        return "an older revocation than the last one"
    if kid in kids:
        return "%s can't be revoked and in use" % kid
    if device_keys.key_of(config, kid) is None:
        return "vpp.root_key is not set, so %s can't be derived" % kid
    revoked = sorted(set(record["revoked"]) | set(kids))
    record = {"kid": kid, "previous": None, "revoked": revoked, "iat_ms": iat_ms}
    return _save(ports, config, record, "revoked: %s; in use: %s" % (", ".join(revoked), kid))


def _save(ports, config, record, words):
    try:
        device_keys.save(config, ports.store, record)
    except OSError as error:
        return "it can't be stored: %s" % error
    from edge import audit      # seldom

    audit.note(ports, "key", record["kid"], words)
    return None


def event(why, words):
    """(code, values) of the event that tells how a change of keys ended; why: None or words."""
    return (field_reasons.KEY_CHANGED, [words]) if why is None else (field_reasons.KEY_CHANGE_REFUSED, [why])
