"""One stored message as bytes, and many of them as a `hist` message.

Not its job: files (ring.py), when to send (keeper.py), fields (protocols/message_tables_seldom.py).
Record: "H", the length of what follows the head as uint16, its CRC-32, topic suffix and payload, exactly as they would
have been published. What a power cut tore is no record any more; the next sound one is found again by its check.
Source: ours. The payloads were written by the message table; as texts they are put into `hist` unread, since decoding and
encoding 8 KiB would hold a board's control loop up.
"""
import binascii
import struct

MARK = 72
HEAD = ">BHI"
HEAD_BYTES = 7
# A batch of 20 performance records takes some 2.5 kB; whatever is larger than this is a mistake.
RECORD_MAX_BYTES = 4096
# List in `hist` by the first level of a topic suffix, in the order they are written.
LISTS = (b"event", b"perf", b"tele")
# As strict_json.MAX_BYTES, less what surrounds the lists.
BATCH_BYTES = 8192 - 160
BATCH_RECORDS = 50
_VERSION = b'{"v":1,'


def record(suffix, payload):
    """Bytes of one record; b"" for one too large to be kept. suffix: "tele/evse1"; payload: JSON of that message."""
    body = suffix.encode() + payload
    if len(body) > RECORD_MAX_BYTES:
        return b""
    return struct.pack(HEAD, MARK, len(body), binascii.crc32(body)) + body


def next_record(data, at):
    """(start of the body, end) of the first sound record at or behind `at`; (None, at) when there is none."""
    while at + HEAD_BYTES < len(data):
        if data[at] == MARK:
            _, size, check = struct.unpack_from(HEAD, data, at)
            body, end = at + HEAD_BYTES, at + HEAD_BYTES + size
            if 0 < size <= RECORD_MAX_BYTES and end <= len(data) and binascii.crc32(data[body:end]) == check:
                return body, end
        at += 1
    return None, at


def item(body):
    """(list, bytes of the item) of a record's body: the payload with its device, without its version."""
    brace = body.find(b"{")
    kind, _, device = bytes(body[:brace]).partition(b"/")
    head = b'{"device":"' + device + b'",' if device else b"{"
    return kind, head + body[brace + len(_VERSION):]


def batch(data):
    """(items by list, where the next batch begins, how many) of the first records in `data`, as many as a message holds.

    No items: nothing sound is in `data`.
    """
    items = {name: [] for name in LISTS}
    count = taken_bytes = end = 0
    while count < BATCH_RECORDS:
        body, stop = next_record(data, end)
        if body is None:
            break
        kind, text = item(data[body:stop])
        if count and taken_bytes + len(text) + 1 > BATCH_BYTES:
            break
        if kind in items:
            items[kind].append(text)
            taken_bytes += len(text) + 1
            count += 1
        end = stop
    return items, end, count


def message(boot, number, items):
    """Payload of `hist`. boot: of the one who sends; number: of the batch since then."""
    parts = [_VERSION, b'"boot":"', boot.encode(), b'","batch":%d' % number]
    for name in LISTS:
        if items[name]:
            parts += [b',"', name, b'":[', b",".join(items[name]), b"]"]
    return b"".join(parts) + b"}"
