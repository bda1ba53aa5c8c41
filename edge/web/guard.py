"""Who may use the page: Host and Origin, the token of its forms, the PIN with its sessions.

Not its job: HTTP (http.py), counting wrong PINs (lock_out.py), what is answered (server.py).
Source: ours. A page on loopback can be reached by any website that is open in the household's browser, by a form or by a
name that is made to point here; so names are checked (DNS rebinding), forms carry a token and tell where they come from.
"""
import binascii

from edge.web.lock_out import LockOut
from protocols import auth

TOKEN_BYTES = 16
SESSIONS_MAX = 8
SESSION_MS = 12 * 3600000
COOKIE = "v2g"


class Guard:
    """The doorkeeper of one page."""

    def __init__(self, page, gateway_id, entropy):
        """page: the page section; gateway_id: may stand in Host, also with .local; entropy: of the ports."""
        self._pin = page.pin
        self._port = page.port
        self._names = (gateway_id, gateway_id + ".local", "localhost")
        self._entropy = entropy
        self._sessions = {}     # cookie -> when it was used last, ms
        self._lock_out = LockOut()
        self.token = self._draw()

    # -- where from --------------------------------------------------------------------------------------

    def knows_host(self, request):
        """Whether the Host header names this gateway: an address, localhost or its id, with our port."""
        name, port = _host(request.headers["host"])
        if port != self._port:
            return False
        return name in self._names or is_address(name)

    def is_own_form(self, request, token):
        """Whether a POST comes from our own page. token: of the form or of the header x-csrf-token."""
        origin = request.headers.get("origin")
        if origin is not None and origin != "http://" + request.headers["host"]:
            return False
        if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return False
        return token is not None and auth.same(token.encode(), self.token.encode())

    # -- PIN ---------------------------------------------------------------------------------------------

    def is_open(self, now_ms, request):
        """Whether this request may see and ask: there is no PIN, or its session is known."""
        if self._pin is None:
            return True
        cookie = _cookie(request.headers.get("cookie", ""))
        used_ms = self._sessions.get(cookie)
        if used_ms is None or now_ms - used_ms > SESSION_MS:
            return False
        self._sessions[cookie] = now_ms
        return True

    def locked_s(self, now_ms, address):
        """Seconds for which no PIN is taken from an address, 0 when one is."""
        return self._lock_out.locked_s(now_ms, address)

    def log_in(self, now_ms, address, pin):
        """The Set-Cookie of a new session, None for a wrong PIN or while its address is locked."""
        if self._pin is None or self.locked_s(now_ms, address):
            return None
        if not auth.same(pin.encode(), self._pin.encode()):
            self._lock_out.wrong(now_ms, address)
            return None
        self._lock_out.right(address)
        if len(self._sessions) >= SESSIONS_MAX:
            oldest = sorted(self._sessions, key=lambda cookie: (self._sessions[cookie], cookie))[0]
            self._sessions.pop(oldest)
        cookie = self._draw()
        self._sessions[cookie] = now_ms
        return "%s=%s; Path=/; HttpOnly; SameSite=Strict; Max-Age=%d" % (COOKIE, cookie, SESSION_MS // 1000)

    def log_out(self, request):
        """Ends the session of this request."""
        self._sessions.pop(_cookie(request.headers.get("cookie", "")), None)

    def nonce(self):
        """A word for the content security policy of one response."""
        return self._draw()

    def _draw(self):
        return binascii.hexlify(self._entropy(TOKEN_BYTES)).decode()


def is_address(name):
    """Whether a name is an IP address; no name server can make one point elsewhere."""
    if name.startswith("["):
        return name.endswith("]") and len(name) > 2 and not [char for char in name[1:-1] if char not in "0123456789abcdef:."]
    parts = name.split(".")
    return len(parts) == 4 and not [part for part in parts
                                    if not 1 <= len(part) <= 3 or [char for char in part if char not in "0123456789"]]


def _host(text):
    """(name, port) of a Host header; 80 without one, None for one that is no number."""
    text = text.lower()
    name, port = text, "80"
    colon = text.rfind(":")
    if colon >= 0 and not text.endswith("]"):
        name, port = text[:colon], text[colon + 1:]
    if not port or [char for char in port if char not in "0123456789"] or len(port) > 5:
        return name, None
    return name, int(port)


def _cookie(text):
    """Our cookie among those of a header; "" without."""
    for part in text.split(";"):
        name, _, value = part.strip().partition("=")
        if name == COOKIE:
            return value
    return ""
