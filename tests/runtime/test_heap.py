"""The gateway fits a board: its heap on MicroPython, compiled as boards run it, and that it does not grow.

Source: tools/bench/tiny_gateway.py is what runs: Modbus, MQTT, WAPE and journal, one charger; in tiny_sunspec.py one whose
grid functions are configured and watched; in tiny_away.py the first one in an outage of its broker.
"""

import pytest

from edge import journal
from tools import second_runtime

SCRIPT = "tools/bench/tiny_gateway.py"
HEAP_MAX_B = 150 * 1024
SUNSPEC_SCRIPT = "tools/bench/tiny_sunspec.py"
SUNSPEC_HEAP_MAX_B = 190 * 1024     # what configures is gone by then
AWAY_SCRIPT = "tools/bench/tiny_away.py"
AWAY_HEAP_MAX_B = 170 * 1024        # while the broker is away: what keeps history is there
BACK_HEAP_MAX_B = 158 * 1024        # afterwards it is gone; the texts of its names stay
GROWTH_MAX_B = 1024     # over 10,000 ticks
BOARD_HEAP_KIB = 256


@pytest.fixture(scope="module")
def measured():
    result = second_runtime.measure_heap(SCRIPT)
    assert "error" not in result, result["error"]
    return result


def test_the_gateway_takes_at_most_150_kib(measured):
    # Measured just after the journal was written; just before, this much more waits.
    most_b = max(measured["rounds_b"]) + journal.FLUSH_BYTES - measured["base_b"]
    assert most_b <= HEAP_MAX_B, measured


def test_it_does_not_grow_over_ten_thousand_ticks(measured):
    assert len(measured["rounds_b"]) == 11
    assert measured["rounds_b"][-1] - measured["rounds_b"][0] <= GROWTH_MAX_B, measured


def test_it_runs_in_the_heap_of_a_board():
    result = second_runtime.run_heap_on_path(SCRIPT, BOARD_HEAP_KIB)
    if result is None:
        pytest.skip("no micropython on PATH: a heap of %d KiB can't be tried here" % BOARD_HEAP_KIB)
    assert result == (0, ""), result


def test_a_gateway_that_watches_native_functions_takes_at_most_190_kib():
    result = second_runtime.measure_heap(SUNSPEC_SCRIPT, 2)
    assert "error" not in result, result["error"]
    assert max(result["rounds_b"]) + journal.FLUSH_BYTES - result["base_b"] <= SUNSPEC_HEAP_MAX_B, result


def test_an_outage_of_the_broker_takes_little_heap_and_gives_it_back():
    result = second_runtime.measure_heap(AWAY_SCRIPT)
    assert "error" not in result, result["error"]
    away_b, back_b = [round_b + journal.FLUSH_BYTES - result["base_b"] for round_b in result["rounds_b"]]
    assert away_b <= AWAY_HEAP_MAX_B and back_b <= BACK_HEAP_MAX_B, (away_b, back_b)
