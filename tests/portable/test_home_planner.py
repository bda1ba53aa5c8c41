"""The planner against exhaustive search on tiny cases; what its list looks like; that a slice at a time is the same.

Not its job: what a quarter-hour offers (test_home_quarters.py). Source: edge/household/planner.py.
"""
import json

from edge.household.planner import KEPT_STEPS, Planner, cut, leave, merge, terminal, value_at

SPAN_WH = 8


class Chance:
    """Small numbers that repeat on every runtime."""

    def __init__(self, seed):
        self._state = seed

    def below(self, count):
        """0 .. count - 1."""
        self._state = (self._state * 1103 + 12345) % 65521
        return self._state * count // 65521


def least_costs(quarters, terminal_cost):
    """Cost to go from each stored Wh, by trying every change in every quarter-hour, a Wh at a time."""
    costs = list(terminal_cost)
    for charging, discharging in reversed(quarters):
        # Dearest Wh last when charging, best paid first when discharging: any order of a convex cost.
        steps = {0: 0}
        total = 0
        for number, value in enumerate(sorted(charging)):
            total += value
            steps[number + 1] = total
        total = 0
        for number, value in enumerate(sorted(discharging, reverse=True)):
            total -= value
            steps[-number - 1] = total
        costs = [min([costs[e_wh + change] + steps[change] for change in steps if 0 <= e_wh + change <= SPAN_WH])
                 for e_wh in range(SPAN_WH + 1)]
    return costs


def single_wh(rows):
    """Each Wh of an offer on its own."""
    return [value for value, wh in rows for _ in range(wh)]


def test_the_plan_is_the_best_of_all_there_are():
    for seed in range(1, 60):
        chance = Chance(seed)
        offers = []
        for _ in range(1 + chance.below(5)):
            middle = chance.below(40) - 5
            charging = [(middle + chance.below(30), chance.below(3)) for _ in range(2)]
            discharging = [(middle - chance.below(30), chance.below(3)) for _ in range(2)]
            offers.append((charging, discharging))
        target_wh, promise, left = chance.below(SPAN_WH + 1), 500, chance.below(30)
        values, lengths_wh = terminal(SPAN_WH, target_wh, promise, left)
        worth = [0]
        for e_wh in range(SPAN_WH):
            worth.append(worth[-1] - (promise if e_wh < target_wh else left))
        expected = least_costs([(single_wh(up), single_wh(down)) for up, down in offers], worth)
        for charging, discharging in reversed(offers):
            merge(values, lengths_wh, charging + discharging)
            cut(values, lengths_wh, len(single_wh(charging)), len(single_wh(discharging)))
        got = [value for value, wh in zip(values, lengths_wh) for _ in range(wh)]
        assert got == [expected[e_wh] - expected[e_wh + 1] for e_wh in range(SPAN_WH)], seed


def test_the_list_falls_and_keeps_its_length():
    chance = Chance(7)
    values, lengths_wh = terminal(1000, 300, 900, 20)
    for _ in range(200):
        charge_wh, discharge_wh = chance.below(90), chance.below(90)
        merge(values, lengths_wh, [(60 + chance.below(30), charge_wh), (20 + chance.below(30), discharge_wh)])
        cut(values, lengths_wh, charge_wh, discharge_wh)
        assert sum(lengths_wh) == 1000 and min(lengths_wh) > 0
        assert [a for a, b in zip(values, values[1:]) if a <= b] == []
        assert len(values) <= 60, "equal values are one segment"


def test_value_below_and_above():
    values, lengths_wh = [9, 5, 2], [100, 50, 850]
    for e_wh, expected in ((-5, (9, 9)), (0, (9, 9)), (99, (9, 9)), (100, (9, 5)), (120, (5, 5)), (150, (5, 2)),
                           (999, (2, 2)), (1000, (2, 2)), (5000, (2, 2))):
        assert value_at(values, lengths_wh, e_wh) == expected, e_wh


def test_targets_beyond_the_battery_are_as_much_as_fits():
    assert terminal(100, 250, 9, 1) == ([9], [100])
    assert terminal(100, -3, 9, 1) == ([1], [100])


def quarters(number):
    """Cheap at 110, dear at 105."""
    price = 10 if number == 110 else 50 if number == 105 else 30
    return [(price + 2, 20), (price - 2, 10)], 20, 10


def test_slices_make_the_same_plan_and_the_old_one_holds_meanwhile():
    at_once, sliced = Planner(), Planner()
    assert at_once.value(100, 50) is None
    for planner in (at_once, sliced):
        planner.begin(100, 119, *terminal(200, 60, 900, 5))
    at_once.work(1000, quarters)
    count = 0
    while sliced.is_busy():
        sliced.work(1, quarters)
        count += 1
        kept = json.loads(json.dumps(sliced.dump()))
        sliced = Planner()
        sliced.load(kept)
    assert count == 20
    for number in range(99, 99 + KEPT_STEPS + 3):
        for e_wh in range(0, 200, 7):
            assert at_once.value(number, e_wh) == sliced.value(number, e_wh)
    at_once.begin(101, 119, *terminal(200, 0, 900, 5))
    assert at_once.value(101, 50) == sliced.value(101, 50), "the finished plan holds while the next is made"


def test_a_plan_of_one_quarter_hour_is_its_end():
    planner = Planner()
    planner.begin(100, 100, *terminal(200, 60, 900, 5))
    planner.work(1, quarters)
    assert not planner.is_busy() and planner.value(100, 59) == (900, 900) and planner.value(100, 61) == (5, 5)


def test_missing_energy_is_worth_the_cheapest_quarter_hour_that_is_left():
    def only_charging(number):
        return quarters(number)[0][:1], 20, 0

    planner = Planner()
    planner.begin(100, 114, *terminal(200, 60, 900, 5))
    planner.work(1000, only_charging)
    # 20 Wh fit into quarter-hour 110 at 12, the others cost 32.
    assert planner.value(100, 59)[1] == 12 and planner.value(100, 30)[1] == 32
    planner.begin(111, 114, *terminal(200, 60, 900, 5))
    planner.work(1000, only_charging)
    assert planner.value(111, 59)[1] == 32 and planner.value(111, -10)[1] == 32
    planner.begin(113, 114, *terminal(200, 60, 900, 5))
    planner.work(1000, only_charging)
    assert planner.value(113, 10)[1] == 900, "too late for all of it"


def test_going_back_over_a_departure():
    for target_wh, driven_wh, expected in ((0, 0, ([9, 5, 2], [100, 50, 850])),
                                           (0, 60, ([900, 9, 5, 2], [60, 100, 50, 790])),
                                           (120, 0, ([900, 5, 2], [120, 30, 850])),
                                           (120, 60, ([900, 9, 5, 2], [120, 40, 50, 790])),
                                           (5000, 60, ([900], [1000])), (0, 5000, ([900], [1000]))):
        values, lengths_wh = [9, 5, 2], [100, 50, 850]
        leave(values, lengths_wh, target_wh, driven_wh, 900)
        assert (values, lengths_wh) == expected, (target_wh, driven_wh, values, lengths_wh)


def test_what_is_driven_is_charged_where_it_is_cheapest_before_or_after():
    def only_charging(number):
        return quarters(number)[0][:1], 20, 0

    planner = Planner()
    # 30 Wh are driven after quarter-hour 107 and 60 Wh wanted at the end: cheap 110 lies beyond.
    planner.begin(100, 114, *terminal(200, 60, 900, 5), [107, 0, 30, 5000])
    planner.work(1000, only_charging)
    assert planner.value(100, 10)[1] == 32
    assert planner.value(100, 75)[1] == 12, "15 Wh are missing in the end: the cheap quarter-hour has room for them"
    planner.begin(107, 114, *terminal(200, 60, 900, 5), [107, 0, 30, 5000])
    planner.work(1000, only_charging)
    assert planner.value(107, 10)[1] == 5000, "too late to charge what is driven"
