"""Where the power plant is: as the site file says, or as a signed move to another operator said since.

Not its job: taking a move (move.py), the certificates of this gateway (identity.py). Imported when it is asked; a board
forgets it in between.
Source: ours. Each operator's keys and certificates lie under names of their own, so the way back is to forget the move.
"""
from protocols import strict_json

RECORD_FILE = "operator"
SLOTS = ("m1-", "m2-")
_FIELDS = ("host", "port", "config_key", "group", "root_key", "kid")


def moved(store):
    """The record of a move, or None: host, port, claim_port, token, root_key, kid, config_key, group, slot, iat_ms,
    trial (whether the new operator was not reached yet), before (the record it replaced, or None)."""
    record = last(store)
    return record if record.get("slot") in SLOTS else None


def last(store):
    """The record of the last move also where it has failed and only its time of issue is left; {} without one."""
    content, error = strict_json.decode(store.read(RECORD_FILE) or b"", 32768)
    return content if error is None and isinstance(content, dict) else {}


def apply(config, store):
    """Put what a move says in the place of what the site file says; does nothing where there was none. Returns config."""
    record = moved(store)
    if record is None or config.enrol is None:
        return config
    for key in _FIELDS:
        setattr(config.vpp, key, record.get(key))
    config.vpp.key = config.vpp.password = None
    config.enrol.slot = record["slot"]
    config.vpp.ca_file = path(store, record["slot"] + "ca.crt")
    config.enrol.port, config.enrol.token = record["claim_port"], record["token"]
    return config


def slot(config):
    """What the names of this operator's files in the store begin with; "" for the one of the site file."""
    return "" if config.enrol is None else getattr(config.enrol, "slot", "")


def path(store, name):
    """Where a file of the store lies, for a library that reads files; its name in a store that has none."""
    return store.path(name) if hasattr(store, "path") else name
