"""Starting, restarting and the machine's edges: which ends lead to another start, streams of boards, TLS without files.

Not its job: a change's way to a restart (test_config_over_mqtt), the command line (test_cli).
Source: ours.
"""

import asyncio
import re
import socket
import ssl
import types

import pytest

from edge import config_loader, hal, main
from edge.drivers.profile_loader import load_profile
from edge.clock import MonotonicClock
from edge.farewell import EXIT_HELD_UP
from edge.gateway import EXIT_RESTART
from edge.runtime import Runtime
from tests.portable import fake_site, micro_streams


class Link:
    """The supervisor's link: whether a changed configuration waits."""

    jobs = None

    def __init__(self, is_due):
        self.is_restart_due = lambda: is_due


class Ending:
    """A gateway and a runtime that ends at once."""

    def __init__(self, code, is_terminated=False, is_due=False, is_given_up=False):
        self.code = code
        self.is_terminated = is_terminated
        self.is_given_up = is_given_up
        self.config, self.ports = None, fake_site.Ports()
        self.vpp = Link(is_due)

    async def run(self):
        return self.code


@pytest.mark.parametrize("first, starts, code", [
    (Ending(EXIT_RESTART), 2, 0),
    (Ending(EXIT_HELD_UP, is_due=True), 2, 0),
    (Ending(EXIT_HELD_UP), 1, EXIT_HELD_UP),
    (Ending(0), 1, 0),
    (Ending(EXIT_RESTART, is_terminated=True), 1, 0),
    (Ending(EXIT_HELD_UP, is_terminated=True, is_due=True), 1, EXIT_HELD_UP),
    (Ending(0, is_given_up=True), 1, EXIT_RESTART),     # the starter takes the release before
    (Ending(EXIT_HELD_UP, is_given_up=True), 1, EXIT_RESTART),
])
def test_which_ends_lead_to_another_start(monkeypatch, first, starts, code):
    begun = []

    def build(document, directory, prepare_key, *, place, service):
        begun.append(first if not begun else Ending(0))
        return begun[-1], begun[-1], []

    monkeypatch.setattr(main, "build", build)
    assert main.run({}, "") == (code, [])
    assert len(begun) == starts


@pytest.mark.parametrize("end, place, installed, code", [
    (Ending(EXIT_RESTART, is_due=True), ("releases", "1.0.0"), 1, EXIT_RESTART),    # the starter chooses
    (Ending(EXIT_RESTART, is_due=True), None, 1, 0),
    (Ending(EXIT_HELD_UP, is_due=True), ("releases", "1.0.0"), 0, 0),       # power may flow: not now
    (Ending(EXIT_RESTART, is_terminated=True, is_due=True), ("releases", "1.0.0"), 0, 0),
])
def test_a_release_is_installed_only_behind_a_clean_stop(monkeypatch, end, place, installed, code):
    begun, installs = [], []
    monkeypatch.setattr(end.vpp, "jobs", types.SimpleNamespace(is_restart_due=True), raising=False)
    monkeypatch.setattr(main, "build", lambda *_, **__: begun.append(end if not begun else Ending(0)) or (begun[-1], begun[-1], []))
    monkeypatch.setattr(main, "_install", lambda config, ports, service: installs.append(ports))
    assert main.run({}, "", place=place) == (code, [])
    assert installs == [end.ports] * installed


VPP = {"enabled": True, "host": "broker", "tls": True, "key": fake_site.KEY_HEX}


def test_tls_without_a_file_of_certificates_is_refused_where_the_system_has_none(monkeypatch, tmp_path):
    document = fake_site.document(vpp=VPP)
    gateway, runtime, errors = main.build(document, str(tmp_path))
    assert errors == [] and gateway.vpp.endpoint()[2] is not None and runtime is not None
    assert hal.tls_context(None, "", "").verify_mode == ssl.CERT_REQUIRED
    monkeypatch.setattr(hal, "has_system_certificates", lambda: False)
    gateway, runtime, errors = main.build(document, str(tmp_path))
    assert gateway is None and [error[0] for error in errors] == ["vpp.ca_file"]
    with pytest.raises(ValueError, match="ca_file"):
        hal.tls_context(None, "", "")


def test_nagle_is_switched_off_on_streams_of_either_runtime():
    async def stream():
        server = await asyncio.start_server(lambda reader, writer: None, "127.0.0.1", 0)
        _, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        raw = writer.get_extra_info("socket")
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 0)
        hal.no_delay(writer)
        assert raw.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        hal.close(writer)
        assert writer.is_closing()
        server.close()

    asyncio.run(stream())
    with socket.socket() as raw:
        hal.no_delay(micro_streams.Stream(raw))
        assert raw.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
    hal.no_delay(micro_streams.Stream(None))    # not a socket: nothing to be done


def test_the_next_start_says_how_the_last_run_ended(tmp_path):
    found = []
    for end in (None, b"stopped", main.RUNNING):
        gateway, runtime, errors = main.build(fake_site.document(), str(tmp_path))
        assert not errors
        asyncio.run(serve(gateway, runtime))
        journal = b"".join(path.read_bytes() for path in tmp_path.glob("journal-[0-9]*"))
        found.append(gateway.ports.last_end)
        assert gateway.ports.last_end.encode() in journal
        main._note_end(gateway.ports.store, end or b"stopped")
    assert found == ["first start", "stopped", "stopped"]
    assert main.build(fake_site.document(), str(tmp_path))[0].ports.last_end.startswith("unexpected")


def test_a_log_that_cannot_be_written_stops_nothing(monkeypatch):
    class Full:
        tries = 0

        def write(self, text):
            self.tries += 1
            raise OSError(28, "No space left on device")

        flush = write

    full = Full()
    monkeypatch.setattr(hal.sys, "stderr", full)
    hal.log("a line")
    assert full.tries == 1


def test_a_taken_query_port_leaves_the_gateway_at_work(capsys, tmp_path):
    """Over real sockets: only those can be taken."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        document = fake_site.document(local={"query_port": taken.getsockname()[1]})
        gateway, runtime, errors = main.build(document, str(tmp_path))
        assert not errors
        assert asyncio.run(serve(gateway, runtime)) == 0
    assert gateway.ticks > 0
    assert "can't be used" in capsys.readouterr().err


def test_a_real_disk_that_cannot_be_written_leaves_the_gateway_at_work(tmp_path):
    config, errors = config_loader.load(fake_site.document(mode="observe", journal={"segment_bytes": 65536}), load_profile)
    assert not errors
    ports = fake_site.Ports()
    (tmp_path / "file").write_text("")
    store = hal.FileStore(str(tmp_path / "file"))      # a folder that can't be one
    gateway = main.make_gateway(config, ports)
    assert asyncio.run(serve(gateway, Runtime(gateway, MonotonicClock(hal.ticks_ms), store))) == 0
    assert [line for line in ports.lines if "file not written" in line]


async def serve(gateway, runtime):
    """Let it work for some ticks, then stop it; the exit code."""
    task = asyncio.create_task(runtime.run())
    while gateway.ticks < 3 and not task.done():
        await asyncio.sleep(0.05)
    runtime.terminate()
    return await task


def test_a_line_of_the_log_says_when(monkeypatch, capsys):
    hal.log("a line")
    monkeypatch.setattr(hal.WallClock, "unix_ms", lambda self: 1000)
    hal.log("before the clock is set")
    shown = capsys.readouterr()
    assert shown.out == ""
    first, second = shown.err.splitlines()
    assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ a line", first), first
    assert re.fullmatch(r"\+\d+s before the clock is set", second), second
