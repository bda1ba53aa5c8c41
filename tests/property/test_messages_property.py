"""Messages and signatures for all inputs: nothing crashes a reader, nothing altered is believed.

Not its job: examples (tests/portable). Source: RFC 8259 and Python's json and hmac as independent peers.
"""

import hashlib
import hmac
import json
import math

from hypothesis import example, given, settings, strategies as st

from protocols import auth, message_tables, message_tables_seldom, messages, strict_json, topics

ALL = message_tables.MESSAGES + message_tables_seldom.MESSAGES
NAMES = [row[0] for row in ALL]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**17), 10**17) | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4), max_leaves=15)
FIELD_NAMES = sorted({field[0] for row in ALL for field in row[6]} | {"p_w", "ref", "p_cap_w"})
# objects that look like messages get further into the reader than arbitrary JSON
LIKELY = st.dictionaries(st.sampled_from(FIELD_NAMES), JSON | st.sampled_from([kind for kind, _ in message_tables.KINDS]))


def strict_peer(data):
    """What a strict reader gives by Python's own json: (value, None) or (None, True)."""
    def pairs(items):
        if len({key for key, _ in items}) != len(items):
            raise ValueError("doubled key")
        return dict(items)

    def refuse(word):
        raise ValueError(word)

    try:
        value = json.loads(data.decode("utf-8"), object_pairs_hook=pairs, parse_constant=refuse)
        text = json.dumps(value, allow_nan=False, ensure_ascii=False).encode()  # refuses half surrogate pairs too
    except (ValueError, RecursionError):
        return None, True
    return value, None if text else True


def depth(value):
    """Levels of objects and lists."""
    if isinstance(value, (dict, list)):
        inner = value.values() if isinstance(value, dict) else value
        return 1 + max([depth(item) for item in inner], default=0)
    return 0


def has_long_integer(value):
    """Whether an integer has more digits than we allow."""
    if isinstance(value, (dict, list)):
        return any(has_long_integer(item) for item in (value.values() if isinstance(value, dict) else value))
    return isinstance(value, int) and len(str(abs(value))) > strict_json.MAX_DIGITS


@given(st.sampled_from(NAMES), st.binary(max_size=300))
def test_bytes_never_crash_the_reader(name, payload):
    content, error = messages.decode(name, payload)
    assert (content is None) != (error is None)


@given(st.sampled_from(NAMES), JSON | LIKELY)
@settings(max_examples=300)
def test_json_never_crashes_the_reader(name, value):
    if isinstance(value, dict):
        value = {"v": 1, **value}
    content, error = messages.decode(name, json.dumps(value).encode())
    assert (content is None) != (error is None)
    if error:
        assert len(error) == 4 and isinstance(error[0], str) and isinstance(error[1], str)


@given(st.binary(max_size=60) | JSON.map(lambda value: json.dumps(value).encode()) | st.text(
    alphabet='{}[]",:0123456789.eE+-truefalsn \\u', max_size=30).map(str.encode))
@example(b"-")
@example(b'"\\ud800"')
@example(b"1e400")
@example(b'{"a":1,"a":1}')
@example(b"[1,,2]")
@settings(max_examples=600)
def test_we_read_what_pythons_json_reads_strictly(data):
    ours, error = strict_json.decode(data)
    theirs, refused = strict_peer(data)
    if error and error[0] in ("too_deep", "not_finite") and not refused:
        assert depth(theirs) > strict_json.MAX_DEPTH or has_long_integer(theirs) or b"e" in data.lower() or b"-0" in data
        return
    assert (error is None) == (refused is None), (data, ours, error, theirs)
    if error is None:
        assert ours == theirs and type(ours) is type(theirs)


@given(JSON)
def test_what_we_write_is_what_pythons_json_reads(value):
    try:
        data = strict_json.encode(value)
    except ValueError:  # not finite, or half a surrogate pair
        return
    assert json.loads(data) == value
    if "." not in data.decode() and "e" not in data.decode():
        assert data == strict_json.encode(json.loads(data))


@given(st.dictionaries(st.sampled_from([field[0] for field in message_tables.TELEMETRY if field[1] == "number"]),
                       st.floats() | st.integers() | st.none()))
def test_no_measurement_can_silence_a_gateway(values):
    content, error = messages.decode("tele", messages.encode("tele", {"boot": "b", "seq": 1, "mono_ms": 2, **values}))
    assert error is None
    for name, value in content.items():
        assert value is None or not isinstance(value, float) or math.isfinite(value), name


@given(st.binary(max_size=200), st.binary(max_size=300))
def test_hmac_is_pythons_hmac(key, data):
    assert auth.hmac_sha256(key, data) == hmac.new(key, data, hashlib.sha256).digest()


KEY = b"k" * 32
TOPIC = "v2g/1/gw-1/dn/cmd"
BODY = messages.encode("cmd", {"id": "c", "seq": 1, "iat_ms": 1, "exp_ms": 2, "priority": 9, "kind": "wape_lift"})
SIGNED = auth.sign(TOPIC, BODY, "k1", KEY)


def test_every_changed_byte_of_a_signed_message_is_refused():
    for place in range(len(SIGNED)):
        for change in (1, 2, 16, 32, 128):
            altered = bytearray(SIGNED)
            altered[place] ^= change
            assert auth.verify("hmac", TOPIC, bytes(altered), {"k1": KEY})[2], (place, change)


@given(st.integers(0, len(SIGNED)), st.integers(0, len(SIGNED)), st.binary(max_size=5))
def test_cut_and_stretched_signed_messages_are_refused(start, end, inserted):
    altered = SIGNED[:start] + inserted + SIGNED[end:]
    if altered != SIGNED:
        assert auth.verify("hmac", TOPIC, altered, {"k1": KEY})[2]


@given(st.text(max_size=40))
def test_topics_never_crash(text):
    for candidate in (text, topics.ROOT + text, topics.ROOT + "gw/up/" + text):
        place = topics.parse(candidate)
        assert place is None or place[0] in NAMES
