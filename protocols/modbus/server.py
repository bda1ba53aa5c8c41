"""Modbus server side: answers the requests of one link from register banks.

Not its job: bytes of a frame (tcp, rtu), what the registers hold (the bank), sockets.
Source: MODBUS Application Protocol Specification V1.1b3, sections 6 and 7 (order of the checks).
"""

import struct

from protocols.modbus.pdu import (
    COUNT_MAX, EXCEPTION_FLAG, ILLEGAL_DATA_ADDRESS, ILLEGAL_DATA_VALUE, ILLEGAL_FUNCTION, READ_DISCRETE_INPUTS,
    READ_HOLDING_REGISTERS, READ_WRITE_REGISTERS, WRITE_COIL, WRITE_COILS, WRITE_REGISTER, WRITE_REGISTERS,
    WRITTEN_BY_23_MAX_REGISTERS, pack_bits, pack_registers, unpack_bits, unpack_registers,
)

_COIL_VALUES = {0x0000: 0, 0xFF00: 1}  # V1.1b3 §6.5


class ModbusServer:
    """Sans-I/O server. units: {unit id: bank}. A bank offers

    read(function 1-4, address, count) -> list of bits or registers, None where it has none;
    write(function 5, 6, 15 or 16, address, values) -> 0, or the exception code it refuses with.
    Function 23 reaches the bank as a write by 16 and a read by 3.
    """

    def __init__(self, framing, units, unknown_unit_code=0):
        """unknown_unit_code: exception for units not in `units`; 0: silence, the only choice on a
        shared line. A TCP gateway may give GATEWAY_TARGET_FAILED."""
        self.units = units
        self.unknown_unit_code = unknown_unit_code
        self._framing = framing

    def receive(self, _now_ms, data):
        """Answers to all requests that `data` completes, joined; b"" when there are none."""
        answers = b""
        for transaction_id, unit, pdu in self._framing.requests(data):
            bank = self.units.get(unit)
            if bank is not None:
                response_pdu = answer(pdu, bank)
            elif self.unknown_unit_code:
                response_pdu = bytes((pdu[0] | EXCEPTION_FLAG, self.unknown_unit_code))
            else:
                continue
            answers += self._framing.wrap(transaction_id, unit, response_pdu)
        return answers

    def clear(self):
        """Forget a partial request: the link was lost."""
        self._framing.clear()


def answer(request_pdu, bank):
    """Response PDU of `bank` to a request PDU, exception responses included."""
    function = request_pdu[0]
    handler = _HANDLERS.get(function)
    body = ILLEGAL_FUNCTION if handler is None else handler(request_pdu, bank)
    if isinstance(body, int):
        return bytes((function | EXCEPTION_FLAG, body))
    return request_pdu[:1] + body


def _read(request_pdu, bank):
    """Body of a response to 1-4, or an exception code."""
    if len(request_pdu) != 5:
        return ILLEGAL_DATA_VALUE
    function, address, count = struct.unpack(">BHH", request_pdu)
    if not 1 <= count <= COUNT_MAX[function]:
        return ILLEGAL_DATA_VALUE
    return _read_bank(bank, function, address, count)


def _read_bank(bank, function, address, count):
    values = bank.read(function, address, count) if address + count <= 65536 else None
    if values is None:
        return ILLEGAL_DATA_ADDRESS
    payload = pack_bits(values) if function <= READ_DISCRETE_INPUTS else pack_registers(values)
    return bytes((len(payload),)) + payload


def _write_single(request_pdu, bank):
    """Body of a response to 5 and 6, or an exception code."""
    if len(request_pdu) != 5:
        return ILLEGAL_DATA_VALUE
    function, address, value = struct.unpack(">BHH", request_pdu)
    if function == WRITE_COIL:
        value = _COIL_VALUES.get(value)
        if value is None:
            return ILLEGAL_DATA_VALUE
    return bank.write(function, address, [value]) or request_pdu[1:]


def _write_multiple(request_pdu, bank):
    """Body of a response to 15 and 16, or an exception code."""
    if len(request_pdu) < 6:
        return ILLEGAL_DATA_VALUE
    function, address, count, size = struct.unpack(">BHHB", request_pdu[:6])
    expected = (count + 7) // 8 if function == WRITE_COILS else 2 * count
    if not 1 <= count <= COUNT_MAX[function] or size != expected or len(request_pdu) != 6 + size:
        return ILLEGAL_DATA_VALUE
    if address + count > 65536:
        return ILLEGAL_DATA_ADDRESS
    data = request_pdu[6:]
    values = unpack_bits(data, count) if function == WRITE_COILS else list(unpack_registers(data))
    return bank.write(function, address, values) or request_pdu[1:5]


def _read_write(request_pdu, bank):
    """Body of a response to 23, or an exception code; the write comes first (V1.1b3 §6.17)."""
    if len(request_pdu) < 10:
        return ILLEGAL_DATA_VALUE
    _, read_address, read_count, address, count, size = struct.unpack(">BHHHHB", request_pdu[:10])
    if not (1 <= read_count <= COUNT_MAX[READ_WRITE_REGISTERS] and 1 <= count <= WRITTEN_BY_23_MAX_REGISTERS
            and size == 2 * count and len(request_pdu) == 10 + size):
        return ILLEGAL_DATA_VALUE
    if read_address + read_count > 65536 or address + count > 65536:
        return ILLEGAL_DATA_ADDRESS
    refused = bank.write(WRITE_REGISTERS, address, list(unpack_registers(request_pdu[10:])))
    return refused or _read_bank(bank, READ_HOLDING_REGISTERS, read_address, read_count)


_HANDLERS = {function: _read for function in range(1, 5)}
_HANDLERS[WRITE_COIL] = _HANDLERS[WRITE_REGISTER] = _write_single
_HANDLERS[WRITE_COILS] = _HANDLERS[WRITE_REGISTERS] = _write_multiple
_HANDLERS[READ_WRITE_REGISTERS] = _read_write
