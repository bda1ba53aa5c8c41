"""RTU framing and the client on it: known CRCs, noise, and late bytes without a transaction id."""

from protocols.modbus import pdu
from protocols.modbus.client import ModbusClient
from protocols.modbus.rtu import RtuFraming, crc16

READ_3 = pdu.read_request(3, 0x6B, 3)
REGISTERS = b"\x02\x2b\x00\x00\x00\x64"
ANSWER = b"\x03\x06" + REGISTERS
UNIT = 17


def frame(unit, body):
    return RtuFraming().wrap(None, unit, body)


def asked(request=READ_3, **options):
    waiting = ModbusClient(RtuFraming(quiet_ms=20), **options)
    assert waiting.submit(UNIT, request, "a")
    assert waiting.outgoing(0) == frame(UNIT, request)
    return waiting


def test_known_checksums():
    assert crc16(b"123456789") == 0x4B37      # CRC-16/MODBUS check value
    assert crc16(b"\x02\x07") == 0x1241       # Serial Line V1.02 §6.2.2
    assert frame(1, pdu.read_request(3, 0, 10)) == b"\x01\x03\x00\x00\x00\x0a\xc5\xcd"
    assert frame(17, READ_3) == b"\x11\x03\x00\x6b\x00\x03\x76\x87"
    assert frame(17, pdu.write_single(6, 1, 3)) == b"\x11\x06\x00\x01\x00\x03\x9a\x9b"
    assert frame(17, pdu.write_single(5, 0xAC, 1)) == b"\x11\x05\x00\xac\xff\x00\x4e\x8b"
    assert crc16(b"\x11\x06\x00\x01\x00\x03\x9a\x9b") == 0


def test_every_split_and_byte_by_byte():
    for request, body, payload in (
        (READ_3, ANSWER, REGISTERS),
        (pdu.write_single(6, 1, 3), pdu.write_single(6, 1, 3), b""),
        (pdu.write_multiple_registers(1, [10, 258]), b"\x10\x00\x01\x00\x02", b""),
        (pdu.read_request(1, 0x13, 19), b"\x01\x03\xcd\x6b\x05", b"\xcd\x6b\x05"),
        (pdu.read_write_registers(3, 3, 14, [255]), b"\x17\x06" + REGISTERS, REGISTERS),
    ):
        whole = frame(UNIT, body)
        for cut in range(1, len(whole)):
            waiting = asked(request)
            assert waiting.receive(1, whole[:cut]) == [], cut
            assert waiting.receive(2, whole[cut:]) == [("a", pdu.OK, payload)], cut
        waiting = asked(request)
        results = []
        for index in range(len(whole)):
            results += waiting.receive(index, whole[index:index + 1])
        assert results == [("a", pdu.OK, payload)]
        assert (waiting.frames_ok, waiting.malformed, waiting.foreign) == (1, 0, 0)


def test_exception_is_five_bytes():
    waiting = asked()
    assert waiting.receive(1, frame(UNIT, b"\x83\x02")) == [("a", pdu.EXCEPTION, 2)]


def test_noise_in_front_is_skipped_wherever_it_is_cut():
    answer = frame(UNIT, ANSWER)
    broken = bytearray(answer)
    broken[4] ^= 0x10
    for noise in (b"\x00", b"\xff\xff\x11", b"\x11\x03", b"\x11\x03\x06", b"\x11\x83", bytes(broken),
                  frame(UNIT + 1, ANSWER), frame(UNIT, b"\x04\x06" + REGISTERS), frame(UNIT, b"\x03\x02\x00\x01")):
        whole = noise + answer
        for cut in range(len(whole)):
            waiting = asked()
            results = waiting.receive(1, whole[:cut]) + waiting.receive(2, whole[cut:])
            assert results == [("a", pdu.OK, REGISTERS)], (noise, cut)
            assert waiting.malformed >= 1, (noise, cut)


def test_a_wrong_checksum_never_becomes_a_value():
    whole = frame(UNIT, ANSWER)
    for index in range(len(whole)):
        for bit in range(8):
            garbled = bytearray(whole)
            garbled[index] ^= 1 << bit
            assert asked().receive(1, bytes(garbled)) == [], (index, bit)


def test_trailing_bytes_are_dropped():
    waiting = asked()
    assert waiting.receive(1, frame(UNIT, ANSWER) + frame(UNIT, ANSWER)[:4]) == [("a", pdu.OK, REGISTERS)]
    assert waiting.foreign == 1
    waiting.submit(UNIT, READ_3, "b")
    waiting.outgoing(2)
    assert waiting.receive(3, frame(UNIT, ANSWER)) == [("b", pdu.OK, REGISTERS)]


def test_after_a_timeout_the_line_must_be_silent():
    waiting = asked(timeout_ms=100)
    waiting.submit(UNIT, READ_3, "b")
    assert waiting.on_time(100) == [("a", pdu.TIMEOUT, None)]
    assert waiting.outgoing(119) == b"" and waiting.next_wake_ms == 120
    assert waiting.receive(119, frame(UNIT, ANSWER)) == []  # late: belongs to nobody
    assert waiting.outgoing(138) == b"" and waiting.next_wake_ms == 139
    assert waiting.outgoing(139) == frame(UNIT, READ_3)
    assert waiting.receive(140, frame(UNIT, ANSWER)) == [("b", pdu.OK, REGISTERS)]
    assert waiting.foreign == 1


def test_a_line_that_never_falls_silent_holds_a_request_for_one_timeout_at_most():
    waiting = asked(timeout_ms=100)
    waiting.submit(UNIT, READ_3, "b")
    waiting.on_time(100)
    for now_ms in range(101, 200):
        waiting.receive(now_ms, b"\x55")
        assert waiting.outgoing(now_ms) == b"", now_ms
    assert waiting.outgoing(200) == frame(UNIT, READ_3)


def test_a_glitch_after_an_answer_costs_no_more_than_the_gap():
    waiting = asked(gap_ms=10, timeout_ms=100)
    waiting.receive(5, frame(UNIT, ANSWER))
    waiting.submit(UNIT, READ_3, "b")
    waiting.receive(7, b"\x00")
    assert waiting.next_wake_ms == 17
    assert waiting.outgoing(16) == b"" and waiting.outgoing(17) == frame(UNIT, READ_3)


def test_the_pause_after_a_timeout_may_be_longer_than_the_timeout():
    waiting = asked(timeout_ms=5)
    waiting.submit(UNIT, READ_3, "b")
    waiting.on_time(5)
    waiting.receive(10, b"\x55")
    assert waiting.outgoing(24) == b"" and waiting.outgoing(25) == frame(UNIT, READ_3)


def test_half_an_answer_does_not_survive_its_timeout():
    waiting = asked(timeout_ms=100)
    waiting.receive(1, frame(UNIT, ANSWER)[:6])
    waiting.on_time(100)
    waiting.submit(UNIT, READ_3, "b")
    waiting.outgoing(120)
    assert waiting.receive(121, frame(UNIT, ANSWER)[6:] + frame(UNIT, ANSWER)) == [("b", pdu.OK, REGISTERS)]


def test_broadcast_and_reserved_units_are_refused():
    for unit in (0, 248):
        try:
            ModbusClient(RtuFraming()).submit(unit, READ_3, "a")
        except ValueError as error:
            assert str(unit) in str(error) and "1..247" in str(error)
        else:
            raise AssertionError(unit)


def test_another_adapter_after_a_lost_link_is_not_taken_for_one_that_repeats():
    framing = RtuFraming()
    read, write = pdu.read_request(3, 0, 1), b"\x06\x00\x01\x00\x05"
    answer = b"\x01\x03\x02\x00\x07"
    answer += bytes((crc16(answer) & 0xFF, crc16(answer) >> 8))
    assert framing.response(framing.wrap(None, 1, read) + answer, 1, 1, read) == b"\x03\x02\x00\x07" and framing.echoes
    framing.clear()
    sent = framing.wrap(None, 1, write)
    assert framing.response(sent, 1, 1, write) == write, "one answer is enough"
