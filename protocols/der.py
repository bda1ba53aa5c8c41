"""Writes and reads DER, and the PEM around it: as much as certificates and requests for them need.

Not its job: what the parts mean (x509.py), keys (p256.py).
Source: ITU-T X.690 (DER), RFC 7468 (PEM). Lengths up to 65,535 bytes; only definite, shortest ones are read.
"""
import binascii

INTEGER = 0x02
BIT_STRING = 0x03
OCTET_STRING = 0x04
NULL = 0x05
OID = 0x06
UTF8 = 0x0C
UTC_TIME = 0x17
GENERALIZED_TIME = 0x18
SEQUENCE = 0x30
SET = 0x31


def item(tag, *parts):
    """One value: tag, length, the parts one after the other."""
    content = b"".join(parts)
    size = len(content)
    if size < 128:
        head = bytes([tag, size])
    elif size < 256:
        head = bytes([tag, 0x81, size])
    else:
        head = bytes([tag, 0x82, size >> 8, size & 255])
    return head + content


def integer(number):
    """A non-negative INTEGER."""
    size = 1
    while number >> (8 * size):
        size += 1
    content = number.to_bytes(size, "big")
    return item(INTEGER, b"\x00" if content[0] & 0x80 else b"", content)


def oid(text):
    """An OBJECT IDENTIFIER from its dotted form."""
    arcs = [int(part) for part in text.split(".")]
    content = bytes([40 * arcs[0] + arcs[1]])
    for arc in arcs[2:]:
        digits = bytes([arc & 0x7F])
        while arc > 0x7F:
            arc >>= 7
            digits = bytes([0x80 | arc & 0x7F]) + digits
        content += digits
    return item(OID, content)


def read(data, start=0):
    """(tag, content, index behind it) of the value at `start`. ValueError when it is not DER or ends too early."""
    if len(data) < start + 2:
        raise ValueError("DER ends too early")
    tag, size, at = data[start], data[start + 1], start + 2
    if size & 0x80:
        count = size & 0x7F
        if not 1 <= count <= 2 or len(data) < at + count:
            raise ValueError("DER length")
        size = int.from_bytes(data[at:at + count], "big")
        at += count
        if size < 128 or (count == 2 and size < 256):
            raise ValueError("DER length is not the shortest")
    if len(data) < at + size:
        raise ValueError("DER ends too early")
    return tag, data[at:at + size], at + size


def whole(data, tag):
    """The content of data that is one value of this tag and nothing else; ValueError otherwise."""
    found, content, end = read(data)
    if found != tag or end != len(data):
        raise ValueError("DER is not one value of tag %d" % tag)
    return content


def children(content):
    """[(tag, content, the whole value)] of what a constructed value holds."""
    found = []
    at = 0
    while at < len(content):
        tag, inner, end = read(content, at)
        found.append((tag, inner, content[at:end]))
        at = end
    return found


def pem(label, data):
    """Text of DER bytes between BEGIN and END, 64 characters a line."""
    text = binascii.b2a_base64(data).decode().replace("\n", "")
    lines = [text[i:i + 64] for i in range(0, len(text), 64)]
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n" % (label, "\n".join(lines), label)


def from_pem(label, text):
    """DER bytes of the first block with this label; ValueError when there is none or it is not base64."""
    begin, end = "-----BEGIN %s-----" % label, "-----END %s-----" % label
    start = text.find(begin)
    stop = text.find(end, start)
    if start < 0 or stop < 0:
        raise ValueError("no PEM block " + label)
    return binascii.a2b_base64(text[start + len(begin):stop].replace("\n", "").replace("\r", "").encode())
