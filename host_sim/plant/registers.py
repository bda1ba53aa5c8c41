"""Register bank: the registers of one simulated device, laid out by its profile.

Not its job: what the device does with a written value (charger.py), the wire (modbus_server.py), reading devices
(the driver compiles the same literal the other way round and shares no code with this encoder).
Source: Modbus application protocol 1.1b3 for the exception codes; the profile for everything else.
"""

import struct

ILLEGAL_FUNCTION = 1
ILLEGAL_ADDRESS = 2
ILLEGAL_VALUE = 3
DEVICE_FAILURE = 4

READ_HOLDING, READ_INPUT, WRITE_ONE, WRITE_MANY = 3, 4, 6, 16
# The table a function reads; coils and single inputs do not occur in these devices. Function 23 reaches a bank as
# a write by 16 and a read by 3.
TABLE_OF = {READ_HOLDING: "holding", READ_INPUT: "input"}
WRITES = (WRITE_ONE, WRITE_MANY)

#        registers, lowest, highest raw value (None: float)
TYPES = {
    "uint16": (1, 0, 0xFFFF), "enum16": (1, 0, 0xFFFF), "bits16": (1, 0, 0xFFFF), "int16": (1, -0x8000, 0x7FFF),
    "uint32": (2, 0, 0xFFFFFFFF), "int32": (2, -0x80000000, 0x7FFFFFFF), "float32": (2, None, None),
}


class Point:
    """One point of the profile at this instance's address, with both directions of its conversion."""

    def __init__(self, row, *, table, offset, low_first, sentinel, states):
        """row: point row of the profile; table: dict of address -> register; sentinel: raw value for "unknown" or
        None; states: ((raw, name), …)."""
        self.name, _, address, self.kind, scale, _, sign, _ = row
        self.address = address + offset
        self.table = table
        self.count, self._low, self._high = TYPES[self.kind]
        self._low_first = low_first
        self._sentinel = sentinel
        self._unit = scale * sign                # value = raw * unit
        self._per_unit = sign * (1 / scale)      # raw = value * per_unit; 1 / 0.01 is exactly 100
        self._code_of = {name: raw for raw, name in reversed(states)}   # several codes, one name: the first
        self._name_of = dict(states)

    def put(self, value):
        """Puts a physical value in our sign into the registers; None becomes the sentinel, or 0 as such devices do.

        Integers round half to even and stop at the type's ends; a state may be given by its canonical name.
        """
        if value is None:
            raw = self._sentinel or 0
        elif self._low is None:
            # + 0.0: a zero shows without a sign
            raw = struct.unpack(">I", struct.pack(">f", value * self._per_unit + 0.0))[0]
        else:
            raw = self._code_of[value] if self._name_of else round(value * self._per_unit)
            if raw > self._high:
                raw = self._high
            elif raw < self._low:
                raw = self._low
        if self.count == 1:
            self.table[self.address] = raw & 0xFFFF
        else:
            self.table[self.address + self._low_first] = raw >> 16 & 0xFFFF
            self.table[self.address + (not self._low_first)] = raw & 0xFFFF

    def present(self):
        """Its registers as they are now."""
        return [self.table[address] for address in range(self.address, self.address + self.count)]

    def decode(self, registers):
        """Physical value in our sign of the point's registers; None for the sentinel, a name for a state."""
        words = registers[::-1] if self._low_first else registers
        bits = 0
        for word in words:
            bits = bits << 16 | word
        if self._name_of:
            return self._name_of.get(bits, bits)
        if bits == self._sentinel:
            return None
        if self._low is None:
            return struct.unpack(">f", struct.pack(">I", bits))[0] * self._unit
        if self._low < 0 and bits > self._high:
            bits -= 1 << 16 * self.count
        return bits * self._unit


class RegisterBank:
    """Holding and input registers of one device. Only what the profile lists exists, the rest is refused.

    on_write(point, value) is called for each written point before it is stored and answers an exception code or 0
    (a code leaves this and the following points as they were). Default: every value is taken.
    """

    def __init__(self, profile, instance=1):
        """profile: the PROFILE literal; instance: first..last of its `instances`; ValueError outside."""
        first, last, base, stride = profile["instances"]
        if not first <= instance <= last:
            raise ValueError(f"instance {instance}: allowed {first}..{last}")
        self.profile = profile
        self.on_write = None
        self._registers = {"holding": {}, "input": {}}
        self._readable = {"holding": set(), "input": set()}
        # A block may count instances in steps of its own, or not at all; what is only written follows the device's.
        self._offsets = dict.fromkeys([None, *(row[0] for row in profile["blocks"])], base + (instance - first) * stride)
        for block, own_base, own_stride in profile.get("strides", ()):
            self._offsets[block] = own_base + (instance - first) * own_stride
        self.points = self._lay_out()
        self._writable = {point.address: point for point in self._written_points()}

    def _lay_out(self):
        """Creates the registers of every block and point; returns {name: Point}."""
        profile = self.profile
        table_of = {None: "holding"}
        for block, function, address, count, _ in profile["blocks"]:
            table_of[block] = TABLE_OF[function]
            offset = self._offsets[block]
            addresses = range(address + offset, address + offset + count)
            self._readable[TABLE_OF[function]].update(addresses)
            self._registers[TABLE_OF[function]].update(dict.fromkeys(addresses, 0))
        points = {}
        for row in profile["points"]:
            points[row[0]] = Point(
                row, table=self._registers[table_of[row[1]]], offset=self._offsets[row[1]],
                low_first=profile["transport"]["word_order"] == "low_first",
                sentinel=dict(profile["sentinels"]).get(row[0]),
                states=profile["states"] if row[0] == "state" else (),
            )
            points[row[0]].put(None)   # unknown until the device measures
        return points

    def _written_points(self):
        """Points that some control sequence writes: those and no others can be written."""
        table = self._registers["holding"]
        holding = {point.address: point for point in self.points.values() if point.table is table}
        for key in ("take", "set", "stop", "give", "form", "reserve", "restart"):
            for _, name, values in (self.profile["control"] or {}).get(key, ()):
                address = self.points[name].address
                for _ in values:
                    yield holding[address]
                    address += holding[address].count

    def has(self, name):
        """True when the profile has this point."""
        return name in self.points

    def set(self, name, value):
        """The device itself puts a physical value (our sign and unit, None = unknown) into a point's registers.

        KeyError for a point that the profile does not have.
        """
        self.points[name].put(value)

    def get(self, name):
        """The point's value as its registers hold it now: our sign and unit, None for unknown, a name for a state."""
        point = self.points[name]
        return point.decode(point.present())

    def span(self):
        """(lowest, highest) address of the device, over both tables."""
        addresses = [address for table in self._registers.values() for address in table]
        return min(addresses), max(addresses)

    def read(self, function, address, count):
        """Registers for function 3 or 4 as a list; None when one of them cannot be read."""
        table = TABLE_OF.get(function)
        if table is None or count < 1:
            return None
        readable = self._readable[table]
        registers = self._registers[table]
        wanted = range(address, address + count)
        if not all(register in readable for register in wanted):
            return None
        return [registers[register] for register in wanted]

    def write(self, function, address, values):
        """Writes for function 6 or 16. Returns 0 or the exception code: 1 function, 2 address, 3 value, or
        what `on_write` answers. An address outside the writable points, or half a 32-bit point, changes nothing."""
        if function not in WRITES:
            return ILLEGAL_FUNCTION
        targets = []
        at = 0
        while at < len(values):
            point = self._writable.get(address + at)
            if point is None:
                return ILLEGAL_ADDRESS
            words = values[at:at + point.count]
            if len(words) < point.count:
                return ILLEGAL_VALUE
            targets.append((point, words))
            at += point.count
        for point, words in targets:
            code = self.on_write(point.name, point.decode(words)) if self.on_write else 0
            if code:
                return code
            self._registers["holding"].update(zip(range(point.address, point.address + point.count), words))
        return 0
