"""PRIVACY.md names every message that leaves the house and every file of the store, and local only is local only.

Source: the page itself, protocols/messages.py, the constants of edge/.
"""

import ast
import asyncio
import re

import pytest

from edge import hal, main, params, runtime
from edge.clock import MonotonicClock
from edge.config_loader import load
from edge.drivers.profile_loader import load_profile
from edge.link.flexibility import DEPARTURE_STEP_S
from protocols import messages
from protocols.message_words import UP
from tests.portable import fake_site
from tools import checkout, cli

PAGE = (checkout.ROOT / "PRIVACY.md").read_text(encoding="utf-8")
FILE_NAME = re.compile(r"[a-z-]+\.(key|crt|csr)$")
BEGINNINGS = ("journal-", "hist-", "recover-")
NO_FILES = {"vpp.key"}      # a row of the configuration


def named_in_first_column(title):
    part = PAGE.split("\n## %s\n" % title)[1].split("\n## ")[0]
    rows = [line.split("|")[1] for line in part.splitlines() if line.startswith("|")]
    return {name for row in rows for name in re.findall(r"`([^`]+)`", row)}


def store_files():
    """Names of files in edge/: constants called …FILE or …FILES, and all that look like a key or a certificate."""
    found = set()
    for path in (checkout.ROOT / "edge").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Assign) and [target for target in node.targets
                                                 if isinstance(target, ast.Name) and target.id.endswith(("FILE", "FILES"))]:
                found |= {part.value for part in ast.walk(node.value) if isinstance(part, ast.Constant) and isinstance(part.value, str)}
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                found |= {node.value} if FILE_NAME.match(node.value) else set()
                found |= {beginning for beginning in BEGINNINGS if node.value.startswith(beginning)}
    return found - NO_FILES


def test_every_message_that_leaves_the_house_is_named():
    sent = {row[0] for row in messages.rows() if row[1] == UP}
    assert sent == named_in_first_column("What leaves the house, by message")


def test_every_file_of_the_store_is_named():
    named = named_in_first_column("What stays on the gateway, by file")
    found = store_files()
    assert len(found) > 30
    missing = [name for name in found if name not in named and not (name in BEGINNINGS and [row for row in named if row.startswith(name)])]
    assert missing == []


def test_every_verb_and_row_that_is_named_exists():
    verbs = {row[0] for row in cli.VERBS}
    for line in re.findall(r"`v2g ([^`]+)`", PAGE):
        assert line.split()[0] in verbs, line
    for section, key in re.findall(r"`(vpp|history|journal)\.([a-z_]+)", PAGE):
        assert key in [row[0] for row in params.rows_of(section)], key
    assert DEPARTURE_STEP_S == 900


def test_the_name_of_a_gateway_is_drawn(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    ids = set()
    for number in range(3):
        assert cli.main(["init", "%d.toml" % number]) == 0
        ids.add(re.search(r'^id = "(gw-[0-9a-f]{12})"', (tmp_path / ("%d.toml" % number)).read_text(), re.MULTILINE).group(1))
    assert len(ids) == 3


@pytest.mark.parametrize("vpp", [None, {"enabled": False, "host": "broker.example", "key": fake_site.KEY_HEX}])
def test_a_local_gateway_opens_its_buses_and_nothing_else(vpp, monkeypatch):
    """On the real runtime; every way to the network is watched."""
    opened, listened = [], []

    async def refused(host, port, **_):
        opened.append((host, port))
        raise OSError("not here")

    async def listen(_serve, host, port):
        listened.append((host, port))
        raise OSError("not here")

    monkeypatch.setattr(asyncio, "open_connection", refused)
    monkeypatch.setattr(asyncio, "start_server", listen)
    sections = {} if vpp is None else {"vpp": vpp}
    config, errors = load(fake_site.document(home={}, **sections), load_profile)
    assert not errors, errors
    ports = fake_site.Ports()
    gateway = main.make_gateway(config, ports)
    assert gateway.vpp is None and gateway.site_link is None

    async def live():
        running = runtime.Runtime(gateway, MonotonicClock(hal.ticks_ms), ports.store)
        task = asyncio.create_task(running.run())
        await asyncio.sleep(0.5)
        running.terminate()
        await asyncio.wait_for(task, 20)

    asyncio.run(live())
    buses = {(bus.host, bus.port) for bus in config.buses}
    assert opened and set(opened) <= buses
    assert [place for place in listened if place[0] != "127.0.0.1"] == []


def test_what_the_household_wrote_stays_in_the_house():
    vpp = {"enabled": True, "host": "broker", "tls": False, "key": fake_site.KEY_HEX, "telemetry_s": 1}
    site = fake_site.FakeSite(fake_site.document(home={}, vpp=vpp), {"bus:lan": {1: fake_site.charger_bank()}})
    site.run(5000)
    site.gateway.on_query(site.now_ms, 1, {"announce": {
        "id": "a1", "what": "notice", "start": fake_site.UNIX_MS // 1000, "end": fake_site.UNIX_MS // 1000 + 9000,
        "text": "Ada moves out"}})
    site.run(5000)
    told = [payload for payload in site.messages("/up/event") if b'"announced"' in payload]
    assert told and b"Ada" not in b"".join(payload for _, payload in site.published)
