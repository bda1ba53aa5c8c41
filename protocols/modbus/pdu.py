"""Modbus PDU: requests to bytes, responses to results, for functions 1-6, 15, 16 and 23.

Not its job: framing (tcp, rtu), when to send (client), what a register means (profiles).
Source: MODBUS Application Protocol Specification V1.1b3, section 6.
"""

import struct

READ_COILS = 1
READ_DISCRETE_INPUTS = 2
READ_HOLDING_REGISTERS = 3
READ_INPUT_REGISTERS = 4
WRITE_COIL = 5
WRITE_REGISTER = 6
WRITE_COILS = 15
WRITE_REGISTERS = 16
READ_WRITE_REGISTERS = 23

# How a request ended. The first three come from the PDU, the last two from the client.
OK = 0         # payload: raw register bytes, packed bits, or b"" after a write
EXCEPTION = 1  # payload: the device's exception code
MALFORMED = 2  # payload: None; an answer arrived that cannot be one to this request
TIMEOUT = 3    # payload: None
CLOSED = 4     # payload: None; the link was lost, or the request withdrawn before it was sent

EXCEPTION_FLAG = 0x80  # set in the function code of an exception response, V1.1b3 §7

# Exception codes a server gives, V1.1b3 §7.
ILLEGAL_FUNCTION = 1
ILLEGAL_DATA_ADDRESS = 2
ILLEGAL_DATA_VALUE = 3
GATEWAY_TARGET_FAILED = 0x0B

# Largest quantity of one request, per function (V1.1b3 §6.1-6.4, 6.11, 6.12, 6.17); 23: its read part.
COUNT_MAX = {
    READ_COILS: 2000,
    READ_DISCRETE_INPUTS: 2000,
    READ_HOLDING_REGISTERS: 125,
    READ_INPUT_REGISTERS: 125,
    WRITE_COILS: 1968,
    WRITE_REGISTERS: 123,
    READ_WRITE_REGISTERS: 125,
}
WRITTEN_BY_23_MAX_REGISTERS = 121  # registers the write part of function 23 takes, V1.1b3 §6.17
PDU_MAX_BYTES = 253         # V1.1b3 §4.1

_COIL_WORD = (0x0000, 0xFF00)  # off, on; every other word is refused, V1.1b3 §6.5


def read_request(function, address, count):
    """Request PDU that reads `count` coils or registers from `address` (0..65535, as on the wire).

    function: 1-4; count: 1..2000 bits or 1..125 registers.
    Raises ValueError naming the value and the allowed range. V1.1b3 §6.1-6.4.
    """
    if not READ_COILS <= function <= READ_INPUT_REGISTERS:
        raise ValueError("function %s: allowed 1..4" % function)
    _check_span(function, address, count, COUNT_MAX[function])
    return struct.pack(">BHH", function, address, count)


def write_single(function, address, value):
    """Request PDU that writes one coil (function 5, value 0 or 1) or register (6, value 0..65535).

    Raises ValueError naming the value and the allowed range. V1.1b3 §6.5, 6.6.
    """
    _check_span(function, address, 1, 1)
    if function == WRITE_REGISTER:
        _check_word(value)
        return struct.pack(">BHH", function, address, value)
    if function != WRITE_COIL:
        raise ValueError("function %s: allowed 5, 6" % function)
    _check_bit(value)
    return struct.pack(">BHH", function, address, _COIL_WORD[value])


def write_multiple_registers(address, values):
    """Request PDU of function 16: writes 1..123 registers, each 0..65535.

    Raises ValueError naming the value and the allowed range. V1.1b3 §6.12.
    """
    count = len(values)
    _check_span(WRITE_REGISTERS, address, count, COUNT_MAX[WRITE_REGISTERS])
    head = struct.pack(">BHHB", WRITE_REGISTERS, address, count, 2 * count)
    return head + pack_registers(values)


def write_multiple_coils(address, bits):
    """Request PDU of function 15: writes 1..1968 coils, each 0 or 1.

    Raises ValueError naming the value and the allowed range. V1.1b3 §6.11.
    """
    count = len(bits)
    _check_span(WRITE_COILS, address, count, COUNT_MAX[WRITE_COILS])
    packed = pack_bits(bits)
    return struct.pack(">BHHB", WRITE_COILS, address, count, len(packed)) + packed


def read_write_registers(read_address, read_count, write_address, values):
    """Request PDU of function 23: writes 1..121 registers, then reads 1..125.

    Raises ValueError naming the value and the allowed range. V1.1b3 §6.17.
    """
    count = len(values)
    _check_span(READ_WRITE_REGISTERS, read_address, read_count, COUNT_MAX[READ_WRITE_REGISTERS])
    _check_span(READ_WRITE_REGISTERS, write_address, count, WRITTEN_BY_23_MAX_REGISTERS)
    head = struct.pack(">BHHHHB", READ_WRITE_REGISTERS, read_address, read_count,
                       write_address, count, 2 * count)
    return head + pack_registers(values)


def decode_response(request_pdu, response_pdu):
    """(kind, payload) of a response to `request_pdu`; kind is OK, EXCEPTION or MALFORMED.

    OK: raw big-endian register bytes (3, 4, 23), packed bits (1, 2), b"" for a write whose
    echo matches. EXCEPTION: the code. MALFORMED: None; wrong function, length or echo.
    """
    function = request_pdu[0]
    if not response_pdu or response_pdu[0] != function:
        if len(response_pdu) == 2 and response_pdu[0] == function | EXCEPTION_FLAG:
            return EXCEPTION, response_pdu[1]
    elif function == WRITE_COIL or function == WRITE_REGISTER:
        if response_pdu == request_pdu:
            return OK, b""
    elif function == WRITE_COILS or function == WRITE_REGISTERS:
        if response_pdu == request_pdu[:5]:
            return OK, b""
    else:
        size = response_size(request_pdu)
        if len(response_pdu) == size and response_pdu[1] == size - 2:
            return OK, response_pdu[2:]
    return MALFORMED, None


def response_size(request_pdu):
    """Length in bytes of the PDU that answers `request_pdu` without exception."""
    function = request_pdu[0]
    count = request_pdu[3] << 8 | request_pdu[4]
    if function == READ_HOLDING_REGISTERS or function == READ_INPUT_REGISTERS or function == READ_WRITE_REGISTERS:
        return 2 + 2 * count
    if function == READ_COILS or function == READ_DISCRETE_INPUTS:
        return 2 + (count + 7) // 8
    return 5


def pack_registers(values):
    """Big-endian bytes of registers 0..65535; raises ValueError on any other value."""
    for value in values:
        _check_word(value)
    return struct.pack(">%dH" % len(values), *values)


def unpack_registers(payload):
    """Tuple of registers 0..65535 from raw big-endian bytes of even length."""
    return struct.unpack(">%dH" % (len(payload) // 2), payload)


def pack_bits(bits):
    """Bytes of bits 0/1: the first bit is bit 0 of the first byte, the rest zero-filled. V1.1b3 §6.1."""
    packed = bytearray((len(bits) + 7) // 8)
    for index, bit in enumerate(bits):
        _check_bit(bit)
        if bit:
            packed[index >> 3] |= 1 << (index & 7)
    return bytes(packed)


def unpack_bits(payload, count):
    """List of the first `count` bits (0 or 1) of packed bytes."""
    return [payload[index >> 3] >> (index & 7) & 1 for index in range(count)]


def _check_span(function, address, count, count_max):
    if not 0 <= address <= 65535:
        raise ValueError("address %s: allowed 0..65535" % address)
    if not 1 <= count <= count_max:
        raise ValueError("count %s: allowed 1..%d for function %d" % (count, count_max, function))
    if address + count > 65536:
        raise ValueError("address %d with count %d: allowed to end at 65535" % (address, count))


def _check_word(value):
    # struct refuses a bad word on CPython and truncates it in silence on MicroPython.
    if not 0 <= value <= 65535:
        raise ValueError("register value %s: allowed 0..65535" % value)


def _check_bit(bit):
    if bit != 0 and bit != 1:
        raise ValueError("coil value %s: allowed 0, 1" % bit)
