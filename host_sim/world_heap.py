"""Event heap of the virtual world: what happens next, in an order that never depends on chance.

Not its job: what happens.
Source: discrete-event simulation; equal times keep the order in which they were entered.
"""

import heapq


class EventHeap:
    """Time is integer ms; functions are called with the arguments given."""

    def __init__(self):
        self.now_ms = 0
        self._events = []
        self._entered = 0

    def at(self, t_ms, function, *arguments):
        """Calls function at t_ms, or now when that has passed."""
        self._entered += 1
        heapq.heappush(self._events, (max(t_ms, self.now_ms), self._entered, function, arguments))

    def run_until(self, end_ms):
        """Everything up to and including end_ms; then it is end_ms."""
        events = self._events
        while events and events[0][0] <= end_ms:
            self.now_ms, _, function, arguments = heapq.heappop(events)
            function(*arguments)
        self.now_ms = end_ms
