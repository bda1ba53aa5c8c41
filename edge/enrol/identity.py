"""This gateway's certificate and key as files in the store, and how they are changed without ever being mixed up.

Not its job: getting a certificate (machine.py), reading one (protocols/x509.py).
Source: ours. Two files can't be replaced at once: the record is written first and says what is under way, and whatever a
power cut left is done again from the copies. `gateway.*` is in force, `next.*` was made to be asked for, `old.*` was in force
before the trial of `gateway.*`.
"""
from edge.link import place
from edge.link.credentials import CERTIFICATE, KEY
from protocols import key_tree, strict_json, x509

RECORD_FILE = "enrolment"
# Who issued the certificate; not whom the broker's certificate has to come from.
ISSUER = "issuer.crt"
NEXT_KEY, NEXT_REQUEST, NEXT_CERTIFICATE, NEXT_ISSUER = "next.key", "next.csr", "next.crt", "next-issuer.crt"
OLD_KEY, OLD_CERTIFICATE, OLD_ISSUER = "old.key", "old.crt", "old-issuer.crt"
_IN_FORCE = (KEY, CERTIFICATE, ISSUER)
_NEXT = (NEXT_KEY, NEXT_CERTIFICATE, NEXT_ISSUER)
_OLD = (OLD_KEY, OLD_CERTIFICATE, OLD_ISSUER)
# What is under way: nothing; next.* is becoming gateway.*; gateway.* is on trial; old.* is becoming gateway.* again.
NONE, TAKING, TRIAL, RETURNING = "none", "taking", "trial", "returning"
# file of the store with a claim token given on this machine
CLAIM_FILE = "claim"
# A site file may still have the token of years ago.
SPENT_KEPT = 8


class Identity:
    """Files of one gateway at one operator."""

    def __init__(self, config, store):
        """config: Config; store: the port. Ends what a power cut interrupted, or leaves it to resume()."""
        self._store = store
        self._slot = place.slot(config)
        content, error = strict_json.decode(store.read(self._slot + RECORD_FILE) or b"")
        known = content if error is None and isinstance(content, dict) else {}
        self.step = known.get("step", NONE)
        self.spent = known.get("spent") or []   # marks of the tokens that were used
        self.by = known.get("by")               # mark of the token that brought gateway.*, until it has worked once
        try:
            self.resume()
        except OSError:
            pass    # a full disk must not keep a charger uncontrolled

    @property
    def is_half(self):
        """Whether key and certificate may not belong together until resume() has ended what is under way."""
        return self.step in (TAKING, RETURNING)

    def resume(self):
        """Go on with what a power cut or a full disk interrupted. OSError."""
        if self.step == TAKING:
            self._move_in(_NEXT, TRIAL)
        elif self.step == RETURNING:
            self._move_in(_OLD, NONE)

    def read(self, name):
        """Content of one of the files, bytes, None when there is none or it was wiped."""
        return self._store.read(self._slot + name) or None

    def write(self, name, data):
        """Replace a file. OSError."""
        self._store.write_atomic(self._slot + name, data)

    def wipe(self, name):
        """Leave nothing of a file."""
        if self.read(name) is not None:
            self.write(name, b"")

    def certificate(self):
        """The Certificate in force, or None."""
        try:
            return x509.from_pem(self.read(CERTIFICATE).decode())
        except (AttributeError, ValueError):
            return None

    def take(self, certificate_pem, issuer_pem, token_mark):
        """Put a new certificate on trial; what was in force stays beside it. token_mark: of the token it was asked for with,
        None for a renewal. OSError."""
        if self.read(CERTIFICATE) == certificate_pem.encode():
            self._note(TRIAL)       # given up before, with nothing to go back to
            return
        self.write(NEXT_CERTIFICATE, certificate_pem.encode())
        self.write(NEXT_ISSUER, issuer_pem.encode())
        for name, old in zip(_IN_FORCE, _OLD):
            self.write(old, self.read(name) or b"")
        self.by = token_mark
        self._note(TAKING)
        self._move_in(_NEXT, TRIAL)

    def stood(self):
        """The certificate works: only now its token counts as used and what was before is forgotten. OSError."""
        if self.by is not None:
            self.spent = [mark for mark in self.spent if mark != self.by][1 - SPENT_KEPT:] + [self.by]
            self.by = None
        self._note(NONE)
        for name in _OLD + _NEXT + (NEXT_REQUEST,):
            self.wipe(name)
        given = self.read(CLAIM_FILE)
        if given and key_tree.mark(given.decode().strip()) in self.spent:
            self.wipe(CLAIM_FILE)

    def failed(self):
        """The trial has failed: back to what was in force, if anything was; True when there was. OSError."""
        if self.read(OLD_KEY) is None:
            self._note(NONE)
            return False
        self.by = None
        self._note(RETURNING)
        self._move_in(_OLD, NONE)
        return True

    def _move_in(self, source, then):
        for name, origin in zip(_IN_FORCE, source):
            self.write(name, self.read(origin) or b"")
        self._note(then)

    def _note(self, step):
        self.step = step
        self.write(RECORD_FILE, strict_json.encode({"step": step, "spent": self.spent, "by": self.by}))
