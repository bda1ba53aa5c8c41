"""Whatever a gateway reads and decides, the journal gives back: registers, times, chance, over segments and keyframes.

Source: the form of a record in edge/journal.py.
"""

from hypothesis import given
from hypothesis import strategies as st

from edge import journal
from tools.gateway.journal_registers import Registers, changed

WORDS = st.integers(0, 0xFFFF)
# Few values and few blocks, so that records often repeat what stood before.
BLOCK = st.sampled_from(((0, 0, 1), (0, 1, 9), (1, 0, 16), (255, 255, 125), (2, 7, 0)))
FEW_WORDS = st.sampled_from((0, 1, 0xFFFF))
STEP = st.tuples(
    st.sampled_from(("read", "tick", "keyframe", "event")), BLOCK, st.lists(FEW_WORDS, min_size=125, max_size=125),
    st.sampled_from((0, 1, 40, 100, 65535, 65536, 10 ** 9)), st.lists(st.lists(WORDS, max_size=3), max_size=3),
    st.floats(0, 1))


def packed(words):
    return b"".join(word.to_bytes(2, "big") for word in words)


@given(st.data(), st.integers(0, 125))
def test_changes_lead_from_one_picture_to_the_next(data, count):
    before = packed(data.draw(st.lists(FEW_WORDS, min_size=count, max_size=count)))
    now = packed(data.draw(st.lists(FEW_WORDS, min_size=count, max_size=count)))
    said = bytes(journal.changes(before, now))
    assert changed(before, said) == now
    assert (said == b"") == (before == now)


@given(st.lists(STEP, max_size=40), st.integers(200, 3000))
def test_what_went_in_comes_out(steps, segment_bytes):
    recorder = journal.Journal(segment_bytes, 1000)
    expected, segments, now_ms = [], {}, 0
    for what, (device, block, count), words, pause_ms, registers_of_ders, share in steps:
        now_ms += pause_ms
        if what == "read":
            recorder.read(device, block, now_ms, packed(words[:count]))
            expected.append((journal.READ, (device, block, now_ms, packed(words[:count]))))
        elif what == "tick":
            chance = journal.drawn(share)
            recorder.tick(now_ms, chance, registers_of_ders)
            expected.append((journal.TICK, (now_ms, chance, registers_of_ders)))
        else:
            recorder.add_json(journal.KEYFRAME if what == "keyframe" else journal.EVENT, [])
        for kind, name, data, *_ in recorder.flush(now_ms):
            if name != journal.NEXT_FILE:
                segments[name] = segments.get(name, b"") * (kind == "append") + data
    for _, name, data, *_ in recorder.flush(now_ms, True):
        if name != journal.NEXT_FILE:
            segments[name] = segments.get(name, b"") + data
    whole = Registers()
    found = [row for name in segments for row in whole.contents(segments[name])]
    assert [row for row in found if row[0] in (journal.READ, journal.TICK)] == expected


@given(st.floats(0, 1, allow_nan=False))
def test_chance_is_kept_to_the_bit(share):
    chance = journal.drawn(share)
    assert 0 <= chance < 1 and int(chance * 65536) / 65536 == chance
    assert abs(chance - share) < 1 / 65536 or share == 1


def test_a_layout_of_odd_length_is_written_in_full():
    recorder = journal.Journal(4096, 8)
    for data in (b"abc", b"abc", b"abd"):
        recorder.read(0, 3, 1000, data)
    found = list(Registers().contents(recorder.flush(1000, True)[-1][2]))
    assert [content[3] for _, content in found] == [b"abc", b"abc", b"abd"]


def test_short_records_alone_are_not_guessed():
    recorder = journal.Journal(4096, 8)
    recorder.read(0, 0, 5, b"\0\1")
    first = recorder.flush(5, True)[-1][2]
    recorder.read(0, 0, 9, b"\0\1")
    second = recorder.flush(9, True)[-1][2]
    assert len(second) < len(first)
    assert list(Registers().contents(second)) == [(journal.READ, None)]
