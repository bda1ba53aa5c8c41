"""A device profile compiled for one instance: register bytes to measurements, sequences to registers.

Not its job: asking the bus (bus.py), deciding when to write (actuator.py), knowing any device by name.
Source: profile format in ARCHITECTURE.md; register types as in the Modbus application protocol 1.1b3
(16-bit big-endian registers) with the word order the profile states.
"""
import struct

# type -> (registers, struct code). enum16 and bits16 are plain unsigned words.
_TYPES = {
    "uint16": (1, "H"), "enum16": (1, "H"), "bits16": (1, "H"), "int16": (1, "h"),
    "uint32": (2, "I"), "int32": (2, "i"), "float32": (2, "f"),
}


class RegisterMap:
    """One profile at one instance's addresses.

    The profile itself is not kept: most of it is for people, commissioning and the emulator, and a board needs the room.
    """

    def __init__(self, profile, instance=1):
        """profile: the PROFILE literal. instance: first..last of its `instances` block; ValueError outside."""
        first, last, base, stride = profile["instances"]
        if not first <= instance <= last:
            raise ValueError("instance %d: allowed %d..%d" % (instance, first, last))
        self.identify = profile["identify"]     # (point, lowest, highest) rows
        self.alive = profile["alive"]           # (point that always moves, within ms) or None
        self.control = profile["control"]
        self.points = {}        # point -> (value index, block index, max_age_ms)
        self.names = []         # value index -> point
        self._low_first = profile["transport"]["word_order"] == "low_first"
        self._valid = profile["valid"]
        self._states = {}
        for code, name in profile["states"]:
            self._states[code] = name
        offset = base + (instance - first) * stride
        self.blocks = [self._compile_block(number, row, profile, offset) for number, row in enumerate(profile["blocks"])]
        self.sequences = _compile_sequences(profile, offset)

    def _compile_block(self, number, row, profile, offset):
        """(name, function, address, count, poll class, struct format, first value index, fields, swaps) of one block.

        fields: in the order of addresses (scale, sentinel raws), None for the state; swaps: byte offsets of the values
        whose words change places.
        """
        name, function, address, count, poll = row
        points = sorted([point for point in profile["points"] if point[1] == name], key=lambda point: point[2])
        code = ">"
        first_index = len(self.names)
        fields = []
        known = {}      # equal fields are one object: most points of a block share scale and sentinels
        swaps = []
        position = address
        for point, _, point_address, kind, scale, _, sign, max_age_ms in points:
            registers, letter = _TYPES[kind]
            code += "x" * (2 * (point_address - position)) + letter
            position = point_address + registers
            if registers == 2 and self._low_first:
                swaps.append(2 * (point_address - address))
            sentinels = tuple([raw for sentinel, raw in profile["sentinels"] if sentinel == point])
            field = None if point == "state" else (scale * sign, sentinels)
            fields.append(known.setdefault(field, field))
            self.points[point] = (len(self.names), number, max_age_ms)
            self.names.append(point)
        return name, function, address + offset, count, poll, code, first_index, tuple(fields), tuple(swaps)

    def decode(self, block_index, data, values):
        """Put one block's values into the list `values` (by value index); data: its register bytes.

        A value outside its validity or equal to a sentinel becomes None. Returns False, changing nothing,
        when the number of bytes is wrong.
        """
        _, _, _, count, _, code, index, fields, swaps = self.blocks[block_index]
        if len(data) != 2 * count:
            return False
        if swaps:
            data = _swap_words(data, swaps)
        for raw, field in zip(struct.unpack_from(code, data), fields):
            if field is None:
                values[index] = self._states.get(raw)
            else:
                scale, sentinels = field
                if raw in sentinels or raw - raw != 0:      # a NaN and the infinities of a float
                    values[index] = None
                else:
                    values[index] = raw if scale == 1 else raw * scale
            index += 1
        self._apply_validity(values)
        return True

    def _apply_validity(self, values):
        for point, low, high, states in self._valid:
            index = self.points[point][0]
            value = values[index]
            if value is None:
                continue
            allowed = states is None or values[self.points["state"][0]] in states
            if not allowed or not low <= value <= high:
                values[index] = None

    def encode(self, step, variables):
        """(function, address, register values) of one compiled step of `sequences`.

        variables: values for the names a step may use, {"p_w": …, "q_var": …, "watchdog_s": …}.
        Numbers are clamped to what the register can hold.
        """
        function, address, fields = step
        registers = []
        for item, kind, scale in fields:
            value = variables[item] if isinstance(item, str) else item
            registers.extend(self._to_registers(value / scale, kind))
        return function, address, registers

    def _to_registers(self, raw, kind):
        registers, letter = _TYPES[kind]
        if registers == 1:
            low, high = _bounds(letter)
            return (min(max(int(round(raw)), low), high) & 0xFFFF,)
        if kind != "float32":
            low, high = _bounds(letter)
            raw = min(max(int(round(raw)), low), high)
        high_word, low_word = struct.unpack(">HH", struct.pack(">" + letter, raw))
        return (low_word, high_word) if self._low_first else (high_word, low_word)


def _compile_sequences(profile, offset):
    """{sequence: [(function, address, ((item, type, scale), …)), …]}; empty for a device that takes no control."""
    if not profile["control"]:
        return {}
    by_name, by_address = {}, {}
    for name, _, address, kind, scale, _, sign, _ in profile["points"]:
        by_name[name] = address
        by_address[address] = (kind, scale * sign)
    sequences = {}
    for name in ("take", "set", "stop", "give"):
        sequences[name] = steps = []
        for function, first_point, items in profile["control"][name]:
            at = by_name[first_point]
            fields = []
            for item in items:
                kind, scale = by_address[at]
                fields.append((item, kind, scale))
                at += _TYPES[kind][0]
            steps.append((function, by_name[first_point] + offset, tuple(fields)))
    return sequences


def _bounds(letter):
    bits = 16 if letter in "Hh" else 32
    if letter in "HI":
        return 0, (1 << bits) - 1
    return -(1 << (bits - 1)), (1 << (bits - 1)) - 1


def _swap_words(data, places):
    """The same block with the two words of every 32-bit value in high-first order."""
    swapped = bytearray(data)
    for at in places:
        swapped[at:at + 2], swapped[at + 2:at + 4] = data[at + 2:at + 4], data[at:at + 2]
    return swapped
