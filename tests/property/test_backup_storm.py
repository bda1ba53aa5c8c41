"""Anything may fail in any order: the house is never fed back, never closed onto an island, and heals when all is well again.

The bench judges every 10 ms (tests/portable/backup_bench.py); its charger has no timer of its own, so that nothing but the
sequence ends an island. Source: ours, safety phase and heal phase.
"""

import random

import pytest

from tests.portable.backup_bench import House

POINTS = (
    "open_a", "open_n", "series_open", "grid_a_v", "grid_b_v", "grid_f_hz", "load_v", "load_w", "bond_closed", "circuits_on",
    "form_state", "v_an_v", "p_ac_w", "soc_pct", "is_enabled",
)
WAITS_S = (0.05, 0.1, 0.3, 1, 2, 5, 12)


def press(house):
    """The button on site."""
    house.reset_button = 1
    house.run(0.3)
    house.reset_button = 0


def plug(house, is_there):
    """A vehicle comes or goes."""
    house.der.view.plugged, house.der.view.state = is_there, "connected" if is_there else "no_vehicle"


def lie(house, chance):
    """A contact says the same whatever is true, or the truth again."""
    contactor = chance.choice([house.poles["a"], house.poles["n"], house.bond])
    contactor.lie = chance.choice((True, False, None))


HAPPENINGS = (
    lambda house, chance: setattr(house, "grid_v", [chance.choice((230.0, 230.0, 200.0, 260.0, 100.0))] * 3),
    lambda house, chance: setattr(house, "grid_v", [0.0, 0.0, 0.0]),
    lambda house, chance: setattr(house, "grid_v", [0.0, 0.0, 0.0]),
    lambda house, chance: house.silent.add(chance.choice(("switch", "charger"))),
    lambda house, chance: house.silent.clear(),
    lambda house, chance: house.missing.add(chance.choice(POINTS)),
    lambda house, chance: house.missing.clear(),
    lambda house, chance: house.restart(chance.choice((0.1, 0.5, 2))),
    lambda house, chance: press(house),
    lambda house, chance: house.loads_w.update({1: chance.choice((500, 2800, 9000))}),
    lambda house, chance: setattr(house, "soc_pct", chance.choice((80, 22, 20, 19, 80))),
    lambda house, chance: setattr(house.der.view, "observe", chance.random() < 0.3),
    lambda house, chance: plug(house, chance.random() < 0.7),
    lambda house, chance: house.commands.append(
        {"kind": "island", "on": chance.random() < 0.7, "until_ms": house.now_ms + chance.randrange(60000)}),
    lambda house, chance: setattr(house, "is_enabled", int(chance.random() < 0.8)),
    lambda house, chance: setattr(house, "i_fault_v", chance.choice((None, None, 10.0, 180.0))),
)


def storm(seed, happenings):
    """A house to which much has happened."""
    chance = random.Random(seed)
    house = House()
    for _ in range(chance.randrange(20, 60)):
        chance.choice(happenings)(house, chance)
        house.run(chance.choice(WAITS_S))
    return house


@pytest.mark.parametrize("first_seed", range(0, 60, 10))
def test_whatever_fails_nothing_is_fed_back_and_all_heals(first_seed):
    for seed in range(first_seed, first_seed + 10):
        house = storm(seed, HAPPENINGS)
        house.silent.clear()
        house.missing.clear()
        house.is_enabled, house.i_fault_v, house.soc_pct = 1, None, 80
        house.der.view.observe = False
        plug(house, True)
        house.grid_v = [230.0, 230.0, 230.0]
        house.run(0.3)
        press(house)
        house.run(100)
        assert house.seq.state == "on_grid", (seed, house.told[-6:])


@pytest.mark.parametrize("first_seed", range(1000, 1030, 10))
def test_the_same_while_contacts_lie(first_seed):
    for seed in range(first_seed, first_seed + 10):
        house = storm(seed, HAPPENINGS + (lie, lie))     # which judges itself at every step
        assert house.form_v <= 50 or not house.is_path_closed("a"), (seed, house.told[-6:])
