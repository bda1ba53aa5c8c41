"""The system's Chromium without a window, driven over its debugging pipe: no driver program, no port, no library.

Not its job: what is clicked (test_page.py).
Source: Chrome DevTools Protocol, domains Target, Page, Runtime and Input; messages end with a zero byte.
"""

import json
import os
import select
import shutil
import subprocess
import time

PATIENCE_S = 60
POLL_S = 0.1
PROGRAMS = ("chromium", "chromium-browser", "google-chrome")


def program():
    """Path of a browser, None without one."""
    return next((path for path in map(shutil.which, PROGRAMS) if path), None)


class Browser:
    """`with Browser(folder) as browser`: one page of the size of a phone."""

    def __init__(self, folder, width_px=390, height_px=844):
        there, self._out = os.pipe()
        self._in, back = os.pipe()

        def place():
            # Chromium reads commands from 3 and answers on 4.
            for source, target in ((os.dup(there), 3), (os.dup(back), 4)):
                os.dup2(source, target)

        self._process = subprocess.Popen(
            [program(), "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--remote-debugging-pipe",
             "--user-data-dir=%s" % folder, "--window-size=%d,%d" % (width_px, height_px)],
            preexec_fn=place, pass_fds=(3, 4), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(there)
        os.close(back)
        self._count = 0
        self._data = b""
        self.faults = []        # what the page complained of: exceptions, and what its policy stopped
        self._session = None
        target = self._call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self._call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log"):
            self._call(domain + ".enable")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._process.terminate()
        self._process.wait(PATIENCE_S)
        os.close(self._out)
        os.close(self._in)

    def open(self, url):
        """Loads a page."""
        self._call("Page.navigate", url=url)
        self.wait("document.readyState == 'complete' && location.href == %s" % json.dumps(url))

    def value(self, expression):
        """What an expression of JavaScript is worth in the page."""
        return self._call("Runtime.evaluate", expression=expression, returnByValue=True)["result"].get("value")

    def wait(self, expression):
        """Waits until an expression holds; AssertionError when it never does."""
        deadline_s = time.monotonic() + PATIENCE_S
        while not self.value(expression):
            assert time.monotonic() < deadline_s, "never: " + expression
            time.sleep(POLL_S)

    def click(self, element):
        """Presses what an expression finds with the mouse, once it is there, after scrolling to it."""
        self.wait("document.readyState == 'complete' && !!(%s)" % element)
        place = self.value("(e=>{e.scrollIntoView({block:'center'});let r=e.getBoundingClientRect();"
                           "return [r.x+r.width/2,r.y+r.height/2]})(%s)" % element)
        for kind in ("mousePressed", "mouseReleased"):
            self._call("Input.dispatchMouseEvent", type=kind, x=place[0], y=place[1], button="left", clickCount=1)

    def _call(self, method, **params):
        self._count += 1
        message = {"id": self._count, "method": method, "params": params}
        if self._session is not None and not method.startswith("Target."):
            message["sessionId"] = self._session
        os.write(self._out, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._receive()
            if answer.get("id") == self._count:
                assert "error" not in answer, answer
                return answer["result"]
            if answer.get("method") == "Runtime.exceptionThrown":
                self.faults.append(answer["params"]["exceptionDetails"]["text"])
            elif answer.get("method") == "Log.entryAdded":
                self.faults.append(answer["params"]["entry"]["text"])

    def _receive(self):
        while b"\0" not in self._data:
            ready, _, _ = select.select([self._in], [], [], PATIENCE_S)
            piece = os.read(self._in, 65536) if ready else b""
            assert piece, "the browser says nothing"
            self._data += piece
        line, _, self._data = self._data.partition(b"\0")
        return json.loads(line)
