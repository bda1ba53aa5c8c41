"""The part of HTTP/1.1 that a page of forms needs: reads one request within tight bounds, writes one response.

Not its job: sockets (runtime.py), who may ask (guard.py), what is answered (server.py). One request a connection.
Source: RFC 9112 (syntax, sections 2 to 6), RFC 9110 (status codes); bounds are ours. No chunked bodies: no browser sends
a form so.
"""

HEAD_BYTES_MAX = 4096
BODY_BYTES_MAX = 2048
LINES_MAX = 50
METHODS = ("GET", "POST")

STATUS = {
    200: "OK", 303: "See Other", 400: "Bad Request", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed",
    408: "Request Timeout", 411: "Length Required", 413: "Content Too Large", 415: "Unsupported Media Type",
    429: "Too Many Requests", 431: "Request Header Fields Too Large", 503: "Service Unavailable",
    505: "HTTP Version Not Supported",
}
_TOKEN = "abcdefghijklmnopqrstuvwxyz0123456789-_"


class Request:
    """A whole request. headers: {lower-case name: value}; body: bytes; query: what follows ? in the target; address: of
    who sent it, set by the server."""

    def __init__(self, method, target, headers):
        self.method = method
        self.path, _, self.query = target.partition("?")
        self.headers = headers
        self.body = b""
        self.address = ""


class Parser:
    """Takes the bytes of one connection. After `feed`: is_done with `request`, or `error`, a status code, or neither."""

    def __init__(self):
        self.request = None
        self.is_done = False
        self.error = 0
        self._data = b""
        self._length = 0

    def feed(self, data):
        """More bytes; those after the end of the request, or of an error, are dropped."""
        if self.is_done or self.error:
            return
        self._data += data
        if self.request is None:
            self._take_head()
        if self.request is not None and len(self._data) >= self._length:
            self.request.body = bytes(self._data[:self._length])
            self._data = b""
            self.is_done = True

    def _take_head(self):
        end = self._data.find(b"\r\n\r\n")
        if (end if end >= 0 else len(self._data)) > HEAD_BYTES_MAX:
            self.error = 431
        elif end >= 0:
            head, self._data = self._data[:end], self._data[end + 4:]
            self.error = self._read(head)
            if self.error:
                self.request, self._data = None, b""

    def _read(self, head):
        """0, or the status code that refuses it."""
        for byte in head:
            if byte > 126 or (byte < 32 and byte not in b"\r\n"):
                return 400
        lines = head.decode().split("\r\n")
        if len(lines) > LINES_MAX:
            return 431
        words = lines[0].split(" ")
        if len(words) != 3 or not words[1].startswith("/"):
            return 400
        if words[2] not in ("HTTP/1.1", "HTTP/1.0"):
            return 505 if words[2].startswith("HTTP/") else 400
        if words[0] not in METHODS:
            return 405
        headers = _headers(lines[1:])
        if headers is None or "host" not in headers:
            return 400
        if "transfer-encoding" in headers:
            return 411
        self._length = _length(headers.get("content-length", "0"))
        if self._length < 0:
            return 400
        if self._length > BODY_BYTES_MAX:
            return 413
        self.request = Request(words[0], words[1], headers)
        return 0


def _headers(lines):
    """{name: value}, None where a line is none or a name comes twice: a second Host or length is an attack."""
    found = {}
    for line in lines:
        name, colon, value = line.partition(":")
        name = name.lower()
        if not colon or not name or [char for char in name if char not in _TOKEN] or "\r" in value or "\n" in value:
            return None
        if name in found:
            return None
        found[name] = value.strip()
    return found


def _length(text):
    """A content length, -1 when it is none."""
    if not 1 <= len(text) <= 6 or [char for char in text if char not in "0123456789"]:
        return -1
    return int(text)


def fields(text):
    """{name: value} of a form (application/x-www-form-urlencoded), None when it can't be read. A name that comes twice
    counts as the last one."""
    found = {}
    for part in text.split("&") if text else ():
        name, _, value = part.partition("=")
        name, value = unquoted(name), unquoted(value)
        if name is None or value is None:
            return None
        found[name] = value
    return found


def unquoted(text):
    """Text of a form field, None when it is no UTF-8 or an escape is none."""
    parts = text.replace("+", " ").split("%")
    data = parts[0].encode()
    for part in parts[1:]:
        if len(part) < 2 or [char for char in part[:2] if char not in "0123456789abcdefABCDEF"]:
            return None
        data += bytes([int(part[:2], 16)]) + part[2:].encode()
    try:
        return data.decode()
    except ValueError:      # UnicodeError of CPython is one
        return None


def response(status, body, headers=(), content_type="text/html; charset=utf-8"):
    """The bytes of a response; body: text. headers: (name, value) pairs, which must not come from outside."""
    data = body.encode()
    lines = ["HTTP/1.1 %d %s" % (status, STATUS[status]), "Content-Type: " + content_type,
             "Content-Length: %d" % len(data), "Connection: close"]
    lines += ["%s: %s" % pair for pair in headers]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + data
