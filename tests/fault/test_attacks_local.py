"""Attacks on the ports of the machine, on real sockets: a website in the household's browser, a neighbour on the LAN, a slow one.

The gateway is real, its devices are not; LocalRuntime opens page and query port as in service. Not its job: HTTP and forms in
detail (portable/test_web_*), the proxy of a bus (portable/test_proxy, fault/test_line_ages). Source: SECURITY.md.
"""

import asyncio
import json
import socket

import pytest

from edge import audit, local_runtime
from edge.field_reasons import LOCAL_REFUSED, PAGE_LOCKED
from edge.local_runtime import LocalRuntime
from edge.local_watch import LOGIN, LOGINS_BURST, REFUSED, LocalWatch
from edge.web import lock_out, server
from protocols import messages
from tests.fault import attack_bench as bench
from tests.fault.attack_bench import Attacked

PIN = "482913"
FORM = "Content-Type: application/x-www-form-urlencoded\r\n"


@pytest.fixture(scope="module")
def keys():
    return bench.make_keys()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Clock:
    """Time as the test sets it."""

    def __init__(self, ports):
        self._ports = ports

    def now_ms(self):
        return self._ports.now_ms


class Ports:
    """The gateway's page and query port, open."""

    def __init__(self, keys):
        self.page, self.query = free_port(), free_port()
        self.site = Attacked(keys, local={"query_port": self.query}, page={"port": self.page, "pin": PIN})
        self.now_ms = self.site.now_ms
        self.local = LocalRuntime(self.site.gateway, Clock(self), self._perform)

    def _perform(self, actions):
        for action in actions:
            if action[0] == "reply":
                self.local.reply(*action[1:])
            else:
                self.site._do([action])

    async def ask(self, port, data):
        """What comes back for these bytes until the other end closes."""
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(data)
        try:
            return await asyncio.wait_for(reader.read(), 5)
        except ConnectionError:
            return b""
        finally:
            writer.close()

    async def page_says(self, method="GET", path="/", body="", headers="", host=None):
        """(status, whole answer) of the page."""
        head = "%s %s HTTP/1.1\r\nHost: %s\r\n%sContent-Length: %d\r\n\r\n" % (
            method, path, host or "127.0.0.1:%d" % self.page, headers, len(body))
        self.now_ms += 250      # or the page's own bucket answers
        answer = (await self.ask(self.page, (head + body).encode())).decode()
        return int(answer.split(" ")[1]), answer

    def finish(self):
        """Nothing has changed; [codes of events], audit log."""
        self.site.run(2000)
        self.site.untouched()
        told = [messages.decode("event", payload)[0] for payload in self.site.messages("/up/event")]
        return [event["code"] for event in told], self.site.ports.store.files.get(audit.FILE, b"")


def play(keys, script):
    """Run `script(ports)` against open ports; returns what finish() says."""
    ports = Ports(keys)

    async def run():
        await ports.local.listen()
        try:
            await script(ports)
        finally:
            tasks = ports.local.close()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await ports.local.wait_closed()

    asyncio.run(run())
    return ports.finish()


def test_a_website_cannot_speak_to_the_query_port(keys):
    """fetch() to 127.0.0.1 sends HTTP; a wish in its body, or in its path, has to stay there."""
    wish = b'{"wish": "discharge_now"}'

    async def script(ports):
        for data in (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 25\r\n\r\n" + wish + b"\n",
                     b"GET /" + wish + b" HTTP/1.1\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\n" + wish + b"\n",
                     b"GET / HTTP/1.1\r\nUpgrade: websocket\r\n\r\n" + wish):
            answer = json.loads(await ports.ask(ports.query, data))
            assert answer["error"].startswith("bad query")
        assert "why" in json.loads(await ports.ask(ports.query, b'{"ask": "why"}\n')), "who belongs there is answered"

    codes, log = play(keys, script)
    assert codes.count(LOCAL_REFUSED) == 1 and b"query port: no JSON" in log


def test_who_says_nothing_on_the_query_port_is_cut_off_and_there_are_only_so_many(keys):
    async def script(ports):
        silent = [await asyncio.open_connection("127.0.0.1", ports.query) for _ in range(3 * local_runtime.QUERIES_MAX)]
        await asyncio.sleep(0.2)
        assert len(ports.local.askers) == local_runtime.QUERIES_MAX
        assert await ports.ask(ports.query, b'{"ask": "why"}\n') == b"", "no more just now"
        ports.now_ms += local_runtime.QUERY_MS
        ports.local.on_time(ports.now_ms)
        await asyncio.sleep(0.2)
        assert ports.local.askers == {}
        assert "why" in json.loads(await ports.ask(ports.query, b'{"ask": "why"}\n'))
        for _, writer in silent:
            writer.close()

    codes, log = play(keys, script)
    assert codes.count(LOCAL_REFUSED) == 1 and b"too many connections" in log


def test_a_website_cannot_use_the_page(keys):
    """Forms from elsewhere, a name that was made to point here, a guessed token, other origins."""
    async def script(ports):
        _, answer = await ports.page_says("POST", "/login", "pin=%s&token=%s" % (PIN, ports.local._page.guard.token), FORM)
        cookie = "Cookie: " + answer.split("Set-Cookie: ")[1].split(";")[0] + "\r\n"
        token = ports.local._page.guard.token
        wish = "wish=discharge_now&minutes=30&token="
        for headers, body, host in (
                (cookie + FORM, wish + "0" * 32, None), (cookie + FORM, "wish=discharge_now", None),
                (cookie + FORM + "Origin: http://evil.example\r\n", wish + token, None),
                (cookie + FORM + "Origin: null\r\n", wish + token, None),
                (cookie + FORM + "Sec-Fetch-Site: cross-site\r\n", wish + token, None),
                (FORM, wish + token, None), (cookie.replace("=", "=0") + FORM, wish + token, None),
                (cookie + FORM, wish + token, "evil.example:%d" % ports.page), (cookie + FORM, wish + token, "gw-test.evil.example:%d" % ports.page),
                (cookie + FORM, wish + token, "127.0.0.1:1")):
            status, _ = await ports.page_says("POST", "/ask", body, headers, host)
            assert status == 403, (headers, body, host)
        status, _ = await ports.page_says("POST", "/ask", wish + token, cookie + "Content-Type: text/plain\r\n")
        assert status == 415
        status, answer = await ports.page_says(host="rebound.example:%d" % ports.page)
        assert status == 403 and "kW" not in answer

    codes, log = play(keys, script)
    assert codes.count(LOCAL_REFUSED) == 1 and b"not ours" in log and b'"what":"login"' in log


def test_guessing_the_pin_is_locked_out_told_and_changes_nothing(keys):
    async def script(ports):
        token = ports.local._page.guard.token
        statuses = []
        for number in range(lock_out.TRIES + 5):
            statuses.append((await ports.page_says("POST", "/login", "pin=%06d&token=%s" % (number, token), FORM))[0])
        assert statuses == [403] * (lock_out.TRIES - 1) + [429] * 6
        assert (await ports.page_says("POST", "/login", "pin=%s&token=%s" % (PIN, token), FORM))[0] == 429, "not even the right one"
        assert (await ports.page_says("POST", "/ask", "wish=idle&token=" + token, FORM))[0] == 403

    codes, log = play(keys, script)
    assert codes.count(PAGE_LOCKED) == 1 and log.count(b"locked out for") == 1 and PIN.encode() not in log


def test_slow_and_large_requests_and_a_flood_are_cut_off(keys):
    async def script(ports):
        slow = [await asyncio.open_connection("127.0.0.1", ports.page) for _ in range(2 * server.CONNECTIONS_MAX)]
        for _, writer in slow:
            writer.write(b"GET / HTTP/1.1\r\nX: ")
        await asyncio.sleep(0.2)
        assert len(ports.local.askers) == server.CONNECTIONS_MAX
        ports.now_ms += server.REQUEST_MS
        ports.local.on_time(ports.now_ms)
        await asyncio.sleep(0.2)
        assert ports.local.askers == {}
        for _, writer in slow:
            writer.close()
        for data, status in ((b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 5000, b" 431 "), (b"GET /" + b"a" * 9000, b" 4"),
                             (b"POST /ask HTTP/1.1\r\nHost: a\r\nContent-Length: 999999\r\n\r\n", b" 413 "),
                             (b"POST /ask HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", b" 4")):
            ports.now_ms += 250
            answer = await ports.ask(ports.page, data)
            assert answer == b"" or status in answer[:20], data[:40]
        statuses = []
        for _ in range(60):
            ports.now_ms -= 250
            statuses.append((await ports.page_says(path="/live"))[0])
        assert statuses.count(429) >= 60 - server.BURST

    codes, _ = play(keys, script)
    assert codes.count(LOCAL_REFUSED) == 1


def test_many_log_ins_wash_nothing_out_of_the_audit_log(keys):
    site = Attacked(keys)
    watch = LocalWatch(site.gateway)
    for number in range(2000):
        watch.note(site.now_ms + number, LOGIN, "10.0.0.9", "at the page")
        watch.note(site.now_ms + number, REFUSED, "10.0.0.9", "page: \x1b[2J\nE999 alarm")
    records = site.ports.store.files[audit.FILE].split(b"\n")[:-1]
    assert len(records) == LOGINS_BURST + 1 and b"\x1b" not in b"".join(records)
    assert not [line for line in site.ports.lines if "\x1b" in line or "\n" in line], "nor does it write lines of its own"
