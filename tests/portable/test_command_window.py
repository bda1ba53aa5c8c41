"""Commands in time and in order: the edges of every window.

Not its job: signatures. Source: protocols/command_window.py.
"""

from edge import limits
from protocols import command_window as window
from protocols.refusals import number_of

NOW_MS = 1763660000000
LEASE_MS = window.LEASE_MAX_MS
SLACK_MS = window.CLOCK_SLACK_MS


def reason(iat_ms, exp_ms, nbf_ms=None, now_ms=NOW_MS):
    """Number of the refusal of a command with these times, relative to NOW_MS."""
    message = {"iat_ms": NOW_MS + iat_ms, "exp_ms": NOW_MS + exp_ms, "nbf_ms": None if nbf_ms is None else NOW_MS + nbf_ms}
    return window.check_times(message, now_ms)


def test_both_ends_mean_the_same_longest_lease():
    assert window.LEASE_MAX_MS == limits.LEASE_MAX_S * 1000


def test_the_edges_of_the_time_window():
    cases = (
        (0, 60000, None, "none"), (0, LEASE_MS, None, "none"), (0, LEASE_MS + 1, None, "lease_too_long"),
        (-60000, 1, None, "none"), (-60000, 0, None, "late"), (-60000, -1, None, "late"),
        (SLACK_MS, 60000, None, "none"), (SLACK_MS + 1, 60000, None, "from_the_future"),
        (0, 0, None, "malformed"), (0, -1, None, "malformed"), (0, 60000, 60000, "malformed"),
        (0, 60000, 59999, "none"), (0, 60000, -5000, "none"),
    )
    for iat_ms, exp_ms, nbf_ms, name in cases:
        assert reason(iat_ms, exp_ms, nbf_ms) == number_of(name), (iat_ms, exp_ms, nbf_ms)


def test_without_a_clock_only_the_length_counts():
    assert reason(10 ** 9, 10 ** 9 + 60000, None, None) == 0
    assert reason(0, LEASE_MS + 1, None, None) == number_of("lease_too_long")
    assert reason(0, 60000, 1000, None) == number_of("clock_not_set")
    assert reason(0, 60000, 0, None) == 0


def test_a_clock_before_the_build_was_never_set():
    assert window.clock_or_none(None) is None
    assert window.clock_or_none(0) is None
    assert window.clock_or_none(window.TIME_FLOOR_MS - 1) is None
    assert window.clock_or_none(window.TIME_FLOOR_MS) == window.TIME_FLOOR_MS


def test_the_lease_counts_from_now_on_the_monotonic_clock():
    message = {"iat_ms": NOW_MS, "exp_ms": NOW_MS + 60000, "nbf_ms": None}
    assert window.lease_window_ms(message, NOW_MS) == (0, 60000)
    assert window.lease_window_ms(message, NOW_MS + 20000) == (0, 40000)
    assert window.lease_window_ms(message, NOW_MS + 70000) == (0, 0)
    assert window.lease_window_ms(message, None) == (0, 60000)
    message["nbf_ms"] = NOW_MS + 5000
    assert window.lease_window_ms(message, NOW_MS) == (5000, 60000)


def test_numbers_rise_and_ids_are_taken_once():
    assert window.check_order({"id": "a", "seq": 0}, None, []) == 0
    assert window.check_order({"id": "b", "seq": 6}, 5, ["a"]) == 0
    assert window.check_order({"id": "b", "seq": 5}, 5, ["a"]) == number_of("stale")
    assert window.check_order({"id": "b", "seq": 4}, 5, ["a"]) == number_of("stale")
    assert window.check_order({"id": "a", "seq": 5}, 5, ["a"]) == number_of("duplicate")
    assert window.check_order({"id": "a", "seq": 9}, 5, ["a"]) == number_of("duplicate")


def test_only_so_many_ids_are_kept():
    ids = []
    for number in range(100):
        window.remember(ids, str(number))
    assert len(ids) == window.IDS_KEPT and ids[-1] == "99" and ids[0] == str(100 - window.IDS_KEPT)
