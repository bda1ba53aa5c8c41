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
    """One profile at one instance's addresses."""

    def __init__(self, profile, instance=1):
        """profile: the PROFILE literal. instance: first..last of its `instances` block; ValueError outside."""
        first, last, base, stride = profile["instances"]
        if not first <= instance <= last:
            raise ValueError("instance %d: allowed %d..%d" % (instance, first, last))
        self.profile = profile
        self._offset = base + (instance - first) * stride
        self._low_first = profile["transport"]["word_order"] == "low_first"
        self.points = {}        # point -> (value index, block index, max_age_ms)
        self.names = []         # value index -> point
        self._points_by_name = {}
        self._points_by_address = {}
        for name, _, address, kind, scale, _, sign, _ in profile["points"]:
            row = (address + self._offset, kind, scale * sign)
            self._points_by_name[name] = self._points_by_address[row[0]] = row
        self._states = {}
        for code, name in profile["states"]:
            self._states[code] = name
        self.blocks = [self._compile_block(number, row) for number, row in enumerate(profile["blocks"])]
        self.sequences = {}
        for name in ("take", "set", "stop", "give"):
            self.sequences[name] = self._compile_sequence(name)

    def _compile_block(self, number, row):
        """(name, function, address, count, poll class, struct format, fields) of one block.

        fields: (value index, byte offset when words are swapped or None, scale, sentinel raws, state enum?)
        """
        name, function, address, count, poll = row
        points = sorted([point for point in self.profile["points"] if point[1] == name], key=lambda point: point[2])
        code = ">"
        fields = []
        position = address
        for point, _, point_address, kind, scale, _, sign, max_age_ms in points:
            registers, letter = _TYPES[kind]
            code += "x" * (2 * (point_address - position)) + letter
            position = point_address + registers
            swapped = 2 * (point_address - address) if registers == 2 and self._low_first else None
            sentinels = tuple([raw for sentinel, raw in self.profile["sentinels"] if sentinel == point])
            fields.append((len(self.names), swapped, scale * sign, sentinels, point == "state"))
            self.points[point] = (len(self.names), number, max_age_ms)
            self.names.append(point)
        return name, function, address + self._offset, count, poll, code, tuple(fields)

    def decode(self, block_index, data, values):
        """Put one block's values into the list `values` (by value index); data: its register bytes.

        A value outside its validity or equal to a sentinel becomes None. Returns False, changing nothing,
        when the number of bytes is wrong.
        """
        _, _, _, count, _, code, fields = self.blocks[block_index]
        if len(data) != 2 * count:
            return False
        if self._low_first:
            data = _swap_words(data, fields)
        raws = struct.unpack_from(code, data)
        for raw, (index, _, scale, sentinels, is_state) in zip(raws, fields):
            if is_state:
                values[index] = self._states.get(raw)
            elif raw in sentinels or raw != raw:
                values[index] = None
            else:
                values[index] = raw if scale == 1 else raw * scale
        self._apply_validity(values)
        return True

    def _apply_validity(self, values):
        for point, low, high, states in self.profile["valid"]:
            index = self.points[point][0]
            value = values[index]
            if value is None:
                continue
            allowed = states is None or values[self.points["state"][0]] in states
            if not allowed or not low <= value <= high:
                values[index] = None

    def _compile_sequence(self, name):
        """Steps of one control sequence: [(function, address, ((item, type, scale), …))]."""
        control = self.profile["control"]
        return [self._compile_step(step) for step in control[name]] if control else []

    def _compile_step(self, step):
        function, first_point, items = step
        address, _, _ = self._points_by_name[first_point]
        fields = []
        at = address
        for item in items:
            _, kind, scale = self._points_by_address[at]
            fields.append((item, kind, scale))
            at += _TYPES[kind][0]
        return function, address, tuple(fields)

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


def _bounds(letter):
    bits = 16 if letter in "Hh" else 32
    if letter in "HI":
        return 0, (1 << bits) - 1
    return -(1 << (bits - 1)), (1 << (bits - 1)) - 1


def _swap_words(data, fields):
    """The same block with the two words of every 32-bit value in high-first order."""
    swapped = bytearray(data)
    for _, at, _, _, _ in fields:
        if at is not None:
            swapped[at:at + 2], swapped[at + 2:at + 4] = data[at + 2:at + 4], data[at:at + 2]
    return swapped
