"""The proxy of a bus: reads are served, from memory where it is fresh; writes and strangers are refused.

Not its job: sockets and pymodbus (tests/conformance/test_proxy_pymodbus.py), its share of the line (tests/fault).
"""

import struct

from edge import field_reasons
from edge.proxy import CLIENTS_MAX, FRESH_MS, IDLE_MS, PAUSE_MS, REQUESTS_MAX, SILENCE_PAUSE_MS, Proxy
from protocols.modbus import pdu
from protocols.modbus.tcp import TcpFraming

BLOCK = ("live", 3, 100, 4, "control")
PAYLOAD = struct.pack(">4H", 11, 12, 13, 14)


class Row:
    """Section of a bus."""

    name, proxy_port, proxy_address = "line", 1502, "127.0.0.1"


class Desk:
    """A proxy with one client, and what it was sent: (transaction id, unit, PDU)."""

    def __init__(self):
        self.proxy = Proxy(Row, {1: 125, 7: 10})
        self.answers = []
        self.proxy.send = self._sent
        self.number = 0
        assert self.proxy.opened(0, "c", "10.0.0.9")

    def _sent(self, client, data):
        for transaction_id, unit, answer in TcpFraming().requests(data):
            self.answers.append((client, transaction_id, unit, answer))

    def ask(self, request, unit=1, now_ms=0, client="c"):
        """Send a request; its transaction id."""
        self.number += 1
        self.proxy.received(now_ms, client, TcpFraming().wrap(self.number, unit, request))
        return self.number

    def answered(self, request, **more):
        """The PDU of the answer given at once."""
        self.ask(request, **more)
        return self.answers[-1][3]


def test_a_read_waits_for_the_bus_and_comes_back_with_its_number():
    desk = Desk()
    request = pdu.read_request(4, 5, 2)
    number = desk.ask(request, 7)
    assert desk.answers == [] and desk.proxy.next_read(0) == (7, request)
    assert desk.proxy.next_read(0) is None, "one at a time"
    desk.proxy.on_answer(30, pdu.OK, b"\x00\x01\x00\x02")
    assert desk.answers == [("c", number, 7, b"\x04\x04\x00\x01\x00\x02")]
    desk.ask(request, 7)
    assert desk.proxy.next_read(30 + PAUSE_MS - 1) is None and desk.proxy.next_read(30 + PAUSE_MS) == (7, request)


def test_all_who_wait_for_the_same_get_one_answer():
    desk = Desk()
    desk.proxy.opened(0, "d", "10.0.0.8")
    request = pdu.read_request(3, 0, 1)
    first, second = desk.ask(request), desk.ask(request, client="d")
    desk.proxy.next_read(0)
    desk.proxy.on_answer(9, pdu.OK, b"\x00\x05")
    assert [row[:2] for row in desk.answers] == [("c", first), ("d", second)]
    assert desk.proxy.next_read(10000) is None and desk.proxy.reads == 1


def test_what_the_gateway_has_just_read_is_answered_from_that():
    desk = Desk()
    desk.proxy.note(1000, 1, BLOCK, PAYLOAD)
    assert desk.answered(pdu.read_request(3, 101, 2), now_ms=1000 + FRESH_MS) == b"\x03\x04\x00\x0c\x00\x0d"
    count = len(desk.answers)
    for request, unit, now_ms in ((pdu.read_request(3, 101, 2), 1, 1001 + FRESH_MS), (pdu.read_request(4, 101, 2), 1, 1000),
                                  (pdu.read_request(3, 101, 2), 7, 1000), (pdu.read_request(3, 99, 2), 1, 1000),
                                  (pdu.read_request(3, 103, 2), 1, 1000)):
        desk.proxy._waiting = []
        desk.ask(request, unit, now_ms)
        assert len(desk.answers) == count, (request, unit, now_ms)
    desk.proxy.link_lost()
    desk.ask(pdu.read_request(3, 101, 2), now_ms=1000)
    assert desk.answers[-1][3] == b"\x83\x0b", "who waited is told; the memory is gone with the link"


def test_writes_are_refused_and_told_once_a_minute():
    desk = Desk()
    writes = (pdu.write_single(6, 122, 5), pdu.write_single(5, 1, 1), pdu.write_multiple_registers(122, [1, 2]),
              pdu.read_write_registers(3, 3, 14, [255]), b"\x2b\x0e\x01\x00")
    for request in writes:
        assert desk.answered(request) == bytes((request[0] | 0x80, 1))
    assert desk.proxy.take_events() == [(field_reasons.PROXY_WRITE_REFUSED, "bus:line", ["10.0.0.9", 1, 6])]
    assert desk.proxy.next_read(0) is None and desk.proxy.refused == len(writes)
    desk.answered(writes[0], now_ms=60000)
    assert len(desk.proxy.take_events()) == 1


def test_strangers_and_nonsense_are_refused():
    desk = Desk()
    assert desk.answered(pdu.read_request(3, 0, 1), unit=2) == b"\x83\x0a"
    assert desk.answered(b"\x03\x00\x00\x00\x00") == b"\x83\x03"
    assert desk.answered(b"\x03\x00\x00\x00\x7e") == b"\x83\x03"
    assert desk.answered(b"\x03\x00") == b"\x83\x03"
    assert desk.answered(pdu.read_request(3, 0, 11), unit=7) == b"\x83\x06", "longer than the line bears"
    assert desk.proxy.next_read(0) is None


def test_exceptions_and_silence_of_the_device_are_passed_on():
    desk = Desk()
    for kind, payload, answer in ((pdu.EXCEPTION, 2, b"\x83\x02"), (pdu.TIMEOUT, None, b"\x83\x0b"), (pdu.MALFORMED, None, b"\x83\x0b"),
                                  (pdu.CLOSED, None, b"\x83\x0b")):
        desk.ask(pdu.read_request(3, 0, 1))
        assert desk.proxy.next_read(100000) is not None
        desk.proxy.on_answer(0, kind, payload)
        assert desk.answers[-1][3] == answer


def test_a_read_that_nobody_answers_is_followed_by_a_long_pause():
    desk = Desk()
    for number in range(2):
        desk.ask(pdu.read_request(3, number, 1))
    desk.proxy.next_read(0)
    desk.proxy.on_answer(1000, pdu.TIMEOUT, None)
    assert desk.proxy.next_read(1000 + SILENCE_PAUSE_MS - 1) is None
    assert desk.proxy.next_read(1000 + SILENCE_PAUSE_MS) == (1, pdu.read_request(3, 1, 1))


def test_clients_and_their_requests_are_bounded():
    desk = Desk()
    for number in range(REQUESTS_MAX):
        desk.ask(pdu.read_request(3, number, 1))
    assert desk.answers == [] and desk.answered(pdu.read_request(3, 50, 1)) == b"\x83\x06"
    for number in range(CLIENTS_MAX - 1):
        assert desk.proxy.opened(0, number, "")
    assert not desk.proxy.opened(0, "late", "")
    desk.proxy.closed("c")
    assert desk.proxy.opened(0, "late", "") and desk.proxy.next_read(0) is None, "who has gone waits for nothing"


def test_who_leaves_while_the_bus_is_asked_gets_nothing():
    desk = Desk()
    desk.ask(pdu.read_request(3, 0, 1))
    desk.proxy.next_read(0)
    desk.proxy.closed("c")
    desk.proxy.on_answer(5, pdu.OK, b"\x00\x01")
    assert desk.answers == []


def test_who_says_nothing_for_long_makes_room():
    desk = Desk()
    desk.proxy.closed("c")
    for number in range(CLIENTS_MAX):
        assert desk.proxy.left_for_good(IDLE_MS) is None, "there is room"
        desk.proxy.opened(1000 + number, number, "")
    desk.ask(pdu.read_request(3, 0, 1), now_ms=5000, client=0)
    assert desk.proxy.left_for_good(IDLE_MS + 1000) is None
    assert desk.proxy.left_for_good(IDLE_MS + 1001) == 1, "0 has spoken since"
    desk.proxy.closed(1)
    assert desk.proxy.opened(IDLE_MS + 1001, 9, "")
