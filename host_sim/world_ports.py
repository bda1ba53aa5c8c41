"""What a virtual machine lends its gateway: clock, chance, entropy, store; all seeded, nothing of the real machine.

Not its job: the event heap, links.
Source: the ports of edge/hal.py. Ticks begin shortly before the wrap of a 32-bit board.
"""

import random

from edge.clock import TICKS_PERIOD_MS

TICKS_BEFORE_WRAP_MS = 5000


class VirtualClock:
    """Wall clock and tick counter of one machine."""

    def __init__(self, heap, start_unix_ms):
        self._heap = heap
        self._start_unix_ms = start_unix_ms

    def unix_ms(self):
        """Wall time, ms since 1970."""
        return self._start_unix_ms + self._heap.now_ms

    def ticks_ms(self):
        """0..2**30-1, wrapping 5 s after the start of the world."""
        return (self._heap.now_ms - TICKS_BEFORE_WRAP_MS) % TICKS_PERIOD_MS


class VirtualStore:
    """Named blobs that survive a crash; an append is safe only once it was synced or the next write has come."""

    def __init__(self):
        self._safe = {}
        self._unsafe = {}    # name -> what a crash would lose

    def read(self, name, start=0, count=-1):
        """The content, or `count` bytes of it from `start`; None when there is none."""
        if name not in self._safe and name not in self._unsafe:
            return None
        data = self._safe.get(name, b"") + self._unsafe.get(name, b"")
        return data[start:] if count < 0 else data[start:start + count]

    def names(self, beginning=""):
        """Of all that begin so."""
        return sorted([name for name in set(self._safe) | set(self._unsafe) if name.startswith(beginning)])

    def write_atomic(self, name, data):
        """Replaces the content as a whole."""
        self._sync()
        self._safe[name] = bytes(data)

    def append(self, name, data, is_synced=False):
        """Adds to the end."""
        self._sync()
        self._unsafe[name] = bytes(data)
        if is_synced:
            self._sync()

    def remove(self, name):
        """Removes a blob, where there is one."""
        self._sync()
        self._safe.pop(name, None)

    def free_bytes(self):
        """As much as anybody wants."""
        return None

    def crash(self):
        """What was not safe is gone."""
        self._unsafe = {}

    def _sync(self):
        for name, data in self._unsafe.items():
            self._safe[name] = self._safe.get(name, b"") + data
        self._unsafe = {}


class VirtualContacts:
    """Digital inputs of one machine; whoever plays the network operator puts 0 or 1 in, None for a broken wire."""

    def __init__(self):
        self.levels = {}

    def read(self, name):
        """0, 1, or None where nothing was ever put in."""
        return self.levels.get(name)


class VirtualPorts:
    """The ports object of one gateway."""

    def __init__(self, heap, start_unix_ms, seed):
        """seed: text; another one for every gateway."""
        self.clock = VirtualClock(heap, start_unix_ms)
        self.chance = random.Random("chance " + seed)
        self.store = VirtualStore()
        self.entropy = random.Random("entropy " + seed).randbytes
        self.contacts = VirtualContacts()
        self.releases = None        # nobody starts it from a folder of releases
        self.lines = []

    def log(self, text):
        """Kept: what the gateway's console would show."""
        self.lines.append(text)
