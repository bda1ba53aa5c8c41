"""The desk that answers gateways asking for a certificate: who may have one, once, and the same again when asked again.

Not its job: certificates themselves (an authority is handed in), MQTT (the caller), whose token is whose (a register).
Source: ours. A token is good for one key: the first request that is signed with it fixes the key, the same request is
answered again with the same certificate, another one is refused. Guessing is slowed per gateway.
"""

import binascii
import hashlib

from protocols import auth, key_tree, messages, topics
from protocols.message_words import HMAC

# Per gateway; an honest one asks every 10 s at the most.
BURST = 6
REFILL_MS = 5000
FRESH_MS = 900000


class EnrolDesk:
    """Requests in, answers out."""

    def __init__(self, authority, register, draw_id):
        """authority: issue(gateway, request DER, Unix s) -> PEM, raises ValueError with the reason; certificate_pem().
        register: claim_of(gateway) -> key of its token, also of a used one, or None; is_unused(gateway); keys_of(gateway) ->
        {kid: device key}; answer_of(gateway, mark of a request) -> PEM issued for it or None; issued(gateway, kind, mark,
        PEM) notes one.
        draw_id: function () -> a new message id."""
        self.issued = self.repeated = self.refused = self.dropped = 0
        self._authority, self._register, self._draw_id = authority, register, draw_id
        self._tokens = {}       # gateway -> (left, since when)

    def on_message(self, now_ms, unix_ms, topic, payload):
        """[(topic, payload)] in answer to an `enrol`; nothing for what is not properly signed: that gets no oracle."""
        place = topics.parse(topic)
        if place is None or place[0] != "enrol":
            return []
        gateway = place[1]
        if not self._take(gateway, now_ms):
            self.dropped += 1
            return []
        keys = self._keys(gateway)
        json_bytes, kid, error = auth.verify(HMAC, topic, payload, keys)
        content, error = messages.decode("enrol", json_bytes) if error is None else (None, error)
        if error is not None or (content["kind"] == "claim") != (kid == key_tree.CLAIM_KID):
            self.dropped += 1
            return []
        answer = self._answer(gateway, content, unix_ms)
        topic = topics.topic("certificate", gateway)
        content = {"id": self._draw_id(), "iat_ms": unix_ms, "ref": content["id"], **answer}
        return [(topic, auth.sign(topic, messages.encode("certificate", content), kid, keys[kid]))]

    def _keys(self, gateway):
        claim = self._register.claim_of(gateway)
        keys = dict(self._register.keys_of(gateway))
        if claim is not None:
            keys[key_tree.CLAIM_KID] = claim
        return keys

    def _answer(self, gateway, content, unix_ms):
        """The fields that say what becomes of a request."""
        try:
            request = binascii.a2b_base64(content["request"])
        except ValueError:
            return self._refuse("the request is not base64")
        mark = hashlib.sha256(request).hexdigest()
        known = self._register.answer_of(gateway, mark)
        if known is not None:
            self.repeated += 1
            return {"certificate": known, "ca": self._authority.certificate_pem()}
        if content["kind"] == "claim" and not self._register.is_unused(gateway):
            return self._refuse("the token was used for another key")
        # A gateway whose clock is not set says 0; the token itself is fresh enough.
        if content["iat_ms"] and abs(unix_ms - content["iat_ms"]) > FRESH_MS:
            return self._refuse("the clocks are more than 15 min apart")
        try:
            certificate = self._authority.issue(gateway, request, unix_ms // 1000)
        except ValueError as error:
            return self._refuse(str(error)[:200])
        self._register.issued(gateway, content["kind"], mark, certificate)
        self.issued += 1
        return {"certificate": certificate, "ca": self._authority.certificate_pem()}

    def _refuse(self, why):
        self.refused += 1
        return {"refused": why}

    def _take(self, gateway, now_ms):
        left, since_ms = self._tokens.get(gateway, (BURST, now_ms))
        gained = (now_ms - since_ms) // REFILL_MS
        left, since_ms = min(BURST, left + gained), since_ms + gained * REFILL_MS
        self._tokens[gateway] = (left - 1 if left else 0, since_ms)
        return left > 0


class MemoryRegister:
    """A register that lives as long as its process, for tests and simulations."""

    def __init__(self):
        self._rows = {}

    def admit(self, gateway, token, keys=None):
        """Let a gateway in with a token; keys: {kid: key} of its device."""
        self._rows[gateway] = {"claim": key_tree.claim_key(token), "used": False, "keys": keys or {}, "answers": {}}

    def claim_of(self, gateway):
        """Key of its token; also of a used one, whose request may come again."""
        return self._rows[gateway]["claim"] if gateway in self._rows else None

    def keys_of(self, gateway):
        """{kid: device key}."""
        return self._rows[gateway]["keys"] if gateway in self._rows else {}

    def is_unused(self, gateway):
        """Whether the token is good for a certificate."""
        return not self._rows[gateway]["used"]

    def answer_of(self, gateway, mark):
        """PEM issued for the request with this mark, or None."""
        return self._rows[gateway]["answers"].get(mark)

    def answers_of(self, gateway):
        """All certificates that were ever issued to it, PEM."""
        return list(self._rows[gateway]["answers"].values())

    def issued(self, gateway, kind, mark, certificate):
        """Note a certificate."""
        row = self._rows[gateway]
        row["answers"][mark] = certificate
        row["used"] = row["used"] or kind == "claim"
