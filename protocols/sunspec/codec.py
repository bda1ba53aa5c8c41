"""SunSpec point codec: registers to a number or text and back, scaled, with "not implemented" as None.

Not its job: where a point lies (layout.py), reading it.
Source: SunSpec Device Information Model Specification 1.1, point types and their not-implemented values.

Numbers that do not fit are refused, never cut.
"""
import struct

# A bitfield with its highest bit set says nothing, whatever the other bits are.
UNSIGNED, SIGNED, BITS, TEXT, FLOAT = range(5)

# type: (registers, form, raw value that means "not implemented")
TYPES = {
    "int16": (1, SIGNED, -0x8000), "uint16": (1, UNSIGNED, 0xFFFF), "enum16": (1, UNSIGNED, 0xFFFF),
    "acc16": (1, UNSIGNED, 0), "bitfield16": (1, BITS, 0xFFFF), "sunssf": (1, SIGNED, -0x8000),
    "pad": (1, UNSIGNED, 0x8000),
    "int32": (2, SIGNED, -0x80000000), "uint32": (2, UNSIGNED, 0xFFFFFFFF), "enum32": (2, UNSIGNED, 0xFFFFFFFF),
    "acc32": (2, UNSIGNED, 0), "bitfield32": (2, BITS, 0xFFFFFFFF),
    "int64": (4, SIGNED, -0x8000000000000000), "uint64": (4, UNSIGNED, 0xFFFFFFFFFFFFFFFF),
    "acc64": (4, UNSIGNED, 0), "bitfield64": (4, BITS, 0xFFFFFFFFFFFFFFFF),
    "float32": (2, FLOAT, 0x7FC00000),      # any NaN, as IEEE 754 knows many
    "string8": (8, TEXT, 0), "string16": (16, TEXT, 0), "string32": (32, TEXT, 0),
}

SF_MIN_DIGITS = -10    # a scale factor is a power of ten in this range; anything else is no scale factor
SF_MAX_DIGITS = 10


def size(kind):
    """Registers of a type. KeyError for a type that no model here uses."""
    return TYPES[kind][0]


def raw(kind, registers):
    """The unscaled integer (string: text) of a point's registers; None for "not implemented".

    registers: exactly size(kind) integers 0..65535, high word first.
    """
    _, form, absent = TYPES[kind]
    if form == TEXT:
        return _text(registers)
    if form == FLOAT:
        value = struct.unpack(">f", struct.pack(">HH", *registers))[0]
        return None if value - value != 0 else value     # a NaN, and the infinities
    value = 0
    for register in registers:
        value = value << 16 | register
    high_bit = 1 << (16 * len(registers) - 1)
    if form == SIGNED and value & high_bit:
        value -= high_bit << 1
    elif form == BITS and value & high_bit:
        return None
    return None if value == absent else value


def decode(kind, registers, sf=0):
    """Value of a point: number in the unit of the model, text, or None for "not implemented".

    sf: raw value of its scale-factor point, 0 for a point without one; None (not implemented) or a number outside
    -10..10 makes the value unknown. A float only where sf < 0.
    """
    value = raw(kind, registers)
    if value is None or sf == 0:
        return value
    if sf is None or not SF_MIN_DIGITS <= sf <= SF_MAX_DIGITS:
        return None
    return value * 10 ** sf if sf > 0 else value / 10 ** -sf


def encode(kind, value, sf=0):
    """Registers (list) of a value; None for the value writes "not implemented".

    Returns None, and nothing may be written, when the value is no finite number, does not fit after scaling and
    rounding (half to even), would read as "not implemented", or the scale factor is unknown.
    """
    count, form, absent = TYPES[kind]
    if form == TEXT:
        return _text_registers(value or "", count)
    if value is None:
        return _registers(absent, count)
    if sf is None or not SF_MIN_DIGITS <= sf <= SF_MAX_DIGITS:
        return None
    scaled = value * 10 ** -sf if sf < 0 else value / 10 ** sf if sf else value
    if scaled - scaled != 0:    # a NaN, or infinite, by scaling at the latest
        return None
    if form == FLOAT:       # beyond the largest number of IEEE 754's binary32 it would become infinite
        return list(struct.unpack(">HH", struct.pack(">f", scaled))) if abs(scaled) <= 3.4028234663852886e38 else None
    scaled = round(scaled)
    top = 1 << 16 * count
    low, high = (-(top >> 1), (top >> 1) - 1) if form == SIGNED else (0, (top >> (form == BITS)) - 1)
    if scaled == absent or not low <= scaled <= high:
        return None
    return _registers(scaled, count)


def _registers(value, count):
    """The lowest 16 * count bits as registers, high word first."""
    return [value >> 16 * place & 0xFFFF for place in range(count - 1, -1, -1)]


def _text(registers):
    """Text up to the first NUL; None when nothing is left or it is not printable ASCII."""
    found = []
    for register in registers:
        found.append(register >> 8)
        found.append(register & 0xFF)
    if 0 in found:
        found = found[:found.index(0)]
    text = "".join(chr(byte) for byte in found if 32 <= byte < 127).strip()
    return text or None


def _text_registers(text, count):
    """Text as registers, filled with NUL; None when it is too long or not printable ASCII."""
    codes = [ord(letter) for letter in text]
    if len(codes) > 2 * count or not all(32 <= code < 127 for code in codes):
        return None
    codes += [0] * (2 * count - len(codes))
    return [codes[at] << 8 | codes[at + 1] for at in range(0, 2 * count, 2)]
