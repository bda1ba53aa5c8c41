"""Keeper: ends the processes of a live run when the one that started them has vanished, however it did.

Not its job: the ordinary end of a run (children.py).
Source: ours. Its standard input is a pipe that nobody writes after the starter has died; that works on every system
with pipes, where a signal at the parent's death is a speciality of Linux.
"""

import os
import signal
import sys
import time

GRACE_S = 3
POLL_S = 0.05


def main(lines=None):
    """Reads `+pid` and `-pid` lines until they end, then ends who is left."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    pids = set()
    for line in lines or sys.stdin:
        pid = int(line[1:])
        if line.startswith("+"):
            pids.add(pid)
        else:
            pids.discard(pid)
    _end(pids)


def _end(pids):
    _signal(pids, signal.SIGTERM)
    deadline_s = time.monotonic() + GRACE_S
    while time.monotonic() < deadline_s and _signal(pids, 0):
        time.sleep(POLL_S)
    _signal(pids, signal.SIGKILL)


def _signal(pids, number):
    """Sends a signal to each; returns whether one of them was still there. 0 only asks."""
    found = False
    for pid in pids:
        try:
            os.kill(pid, number)
            found = True
        except OSError:
            pass    # has ended by itself
    return found


if __name__ == "__main__":
    main()
