"""`v2g audit SITE.toml`: prints the log of what happened to the gateway's security, and proves that nobody touched it.

Not its job: writing it (edge/audit.py).
Every record holds the hash of the one before. What was cut off at the end, or a whole chain written anew, shows only
against a head that somebody else has: the gateway tells it to its supervisor at every connection and every hour.
"""

import json
import os
import sys
from datetime import UTC, datetime

from edge import audit
from protocols import strict_json
from tools.gateway import store_folder


def add_arguments(parser):
    """Arguments of `v2g audit`."""
    parser.add_argument("site", nargs="?", default="site.toml", help="site file of the gateway (default: %(default)s)")
    store_folder.add_argument(parser)
    parser.add_argument("--head", metavar="N:HASH", help="a head the gateway told its supervisor; the log has to contain it")
    parser.add_argument("--json", action="store_true", help="print records and faults as JSON")


def run(args):
    """Print the records; 1 when the chain is broken, 2 for a head in another form, 3 when there is no log."""
    folder = store_folder.of(args.site, args.store)
    head = _head_of(args.head)
    if args.head and head is None:
        print("v2g audit: --head is written as 17:0123…, the number of a record and 32 digits 0-9 a-f", file=sys.stderr)
        return 2
    old, new = _read(folder, audit.OLD_FILE), _read(folder, audit.FILE)
    if not old and not new:
        print("no audit log in %s; name the gateway's folder with --store" % folder, file=sys.stderr)
        return 3
    records, faults, notes = verify(old, new, head)
    if args.json:
        print(json.dumps({"ok": not faults, "records": records, "faults": faults, "notes": notes,
                          "head": "%d:%s" % _last_of(records, new or old) if records else None}, indent=2))
    else:
        print("\n".join([line_of(record) for record in records] + notes + faults))
        if not faults:
            print("%d records, one chain, head %d:%s" % ((len(records),) + _last_of(records, new or old)))
    return 1 if faults else 0


def verify(old, new, head=None):
    """(records, faults, notes) of the two files' bytes; head: (number, hash) that was told to others, or None.

    Records are those that can be read, in the order they stand. Faults are sentences; none: nobody touched the log, or he
    changed the last record, or cut some off, and no head was given.
    """
    lines, notes = [], []
    for data in (new,) if old == new else (old, new):
        cut = data.rfind(b"\n") + 1
        lines += data[:cut].split(b"\n")[:-1]
        if cut < len(data):
            notes.append("%d bytes of a record that a power cut left unfinished" % (len(data) - cut))
    records, faults = [], []
    before = None       # (number, hash) of the line before
    hashes = {}
    for place, line in enumerate(lines, 1):
        record = _record(line)
        if record is None:
            faults.append("line %d is no record: it was changed" % place)
        else:
            records.append(record)
            faults += _judged(record, before)
            hashes[record["n"]] = audit.link(line)
        before = (record["n"] if record else before[0] + 1 if before else 1, audit.link(line))
    return records, faults + _against(head, records, hashes), notes


def _judged(record, before):
    """Whether a record follows the one before it, (number, hash) or None."""
    number = record["n"]
    if before is None:
        return ["record 1 does not begin a log"] if number == 1 and record["prev"] != audit.GENESIS else []
    expected = before[0] + 1
    if number > expected:
        missing = "record %d is" % expected if number == expected + 1 else "records %d to %d are" % (expected, number - 1)
        return [missing + " missing"]
    if number < expected:
        return ["record %d stands behind record %d: the order was changed" % (number, before[0])]
    return [] if record["prev"] == before[1] else ["record %d was changed: record %d holds another hash" % (before[0], number)]


def _against(head, records, hashes):
    if head is None or not records:
        return [] if head is None else ["record %d is missing" % head[0]]
    number, told = head
    if number < records[0]["n"]:
        return []       # older than what is kept
    if number not in hashes:
        return ["records up to %d were told, the log ends with %d" % (number, records[-1]["n"])]
    return [] if hashes[number] == told else ["record %d is not the one that was told" % number]


def _record(line):
    """The record in a line, None when it is none."""
    content, error = strict_json.decode(line, audit.LINE_MAX_BYTES)
    if error is not None or not isinstance(content, dict) or strict_json.encode(content) != line:
        return None
    is_whole = isinstance(content.get("n"), int) and all(isinstance(content.get(key), str) for key in ("what", "who", "detail", "prev"))
    return content if is_whole else None


def line_of(record):
    """One record for people."""
    when = "clock not set       " if record["t_ms"] is None else (
        datetime.fromtimestamp(record["t_ms"] / 1000, UTC).strftime("%Y-%m-%d %H:%M:%SZ"))
    return "%5d  %s  %-10s %s: %s" % (record["n"], when, record["what"], record["who"], record["detail"])


def _last_of(records, data):
    return records[-1]["n"], audit.link(data[:data.rfind(b"\n")].rpartition(b"\n")[2])


def _head_of(text):
    number, _, told = (text or "").partition(":")
    is_head = number.isdigit() and len(told) == 32 and all(char in "0123456789abcdef" for char in told)
    return (int(number), told) if is_head else None


def _read(folder, name):
    try:
        with open(os.path.join(folder, name), "rb") as file:
            return file.read()
    except FileNotFoundError:
        return b""
