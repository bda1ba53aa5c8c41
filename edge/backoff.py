"""When to try a lost connection again: exponential, bounded, jittered.

Not its job: opening anything (runtime.py).
Source: "full jitter" between half and the whole of the delay, so that a thousand gateways that lost one
broker do not return in step.
"""

FIRST_MS = 500
LONGEST_MS = 30000


class Backoff:
    """One connection's retry timer."""

    def __init__(self, chance):
        """chance: port with uniform(low, high)."""
        self._chance = chance
        self._delay_ms = FIRST_MS
        self.due_ms = 0     # try at or after this time; None while connected or connecting

    def started(self):
        """An attempt is under way."""
        self.due_ms = None

    def succeeded(self):
        """The peer answered: the next loss starts with a short delay again."""
        self._delay_ms = FIRST_MS
        self.due_ms = None

    def failed(self, now_ms):
        """The attempt failed or the connection was lost: wait, longer each time."""
        self.due_ms = now_ms + int(self._chance.uniform(self._delay_ms / 2, self._delay_ms))
        self._delay_ms = min(2 * self._delay_ms, LONGEST_MS)

    def is_due(self, now_ms):
        """Whether a new attempt should start now."""
        return self.due_ms is not None and now_ms >= self.due_ms
