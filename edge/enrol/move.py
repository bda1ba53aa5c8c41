"""Takes a signed move to another operator, and goes back when the new one is not reached in time.

Not its job: the signature (arrivals.py), what is in force after the restart (place.py), enrolling there (machine.py).
Source: ours. The new device keys follow from the claim token, so the former operator, whose broker carried the message, has to
be trusted not to use it first: who gets there second is refused, and that is seen.
"""
from edge import field_reasons
from edge.link import place
from protocols import key_tree, strict_json, x509

FRESH_MS = 900000
# A gateway that has not reached its new operator by then goes back.
TRIAL_MS = 3600000
KID = "k1"


def take(link, ports, now_ms, content, is_retained):
    """(number, values) of the event that tells what became of it."""
    config, store = link.config, ports.store
    why = _fault(config, ports, content, is_retained)
    if why is not None:
        return field_reasons.KEY_CHANGE_REFUSED, ["move: " + why]
    before = place.moved(store)
    slot = place.SLOTS[0] if before is None or before["slot"] != place.SLOTS[0] else place.SLOTS[1]
    record = {key: content[key] for key in ("host", "port", "claim_port", "token", "config_key", "group", "iat_ms")}
    # The one before it is what a failed trial goes back to; what that one replaced is over.
    record.update({"slot": slot, "kid": KID, "trial": True, "before": None if before is None else _without_before(before),
                   "root_key": _hex(key_tree.moved_root(content["token"]))})
    try:
        for name in ("gateway.key", "gateway.crt", "issuer.crt", "next.csr", "enrolment", "kids"):
            if store.read(slot + name):
                store.write_atomic(slot + name, b"")    # of an operator from long ago
        _drop_history(store, slot)
        store.write_atomic(slot + "ca.crt", content["ca"].encode())
        store.write_atomic(place.RECORD_FILE, strict_json.encode(record))
    except OSError as error:
        return field_reasons.KEY_CHANGE_REFUSED, ["move: it can't be stored: %s" % error]
    _audit(ports, "moves to %s" % content["host"])
    link.enrol.wants_restart = True
    return field_reasons.OPERATOR_MOVED, ["to " + content["host"]]


def _fault(config, ports, content, is_retained):
    if config.enrol is None or not config.vpp.tls:
        return "this site has no [enrol] section"
    if is_retained:
        return "it is never retained"
    if content["iat_ms"] <= place.last(ports.store).get("iat_ms", 0):
        return "an older one than the last"
    if abs(ports.clock.unix_ms() - content["iat_ms"]) > FRESH_MS:
        return "issued more than 15 min from this clock"
    try:
        x509.from_pem(content["ca"])
    except ValueError as error:
        return "ca: %s" % error
    return None


def go_back(ports):
    """Forget a move whose trial has failed; the words for its event. OSError."""
    record = place.moved(ports.store)
    # What is left keeps the time of issue, so that the same message can't be played again.
    left = record["before"] or {}
    left["iat_ms"] = record["iat_ms"]
    ports.store.write_atomic(place.RECORD_FILE, strict_json.encode(left))
    _audit(ports, "%s was not reached; back to the former operator" % record["host"])
    return "%s was not reached; back to the former operator" % record["host"]


def arrived(ports):
    """The new operator is reached: the move holds. OSError."""
    record = place.moved(ports.store)
    record["trial"] = False
    ports.store.write_atomic(place.RECORD_FILE, strict_json.encode(record))
    _drop_history(ports.store, (record["before"] or {}).get("slot", ""))


def _drop_history(store, slot):
    """What was stored for an operator that gets it no more; nobody else does (archive/ring.py)."""
    for name in store.names(slot + "hist-"):
        store.remove(name)


def _without_before(record):
    return {key: value for key, value in record.items() if key != "before"}


def _hex(data):
    import binascii

    return binascii.hexlify(data).decode()


def _audit(ports, detail):
    from edge import audit      # seldom

    audit.note(ports, "enrolment", "installer", detail)
