"""Delay by chance and default hours of a charge point, and the local time they hang on.

Source: SI 2021/1467 regulations 10 and 11 (general knowledge); dates of summer time by calendar.
"""

from edge import grid_reasons, law_pass
from edge.arbiter import combine
from edge.laws.smart_charge import smart_charge, smart_charge_tell
from edge.local_time import is_summer, weekday_and_minute
from tests.portable.fake_site import FakeSite, charger_bank, document
from tests.portable.law_bench import Promised, config, section, view

# Unix time of 2026-11-02 00:00 UTC, a Monday in winter.
MONDAY_S = 1793577600
HOUR_S = 3600
DAY_S = 24 * HOUR_S


def at(hours, **changes):
    """A plugged charger at so many hours after Monday midnight UTC; 10 Hz, delay drawn in the middle."""
    values = {"unix_s": int(MONDAY_S + hours * HOUR_S), "chance_s": 0.5}
    values.update(changes)
    return view(**values)


class Bench:
    """Steps the law at 10 Hz."""

    def __init__(self, **settings):
        self.p = section("smart_charge", **settings)
        self.opinion = self.memory = None

    def run(self, seen, count_s=0.1):
        """The word of its state after that time."""
        for _ in range(int(count_s * 10 + 0.5)):
            self.opinion, self.memory = smart_charge(seen, self.memory, self.p)
        told = smart_charge_tell(self.memory)
        return None if told is None else told[1][0]


def test_weekday_and_minute():
    for unix_s, expected in (
        (0, (3, 0)),                            # Thursday
        (951782399, (0, 1439)),                 # Monday 28 February 2000, the last minute
        (951782400, (1, 0)),                    # the 29th, which there was
        (MONDAY_S, (0, 0)), (MONDAY_S - 60, (6, 1439)),
        (4102444799, (3, 1439)),                # 31 December 2099, a Thursday
    ):
        assert weekday_and_minute(unix_s, 0, False) == expected, unix_s
    assert weekday_and_minute(MONDAY_S, 60, True) == (0, 60)
    assert weekday_and_minute(MONDAY_S, -30, True) == (6, 1410)


def test_summer_time_begins_and_ends_on_the_last_sundays():
    for begins_s, ends_s in (
        (1774746000, 1792890000),   # 29 March and 25 October 2026, 01:00 UTC
        (1711846800, 1729990800),   # 31 March and 27 October 2024, a leap year
        (1806195600, 1824944400),   # 28 March and 31 October 2027
    ):
        assert not is_summer(begins_s - 1) and is_summer(begins_s)
        assert is_summer(ends_s - 1) and not is_summer(ends_s)
    assert not is_summer(1767225600) and not is_summer(1772323199), "1 January and 28 February belong to no summer"
    assert weekday_and_minute(1774746000, 0, True) == (6, 120), "at one o'clock it is two"


def test_peak_hours_of_weekdays_local_time():
    bench = Bench(delay_max_s=0)
    for hours, word in ((7.99, "free"), (8, "peak_hours"), (10.99, "peak_hours"), (11, "free"), (15.99, "free"),
                        (16, "peak_hours"), (21.99, "peak_hours"), (22, "free"), (4 * 24 + 9, "peak_hours"),
                        (5 * 24 + 9, "free"), (6 * 24 + 17, "free")):
        for _ in range(2):
            bench.run(at(hours))
        assert bench.run(at(hours)) == word, hours
        assert (bench.opinion is None) == (word == "free")
    assert bench.run(at(-7 * 24 - 24 * 7 + 7.5)) == "peak_hours", "19 October, 07:30 UTC is 08:30 in summer"
    assert Bench(utc_offset_min=60).run(at(7.5)) == "peak_hours"


def test_no_clock_no_hours_and_that_is_said():
    bench = Bench(delay_max_s=0)
    bench.run(at(9, unix_s=None), 0.2)
    assert bench.run(at(9, unix_s=None)) == "clock_not_set" and bench.opinion is None
    assert Bench(hours_enabled=False, delay_max_s=0).run(at(9, unix_s=None), 0.3) == "free"


def test_every_start_waits_for_its_drawn_time():
    for chance, wait_s in ((0, 0), (0.25, 150), (0.999, 599.4)):
        bench = Bench()
        assert bench.run(at(0, chance_s=chance)) == "delayed" and bench.opinion[:4] == (0, None, None, None)
        assert bench.opinion[4] == grid_reasons.RANDOM_DELAY
        if wait_s:
            assert bench.run(at(0, chance_s=0.1), wait_s - 0.1) == "delayed", "drawn once, when it begins"
        assert bench.run(at(0), 0.3) == "free" and bench.opinion is None


def test_the_end_of_the_peak_and_a_new_vehicle_are_starts():
    bench = Bench()
    assert bench.run(at(9)) == "peak_hours"
    assert bench.run(at(11)) == "delayed" and bench.opinion[0] == 0
    bench = begun()
    assert bench.run(at(0, plugged=False)) is None and bench.opinion is None
    assert bench.run(at(0)) == "delayed"


def begun():
    """A bench whose charging has begun."""
    bench = Bench()
    assert bench.run(at(0), 301) == "free"
    return bench


def test_a_change_of_the_plan_waits_upwards_only():
    bench = begun()
    assert bench.run(at(0, p_default_w=-3000)) == "free" and bench.opinion is None, "less at once"
    assert bench.run(at(0, p_default_w=-5000)) == "delayed" and bench.opinion[0] == -3000, "more goes on with what it had"
    assert bench.run(at(0, p_default_w=-5000), 301) == "free"
    assert bench.run(at(0, p_default_w=0)) == "free"
    assert bench.run(at(0, p_default_w=-1)) == "delayed" and bench.opinion[0] == 0


def test_the_household_overrides_it():
    bench = Bench()
    assert bench.run(at(9)) == "peak_hours"
    assert bench.run(at(9, wish=("charge_now", None))) == "free" and bench.opinion is None
    assert bench.run(at(9)) == "peak_hours", "the wish is over, the hours are not"
    bench.run(at(0, wish=("charge_now", 2000)))
    assert bench.run(at(0)) == "free", "it charges on"


def test_demand_response_and_discharging_are_never_delayed():
    for changes in ({"lease_setpoint": (-6000, "a", 20)}, {"agc": (2000, -1)}, {"support": True}, {"reserve": ("gb-dc", 1, 1, None)},
                    {"wish": ("discharge_now", None)}, {"wish": ("idle", None)}):
        bench = Bench()
        assert bench.run(at(9, **changes)) is None and bench.opinion is None, changes
    bench = Bench()
    assert bench.run(at(9, lease_setpoint=(-6000, "a", 20), pause_vpp=True)) == "peak_hours", "a paused lease asks for nothing"
    bench = Bench()
    bench.run(at(9))
    assert bench.opinion[1] is None, "discharging is not its business"


def test_a_departure_outranks_the_hours():
    laws = law_pass.LawPass("evse", config(smart_charge=section("smart_charge")))
    seen = at(9, promise=Promised(-6000), q_mode="unity")
    opinions, _ = laws.run(seen, None)
    assert combine(opinions, laws.safety_count, 7360).p_w == -6000
    seen.promise = None
    opinions, _ = laws.run(seen, None)
    assert combine(opinions, laws.safety_count, 7360).p_w == 0


def test_a_gateway_waits_and_tells():
    there = FakeSite(document(smart_charge={"delay_max_s": 20}), {"bus:lan": {1: charger_bank()}})
    there.ports.clock.ms = MONDAY_S * 1000
    there.run(8000)
    der = there.gateway.state.ders[0]
    assert der.p_set_w == 0 and der.why() == "idle: delay by chance (default asked charging 6.0 kW)"
    there.run(6000)
    assert der.p_set_w == -6000
    there.ports.clock.ms = (MONDAY_S + 9 * HOUR_S) * 1000
    there.run(500)
    assert der.p_set_w == 0 and "peak hours" in der.why()
    there.ports.clock.ms = 0
    there.run(12000)
    assert der.told[0][1] == ["clock_not_set"] and der.p_set_w == -6000
