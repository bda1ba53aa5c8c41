"""How a gateway gets its certificate and keeps it: asks with a token, takes, tries, renews in time, goes back when in vain.

Not its job: connections (enrol_link.py), files (identity.py), making keys (a port: on Linux tools/gateway/enrol_key.py).
The gateway goes on by itself whatever happens here.
Source: renewal at two thirds of life as is usual with short-lived certificates (RFC 8739 §2.1 renews well before the end).
"""
import binascii
import hashlib

from edge import field_reasons
from edge.enrol import identity
from edge.link import device_keys, place
from edge.token_bucket import TokenBucket
from protocols import auth, der, key_tree, messages, topics, x509
from protocols.command_window import CLOCK_SLACK_MS, clock_or_none
from protocols.message_words import HMAC

CLAIM = "claim"         # by a token, over the claim connection
RETURN = "return"       # by the device key, over the claim connection: the certificate has expired
RENEW = "renew"         # by the device key, over the connection that stands
RENEW_LEFT_PCT = 33     # of its life
RENEW_JITTER_PCT = 3    # sooner by up to this: a fleet that was enrolled in one day does not renew in one minute
ANSWER_MS = 10000
ASK_LONGEST_MS = 600000
REFUSED_MS = 3600000
TRIAL_MS = 120000
LOOK_MS = 60000
# A token that the power plant knows no more must not keep a certificate from being renewed: by turns.
TURN_MS = 3600000
# Forged answers, each wrong in another way, must not wash older records out of the audit log.
TELL_BURST, TELL_REFILL_MS = 8, 600000


class Enrolment:
    """One gateway's way to a certificate. Attributes: way (CLAIM, RETURN, RENEW or None: what has to be asked for),
    is_ready (there is something to connect with)."""

    def __init__(self, config, ports, tell):
        """config: with an `enrol` section; ports: clock, chance, entropy, store, perhaps prepare_key; tell: function (now_ms,
        code, subject, values) for events."""
        self._config, self._ports, self._tell = config, ports, tell
        self.identity = identity.Identity(config, ports.store)
        self.way = None
        self._token = self._token_now()
        self._certificate = self.identity.certificate()
        self._left_pct = RENEW_LEFT_PCT + int(ports.chance.uniform(0, RENEW_JITTER_PCT + 0.99))
        self._trial_ms = None if self.identity.step != identity.TRIAL else 0
        self._look_ms = self._ask_ms = 0
        self._pause_ms = ANSWER_MS
        self._told = None
        self._tellings = TokenBucket(TELL_BURST, TELL_REFILL_MS)

    @property
    def is_ready(self):
        """Whether there is a certificate to connect with."""
        return self._certificate is not None

    @property
    def is_on_trial(self):
        """Whether a new certificate has to prove itself."""
        return self._trial_ms is not None

    # -- time --------------------------------------------------------------------------------------------

    def on_time(self, now_ms):
        """Look what is needed; True when the main connection should be made anew."""
        if self._trial_ms is not None:
            self._trial_ms = self._trial_ms or now_ms
            if now_ms - self._trial_ms < TRIAL_MS:
                return False
            return self._give_up(now_ms)
        if now_ms >= self._look_ms:
            self._look_ms = now_ms + LOOK_MS
            if self.identity.is_half:
                return self._resume(now_ms)
            way, self.way = self.way, self._needed(now_ms)
            if way != self.way:
                self._ask_ms, self._pause_ms = now_ms, ANSWER_MS
        return False

    def _resume(self, now_ms):
        """End what a full disk interrupted; True when that gave another certificate."""
        try:
            self.identity.resume()
        except OSError:
            return False    # at the next look
        self._certificate = self.identity.certificate()
        self._trial_ms = now_ms if self.identity.step == identity.TRIAL else None
        return True

    def _needed(self, now_ms):
        way = self._of_certificate(now_ms)
        is_unused = self._token is not None and key_tree.mark(self._token) not in self.identity.spent
        if is_unused and (way is None or now_ms // TURN_MS % 2 == 0):
            return CLAIM
        if self._certificate is None:
            self._tell_once(now_ms, field_reasons.ENROL_NEEDED, ["no certificate and no unused claim token; get one with "
                                                                  "'v2g keys gateway', then 'v2g enrol'"])
        return way

    def _of_certificate(self, now_ms):
        """What the certificate in force calls for: RENEW, RETURN or None."""
        certificate, unix_ms = self._certificate, clock_or_none(self._ports.clock.unix_ms())
        if certificate is None or unix_ms is None:
            return None
        left_s = certificate.ends_s - unix_ms // 1000
        if 100 * left_s > self._left_pct * (certificate.ends_s - certificate.begins_s):
            return None
        if left_s <= 0:
            self._tell_once(now_ms, field_reasons.CERTIFICATE_EXPIRED, ["own, asking for another one over the claim connection"])
            return RETURN if device_keys.root_of(self._config) is not None else None
        return RENEW

    def _give_up(self, now_ms):
        """The new certificate did not connect in time."""
        try:
            had_one = self.identity.failed()
        except OSError as error:
            self._trial_ms = now_ms     # what is not written is not in force; later perhaps
            self._refuse(now_ms, "it can't be taken back: %s" % error)
            return False
        self._trial_ms = None
        self._certificate = self.identity.certificate()
        self._tell(now_ms, field_reasons.RENEWAL_FAILED, "gateway", ["the former one is in force" if had_one else "asking again"])
        self._audit("new certificate did not connect")
        self.way = None
        self._look_ms = now_ms + (REFUSED_MS if had_one else ANSWER_MS)
        return True

    # -- asking ------------------------------------------------------------------------------------------

    def login(self):
        """(user, password) of the claim connection for the way in hand."""
        if self.way == CLAIM:
            return key_tree.CLAIM_USER + self._config.gateway.id, key_tree.password(self._token.encode())
        return key_tree.RENEW_USER + self._config.gateway.id, key_tree.password(device_keys.root_of(self._config))

    def request(self, now_ms):
        """(topic, payload) of a request that is due, or None; repeated, the same one, until it is answered."""
        if self.way is None or self._trial_ms is not None or now_ms < self._ask_ms:
            return None
        self._ask_ms = now_ms + int(self._ports.chance.uniform(self._pause_ms / 2, self._pause_ms))
        self._pause_ms = min(2 * self._pause_ms, ASK_LONGEST_MS)
        request = self._request(now_ms)
        if request is None:
            return None
        kid, key = self._signing_key()
        content = {"id": _id_of(request), "iat_ms": clock_or_none(self._ports.clock.unix_ms()) or 0,
                   "kind": "claim" if self.way == CLAIM else "renew",
                   "request": binascii.b2a_base64(request).decode().replace("\n", "")}
        topic = topics.topic("enrol", self._config.gateway.id)
        return topic, auth.sign(topic, messages.encode("enrol", content), kid, key)

    def _request(self, now_ms):
        """DER of the request for the key made last, of a new one where there is none; None when none can be made here."""
        if self.identity.read(identity.NEXT_REQUEST) is None and hasattr(self._ports, "prepare_key"):
            try:
                self._ports.prepare_key(place.slot(self._config), self._config.gateway.id)
            except OSError as error:
                self._refuse(now_ms, "no key can be made: %s" % error)
                return None
        try:
            return der.from_pem(x509.REQUEST, (self.identity.read(identity.NEXT_REQUEST) or b"").decode())
        except ValueError:
            self._tell_once(now_ms, field_reasons.RENEWAL_BY_HAND, [
                "this gateway can't make a key itself; write key and certificate over the cable with 'v2g flash'"])
            return None

    def _signing_key(self):
        if self.way == CLAIM:
            return key_tree.CLAIM_KID, key_tree.claim_key(self._token)
        kid = device_keys.record_of(self._config, self._ports.store)["kid"]
        return kid, device_keys.key_of(self._config, kid)

    # -- the answer --------------------------------------------------------------------------------------

    def take(self, now_ms, topic, payload):
        """Take a `certificate`: True when it is on trial from now, so that the main connection is to be made (anew)."""
        if self.way is None or self._trial_ms is not None or self.identity.is_half:
            return False        # nothing was asked, or the answer came twice
        kid, key = self._signing_key()
        json_bytes, _, error = auth.verify(HMAC, topic, payload, {kid: key})
        if error is None:
            content, error = messages.decode("certificate", json_bytes)
        if error is not None:
            self._refuse(now_ms, "%s: %s" % (error[0], error[3]))
            return False
        if content["refused"] is not None:
            self._ask_ms = now_ms + REFUSED_MS
            self._refuse(now_ms, "the power plant says: " + content["refused"])
            return False
        why = self._fault_of(content)
        if why is not None:
            self._refuse(now_ms, why)
            return False
        try:
            self.identity.take(content["certificate"], content["ca"], key_tree.mark(self._token) if self.way == CLAIM else None)
        except OSError as error:
            self._refuse(now_ms, "it can't be stored: %s" % error)
            return False
        self._certificate = self.identity.certificate()
        self._trial_ms = now_ms
        return True

    def _fault_of(self, content):
        """What is wrong with an answer that is properly signed, or None."""
        try:
            request = der.from_pem(x509.REQUEST, (self.identity.read(identity.NEXT_REQUEST) or b"").decode())
            certificate, ca = x509.from_pem(content["certificate"] or ""), x509.from_pem(content["ca"] or "")
        except ValueError as error:
            return "not readable: %s" % error
        if content["ref"] != _id_of(request):
            return "it answers another request"
        if certificate.public_info != x509.request_key(request):
            return "it is for another key"
        if certificate.common_name != self._config.gateway.id:
            return "it is for another gateway"
        if not certificate.is_signed_by(ca):
            return "its authority did not sign it"
        known = self.identity.read(identity.ISSUER)
        if self.way != CLAIM and known is not None and known != content["ca"].encode():
            return "another authority than before: that takes a claim token"
        unix_ms = clock_or_none(self._ports.clock.unix_ms())
        if unix_ms is not None and not certificate.begins_s * 1000 - CLOCK_SLACK_MS <= unix_ms < certificate.ends_s * 1000:
            return "it is not valid now"
        return None

    def connected(self, now_ms):
        """The main connection stands: a trial has succeeded, perhaps after it was given up with nothing to go back to."""
        is_claim = self.identity.by is not None
        if self._trial_ms is None and not is_claim or self.identity.is_half:
            return
        try:
            self.identity.stood()
        except OSError as error:
            self._refuse(now_ms, "it can't be stored: %s" % error)
            return
        self._trial_ms = self.way = self._told = None
        self._look_ms = now_ms
        code = field_reasons.ENROLLED if is_claim else field_reasons.CERTIFICATE_RENEWED
        self._tell(now_ms, code, "gateway", [])
        self._audit("enrolled" if is_claim else "certificate renewed")

    # -- telling -----------------------------------------------------------------------------------------

    def _token_now(self):
        """The claim token: given on this machine, else that of the site file or the move."""
        given = self.identity.read(identity.CLAIM_FILE)
        return given.decode().strip() if given else self._config.enrol.token

    def _refuse(self, now_ms, why):
        self._tell_once(now_ms, field_reasons.ENROL_REFUSED, [why])

    def _tell_once(self, now_ms, code, values):
        if self._told != (code, values) and self._tellings.take(now_ms):
            self._told = (code, values)
            self._tell(now_ms, code, "gateway", values)
            self._audit("%s: %s" % (code, values[0]))

    def _audit(self, detail):
        from edge import audit      # seldom

        audit.note(self._ports, "enrolment", "gateway", detail)


def _id_of(request):
    """The same for the same request, so that nobody issues twice."""
    return binascii.hexlify(hashlib.sha256(request).digest()[:12]).decode()
