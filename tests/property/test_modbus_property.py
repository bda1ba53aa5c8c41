"""What must hold for Modbus whatever the bytes are: round trips, any cut, and garbage that never crashes."""

from hypothesis import given, settings
from hypothesis import strategies as st

from protocols.modbus import pdu
from protocols.modbus.client import ModbusClient
from protocols.modbus.rtu import RtuFraming
from protocols.modbus.server import ModbusServer, answer
from protocols.modbus.tcp import TcpFraming

unhurried = settings(deadline=None, max_examples=200)  # a busy machine is no failure
FRAMINGS = st.sampled_from([TcpFraming, RtuFraming])
UNITS = st.integers(1, 247)
WORDS = st.integers(0, 65535)
BUFFER_MAX_BYTES = 260  # the longest frame, MBAP included


class Memory:
    """A bank where every address exists and remembers."""

    def __init__(self):
        self.cells = {True: {}, False: {}}

    def read(self, function, address, count):
        cells = self.cells[function in (1, 2)]
        return [cells.get(address + i, 0) for i in range(count)]

    def write(self, function, address, values):
        cells = self.cells[function in (5, 15)]
        for i, value in enumerate(values):
            cells[address + i] = value
        return 0


@st.composite
def requests(draw):
    """Any request our codec builds."""
    words = st.lists(WORDS, min_size=1, max_size=121)
    address = draw(st.integers(0, 63000))
    kind = draw(st.sampled_from(["read", "coil", "register", "coils", "registers", "both"]))
    if kind == "read":
        function = draw(st.sampled_from([1, 2, 3, 4]))
        return pdu.read_request(function, address, draw(st.integers(1, pdu.COUNT_MAX[function])))
    if kind == "coil":
        return pdu.write_single(5, address, draw(st.integers(0, 1)))
    if kind == "register":
        return pdu.write_single(6, address, draw(WORDS))
    if kind == "coils":
        return pdu.write_multiple_coils(address, draw(st.lists(st.integers(0, 1), min_size=1, max_size=1968)))
    if kind == "registers":
        return pdu.write_multiple_registers(address, draw(words))
    return pdu.read_write_registers(draw(st.integers(0, 63000)), draw(st.integers(1, 125)), address, draw(words))


def pieces(draw, data):
    """`data` cut at arbitrary places into pieces that are not empty."""
    cuts = sorted(draw(st.sets(st.integers(1, len(data) - 1), max_size=6)))
    return [data[begin:end] for begin, end in zip([0] + cuts, cuts + [len(data)])]


@unhurried
@given(st.data(), FRAMINGS, UNITS, st.lists(requests(), min_size=1, max_size=4))
def test_every_request_is_answered_through_any_cut(data, framing, unit, sent):
    client, server = ModbusClient(framing()), ModbusServer(framing(), {unit: Memory()})
    for tag, request in enumerate(sent):
        client.submit(unit, request, tag)
        answers = b"".join(server.receive(0, piece) for piece in pieces(data.draw, client.outgoing(0)))
        results = [result for piece in pieces(data.draw, answers) for result in client.receive(0, piece)]
        assert [(got, kind) for got, kind, _ in results] == [(tag, pdu.OK)]
    assert (client.frames_ok, client.malformed, client.foreign) == (len(sent), 0, 0)


@unhurried
@given(FRAMINGS, UNITS, st.integers(0, 65000), st.lists(WORDS, min_size=1, max_size=121))
def test_what_is_written_is_read_back(framing, unit, address, values):
    client, server = ModbusClient(framing()), ModbusServer(framing(), {unit: Memory()})
    client.submit(unit, pdu.write_multiple_registers(address, values), "write")
    client.submit(unit, pdu.read_request(3, address, len(values)), "read")
    for expected in ("write", "read"):
        (tag, kind, payload), = client.receive(0, server.receive(0, client.outgoing(0)))
        assert (tag, kind) == (expected, pdu.OK)
    assert list(pdu.unpack_registers(payload)) == values


@unhurried
@given(st.lists(st.integers(0, 1), min_size=1, max_size=2000))
def test_bits_survive_packing(bits):
    assert pdu.unpack_bits(pdu.pack_bits(bits), len(bits)) == bits


@unhurried
@given(requests(), st.binary(max_size=300))
def test_any_response_gives_one_of_three_kinds(request, response):
    kind, payload = pdu.decode_response(request, response)
    assert kind in (pdu.OK, pdu.EXCEPTION, pdu.MALFORMED)
    assert (payload is None) == (kind == pdu.MALFORMED)


@unhurried
@given(st.binary(min_size=1, max_size=300))
def test_any_request_gets_an_answer_of_its_function(request):
    response = answer(request, Memory())
    assert response[0] | 0x80 == request[0] | 0x80
    assert len(response) <= pdu.PDU_MAX_BYTES
    if response[0] != request[0]:
        assert len(response) == 2 and response[1] in (1, 2, 3)


@unhurried
@given(FRAMINGS, st.lists(st.one_of(st.binary(max_size=700), st.just(b"\x00" * 400)), max_size=8), requests())
def test_garbage_never_crashes_and_buffers_stay_bounded(framing, chunks, request):
    client, server = ModbusClient(framing(), timeout_ms=10), ModbusServer(framing(), {1: Memory()})
    client.submit(1, request, "tag")
    client.outgoing(0)
    for now_ms, chunk in enumerate(chunks):
        client.receive(now_ms, chunk)
        server.receive(now_ms, chunk)
        assert len(client._framing._rest) <= BUFFER_MAX_BYTES
        assert len(server._framing._rest) <= BUFFER_MAX_BYTES


@unhurried
@given(FRAMINGS, st.lists(st.binary(max_size=400), max_size=4), requests())
def test_a_link_recovers_from_any_garbage_within_three_timeouts(framing, chunks, request):
    client, server = ModbusClient(framing(), timeout_ms=100), ModbusServer(framing(), {1: Memory()})
    client.submit(1, request, 0)
    client.outgoing(0)
    for chunk in chunks:
        client.receive(1, chunk)
    for attempt in range(1, 4):
        now_ms = 1000 * attempt
        client.on_time(now_ms)
        client.submit(1, request, attempt)
        sent = client.outgoing(now_ms + 200)
        results = client.receive(now_ms + 201, server.receive(now_ms + 201, sent))
        if results:
            break
    assert [(tag, kind) for tag, kind, _ in results] == [(attempt, pdu.OK)]
