"""Store and forward in the virtual world: what was promised arrives once, live data are not held up, what is lost is told."""

import errno

import pytest

from protocols.mqtt.session import SILENT_MS
from tests.fault.history_bench import DEVICE, GATEWAY, Bench

FLUSH_MS = 10000        # history.flush_s
# A power cut may cost what is younger: not written yet, or with a broker that has been mute for less than SILENT_MS.
PROMISED_MS = max(FLUSH_MS, SILENT_MS) + 1000
LIVE_MS = 2000


def drained(bench, longest_s=3600):
    """Lets time pass until everything is delivered; seconds it took."""
    for second in range(longest_s):
        if bench.is_delivered():
            return second
        bench.run(1)
    raise AssertionError("not delivered: %s" % bench.store.names("hist"))


def judge(bench, young_ms=0):
    """Every record once, as it was made; nothing that was never made."""
    assert bench.missing(young_ms=young_ms) == []
    for key, (_, _, record) in bench.host.arrived.items():
        made = bench.made[key][1]
        assert {name: value for name, value in record.items() if value is not None and name in made} == {
            name: value for name, value in made.items() if value is not None}, key


def slowest_live_ms(bench, from_ms, to_ms):
    """Delay of what was made in between."""
    return max([bench.host.arrived[key][0] - made_ms for key, (made_ms, _) in bench.made.items() if from_ms < made_ms <= to_ms])


def test_an_hour_without_a_broker_with_restarts_and_power_cuts():
    bench = Bench(seed=3)
    bench.run(60)
    bench.wire.cut(True)
    for minutes, interrupt in ((11, bench.crash), (17, bench.restart), (9, bench.crash), (14, bench.crash), (9, None)):
        bench.run(60 * minutes)
        if interrupt:
            interrupt()
    made_away = len(bench.made) - len(bench.host.arrived)
    bench.wire.cut(False)
    reconnected_ms = bench.heap.now_ms + 31000      # the longest back-off
    took_s = drained(bench)
    delivered_ms = bench.heap.now_ms
    bench.run(30)
    judge(bench, PROMISED_MS)
    assert made_away > 10000 and 300 < took_s < 1200, (made_away, took_s)
    assert slowest_live_ms(bench, reconnected_ms, delivered_ms) <= LIVE_MS
    assert bench.store.names("hist-") == [] and bench.host.history.told_lost == {}
    # The host computes the score of the whole hour as if it had been there.
    for (boot, _), scores in bench.host.scorebook.scores(GATEWAY, DEVICE, (3000, 3000), 50.0, 5).items():
        assert scores.missing == 0 and scores.delivery.within_share > 0.95, (boot, scores)


def test_a_clean_restart_loses_nothing_at_all():
    for is_away in (False, True):
        bench = Bench(seed=4)
        bench.run(40)
        bench.wire.cut(is_away)
        bench.run(25.3)
        bench.restart()
        bench.run(40)
        bench.wire.cut(False)
        bench.run(40)
        drained(bench)
        bench.run(5)
        judge(bench)
        assert bench.node.starts == 2 and len({boot for boot, _, _ in bench.made}) == 2


@pytest.mark.parametrize("seed", range(12))
def test_power_cuts_at_any_moment_of_outages_and_drains(seed):
    bench = Bench(seed=seed, history={"drain_bytes_s": 2048})
    for turn in range(5):
        bench.run(17 + (seed * 7 + turn * 13) % 23)
        bench.wire.cut(turn % 2 == 0)
        bench.run(3 + (seed * 5 + turn * 11) % 31 + seed / 100)
        bench.crash()
    bench.run(5)
    bench.wire.cut(False)
    drained(bench)
    bench.run(20)
    judge(bench, PROMISED_MS)


def test_a_mute_broker_costs_nothing_and_a_power_cut_then_only_the_last_seconds():
    for is_cut in (False, True):
        bench = Bench(seed=5)
        bench.run(60)
        bench.wire.is_mute = True
        bench.run(27)
        if is_cut:
            bench.crash()
        bench.run(60)
        bench.wire.is_mute = False
        drained(bench)
        bench.run(40)
        judge(bench, PROMISED_MS if is_cut else 0)


def test_live_data_are_in_time_on_a_slow_line_too():
    """12 KiB/s carry a service (3 KiB/s) and two batches on their way; the drain takes what is left."""
    bench = Bench(seed=10)
    bench.wire.bytes_per_s = 12288
    bench.run(60)
    bench.wire.cut(True)
    bench.run(120)
    bench.wire.cut(False)
    bench.run(31)
    from_ms = bench.heap.now_ms
    assert drained(bench) > 5
    to_ms = bench.heap.now_ms
    bench.run(5)
    judge(bench)
    assert slowest_live_ms(bench, from_ms, to_ms) <= LIVE_MS


def test_what_comes_twice_is_counted_once():
    bench = Bench(seed=6)
    bench.run(60)
    back, bench.wire.back = bench.wire.back, lambda *arguments: None      # acknowledgements are lost, messages are not
    bench.run(30)
    bench.wire.cut(True)
    bench.run(1)
    bench.wire.cut(False)
    bench.wire.back = back
    bench.run(60)
    drained(bench)
    judge(bench)
    assert bench.host.history.doubles > 30
    assert bench.host.history.gaps(GATEWAY) == {}


def test_a_full_ring_gives_up_the_oldest_and_tells_how_many():
    bench = Bench(seed=7, history={"kept_bytes": 65536})
    bench.run(60)
    bench.wire.cut(True)
    bench.run(300)
    bench.wire.cut(False)
    bench.run(31)
    drained(bench)
    bench.run(5)
    missing = bench.missing()
    assert len(missing) > 300
    assert bench.host.history.told_lost == {GATEWAY: len(missing)}
    assert sum(bench.host.history.gaps(GATEWAY).values()) == len(missing)
    newest_lost_ms = max([bench.made[key][0] for key in missing])
    oldest_kept_ms = min([made_ms for key, (made_ms, _) in bench.made.items() if made_ms > 65000 and key in bench.host.arrived])
    assert oldest_kept_ms > newest_lost_ms - 5000, "the oldest first"
    assert any("E490" in line for line in bench.node.ports.lines)


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EROFS])
def test_a_disk_that_takes_nothing_more_keeps_what_it_has_and_is_told(code):
    bench = Bench(seed=8)
    bench.run(60)
    bench.wire.cut(True)
    bench.run(60)
    bench.store.files.refuse = lambda number, word: code if word.startswith(("write", "create", "fsync")) else None
    bench.run(15)           # of this all fits into memory
    bench.wire.cut(False)
    drained(bench)
    bench.run(5)
    judge(bench)
    assert [line for line in bench.node.ports.lines if "history" in line]


def test_a_disk_that_takes_nothing_for_long_is_told_as_a_loss():
    bench = Bench(seed=9)
    bench.run(60)
    bench.wire.cut(True)
    bench.store.files.refuse = lambda number, word: errno.EROFS
    bench.run(200)
    bench.wire.cut(False)
    drained(bench)
    bench.run(5)
    missing = bench.missing()
    assert missing and bench.host.history.told_lost == {GATEWAY: len(missing)}


def test_a_gateway_with_a_broker_keeps_nothing():
    bench = Bench(seed=1, has_service=False, telemetry_s=10)
    bench.run(120)
    assert bench.is_delivered() and bench.store.names("hist-") == []
    judge(bench)
