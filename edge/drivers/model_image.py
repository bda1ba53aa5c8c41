"""Registers of one SunSpec model as they were read, by the names of its points; of a model with curves head and curve 1.

Not its job: reading and writing them (native_work.py). A board forgets this module when nothing is left to do.
Source: SunSpec Device Information Model Specification 1.1. Offsets count from the model's ID register.
"""

from protocols.modbus import pdu
from protocols.sunspec import codec, layout

FIRST = 2                 # ID and length are known
PIECE_REGISTERS = 100     # of one request


class ModelImage:
    """Fill it with `take` until `missing()` is None; then `fault` is None or says why it is no such model."""

    def __init__(self, model_id, address, length):
        """address: of its ID register; length: what stands behind it."""
        self.model_id = model_id
        self.fault = None
        self.data = b""             # registers from FIRST on
        self.counts = None          # {point: repetitions it counts}, None before the head was read
        self._address = address
        self._end = length + FIRST
        self._model = layout.load(model_id)
        self._need = min(self._end, FIRST + PIECE_REGISTERS)

    def clear(self):
        """Read it all again."""
        self.data = b""

    def missing(self):
        """(address, count) to read next, None when it is whole."""
        at = FIRST + len(self.data) // 2
        if at >= self._need or self.fault is not None:
            return None
        return self._address + at, min(self._need - at, PIECE_REGISTERS)

    def take(self, data):
        """Register bytes of what was missing."""
        self.data += data
        if self.counts is not None or self.missing() is not None:
            return
        self.counts = {}
        for counter in self._model.counters():
            self.counts[counter] = self.raw(counter) or 0
        size = self._model.size(self.counts)
        if size != self._end:
            self.fault = "model %d is %d registers long: what it counts takes %d" % (self.model_id, self._end, size)
        self._need = self.head() + self.stride() if self.has_curves() else self._end

    # -- curves ------------------------------------------------------------------------------------------

    def has_curves(self):
        """Whether settings are stored curves that have to be adopted."""
        return bool(self.counts)

    def curves(self):
        """How many curves are stored, the one in force included."""
        return self.counts[self._model.groups[0][1]]

    def adopt_points(self):
        """Names of the points that ask for an adoption and tell its result."""
        word = "AdptCtl" if self._model.groups[0][0] == "Ctl" else "AdptCrv"
        return word + "Req", word + "Rslt"

    def head(self):
        """Offset of curve 1."""
        return self._model.size(self._with_curves(0))

    def stride(self):
        """Registers of one curve."""
        return self._model.size(self._with_curves(1)) - self.head()

    def _with_curves(self, count):
        counts = dict(self.counts)
        counts[self._model.groups[0][1]] = count
        return counts

    # -- points ------------------------------------------------------------------------------------------

    def find(self, path):
        """(offset, type, scale-factor point or None) of a point; IndexError beyond what the model counts."""
        return self._model.find(path, self.counts)[:3]

    def address(self, path):
        """Address of a point."""
        return self._address + self.find(path)[0]

    def raw(self, path):
        """Unscaled value, None for "not implemented"."""
        at, kind, _ = self.find(path)
        return codec.raw(kind, self._registers(at, kind))

    def digits(self, path):
        """Raw scale factor of a point; 0 for a point without one, None when it is not implemented."""
        sf = self.find(path)[2]
        return 0 if sf is None else self.raw(sf)

    def value(self, path):
        """Value in the unit of the point, None when unknown."""
        at, kind, _ = self.find(path)
        return codec.decode(kind, self._registers(at, kind), self.digits(path))

    def encoded(self, path, value):
        """Registers that hold a value; None when they can't."""
        return codec.encode(self.find(path)[1], value, self.digits(path))

    def meant(self, path, value):
        """The unscaled integer that a value becomes in its registers."""
        return codec.raw(self.find(path)[1], self.encoded(path, value))

    def rounded(self, path, value):
        """The value that its registers hold when they are told this one."""
        return codec.decode(self.find(path)[1], self.encoded(path, value), self.digits(path))

    def name_at(self, address):
        """The point that begins at an address, for people."""
        for path, at, _, _, _ in self._model.rows(self.counts):
            if self._address + at == address:
                return "%d.%s" % (self.model_id, path)
        return "model %d" % self.model_id

    def mask(self, paths):
        """Bytes as long as `data`, 0xFF where these points lie."""
        mask = bytearray(len(self.data))
        for path in paths:
            at, kind, _ = self.find(path)
            for place in range(2 * (at - FIRST), 2 * (at - FIRST + codec.size(kind))):
                mask[place] = 0xFF
        return bytes(mask)

    # -- writes ------------------------------------------------------------------------------------------

    def writes(self, rows):
        """[(address, registers)] that put values into points, neighbours together. rows: [(path, value), …]."""
        return _runs(sorted([(self.address(path), self.encoded(path, value)) for path, value in rows]))

    def curve_writes(self, rows, curve):
        """The same for stored curve number `curve`: curve 1 as it is with the values laid over it."""
        wish = {}
        for path, value in rows:
            wish[self.find(path)[0]] = self.encoded(path, value)
        head, shift = self.head(), (curve - 1) * self.stride()
        found = []
        for _, at, kind, _, is_writable in self._model.rows(self._with_curves(1)):
            if at >= head and is_writable:
                registers = wish.get(at, self._registers(at, kind))
                if codec.raw(kind, registers) is not None:      # nothing can be told to what is not implemented
                    found.append((self._address + at + shift, registers))
        return _runs(found)

    def _registers(self, at, kind):
        start = 2 * (at - FIRST)
        return list(pdu.unpack_registers(self.data[start:start + 2 * codec.size(kind)]))


def _runs(rows):
    """Neighbours of (address, registers) in rising order put together, none longer than a request."""
    runs = []
    for address, registers in rows:
        if runs:
            start, run = runs[-1]
            if start + len(run) == address and len(run) + len(registers) <= PIECE_REGISTERS:
                run.extend(registers)
                continue
        runs.append((address, list(registers)))
    return runs
