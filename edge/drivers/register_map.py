"""A device profile at work for one instance: register bytes to measurements, sequences to registers.

Not its job: compiling it (profile_compiler.py, also for the form of what it gives), asking the bus (bus.py), deciding
when to write (actuator.py), knowing any device by name.
Source: profile format in ARCHITECTURE.md; register types as in the Modbus application protocol 1.1b3
(16-bit big-endian registers) with the word order the profile states.
"""
import struct

from protocols.forgetting import forget


class RegisterMap:
    """One profile at one instance's addresses.

    The profile itself is not kept: most of it is for people, commissioning and the emulator, and a board needs the room.
    """

    def __init__(self, profile, instance=1):
        """profile: the PROFILE literal. instance: first..last of its `instances` block; ValueError outside."""
        from edge.drivers import profile_compiler

        self.identify = profile["identify"]     # (point, lowest, highest) rows
        self.alive = profile["alive"]           # (point that always moves, within ms) or None
        (self.blocks, self.points, self.names, self.sequences,
         self.control) = profile_compiler.compiled(profile, instance)
        forget("edge.drivers.profile_compiler")
        self._low_first = profile["transport"]["word_order"] == "low_first"
        self._valid = profile["valid"]
        self._states = {}
        for code, name in profile["states"]:
            self._states[code] = name

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
        for item, letter, scale in fields:
            value = variables[item] if isinstance(item, str) else item
            registers.extend(self._to_registers(_steps(item, value, scale), letter))
        return function, address, registers

    def possible_w(self, p_w):
        """The setpoint, W, the device can be told instead of this one."""
        return p_w

    def shown(self, p_w, q_var):
        """What the read-back points show of a setpoint, in their order: (value, tolerance)."""
        return [self.held("p_w", p_w), self.held("q_var", q_var)]

    def held(self, name, value):
        """(what the register makes of a variable of `set`, its step): rounded and inside its range; else as it is."""
        for _, _, fields in self.sequences["set"]:
            for item, letter, scale in fields:
                if item == name:
                    return _fitted(_steps(item, value, scale), letter) * scale, max(abs(scale), 1)
        return value, 1

    def _to_registers(self, raw, letter):
        raw = _fitted(raw, letter)
        if letter in "Hh":
            return (raw & 0xFFFF,)
        high_word, low_word = struct.unpack(">HH", struct.pack(">" + letter, raw))
        return (low_word, high_word) if self._low_first else (high_word, low_word)


def _steps(item, value, scale):
    """A variable in steps of its register; power in steps of more than a watt towards zero: never more than was decided."""
    steps = value / scale
    return int(steps) if item == "p_w" and abs(scale) > 1 else steps


def _fitted(raw, letter):
    """A number as the register of a struct code can hold it."""
    if letter == "f":
        return raw
    bits = 16 if letter in "Hh" else 32
    low, high = (0, (1 << bits) - 1) if letter in "HI" else (-(1 << (bits - 1)), (1 << (bits - 1)) - 1)
    return min(max(int(round(raw)), low), high)


def _swap_words(data, places):
    """The same block with the two words of every 32-bit value in high-first order."""
    swapped = bytearray(data)
    for at in places:
        swapped[at:at + 2], swapped[at + 2:at + 4] = data[at + 2:at + 4], data[at:at + 2]
    return swapped
