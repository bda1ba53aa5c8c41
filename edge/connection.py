"""The life of one connection the gateway keeps: when to open it, when it is up, when to give it up.

Not its job: opening (runtime.py), bytes and meaning (drivers/bus.py, link/vpp.py build on this).
Source: ours.
"""
from edge.backoff import Backoff

# An address that swallows packets would otherwise hold the attempt for minutes.
CONNECT_TIMEOUT_MS = 5000


class Connection:
    """What gateway.py needs of every link; a link overrides what it must."""

    is_done = False     # up, and closed on purpose: its end is no news

    def __init__(self, name, chance):
        """name: link name in actions; chance: port with uniform(low, high)."""
        self.name = name
        self.backoff = Backoff(chance)
        self.is_up = False
        self.is_broken = False      # up, but of no use any more
        self._connecting_ms = None
        self._is_closing = False    # the runtime was told; its word that the transport is closed will come

    def wants_connection(self, now_ms):
        """Whether to open the link now."""
        if not self.backoff.is_due(now_ms):
            return False
        self.backoff.started()
        self._connecting_ms = now_ms
        self._is_closing = False
        return True

    def opened(self, _now_ms):
        """The transport is open."""
        self.is_up = True
        self.is_broken = self.is_done = False
        self._connecting_ms = None

    def closed(self, now_ms):
        """The transport was lost, or could not be opened."""
        self.is_up = False
        self._connecting_ms = None
        self.backoff.failed(now_ms)

    def takes_close(self, now_ms):
        """Whether the transport is to be closed now and opened anew; True once a connection."""
        if self._is_closing:
            return False
        if self._connecting_ms is not None:
            self._is_closing = now_ms - self._connecting_ms > CONNECT_TIMEOUT_MS
        else:
            self._is_closing = self.is_up and self.is_broken
        return self._is_closing

    def fill(self, _now_ms):
        """Use an idle moment between two rounds."""
