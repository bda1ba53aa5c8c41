"""One gateway process live: how soon it reacts to the grid, how soon it acknowledges commands, how much memory it takes.

Not its job: the charger (live_station.py), the commands (live_commands.py), the broker (secure_broker.py).
Source: ours. The gateway is `v2g run` in a process of its own, 10 Hz, on real sockets; charger and clock are in this
process, so that step and register change are timed by one clock. Steps come at random moments within a tick.
"""

import asyncio
import pathlib
import random
import subprocess
import sys
import tempfile
import time

from host_sim.live.site_files import free_port, toml
from tools.bench import secure_broker
from tools.bench.live_commands import Commands
from tools.bench.live_station import PROFILE, UNIT, Station

GATEWAY = "gw-bench"
KEY = bytes(range(16))
TICK_MS = 100
PATIENCE_S = 5
START_S = 20
SERVICE, CONTRACT_W = "gb-dc", 4000
SERVICE_SHARE = 1 / 3   # of the time, for steps of the frequency under a contract
QUIET_S = 0.25          # without a change the answer to the last step is complete


def measure(duration_s=20.0):
    """{"reaction_ms", "command_ack_ms", "frequency_first_ms", "frequency_delivered_ms": {"p50", "p99", "n"}, "rss_mb",
    "rss", "broker"} of one gateway.

    duration_s: age of the process at which its memory is read; the samples are taken until then. reaction_ms also
    holds meter_window_ms of the charger; rss: {"after_s", "tls"}; rss_mb is None where /proc does not tell it.
    Raises RuntimeError when the gateway does not do its job.
    """
    return asyncio.run(_measure(duration_s))


async def _measure(duration_s):
    with tempfile.TemporaryDirectory(prefix="v2g-bench-") as folder:
        broker, ca_file = secure_broker.start(folder)
        station = Station()
        gateway = commands = None
        try:
            await station.start()
            gateway = _start_gateway(pathlib.Path(folder), station, broker, ca_file)
            started_s = time.monotonic()
            commands = Commands(broker, ca_file, GATEWAY, KEY)
            await _until_in_control(station, gateway)
            reactions, acks = await _samples(station, commands, started_s + duration_s * (1 - SERVICE_SHARE))
            firsts, delivered = await _frequency_samples(station, commands, started_s + duration_s)
            return {
                "reaction_ms": {**_percentiles(reactions), "meter_window_ms": station.profile["dynamics"]["meter_window_ms"]},
                "command_ack_ms": _percentiles(acks),
                "frequency_first_ms": _percentiles(firsts),
                "frequency_delivered_ms": _percentiles(delivered),
                "rss_mb": _rss_mb(gateway.pid),
                "rss": {"after_s": round(time.monotonic() - started_s), "tls": ca_file is not None},
                "broker": broker.kind,
            }
        except TimeoutError as error:
            raise RuntimeError("the gateway of the live bench did not answer within %d s" % PATIENCE_S) from error
        finally:
            if commands:
                commands.close()
            if gateway:
                gateway.terminate()
                await asyncio.to_thread(gateway.wait)
            await station.stop()
            broker.stop()


def _start_gateway(folder, station, broker, ca_file):
    site = folder / "site.toml"
    site.write_text(toml(_document(station.port, broker, ca_file)), encoding="utf-8")
    command = [sys.executable, "-m", "tools.cli", "run", str(site), "--store", str(folder / "store")]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL)


def _document(port, broker, ca_file):
    """A site with WAPE as owner of Q, and no wish for watts, which would still be ramping up after ten seconds. The
    filter is as short as the loop gain of an ideal grid allows and the slope small, so that every step is answered in
    full within a few ticks: neither changes when the first answer comes."""
    vpp = {"enabled": True, "host": broker.host, "port": broker.port, "tls": ca_file is not None, "key": KEY.hex()}
    if ca_file:
        vpp["ca_file"] = ca_file
    return {
        "gateway": {"id": GATEWAY, "mode": "control", "tick_ms": TICK_MS},
        "vpp": vpp,
        "local": {"query_port": free_port()},
        "grid": {"q_mode": "wape"},
        "control": {"p_default_w": 0, "ramp_var_s": 50000},
        "wape": {"enabled": True, "tau_s": 0.1, "loop_gain": 0.2, "kq_var_per_v": 20},
        "service": {"enabled": True},
        "bus": [{"name": "lan", "host": "127.0.0.1", "port": port}],
        "evse": [{"name": "evse1", "profile": PROFILE, "bus": "lan", "unit": UNIT, "p_charge_max_w": 6000,
                  "p_discharge_max_w": 6000, "s_max_va": 7360, "v2g_consent": True}],
    }


async def _until_in_control(station, gateway):
    """Waits until the gateway has taken the charger and answers its voltage with vars."""
    deadline_s = time.monotonic() + START_S
    while not station.setpoint[1]:
        if gateway.poll() is not None or time.monotonic() > deadline_s:
            raise RuntimeError("the gateway of the live bench does not take its charger")
        await asyncio.sleep(0.05)


async def _samples(station, commands, end_s):
    """(reactions ms, acknowledgements ms), taken in turn until end_s of the monotonic clock."""
    reactions, acks = [], []
    while not acks or time.monotonic() < end_s:
        await station.quiet(QUIET_S)
        await asyncio.sleep(random.uniform(0, TICK_MS / 1000))
        reactions.append(await station.reaction_ms(PATIENCE_S))
        await asyncio.sleep(random.uniform(0, TICK_MS / 1000))
        acks.append(await commands.ack_ms(PATIENCE_S))
    return reactions, acks


async def _frequency_samples(station, commands, end_s):
    """(ms to the first change, ms to 90 % delivered) of steps of the frequency under a contract, until end_s."""
    firsts, delivered = [], []
    await commands.contract(SERVICE, CONTRACT_W, PATIENCE_S)
    while not firsts or time.monotonic() < end_s:
        await station.quiet(QUIET_S)
        await asyncio.sleep(random.uniform(0, TICK_MS / 1000))
        first_ms, delivered_ms = await station.frequency_ms(CONTRACT_W, PATIENCE_S)
        firsts.append(first_ms)
        delivered.append(delivered_ms)
    return firsts, delivered


def _percentiles(values):
    """Nearest-rank percentiles, rounded to 0.1."""
    ordered = sorted(values)
    ranks = {"p50": 0.50, "p99": 0.99}
    found = {name: round(ordered[max(-int(-share * len(ordered) // 1), 1) - 1], 1) for name, share in ranks.items()}
    return {**found, "n": len(ordered)}


def _rss_mb(pid):
    """Resident memory of a process, MB (1e6 bytes); None where /proc does not tell."""
    try:
        lines = pathlib.Path("/proc/%d/status" % pid).read_text(encoding="ascii").splitlines()
    except OSError:
        return None
    kb = next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:"))
    return round(kb * 1024 / 1e6, 1)
