"""A real gateway process takes a release over MQTT, proves it, or goes back to the one before.

On our own broker and on Mosquitto; with a charger that charges, so power has to be ramped to zero first.
Source: behaviour promised in ARCHITECTURE.md.
"""

import pytest

pytest.importorskip("cryptography")

from edge.version import VERSION
from host_sim.broker import mosquitto, start_broker
from protocols import refusals
from tests.sim.live_bench import OWNER, P_SET
from tests.sim.update_live import UpdateBench

ENOUGH_W = -300
HANGS, DIES, ALONE = "9.0.1", "9.0.2", "9.0.3"


@pytest.fixture(params=("own", "mosquitto"))
def bench(request, tmp_path):
    """An UpdateBench on each of the two brokers."""
    if request.param == "mosquitto" and not mosquitto.find():
        pytest.skip("mosquitto is not installed")
    with start_broker(own=request.param == "own") as broker, UpdateBench(tmp_path, broker) as bench:
        yield bench


@pytest.fixture
def own_bench(tmp_path):
    with start_broker(own=True) as broker, UpdateBench(tmp_path, broker) as bench:
        yield bench


def begin(bench, unready_s=None):
    bench.start_charger()
    bench.start_service(unready_s)
    bench.wait_status(lambda answer: answer["ders"][0]["p_set_w"] < ENOUGH_W)


def test_a_new_release_is_fetched_installed_and_confirmed(bench):
    begin(bench)
    code, outcome = bench.update("9.1.0", {}, "--wait", 0)
    assert (code, outcome["state"], outcome["version"]) == (0, "confirmed", "9.1.0"), outcome
    states = [content["state"] for content in bench.told("job")]
    order = [state for number, state in enumerate(states) if number == 0 or states[number - 1] != state]
    assert order == ["queued", "downloading", "verified", "applied", "confirmed"]
    progress = [content["progress_pct"] for content in bench.told("job") if content.get("progress_pct")]
    assert progress == sorted(progress) and all(pct % 10 == 0 for pct in progress) and len(progress) <= 12
    assert bench.record()["good"] == "9.1.0" and bench.record()["previous"] == VERSION
    assert bench.manager.started == [VERSION, "9.1.0"] and bench.manager.killed == 0
    assert "READY=1" in bench.manager.told and bench.manager.told.count("WATCHDOG=1") >= 2
    info = bench.wait_told("info", lambda content: content["fw"] == "9.1.0")
    assert info
    bench.wait_status(lambda answer: answer["ders"][0]["p_set_w"] < ENOUGH_W)     # it charges again
    # Power was at rest while it changed: the charger was given back before the new release began.
    code, outcome = bench.job("logs", "--out", bench.folder / "logs")
    assert code == 0 and b"release confirmed" in (bench.folder / "logs" / "gw-1-logs.txt").read_bytes()
    code, outcome = bench.update(VERSION, {})
    assert (code, outcome["state"], outcome["reason"]) == (1, "refused", refusals.DOWNGRADE)
    code, outcome = bench.job("restart", "--wait", 0)
    assert (code, outcome["state"]) == (0, "confirmed") and bench.manager.started == [VERSION, "9.1.0", "9.1.0"]
    bench.wait_status(lambda answer: answer["ders"][0]["p_set_w"] < ENOUGH_W)
    assert bench.manager.stop() == 0
    assert bench.registers(OWNER, 1) == [0] and bench.registers(P_SET, 1) == [0]
    words = [line for line in bench.manager.told if line.startswith("STATUS=stopping")]
    assert len(words) == 1 and "charging" in words[0] and "ramped to zero" in words[0]


def test_releases_that_die_hang_or_cut_themselves_off_are_rolled_back(own_bench):
    bench = own_bench
    begin(bench, {HANGS: 3})
    for version, changes, why in (
            (DIES, {"edge/gateway.py": (None, b"raise RuntimeError('broken')\n")}, "started 3 times in vain"),
            (HANGS, {"edge/main.py": (b"import asyncio", b"import asyncio\nimport time\ntime.sleep(3600)")}, "started 3 times in vain"),
            (ALONE, {"edge/link/vpp.py": (b"return vpp.host, vpp.port, None", b"return vpp.host, 9, None")}, "no connection")):
        code, outcome = bench.update(version, changes, "--wait", 0)
        assert (code, outcome["state"], outcome["reason"]) == (1, "rolled_back", refusals.UNHEALTHY), outcome
        assert why in outcome["words"] and outcome["version"] == VERSION
        assert bench.record()["good"] == VERSION and bench.record()["trial"] is None
        bench.wait_status(lambda answer: answer["ders"][0]["p_set_w"] < ENOUGH_W)
    assert bench.manager.started == [VERSION] + [DIES] * 3 + [VERSION] + [HANGS] * 3 + [VERSION, ALONE, VERSION]
    assert bench.manager.killed == 3
    assert sorted(path.name for path in (bench.root / "releases").iterdir()) in ([VERSION], [VERSION, ALONE])
    assert bench.manager.stop() == 0


def test_bundles_that_must_not_come_in_change_nothing(own_bench):
    bench = own_bench
    begin(bench)
    good = bench.key
    bench.key = type(bench)._other_key()
    path = bench.folder / "foreign.v2g"
    path.write_bytes(bench.bundle("9.2.0", {}))
    bench.key = good
    code, outcome = bench.job("update", "--bundle", path, "--wait", 0)
    assert (code, outcome["state"], outcome["reason"]) == (1, "refused", refusals.BAD_SIGNATURE)
    assert bench.manager.started == [VERSION] and bench.status()["ders"][0]["p_set_w"] < ENOUGH_W
