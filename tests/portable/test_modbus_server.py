"""Server side: the specification's examples from a bank, refusals in the order of §7, any cut of the stream."""

from protocols.modbus import pdu
from protocols.modbus.rtu import RtuFraming
from protocols.modbus.server import ModbusServer, answer
from protocols.modbus.tcp import TcpFraming


class Bank:
    """Registers and coils by address; 0x100 refuses writes with exception 4."""

    def __init__(self):
        self.registers = {0x6B: 555, 0x6C: 0, 0x6D: 100, 8: 10, 1: 0, 2: 0, 0x100: 0}
        self.registers.update({3: 0xFE, 4: 0xACD, 5: 1, 6: 3, 7: 13, 14: 0, 15: 0, 16: 0, 0xFFFF: 7})
        self.coils = {0x13 + i: bit for i, bit in enumerate(pdu.unpack_bits(b"\xcd\x6b\x05", 19))}
        self.coils[0xAC] = 0

    def _cells(self, function):
        return self.coils if function in (1, 2, 5, 15) else self.registers

    def read(self, function, address, count):
        cells = self._cells(function)
        values = [cells.get(address + i) for i in range(count)]
        return None if None in values else values

    def write(self, function, address, values):
        cells = self._cells(function)
        if address == 0x100:
            return 4
        if self.read(function, address, len(values)) is None:
            return 2
        for i, value in enumerate(values):
            cells[address + i] = value
        return 0


def hexed(text):
    return bytes(int(text[i:i + 2], 16) for i in range(0, len(text), 2))


EXAMPLES = (
    ("0100130013", "0103cd6b05"),
    ("0200130013", "0203cd6b05"),
    ("03006b0003", "0306022b00000064"),
    ("0400080001", "0402000a"),
    ("0500acff00", "0500acff00"),
    ("0600010003", "0600010003"),
    ("0f0013000a02cd01", "0f0013000a"),
    ("100001000204000a0102", "1000010002"),
    ("1700030005000e00030600ff00ff00ff", "170a00fe0acd00010003000d"),
)


def test_the_specifications_examples():
    for request, response in EXAMPLES:
        assert answer(hexed(request), Bank()) == hexed(response), request


def test_writes_reach_the_bank():
    bank = Bank()
    answer(hexed("0500acff00"), bank)
    answer(hexed("0f0013000a020000"), bank)
    answer(hexed("100001000204000a0102"), bank)
    assert bank.coils[0xAC] == 1 and bank.registers[1] == 10 and bank.registers[2] == 258
    assert bank.read(1, 0x13, 12) == [0] * 10 + [0, 1]  # the last two keep their values
    answer(hexed("0500ac0000"), bank)
    assert bank.coils[0xAC] == 0


def test_function_23_writes_before_it_reads():
    assert answer(pdu.read_write_registers(14, 2, 14, [7, 8]), Bank()) == hexed("170400070008")


def test_refusals():
    for request, response in (
        ("0700", "8701"), ("2b0e0100", "ab01"), ("00", "8001"),   # functions we do not have
        ("03006b0000", "8303"), ("03006b007e", "8303"), ("01001307d1", "8103"),   # quantity
        ("03006b", "8303"), ("03006b000300", "8303"),   # length
        ("0300000001", "8302"), ("03ffff0002", "8302"), ("0100ad0001", "8102"),   # address
        ("0500ac0001", "8503"), ("0500acff", "8503"), ("0600", "8603"), ("0609990001", "8602"),
        ("0601000001", "8604"),   # the bank's own code
        ("0f0013000a03cd0100", "8f03"), ("0f0013000002", "8f03"), ("0f", "8f03"), ("0fffff000a02cd01", "8f02"),
        ("100001000204000a01", "9003"), ("100001000203000a01", "9003"), ("10ffff000204000a0102", "9002"),
        ("1700030005000e00030500ff00ff00", "9703"), ("170003007e000e00010200ff", "9703"), ("1700", "9703"),
        ("17ffff0002000e00010200ff", "9702"), ("1700030001ffff00020400010002", "9702"),
        ("170003000101000001020001", "9704"), ("1700200001000e00010200ff", "9702"),
    ):
        assert answer(hexed(request), Bank()) == hexed(response), request


def test_two_requests_in_one_chunk_and_every_split():
    for framing in (TcpFraming, RtuFraming):
        wrap = framing().wrap
        first, second = pdu.read_request(3, 0x6B, 3), pdu.write_multiple_registers(1, [10, 258])
        whole = wrap(7, 17, first) + wrap(8, 17, second)
        expected = wrap(7, 17, answer(first, Bank())) + wrap(8, 17, answer(second, Bank()))
        for cut in range(len(whole)):
            server = ModbusServer(framing(), {17: Bank()})
            assert server.receive(0, whole[:cut]) + server.receive(0, whole[cut:]) == expected, cut
        server = ModbusServer(framing(), {17: Bank()})
        assert b"".join([server.receive(0, whole[i:i + 1]) for i in range(len(whole))]) == expected


def test_unknown_units_are_silent_or_refused():
    request = pdu.read_request(3, 0x6B, 3)
    for framing in (TcpFraming, RtuFraming):
        assert ModbusServer(framing(), {17: Bank()}).receive(0, framing().wrap(7, 18, request)) == b""
    gateway = ModbusServer(TcpFraming(), {17: Bank()}, unknown_unit_code=pdu.GATEWAY_TARGET_FAILED)
    assert gateway.receive(0, TcpFraming().wrap(7, 18, request)) == TcpFraming().wrap(7, 18, b"\x83\x0b")


def test_rtu_server_hears_its_own_requests_between_other_traffic():
    wrap = RtuFraming().wrap
    request = wrap(None, 17, pdu.read_request(3, 0x6B, 3))
    expected = wrap(None, 17, hexed("0306022b00000064"))
    other_units_answer = wrap(None, 18, hexed("030400010002"))
    for noise in (b"", b"\x00", b"\x11", b"\x11\x10\x00\x01\x00\x02", b"\xff" * 300, other_units_answer):
        server = ModbusServer(RtuFraming(), {17: Bank()})
        assert server.receive(0, noise) == b"", noise
        assert server.receive(0, request) == expected, noise
        assert ModbusServer(RtuFraming(), {17: Bank()}).receive(0, noise + request) == expected, noise


def test_rtu_server_refuses_a_function_it_has_no_length_for():
    wrap = RtuFraming().wrap
    server = ModbusServer(RtuFraming(), {17: Bank()})
    assert server.receive(0, wrap(None, 17, b"\x2b\x0e\x01\x00")) == wrap(None, 17, b"\xab\x01")


def test_tcp_server_reads_on_after_a_lost_boundary():
    request = TcpFraming().wrap(7, 17, pdu.read_request(4, 8, 1))
    expected = TcpFraming().wrap(7, 17, hexed("0402000a"))
    for garbage in (b"GET / HTTP/1.1\r\n\r\n", b"\xff" * 300):
        server = ModbusServer(TcpFraming(), {17: Bank()})
        assert server.receive(0, garbage + request) == expected, garbage


def test_a_new_connection_starts_at_a_boundary():
    request = TcpFraming().wrap(7, 17, pdu.read_request(4, 8, 1))
    server = ModbusServer(TcpFraming(), {17: Bank()})
    server.receive(0, request[:9])
    server.clear()
    assert server.receive(0, request) == TcpFraming().wrap(7, 17, hexed("0402000a"))
