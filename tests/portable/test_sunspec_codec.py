"""Points to registers and back, by the not-implemented values and ranges of the SunSpec specification."""

from protocols.sunspec.codec import TYPES, decode, encode, size

# type, registers, value unscaled: SunSpec Device Information Model Specification, point types
VECTORS = (
    ("int16", [0x0001], 1), ("int16", [0xFFFF], -1), ("int16", [0x7FFF], 32767), ("int16", [0x8001], -32767),
    ("uint16", [0xFFFE], 65534), ("enum16", [0x0003], 3), ("sunssf", [0xFFFE], -2), ("sunssf", [0x000A], 10),
    ("int32", [0xFFFF, 0xFFFF], -1), ("int32", [0x0001, 0x0000], 65536), ("int32", [0x7FFF, 0xFFFF], 2147483647),
    ("uint32", [0xFFFF, 0xFFFE], 4294967294), ("bitfield16", [0x7FFF], 0x7FFF),
    ("bitfield32", [0x0000, 0x0810], 0x810), ("int64", [0xFFFF, 0xFFFF, 0xFFFF, 0xFFFE], -2),
    ("uint64", [0, 0x0001, 0, 0], 1 << 32), ("acc32", [0, 7], 7), ("acc64", [0, 0, 0, 1], 1),
    ("float32", [0x4366, 0x0000], 230.0), ("float32", [0xC47A, 0x0000], -1000.0),      # IEEE 754
)
ABSENT = (
    ("int16", [0x8000]), ("uint16", [0xFFFF]), ("enum16", [0xFFFF]), ("acc16", [0]), ("bitfield16", [0xFFFF]),
    ("sunssf", [0x8000]), ("int32", [0x8000, 0]), ("uint32", [0xFFFF, 0xFFFF]), ("acc32", [0, 0]),
    ("enum32", [0xFFFF, 0xFFFF]), ("bitfield32", [0xFFFF, 0xFFFF]), ("int64", [0x8000, 0, 0, 0]),
    ("uint64", [0xFFFF] * 4), ("acc64", [0] * 4), ("bitfield64", [0xFFFF] * 4), ("string8", [0] * 8),
    ("string16", [0] * 16), ("string32", [0] * 32), ("pad", [0x8000]),
    ("float32", [0x7FC0, 0]),
)


def close(value, wanted):
    """Boards count in 32-bit floats."""
    return abs(value - wanted) <= 2e-7 * abs(wanted)


def test_vectors_both_ways():
    for kind, registers, value in VECTORS:
        assert decode(kind, registers) == value, (kind, registers)
        assert encode(kind, value) == registers, (kind, value)


def test_not_implemented_is_none_both_ways_for_every_type():
    assert sorted(kind for kind, _ in ABSENT) == sorted(TYPES)
    for kind, registers in ABSENT:
        assert size(kind) == len(registers)
        assert decode(kind, registers) is None, kind
        assert encode(kind, None) == registers, kind


def test_a_value_that_would_read_as_not_implemented_is_refused():
    for kind, value in (("int16", -32768), ("uint16", 65535), ("uint32", 4294967295), ("int32", -2147483648),
                        ("enum16", 65535), ("acc32", 0)):
        assert encode(kind, value) is None, kind


def test_a_value_that_does_not_fit_is_refused_never_cut():
    for kind, value, sf in (("uint16", 65536, 0), ("uint16", -1, 0), ("int16", 32768, 0), ("int16", 400, -2),
                            ("uint32", 1 << 32, 0), ("int32", 1 << 31, 0), ("bitfield16", 0x8000, 0),
                            ("uint16", 70000, 0), ("uint64", 1 << 64, 0)):
        assert encode(kind, value, sf) is None, (kind, value)
    assert encode("int16", 327.67, -2) == [32767]


def test_what_is_no_number_is_refused():
    for value in (float("nan"), float("inf"), -float("inf")):
        assert encode("int16", value) is None
        assert encode("int32", value, -2) is None
        assert encode("float32", value) is None


def test_scale_factors_are_powers_of_ten():
    for kind, registers, sf, value in (("uint16", [9230], -2, 92.30), ("int16", [0xF830], 1, -20000),
                                       ("uint32", [0, 60036], -3, 60.036), ("int32", [0xFFFF, 0xF448], 0, -3000),
                                       ("uint64", [0, 0, 1, 0], 3, 65536000)):
        assert close(decode(kind, registers, sf), value), (kind, value)
        assert encode(kind, value, sf) == registers, (kind, value)


def test_without_negative_scale_factor_numbers_stay_integers():
    assert isinstance(decode("uint16", [7], 2), int)
    assert isinstance(decode("uint64", [1, 2, 3, 4], 0), int)


def test_an_unknown_or_impossible_scale_factor_makes_the_value_unknown():
    for sf in (None, 11, -11, 300):
        assert decode("uint16", [5], sf) is None
        assert encode("uint16", 5, sf) is None
    assert decode("uint16", [0xFFFF], 2) is None


def test_rounding_goes_to_the_nearest_register():
    for value, raw in ((91.996, 9200), (91.994, 9199), (-0.004, 0), (0.006, 1)):
        assert encode("int16", value, -2) == [raw], value


def test_a_bitfield_whose_highest_bit_is_set_says_nothing():
    assert decode("bitfield32", [0x8000, 0x0001]) is None
    assert decode("bitfield16", [0x8001]) is None


def test_text_ends_at_its_first_nul_and_is_padded():
    registers = [0x5631, 0x2E32, 0, 0, 0, 0, 0, 0]
    assert decode("string8", registers) == "V1.2"
    assert encode("string8", "V1.2") == registers
    assert decode("string8", [0x4100, 0x4242] + [0] * 6) == "A"
    assert encode("string8", "ABC")[:2] == [0x4142, 0x4300]
    assert encode("string8", "12345678901234567") is None
    assert encode("string8", "caf\u00e9") is None
    assert decode("string8", [0x0100] + [0] * 7) is None
