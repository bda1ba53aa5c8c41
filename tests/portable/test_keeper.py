"""What looks after the loop: feeds only while ticks go on and decisions are numbers; judges a release, or waits.

Not its job: sockets (unit/test_service), real processes (sim/test_update_live). Source: edge/keeper.py, edge/update/health.py.
"""

from edge import limiter, slots
from edge.keeper import SICK_MS, Keeper
from edge.update import rest
from edge.update.health import TICKS
from tests.portable import fake_site

CONFIRM_S = 60
VPP = {"enabled": True, "host": "broker", "tls": False, "key": fake_site.KEY_HEX}


class Service:
    """A service manager that writes down what it is told."""

    def __init__(self, feed_ms=3000):
        self.feed_ms = feed_ms
        self.told = []

    def ready(self, text):
        self.told.append("ready")

    def alive(self):
        self.told.append("alive")

    def stopping(self, text):
        self.told.append(text)


class Releases:
    """The record of releases, in memory."""

    running = "9.0.0"

    def __init__(self, needs, has_way_back=True):
        record = slots.confirm(slots.stage(None, "1.0.0")) if has_way_back else None
        self.record = slots.stage(record, "9.0.0", needs)
        self.is_writable = True

    def is_on_trial(self):
        return self.record["trial"] == self.running

    def confirm(self):
        self._write()
        self.record = slots.confirm(self.record)

    def fail(self, why):
        self._write()
        self.record = slots.fail(self.record, why)

    def _write(self):
        if not self.is_writable:
            raise OSError(28, "No space left on device")


def site(**sections):
    return fake_site.FakeSite(fake_site.document(vpp=VPP, **sections), {"bus:lan": {1: fake_site.charger_bank()}})


def run(bench, keeper, duration_ms):
    """Let time pass; whether the keeper wants a stop."""
    end_ms = bench.now_ms + duration_ms
    while bench.now_ms < end_ms:
        bench.run(100)
        if keeper.on_turn(bench.now_ms):
            return True
    return False


def test_the_watchdog_is_fed_while_ticks_go_on():
    bench, service = site(), Service()
    keeper = Keeper(bench.gateway, service, None, CONFIRM_S)
    keeper.on_turn(0)
    assert service.told == []           # no tick yet
    run(bench, keeper, 30000)
    assert service.told[0] == "ready" and service.told.count("ready") == 1
    assert 9 <= service.told.count("alive") <= 11
    before = len(service.told)
    for now_ms in range(30000, 90000, 100):     # the loop turns, the gateway does not
        keeper.on_turn(now_ms)
    assert len(service.told) <= before + 1


def test_decisions_that_are_no_numbers_starve_it():
    bench, service = site(), Service()
    keeper = Keeper(bench.gateway, service, None, CONFIRM_S)
    run(bench, keeper, 10000)
    before = len(service.told)
    real_on_turn = keeper.on_turn

    def sick(now_ms):
        bench.gateway.state.ders[0].limiter_reason = limiter.NOT_FINITE
        return real_on_turn(now_ms)

    keeper.on_turn = sick
    run(bench, keeper, 60000)
    assert len(service.told) - before <= SICK_MS // service.feed_ms + 1
    keeper.on_turn = real_on_turn
    before = len(service.told)
    run(bench, keeper, 10000)
    assert len(service.told) - before >= 3


def test_a_manager_without_a_watchdog_is_told_that_it_runs_and_that_it_stops():
    bench, service = site(), Service(None)
    keeper = Keeper(bench.gateway, service, None, CONFIRM_S)
    run(bench, keeper, 15000)
    assert service.told == ["ready"]
    keeper.stopping()
    assert "charging" in service.told[1] and "ramped to zero" in service.told[1]


def test_a_healthy_release_is_confirmed_after_its_ticks():
    bench = site()
    releases = Releases({"online": True, "ders": ["evse1"]})
    keeper = Keeper(bench.gateway, None, releases, CONFIRM_S)
    assert not run(bench, keeper, TICKS * 100 - 2000)
    assert releases.is_on_trial()
    assert not run(bench, keeper, 5000)
    assert releases.record["good"] == "9.0.0" and not releases.is_on_trial()
    assert [line for line in bench.ports.lines if "release confirmed" in line]
    assert not run(bench, keeper, 2 * CONFIRM_S * 1000)


def test_a_charger_that_was_read_before_has_to_be_read_again():
    for ders, gives_up in ((["evse1"], True), ([], False), (["gone"], False)):
        bench = site()
        bench.is_silent = True
        releases = Releases({"online": True, "ders": ders})
        keeper = Keeper(bench.gateway, None, releases, CONFIRM_S)
        assert run(bench, keeper, CONFIRM_S * 1000 + 3000) is gives_up
        if gives_up:
            assert releases.record["good"] == "1.0.0" and releases.record["failed"] == ["9.0.0", "not read: evse1"]
        else:
            assert releases.record["good"] == "9.0.0"


def test_a_broker_that_was_there_before_has_to_be_there_again():
    # what was noted, whether a release without notes may do without it
    for needs, gives_up in (({"online": True, "ders": []}, True), ({"online": False, "ders": []}, False), (None, False)):
        bench = site()
        bench._broker = lambda data, link="vpp": None       # takes everything, answers nothing
        releases = Releases(needs)
        keeper = Keeper(bench.gateway, None, releases, CONFIRM_S)
        assert run(bench, keeper, CONFIRM_S * 1000 - 5000) is False
        assert releases.is_on_trial() is (needs is None or needs["online"])
        assert run(bench, keeper, 10000) is gives_up, needs
        if gives_up:
            assert "broker" in releases.record["failed"][1]
        else:
            assert releases.record["good"] == "9.0.0"


def test_it_gives_nothing_up_while_the_house_hangs_on_it():
    bench = site()
    bench.is_silent = True
    releases = Releases({"online": True, "ders": ["evse1"]})
    keeper = Keeper(bench.gateway, None, releases, CONFIRM_S)
    island, of = [True], rest.of
    rest.of = lambda state: rest.BARRED if island else of(state)
    try:
        assert not run(bench, keeper, 2 * CONFIRM_S * 1000) and releases.is_on_trial()
        island.clear()
        assert run(bench, keeper, 3000) and releases.record["good"] == "1.0.0"
    finally:
        rest.of = of


def test_without_a_way_back_it_waits_until_it_is_healthy():
    bench = site()
    bench.is_silent = True
    releases = Releases(None, False)
    keeper = Keeper(bench.gateway, None, releases, CONFIRM_S)
    assert not run(bench, keeper, 3 * CONFIRM_S * 1000) and releases.is_on_trial()
    bench.is_silent = False
    assert not run(bench, keeper, 60000) and releases.record["good"] == "9.0.0"


def test_a_record_that_cannot_be_written_is_tried_again():
    bench = site()
    releases = Releases({"online": True, "ders": []})
    releases.is_writable = False
    keeper = Keeper(bench.gateway, None, releases, CONFIRM_S)
    assert not run(bench, keeper, 20000) and releases.is_on_trial()
    releases.is_writable = True
    assert not run(bench, keeper, 3000) and releases.record["good"] == "9.0.0"


def test_no_restart_leaves_an_island_in_the_dark():
    bench = site()
    bench.run(500)
    gateway = bench.gateway
    assert not gateway._is_island()
    gateway.state.ders[0].view.island = True
    assert gateway._is_island()
    gateway.vpp.is_restart_due = gateway._is_island = lambda: True
    bench.run(1000)
    assert not gateway.state.commitments.is_stopping
    gateway._is_island = lambda: False
    bench.run(1000)
    assert gateway.state.commitments.is_stopping
