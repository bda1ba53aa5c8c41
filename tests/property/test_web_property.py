"""HTTP from nowhere: whatever comes, at whatever cuts, the parser ends with a request, a status or waiting, within bounds.

Source: edge/web/http.py, edge/web/server.py.
"""

from hypothesis import given, settings
from hypothesis import strategies as st

from edge.token_bucket import TokenBucket
from edge.web import forms, guard, http, server
from tests.portable.test_web_page import Visitor

PIECES = st.one_of(
    st.binary(max_size=64),
    st.sampled_from([b"GET / HTTP/1.1\r\n", b"POST /ask HTTP/1.1\r\n", b"Host: 127.0.0.1:8080\r\n", b"\r\n", b"\r\n\r\n", b"\r", b"\n",
                     b"Content-Length: 5\r\n", b"Content-Length: 99999999\r\n", b"Content-Type: application/x-www-form-urlencoded\r\n",
                     b"Transfer-Encoding: chunked\r\n", b"Cookie: v2g=\r\n", b"Origin: null\r\n", b"%", b"&", b"=", b"token=",
                     b"x" * 4096]),
)
VISITOR = Visitor()


@given(st.lists(PIECES, max_size=30))
def test_any_bytes_end_in_a_known_way_and_cost_bounded_memory(pieces):
    parser = http.Parser()
    for piece in pieces:
        parser.feed(piece)
        assert len(parser._data) <= http.HEAD_BYTES_MAX + http.BODY_BYTES_MAX + 4096 + 64
    assert not (parser.is_done and parser.error)
    if parser.error:
        assert parser.error in http.STATUS
    if parser.is_done:
        assert parser.request.path.startswith("/") and len(parser.request.body) <= http.BODY_BYTES_MAX


@given(st.lists(PIECES, max_size=12), st.integers(min_value=1, max_value=50))
def test_how_the_bytes_are_cut_makes_no_difference(pieces, step):
    data = b"".join(pieces)
    whole, cut = http.Parser(), http.Parser()
    whole.feed(data)
    for start in range(0, len(data), step):
        cut.feed(data[start:start + step])
    # Cut small, the end of a head that is too long may not have been seen: both refuse it.
    assert (whole.is_done, bool(whole.error)) == (cut.is_done, bool(cut.error))
    if whole.is_done:
        assert (whole.request.method, whole.request.path, whole.request.headers, whole.request.body) == (
            cut.request.method, cut.request.path, cut.request.headers, cut.request.body)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=300), st.dictionaries(st.sampled_from(["host", "cookie", "origin", "content-type", "x-csrf-token"]),
                                              st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=126), max_size=60)))
def test_nothing_but_our_own_form_changes_anything(body, headers):
    data = body.encode()
    lines = ["POST /ask HTTP/1.1"] + ["%s: %s" % pair for pair in headers.items()] + ["content-length: %d" % len(data)]
    asked = []
    VISITOR.page._bucket = TokenBucket(server.BURST, server.REFILL_MS)
    VISITOR.page.opened(0, "x")
    answer, _ = VISITOR.page.received(0, "x", "\r\n".join(lines).encode() + b"\r\n\r\n" + data, asked.append)
    VISITOR.page.closed("x")
    assert asked == [] and answer is not None and int(answer[9:12]) >= 400


@given(st.text(max_size=100))
def test_a_form_of_anything_is_read_or_refused(body):
    found = http.fields(body)
    if found is not None:
        assert isinstance(forms.request(found), dict)


@given(st.text(alphabet=st.characters(max_codepoint=126), max_size=60))
def test_a_host_is_ours_only_by_its_full_name(host):
    class Asked:
        headers = {"host": host}

    if VISITOR.page.guard.knows_host(Asked):
        name = host.lower().rsplit(":", 1)[0]
        assert name in ("gw-test", "gw-test.local", "localhost") or guard.is_address(name)
