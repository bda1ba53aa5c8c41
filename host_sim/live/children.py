"""Children: the processes of a live run, started with a log each, ended in order, never left behind.

Not its job: what they are (live_case.py), surviving the starter's own death (keeper.py does that).
Source: ours. Each child gets a session of its own, so that Ctrl-C reaches only the starter, who then ends the
gateways while their chargers still answer.
"""

import asyncio
import json
import os
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
PYTHON = (sys.executable, "-m")
TERM_S = 12      # longer than a gateway's own limit of a clean stop
LINE_BYTES_MAX = 1 << 20


class ChildEnded(Exception):
    """A process of the run ended while it was needed; the text says which and shows the end of its log."""


class Child:
    """One process. Attributes: name, pid, log_path."""

    def __init__(self, name, process, log_path):
        self.name = name
        self.pid = process.pid
        self.log_path = log_path
        self._process = process

    @property
    def code(self):
        """Exit code, None while it runs."""
        return self._process.returncode

    def tell(self, content):
        """Writes one JSON line to its standard input."""
        self._process.stdin.write(json.dumps(content).encode() + b"\n")

    async def heard(self):
        """The next JSON line of its standard output; None when it has ended."""
        line = await self._process.stdout.readline()
        return json.loads(line) if line else None

    async def wait(self):
        """Its exit code, once it has ended."""
        return await self._process.wait()

    def signal(self, number):
        """Sends it a signal; nothing when it has ended."""
        try:
            self._process.send_signal(number)
        except ProcessLookupError:
            pass    # it was quicker

    async def end(self, timeout_s=TERM_S):
        """Asks it to end and waits; kills it when it does not. Returns its exit code."""
        if self.code is None:
            self.signal(15)
        try:
            return await asyncio.wait_for(self._process.wait(), timeout_s)
        except asyncio.TimeoutError:
            self.signal(9)
            return await self._process.wait()

    def log_tail(self):
        """The last lines it wrote to its log."""
        try:
            return self.log_path.read_text(encoding="utf-8", errors="replace")[-1000:].strip()
        except OSError:
            return ""


class Children:
    """Starts and ends the processes of one run; `async with Children(folder) as children`."""

    def __init__(self, log_folder):
        """log_folder: Path; made when it does not exist."""
        self._log_folder = log_folder
        self._children = []
        self._watched = set()
        self._keeper = None

    async def __aenter__(self):
        self._log_folder.mkdir(parents=True, exist_ok=True)
        self._keeper = await _spawn([*PYTHON, "host_sim.live.keeper"], asyncio.subprocess.DEVNULL, sys.stderr)
        return self

    async def __aexit__(self, *_):
        await self.end(self._children)
        for pid in list(self._watched):
            self._forget(pid)     # not ours to end while we can: its owner does
        self._keeper.stdin.close()
        await self._keeper.wait()

    async def start(self, name, module, *arguments):
        """Runs a Python module as a process. Its standard output can be `heard`, its errors go to a log."""
        log_path = self._log_folder / (name + ".log")
        with open(log_path, "ab") as log:
            process = await _spawn([*PYTHON, module, *map(str, arguments)], asyncio.subprocess.PIPE, log)
        child = Child(name, process, log_path)
        self._children.append(child)
        self.watch(child.pid)
        return child

    def watch(self, pid):
        """Has the keeper end this process, too, should we vanish."""
        self._watched.add(pid)
        self._keeper.stdin.write(b"+%d\n" % pid)

    def _forget(self, pid):
        self._watched.discard(pid)
        self._keeper.stdin.write(b"-%d\n" % pid)

    async def end(self, children):
        """Ends some of the children at the same time; returns their exit codes."""
        children = list(children)
        codes = await asyncio.gather(*(child.end() for child in children))
        for child in children:
            self._forget(child.pid)
        self._children = [child for child in self._children if child not in children]
        return codes


async def _spawn(command, stdout, stderr):
    path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    return await asyncio.create_subprocess_exec(
        *command, stdin=asyncio.subprocess.PIPE, stdout=stdout, stderr=stderr, start_new_session=True,
        env={**os.environ, "PYTHONPATH": path}, limit=LINE_BYTES_MAX,
    )
