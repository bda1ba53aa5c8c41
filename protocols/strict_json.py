"""Strict JSON for both runtimes: the same bytes are accepted, refused and written on CPython and MicroPython.

Not its job: what a message means (messages.py), who sent it (auth.py), backslashes in texts (json_escapes.py).
MicroPython's own reader takes '[1,,2]', '01' and '{"a" 1}', CPython's takes NaN and doubled keys; dictionaries have
no order on MicroPython, and its writer cannot sort. Hence one small reader and writer of our own.
Source: RFC 8259; the limits are ours: a gateway parses what a broker hands it with little memory.
"""

MAX_BYTES = 8192
MAX_DEPTH = 8
MAX_DIGITS = 15  # integers stay exact as a double at every peer

_SPACE = b" \t\r\n"
_NUMBER = b"0123456789+-.eE"
_LITERALS = ((b"true", True), (b"false", False), (b"null", None))


class _Refused(Exception):
    """Leaves the nested reader with (code, position)."""


def decode(data, max_bytes=MAX_BYTES):
    """Reads JSON bytes of at most max_bytes: (value, None), or (None, (code, path, got, allowed)).

    Codes: oversized, not_json, too_deep, duplicate_key, not_finite. path is "" and got says where, by byte.
    """
    if len(data) > max_bytes:
        return None, ("oversized", "", len(data), "at most %d bytes" % max_bytes)
    reader = _Reader(data)
    try:
        value = reader.value(0)
        reader.skip()
        if reader.at != len(data):
            raise _Refused("not_json", reader.at)
    except _Refused as refused:
        code, at = refused.args
        return None, (code, "", "byte %d" % at, ALLOWED[code])
    except (ValueError, IndexError):
        return None, ("not_json", "", "byte %d" % min(reader.at, len(data)), ALLOWED["not_json"])
    return value, None


ALLOWED = {
    "not_json": "JSON in UTF-8",
    "too_deep": "at most %d levels" % MAX_DEPTH,
    "duplicate_key": "each key once",
    "not_finite": "finite numbers, integers of at most %d digits" % MAX_DIGITS,
}


class _Reader:
    """Recursive descent over bytes: indexing bytes is quick on MicroPython, indexing text is not."""

    def __init__(self, data):
        self.data = data
        self.at = 0

    def skip(self):
        """Moves past white space."""
        data = self.data
        while self.at < len(data) and data[self.at] in _SPACE:
            self.at += 1

    def value(self, depth):
        """The value that starts here."""
        self.skip()
        first = self.data[self.at]
        if first == 123 or first == 91:
            if depth >= MAX_DEPTH:
                raise _Refused("too_deep", self.at)
            return self._object(depth + 1) if first == 123 else self._array(depth + 1)
        if first == 34:
            return self._text()
        for word, meaning in _LITERALS:
            if self.data[self.at:self.at + len(word)] == word:
                self.at += len(word)
                return meaning
        return self._number()

    def _object(self, depth):
        found = {}
        while self._more(125, not found):
            start = self.at
            if self.data[start] != 34:
                raise _Refused("not_json", start)
            key = self._text()
            if key in found:
                raise _Refused("duplicate_key", start)
            self.skip()
            if self.data[self.at] != 58:
                raise _Refused("not_json", self.at)
            self.at += 1
            found[key] = self.value(depth)
        return found

    def _array(self, depth):
        found = []
        while self._more(93, not found):
            found.append(self.value(depth))
        return found

    def _more(self, closing, is_first):
        """Whether another member follows; steps over the bracket or the comma."""
        if is_first:
            self.at += 1
        self.skip()
        here = self.data[self.at]
        if here == closing:
            self.at += 1
            return False
        if not is_first:
            if here != 44:
                raise _Refused("not_json", self.at)
            self.at += 1
            self.skip()
        return True

    def _text(self):
        start = self.at + 1
        end = self.data.find(b'"', start)
        if end < 0:
            raise _Refused("not_json", start)
        piece = self.data[start:end]
        if b"\\" in piece:
            from protocols import json_escapes  # rare in what machines tell each other

            text, self.at = json_escapes.unescaped(self.data, start)
            return text
        for byte in piece:
            if byte < 32:
                raise _Refused("not_json", start)
        self.at = end + 1
        return bytes(piece).decode()

    def _number(self):
        data = self.data
        start = self.at
        at = start
        while at < len(data) and data[at] in _NUMBER:
            at += 1
        text = bytes(data[start:at]).decode()
        if not _well_formed(text):
            raise _Refused("not_json", start)
        self.at = at
        if "." not in text and "e" not in text and "E" not in text:
            if len(text) > MAX_DIGITS + (text[0] == "-"):
                raise _Refused("not_finite", start)
            return int(text)
        number = float(text)
        if number - number != 0:  # infinite: inf - inf is not a number
            raise _Refused("not_finite", start)
        return number


def _well_formed(text):
    """Whether a number follows RFC 8259 section 6: no leading zero or plus, digits around point and exponent."""
    text = text[1:] if text[:1] == "-" else text
    text = text.replace("E", "e")
    mantissa, mark, exponent = text.partition("e")
    if mark:
        exponent = exponent[1:] if exponent[:1] in ("+", "-") else exponent
        if not exponent.isdigit():
            return False
    whole, point, fraction = mantissa.partition(".")
    if point and not fraction.isdigit():
        return False
    return whole.isdigit() and (whole == "0" or whole[0] != "0")


def encode(value):
    """Writes canonical JSON bytes: sorted keys, no spaces, integral numbers without a point.

    value: dict with text keys, list, tuple, text, bool, None, integer or finite number; else ValueError.
    """
    parts = []
    _write(value, parts)
    return "".join(parts).encode()


def _write(value, parts):
    if value is None:
        parts.append("null")
    elif value is True or value is False:
        parts.append("true" if value else "false")
    elif isinstance(value, str):
        parts.append(quote(value))
    elif isinstance(value, (int, float)):
        parts.append(number_text(value))
    elif isinstance(value, dict):
        mark = "{"
        for key in sorted(value):
            parts.append(mark + quote(key) + ":")
            _write(value[key], parts)
            mark = ","
        parts.append("{}" if mark == "{" else "}")
    elif isinstance(value, (list, tuple)):
        mark = "["
        for item in value:
            parts.append(mark)
            _write(item, parts)
            mark = ","
        parts.append("[]" if mark == "[" else "]")
    else:
        raise ValueError("not JSON: %r" % (value,))


def number_text(number):
    """A finite number as JSON writes it; 4.0 and 4 are the same number and look the same."""
    if isinstance(number, int):
        return str(number)
    if number - number != 0:
        raise ValueError("not finite: %r" % number)
    if -1e6 < number < 1e6 and number == int(number):
        return str(int(number))
    return repr(number)


def quote(text):
    """A text as JSON writes it: UTF-8 as it is, quotes, backslashes and control characters escaped."""
    for char in text:
        if char in '"\\' or char < " ":
            from protocols import json_escapes

            return json_escapes.quoted(text)
    return '"' + text + '"'
