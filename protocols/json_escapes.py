"""Texts with backslashes in JSON, both ways: the rare part of strict_json.py, imported when the first one comes.

Not its job: texts without (strict_json.py).
Source: RFC 8259 section 7.
"""

_MEANINGS = {34: '"', 92: "\\", 47: "/", 98: "\b", 102: "\f", 110: "\n", 114: "\r", 116: "\t"}


def unescaped(data, at):
    """(text, position behind its closing quote) of the text whose first character is at data[at].

    Raises ValueError, or IndexError where the data ends, for what is no JSON text.
    """
    out = bytearray()
    while data[at] != 34:
        byte = data[at]
        if byte < 32:
            raise ValueError("control character")
        if byte != 92:
            out.append(byte)
            at += 1
        elif data[at + 1] == 117:
            code, at = _unicode(data, at)
            out.extend(chr(code).encode())
        elif data[at + 1] in _MEANINGS:
            out.extend(_MEANINGS[data[at + 1]].encode())
            at += 2
        else:
            raise ValueError("unknown escape")
    return bytes(out).decode(), at + 1


def _unicode(data, at):
    """The code point of \\uXXXX at `at`, a surrogate pair joined, and the position after it."""
    high = _hex4(data, at + 2)
    if not 0xD800 <= high <= 0xDFFF:
        return high, at + 6
    low = _hex4(data, at + 8) if data[at + 6:at + 8] == b"\\u" else 0
    if high > 0xDBFF or not 0xDC00 <= low <= 0xDFFF:
        raise ValueError("half a pair is no character")
    return 0x10000 + ((high - 0xD800) << 10) + low - 0xDC00, at + 12


def _hex4(data, at):
    digits = bytes(data[at:at + 4])
    for byte in digits:
        if byte not in b"0123456789abcdefABCDEF":
            raise ValueError("no hex digit")
    if len(digits) < 4:
        raise ValueError("four digits")
    return int(digits.decode(), 16)


def quoted(text):
    """A text as JSON writes it: quotes, backslashes and control characters escaped, everything else as it is."""
    return '"' + "".join([_escaped(char) for char in text]) + '"'


def _escaped(char):
    if char in '"\\':
        return "\\" + char
    return char if char >= " " else "\\u%04x" % ord(char)
