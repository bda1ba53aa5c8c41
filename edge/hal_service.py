"""What keeps the process alive from outside: the service manager of Linux, or a board's watchdog.

Not its job: when to feed it (keeper.py), restarting (the unit, the starter).
Source: sd_notify(3): datagrams to NOTIFY_SOCKET, a path or @ and an abstract name; machine.WDT of MicroPython.
"""
import os
import socket

# A third of what the manager waits: two feeds may come late.
_FEEDS_A_PERIOD = 3
BOARD_FEED_MS = 1000
PATIENCE_MS = 120000    # writing a release to a slow card that others write to as well


class ServiceManager:
    """systemd, or whoever made the socket."""

    def __init__(self, address, watchdog_ms):
        """address: of NOTIFY_SOCKET. watchdog_ms: how long it waits for a feed, None for ever."""
        self.feed_ms = None if watchdog_ms is None else watchdog_ms // _FEEDS_A_PERIOD
        self._is_patient = False
        self._address = "\0" + address[1:] if address[:1] == "@" else address
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.setblocking(False)

    def ready(self, text):
        """The first tick is done."""
        if self._is_patient:
            self._is_patient = False
            self._tell("WATCHDOG_USEC=%d" % (1000 * _FEEDS_A_PERIOD * self.feed_ms))
        self._tell("READY=1\nSTATUS=" + text)

    def be_patient(self):
        """Control was given back; what follows waits for the medium, which takes as long as it takes."""
        if self.feed_ms is not None:
            self._is_patient = True
            self._tell("WATCHDOG_USEC=%d" % (1000 * PATIENCE_MS))

    def alive(self):
        """Feed the watchdog."""
        self._tell("WATCHDOG=1")

    def stopping(self, text):
        """A clean stop has begun."""
        self._tell("STOPPING=1\nSTATUS=" + text)

    def status(self, text):
        """One line for people."""
        self._tell("STATUS=" + text)

    def _tell(self, text):
        try:
            self._socket.sendto(text.encode(), self._address)
        except OSError:
            pass    # a manager that does not listen; the loop goes on without


class BoardWatchdog:
    """machine.WDT as the starter armed it."""

    feed_ms = BOARD_FEED_MS

    def __init__(self, feed):
        """feed: function that feeds it."""
        self.alive = feed

    def ready(self, text):
        """Nobody waits for it."""

    def be_patient(self):
        """It can't be: it is fed while the release is written, file by file."""

    stopping = status = ready


def found(feed=None):
    """What watches this process: of a board with `feed`, of Linux by its environment; None when nobody does."""
    if feed is not None:
        return BoardWatchdog(feed)
    address = getattr(os, "environ", {}).get("NOTIFY_SOCKET")
    if not address or address[0] not in "/@":
        return None
    period_us = os.environ.get("WATCHDOG_USEC", "")
    is_ours = os.environ.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
    return ServiceManager(address, int(period_us) // 1000 if period_us.isdigit() and is_ours else None)
