"""Tells what was tried at the ports of this machine: locked-out guessers, log-ins, requests that were refused.

Not its job: refusing (web/server.py, local_runtime.py). It is imported where a port is open.
Source: ours. Of what is refused one event and one record each ten minutes tell, whoever floods, with the count so far.
"""
from edge import audit
from edge.field_reasons import LOCAL_REFUSED, PAGE_LOCKED
from edge.token_bucket import TokenBucket

TELL_MS = 600000
# Log-ins that become a record: who has the PIN must not wash older records out of the log.
LOGINS_BURST, LOGINS_REFILL_MS = 20, 180000
REFUSED, LOCKED, LOGIN = "refused", "locked", "login"


class LocalWatch:
    """What one gateway's ports have seen. Attribute: refused, a count."""

    def __init__(self, gateway):
        """gateway: Gateway, whose journal, log and link tell the events."""
        self.refused = 0
        self._gateway = gateway
        self._next_ms = 0
        self._logins = TokenBucket(LOGINS_BURST, LOGINS_REFILL_MS)

    def note(self, now_ms, what, who, words):
        """Something happened. what: REFUSED, LOCKED or LOGIN; who: address or port; words: for people."""
        if what == LOCKED:
            self._tell(now_ms, PAGE_LOCKED, [who, words], (LOGIN, who, "locked out for " + words))
        elif what == LOGIN:
            if self._logins.take(now_ms):
                audit.note(self._gateway.ports, LOGIN, who, words)
        else:
            self.refused += 1
            if now_ms >= self._next_ms:
                self._next_ms = now_ms + TELL_MS
                self._tell(now_ms, LOCAL_REFUSED, [self.refused, who, words], (REFUSED, who, "%d so far, the last: %s" % (
                    self.refused, words)))

    def _tell(self, now_ms, code, values, record):
        self._gateway.event(now_ms, code, "gateway", values)
        audit.note(self._gateway.ports, *record)
