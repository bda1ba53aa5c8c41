"""An asyncio loop on virtual time: sleeping costs nothing, real input and output is refused.

Not its job: the virtual world (host_sim/world.py), which needs no loop at all.
Source: asyncio.base_events: a loop asks its selector how long to wait; this one jumps there instead.
"""

import asyncio
import selectors


class VirtualSelector(selectors.BaseSelector):
    """Moves its loop's time to the next scheduled call; refuses files and sockets."""

    loop = None

    def register(self, fileobj, events, data=None):
        raise RuntimeError("real input and output on a virtual loop")

    def unregister(self, fileobj):
        raise RuntimeError("real input and output on a virtual loop")

    def select(self, timeout=None):
        if timeout is None:
            raise RuntimeError("deadlock: nothing is scheduled")
        self.loop.now_s += max(timeout, 0)
        return []

    def get_map(self):
        return {}


class VirtualLoop(asyncio.SelectorEventLoop):
    """time() is what the schedule has reached, s."""

    def __init__(self):
        self.now_s = 0.0
        selector = VirtualSelector()
        selector.loop = self
        super().__init__(selector)

    def time(self):
        return self.now_s

    def add_signal_handler(self, number, callback, *arguments):
        """A virtual machine gets no signals."""

    def _make_self_pipe(self):
        """No other thread ever wakes this loop."""

    def _close_self_pipe(self):
        """Nothing to close."""

    def _write_to_self(self):
        """No other thread ever wakes this loop."""


def run(main):
    """Run a coroutine to its end on virtual time; returns its result."""
    loop = VirtualLoop()
    try:
        return loop.run_until_complete(main)
    finally:
        loop.close()
