"""Registers of a SunSpec device: 'SunS', a chain of models, end marker; every point by name.

Not its job: what a written point does (controls.py, adoption.py), the wire (modbus_server.py). Masters have a codec of
their own (protocols/sunspec/codec.py); this one shares only the tables with it.
Source: SunSpec Device Information Model Specification 1.1; Modbus application protocol 1.1b3 for the exception codes.
"""

import struct

from host_sim.plant.registers import (
    ILLEGAL_ADDRESS, ILLEGAL_FUNCTION, ILLEGAL_VALUE, READ_HOLDING, WRITES,
)
from protocols.sunspec.layout import load

BASE = 40000
SUNS = (0x5375, 0x6E53)
END = (0xFFFF, 0)

#        registers, lowest, highest raw value, "not implemented"
NUMBERS = {
    "int16": (1, -0x7FFF, 0x7FFF, -0x8000), "uint16": (1, 0, 0xFFFE, 0xFFFF), "enum16": (1, 0, 0xFFFE, 0xFFFF),
    "bitfield16": (1, 0, 0x7FFF, 0xFFFF), "sunssf": (1, -10, 10, -0x8000), "pad": (1, 0x8000, 0x8000, 0x8000),
    "int32": (2, -0x7FFFFFFF, 0x7FFFFFFF, -0x80000000), "uint32": (2, 0, 0xFFFFFFFE, 0xFFFFFFFF),
    "bitfield32": (2, 0, 0x7FFFFFFF, 0xFFFFFFFF), "acc32": (2, 0, 0xFFFFFFFF, 0),
    "float32": (2, None, None, 0x7FC00000), "uint64": (4, 0, 0xFFFFFFFFFFFFFFFE, 0xFFFFFFFFFFFFFFFF),
}
TEXTS = {"string8": 8, "string16": 16, "string32": 32}


class Field:
    """One point: where it lies, how it is scaled, and what may be written to it."""

    def __init__(self, registers, at, kind, *, name, writable):
        """registers: list of the whole bank. at: index of the first one. name: (model id, path)."""
        self.name = name
        self.at = at
        self.kind = kind
        self.writable = writable
        self.bounds = None           # (lowest, highest) value that a master may write; None: what the type holds
        self.sf = 0                  # power of ten
        self._registers = registers
        self.is_text = kind in TEXTS
        self.count = TEXTS[kind] if self.is_text else NUMBERS[kind][0]

    def put(self, value):
        """A value in the unit of the point; None is "not implemented". Numbers round half to even and stop at the
        type's ends."""
        if self.is_text:
            code = (value or "").encode("ascii")[:2 * self.count].ljust(2 * self.count, b"\0")
            self._registers[self.at:self.at + self.count] = [
                code[place] << 8 | code[place + 1] for place in range(0, len(code), 2)]
            return
        _, low, high, absent = NUMBERS[self.kind]
        # 10 ** -sf and 1 / 10 ** sf keep whole tens exact, which 10.0 ** -2 would not.
        if value is None:
            raw = absent
        elif low is None:
            raw = struct.unpack(">I", struct.pack(">f", value))[0]
        else:
            raw = min(max(round(self._to_raw(value)), low), high)
        if self.count == 1:
            self._registers[self.at] = raw & 0xFFFF
        else:
            for place in range(self.count):
                self._registers[self.at + place] = raw >> 16 * (self.count - 1 - place) & 0xFFFF

    def _to_raw(self, value):
        if self.sf == 0:
            return value
        return value * 10 ** -self.sf if self.sf < 0 else value / 10 ** self.sf

    def get(self):
        """Its value now; None for "not implemented"."""
        return self.decoded(self._registers[self.at:self.at + self.count])

    def decoded(self, words):
        """Value of these registers in the unit of the point; None for "not implemented"."""
        if self.is_text:
            code = b"".join(word.to_bytes(2, "big") for word in words)
            return code.split(b"\0")[0].decode("ascii") or None
        raw = 0
        for word in words:
            raw = raw << 16 | word
        _, low, _, absent = NUMBERS[self.kind]
        if low is None:
            value = struct.unpack(">f", struct.pack(">I", raw))[0]
            return None if value != value else value
        if low < 0 and raw >> 16 * self.count - 1:
            raw -= 1 << 16 * self.count
        if raw == absent:
            return None
        if self.sf == 0:
            return raw
        return raw / 10 ** -self.sf if self.sf < 0 else raw * 10 ** self.sf

    def accepts(self, value):
        """Whether a master may write this value."""
        return value is not None and (self.bounds is None or self.bounds[0] <= value <= self.bounds[1])


class SunSpecBank:
    """Holding registers of one device, with the face of RegisterBank: `read`, `write`, `span`.

    on_write(fields) is called when all points of one write are stored and answers 0 or an exception code; a code puts
    everything back.
    """

    def __init__(self, models, scales, base=BASE):
        """models: ((id, counts of repetitions or None), …) in the order of the chain. scales: {(id, scale-factor
        point): power of ten}; a scale factor that is not named is "not implemented". base: address of 'SunS'."""
        self.base = base
        self.on_write = None
        self.fields = {}
        self.counts = {model_id: counts or {} for model_id, counts in models}
        self._registers = list(SUNS)
        for model_id, counts in models:
            self._append(load(model_id), counts, scales)
        self._registers += END
        self._by_address = {base + field.at: field for field in self.fields.values() if not field.is_text}

    def _append(self, model, counts, scales):
        begin = len(self._registers)
        size = model.size(counts)
        self._registers += [model.id, size - 2] + [0] * (size - 2)
        for path, offset, kind, sf, writable in model.rows(counts):
            field = Field(self._registers, begin + offset, kind, name=(model.id, path), writable=writable)
            field.sf = scales.get((model.id, sf), 0)
            field.put(scales.get(field.name))
            self.fields[field.name] = field
        for counter in model.counters():
            self.put(model.id, counter, counts[counter])

    def put(self, model_id, path, value):
        """The device itself puts a value into a point; KeyError for a point that it does not have."""
        self.fields[model_id, path].put(value)

    def get(self, model_id, path):
        """Value of a point now; None for "not implemented"."""
        return self.fields[model_id, path].get()

    def span(self):
        """(lowest, highest) address of the device."""
        return self.base, self.base + len(self._registers) - 1

    def read(self, function, address, count):
        """Registers for function 3 as a list; None when one of them is not there."""
        first = address - self.base
        if function != READ_HOLDING or count < 1 or first < 0 or first + count > len(self._registers):
            return None
        return self._registers[first:first + count]

    def write(self, function, address, values):
        """Writes for function 6 or 16; 0 or the exception code: 1 function, 2 not writable, 3 value (also half a
        point), or what `on_write` answers. Whatever is refused changes nothing."""
        if function not in WRITES:
            return ILLEGAL_FUNCTION
        written, at = [], 0
        while at < len(values):
            field = self._by_address.get(address + at)
            if field is None or not field.writable:
                return ILLEGAL_ADDRESS
            words = values[at:at + field.count]
            if len(words) < field.count or not field.accepts(field.decoded(words)):
                return ILLEGAL_VALUE
            written.append(field)
            at += field.count
        first = address - self.base
        before = self._registers[first:first + at]
        self._registers[first:first + at] = values
        code = self.on_write(written) if self.on_write else 0
        if code:
            self._registers[first:first + at] = before
        return code
