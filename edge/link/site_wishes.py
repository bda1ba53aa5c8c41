"""The household's wishes from the local broker: each becomes a command of the controller or a numbered refusal.

Not its job: what may be wished for (requests.py), its rank (laws), the connection (site_link.py).
Source: ours. A wish is published to set/WHAT and never retained: it would be wished again with every connection. Its
payload is the request as the local command line has it, or only the value of the key WHAT; a bare word or time of day
counts as text, for most publishers send it so.
"""
from edge.token_bucket import TokenBucket
from protocols import refusals, strict_json
from protocols.forgetting import forget
from protocols.refusals import MALFORMED, NOT_PERMITTED, OVERSIZED, RETAINED, TOO_MANY

# Token bucket: a page that sets everything at once passes, a flood does not.
BURST = 10
REFILL_PER_S = 2
# Of one tick.
COMMANDS_MAX = 16
# An answer to a flood is one a second, or it would be a flood of its own.
TOO_MANY_TOLD_MS = 1000
# The power plant and the log hear of it once in a while.
EVENT_MS = 600000
# Their value is an object, which is not a request itself.
CONTENTS = ("prices", "announce")
ID_MAX = 40
# Of a bare word or time of day, which is no JSON: charge_now, 07:30.
BARE = b"abcdefghijklmnopqrstuvwxyz_0123456789:"


class Wishes:
    """Judges what comes; commands: what has to be done."""

    def __init__(self, gateway, is_allowed):
        """gateway: Gateway, for requests.py; is_allowed: wishes are taken from here."""
        self.commands = []
        self.accepted = self.refused = 0
        self._gateway = gateway
        self._is_allowed = is_allowed
        self._bucket = TokenBucket(BURST, 1000 // REFILL_PER_S)
        self._told_ms = -TOO_MANY_TOLD_MS
        self._event_ms = 0

    def take(self, now_ms, what, payload, is_retained):
        """The answer to a wish: {"what", "id", "ok", "reason", "name", "text", …}; None where a flood is not answered."""
        if is_retained:
            return self._refuse(now_ms, what, None, RETAINED, "publish without retain")
        if not self._bucket.take(now_ms) or len(self.commands) >= COMMANDS_MAX:
            if now_ms - self._told_ms < TOO_MANY_TOLD_MS:
                self.refused += 1
                return None
            self._told_ms = now_ms
            return self._refuse(now_ms, what, None, TOO_MANY, "at most %d a second" % REFILL_PER_S)
        content, error = strict_json.decode(payload)
        if error is not None:
            content = _bare(payload)
        if content is None and error is not None:
            return self._refuse(now_ms, what, None, OVERSIZED if error[0] == "oversized" else MALFORMED, "%s at %s" % (error[0], error[2]))
        request, ref = _request(what, content)
        if not self._is_allowed:
            return self._refuse(now_ms, what, ref, NOT_PERMITTED, "site_link.wishes = true")
        from edge import queries, requests      # when somebody wishes

        command, problem = requests.command(self._gateway, now_ms, request, False)
        answer = {"what": what, "id": ref, "ok": False}
        if problem is not None:
            self.refused += 1
            self._gateway.refusal = now_ms, problem
            answer.update(problem)
        else:
            self.accepted += 1
            self.commands.append(command)
            answer.update(queries.granted(self._gateway, now_ms, command))
            answer["reason"] = refusals.NONE
        forget("edge.requests", "edge.queries", "edge.log_words")
        return answer

    def _refuse(self, now_ms, what, ref, number, allowed):
        self.refused += 1
        if now_ms >= self._event_ms:
            from edge.home_reasons import WISH_REFUSED      # seldom

            self._event_ms = now_ms + EVENT_MS
            self._gateway.event(now_ms, WISH_REFUSED, "site", ["%d so far" % self.refused, refusals.name_of(number)])
        return {"what": what, "id": ref, "ok": False, "reason": number, "name": refusals.name_of(number),
                "allowed": allowed, "text": "%s: %s; %s" % (what, refusals.text_of(number), allowed)}


def _bare(payload):
    """The text of a bare word, None when it is none."""
    if not 0 < len(payload) <= ID_MAX or [char for char in payload if char not in BARE]:
        return None
    return str(bytes(payload), "utf-8")


def _request(what, content):
    """(request, id of its sender or None) of a payload."""
    if not isinstance(content, dict) or (what in CONTENTS and what not in content):
        return {what: content}, None
    request = dict(content)
    ref = request.pop("id", None)
    return request, ref if isinstance(ref, (str, int)) and len(str(ref)) <= ID_MAX else None
