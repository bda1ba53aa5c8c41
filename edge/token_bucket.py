"""A token bucket: a burst passes, a flood does not.

Not its job: what is done with those that come too often (link, web).
Source: the classic algorithm, in integers, since floats of a board are too coarse for its clock.
"""


class TokenBucket:
    """Holds up to `burst` tokens, one more each refill_ms."""

    def __init__(self, burst, refill_ms):
        self._burst = self._tokens = burst
        self._refill_ms = refill_ms
        self._refilled_ms = 0

    def take(self, now_ms):
        """One token; False when there is none."""
        refill = (now_ms - self._refilled_ms) // self._refill_ms
        if refill > 0:
            self._tokens = min(self._burst, self._tokens + refill)
            self._refilled_ms += refill * self._refill_ms
        if not self._tokens:
            return False
        self._tokens -= 1
        return True
