"""HTTP within bounds: what is a request becomes one, at whatever cut; what is none is refused by its status.

Not its job: who may ask (test_web_page.py). Source: edge/web/http.py, RFC 9112.
"""

from edge.web import http

GET = b"GET /live?a=1 HTTP/1.1\r\nHost: gw:8080\r\nAccept: */*\r\n\r\n"
POST = b"POST /ask HTTP/1.1\r\nHost: gw:8080\r\nContent-Length: 9\r\n\r\nwish=idle"


def parsed(data, step=None):
    parser = http.Parser()
    for start in range(0, len(data), step or len(data) or 1):
        parser.feed(data[start:start + (step or len(data))])
    return parser


def test_a_request_is_read_at_every_cut():
    for step in range(1, len(POST) + 1):
        parser = parsed(POST, step)
        assert parser.is_done and not parser.error, step
        request = parser.request
        assert (request.method, request.path, request.body) == ("POST", "/ask", b"wish=idle")
        assert request.headers["host"] == "gw:8080"
    request = parsed(GET).request
    assert (request.path, request.query, request.body) == ("/live", "a=1", b"")


def test_less_than_a_request_is_waited_for():
    for end in range(len(POST)):
        parser = parsed(POST[:end])
        assert not parser.is_done and not parser.error, end


def test_what_follows_a_request_is_dropped():
    parser = parsed(GET + GET)
    assert parser.is_done and parser.request.path == "/live"
    parser.feed(b"x" * 100000)
    assert not parser.error


def test_what_is_no_request_is_refused():
    host = b"\r\nHost: gw\r\n"
    cases = (
        (b"GET / HTTP/1.1\r\n\r\n", 400, "no Host"), (b"GET /" + host + b"\r\n", 400, "no version"),
        (b"GET / HTTP/2" + host + b"\r\n", 505, "another version"), (b"GET / FTP/1.1" + host + b"\r\n", 400, "no HTTP"),
        (b"PUT / HTTP/1.1" + host + b"\r\n", 405, "another method"), (b"get / HTTP/1.1" + host + b"\r\n", 405, "in capitals"),
        (b"GET http://gw/ HTTP/1.1" + host + b"\r\n", 400, "for a proxy"), (b"GET  / HTTP/1.1" + host + b"\r\n", 400, "two spaces"),
        (b"GET / HTTP/1.1" + host + b"Host: evil\r\n\r\n", 400, "two hosts"),
        (b"POST / HTTP/1.1" + host + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n", 400, "two lengths"),
        (b"POST / HTTP/1.1" + host + b"Transfer-Encoding: chunked\r\n\r\n", 411, "chunked"),
        (b"POST / HTTP/1.1" + host + b"Content-Length: -1\r\n\r\n", 400, "negative"),
        (b"POST / HTTP/1.1" + host + b"Content-Length: 1e3\r\n\r\n", 400, "no number"),
        (b"POST / HTTP/1.1" + host + b"Content-Length: 2049\r\n\r\n", 413, "body too long"),
        (b"GET / HTTP/1.1" + host + b" folded\r\n\r\n", 400, "a folded header"),
        (b"GET / HTTP/1.1" + host + b"A\r\n\r\n", 400, "no colon"), (b"GET / HTTP/1.1" + host + b"A b: c\r\n\r\n", 400, "a space in a name"),
        (b"GET / HTTP/1.1" + host + b"A: \x00\r\n\r\n", 400, "a zero byte"), (b"GET /\xc3\xa4 HTTP/1.1" + host + b"\r\n", 400, "no ASCII"),
        (b"GET / HTTP/1.1" + host + b"A: b\nC: d\r\n\r\n", 400, "a bare line feed"),
        (b"GET /" + b"x" * 5000 + b" HTTP/1.1" + host + b"\r\n", 431, "too long"),
        (b"GET / HTTP/1.1" + host + b"".join([b"A%d: b\r\n" % n for n in range(60)]) + b"\r\n", 431, "too many headers"),
        (b"x" * 5000, 431, "never an end"), (b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n", 400, "TLS"),
    )
    for data, status, why in cases:
        parser = parsed(data)
        assert parser.error == status and not parser.is_done, (why, parser.error)
        assert status in http.STATUS
        slow = parsed(data, 7)
        assert slow.error == status and slow.request is None, why


def test_forms_are_read_and_nonsense_is_not():
    assert http.fields("wish=charge_now&minutes=30") == {"wish": "charge_now", "minutes": "30"}
    assert http.fields("text=a+b%26c%3d%C3%A4&x") == {"text": "a b&c=\u00e4", "x": ""}
    assert http.fields("") == {}
    for wrong in ("a=%", "a=%4", "a=%zz", "a=%ff", "%e4=1", "a=%c3"):
        assert http.fields(wrong) is None, wrong


def test_a_response_says_its_length_in_bytes():
    data = http.response(200, "\u00e4", (("X-A", "b"),))
    assert data == (b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: 2\r\nConnection: close\r\n"
                    b"X-A: b\r\n\r\n\xc3\xa4")
