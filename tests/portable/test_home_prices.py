"""Prices: which series holds when, what holds beyond it, days of 23 and 25 hours, a file as a command.

Not its job: form of a request (test_requests.py). Source: edge/household/prices.py.
"""
import json

from edge import home_reasons, local_time
from edge.household import prices_file
from edge.household.prices import Prices
from tests.portable.law_bench import section

MIDNIGHT_S = 1790035200     # 2026-09-22 00:00 UTC
HOUR_S, DAY_S = 3600, 86400


def prices(**changes):
    return Prices(section("home", **changes))


def series(start_s, bought, sold=None, step_s=HOUR_S):
    return {"kind": "prices", "start_unix_s": start_s, "step_s": step_s, "import_per_kwh": bought, "export_per_kwh": sold}


def test_fixed_prices_hold_without_a_series_or_a_clock():
    table = prices(import_per_kwh=0.31, export_per_kwh=0.07)
    assert table.at(MIDNIGHT_S) == (310000, 70000) and table.at(None) == (310000, 70000)
    table.take(series(MIDNIGHT_S, [0.1]))
    assert table.at(None) == (310000, 70000), "without a clock no series has its hour"


def test_each_step_of_a_series_has_its_price():
    table = prices(export_per_kwh=0.08)
    table.take(series(MIDNIGHT_S, [0.1, -0.05, 0.3], step_s=900))
    for late_s, expected in ((0, 100000), (899, 100000), (900, -50000), (1799, -50000), (1800, 300000), (2699, 300000)):
        assert table.at(MIDNIGHT_S + late_s) == (expected, 80000), late_s
    table.take(series(MIDNIGHT_S, [0.1], [-0.02], step_s=900))
    assert table.at(MIDNIGHT_S) == (100000, -20000), "the same beginning replaces it, export prices count when told"


def test_beyond_the_series_holds_what_the_half_hour_usually_costs():
    table = prices(import_per_kwh=0.5)
    table.take(series(MIDNIGHT_S, [hour / 100 for hour in range(24)]))
    for days in (1, 9):
        assert table.at(MIDNIGHT_S + days * DAY_S + 5 * HOUR_S)[0] == 50000
    table.take(series(MIDNIGHT_S + DAY_S, [0.35] * 24))
    assert table.at(MIDNIGHT_S + 2 * DAY_S + 5 * HOUR_S)[0] == 150000, "a third of the newest day"
    assert not table.has_ended(MIDNIGHT_S + DAY_S) and table.has_ended(MIDNIGHT_S + 2 * DAY_S)
    table = prices(import_per_kwh=0.5)
    table.take(series(MIDNIGHT_S, [0.1] * 6))
    assert table.at(MIDNIGHT_S + DAY_S + 5 * HOUR_S)[0] == 100000
    assert table.at(MIDNIGHT_S + DAY_S + 6 * HOUR_S)[0] == 500000, "nobody ever said a price of that hour"


def test_a_tariff_with_edges_at_the_half_hour_repeats_exactly():
    table = prices()
    table.take(series(MIDNIGHT_S, [0.3] + [0.1] * 8 + [0.3] * 39, step_s=1800))
    for days in (0, 3):
        for late_s, expected in ((1799, 300000), (1800, 100000), (16199, 100000), (16200, 300000)):
            assert table.at(MIDNIGHT_S + days * DAY_S + late_s)[0] == expected, (days, late_s)


def test_tomorrow_joins_today():
    table = prices(import_per_kwh=0.5)
    table.take(series(MIDNIGHT_S, [0.1] * 24))
    table.take(series(MIDNIGHT_S + DAY_S, [0.2] * 24))
    assert table.at(MIDNIGHT_S + HOUR_S)[0] == 100000 and table.at(MIDNIGHT_S + DAY_S)[0] == 200000
    table.take(series(MIDNIGHT_S + 3 * DAY_S, [0.3] * 24))
    assert table.known_at(MIDNIGHT_S + 2 * DAY_S + 1) is None and table.has_ended(MIDNIGHT_S + 2 * DAY_S + 1), "a gap"
    assert table.at(MIDNIGHT_S + 3 * DAY_S)[0] == 300000
    table.take(series(MIDNIGHT_S + 4 * DAY_S, [0.4] * 24))
    assert table.known_at(MIDNIGHT_S + HOUR_S) is None, "three series are kept"


def test_days_of_23_and_25_hours_go_by_unix_time():
    for last_sunday_s, hours in ((1774738800, 23), (1792879200, 25)):      # local midnight of 29 March, 25 October 2026
        assert local_time.weekday_and_minute(last_sunday_s, 60, True) == (6, 0)
        table = prices()
        table.take(series(last_sunday_s, [hour / 100 for hour in range(hours)]))
        end_s = last_sunday_s + hours * HOUR_S
        assert local_time.weekday_and_minute(end_s, 60, True) == (0, 0), "it ends at the next local midnight"
        assert table.at(end_s - 1)[0] == (hours - 1) * 10000 and table.has_ended(end_s)


def test_a_dump_and_a_restart_bring_the_series_back():
    table = prices()
    table.take(series(MIDNIGHT_S, [0.1, 0.25]))
    table.take(series(MIDNIGHT_S + DAY_S, [-0.3], [0.05]))
    again = prices()
    again.load(json.loads(json.dumps(table.dump())))
    restarted = prices()
    for command in table.kept():
        restarted.take(command)
    for other in (again, restarted):
        assert other.top_micro == table.top_micro == 300000
        for at_s in (MIDNIGHT_S, MIDNIGHT_S + HOUR_S, MIDNIGHT_S + DAY_S, MIDNIGHT_S + 3 * DAY_S):
            assert other.at(at_s) == table.at(at_s), at_s


class Store:
    """One file."""

    def __init__(self, data):
        self.data = data

    def read(self, name):
        """Whatever it is called."""
        return self.data


def test_a_file_becomes_the_command_or_says_what_is_wrong_with_it():
    good = {"start_unix_s": MIDNIGHT_S, "step_s": 900, "import_per_kwh": [0.1, -0.2], "export_per_kwh": [0.0, 0.0]}
    commands, events = prices_file.commands("tariff.json", Store(json.dumps(good).encode()))
    assert events == [] and commands == [dict(good, kind="prices")]
    for data, words in ((None, "tariff.json: no such file"), (b"{", "no JSON"), (b"[1]", "an object"),
                        (json.dumps(dict(good, import_per_kwh=[0.1, None])), "import_per_kwh[1] = None"),
                        ('{"start_unix_s": 1, "step_s": 900, "import_per_kwh": [0.1, NaN]}', "import_per_kwh[1]"),
                        (json.dumps(dict(good, export_per_kwh=[0.1])), "export_per_kwh = 1 steps"),
                        (json.dumps(dict(good, step_s=0)), "step_s = 0")):
        commands, events = prices_file.commands("tariff.json", Store(data))
        assert commands == [] and len(events) == 1, data
        reason, _, values = events[0]
        # Not every runtime's JSON knows NaN; either way it is refused.
        assert reason == home_reasons.PRICES_MISSING and (words in values[0] or "NaN" in str(data)), values
