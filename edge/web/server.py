"""The page without sockets: bytes of a connection come in, the bytes of its answer go out, and who took too long is named.

Not its job: HTTP's form (http.py), who may ask (guard.py), HTML (page.py), what a request does (requests.py).
Source: ours. A page must never cost the chargers anything: few connections, one request each, tight bounds and a deadline.
"""
import json

from edge import local_watch
from edge.local_words import span
from edge.token_bucket import TokenBucket
from edge.web import forms, http, page
from edge.web.guard import Guard
from protocols import refusals

CONNECTIONS_MAX = 6
REQUEST_MS = 5000       # for a whole request; a phone on bad Wi-Fi needs one
ANSWER_MS = 10000       # for taking the answer
# Token bucket of answers: a household clicks, a flood must not take the control loop's time.
BURST = 20
REFILL_MS = 200
FORM_TYPE = "application/x-www-form-urlencoded"
_HEADERS = (
    ("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff"), ("X-Frame-Options", "DENY"),
    # Not "no-referrer": then a form would tell its origin as null.
    ("Referrer-Policy", "same-origin"), ("Cross-Origin-Resource-Policy", "same-origin"),
)
_POLICY = ("default-src 'none'; style-src 'nonce-%s'; script-src 'nonce-%s'; connect-src 'self'; img-src data:; "
           "form-action 'self'; base-uri 'none'; frame-ancestors 'none'")


class PageServer:
    """All connections of one page."""

    def __init__(self, config, entropy):
        """config: Config with a page section; entropy: of the ports."""
        self.guard = Guard(config.page, config.gateway.id, entropy)
        self._id = config.gateway.id
        self._settle_ms = 2 * config.gateway.tick_ms + config.gateway.read_deadline_ms
        self._is_guarded = config.page.pin is not None
        self._connections = {}      # name -> [Parser, deadline ms, address]
        self._bucket = TokenBucket(BURST, REFILL_MS)
        self.notes = []             # (what, address, words) as LocalWatch.note takes them; emptied by its owner
        self._refused = None        # (when, requests.problem) of the last request from here, None where it was taken

    def opened(self, now_ms, name, address=""):
        """A connection came, from an IP address; False: there are too many, close it."""
        if len(self._connections) >= CONNECTIONS_MAX:
            self._note(address, "too many connections")
            return False
        self._connections[name] = [http.Parser(), now_ms + REQUEST_MS, address]
        return True

    def closed(self, name):
        """A connection has gone."""
        self._connections.pop(name, None)

    def late(self, now_ms):
        """Names of the connections to close: their time is over."""
        late = [name for name, row in self._connections.items() if now_ms >= row[1]]
        for name in late:
            self._note(self._connections[name][2], "too slow")
        return late

    def received(self, now_ms, name, data, ask):
        """Bytes of a connection: (bytes of the answer, after which it is closed, or None while more have to come, how long
        to wait before it is sent, ms).

        ask: function (request) -> answer, of the local command line.
        """
        row = self._connections[name]
        parser = row[0]
        parser.feed(data)
        if not parser.is_done and not parser.error:
            return None, 0
        row[1] = now_ms + ANSWER_MS
        if parser.error:
            self._note(row[2], http.STATUS[parser.error])
            return _plain(parser.error), 0
        if not self._bucket.take(now_ms):
            self._note(row[2], "too many requests")
            return _plain(429), 0
        # A wish counts from the next tick on; the page that is loaded then shall show it.
        parser.request.address = row[2]
        wait_ms = self._settle_ms if parser.request.path == "/ask" else 0
        return self._answer(now_ms, parser.request, ask), wait_ms

    def _answer(self, now_ms, request, ask):
        if not self.guard.knows_host(request):
            self._note(request.address, "a name that is not ours")
            return _plain(403, "This gateway goes by its address or its name.")
        if request.method == "POST":
            return self._post(now_ms, request, ask)
        if request.path not in ("/", "/live", "/api/household"):
            return _plain(404)
        if not self.guard.is_open(now_ms, request):
            return _plain(403, "log in") if request.path != "/" else self._login(now_ms, request, "", 200)
        if request.path == "/api/household":
            return _json(200, ask({"ask": "household"}))
        picture = ask({"ask": "page"})
        picture["refusal"] = self._own_refusal(now_ms)
        if request.path == "/live":
            return _json(200, page.fragments(picture))
        return self._page(200, lambda nonce: page.household(picture, self.guard.token, nonce, self._is_guarded))

    def _post(self, now_ms, request, ask):
        form, status = _form(request)
        if form is None:
            return _plain(status)
        token = form.get(forms.TOKEN, request.headers.get("x-csrf-token"))
        if not self.guard.is_own_form(request, token):
            self._note(request.address, "a form that is not ours")
            return _plain(403, "This form is not ours or too old: load the page again.")
        if request.path == "/login":
            return self._try_pin(now_ms, request, form)
        if not self.guard.is_open(now_ms, request):
            return _plain(403, "log in")
        if request.path == "/logout":
            self.guard.log_out(request)
            return _see_page()
        if request.path != "/ask":
            return _plain(404)
        answer = ask(forms.request(form))
        self._refused = (now_ms, answer["problem"]) if "problem" in answer else None
        if request.headers.get("accept") == "application/json":
            return _json(400 if "error" in answer else 200, answer)
        return _see_page()      # what was refused, and why, stands on the page

    def _own_refusal(self, now_ms):
        """What was refused to a button here; others are told where they asked."""
        if self._refused is None:
            return None
        at_ms, problem = self._refused
        return dict(problem, words=refusals.text_of(problem["reason"]), age_s=(now_ms - at_ms) // 1000)

    def _try_pin(self, now_ms, request, form):
        was_locked = self.guard.locked_s(now_ms, request.address)
        cookie = self.guard.log_in(now_ms, request.address, form.get("pin", ""))
        locked_s = self.guard.locked_s(now_ms, request.address)
        if cookie is not None:
            self.notes.append((local_watch.LOGIN, request.address, "at the page"))
        elif locked_s and not was_locked:
            self.notes.append((local_watch.LOCKED, request.address, span(locked_s)))
        return self._login(now_ms, request, "Wrong PIN.", 403) if cookie is None else _see_page((("Set-Cookie", cookie),))

    def _note(self, address, words):
        self.notes.append((local_watch.REFUSED, address, "page: " + words))

    def _login(self, now_ms, request, problem, status):
        locked_s = self.guard.locked_s(now_ms, request.address)
        if locked_s:
            problem, status = "Too many wrong PINs: wait %s." % span(locked_s), 429
        return self._page(status, lambda nonce: page.login(self._id, self.guard.token, nonce, problem))

    def _page(self, status, make):
        nonce = self.guard.nonce()
        return http.response(status, make(nonce), _HEADERS + (("Content-Security-Policy", _POLICY % (nonce, nonce)),))


def _form(request):
    """(fields of a POST, 0) or (None, status)."""
    if request.headers.get("content-type", "").split(";")[0].strip() != FORM_TYPE:
        return None, 415
    try:
        form = http.fields(request.body.decode())
    except ValueError:      # no UTF-8
        form = None
    return (None, 400) if form is None else (form, 0)


def _see_page(headers=()):
    return http.response(303, "", _HEADERS + (("Location", "/"),) + headers)


def _json(status, content):
    return http.response(status, json.dumps(content), _HEADERS, "application/json")


def _plain(status, words=""):
    return http.response(status, words or http.STATUS[status], _HEADERS, "text/plain; charset=utf-8")
