"""The client of a serial line: characters take time, echoes are dropped, silence is kept, and nobody starves.

Source: MODBUS over Serial Line V1.02 §2.5.1.1: 3.5 characters, 1.75 ms above 19200 baud.
"""

from protocols.modbus import pdu
from protocols.modbus.line_client import LineClient
from protocols.modbus.line_times import silence_ms
from protocols.modbus.rtu import RtuFraming

READ_3 = pdu.read_request(3, 0x6B, 3)
REGISTERS = b"\x02\x2b\x00\x00\x00\x64"
ANSWER = b"\x03\x06" + REGISTERS
WRITE = pdu.write_single(6, 1, 3)
UNIT, METER = 17, 2


def frame(unit, body):
    return RtuFraming().wrap(None, unit, body)


def line(baud=9600, **options):
    """A client of an 8N1 line whose devices take up to 100 ms."""
    bits = 10
    settings = {"timeout_ms": 100, "gap_ms": silence_ms(baud, bits)}
    settings.update(options)
    timeout_ms = settings.pop("timeout_ms")
    return LineClient(RtuFraming(quiet_ms=20), timeout_ms, character_ms=1000 * bits / baud, **settings)


def sent(client, now_ms, unit, request, tag="a", urgent=False):
    """Submit and send."""
    assert client.submit(unit, request, tag, urgent)
    assert client.outgoing(now_ms) == frame(unit, request)


def test_silence_of_three_and_a_half_characters():
    cases = ((1200, 11, 33), (9600, 10, 4), (9600, 11, 5), (19200, 10, 2), (19200, 11, 3), (38400, 11, 2), (115200, 10, 2))
    for baud, bits, expected_ms in cases:
        assert silence_ms(baud, bits) == expected_ms, (baud, bits)
    client = line()
    sent(client, 0, UNIT, READ_3)
    client.receive(30, frame(UNIT, ANSWER))
    client.submit(UNIT, READ_3, "b")
    assert client.outgoing(33) == b"" and client.next_wake_ms == 34
    assert client.outgoing(34) == frame(UNIT, READ_3)


def test_the_time_out_grows_with_the_characters():
    for baud, deadline_ms in ((9600, 100 + 20), (1200, 100 + 159), (115200, 100 + 2)):
        client = line(baud)
        sent(client, 0, UNIT, READ_3)       # 8 characters there, 11 back
        assert client.next_wake_ms == deadline_ms, baud
        assert client.on_time(deadline_ms - 1) == [] and client.on_time(deadline_ms) == [("a", pdu.TIMEOUT, None)]


def test_a_quick_device_is_not_waited_for_as_long_as_a_slow_one():
    client = line(115200, timeout_ms=1000)
    client.timeouts_ms = {UNIT: 50}
    sent(client, 0, UNIT, READ_3)
    assert client.next_wake_ms == 52
    client.on_time(52)
    client.submit(METER, READ_3, "b")
    at_ms = client.next_wake_ms
    client.outgoing(at_ms)
    assert client.next_wake_ms == at_ms + 1002
    client.on_time(at_ms + 1002)
    client.submit(METER, READ_3, "c", False, 250)       # a silent one is probed with less patience
    at_ms = client.next_wake_ms
    client.outgoing(at_ms)
    assert client.next_wake_ms == at_ms + 252


def test_noise_on_an_idle_line_has_to_end_first():
    client = line()
    client.receive(50, b"\x00\xff")
    client.submit(UNIT, READ_3, "a")
    assert client.outgoing(53) == b"" and client.outgoing(54) == frame(UNIT, READ_3)
    assert client.foreign == 1
    noisy = line()
    for now_ms in range(300):
        noisy.receive(now_ms, b"\x00")
        if now_ms == 100:
            noisy.submit(UNIT, READ_3, "a")
        if noisy.outgoing(now_ms):
            break
    assert 100 < now_ms <= 201, "for one time-out at most"


def test_an_echo_is_dropped_wherever_it_is_cut():
    request, answer = frame(UNIT, READ_3), frame(UNIT, ANSWER)
    whole = request + answer
    for cut in range(1, len(whole)):
        client = line()
        sent(client, 0, UNIT, READ_3)
        assert client.receive(5, whole[:cut]) == [], cut
        assert client.receive(9, whole[cut:]) == [("a", pdu.OK, REGISTERS)], cut
        assert client._framing.echoes and (client.malformed, client.foreign) == (0, 0), cut
    client = line()
    sent(client, 0, UNIT, READ_3)
    got = []
    for index in range(len(whole)):
        got += client.receive(index, whole[index:index + 1])
    assert got == [("a", pdu.OK, REGISTERS)]


def test_an_echo_alone_is_no_answer():
    client = line()
    sent(client, 0, UNIT, READ_3)
    client.receive(9, frame(UNIT, READ_3) + frame(UNIT, ANSWER))
    # Function 6 is answered with the request: on a line that echoes, only the second one is the device's.
    sent(client, 20, UNIT, WRITE, "w")
    assert client.receive(30, frame(UNIT, WRITE)) == []
    assert client.receive(40, frame(UNIT, WRITE)) == [("w", pdu.OK, b"")]
    sent(client, 60, UNIT, WRITE, "v")
    assert client.receive(70, frame(UNIT, WRITE)) == []
    deadline_ms = client.next_wake_ms
    assert client.on_time(deadline_ms) == [("v", pdu.TIMEOUT, None)]


def test_a_write_of_several_registers_beside_its_echo():
    client = line()
    request = pdu.write_multiple_registers(1, [10, 258])
    sent(client, 0, UNIT, request)
    assert client.receive(10, frame(UNIT, request)) == []
    assert client.receive(20, frame(UNIT, b"\x10\x00\x01\x00\x02")) == [("a", pdu.OK, b"")]
    assert client._framing.echoes


def test_without_an_echo_one_answer_is_enough():
    client = line()
    sent(client, 0, UNIT, WRITE)
    assert client.receive(10, frame(UNIT, WRITE)) == [("a", pdu.OK, b"")]
    assert not client._framing.echoes


def test_noise_before_the_echo_and_a_broken_echo():
    client = line()
    sent(client, 0, UNIT, READ_3)
    assert client.receive(9, b"\xfe" + frame(UNIT, READ_3) + frame(UNIT, ANSWER)) == [("a", pdu.OK, REGISTERS)]
    assert client.malformed == 1
    broken = bytearray(frame(UNIT, READ_3))
    broken[5] ^= 4
    sent(client, 20, UNIT, READ_3, "b")
    assert client.receive(30, bytes(broken) + frame(UNIT, ANSWER)) == [("b", pdu.OK, REGISTERS)]


def silent_meter(client):
    """A line on which the meter, which wants 100 ms of silence, is next after an exchange that ended at 30."""
    client.gaps_ms = {METER: 100}
    sent(client, 0, UNIT, READ_3)
    client.receive(30, frame(UNIT, ANSWER))
    client.submit(METER, READ_3, "m")
    return client


def test_a_write_waits_when_the_silence_is_a_quarter_over():
    client = silent_meter(line())
    assert client.next_wake_ms == 130
    client.outgoing(50)
    client.submit(UNIT, WRITE, "w", True)
    assert client.outgoing(50) == frame(UNIT, WRITE), "20 of 100 ms: the silence begins anew"
    client.receive(70, frame(UNIT, WRITE))
    assert client.next_wake_ms == 170

    client = silent_meter(line())
    client.outgoing(60)
    client.submit(UNIT, WRITE, "w", True)
    assert client.outgoing(60) == b"" and client.next_wake_ms == 130
    assert client.outgoing(130) == frame(METER, READ_3)
    client.receive(150, frame(METER, ANSWER))
    assert client.outgoing(154) == frame(UNIT, WRITE), "what the meter would miss is not for it"


def test_a_unit_is_written_to_twice_before_the_meter_is_asked():
    client = silent_meter(line())
    now_ms = 34
    for number in range(2):
        sent(client, now_ms, UNIT, WRITE, number, True)
        client.receive(now_ms + 10, frame(UNIT, WRITE))
        client._was_urgent = False      # as after a slow block in between
        now_ms += 14
    client.submit(UNIT, WRITE, "third", True)
    assert client.outgoing(now_ms) == b""
    assert client.outgoing(now_ms + 96) == frame(METER, READ_3)
    client.receive(now_ms + 110, frame(METER, ANSWER))
    assert client.outgoing(now_ms + 114) == frame(UNIT, WRITE)


def quick(count, turnaround_ms):
    """A client whose unit has answered `count` times after the characters' time and `turnaround_ms`; and now_ms."""
    client, now_ms = line(115200, timeout_ms=1000), 0
    for _ in range(count):
        sent(client, now_ms, UNIT, READ_3)
        now_ms += 2 + turnaround_ms
        assert client.receive(now_ms, frame(UNIT, ANSWER))
        now_ms += 10
    return client, now_ms


def patience_ms(client, now_ms):
    """How long the next request is waited for, beside its characters."""
    sent(client, now_ms, UNIT, READ_3)
    return client.next_wake_ms - now_ms - 2


def test_whoever_answers_quickly_is_not_waited_for_a_second():
    for count, turnaround_ms, expected_ms in ((19, 5, 1000), (20, 5, 100), (20, 60, 240), (20, 400, 1000), (100, 5, 100)):
        assert patience_ms(*quick(count, turnaround_ms)) == expected_ms, (count, turnaround_ms)


def test_after_a_time_out_a_device_has_all_its_time_until_it_is_quick_again():
    client, now_ms = quick(30, 5)
    assert patience_ms(client, now_ms) == 100
    assert client.on_time(now_ms + 102) == [("a", pdu.TIMEOUT, None)]
    now_ms += 1000
    assert patience_ms(client, now_ms) == 1000
    for _ in range(5):
        client.receive(now_ms + 10, frame(UNIT, ANSWER))
        now_ms += 100
        told_ms = patience_ms(client, now_ms)
    assert told_ms == 100
