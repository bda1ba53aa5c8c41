"""What happened to the gateway's security, in a log whose every record holds the hash of the one before it.

Not its job: reading and judging it (tools/gateway/audit.py), what the control loop did (journal.py). Called seldom: a board
forgets it in between.
A record is one line of JSON: n, t_ms (Unix time or null), boot, what, who, detail, prev: the first 16 bytes of SHA-256 of
the line before. Two files are kept, `audit` and the full one before it, `audit-old`; the chain goes on from one to the
other. Who can write the files can write a whole new chain: that is what the head is published for, at every connection
and every hour.
Source: ours; the chain as in RFC 6962 2.1 is more than one writer needs.
"""
import binascii
import hashlib

from edge.field_reasons import AUDIT_HEAD, MESSAGES_REFUSED
from protocols import strict_json
from protocols.command_window import clock_or_none
from protocols.forgetting import FORGETS

FILE = "audit"
OLD_FILE = "audit-old"
FILE_BYTES = 8192 if FORGETS else 65536
FREE_MIN_BYTES = 65536      # what is left for configuration and journal on a nearly full disk
LINE_MAX_BYTES = 2048
GENESIS = "00" * 16         # prev of the first record
WHO_MAX, DETAIL_MAX = 60, 200


def note(ports, what, who, detail):
    """Append one record and wait until it is safe; True when it is kept, False on a full or broken disk.

    ports: store, clock, log. what: a word of the caller (config, job, key, enrolment, login, reset, refused); who: kid,
    address, or the part that did it; detail: text. Whoever lets others cause records bounds how often.
    """
    store = ports.store
    free_bytes = store.free_bytes() if hasattr(store, "free_bytes") else None
    if free_bytes is not None and free_bytes < FREE_MIN_BYTES:
        return False
    data, number, prev, lost_bytes = _last(store)
    lines = b""
    if lost_bytes:
        lines, prev = _line(ports, number + 1, prev, ("cut", "gateway", "%d bytes of an unfinished record" % lost_bytes))
        number += 1
    line, _ = _line(ports, number + 1, prev, (what, who, detail))
    lines += line
    try:
        if len(data) + len(lines) > FILE_BYTES:
            store.write_atomic(OLD_FILE, data)      # a cut in between leaves both files alike, and this is done again
            store.write_atomic(FILE, lines)
        elif lost_bytes or not data:
            store.write_atomic(FILE, data + lines)
        else:
            store.append(FILE, lines, True)
    except OSError as error:
        ports.log("audit record not written: %s" % error)
        return False
    return True


def told(ports, refusals, count):
    """Events about the log: of messages that were refused, and its head.

    refusals: (reason, subject, values) of now, [] without any, the last one becomes a record; count: of all since the start.
    """
    events = []
    if refusals:
        _, subject, values = refusals[-1]
        detail = "%d so far, the last: %s" % (count, " ".join([str(value) for value in values if value is not None]))
        note(ports, "refused", subject or "vpp", detail)
        events.append((MESSAGES_REFUSED, "gateway", [count, _plain(detail)[:DETAIL_MAX]]))
    last = head(ports.store)
    return events if last is None else events + [(AUDIT_HEAD, "gateway", list(last))]


def head(store):
    """(number, hash) of the last record, or None while there is none."""
    _, number, prev, _ = _last(store)
    return (number, prev) if number else None


def link(line):
    """The hash that the record after this line holds; line: bytes without the newline."""
    return binascii.hexlify(hashlib.sha256(line).digest()[:16]).decode()


def _last(store):
    """(sound bytes of the newest file, number of the last record, its hash, bytes behind it that are no record)."""
    found = store.read(FILE) or b""
    cut = found.rfind(b"\n") + 1
    data = found[:cut]
    if not data:
        return b"", 0, GENESIS, len(found)
    line = data[data.rfind(b"\n", 0, cut - 1) + 1:cut - 1]
    content, error = strict_json.decode(line, LINE_MAX_BYTES)
    number = content.get("n") if error is None and isinstance(content, dict) else None
    # A record that somebody spoiled stays where it is, for the one who verifies.
    return data, number if isinstance(number, int) else data.count(b"\n"), link(line), len(found) - cut


def _line(ports, number, prev, words):
    """(one line with its newline, its hash). words: what, who, detail."""
    what, who, detail = words
    content = {"n": number, "t_ms": clock_or_none(ports.clock.unix_ms()), "boot": getattr(ports, "boot", None),
               "what": what, "who": _plain(who[:WHO_MAX]), "detail": _plain(detail[:DETAIL_MAX]), "prev": prev}
    line = strict_json.encode(content)
    return line + b"\n", link(line)


def _plain(text):
    """Printable ASCII: what a stranger sent must not play with the terminal of the one who reads it. Our ranges ("0.1–600 s")
    stay legible."""
    return "".join([char if " " <= char <= "~" else "?" for char in text.replace("–", "-").replace("×", "x")])
