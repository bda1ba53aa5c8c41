"""Strict JSON: both runtimes accept, refuse and write the same bytes.

Not its job: messages. Source: RFC 8259; the list of what MicroPython's and CPython's own readers let pass.
"""

from protocols import strict_json

ACCEPTED = (
    (b"{}", {}), (b"[]", []), (b' {"a" : [ 1 , -2.5e1, true, false, null ] }\r\n', {"a": [1, -25.0, True, False, None]}),
    (b'""', ""), (b'"\\u00e9\\ud83d\\ude00\\n\\/"', "\u00e9\U0001f600\n/"), ('"\u00e9"'.encode(), "\u00e9"),
    (b"0", 0), (b"-0", 0), (b"0.5", 0.5), (b"1E2", 100.0), (b"999999999999999", 999999999999999),
)
REFUSED = (
    (b"", "not_json"), (b" ", "not_json"), (b"{", "not_json"), (b"[1", "not_json"), (b'"', "not_json"),
    (b"[1,,2]", "not_json"), (b"[1,]", "not_json"), (b"[,1]", "not_json"), (b'{"a":1,}', "not_json"),
    (b"01", "not_json"), (b"+1", "not_json"), (b"1.", "not_json"), (b".5", "not_json"), (b"1e", "not_json"),
    (b"--1", "not_json"), (b"-", "not_json"), (b"1 2", "not_json"), (b"{}{}", "not_json"), (b"1-", "not_json"),
    (b'{"a" 1}', "not_json"), (b"{a:1}", "not_json"), (b"{1:1}", "not_json"), (b"'a'", "not_json"),
    (b"NaN", "not_json"), (b"Infinity", "not_json"), (b"-Infinity", "not_json"), (b"True", "not_json"), (b"nul", "not_json"),
    (b'"\x00"', "not_json"), (b'"a\nb"', "not_json"), (b'"\\x"', "not_json"), (b'"\\u12"', "not_json"),
    (b'"\\ud83d"', "not_json"), (b'"\\ude00\\ud83d"', "not_json"), (b'"\xff"', "not_json"), (b"\xff", "not_json"),
    (b"1e999", "not_finite"), (b"-1e999", "not_finite"), (b"1000000000000000", "not_finite"),
    (b'{"a":1,"a":2}', "duplicate_key"), (b'[{"x":{"b":1,"\\u0062":2}}]', "duplicate_key"),
    (b"[[[[[[[[[1]]]]]]]]]", "too_deep"), (b"[" * 5000, "too_deep"), (b" " * 8193, "oversized"),
)


def test_what_the_standard_allows_is_read():
    for data, value in ACCEPTED:
        assert strict_json.decode(data) == (value, None), data


def test_what_it_does_not_allow_is_refused_with_a_code():
    for data, code in REFUSED:
        value, error = strict_json.decode(data)
        assert value is None and error is not None and error[0] == code, (data[:40], error)
        assert len(error) == 4 and error[3]


def test_the_limits_are_exactly_where_they_are_said_to_be():
    assert strict_json.decode(b"[[[[[[[[1]]]]]]]]")[1] is None
    assert strict_json.decode(b" " * 8190 + b"10")[0] == 10
    assert strict_json.decode(b" " * 8191 + b"10")[1][0] == "oversized"


def test_booleans_stay_booleans():
    value = strict_json.decode(b"[true,1]")[0]
    assert value[0] is True and value[1] is not True and value[1] == 1


def test_keys_are_sorted_and_equal_numbers_look_equal():
    assert strict_json.encode({"zeta": 4.0, "alpha": {"b": [1, None, True], "a": "x"}}) == (
        b'{"alpha":{"a":"x","b":[1,null,true]},"zeta":4}')
    assert strict_json.encode([0.9639, -0.0, -3400.0, 0.5]) == b"[0.9639,0,-3400,0.5]"
    assert strict_json.encode({}) == b"{}" and strict_json.encode([]) == b"[]"


def test_text_is_written_so_that_it_can_be_read_back():
    for text in ("", "plain", 'quote " back \\ slash', "line\nfeed\ttab\x01", "\u00e9\U0001f600"):
        assert strict_json.decode(strict_json.encode(text)) == (text, None), text


def test_what_is_not_json_is_not_written():
    for value in (float("inf"), float("nan"), b"bytes", {1: 2}, set()):
        try:
            strict_json.encode(value)
        except (ValueError, TypeError):
            continue
        assert False, value
