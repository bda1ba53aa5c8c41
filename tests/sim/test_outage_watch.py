"""The watch sees what it is there for: gateways that are wrong on purpose, on hardware that trusts them."""

from edge.backup import backup
from edge.backup.orders import Orders
from host_sim.outage.bench import OutageBench
from host_sim.outage.scenario import Plan
from host_sim.outage.watch import BACKFEED, CLOSED_LIVE, EV_EARLY, NO_BOND, TWO_BONDS
from host_sim.plant.house.grid_source import STUB_S

OFF_MS = 8000
RELAYS = 0xFFF


class WrongBackup:
    """Orders by the clock, without asking what is there. rows: (from_ms, close, bond, form); idle_until_ms: no power of the
    vehicle before."""

    def __init__(self, config, rows, idle_until_ms):
        self._idle_until_ms = idle_until_ms
        self.orders = Orders()
        self.orders.is_ready = self.orders.is_wanted = self.orders.may_refresh = True
        self.orders.circuits = RELAYS
        self._rows = rows

    def step(self, state, now_ms, snapshot, events):
        orders = self.orders
        for from_ms, close, bond, form in self._rows:
            if now_ms >= from_ms:
                orders.close, orders.bond, orders.form = close, bond, form
        orders.form_v_v = 230 if orders.form else 0
        for der in state.ders:
            is_idle = not orders.close or orders.form or OFF_MS < now_ms < self._idle_until_ms
            der.view.island = 351 if is_idle else 0

    def take(self, state, now_ms, command, events):
        pass

    def kept(self):
        return []

    def dump(self):
        return []

    def load(self, content):
        pass


def kinds(monkeypatch, rows, *, has_interlocks, idle_until_ms=0, sabotage=lambda bench: None):
    """Kinds of violation found when a gateway orders these rows."""
    monkeypatch.setattr(backup, "make", lambda config: WrongBackup(config, rows, idle_until_ms))
    plan = Plan("none", 3)
    plan.loss_ms, plan.back_ms, plan.end_ms = 4000, 16000, 40000
    plan.rows = [(0, (1, 1, 1), 50.0), (4000, (0, 0, 0), 50.0), (16000, (1, 1, 1), 50.0)]
    plan.earthing, plan.neutral_switched, plan.bond = "TN-S", True, True
    plan.dead_s, plan.p_default_w, plan.enter_service_ms = STUB_S, -3000, 8000
    plan.events = []
    bench = OutageBench(plan, has_interlocks=has_interlocks)
    sabotage(bench)
    bench.run()
    assert bench.watch.count == len(bench.watch.violations)
    return {kind for _, kind in bench.watch.violations}


GOOD = ((0, True, False, False), (5500, False, False, False), (6500, False, True, True), (20000, False, True, False),
        (21000, False, False, False), (22000, True, False, False))


def changed(at, row):
    return GOOD[:at] + (row,) + GOOD[at + 1:]


def test_a_right_order_of_things_violates_nothing_but_the_delay_nobody_keeps(monkeypatch):
    assert kinds(monkeypatch, GOOD, has_interlocks=True) == {EV_EARLY}
    assert kinds(monkeypatch, GOOD, has_interlocks=True, idle_until_ms=31000) == set()


def test_forming_without_opening_feeds_back(monkeypatch):
    rows = changed(1, (5500, True, False, False))[:2] + ((6500, True, True, True),)
    assert BACKFEED in kinds(monkeypatch, rows, has_interlocks=False)
    assert BACKFEED not in kinds(monkeypatch, rows, has_interlocks=True), "the wire to the inverter holds it"


def test_forming_through_a_welded_pole_feeds_back(monkeypatch):
    def weld(bench):
        for name, pole in (("main", "a"), ("series", "series")):
            bench.contactor(name).weld(pole)
            bench.contactor(name).lies[pole] = True
    assert BACKFEED in kinds(monkeypatch, GOOD, has_interlocks=True, sabotage=weld), "no wire sees contacts that lie"


def test_a_welded_neutral_counts_as_a_pole(monkeypatch):
    def weld(bench):
        bench.contactor("main").weld("n")
        bench.contactor("series").weld("series")
    assert BACKFEED in kinds(monkeypatch, GOOD, has_interlocks=False, sabotage=weld)


def test_closing_onto_the_island_is_seen_and_the_relay_prevents_it(monkeypatch):
    rows = GOOD[:3] + ((18000, True, True, True),)
    assert CLOSED_LIVE in kinds(monkeypatch, rows, has_interlocks=False)
    assert CLOSED_LIVE not in kinds(monkeypatch, rows, has_interlocks=True)


def test_power_before_the_delay_is_seen(monkeypatch):
    assert EV_EARLY in kinds(monkeypatch, GOOD, has_interlocks=True)


def test_the_bond_is_watched_both_ways(monkeypatch):
    assert NO_BOND in kinds(monkeypatch, changed(2, (6500, False, False, True)), has_interlocks=True)
    assert TWO_BONDS in kinds(monkeypatch, changed(4, (21000, False, True, False))[:5] + ((22000, True, True, False),),
                              has_interlocks=True)


def test_a_grid_that_was_lost_is_waited_for_also_where_no_switch_moved(monkeypatch):
    assert kinds(monkeypatch, GOOD[:1], has_interlocks=True) == {EV_EARLY}
    assert kinds(monkeypatch, GOOD[:1], has_interlocks=True, idle_until_ms=25000) == set()


def test_a_pole_welded_behind_the_open_series_contactor_is_counted_for_itself():
    for lies, is_counted in ((True, True), (False, False)):
        plan = Plan("none", 3)
        plan.earthing, plan.neutral_switched, plan.bond = "TN-S", True, True
        plan.events = [(0, "weld", "main", "a")] + [(plan.loss_ms + 20, "lie", "main", "a", True)] * lies
        plan.end_ms = plan.loss_ms + 5000
        bench = OutageBench(plan)
        bench.run()
        assert bench.watch.count == 0 and (bench.watch.one_gap_ms > 1000) is is_counted
