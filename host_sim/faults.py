"""Faults to switch on and off: at a device's registers, and on the bytes it answers with.

Not its job: when a fault comes and goes (scenarios, tests), which of them a gateway must survive (failsafe).
Source: what field reports of chargers and meters name.
"""

from host_sim.plant.registers import DEVICE_FAILURE

NONE, FROZEN, EXCEPTION, CONTENDED = None, "frozen", "exception", "contended"
SILENT, LATE, GARBLED, PARTIAL = "silent", "late", "garbled", "partial"


class FaultyBank:
    """Stands between the wire and a RegisterBank; same `read` and `write`.

    frozen: reads repeat what each range last held, writes are taken but nothing shows. exception: every request
    is refused, writes with `code`, reads with exception 2, the only one a bank has for them. contended: another master writes `theirs` right after each of ours.
    """

    def __init__(self, bank):
        """bank: the RegisterBank that stays untouched while no fault is on."""
        self.bank = bank
        self.kind = NONE
        self.code = DEVICE_FAILURE
        self.theirs = ()
        self._seen = {}

    def set(self, kind, *, code=DEVICE_FAILURE, theirs=()):
        """Switches to one fault, or None. code: what writes are refused with. theirs: ((function, address, values), …)."""
        self.kind, self.code, self.theirs = kind, code, theirs
        self._seen = {}

    def span(self):
        """As RegisterBank.span."""
        return self.bank.span()

    def read(self, function, address, count):
        """As RegisterBank.read."""
        if self.kind == EXCEPTION:
            return None
        key = (function, address, count)
        if self.kind == FROZEN and key in self._seen:
            return self._seen[key]
        values = self.bank.read(function, address, count)
        if self.kind == FROZEN:
            self._seen[key] = values
        return values

    def write(self, function, address, values):
        """As RegisterBank.write."""
        if self.kind == EXCEPTION:
            return self.code
        code = self.bank.write(function, address, values)
        if self.kind == CONTENDED:
            for step in self.theirs:
                self.bank.write(*step)
        return code


class LinkFaults:
    """What happens to an answer on its way: none, silent, late, garbled or partial."""

    def __init__(self):
        """Starts without a fault."""
        self.kind = NONE
        self.late_ms = 0
        self._answers = 0

    def set(self, kind, *, late_ms=0):
        """Switches to one fault, or None. late_ms: delay of every answer while the kind is late."""
        self.kind, self.late_ms = kind, late_ms

    def apply(self, data):
        """(delay_ms, bytes) of what the master gets to see, or None when nothing arrives.

        garbled flips one bit, each time in another byte; partial drops the second half. Both repeat exactly.
        """
        self._answers += 1
        if self.kind == SILENT:
            return None
        if self.kind == GARBLED:
            data = bytearray(data)
            data[self._answers * 7 % len(data)] ^= 1 << self._answers % 8
        if self.kind == PARTIAL:
            data = data[:len(data) // 2]
        return self.late_ms if self.kind == LATE else 0, bytes(data)
