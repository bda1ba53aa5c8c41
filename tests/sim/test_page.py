"""The page of a running gateway on real sockets: pressed in a real browser, and held up by people who mean no good.

Not its job: every form and attack (portable/test_web_page.py). Source: edge/local_runtime.py, edge/web.
"""

import http.client
import json
import socket
import time

import pytest

from host_sim.live.site_files import free_port, toml
from tests.sim import chromium
from tests.sim.live_bench import LiveBench

PATIENCE_S = 60


class NoBroker:
    """A power plant that is never there."""

    host, port = "127.0.0.1", 9


class PageBench(LiveBench):
    """A charger and a gateway with a page."""

    def __init__(self, folder, pin=None):
        self.folder = folder
        self.charger_port, self.query_port, self.page_port = free_port(), free_port(), free_port()
        self.site = folder / "site.toml"
        document = self._document(NoBroker)
        document["evse"][0].update({"p_discharge_max_w": 3000, "v2g_consent": True})
        document["page"] = {"port": self.page_port, **({"pin": pin} if pin else {})}
        self.site.write_text(toml(document), encoding="utf-8")
        self.charger = self.gateway = None
        self._processes = []

    def __enter__(self):
        self.start_charger()
        self.start_gateway()
        self.wait_status(lambda status: status["ders"][0]["session"] == "controlling" and status["ders"][0]["soc_pct"] is not None)
        return self

    def __exit__(self, *_):
        for process in self._processes:
            if process.poll() is None:
                process.kill()
            process.wait()

    def get(self, path):
        """(status, body) of a request."""
        link = http.client.HTTPConnection("127.0.0.1", self.page_port, timeout=PATIENCE_S)
        link.request("GET", path)
        answer = link.getresponse()
        return answer.status, answer.read().decode()

    def wish(self):
        return json.loads(self.get("/api/household")[1])["chargers"][0]["wish"]


@pytest.fixture(scope="module")
def bench(tmp_path_factory):
    with PageBench(tmp_path_factory.mktemp("page")) as started:
        yield started


@pytest.mark.skipif(chromium.program() is None, reason="no Chromium on PATH")
def test_buttons_pressed_in_a_browser_change_the_gateway(bench, tmp_path):
    url = "http://127.0.0.1:%d/" % bench.page_port
    with chromium.Browser(tmp_path / "profile") as browser:
        browser.open(url)
        assert browser.value("document.documentElement.scrollWidth <= innerWidth"), "fits a phone"
        browser.click("document.querySelector('[aria-label=\"discharge 30 minutes\"]')")
        browser.wait("document.body.innerText.includes('You asked to discharge now')")
        assert bench.wish() == "discharge_now"
        # The script renews what is shown, without loading the page again.
        browser.value("window.isSamePage = true")
        browser.wait("document.querySelector('#c0 .big').innerText.startsWith('discharging')")
        assert browser.value("window.isSamePage") is True
        browser.click("document.querySelector('button[value=none]')")
        browser.wait("!document.body.innerText.includes('You asked')")
        assert bench.wish() == "none"
        browser.click("document.querySelector('details summary')")
        browser.wait("document.querySelector('details').open")
        browser.value("document.querySelector('[name=departure]').value = '07:30'")
        browser.click("document.querySelector('details button')")
        # Without a section home nobody knows which 07:30 is meant.
        browser.wait("document.body.innerText.includes('a time of day needs a clock')")
        assert browser.faults == []


@pytest.mark.skipif(chromium.program() is None, reason="no Chromium on PATH")
def test_a_pin_typed_in_a_browser_opens_the_page(tmp_path):
    with PageBench(tmp_path, pin="482913") as bench, chromium.Browser(tmp_path / "profile") as browser:
        browser.open("http://127.0.0.1:%d/" % bench.page_port)
        browser.value("document.querySelector('[name=pin]').value = '482913'")
        browser.click("document.querySelector('button')")
        browser.wait("document.body.innerText.includes('What lies ahead')")
        assert browser.value("document.cookie") == "", "no script sees the session"
        browser.click("document.querySelector('[aria-label=\"charge 60 minutes\"]')")
        browser.wait("document.body.innerText.includes('You asked to charge now')")


def test_slow_ones_are_cut_off_and_others_served(bench):
    slow = [socket.create_connection(("127.0.0.1", bench.page_port), PATIENCE_S) for _ in range(20)]
    for link in slow:
        link.sendall(b"GET / HTTP/1.1\r\nHost: ")
    ends = []
    for link in slow:
        begun_s = time.monotonic()
        while True:
            try:
                if not link.recv(1):
                    break
            except OSError:
                break
        ends.append(time.monotonic() - begun_s)
        link.close()
    assert max(ends) < 30, ends
    status, body = bench.get("/")
    assert status == 200 and len(body) < 60000


def test_control_goes_on_under_a_flood(bench):
    before = bench.status()
    begun_s = time.monotonic()
    answers = []
    while time.monotonic() - begun_s < 5:
        answers.append(bench.get("/live")[0])
    after = bench.status()
    seconds = (after["up_ms"] - before["up_ms"]) / 1000
    assert answers.count(429) > answers.count(200) > 0
    assert after["stalls"] == before["stalls"]
    assert (after["ticks"] - before["ticks"]) / seconds > 9
