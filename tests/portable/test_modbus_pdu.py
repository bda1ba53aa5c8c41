"""PDU codec against the worked examples of the specification, at and beyond every bound.

Source: MODBUS Application Protocol Specification V1.1b3 §6: the example of each function.
"""

from protocols.modbus import pdu

COILS_20_TO_38 = "1011001 1 1101011 0 101"  # CD 6B 05, lowest bit first


def hexed(text):
    return bytes(int(text[i:i + 2], 16) for i in range(0, len(text), 2))


# request built by us, request and response as printed in the specification, payload expected
EXAMPLES = (
    (pdu.read_request(1, 0x13, 19), "0100130013", "0103cd6b05", "cd6b05"),
    (pdu.read_request(2, 0xC4, 22), "0200c40016", "0203acdb35", "acdb35"),
    (pdu.read_request(3, 0x6B, 3), "03006b0003", "0306022b00000064", "022b00000064"),
    (pdu.read_request(4, 8, 1), "0400080001", "0402000a", "000a"),
    (pdu.write_single(5, 0xAC, 1), "0500acff00", "0500acff00", ""),
    (pdu.write_single(6, 1, 3), "0600010003", "0600010003", ""),
    (pdu.write_multiple_coils(0x13, [1, 0, 1, 1, 0, 0, 1, 1, 1, 0]), "0f0013000a02cd01", "0f0013000a", ""),
    (pdu.write_multiple_registers(1, [0x0A, 0x102]), "100001000204000a0102", "1000010002", ""),
    (pdu.read_write_registers(3, 6, 14, [255, 255, 255]), "1700030006000e00030600ff00ff00ff",
     "170c00fe0acd00010003000d00ff", "00fe0acd00010003000d00ff"),
)


def refused(call, *arguments):
    """Text of the ValueError that the call must raise."""
    try:
        call(*arguments)
    except ValueError as error:
        return str(error)
    raise AssertionError("accepted %r" % (arguments,))


def test_requests_match_the_specification():
    for built, request, _, _ in EXAMPLES:
        assert built == hexed(request), request


def test_responses_match_the_specification():
    for built, _, response, payload in EXAMPLES:
        assert pdu.decode_response(built, hexed(response)) == (pdu.OK, hexed(payload)), response
        assert pdu.response_size(built) == len(hexed(response)), response


def test_an_exception_gives_its_code():
    request = pdu.read_request(1, 0x04A1, 1)  # the example of V1.1b3 §7
    assert pdu.decode_response(request, hexed("8102")) == (pdu.EXCEPTION, 2)
    for built, _, _, _ in EXAMPLES:
        for code in (1, 4, 6, 0x0B):
            response = bytes((built[0] | 0x80, code))
            assert pdu.decode_response(built, response) == (pdu.EXCEPTION, code)


def test_a_cut_or_lengthened_response_is_malformed():
    for built, _, response, _ in EXAMPLES:
        whole = hexed(response)
        for size in range(len(whole)):
            assert pdu.decode_response(built, whole[:size]) == (pdu.MALFORMED, None), (response, size)
        assert pdu.decode_response(built, whole + b"\x00") == (pdu.MALFORMED, None), response


def test_a_wrong_function_echo_or_byte_count_is_malformed():
    read = pdu.read_request(3, 0x6B, 3)
    for response in ("0406022b00000064", "0304022b0000", "0305022b00000064", "8302ff", "83", "8402"):
        assert pdu.decode_response(read, hexed(response)) == (pdu.MALFORMED, None), response
    for built, _, response, payload in EXAMPLES:
        if payload == "":
            for index in range(1, 5):
                echo = bytearray(hexed(response))
                echo[index] ^= 1
                assert pdu.decode_response(built, bytes(echo)) == (pdu.MALFORMED, None), (response, index)


def test_quantities_end_where_the_specification_ends_them():
    for function, count_max in ((1, 2000), (2, 2000), (3, 125), (4, 125)):
        assert len(pdu.read_request(function, 0, count_max)) == 5
        for count in (0, -1, count_max + 1):
            text = refused(pdu.read_request, function, 0, count)
            assert str(count) in text and "1..%d" % count_max in text, text
    assert len(pdu.write_multiple_registers(0, [1] * 123)) == 6 + 246
    assert len(pdu.write_multiple_coils(0, [1] * 1968)) == 6 + 246
    assert len(pdu.read_write_registers(0, 125, 0, [1] * 121)) == 10 + 242
    assert "1..123" in refused(pdu.write_multiple_registers, 0, [1] * 124)
    assert "1..123" in refused(pdu.write_multiple_registers, 0, [])
    assert "1..1968" in refused(pdu.write_multiple_coils, 0, [1] * 1969)
    assert "1..121" in refused(pdu.read_write_registers, 0, 125, 0, [1] * 122)
    assert "1..125" in refused(pdu.read_write_registers, 0, 126, 0, [1])


def test_addresses_end_at_65535():
    assert pdu.read_request(3, 65535, 1) == hexed("03ffff0001")
    assert pdu.write_single(6, 65535, 65535) == hexed("06ffffffff")
    for address in (-1, 65536):
        assert "0..65535" in refused(pdu.read_request, 3, address, 1)
        assert "0..65535" in refused(pdu.write_single, 6, address, 1)
    assert "65535" in refused(pdu.read_request, 3, 65535, 2)
    assert "65535" in refused(pdu.write_multiple_registers, 65500, [0] * 37)
    assert "65535" in refused(pdu.read_write_registers, 0, 1, 65535, [1, 2])


def test_values_that_do_not_fit_are_refused():
    for value in (-1, 65536):
        assert "0..65535" in refused(pdu.write_single, 6, 0, value)
        assert "0..65535" in refused(pdu.write_multiple_registers, 0, [1, value])
        assert "0..65535" in refused(pdu.read_write_registers, 0, 1, 0, [value])
    for value in (-1, 2, 0xFF00):
        assert "0, 1" in refused(pdu.write_single, 5, 0, value)
        assert "0, 1" in refused(pdu.write_multiple_coils, 0, [0, value])
    for function in (0, 5, 23):
        assert "1..4" in refused(pdu.read_request, function, 0, 1)
    assert "5, 6" in refused(pdu.write_single, 16, 0, 1)


def test_the_first_coil_is_the_lowest_bit():
    bits = [int(bit) for bit in COILS_20_TO_38 if bit != " "]
    assert pdu.unpack_bits(hexed("cd6b05"), 19) == bits
    assert pdu.pack_bits(bits) == hexed("cd6b05")
    assert pdu.pack_bits([]) == b""
    assert pdu.pack_bits([False] * 8 + [True]) == hexed("0001")
    assert pdu.write_single(5, 0xAC, 0) == hexed("0500ac0000")


def test_registers_are_big_endian():
    assert pdu.unpack_registers(hexed("022b00000064")) == (555, 0, 100)
    assert pdu.unpack_registers(b"") == ()
    assert pdu.pack_registers([555, 0, 65535]) == hexed("022b0000ffff")
