"""What is told of the configuration: hash, version and what differs from the defaults; sections on request.

Not its job: which version holds (config_store.py), sending (vpp.py).
Source: ours. A message has 8 KiB: where the values don't fit, their sections are named and handed out one by one, a section
that is too large in parts.
"""
from edge import config_loader
from protocols import strict_json

VALUES_MAX_BYTES = 5000     # of 8192: the rest is for errors, names and braces
ERRORS_MAX_BYTES = 2000
PART_MAX_BYTES = 6000
HISTORY = "history"         # asked for like a section


def reported(store, document_hash):
    """Content of `config_reported`. store: ConfigStore."""
    values = config_loader.non_default(store.document)
    fits = len(strict_json.encode(values)) <= VALUES_MAX_BYTES
    return {
        "version": store.version, "hash": document_hash, "pending": store.pending, "schema": config_loader.schema(),
        "values": values if fits else None, "sections": None if fits else sorted(values),
        "refused_version": store.refused_version, "errors": _errors(store.errors),
    }


def _errors(errors):
    """As many errors as fit, each cut to what its reader needs."""
    told, room = [], ERRORS_MAX_BYTES
    for path, got, allowed, hint in errors[:20]:
        row = {"path": path[:100], "got": str(got)[:100], "allowed": allowed[:300], "hint": hint[:100]}
        room -= len(strict_json.encode(row))
        if told and room < 0:
            break
        told.append(row)
    return told


def sections(request, store):
    """[(message, content)] that answer a decoded `config_request`; a name that is no section comes back empty."""
    public = config_loader.non_default(store.document)
    found = []
    for name in request["sections"]:
        parts = _parts(store.history.rows if name == HISTORY else public.get(name))
        for number, part in enumerate(parts, 1):
            found.append(("config_section", {
                "ref": request["id"], "section": name, "part": number, "parts": len(parts), "version": store.version,
                "values": {} if part is None else {name: part}}))
    return found


def _parts(part):
    """A section in pieces that fit into one message each."""
    if not isinstance(part, list):
        return [part]
    parts, size = [[]], 0
    for table in part:
        table_bytes = len(strict_json.encode(table)) + 1
        if parts[-1] and size + table_bytes > PART_MAX_BYTES:
            parts.append([])
            size = 0
        parts[-1].append(table)
        size += table_bytes
    return parts
