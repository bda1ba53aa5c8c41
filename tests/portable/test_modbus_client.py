"""The client on TCP framing: any cut of the stream, strangers, timeouts, late answers, the queue."""

from protocols.modbus import pdu
from protocols.modbus.client import ModbusClient
from protocols.modbus.tcp import TcpFraming

READ_3 = pdu.read_request(3, 0x6B, 3)
REGISTERS = b"\x02\x2b\x00\x00\x00\x64"
ANSWER = b"\x03\x06" + REGISTERS
UNIT = 17


def client(**options):
    return ModbusClient(TcpFraming(), **options)


def frame(transaction_id, unit, body):
    return TcpFraming().wrap(transaction_id, unit, body)


def asked(now_ms=0, **options):
    """A client with one request outstanding, transaction id 1, tag "a"."""
    waiting = client(**options)
    assert waiting.submit(UNIT, READ_3, "a")
    assert waiting.outgoing(now_ms) == frame(1, UNIT, READ_3)
    return waiting


def test_frame_is_the_guides_example():
    # Messaging on TCP/IP Implementation Guide V1.0b §4.4.2.1: unit FF reads register 5
    expected = b"\x15\x01\x00\x00\x00\x06\xff\x03\x00\x04\x00\x01"
    assert frame(0x1501, 0xFF, pdu.read_request(3, 4, 1)) == expected


def test_answer_comes_back_with_its_tag():
    waiting = asked()
    assert waiting.receive(5, frame(1, UNIT, ANSWER)) == [("a", pdu.OK, REGISTERS)]
    assert (waiting.frames_ok, waiting.timeouts, waiting.malformed, waiting.foreign) == (1, 0, 0, 0)


def test_every_split_and_byte_by_byte():
    whole = frame(1, UNIT, ANSWER)
    for cut in range(1, len(whole)):
        waiting = asked()
        assert waiting.receive(1, whole[:cut]) == [], cut
        assert waiting.receive(2, whole[cut:]) == [("a", pdu.OK, REGISTERS)], cut
    waiting = asked()
    for index in range(len(whole) - 1):
        assert waiting.receive(1, whole[index:index + 1]) == [], index
    assert waiting.receive(2, whole[-1:]) == [("a", pdu.OK, REGISTERS)]


def test_exception_ends_the_request():
    waiting = asked()
    assert waiting.receive(1, frame(1, UNIT, b"\x83\x02")) == [("a", pdu.EXCEPTION, 2)]
    assert waiting.next_wake_ms is None and waiting.frames_ok == 1


def test_malformed_answer_ends_the_request_and_is_counted():
    for body in (b"\x03\x04\x00\x00\x00\x00", b"\x04\x06" + REGISTERS, b"\x83"):
        waiting = asked()
        assert waiting.receive(1, frame(1, UNIT, body)) == [("a", pdu.MALFORMED, None)], body
        assert (waiting.frames_ok, waiting.malformed) == (0, 1)


def test_foreign_transaction_ids_and_units_are_dropped():
    stranger_id, stranger_unit = frame(2, UNIT, ANSWER), frame(1, UNIT + 1, ANSWER)
    whole = stranger_id + stranger_unit + frame(1, UNIT, ANSWER)
    for cut in range(len(whole)):
        waiting = asked()
        results = waiting.receive(1, whole[:cut]) + waiting.receive(2, whole[cut:])
        assert results == [("a", pdu.OK, REGISTERS)], cut
        assert (waiting.foreign, waiting.malformed) == (2, 0), cut


def test_trailing_bytes_do_not_disturb_the_next_answer():
    second = frame(2, UNIT, ANSWER)
    for cut in range(len(second)):
        waiting = asked()
        assert waiting.receive(1, frame(1, UNIT, ANSWER) + frame(9, UNIT, ANSWER)[:cut]) == [("a", pdu.OK, REGISTERS)]
        waiting.submit(UNIT, READ_3, "b")
        waiting.outgoing(2)
        assert waiting.receive(3, frame(9, UNIT, ANSWER)[cut:] + second) == [("b", pdu.OK, REGISTERS)], cut
        assert (waiting.foreign, waiting.malformed) == (1, 0), cut


def test_an_answer_counts_once():
    waiting = asked()
    assert len(waiting.receive(1, frame(1, UNIT, ANSWER) * 2)) == 1
    assert waiting.receive(2, frame(1, UNIT, ANSWER)) == []
    assert (waiting.frames_ok, waiting.foreign) == (1, 2)


def test_reading_resumes_after_a_lost_boundary():
    answer = frame(1, UNIT, ANSWER)
    noise = (b"\xff" * 9, b"HTTP/1.1 400 Bad Request\r\n", frame(1, UNIT, ANSWER)[3:],
             b"\x00\x01\x00\x07\x00\x09\x11", b"\x00\x01\x00\x00\x00\x01\x11", b"\x00\x01\x00\x00\x00\xff\x11")
    for garbage in noise:
        whole = garbage + answer
        for cut in range(len(whole)):
            waiting = asked()
            results = waiting.receive(1, whole[:cut]) + waiting.receive(2, whole[cut:])
            assert results == [("a", pdu.OK, REGISTERS)], (garbage, cut)
            assert waiting.malformed >= 1, (garbage, cut)


def test_timeout_comes_once_and_the_late_answer_is_dropped():
    waiting = asked(now_ms=100, timeout_ms=50)
    assert waiting.next_wake_ms == 150
    assert waiting.on_time(149) == []
    assert waiting.on_time(150) == [("a", pdu.TIMEOUT, None)]
    assert waiting.on_time(151) == [] and waiting.timeouts == 1
    waiting.submit(UNIT, READ_3, "b")
    assert waiting.outgoing(151) == frame(2, UNIT, READ_3)
    assert waiting.receive(152, frame(1, UNIT, ANSWER)) == []
    assert waiting.receive(153, frame(2, UNIT, ANSWER)) == [("b", pdu.OK, REGISTERS)]
    assert waiting.foreign == 1


def test_half_an_answer_before_the_timeout_and_half_after():
    late = frame(1, UNIT, ANSWER)
    for cut in range(1, len(late)):
        waiting = asked(timeout_ms=50)
        waiting.receive(1, late[:cut])
        waiting.on_time(50)
        waiting.submit(UNIT, READ_3, "b")
        waiting.outgoing(50)
        assert waiting.receive(51, late[cut:] + frame(2, UNIT, ANSWER)) == [("b", pdu.OK, REGISTERS)], cut


def test_one_request_is_outstanding_and_the_gap_is_kept():
    waiting = asked(gap_ms=10)
    waiting.submit(UNIT, READ_3, "b")
    assert waiting.outgoing(1) == b""
    waiting.receive(5, frame(1, UNIT, ANSWER))
    assert waiting.next_wake_ms == 15
    assert waiting.outgoing(14) == b""
    assert waiting.outgoing(15) == frame(2, UNIT, READ_3)


def test_urgent_requests_go_first_and_take_turns_with_the_others():
    waiting = asked()
    for tag, urgent in (("poll 1", False), ("set 1", True), ("poll 2", False), ("set 2", True), ("set 3", True), ("set 4", True)):
        assert waiting.submit(UNIT, READ_3, tag, urgent=urgent)
    tags = []
    for transaction_id in range(1, 8):
        tags += [tag for tag, _, _ in waiting.receive(0, frame(transaction_id, UNIT, ANSWER))]
        waiting.outgoing(0)
    assert tags == ["a", "set 1", "poll 1", "set 2", "poll 2", "set 3", "set 4"]


def test_a_unit_that_wants_silence_gets_it_before_its_requests():
    waiting = client(gap_ms=5)
    waiting.gaps_ms[2] = 100
    for unit in (1, 1, 2, 2, 1):
        assert waiting.submit(unit, READ_3, unit)
    now_ms, sent_ms = 0, []
    for transaction_id, unit in enumerate((1, 1, 2, 2, 1)):
        now_ms = waiting.next_wake_ms
        assert now_ms == 0 or waiting.outgoing(now_ms - 1) == b""
        assert waiting.outgoing(now_ms) == frame(transaction_id + 1, unit, READ_3)
        sent_ms.append(now_ms)
        waiting.receive(now_ms + 20, frame(transaction_id + 1, unit, ANSWER))
    assert sent_ms == [0, 25, 145, 265, 290]


def test_one_request_may_be_less_patient():
    waiting = client(timeout_ms=500)
    waiting.submit(UNIT, READ_3, "a", timeout_ms=100)
    waiting.submit(UNIT, READ_3, "b")
    waiting.outgoing(0)
    assert waiting.next_wake_ms == 100 and waiting.on_time(100) == [("a", pdu.TIMEOUT, None)]
    waiting.outgoing(100)
    assert waiting.next_wake_ms == 600


def test_a_full_queue_says_so():
    waiting = asked(queue_max=2)
    assert waiting.submit(UNIT, READ_3, "b") and waiting.submit(UNIT, READ_3, "c", urgent=True)
    assert not waiting.submit(UNIT, READ_3, "d") and not waiting.submit(UNIT, READ_3, "e", urgent=True)


def test_what_was_not_sent_can_be_withdrawn_and_the_answer_on_its_way_still_counts():
    waiting = asked()
    waiting.submit(UNIT, READ_3, "b")
    waiting.submit(UNIT, READ_3, "c", True)
    assert waiting.withdraw() == [("c", pdu.CLOSED, None), ("b", pdu.CLOSED, None)]
    assert waiting.withdraw() == []
    assert waiting.receive(5, frame(1, UNIT, ANSWER)) == [("a", pdu.OK, REGISTERS)]
    assert waiting.outgoing(6) == b""


def test_a_lost_link_fails_everything_and_starts_anew():
    waiting = asked(gap_ms=1000)
    waiting.submit(UNIT, READ_3, "b")
    waiting.submit(UNIT, READ_3, "c", urgent=True)
    waiting.receive(1, frame(1, UNIT, ANSWER)[:5])
    assert waiting.reset() == [(tag, pdu.CLOSED, None) for tag in ("a", "c", "b")]
    assert waiting.reset() == [] and waiting.next_wake_ms is None
    waiting.submit(UNIT, READ_3, "d")
    assert waiting.outgoing(1) == frame(2, UNIT, READ_3)
    assert waiting.receive(2, frame(2, UNIT, ANSWER)) == [("d", pdu.OK, REGISTERS)]


def test_transaction_ids_wrap():
    waiting = client()
    seen = []
    for number in range(65540):
        waiting.submit(UNIT, READ_3, number)
        sent = waiting.outgoing(0)
        transaction_id = sent[0] << 8 | sent[1]
        if number % 13107 == 0 or 65532 < number:
            seen.append(transaction_id)
        assert waiting.receive(0, frame(transaction_id, UNIT, ANSWER)) == [(number, pdu.OK, REGISTERS)]
    assert seen == [1, 13108, 26215, 39322, 52429, 65534, 65535, 0, 1, 2, 3, 4]


def test_units_outside_the_byte_are_refused():
    for unit in (-1, 256):
        try:
            client().submit(unit, READ_3, "a")
        except ValueError as error:
            assert str(unit) in str(error) and "0..255" in str(error)
        else:
            raise AssertionError(unit)


def test_next_wake_tells_when_a_queued_request_may_go():
    waiting = client()
    assert waiting.next_wake_ms is None
    waiting.submit(UNIT, READ_3, "a")
    assert waiting.next_wake_ms == 0
