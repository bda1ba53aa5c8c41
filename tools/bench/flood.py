"""How punctual the control loop is while broker, page and proxy are flooded, and while they are not, in the same run.

Not its job: whether what comes is refused (tests/fault/test_attacks_*), the attackers (flood_attackers.py).
Source: ours. The gateway is `v2g run` in a process of its own at 10 Hz. The charger notes when its control-critical block is
asked for, which is the first a tick does; a tick's lateness is counted from the grid of 100 ms that the earliest ticks lie on.
"""

import asyncio
import pathlib
import subprocess
import sys
import tempfile
import time

from host_sim.live.site_files import free_port, toml
from tools.bench import live, secure_broker
from tools.bench.live_station import Station

SETTLE_S = 1
CALM, FLOOD = "tick_late_calm_ms", "tick_late_flood_ms"


def measure(duration_s=8.0):
    """{"tick_late_calm_ms", "tick_late_flood_ms": {"p50", "p99", "n"}, "flood_1_s": {kind: what came a second}}.

    duration_s: of both halves together. RuntimeError when the gateway does not do its job.
    """
    return asyncio.run(_measure(duration_s / 2))


async def _measure(half_s):
    with tempfile.TemporaryDirectory(prefix="v2g-flood-") as folder:
        broker, ca_file = secure_broker.start(folder)
        station = Station()
        asked = _watch(station.device.bank)
        gateway, attackers = None, []
        try:
            await station.start()
            document = _document(station.port, broker, ca_file)
            site = pathlib.Path(folder) / "site.toml"
            site.write_text(toml(document), encoding="utf-8")
            gateway = subprocess.Popen([sys.executable, "-m", "tools.cli", "run", str(site), "--store", folder + "/store"],
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            await live._until_in_control(station, gateway)
            calm = await _late_ms(asked, half_s)
            attackers = _attackers(document, broker, ca_file)
            await asyncio.sleep(SETTLE_S)
            flooded = await _late_ms(asked, half_s)
            return {CALM: calm, FLOOD: flooded, "flood_1_s": _ended(attackers)}
        finally:
            for process in attackers + ([gateway] if gateway else []):
                process.terminate()
                await asyncio.to_thread(process.wait)
            await station.stop()
            broker.stop()


def _document(port, broker, ca_file):
    """The site of the live bench with everything open that can be flooded, and a key for each signature."""
    document = live._document(port, broker, ca_file)
    document["vpp"].update({name: "%0768x" % (2 ** 3071 + 1) for name in ("config_key", "installer_key", "update_key")})
    document["page"] = {"port": free_port()}
    document["bus"][0]["proxy_port"] = free_port()
    return document


def _watch(bank):
    """{address: [when it was asked for, s]}, filled from now on."""
    asked, read = {}, bank.read

    def watched(function, address, count):
        asked.setdefault(address, []).append(time.perf_counter())
        return read(function, address, count)

    bank.read = watched
    return asked


async def _late_ms(asked, duration_s):
    asked.clear()
    await asyncio.sleep(duration_s)
    times_s = max(asked.values(), key=len)
    period_s = live.TICK_MS / 1000
    # Phases on the grid; the earliest hundredth, not the earliest, so that one odd tick does not shift all of them.
    begin_s = times_s[0] - period_s / 2
    phases_s = [(at_s - begin_s) % period_s for at_s in times_s]
    first_s = sorted(phases_s)[len(phases_s) // 100]
    return live._percentiles([max(0.0, phase_s - first_s) * 1000 for phase_s in phases_s])


def _attackers(document, broker, ca_file):
    places = (("broker", broker.host, broker.port, live.GATEWAY) + ((ca_file,) if ca_file else ()),
              ("page", "127.0.0.1", document["page"]["port"]), ("proxy", "127.0.0.1", document["bus"][0]["proxy_port"]))
    return [subprocess.Popen([sys.executable, "-m", "tools.bench.flood_attackers"] + [str(word) for word in place],
                             stdout=subprocess.PIPE, text=True) for place in places]


def _ended(attackers):
    """{kind: what it did a second, in the middle}."""
    found = {}
    for process in attackers:
        process.terminate()
        counts = sorted(int(line) for line in process.stdout.read().split())
        found[process.args[3]] = counts[len(counts) // 2] if counts else 0
    return found
