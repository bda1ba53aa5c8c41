"""A vendor's own backup, watched: reserve, island point, circuits; and the law that silences everything meanwhile.

Source: edge/backup/autonomous.py, edge/laws/island.py.
"""

from edge import home_reasons as r
from edge.laws.island import island
from tests.portable.backup_bench import CHARGER, House, document
from tests.portable.law_bench import view

AUTO = {"mode": "autonomous", "reserve_pct": 40, "enter_service_delay_s": 5, "p_max_w": 4000}


class AutoHouse(House):
    """The charger islands by itself."""

    island = 0

    def _charger_values(self):
        values = House._charger_values(self)
        del values["form_state"]
        values["p_ac_w"] = self.load_w() if self.island else self.p_set_w
        if self.island is not None:
            values["island"] = self.island
        return values

    def _judge(self):
        """What happens to poles is the vendor's."""


def auto_house():
    """On the grid."""
    return AutoHouse(document(backup=AUTO, evse=[dict(CHARGER, profile="sim-v2h-auto")])).run(1)


def test_on_the_grid_it_only_sets_the_reserve():
    house = auto_house()
    assert house.orders.is_ready and house.orders.is_wanted and house.orders.reserve_pct == 40
    assert not house.orders.form and house.orders.circuits == 0x0FFF
    assert house.der.view.island == 0 and house.der.view.soc_min_pct == 40 and house.events == []


def test_islanded_it_silences_the_grid_and_sheds():
    house = auto_house()
    house.island = 1
    house.run(1)
    assert house.der.view.island == r.ISLANDED and (r.BACKUP_STATE, "backup", ["islanded"]) in house.events
    assert house.circuits & 4 == 0 and house.part.status(house.now_ms)["circuits_off"] == ["heater"]
    assert not house.orders.form and house.orders.close
    house.soc_pct = 23
    house.run(0.2)
    assert r.LOW_SOC in house.reasons()
    house.soc_pct = 19
    house.run(3)
    assert house.circuits & 7 == 0


def test_back_on_the_grid_the_vehicle_waits():
    house = auto_house()
    house.island = 1
    house.run(2)
    house.island = 0
    house.run(1)
    assert house.der.view.island == r.RETURN_DELAY and house.circuits & 7 == 7
    house.run(4.2)
    assert house.der.view.island == 0


def test_an_unknown_point_neither_begins_an_island_nor_ends_one():
    house = auto_house()
    house.island = None
    house.run(3)
    assert house.der.view.island == 0
    house.island = 1
    house.run(1)
    house.island = None
    house.run(3)
    assert house.der.view.island == r.ISLANDED


def test_a_declared_island_is_refused():
    house = auto_house()
    house.commands = [{"kind": "island", "on": True, "until_ms": 10**6}]
    house.run(1)
    assert (r.BACKUP_REFUSED, "backup", ["backup.mode is autonomous"]) in house.events


def test_a_keyframe_brings_it_back():
    house, other = auto_house(), auto_house()
    house.island = 1
    house.run(2)
    other.part.load(house.part.dump())
    assert other.part.dump() == house.part.dump() and other.seq.state == "islanded"


def test_the_law_leaves_nothing_in_an_island_and_everything_on_the_grid():
    assert island(view(), None, None) == (None, None)
    assert island(view(island=r.RETURNING), None, None) == ((0, 0, None, 0, r.RETURNING), None)
